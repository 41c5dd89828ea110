"""EGI's simple binary files, as Net Station exports them; read with MNE.

Format: EGI simple binary (Net Station).
Recognised by: its first bytes; epochs are refused.
Units: uV.
Annotations: its events.
Rates and gaps: one.
Tried with: MNE's test file, and files built from the layout.
"""

import struct
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from biospectra.formats.checks import check_size
from biospectra.formats.mne_raw import signals_of, unit_in_info
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.signals.signal import Signal

ENDINGS = (".raw",)
_WIDTHS = {2: 2, 4: 4, 6: 8}  # bytes of a number, by the version of a continuous file
_START = 36  # bytes ahead of the events' codes


def claims(path: Path) -> bool:
    """Whether a file is one of theirs, continuous or in epochs; many others end in .raw."""
    with path.open("rb") as file:
        version = int.from_bytes(file.read(4), "big")
    return version in _WIDTHS or version - 1 in _WIDTHS


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a continuous file in uV; they count from 0. Events are annotations."""
    import mne

    with request.path.open("rb") as file:
        start = file.read(_START)
    version = int.from_bytes(start[:4], "big")
    if version - 1 in _WIDTHS:
        raise request.error("is cut into epochs", "export it again, continuous")
    if version not in _WIDTHS or len(start) < _START:
        raise request.error(
            "is no simple binary file of EGI's", "export it so with Net Station, or as EDF"
        )
    n_channels, n_samples, n_events = (
        struct.unpack(">h", start[22:24])[0],
        *struct.unpack(">ih", start[30:36]),
    )
    frames = n_samples * (n_channels + n_events) * _WIDTHS[version]
    check_size(request, request.path, _START + 4 * n_events + frames)
    request.rate(float(struct.unpack(">h", start[20:22])[0]))
    if not n_samples or not n_channels:
        raise request.error("holds no samples", "choose another file or leave it out")
    with quietly("mne"):
        raw = mne.io.read_raw_egi(
            request.path, events_as_annotations=True, preload=False, verbose="error"
        )
    kinds = raw.get_channel_types()
    raw.drop_channels([n for n, kind in zip(raw.ch_names, kinds, strict=True) if kind == "stim"])
    yield from signals_of(request, raw, partial(unit_in_info, raw))
