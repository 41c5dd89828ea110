"""A study's scores as its page shows them: tables, and what belongs to each."""

import html
from collections.abc import Iterator

from biospectra.evaluation.caveats import encoders_caveat
from biospectra.evaluation.significance import above_chance
from biospectra.report.confusion_matrix import scores_in_words
from biospectra.report.encoders import benchmark_table
from biospectra.report.html import html_of, html_table, in_title
from biospectra.report.significance import group_table, p_in_words, significance_lines
from biospectra.report.style import in_words
from biospectra.report.targets import target_tables
from biospectra.report.terminal import repeats_in_words, resting_on_one_person
from biospectra.report.uncertainty import uncertainty_lines, uncertainty_table

# What has a place of its own; anything else that a classifier's scores hold is shown as it stands.
PLACED_OF_CLASSIFIER = {"segments", "people", "accuracy", "balanced_accuracy", "macro_f1", "labels"}
PLACED_OF_CLASSIFIER |= {"intervals", "baselines", "classes", "confusion_matrix", "by_recording"}
PLACED_OF_CLASSIFIER |= {"why_not_by_recording", "model", "pooling", "evaluation", "optimistic"}
PLACED_OF_CLASSIFIER |= {"by_database", "by_column", "repeats", "calibration", "uncertainty"}


def _balanced(scores: dict | None) -> str | None:
    if scores is None:
        return None
    return in_words(scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"])


def _about(name: str, scores: dict) -> str:
    """Return what else is known of one classifier, folded up."""
    rows = [
        [label, of["precision"], of["recall"], of["f1"], of["people"]]
        for label, of in scores["classes"].items()
        if "precision" in of
    ]
    said = scores_in_words(scores)
    more = {key: value for key, value in scores.items() if key not in PLACED_OF_CLASSIFIER}
    return (
        f"<details><summary>{html.escape(name)}: by class, and against chance"
        "</summary>" + html_table(["Class", "Precision", "Recall", "F1", "People"], rows)
        + "".join(map(_note, said))
        + "".join(f"<p><b>{html.escape(in_title(key))}</b></p>{html_of(value)}"
                  for key, value in more.items())
        + "</details>"
    )  # fmt: skip


def _note(text: str) -> str:
    return f'<p class="note">{html.escape(text)}</p>'


def _classifiers(classifiers: dict, pairs: list[dict]) -> Iterator[str]:
    """Yield the classifiers' scores as a table, and what there is to say of them."""
    if not classifiers:
        return
    chance = above_chance(classifiers)
    rows = [
        [
            name,
            s["evaluation"].replace("_", " "),
            s["segments"],
            s["people"],
            s["accuracy"],
            s["macro_f1"],
            _balanced(s),
            _balanced(s["by_recording"]),
            s["baselines"]["majority"]["balanced_accuracy"],
            p_in_words(chance[name]["p_value_holm"]),
        ]
        for name, s in classifiers.items()
    ]
    header = ["Classifier", "Evaluation", "Segments", "People", "Accuracy", "Macro F1"]
    header += ["Balanced accuracy", "By recording", "Chance", "p"]
    yield '<h2 id="scores">Classifiers, on held-out people</h2>'
    yield html_table(header, rows)
    yield _note(
        "In brackets: 95 % by a bootstrap over people. Chance: what always predicting one class "
        "gives. By recording: balanced accuracy over recordings of a single class."
    )
    yield from (
        _note(f"{k} is {s['optimistic']}.") for k, s in classifiers.items() if s["optimistic"]
    )
    yield from map(_note, significance_lines(classifiers, pairs))
    yield from map(_note, resting_on_one_person(classifiers))
    yield from map(_note, repeats_in_words(classifiers))
    yield from map(_note, uncertainty_lines(classifiers))
    why = {s["intervals"]["why_not"] for s in classifiers.values()} - {None}
    yield from (_note(f"No interval: {reason}.") for reason in sorted(why))
    why = {s["why_not_by_recording"] for s in classifiers.values()} - {None}
    yield from (_note(f"No score by recording: {reason}.") for reason in sorted(why))
    yield from (_about(name, s) for name, s in classifiers.items())
    yield _headed("Scores of groups", group_table(classifiers))
    yield _headed("Certainty about single recordings", uncertainty_table(classifiers))


def _headed(title: str, text: str) -> str:
    """Return a part of the page under its title; "" where there is nothing in it."""
    return f"<h2>{title}</h2>{text}" if text else ""


def _pairs(pairs: list[dict]) -> str:
    """Return the differences of classifiers, each pair on the same people."""
    rows = [
        [
            f"{pair['first']} minus {pair['second']}",
            pair["people"],
            _balanced(pair["difference"]),
            _balanced(pair.get("by_recording")),
            p_in_words(pair["p_value_holm"]) if "p_value_holm" in pair else None,
        ]
        for pair in pairs
    ]
    header = ["Difference", "People", "By segment", "By recording", "p, by segment"]
    title = "Classifiers compared, in balanced accuracy"
    return _headed(title, html_table(header, rows) if rows else "")


def _benchmark(compared: dict | None) -> str:
    """Return the encoders beside the tables of features; "" where none were compared."""
    if not compared:
        return ""
    text = benchmark_table(compared) + f"<p>{html.escape(compared['paragraph'])}</p>"
    return _headed("Encoders and tables of features", text)


def _reconstructions(encoders: dict) -> str:
    """Return how well autoencoders, and what they are measured against, restore test segments."""
    rows = [
        [name, method.replace("_", " "), *(m.get(k) for k in ("mse", "psnr_db", "ssim", "snr_db"))]
        for name, a in encoders.items()
        for method, m in (a["test"] or {}).items()
        if isinstance(m, dict) and "mse" in m
    ]
    header = ["Autoencoder", "Method", "MSE", "PSNR (dB)", "SSIM", "SNR (dB)"]
    title = "Reconstruction of the test segments"
    return _headed(title, html_table(header, rows) if rows else "")


def _separations(embeddings: dict) -> str:
    """Return how well groups lie apart, in each space of each encoder's features."""
    rows = [
        [
            name,
            space.replace("_", " "),
            by,
            s["silhouette"],
            s["knn_accuracy"],
            s["chance"],
            s.get("knn_accuracy_other_people"),
            s["shuffled"]["knn_accuracy"]["mean"]
            if s.get("knn_accuracy_other_people") is not None
            else None,
        ]
        for name, e in embeddings.items()
        for space in ("feature_space", "map")
        for by, s in e[space].items()
        if s
    ]
    if not rows:
        return ""
    fitted = " and ".join(sorted({e["fit_on"] for e in embeddings.values()}))
    header = ["Features of", "Space", "Groups", "Silhouette", "k-NN accuracy", "Largest group"]
    header += ["Other people only", "Shuffled labels"]
    note = _note(
        f"UMAP was fitted on {fitted} segments. Other people only: without neighbours from the "
        "same person. Shuffled labels: between people, whose segments stay together."
    )
    return _headed("How well groups separate", html_table(header, rows) + note)


def scores_of(summary: dict) -> str:
    """Return all scores of `summary.json` as HTML, each with its interval."""
    targets = (summary.get(key, {}) for key in ("targets", "target_pairs", "target_leakage"))
    recorders = summary.get("audit", {}).get("paragraph", "")
    marked = encoders_caveat(summary.get("transductive", []))
    parts = [
        *_classifiers(summary["classifiers"], summary["comparison"]),
        _pairs(summary["comparison"]),
        _headed("Targets", target_tables(*targets)),
        _benchmark(summary.get("encoder_benchmark")),
        _headed("The recorders", f"<p>{html.escape(recorders)}</p>" if recorders else ""),
        _reconstructions(summary["encoders"]),
        _separations(summary["embeddings"]),
        _note(marked) if marked else "",
    ]
    return "".join(parts)
