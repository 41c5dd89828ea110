"""What a header says is held against what there is."""

from pathlib import Path

from biospectra.formats.request import Request


def check_size(request: Request, path: Path, promised: int, *, exactly: bool = True) -> None:
    """Refuse a file that is not as long as its header says.

    Parameters
    ----------
    request : Request
        For the recording.
    path : Path
        Its file of samples.
    promised : int
        Bytes.
    exactly : bool
        Whether more bytes are wrong, too.
    """
    size = path.stat().st_size
    if size < promised or (exactly and size != promised):
        whose = "" if path == request.path else f" in {path.name}"
        raise request.error(
            f"promises {promised} bytes{whose}, and {size} are there",
            "it was cut or altered; fetch it again",
        )


def check_scale(request: Request, factor: float, name: str) -> None:
    """Refuse what samples are multiplied with where nothing would be left of them.

    Parameters
    ----------
    request : Request
        For the recording.
    factor : float
        By the file.
    name : str
        What the file calls it.
    """
    if not 0 < abs(factor) < float("inf"):
        raise request.error(
            f"its {name} is {factor:g}, with which no sample has a value",
            "correct it in the file, or leave the recording out",
        )
