"""Whatever is wrong with a file is told in one clear line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.formats.request import Request

# What brings a library that a reader imports: an extra of the package (pyproject.toml).
EXTRA_OF = dict.fromkeys(("h5py", "mne", "pyarrow", "soundfile", "wfdb"), "formats")
EXTRA_OF |= dict.fromkeys(("antio", "bioread", "curryreader", "mffpy", "pyxdf"), "devices")
EXTRA_OF |= dict.fromkeys(("ecgdatakit", "pydicom"), "hospital")


@contextmanager
def told_clearly(request: Request, what: str = "") -> Iterator[None]:
    """Tell whatever a library makes of a broken file as one clear line.

    Parameters
    ----------
    request : Request
        For the file.
    what : str
        What of it was read, with a blank behind it.

    Returns
    -------
    context manager

    Raises
    ------
    RecordingError
        In place of any other exception.
    """
    try:
        yield
    except RecordingError:
        raise
    except ImportError as problem:
        library = (problem.name or "").partition(".")[0]
        if library in EXTRA_OF:
            raise request.error(
                f"files of its format are read with {library}, which is not installed",
                f"pip install 'biospectra[{EXTRA_OF[library]}]', or add {library} to "
                "envs/recordings.yaml where jobs run in conda environments",
            ) from problem
        raise request.error(
            f"its format needs a package that is not installed ({problem})",
            "install it, or add it to the environment of the rule",
        ) from problem
    except MemoryError as problem:
        raise request.error(
            f"{what}needs more memory than there is or a file of this size may take",
            "give a shorter duration_s or the job more memory; the header may be damaged, too",
        ) from problem
    except Exception as problem:
        raise request.error(
            f"{what}cannot be read ({type(problem).__name__}: {problem})"[:400],
            "it may be damaged or of another format than its name says",
        ) from problem


def check_readable(path: Path) -> None:
    """Refuse what is no file, or an empty one.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    RecordingError
        Says why it cannot be read.
    """
    try:
        size = path.stat().st_size
        is_file = path.is_file()
    except FileNotFoundError:
        if path.is_symlink():
            problem = "is a link to a file that is not there"
            remedy = "fetch it (datalad get, git annex get), or correct the link"
        else:
            problem, remedy = "there is no such file", "correct its path"
        raise RecordingError(path, problem, remedy) from None
    except OSError as problem:
        raise RecordingError(
            path, f"cannot be opened ({problem.strerror})", "check the link and the permissions"
        ) from problem
    if not is_file:
        raise RecordingError(path, "is not a file", "give the path of a file")
    if size == 0:
        raise RecordingError(path, "is empty (0 bytes)", "fetch it again")
