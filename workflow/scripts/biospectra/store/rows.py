"""The rows: what each entry of an HDF5 file is, said in one way everywhere.

A recording of which one channel is asked for keeps its id of the table. Where a row of the table
may mean several channels, each goes its own way as a recording of its own, ``ID@CHANNEL``.

`rows` is a table with one row an entry: recording, segment (its number within the recording),
start_s, label, subject, database, quality. `recordings` is a table with one row a recording: the
attributes that the steps copy on. Both are compound datasets of fixed-length UTF-8 text, float64
and int64.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.store.hdf5 import opened, put_dataset

CHANNEL_MARK = "@"  # which no id of the table has
ROW_COLUMNS = ["recording", "segment", "start_s", "label", "subject", "database", "quality"]
RECORDING_COLUMNS = [
    "recording",
    "source",
    "channel",
    "units",
    "unit_size",  # what 1 stands for, in mV or the unit of the file
    "rate_hz",
    "native_rate_hz",
    "bandwidth_hz",
    "remarks",
]


def channel_id(recording: str, channel: str) -> str:
    """Return the id of one channel of a recording of which several may be meant.

    Examples
    --------
    >>> channel_id("S001", "EEG Fpz-Cz"), recording_of("S001@EEG_Fpz-Cz"), recording_of("S002")
    ('S001@EEG_Fpz-Cz', 'S001', 'S002')
    """
    plain = re.sub(r"[^\w.+-]+", "_", channel.strip())
    return f"{recording}{CHANNEL_MARK}{plain or '_'}"


def recording_of(name: str) -> str:
    """Return the table's id of a recording or of a channel of one."""
    return name.partition(CHANNEL_MARK)[0]


def of_whole_recordings(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which all channels of a recording have the table's id of it."""
    return rows.assign(recording=[recording_of(str(name)) for name in rows["recording"]])


def ticks(start_s: pd.Series) -> pd.Series:
    """Return starts as integers: multiples of a sample as floats may differ in the last digit."""
    return (1e4 * start_s).round().astype(np.int64)


def write_table(file: h5py.Group, name: str, table: pd.DataFrame) -> None:
    """Write a table as a compound dataset, in place of one of this name."""
    columns = {}
    for column in table:
        values = table[column]
        if pd.api.types.is_numeric_dtype(values):
            columns[column] = values.to_numpy()
        else:
            encoded = [str(value).encode() for value in values]
            longest = max(map(len, encoded), default=1) or 1
            columns[column] = np.array(encoded, dtype=h5py.string_dtype("utf-8", longest))
    dtype = [(column, values.dtype) for column, values in columns.items()]
    array = np.empty(len(table), dtype=dtype)
    for column, values in columns.items():
        array[column] = values
    if name in file:
        del file[name]
    put_dataset(file, name, array)


def read_table(file: h5py.Group, name: str) -> pd.DataFrame:
    """Read a table written by `write_table`."""
    array = file[name][()]
    table = pd.DataFrame(index=range(len(array)))
    for column in array.dtype.names:
        values = array[column]
        if values.dtype.kind == "S":
            values = np.array([value.decode() for value in values], dtype=object)
        table[column] = values
    return table


def read_rows(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read the rows of several files, with `file` (its path) and `index` (the entry within it)."""
    tables = []
    for path in paths:
        with opened(path) as file:
            table = read_table(file, "rows")
        tables.append(table.assign(file=str(path), index=np.arange(len(table))))
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def read_recordings(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read the attributes of the recordings of several files, each recording once."""
    tables = []
    for path in paths:
        with opened(path) as file:
            tables.append(read_table(file, "recordings"))
    return pd.concat(tables, ignore_index=True).drop_duplicates("recording", ignore_index=True)
