"""The formats that are read, by the endings of the names of their files.

A format is a module with ``ENDINGS``, the endings of the names of its files, and ``read``, which
takes a `Request`, imports its library and gives each channel that `Request.choose` finds wanted;
where a recording has several files also ``sidecars``, which names them, and where files of others
have its endings ``claims``, which tells them apart. To add one, write it and add its name to
`FORMATS`.
"""

from pathlib import Path
from types import ModuleType

from biospectra.errors import RecordingError
from biospectra.formats import (
    audio,
    biopac,
    brainvision,
    cnt,
    curry,
    edf,
    eeglab,
    egi,
    egi_mff,
    fif,
    gdf,
    hdf5,
    hospital_ecg,
    matlab,
    nicolet,
    nihon_kohden,
    numpy_arrays,
    nwb,
    parquet,
    persyst,
    text,
    wfdb_record,
    xdf,
)
from biospectra.formats.confined import check_file, check_name
from biospectra.formats.sidecars import Sidecars, follow

FORMATS: tuple[ModuleType, ...] = (wfdb_record, edf, brainvision, gdf, eeglab, fif)
FORMATS += (hdf5, matlab, numpy_arrays, parquet, text, audio, xdf, biopac)
FORMATS += (cnt, nihon_kohden, persyst, nicolet, egi, curry, hospital_ecg, nwb, egi_mff)
READERS = {ending: module.read for module in FORMATS for ending in module.ENDINGS}
SIDECARS = {
    ending: module.sidecars
    for module in FORMATS
    if hasattr(module, "sidecars")
    for ending in module.ENDINGS
}
CLAIMS = {
    ending: module.claims
    for module in FORMATS
    if hasattr(module, "claims")
    for ending in module.ENDINGS
}
# Read by libraries in C, which are known to crash on damaged files.
ISOLATED: tuple[str, ...] = (".mat", ".set", ".h5", ".hdf5", ".parquet", ".wav", ".flac", ".cnt")
# By others that take a damaged count for one, and ask for all the memory or time there is.
ISOLATED += (".xdf", ".acq", ".eeg", ".lay", ".raw", ".cdt", ".dap", ".xml", ".dcm", ".ecg")
ISOLATED += (".scp", ".nwb", ".bin")


def ending_of(path: Path) -> str:
    """Return the ending in `READERS` that a file's name has, past a ``.gz``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str

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


def sidecars_of(path: Path) -> Sidecars:
    """Return what a file says of the further files of its recording; nothing where it is alone.

    Parameters
    ----------
    path : Path
        The file that is read first, or a further one.

    Returns
    -------
    Sidecars

    Raises
    ------
    RecordingError
        Where it names a file outside its own folder.
    """
    name = path.name.lower()
    asked = next((SIDECARS[e] for e in SIDECARS if name.removesuffix(".gz").endswith(e)), None)
    if asked is None or (name.endswith(".gz") and asked is not text.sidecars):
        return Sidecars([], [])
    found = asked(path)
    for one in found.named:
        check_name(path, one)
    return found


def beside(path: Path) -> list[Path]:
    """Return the local files that belong to one that is read first, without itself.

    Parameters
    ----------
    path : Path
        The file that is read first.

    Returns
    -------
    list of Path

    Raises
    ------
    RecordingError
        Where one lies outside its folder.
    """
    try:
        found = follow(path, sidecars_of)
        for other in found:
            check_file(path, other)
    except RecordingError as error:
        raise error if error.parts[0] == str(path) else error.within(str(path)) from None
    return found


def read_first(paths: list[Path]) -> list[Path]:
    """Return those of some files that are read first: the others belong to them, or are unknown.

    Of endings that other programs use, too, only what a format claims is known.

    Parameters
    ----------
    paths : list of Path
        Files that lie together.

    Returns
    -------
    list of Path
    """
    known = [p for p in paths if p.name.lower().removesuffix(".gz").endswith(tuple(READERS))]
    further = {other for path in known for other in beside(path)}
    return [path for path in known if path not in further and is_claimed(path)]


def is_claimed(path: Path) -> bool:
    """Whether a file is of the format that its ending is of, where others use that, too.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
        True also of a file that cannot be opened: reading it says why.
    """
    claims = next((CLAIMS[e] for e in CLAIMS if path.name.lower().endswith(e)), None)
    try:
        return claims is None or not path.is_file() or bool(claims(path))
    except OSError:
        return True


def size_of(path: Path) -> int:
    """Return the bytes of all files of a recording.

    Parameters
    ----------
    path : Path
        The file that is read first.

    Returns
    -------
    int
    """
    return sum(file.stat().st_size for file in (path, *beside(path)))
