"""Nicolet: a header (.head), and samples in a file of their own (.data); read with MNE.

Format: Nicolet.
Recognised by: its header.
Units: uV.
Annotations: none.
Rates and gaps: one.
Tried with: MNE's test file, and files built from the layout.
"""

from collections.abc import Iterator
from pathlib import Path

from biospectra.formats.mne_raw import check_size, signals_of
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal

ENDINGS = (".head",)


def sidecars(path: Path) -> Sidecars:
    """Name the file of the samples."""
    return Sidecars([f"{path.stem}.data"], [])


def read(request: Request) -> Iterator[Signal]:
    """Read channels of a Nicolet recording in uV; they count from 0."""
    import mne

    text = request.path.read_text("latin-1")
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    data = request.path.with_suffix(".data")
    try:
        n_channels, n_samples = int(said["num_channels"]), int(said["num_samples"])
    except (KeyError, ValueError) as problem:
        raise request.error(
            f"is no header of Nicolet's: it lacks {problem}", "choose another file"
        ) from problem
    if not data.is_file():
        raise request.error(
            f"its data file {data.name} is not there",
            "put both into one folder, by their old names",
        )
    check_size(request, data, 2 * n_channels * n_samples)
    with quietly("mne"):
        raw = mne.io.read_raw_nicolet(data, ch_type="eeg", preload=False, verbose="error")
    yield from signals_of(request, raw, lambda k: ("uV", 1e6))
