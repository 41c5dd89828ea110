"""Tables in HTML."""

import html
import re
from math import floor, log10

from biospectra.store.tables import defused

MOST_DECIMALS = 6
_WITH_INTERVAL = re.compile(r"[+-]?[\d.,]+( \[[\d.,+ -]+\])?")
PAGE_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 0.4rem; }
p.note { color: #555; margin: 0.2rem 0 0.6rem; }
table { border-collapse: collapse; font-size: 0.88rem; display: block; max-width: 100%;
  overflow-x: auto; }
th, td { padding: 0.2rem 0.7rem 0.2rem 0; text-align: left; vertical-align: top; }
th { border-bottom: 1.5px solid #444; } td { border-bottom: 1px solid #ddd; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: 0.85em; overflow-wrap: anywhere; } details { margin-top: 0.6rem; }
pre { background: #f5f5f5; padding: 0.8rem; overflow-x: auto; font-size: 0.85em; }
"""


def whole_page(title: str, body: str, style: str = "") -> str:
    """Return a page of its own, which needs no other file and suits a narrow screen, too.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    style : str
        CSS that it needs besides that of all pages.
    """
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{PAGE_STYLE}{style}</style></head><body><h1>{html.escape(title)}</h1>{body}"
        "</body></html>\n"
    )


def _is_number(value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def decimals_of(values) -> int:
    """Return how many decimals a column of numbers has: about three figures of its largest.

    Numbers that are smaller than a millionth are next to nothing where people read.
    """
    sizes = [abs(v) for v in values if isinstance(v, float) and 0 < abs(v) < float("inf")]
    if not sizes:
        return 2
    power = floor(log10(max(sizes)))
    return min(MOST_DECIMALS, 2 - power) if power < -1 else max(0, 2 - max(0, power))


def _cell(value, decimals: int) -> str:
    if value is None:
        return "–"
    if not _is_number(value):
        text = str(value)
        # A number with its interval may be below 0, and is no formula.
        return html.escape(text if _WITH_INTERVAL.fullmatch(text) else defused(text))
    if isinstance(value, int):
        return f"{value:,}"
    shown = f"{value:,.{decimals}f}"
    vanished = decimals and value and not float(shown.replace(",", ""))
    return f"{value:.1g}" if vanished else shown


def html_table(header: list[str], rows: list[list]) -> str:
    """Return a table; columns of numbers stand to the right, rounded alike, and None is a dash."""
    if not rows:
        return ""
    columns = list(zip(*rows, strict=True))
    decimals = [decimals_of(column) for column in columns]
    side = [' class="n"' if any(map(_is_number, column)) else "" for column in columns]
    head = "".join(f"<th{n}>{html.escape(t)}</th>" for n, t in zip(side, header, strict=True))
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{n}>{_cell(value, places)}</td>"
            for n, places, value in zip(side, decimals, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def in_title(key: str) -> str:
    """Return a key of a file of results as a person would write it."""
    return key.replace("_", " ").capitalize()


def html_of(value) -> str:
    """Return any value of a JSON file as HTML: tables of what is alike, and lists of the rest."""
    if isinstance(value, dict) and value:
        value = {str(key): entry for key, entry in value.items()}
        entries = list(value.values())
        if all(isinstance(entry, dict) for entry in entries):
            return _table_of_alike(value)
        plain = [[in_title(key), _in_line(v)] for key, v in value.items() if _is_plain(v)]
        nested = {key: entry for key, entry in value.items() if not _is_plain(entry)}
        return html_table(["What", "Value"], plain) + "".join(
            f"<p><b>{html.escape(in_title(key))}</b></p>{html_of(entry)}"
            for key, entry in nested.items()
        )
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        return _table_of_alike({str(k + 1): entry for k, entry in enumerate(value)})
    return f"<p>{html.escape(defused(str(_in_line(value))))}</p>"


def _is_plain(value) -> bool:
    return not isinstance(value, dict | list) or (
        isinstance(value, list) and not any(isinstance(entry, dict | list) for entry in value)
    )


def _in_line(value):
    """Return a value as one cell holds it."""
    if isinstance(value, list):
        places = decimals_of(value)
        shown = (f"{v:.{places}f}" if isinstance(v, float) else str(v) for v in value)
        return (
            f"[{', '.join(shown)}]" if value and all(map(_is_number, value)) else ", ".join(shown)
        )
    return value


def _table_of_alike(entries: dict[str, dict]) -> str:
    """Return a table with a row for each entry, and below it what does not fit into cells."""
    keys = list(dict.fromkeys(key for entry in entries.values() for key in entry))
    plain = [k for k in keys if all(_is_plain(entry.get(k)) for entry in entries.values())]
    rows = [[name, *(_in_line(entry.get(key)) for key in plain)] for name, entry in entries.items()]
    rest = {
        name: {key: entry[key] for key in entry if key not in plain}
        for name, entry in entries.items()
        if set(entry) - set(plain)
    }
    return html_table(["", *map(in_title, plain)], rows) + "".join(
        f"<p><b>{html.escape(name)}</b></p>{html_of(entry)}" for name, entry in rest.items()
    )
