"""A document of headings, paragraphs, lists and tables, as Markdown and as HTML."""

import html
import re
from collections.abc import Callable

from biospectra.report.paper.references import label_of
from biospectra.store.tables import defused

BLANK = "FILL IN"
_BLANK = re.compile(rf"\[{BLANK}: [^]]*\]")
_CITED = re.compile(r"\[@([\w.:-]+)\]")
_CODE = re.compile(r"`([^`]+)`")


def blank(what: str) -> str:
    """Return the mark of what a person has to fill in.

    Examples
    --------
    >>> blank("who funded the study")
    '[FILL IN: who funded the study]'
    """
    return f"[{BLANK}: {what}]"


def plain(text: object) -> str:
    """Return a name from the table or a file as text that is neither Markdown nor HTML."""
    return " ".join(re.sub(r"[<>`|\[\]\\*]", " ", defused(str(text))).split())


class Document:
    """Blocks in their order.

    Parameters
    ----------
    title : str
        Its first heading.
    """

    def __init__(self, title: str):
        self.title = title
        self.blocks: list[tuple[str, object]] = []

    def heading(self, text: str) -> None:
        """Add a heading of the second level."""
        self.blocks.append(("heading", text))

    def paragraph(self, text: str) -> None:
        """Add a paragraph; an empty one is none."""
        if text:
            self.blocks.append(("paragraph", text))

    def items(self, lines: list[str]) -> None:
        """Add a list."""
        self.blocks.append(("items", lines))

    def table(self, header: list[str], rows: list[list[str]]) -> None:
        """Add a table of text."""
        self.blocks.append(("table", [header, *rows]))

    def texts(self) -> list[str]:
        """Return all that the document says, block by block."""
        found = []
        for kind, block in self.blocks:
            rows = block if kind == "table" else [block] if kind == "items" else [[block]]
            found += [text for row in rows for text in row]
        return found

    def blanks(self) -> int:
        """Count what a person has to fill in."""
        return sum(len(_BLANK.findall(text)) for text in self.texts())

    def cited(self) -> list[str]:
        """Return the keys that the document cites, each once."""
        return list(dict.fromkeys(key for text in self.texts() for key in _CITED.findall(text)))

    def markdown(self) -> str:
        """Return the document as Markdown, whose citations and tables Pandoc reads."""
        parts = [f"# {self.title}"]
        for kind, block in self.blocks:
            if kind == "heading":
                parts.append(f"## {block}")
            elif kind == "items":
                parts.append("\n".join(f"- {line}" for line in block))
            elif kind == "table":
                header, *rows = ([cell.replace("|", "/") for cell in row] for row in block)
                lines = [header, ["---"] * len(header), *rows]
                parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
            else:
                parts.append(str(block))
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        """Return the document as HTML without a page around it."""
        parts = [f"<h2>{_in_html(self.title)}</h2>"]
        for kind, block in self.blocks:
            if kind == "heading":
                parts.append(f"<h3>{_in_html(block)}</h3>")
            elif kind == "items":
                lines = "".join(f"<li>{_in_html(line)}</li>" for line in block)
                parts.append(f"<ul>{lines}</ul>")
            elif kind == "table":
                header, *rows = block
                parts.append(
                    f"<table><thead><tr>{_row('th', header)}</tr></thead><tbody>"
                    + "".join(f"<tr>{_row('td', row)}</tr>" for row in rows)
                    + "</tbody></table>"
                )
            else:
                parts.append(f"<p>{_in_html(block)}</p>")
        return "\n".join(parts)


def _row(tag: str, cells: list[str]) -> str:
    return "".join(f"<{tag}>{_in_html(cell)}</{tag}>" for cell in cells)


def _in_html(text: object) -> str:
    escaped = html.escape(str(text))
    replacements: list[tuple[re.Pattern, Callable]] = [
        (_CITED, lambda found: f'<a href="#{found[1]}">({html.escape(label_of(found[1]))})</a>'),
        (_BLANK, lambda found: f"<mark>{found[0]}</mark>"),
        (_CODE, lambda found: f"<code>{found[1]}</code>"),
    ]
    for pattern, replacement in replacements:
        escaped = pattern.sub(replacement, escaped)
    return escaped
