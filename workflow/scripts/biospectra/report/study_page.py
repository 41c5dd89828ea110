"""The page that one opens first: the answer, the scores, the figures, and what they rest on."""

import csv
import html
import json
from pathlib import Path

from biospectra.report.html import html_of, html_table, in_title, whole_page
from biospectra.report.study_answer import study_answer, who_was_left_out
from biospectra.report.study_figures import FIGURE_STYLE, WHERE, link_to, sections_of
from biospectra.report.study_scores import scores_of
from biospectra.words import number_of

# What has a place of its own on the page; anything else that a summary holds is shown as it stands.
PLACED = {
    "study",
    "split_by",
    "transductive",
    "rejected_recordings",
    "without_label",
    "unlabelled_segments",
}
PLACED |= {"classes", "encoders", "embeddings", "classifiers", "maps", "comparison", "audit"}
PLACED |= {
    "autoencoder_comparison",
    "encoder_benchmark",
    "leakage",
    "above_chance",
    "targets",
    "target_pairs",
    "target_leakage",
}


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


def _missing(summary: dict) -> str:
    rows = who_was_left_out(summary)
    if not rows:
        return ""
    note = "rejected_segments.tsv lists every rejected segment."
    header = ["What", "How many", "Why"]
    return (
        f'<h2 id="left-out">What was left out, and why</h2>{html_table(header, rows)}'
        f'<p class="note">{note}</p>'
    )


def _run(provenance: dict) -> str:
    workflow, machine = provenance["workflow"], provenance["machine"]
    commit = workflow["commit"] or "unknown"
    changed = " with local changes" if workflow["changed"] else ""
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
        '<h2 id="run">The run</h2>' + html_table(["What", "Value"], facts)
        + "<h2>Versions</h2>" + html_table(["Library", "Version"], used)
        + "<h2>Time and memory by rule</h2>" + html_table(header, rules)
        + "<h2>Source files</h2>"
        + f"<details><summary>{number_of(len(files), 'file')} with SHA-256</summary>"
        + html_table(["Recording", "File", "SHA-256"], files) + "</details>"
        + "<h2>Config</h2><details><summary>All settings, defaults included</summary>"
        + f"<pre>{html.escape(config)}</pre></details>"
    )  # fmt: skip


def _others(summary: dict) -> str:
    """Return what the summary has beyond what this page knows, as it stands."""
    return "".join(
        f"<h2>{html.escape(in_title(key))}</h2>{html_of(value)}"
        for key, value in summary.items()
        if key not in PLACED and value not in (None, {}, [])
    )


def _self_test(checks: str | Path | None) -> str:
    if checks is None:
        return ""
    with Path(checks).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    passed = sum(row["passed"] == "True" for row in rows)
    cells = [[row[key] for key in ("check", "expected", "found", "tolerance")] for row in rows]
    return (
        f"<details><summary>Self-test: {passed} of {len(rows)} checks passed</summary>"
        f"{html_table(['Check', 'Expected', 'Found', 'Tolerance'], cells)}</details>"
    )


def _explored(section: str, files: list[str], folder: Path) -> str:
    """Return the links to the maps that one explores, above the maps."""
    maps = [path for path in files if Path(path).name == "map.html"] if section == "Maps" else []
    said = ", ".join(
        f'<a class="file" href="{html.escape(link_to(path, folder))}">'
        f"{html.escape(Path(path).parent.name)}</a>"
        for path in maps
    )
    return f"<p>Interactive, with each segment's signal and image: {said}</p>" if maps else ""


def _links(files: list[str], folder: Path) -> str:
    if not files:
        return ""
    addresses = (link_to(path, folder) for path in files)
    items = "".join(
        f'<li><a class="file" href="{html.escape(one)}">{html.escape(one)}</a></li>'
        for one in addresses
    )
    return (
        '<h2 id="files">Files</h2><p class="note only-report">Links lead to files in the results '
        "folder; here, choose a result on the left.</p>"
        f"<ul>{items}</ul>"
    )


def write_page(
    summary: str | Path,
    provenance: str | Path,
    output: str | Path,
    *,
    figures: list[tuple[str, str]] = (),
    captions: dict[str, str] | None = None,
    checks: str | Path | None = None,
    files: list[str] = (),
) -> None:
    """Write the page; it holds its figures, and opens without a network and without its folder.

    Parameters
    ----------
    summary, provenance : path
        JSON files.
    output : path
        Written: HTML.
    figures : list of (str, str)
        PNG files in their order, and the name of each one's caption.
    captions : dict of str to str, optional
        What figures show.
    checks : path, optional
        Table of the self-test.
    files : list of path
        What to link to; they lie in the page's folder or below it.
    """
    scores = json.loads(Path(summary).read_text(encoding="utf-8"))
    origin = json.loads(Path(provenance).read_text(encoding="utf-8"))
    folder = Path(output).parent
    drawn = sections_of(figures, captions or {}, folder)
    tested = _self_test(checks)
    pictures = "".join(
        f'<h2 id="figures-{k}">{html.escape(section)}</h2>'
        f"{_explored(section, files, folder)}{shown}"
        for k, (section, shown) in enumerate(drawn.items())
    )
    jumps = {f"#figures-{k}": section for k, section in enumerate(drawn)}
    jumps |= {"#left-out": "What was left out"} if who_was_left_out(scores) else {}
    jumps |= {"#run": "The run"} | ({"#files": "Files"} if files else {})
    nav = " ".join(f'<a href="{to}">{html.escape(text)}</a>' for to, text in jumps.items())
    said = " ".join(sentence for sentence in study_answer(scores) if sentence)
    Path(output).write_text(
        whole_page(
            f"Study {scores['study']}",
            f'<p class="answer">{html.escape(said)}</p><nav>{nav}</nav>'
            f"{scores_of(scores)}{_others(scores)}{pictures}{tested}{_classes(scores)}"
            f"{_missing(scores)}{_run(origin)}{_links(list(files), folder)}{WHERE}",
            FIGURE_STYLE,
        ),
        encoding="utf-8",
    )
