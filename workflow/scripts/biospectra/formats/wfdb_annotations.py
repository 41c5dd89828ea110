"""Annotation files of WFDB records: beats, rhythms, and labels of epochs."""

from pathlib import Path

import numpy as np

from biospectra.formats.request import Request
from biospectra.formats.wfdb_header import parse_header
from biospectra.signals.signal import Annotation

# Endings that PhysioNet's databases use for annotations.
ANNOTATORS: tuple[str, ...] = (
    "atr",
    "qrs",
    "ecg",
    "ari",
    "st",
    "apn",
    "hyp",
    "qrsc",
    "man",
    "pwave",
    "q1c",
    "pu",
)
ANNOTATORS += ("q2c", "pu0", "pu1", "q1t", "q2t", "wqrs", "sqrs", "gqrs", "ann", "ecgatr", "stb")
_OTHERS = frozenset([".hea", ".dat", ".mat", ".edf", ".xws", ".txt", ".csv", ".json", ".md5"])
_EPOCH_S = 5.0  # labels at one distance, and no closer, are of epochs


def annotators_of(path: Path) -> list[str]:
    """Return the endings of the annotation files beside a header.

    Those that are known, and others of files that end as annotations do, with two zero bytes.

    Parameters
    ----------
    path : Path
        The header.

    Returns
    -------
    list of str
    """
    signals = {signal.file for signal in parse_header(path).signals}
    found = []
    for other in sorted(path.parent.iterdir()):
        ending = other.suffix
        if other.name != f"{path.stem}{ending}" or other.name in signals or len(ending) < 2:
            continue
        if other.is_file() and (ending[1:] in ANNOTATORS or _ends_like_one(other)):
            found.append(ending[1:])
    return found


def _ends_like_one(path: Path) -> bool:
    size = path.stat().st_size
    if path.suffix.lower() in _OTHERS or size < 4 or size % 2:
        return False
    with path.open("rb") as file:
        file.seek(-2, 2)
        return file.read() == b"\x00\x00"


def wfdb_annotations(request: Request, rate_hz: float) -> list[Annotation] | None:
    """Return a record's annotations by the annotator that is named, or the only one.

    Beats have no duration, rhythms (``(AFIB``) last until the next, and labels at one distance (of
    minutes with apnoea, of stages of sleep) are those of epochs, which last until the next, too.

    Parameters
    ----------
    request : Request
        For a record's header.
    rate_hz : float
        Frames a second.

    Returns
    -------
    list of Annotation or None
        None where the record has none.

    Raises
    ------
    RecordingError
        Where the annotator is not there, or several are and none is named.
    """
    import wfdb

    found = annotators_of(request.path)
    ending = request.annotator and str(request.annotator).strip().lstrip(".")
    if not ending:
        if len(found) > 1:
            raise request.error(
                f"several annotators have labelled it: {', '.join(found)}",
                "name one in the column annotator",
            )
        if not found:
            return None
        ending = found[0]
    elif not request.path.with_suffix(f".{ending}").is_file():
        raise request.error(
            f"has no annotator {ending!r}",
            f"its annotators are: {', '.join(found)}" if found else "it has none; take another",
        )
    read = wfdb.rdann(str(request.path.with_suffix("").absolute()), ending)
    notes = [str(note).strip("\x00 ") for note in read.aux_note]
    labels = [note or symbol for note, symbol in zip(notes, read.symbol, strict=True)]
    onsets_s = np.asarray(read.sample, dtype=np.float64) / rate_hz
    lasts_s = np.zeros(len(onsets_s))
    if _are_epochs(onsets_s):
        lasts_s[:] = np.median(np.diff(onsets_s))
    else:
        rhythms = [k for k, note in enumerate(notes) if note.startswith("(")]
        lasts_s[rhythms] = np.r_[onsets_s[rhythms[1:]], np.inf][: len(rhythms)] - onsets_s[rhythms]
    return [
        Annotation(float(onset), float(lasts), label)
        for onset, lasts, label in zip(onsets_s, lasts_s, labels, strict=True)
    ]


def _are_epochs(onsets_s: np.ndarray) -> bool:
    steps = np.diff(onsets_s)
    return len(steps) > 2 and steps.min() >= _EPOCH_S and float(np.ptp(steps)) < 0.01 * steps.min()
