"""The table of recordings, read and checked."""

import glob
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from jsonschema import Draft202012Validator

from biospectra.errors import RecordingError, redacted, refuse
from biospectra.formats.channels import may_share
from biospectra.signals.annotations import ANNOTATED
from biospectra.sources import archives
from biospectra.sources.local import must_be_file
from biospectra.study.table import REMOTE, local_path, read_table_cells

HAS_LOGIN = "has_login"  # whether an address in the table has a password, which no row shows
TAKEN = ("files.tsv", "rejected.tsv", "left_out.tsv")  # files beside the recordings' folders


def with_columns(schema: dict, columns: list[str]) -> dict:
    """Return the JSON schema of a row that may have further columns of text."""
    further = {column: {"type": "string"} for column in columns}
    return schema | {"properties": schema["properties"] | further}


def check_columns(path: str | Path, columns: list[str]) -> None:
    """Refuse a table that lacks a column which the config names.

    Parameters
    ----------
    path : path
        The table.
    columns : list of str
        Of the config.

    Raises
    ------
    StudyError
        Names the column.
    """
    there = read_table_cells(Path(path)).columns if columns else ()
    refuse(
        f"{path}, line 1: there is no column {column!r}, which the config's `columns` names; add "
        "it to the table, or take it out there."
        for column in columns
        if column not in there
    )


def load_recordings(
    path: str | Path, schema: dict, labels: list[str], *, annotated: bool = False
) -> pd.DataFrame:
    """Read and check the table of recordings.

    Parameters
    ----------
    path : path
        The tab-separated table.
    schema : dict
        The JSON schema of one row.
    labels : list of str
        The classes that the config names.
    annotated : bool
        Whether the config says which annotation is which label.

    Returns
    -------
    DataFrame
        DataFrame, one row a recording, in the table's order, with every column of the schema; an
        empty cell is None; a local `source` is a path from the working directory, and an address
        has lost its password, which `biospectra.study.table.listed_cells` gives to who fetches it;
        `has_login` says of which that is so.

    Raises
    ------
    StudyError
        Names the file, the line and the remedy of all that is wrong.
    """
    path = Path(path)
    table = read_table_cells(path)
    missing = [column for column in schema["required"] if column not in table]
    problems = [*_column_problems(table, path, schema, missing)]
    columns, wrong = _values(table, schema)
    problems += _empty_cells(table, path, schema)
    problems += [f"{path}, line {line}: {what}" for line in sorted(wrong) for what in wrong[line]]
    recordings = pd.DataFrame(columns, index=table.index, dtype=object)
    if not missing:  # what rows say together, of those that can be understood
        filled = (table[schema["required"]] != "").all(axis=1)
        told = recordings[filled & ~recordings.index.isin(list(wrong))]
        problems += [*_row_problems(told, path, labels, annotated), *_twice(told, path)]
    refuse(problems)
    sources = [local_path(source, path.parent) for source in recordings["source"]]
    shown = [redacted(source) for source in sources]
    recordings[HAS_LOGIN] = [one != other for one, other in zip(sources, shown, strict=True)]
    recordings["source"] = shown
    return recordings.reset_index(drop=True)


def _column_problems(
    table: pd.DataFrame, path: Path, schema: dict, missing: list[str]
) -> Iterator[str]:
    """Say which columns are missing, and which are unknown."""
    if missing:
        named = f"column {missing[0]!r} is"
        if len(table.columns) > 1 < len(missing):
            named = f"columns {', '.join(map(repr, missing))} are"
        yield (
            f"{path}, line 1: {named} missing; "
            f"there must be: {', '.join(schema['required'])}, separated by tabs"
            + ("." if len(table.columns) > 1 else f", and the line has none: {table.columns[0]!r}.")
        )
    unknown = [column for column in table if column not in schema["properties"]]
    if unknown and len(table.columns) > 1:
        named = f"unknown column{'s' * (len(unknown) > 1)} {', '.join(map(repr, unknown))}"
        yield (
            f"{path}, line 1: {named}; there may be: "
            f"{', '.join(schema['properties'])}; name further ones in the config's `columns`."
        )


def _values(table: pd.DataFrame, schema: dict) -> tuple[dict[str, list], dict[int, list[str]]]:
    """Return the values of each column, None where a cell is empty, and what is wrong by line.

    Each text is checked once, however many lines have it.
    """
    columns: dict[str, list] = {}
    wrong: dict[int, list[str]] = {}
    for column, of in schema["properties"].items():
        if column not in table:
            columns[column] = [None] * len(table)
            continue
        validator = Draft202012Validator(of)
        found: dict[str, tuple[object, list[str]]] = {"": (None, [])}
        columns[column] = []
        for line, cell in zip(table.index, table[column].tolist(), strict=True):
            if cell not in found:
                found[cell] = _value_of(column, cell, validator)
            value, problems = found[cell]
            columns[column].append(value)
            if problems:
                wrong.setdefault(line, []).extend(problems)
    return columns, wrong


def _empty_cells(table: pd.DataFrame, path: Path, schema: dict) -> Iterator[str]:
    """Say which columns must be filled in; each once, however many lines lack it."""
    for column in (column for column in schema["required"] if column in table):
        lines = table.index[table[column] == ""]
        if len(lines):
            more = f" and {len(lines) - 1} more" if len(lines) > 1 else ""
            yield (
                f"{path}, line {lines[0]}{more}: {column} is empty; fill it in: "
                f"{schema['properties'][column]['description']}"
            )


def row_of(cells: Mapping[str, str], schema: dict) -> dict:
    """Return the filled cells of a line, numbers as such.

    Raises
    ------
    StudyError
        Where a cell is not what its column holds.
    """
    row: dict = {}
    problems = []
    for column, cell in cells.items():
        if cell:
            validator = Draft202012Validator(schema["properties"][column])
            row[column], wrong = _value_of(column, cell, validator)
            problems += wrong
    refuse(problems)
    return row


def _value_of(
    column: str, cell: str, validator: Draft202012Validator
) -> tuple[str | float | None, list[str]]:
    """Return what a filled cell means, a number as such, and what is wrong with it."""
    value: str | float = cell
    if validator.schema["type"] == "number":
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            return None, [f"{column}: {cell!r} is not a number."]
    problems = []
    for error in validator.iter_errors(value):
        hint = f" ({error.schema['description']})" if "description" in error.schema else ""
        problems.append(f"{column}: {error.message}{hint}")
    return value, problems


def _row_problems(
    recordings: pd.DataFrame, path: Path, labels: list[str], annotated: bool
) -> Iterator[str]:
    """Say what is wrong with rows together, and which local files are not there."""
    seen: dict[str, int] = {}
    side: dict[str, tuple[int, str]] = {}
    for row in recordings.itertuples():
        line = row.Index
        where = f"{path}, line {line}"
        if row.recording.lower() in TAKEN:
            yield (
                f"{where}: recording {row.recording!r}: the results have a file of that name; give "
                "it another id."
            )
        if row.recording in seen:
            yield (
                f"{where}: recording {row.recording!r} also appears in line {seen[row.recording]}; "
                "give each recording its own id."
            )
        seen[row.recording] = line
        if row.label == ANNOTATED and not annotated:
            yield (
                f"{where}: label {ANNOTATED!r} takes the labels from annotations; the config key "
                "segments.annotations.mapping must say which annotation is which label."
            )
        if row.label not in (*labels, ANNOTATED):
            yield (
                f"{where}: label {row.label!r} is not among the config's labels "
                f"({', '.join(map(str, labels))}); add it there or correct it here."
            )
        if row.split is not None:
            first_line, split = side.setdefault(row.subject, (line, row.split))
            if split != row.split:
                yield (
                    f"{where}: subject {row.subject!r} is in {row.split} here and in {split} in "
                    f"line {first_line}; a subject stays on one side, so give both one split."
                )
        if not row.source.startswith(REMOTE):
            yield from _source_problem(local_path(row.source, path.parent), where, row.recording)


def _source_problem(source: str, where: str, recording: str) -> Iterator[str]:
    """Name a path where nothing is, and what an archive does not hold."""
    outer, member = archives.split(source)
    try:
        if member is not None:
            must_be_file(outer, Path(outer))
            archives.check_member(Path(outer), member, subject=source)
        elif Path(outer).exists():
            must_be_file(outer, Path(outer))
        elif not glob.glob(outer):  # noqa: PTH207  the pattern may be absolute
            raise RecordingError(outer, f"there is no file {outer!r}", "correct its path")
    except RecordingError as error:
        yield (
            f"{where}: recording {recording!r}: {error} (a relative source starts from the table's "
            "folder)."
        )


def _twice(recordings: pd.DataFrame, path: Path) -> Iterator[str]:
    """Name each stretch of one channel that is under two subjects, or two labels."""
    seen: dict[tuple, list] = {}
    for row in recordings.itertuples():
        source = local_path(row.source, path.parent)
        if not source.startswith(REMOTE):
            source = os.path.realpath(source)
        start_s = row.start_s or 0.0
        end_s = math.inf if row.duration_s is None else start_s + row.duration_s
        own = seen.setdefault((source, row.variable), [])
        for other, from_s, to_s in own:
            if not (start_s < to_s and from_s < end_s):
                continue
            for what in ("subject", "label"):
                values = getattr(other, what), getattr(row, what)
                differ = values[0] != values[1] and ANNOTATED not in values
                if differ and may_share(row.channel, other.channel):
                    yield (
                        f"{path}, line {row.Index}: recording {row.recording!r} has {what} "
                        f"{values[1]!r}, and line {other.Index} gives the same part of the same "
                        f"channel, as recording {other.recording!r}, {what} {values[0]!r}; give "
                        "both one, or take one out."
                    )
        own.append((row, start_s, end_s))


def matching_files(file: str) -> list[str]:
    """Return the files that a local source means: the one of that name, or those of a pattern."""
    if Path(file).exists():  # a name may have brackets, too
        return [file]
    return sorted(glob.glob(file))  # noqa: PTH207  the pattern may be absolute


def shard_of(recording: str, shards: int) -> str:
    """Name the shard of a recording; it follows from the recording's id alone."""
    return f"{zlib.crc32(recording.encode()) % shards:0{len(str(shards - 1))}d}"
