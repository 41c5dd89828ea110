"""Read one channel of a recording, whatever its format.

To add a format, write ``readers/NAME.py`` with one function that takes a
`biospectra.signals.Request` and returns a `biospectra.signals.Signal`, and add one line below.
"""

from importlib import import_module
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.signals import Request, Signal

__all__ = ["READERS", "Signal", "read"]

# File name ending: module and function below biospectra.readers, loaded when needed.
READERS = {
    ".h5": "hdf5:read",
    ".hdf5": "hdf5:read",
    ".edf": "edf:read",
    ".hea": "wfdb_record:read",
    ".txt": "text:read",
    ".csv": "text:read",
    ".tsv": "text:read",
    ".npz": "numpy_arrays:read",
    ".npy": "numpy_arrays:read",
}


def reader_name(path: Path) -> str:
    """Return the ending in `READERS` that a file's name has, past a ``.gz``.

    Raises
    ------
    RecordingError
        Where no reader knows the ending.
    """
    name = path.name.lower().removesuffix(".gz")
    for ending in READERS:
        if name.endswith(ending):
            return ending
    raise RecordingError(
        path,
        f"no reader for files named *{Path(name).suffix or name}",
        f"known endings are {' '.join(READERS)}",
    )


def read(
    path: str | Path,
    *,
    channel: str | int | None = None,
    start_s: float | None = None,
    duration_s: float | None = None,
    rate_hz: float | None = None,
    units: str | None = None,
    gain: float | None = None,
    variable: str | None = None,
) -> Signal:
    """Read one channel of a recording.

    Parameters
    ----------
    path
        The file to read: a WFDB record's header, the table's file, ...
    channel
        Its name or number. Numbers are the file's own: the N of OpenSignals' ``channel_N``;
        in every other format channels (columns, rows) count from 0. May be left out where the
        file has one channel only.
    start_s, duration_s
        The part to read, by default all of it.
    rate_hz
        Sampling rate, for formats that do not hold one. A contradiction is an error.
    units, gain
        Samples are divided by `gain` (counts per `units`, as in a WFDB header), and `units`
        replaces the file's.
    variable
        Which array, in formats that hold several (MATLAB, NumPy archives, HDF5).

    Returns
    -------
    Signal

    Raises
    ------
    RecordingError
        Naming the file, what is wrong and what would be right.
    """
    path = Path(path)
    _check_file(path)
    module, function = READERS[reader_name(path)].split(":")
    request = Request(path, channel, start_s, duration_s, rate_hz, units, gain, variable)
    if gain is not None and not (0 < abs(float(gain)) < float("inf")):
        raise request.error(f"a gain of {gain} cannot be", "give counts per unit, or leave it out")
    try:
        signal = getattr(import_module(f"biospectra.readers.{module}"), function)(request)
    except (RecordingError, MemoryError, ImportError):
        raise
    except Exception as problem:  # whatever a library makes of a broken file
        raise request.error(
            f"cannot be read ({type(problem).__name__}: {problem})",
            "it may be damaged or of another format than its name says",
        ) from problem
    if gain is not None:
        signal.samples = signal.samples / float(gain)
    if units:
        signal.units = str(units)
    return signal


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
        is_file = path.is_file()
    except FileNotFoundError:
        raise RecordingError(path, "there is no such file", "correct its path") from None
    except OSError as problem:
        raise RecordingError(
            path, f"cannot be opened ({problem.strerror})", "check the link and the permissions"
        ) from problem
    if not is_file:
        raise RecordingError(path, "is not a file", "give the path of a file")
    if size == 0:
        raise RecordingError(path, "is empty (0 bytes)", "fetch it again")
