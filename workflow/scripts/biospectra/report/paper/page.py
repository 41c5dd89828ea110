"""All texts of a study's paper, as files and as one page."""

import html
import json
from pathlib import Path

from biospectra.report.html import whole_page
from biospectra.report.paper.datasheet import datasheet_document
from biospectra.report.paper.document import Document
from biospectra.report.paper.leakage_kinds import model_info_document
from biospectra.report.paper.methods import methods_document
from biospectra.report.paper.references import DATABASE, bibtex, label_of
from biospectra.report.paper.reforms import reforms_document
from biospectra.report.paper.run import Run
from biospectra.report.paper.tripod_ai import tripod_document
from biospectra.words import number_of

DOCUMENTS = {
    "methods.md": methods_document,
    "model_info_sheet.md": model_info_document,
    "reforms.md": reforms_document,
    "tripod_ai.md": tripod_document,
    "datasheet.md": datasheet_document,
}
REFERENCES = "references.bib"
PAGE = "paper.html"
_STYLE = """
mark { background: #ffe9a8; } table { table-layout: auto; margin: 0.6rem 0; }
td { vertical-align: top; } h3 { font-size: 1rem; margin: 1.2rem 0 0.3rem; }
"""


def documents_of(run: Run) -> dict[str, Document]:
    """Return each text by the name of its file."""
    return {name: make(run) for name, make in DOCUMENTS.items()}


def write_texts(run: Run, folder: str | Path, cards: dict[str, str] | None = None) -> None:
    """Write the texts, their references and the page of all into a folder.

    Parameters
    ----------
    run : Run
    folder : path
        Exists; gets the files of `DOCUMENTS`, `REFERENCES` and `PAGE`.
    cards : dict of str to str, optional
        The model card of each trained model, for the page.
    """
    folder = Path(folder)
    documents = documents_of(run)
    for name, document in documents.items():
        (folder / name).write_text(document.markdown(), encoding="utf-8")
    cited = list(dict.fromkeys(key for own in documents.values() for key in own.cited()))
    references = bibtex(cited, run.on_physionet)
    (folder / REFERENCES).write_text(references, encoding="utf-8")
    (folder / PAGE).write_text(
        _page(run, documents, cited, references, cards or {}), encoding="utf-8"
    )


def _page(
    run: Run,
    documents: dict[str, Document],
    cited: list[str],
    references: str,
    cards: dict[str, str],
) -> str:
    title = f"For the paper: study {run.summary['study']}"
    blanks = sum(document.blanks() for document in documents.values())
    contents = "".join(
        f'<li><a href="#{name}">{html.escape(own.title)}</a> '
        f"({number_of(own.blanks(), 'blank')})</li>"
        for name, own in documents.items()
    )
    body = "".join(
        f'<section id="{name}">{document.html()}</section>' for name, document in documents.items()
    )
    known = [key for key in sorted(cited) if not key.startswith(DATABASE)]
    listed = "".join(f'<li id="{key}">{html.escape(label_of(key))}</li>' for key in known)
    listed += "".join(
        f'<li id="{DATABASE}{name}">{html.escape(name)}, version {html.escape(version)}, on '
        "PhysioNet</li>"
        for name, version in run.on_physionet.items()
    )
    models = "".join(
        f"<details><summary>Model card: {html.escape(name)} (model/{html.escape(name)}/README.md)"
        f"</summary><pre>{html.escape(text)}</pre></details>"
        for name, text in cards.items()
    )
    return whole_page(
        title,
        '<p class="note">Written by the run from its config, table, split and scores. What it '
        f"cannot know is marked: {number_of(blanks, 'blank')} for a person to fill in. The same "
        f"texts are Markdown beside this page, with {REFERENCES}.</p><ul>{contents}</ul>{body}"
        f"{'<h2>Model cards</h2>' * bool(cards)}{models}"
        f"<h2>References</h2><ul>{listed}</ul><details><summary>BibTeX</summary>"
        f"<pre>{html.escape(references)}</pre></details>",
        _STYLE,
    )


def write_config(config: dict, path: str | Path) -> None:
    """Write a study's config with all defaults; JSON is what snakemake reads as well as YAML."""
    text = json.dumps(config, indent=2, ensure_ascii=False)
    Path(path).write_text(text + "\n", encoding="utf-8")
