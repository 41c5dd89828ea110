"""Parquet tables, read with pyarrow.

Format: Parquet.
Recognised by: its first bytes.
Units: names of columns, such as ECG (mV).
Annotations: a table of events beside it.
Rates and gaps: one; gaps by a column of times.
Tried with: files of pyarrow and pandas.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from biospectra.formats.columns import Columns, clock_columns
from biospectra.formats.request import Request
from biospectra.formats.table_clocks import table_clock
from biospectra.formats.units import split_unit
from biospectra.signals.signal import Signal, stretches_of

ENDINGS = (".parquet",)


def read(request: Request) -> Iterator[Signal]:
    """Read numeric columns of a Parquet file; columns count from 0, missing values are NaN.

    Columns of times and of running numbers say the rate and the gaps.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(request.path, page_checksum_verification=True) as file:
        fields = file.schema_arrow
        titles = list(fields.names)
        split = [split_unit(title) for title in titles]
        kinds = [_kind(fields.field(j).type) for j in range(len(titles))]
        names = [name for name, _ in split]
        columns = Columns(names, titles, [unit for _, unit in split], kinds, [])
        signals = {j for j, kind in enumerate(kinds) if kind == "number"}
        if len(signals) > 1:
            signals -= {j for both in clock_columns(columns, -1) for j in both}
        chosen = request.choose(titles, passed=set(range(len(titles))) - signals)
        clocks = {k: clock_columns(columns, k) for k in chosen.positions}
        for k in clocks:
            if kinds[k] != "number":
                raise request.error(
                    f"column {titles[k]!r} is {fields.field(k).type}", "choose a column of numbers"
                )
        wanted = {j for k, both in clocks.items() for j in (k, *both[0], *both[1])}
        values = {j: _values(file.read(columns=[titles[j]])[titles[j]]) for j in wanted}

    def one(k: int) -> Signal:
        samples = values[k]
        clock = table_clock(
            request,
            columns,
            k,
            np.ones(len(samples), bool),
            np.isfinite(samples),
            {j: values[j] for j in clocks[k][0]},
            {j: values[j] for j in clocks[k][1]},
        )
        samples = samples[clock.rows]
        signal = Signal(
            samples,
            clock.rate_hz,
            columns.units[k] or "adu",
            names[k],
            stretches_of(clock.breaks, len(samples)),
        )
        return request.cut(
            signal, lost=list(zip(clock.breaks.tolist(), clock.lost_s.tolist(), strict=True))
        )

    yield from chosen.signals(one)


def _kind(form: Any) -> str:
    import pyarrow as pa

    if pa.types.is_integer(form) or pa.types.is_floating(form) or pa.types.is_duration(form):
        return "number"
    return "stamp" if pa.types.is_timestamp(form) else "text"


def _values(column: Any) -> np.ndarray:
    """Return a column as numbers, times in s from the first."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) or pa.types.is_duration(column.type):
        ticks = column.cast(pa.int64()).to_numpy()
        seconds = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}[column.type.unit]
        missing = column.is_null().to_numpy()
        whole = np.where(missing, 0, np.nan_to_num(ticks)).astype(np.int64)
        origin = whole[~missing][0] if not missing.all() else 0
        return np.where(missing, np.nan, (whole - origin) * seconds)
    return np.array(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
