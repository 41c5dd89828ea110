"""Curry: samples (.cdt) of Curry 8 and 9, or a header (.dap) of Curry 7; read with MNE.

Format: Curry 7, 8 and 9.
Recognised by: its parameters (.dap, .dpa, .dpo); epochs are refused.
Units: uV, fT, or the header's.
Annotations: its events (.cef, .ceo).
Rates and gaps: one.
Tried with: MNE's test files of Curry 7 and 8, equal to the EDF they were made of to 0.001 uV
    (0.05 in text), and files built from the layout.
"""

import re
from collections.abc import Iterator
from glob import escape
from pathlib import Path

from biospectra.formats.checks import check_size
from biospectra.formats.mne_raw import signals_of
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal

ENDINGS = (".cdt", ".dap")
_FACTORS = {"uV": 1e6, "fT": 1e15}  # of units that MNE turns into those of the SI


def sidecars(path: Path) -> Sidecars:
    """Name the files of samples, parameters, labels and events."""
    if path.suffix.lower() == ".dap":
        likely = [f"{escape(path.stem)}.{ending}" for ending in ("rs3", "cef", "ceo")]
        return Sidecars([f"{path.stem}.dat"], likely)
    return Sidecars([], [f"{escape(path.name)}.*"])


def read(request: Request) -> Iterator[Signal]:
    """Read channels in uV (fT of magnetometers); they count from 0. Events are annotations."""
    # MNE asks for it by other means than importing it, which would not be told rightly.
    import curryreader  # noqa: F401
    import mne

    path = request.path
    if path.suffix.lower() == ".dap":
        header, data = path, path.with_suffix(".dat")
    else:
        beside = [path.with_name(f"{path.name}.{ending}") for ending in ("dpa", "dpo")]
        header, data = next((one for one in beside if one.is_file()), beside[0]), path
    for one in (header, data):
        if not one.is_file():
            raise request.error(
                f"its file {one.name} is not there", "put all its files into one folder"
            )
    _check_whole(request, header, data)
    try:
        with quietly("mne", "root"):
            raw = mne.io.read_raw_curry(data, preload=False, verbose="error")
    except AssertionError as problem:
        raise request.error(
            "names other channels than it has units, or positions of electrodes, for",
            "export it again with Curry, or as EDF",
        ) from problem
    if not isinstance(raw, mne.io.BaseRaw):
        raise request.error("is cut into epochs", "export it again, continuous")
    units = raw._orig_units

    def unit_of(k: int) -> tuple[str, float]:
        unit = str(units.get(raw.ch_names[k]) or "adu").replace("µV", "uV")
        return unit, _FACTORS.get(unit, 1.0)

    yield from signals_of(request, raw, unit_of)


def _check_whole(request: Request, header: Path, data: Path) -> None:
    """Refuse samples in binary that are not as many as the header says."""
    text = header.read_text("utf-8", "replace")
    said = dict(re.findall(r"^[ \t]*(\w+)[ \t]*=[ \t]*(\S*)", text, re.M))
    try:
        sizes = [int(said[key]) for key in ("NumSamples", "NumChannels", "NumTrials")]
    except (KeyError, ValueError) as problem:
        raise request.error(
            f"is no recording of Curry's: {header.name} does not say {problem}",
            "choose another file",
        ) from problem
    if said.get("DataByteOrder") != "ASCII":
        check_size(request, data, 4 * sizes[0] * sizes[1] * max(1, sizes[2]))
