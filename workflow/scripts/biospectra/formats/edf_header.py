"""The header of EDF, EDF+, BDF and BDF+, read as leniently as other programs do."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

ANNOTATIONS = ("EDF Annotations", "BDF Annotations")
# For all signals one after the other: label, transducer, dimension, physical and digital limits,
# filters, samples a record, reserved.
_FIELDS = {"label": 16, "transducer": 80, "dimension": 8, "physical_min": 8, "physical_max": 8}
_FIELDS |= {"digital_min": 8, "digital_max": 8, "filters": 80, "samples": 8, "reserved": 32}


class Channel(NamedTuple):
    """One signal of a file.

    Attributes
    ----------
    label, dimension : str
        Its name and its unit.
    physical, digital : (float, float)
        Limits.
    samples : int
        Samples in each data record.
    offset : int
        Samples of other signals before its own in each record.
    """

    label: str
    dimension: str
    physical: tuple[float, float]
    digital: tuple[float, float]
    samples: int
    offset: int


class EdfHeader(NamedTuple):
    """What a file's header says.

    Attributes
    ----------
    starts : datetime or None
        When the recording began.
    data : int
        Where its data begin, in bytes.
    records : int
        How many data records it promises; -1 where the recorder left that open.
    record_s : float
        How long each lasts.
    sample_bytes : int
        2, of BDF 3.
    channels : list of Channel
        All, in order.
    """

    starts: datetime | None
    data: int
    records: int
    record_s: float
    sample_bytes: int
    channels: list[Channel]

    @property
    def record_bytes(self) -> int:
        """Length of a data record."""
        return self.sample_bytes * sum(channel.samples for channel in self.channels)


def _number(field: bytes, what: str) -> float:
    """Return the number in a field, which may have a decimal comma or be padded with zero bytes."""
    text = field.decode("latin-1").replace("\x00", " ").strip().replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"its header has {text!r} for the {what}") from None


def text_of(field: bytes) -> str:
    """Return a text, which is UTF-8 or, against the standard, Latin-1.

    Parameters
    ----------
    field : bytes
        As it stands in the file; a zero byte ends it.

    Returns
    -------
    str
    """
    field = field.lstrip(b"\x00 ").partition(b"\x00")[0]
    try:
        return field.decode("utf-8").strip()
    except UnicodeDecodeError:
        return field.decode("latin-1").strip()


def _start(day: bytes, time: bytes) -> datetime | None:
    numbers = [re.findall(r"\d+", field.decode("latin-1")) for field in (day, time)]
    if [len(found) for found in numbers] != [3, 3]:
        return None
    days, months, years = map(int, numbers[0])
    hours, minutes, seconds = map(int, numbers[1])
    years += 1900 if 85 <= years < 100 else 2000 if years < 85 else 0
    try:
        begin = datetime(years, months, days)
    except ValueError:
        return None
    return begin + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def read_edf_header(path: Path) -> EdfHeader:
    """Return what the header of an EDF or BDF file says.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    EdfHeader

    Raises
    ------
    ValueError
        Where it is no such header; says what is wrong.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        main = file.read(256)
        is_bdf = main[:8] == b"\xffBIOSEMI"
        if len(main) < 256 or not (is_bdf or main[:8].strip(b"\x00 ") == b"0"):
            raise ValueError("its first bytes are not those of an EDF or BDF file")
        n = int(_number(main[252:256], "number of signals"))
        if n < 1:
            raise ValueError(f"its header names {n} signals")
        fields = file.read(256 * n)
    if len(fields) < 256 * n:
        raise ValueError(f"it ends within its header, which should have {256 * (n + 1)} bytes")
    cells: dict[str, list[bytes]] = {}
    at = 0
    for name, width in _FIELDS.items():
        cells[name] = [fields[at + width * k : at + width * (k + 1)] for k in range(n)]
        at += width * n
    samples = [int(_number(cell, "samples of a record")) for cell in cells["samples"]]
    if min(samples) < 0:
        raise ValueError(f"its header promises {min(samples)} samples a record")
    offsets = np.cumsum([0, *samples])
    channels = [
        Channel(
            text_of(cells["label"][k]),
            text_of(cells["dimension"][k]),
            _limits(cells, "physical", k),
            _limits(cells, "digital", k),
            samples[k],
            int(offsets[k]),
        )
        for k in range(n)
    ]
    sample_bytes = 3 if is_bdf else 2
    records = int(_number(main[236:244], "number of data records"))
    record_bytes = sample_bytes * int(offsets[-1])
    data = 256 * (n + 1)
    told = int(_number(main[184:192], "length of the header"))
    # A few recorders reserve more, and some write something else than the length into the field.
    if data < told < size and records * record_bytes == size - told:
        data = told
    starts = _start(main[168:176], main[176:184])
    duration_s = _number(main[244:252], "duration of a data record")
    return EdfHeader(starts, data, records, duration_s, sample_bytes, channels)


def _limits(cells: dict[str, list[bytes]], kind: str, k: int) -> tuple[float, float]:
    """Return the limits of a signal; those of an annotation channel may be anything."""
    if text_of(cells["label"][k]) in ANNOTATIONS:
        return 0.0, 1.0
    low, high = (_number(cells[f"{kind}_{end}"][k], f"{kind} limits") for end in ("min", "max"))
    return low, high
