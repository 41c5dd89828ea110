"""The annotations of EDF+ and BDF+ files."""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from biospectra.formats.edf_header import ANNOTATIONS, EdfHeader, read_edf_header
from biospectra.signals.signal import Annotation

# A time-stamped list: onset, perhaps a duration, then texts; the first of a record may have none.
_STAMP = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15(\d+(?:\.\d*)?))?\x14((?:[^\x00\x14]*\x14)*)\x00")


class Track(NamedTuple):
    """The annotations of a file.

    Attributes
    ----------
    annotations : list of Annotation
        In true seconds from the first sample.
    onsets_s : ndarray, (n_records,), float64
        When each data record begins, in seconds from the first; empty where nothing says it.
    """

    annotations: list[Annotation]
    onsets_s: np.ndarray


def read_track(path: Path, header: EdfHeader, records: int) -> Track:
    """Read the annotation channels of an EDF+ file; empty for others."""
    mine = [c for c in header.channels if c.label in ANNOTATIONS]
    annotations: list[Annotation] = []
    onsets: list[float] = []
    with path.open("rb") as file:
        for record in range(records if mine else 0):
            for k, channel in enumerate(mine):
                at = record * header.record_bytes + channel.offset * header.sample_bytes
                file.seek(header.data + at)
                stamps = _STAMP.findall(file.read(channel.samples * header.sample_bytes))
                if k == 0 and stamps:
                    onsets.append(float(stamps[0][0]))
                annotations += [
                    Annotation(float(onset), float(duration or 0), text.decode("utf-8", "replace"))
                    for onset, duration, texts in stamps
                    for text in texts.split(b"\x14")
                    if text
                ]
    if len(onsets) != records:
        onsets = []
    first_s = onsets[0] if onsets else 0.0
    shifted = [a._replace(onset_s=a.onset_s - first_s) for a in annotations]
    return Track(shifted, np.array(onsets) - first_s)


def edf_annotations(path: Path) -> tuple[list[Annotation], datetime | None]:
    """Return the annotations of an EDF+ file that may hold nothing else, and when it starts."""
    header = read_edf_header(path)
    records = header.records
    if records < 0 or header.data + records * header.record_bytes > path.stat().st_size:
        raise ValueError("it is not as long as its header says")
    return read_track(path, header, records).annotations, header.starts
