"""The report's first page: what was run, on what, with which versions and seed, and the scores."""

import html
import json
from pathlib import Path

from biospectra.evaluation.significance import above_chance
from biospectra.report.encoders import benchmark_table
from biospectra.report.html import PAGE_STYLE, html_table
from biospectra.report.significance import group_table, p_in_words, significance_lines
from biospectra.report.terminal import repeats_in_words, resting_on_one_person
from biospectra.report.uncertainty import uncertainty_lines, uncertainty_table


def _classes(summary: dict) -> str:
    rows = [
        [
            label,
            c["recordings"],
            c["subjects"],
            c["segments"],
            sum(c["rejected"].values()),
            *(c["split"].get(split, 0) for split in ("training", "validation", "test")),
        ]
        for label, c in summary["classes"].items()
    ]
    header = [
        "Class",
        "Recordings",
        "People",
        "Segments",
        "Rejected",
        "Training",
        "Validation",
        "Test",
    ]
    return "<h2>Recordings and segments</h2>" + html_table(header, rows)


def _interval(scores: dict) -> str | None:
    found = scores["intervals"]["balanced_accuracy"]
    return None if found is None else f"{found[0]:.3f} to {found[1]:.3f}"


def _scores(summary: dict) -> str:
    parts, chance = [], above_chance(summary["classifiers"])
    rows = [
        [
            name,
            s["evaluation"].replace("_", " "),
            s["segments"],
            s["people"],
            s["accuracy"],
            s["macro_f1"],
            s["balanced_accuracy"],
            _interval(s),
            s["by_recording"] and s["by_recording"]["balanced_accuracy"],
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
            "<h2>Classifiers, on held-out people</h2>",
            html_table([*header, "Balanced accuracy", "95 %", "By recording", "Chance", "p"], rows),
            '<p class="note">95 %: of the balanced accuracy, by a bootstrap over people. Chance: '
            "what always answering one class gives. By recording: balanced accuracy "
            "of the recordings of one class.</p>",
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
        ]
        grouped = group_table(summary["classifiers"])
        parts += ["<h2>Scores of groups</h2>", grouped] if grouped else []
        sure = uncertainty_table(summary["classifiers"])
        parts += ["<h2>How sure a classifier may be of one recording</h2>", sure] if sure else []
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
        for name, a in summary["autoencoders"].items()
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
        header += ["By other people", "Labels shuffled"]
        parts += [
            "<h2>How well groups lie apart</h2>",
            html_table(header, rows),
            f'<p class="note">UMAP was fitted on {" and ".join(sorted(fitted))} segments. By other '
            "people: where a person's own segments are not asked. Labels shuffled: among people, "
            "whose segments keep together.</p>",
        ]
    return "".join(parts)


def _run(provenance: dict) -> str:
    workflow, machine = provenance["workflow"], provenance["machine"]
    commit = workflow["commit"] or "unknown"
    changed = " with changes of its own" if workflow["changed"] else ""
    facts = [
        ["Written", provenance["written"]],
        ["Workflow", f"commit {commit}{changed}"],
        ["Seed", str(provenance["seed"])],
        ["Machine", f"{machine['processor']}, {machine['cores']} cores, {machine['memory_mb']} MB"],
        ["System", machine["system"]],
    ]
    used = [[name, ", ".join(found)] for name, found in provenance["versions"].items()]
    rules = [
        [rule, c["jobs"], c["wall_s"], c["cpu_s"], c["peak_memory_mb"]]
        for rule, c in sorted(provenance["rules"].items(), key=lambda item: -item[1]["wall_s"])
    ]
    files = [[f["recording"], Path(f["file"]).name, f["sha256"]] for f in provenance["files"]]
    header = ["Rule", "Jobs", "Wall time (s)", "Processor time (s)", "Peak memory (MB)"]
    config = json.dumps(provenance["config"], indent=2, ensure_ascii=False)
    return (
        "<h2>The run</h2>" + html_table(["What", "Value"], facts)
        + "<h2>Versions</h2>" + html_table(["Library", "Version"], used)
        + "<h2>What each rule took</h2>" + html_table(header, rules)
        + "<h2>Source files</h2>"
        + f"<details><summary>{len(files)} files and their SHA-256</summary>"
        + html_table(["Recording", "File", "SHA-256"], files) + "</details>"
        + "<h2>Config</h2><details><summary>All settings, defaults included</summary>"
        + f"<pre>{html.escape(config)}</pre></details>"
    )  # fmt: skip


def write_page(summary: str | Path, provenance: str | Path, output: str | Path) -> None:
    """Write the page from summary.json and provenance.json; it opens without a network."""
    scores = json.loads(Path(summary).read_text(encoding="utf-8"))
    origin = json.loads(Path(provenance).read_text(encoding="utf-8"))
    title = html.escape(f"Study {scores['study']}")
    Path(output).write_text(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{PAGE_STYLE}</style></head><body><h1>{title}</h1>"
        '<p class="note">What was run, on what, and what came out.</p>'
        f"{_classes(scores)}{_scores(scores)}{_run(origin)}</body></html>\n",
        encoding="utf-8",
    )
