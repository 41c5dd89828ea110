"""Parquet tables, read with pyarrow."""

import numpy as np

from biospectra.formats.request import Request
from biospectra.signals.signal import Signal


def read(request: Request) -> Signal:
    """Read a numeric column of a Parquet file; columns count from 0, missing values are NaN."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(request.path) as file:
        names = file.schema_arrow.names
        name = names[request.pick(names)]
        kind = file.schema_arrow.field(name).type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            raise request.error(f"column {name!r} is {kind}", "choose a column of numbers")
        rate_hz = request.rate(None)
        column = file.read(columns=[name])[name]
    samples = column.cast(pa.float64()).to_numpy()
    return request.cut(Signal(np.array(samples, dtype=np.float64), rate_hz, "adu", name))
