"""Tables of numbers as text: whatever separates them, what was written is read."""

import gzip
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from biospectra.formats.read import read

NAMES = ("ECG", "EMG left", "Vasto Medial", "p-wave")
UNITS = {"": "adu", " [mV]": "mV", " (uV)": "uV"}
NUMBERS = st.one_of(st.just(0.0), st.floats(-1e6, 1e6, allow_subnormal=False))


@st.composite
def tables(draw):
    """Return a table (rows, columns) with gaps in one column, which one, and how it is written."""
    columns = draw(st.integers(1, 4))
    row = st.lists(NUMBERS, min_size=columns, max_size=columns)
    table = np.round(draw(st.lists(row, min_size=3, max_size=25)), 4)
    column = draw(st.integers(0, columns - 1))
    gaps = draw(st.sets(st.integers(1, len(table) - 1), max_size=len(table) // 3))
    table[list(gaps), column] = np.nan
    separator = draw(st.sampled_from("\t;, "))
    # Of one column with commas nothing says whether they separate or are decimal.
    commas = columns > 1 and separator in "\t;"
    style = {
        "separator": separator,
        "decimal": draw(st.sampled_from(".," if commas else ".")),
        "gap": "NaN" if columns == 1 or separator == " " else draw(st.sampled_from(["", "NaN"])),
        "names": [name.replace(" ", "_") for name in NAMES] if separator == " " else NAMES,
        "header": draw(st.sampled_from(["none", "names", "title and names"])),
        "units": "" if separator == " " else draw(st.sampled_from(list(UNITS))),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "last_line_ends": draw(st.booleans()),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        "packed": draw(st.booleans()),
    }
    return table, column, style


def written(table: np.ndarray, style: dict) -> bytes:
    """Return a table as text."""
    separator = style["separator"]
    lines = ["subject: 12, at rest"] if style["header"] == "title and names" else []
    if style["header"] != "none":
        names = style["names"][: table.shape[1]]
        lines.append(separator.join(f"{name}{style['units']}" for name in names))
    for row in table:
        cells = [style["gap"] if np.isnan(value) else f"{value:.4f}" for value in row]
        lines.append(separator.join(cell.replace(".", style["decimal"]) for cell in cells))
    text = style["end"].join(lines) + style["end"] * style["last_line_ends"]
    data = text.encode(style["encoding"])
    return gzip.compress(data) if style["packed"] else data


@given(tables())
def test_what_was_written_is_read(case):
    table, column, style = case
    named = style["header"] != "none"
    name = style["names"][column] if named else f"column {column}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.txt.gz" if style["packed"] else "table.txt")
        path.write_bytes(written(table, style))
        signal = read(path, channel=name if named else column, rate_hz=250)
    expected = table[:, column]
    expected = expected[: np.flatnonzero(~np.isnan(expected))[-1] + 1]  # gaps at the end are none
    np.testing.assert_allclose(signal.samples, expected, rtol=1e-12)
    assert signal.rate_hz == 250
    assert signal.units == (UNITS[style["units"]] if named else "adu")
    assert signal.channel == name
