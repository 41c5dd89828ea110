"""The table of recordings as it stands: its cells, and where its sources are."""

from pathlib import Path

import pandas as pd

from biospectra.errors import StudyError
from biospectra.sources.local import home_path
from biospectra.words import number_of

REMOTE = ("physionet:", "pypi:", "https://", "http://", "s3://")
NUMBERS = ("start_s", "duration_s", "rate_hz", "gain")
TEXTS = ("channel", "bad_channels", "units", "variable", "annotator", "sha256")


def read_table_cells(path: Path) -> pd.DataFrame:
    """Read a tab-separated table as text, whatever its line ends and Unicode encoding."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StudyError(
            f"{path}: the table of recordings cannot be read ({error.strerror}); "
            "the config key `recordings` says where it is."
        ) from None
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        lines = raw.decode(encoding).splitlines()
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: not a UTF-8 text ({error}); save it as UTF-8.") from None
    rows = [(i, line.split("\t")) for i, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise StudyError(f"{path}: the table is empty; its first line names the columns.")
    header = [cell.strip() for cell in rows[0][1]]
    for i, cells in rows[1:]:
        if len(cells) > len(header):
            raise StudyError(
                f"{path}, line {i}: {number_of(len(cells), 'cell')} for "
                f"{number_of(len(header), 'column')}; "
                "separate cells by one tab."
            )
    if len(rows) == 1:
        raise StudyError(f"{path}: no recording is listed below the header.")
    table = pd.DataFrame(
        [
            [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
            for _, cells in rows[1:]
        ],
        columns=header,
        index=pd.Index([i for i, _ in rows[1:]], name="line"),
    )
    if table.columns.duplicated().any():
        twice = table.columns[table.columns.duplicated()][0]
        raise StudyError(f"{path}, line 1: column {twice!r} appears twice; remove one.")
    return table


def local_path(source: str, folder: Path) -> str:
    """Return a local source as a path from the working directory, a remote one as it is."""
    if source.startswith(REMOTE):
        return source
    return str(folder / home_path(source))


def listed_cells(path: str | Path) -> dict[str, dict]:
    """Return the cells of each recording in a table that has been checked before.

    Parameters
    ----------
    path : path
        The tab-separated table.

    Returns
    -------
    dict of dict
        By recording; None where the table has no cell, addresses with their passwords.
    """
    table = read_table_cells(Path(path))
    found = {}
    for row in table.to_dict("records"):
        cells = dict.fromkeys((*NUMBERS, *TEXTS)) | {k: v for k, v in row.items() if v}
        cells |= {key: float(cells[key]) for key in NUMBERS if cells[key] is not None}
        cells["source"] = local_path(cells["source"], Path(path).parent)
        found[cells["recording"]] = cells
    return found
