"""A study's scores as its page shows them: tables, and what belongs to each."""

import html

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
        + "".join(f'<p class="note">{html.escape(line)}</p>' for line in said)
        + "".join(f"<p><b>{html.escape(in_title(key))}</b></p>{html_of(value)}"
                  for key, value in more.items())
        + "</details>"
    )  # fmt: skip


def scores_of(summary: dict) -> str:
    """Return all scores of `summary.json` as HTML, each with its interval."""
    parts, chance = [], above_chance(summary["classifiers"])
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
        for name, s in summary["classifiers"].items()
    ]
    if rows:
        header = ["Classifier", "Evaluation", "Segments", "People", "Accuracy", "Macro F1"]
        judged = summary["classifiers"].values()
        why = {s["intervals"]["why_not"] for s in judged} - {None}
        again = repeats_in_words(summary["classifiers"])
        told = significance_lines(summary["classifiers"], summary["comparison"])
        unsure = uncertainty_lines(summary["classifiers"])
        unsaid = {s["why_not_by_recording"] for s in judged} - {None}
        parts += [
            '<h2 id="scores">Classifiers, on held-out people</h2>',
            html_table([*header, "Balanced accuracy", "By recording", "Chance", "p"], rows),
            '<p class="note">In brackets: 95 % by a bootstrap over people. Chance: '
            "what always predicting one class gives. By recording: balanced accuracy over "
            "recordings of a single class.</p>",
            *(
                f'<p class="note">{html.escape(name)} is {html.escape(s["optimistic"])}.</p>'
                for name, s in summary["classifiers"].items()
                if s["optimistic"]
            ),
            *(
                f'<p class="note">{html.escape(line)}</p>'
                for line in [*told, *resting_on_one_person(summary["classifiers"]), *again, *unsure]
            ),
            *(f'<p class="note">No interval: {html.escape(reason)}.</p>' for reason in sorted(why)),
            *(
                f'<p class="note">No score by recording: {html.escape(reason)}.</p>'
                for reason in sorted(unsaid)
            ),
            *(_about(name, s) for name, s in summary["classifiers"].items()),
        ]
        grouped = group_table(summary["classifiers"])
        parts += ["<h2>Scores of groups</h2>", grouped] if grouped else []
        sure = uncertainty_table(summary["classifiers"])
        parts += ["<h2>Certainty about single recordings</h2>", sure] if sure else []
    rows = [
        [
            f"{pair['first']} minus {pair['second']}",
            pair["people"],
            _balanced(pair["difference"]),
            _balanced(pair.get("by_recording")),
            p_in_words(pair["p_value_holm"]) if "p_value_holm" in pair else None,
        ]
        for pair in summary["comparison"]
    ]
    if rows:
        header = ["Difference", "People", "By segment", "By recording", "p, by segment"]
        parts += ["<h2>Classifiers compared, in balanced accuracy</h2>", html_table(header, rows)]
    parts_of_targets = ("targets", "target_pairs", "target_leakage")
    also = target_tables(*(summary.get(key, {}) for key in parts_of_targets))
    parts += ["<h2>Targets</h2>", also] if also else []
    if summary.get("encoder_benchmark"):
        compared = summary["encoder_benchmark"]
        parts += [
            "<h2>Encoders and tables of features</h2>",
            benchmark_table(compared),
            f"<p>{html.escape(compared['paragraph'])}</p>",
        ]
    if "audit" in summary:
        text = html.escape(summary["audit"]["paragraph"])
        parts.append(f"<h2>The recorders</h2><p>{text}</p>")
    rows = [
        [name, method.replace("_", " "), *(m.get(k) for k in ("mse", "psnr_db", "ssim", "snr_db"))]
        for name, a in summary["encoders"].items()
        for method, m in (a["test"] or {}).items()
        if isinstance(m, dict) and "mse" in m
    ]
    if rows:
        header = ["Autoencoder", "Method", "MSE", "PSNR (dB)", "SSIM", "SNR (dB)"]
        parts += ["<h2>Reconstruction of the test segments</h2>", html_table(header, rows)]
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
        for name, e in summary["embeddings"].items()
        for space in ("feature_space", "map")
        for by, s in e[space].items()
        if s
    ]
    if rows:
        fitted = {e["fit_on"] for e in summary["embeddings"].values()}
        header = ["Features of", "Space", "Groups", "Silhouette", "k-NN accuracy", "Largest group"]
        header += ["Other people only", "Shuffled labels"]
        parts += [
            "<h2>How well groups separate</h2>",
            html_table(header, rows),
            f'<p class="note">UMAP was fitted on {" and ".join(sorted(fitted))} segments. Other '
            "people only: without neighbours from the same person. Shuffled labels: between "
            "people, whose segments stay together.</p>",
        ]
    marked = encoders_caveat(summary.get("transductive", []))
    parts += [f'<p class="note">{html.escape(marked)}</p>'] if marked else []
    return "".join(parts)
