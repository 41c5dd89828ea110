"""Tables in HTML."""

import html

from biospectra.store.tables import defused

PAGE_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 0.4rem; }
p.note { color: #555; margin: 0.2rem 0 0.6rem; }
table { border-collapse: collapse; font-size: 0.88rem; }
th, td { padding: 0.2rem 0.7rem 0.2rem 0; text-align: left; }
th { border-bottom: 1.5px solid #444; } td { border-bottom: 1px solid #ddd; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: 0.85em; overflow-wrap: anywhere; } details { margin-top: 0.6rem; }
pre { background: #f5f5f5; padding: 0.8rem; overflow-x: auto; font-size: 0.85em; }
"""


def _cell(value) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return html.escape(defused(str(value)))
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def html_table(header: list[str], rows: list[list]) -> str:
    """Return a table; columns of numbers stand to the right, and None is a dash."""
    if not rows:
        return ""
    side = [
        ' class="n"' if any(isinstance(v, int | float) for v in column) else ""
        for column in zip(*rows, strict=True)
    ]
    head = "".join(f"<th{n}>{html.escape(t)}</th>" for n, t in zip(side, header, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{n}>{_cell(value)}</td>" for n, value in zip(side, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
