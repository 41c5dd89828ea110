"""Copies of one recording under two people, labels or splits: leakage by typing."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.signals.annotations import ANNOTATED
from biospectra.signals.fingerprint import SAME_FINGERPRINT, alike
from biospectra.store.fingerprints import read_landmarks, read_recordings_told, read_shapes
from biospectra.store.rows import of_whole_recordings, recording_of

MOST_OF_ONE_HASH = 50  # landmarks; what more have in common tells of nobody
# Of the landmarks where both recordings lie, so many are the same in copies, where they are
# that much of one of them: calibration pulses at the start are less. Or so many, of a copied part.
SHARE, TOGETHER, OF_A_PART = 0.3, 0.25, 12
CERTAIN = 0.995  # one landmark does where a recording has no other
LAG = {"time": 0.03, "count": 1.5}  # s or samples by which places of copies differ


class Copies(NamedTuple):
    """Two recordings of the same samples.

    Attributes
    ----------
    first, second : int
        Numbers of the recordings.
    said : str
        How it is known.
    exact : bool
        Whether sample follows sample in both, so that it is no neighbouring channel.
    """

    first: int
    second: int
    said: str
    exact: bool


def find_copies(recordings: pd.DataFrame, files: list[str], *, within: bool) -> list[Copies]:
    """Return the pairs of recordings that hold the same samples.

    Parameters
    ----------
    recordings : DataFrame
        Of `biospectra.store.fingerprints.read_recordings_told`.
    files : list of path
        Of `biospectra.store.fingerprints.write_fingerprints`.
    within : bool
        Whether two of one subject and one label are of interest, too.

    Returns
    -------
    list of Copies
        Each pair once.
    """
    found: dict[tuple[int, int], Copies] = {}
    subject, label = (pd.factorize(recordings[key])[0] for key in ("subject", "label"))
    whole = pd.factorize(of_whole_recordings(recordings)["recording"])[0]
    for numbers in recordings.groupby("content").indices.values():
        for other in numbers[1:]:
            pair = (int(numbers[0]), int(other))
            found[pair] = Copies(*pair, "the same bytes, read in the same way", True)
    for kind in ("count", "time"):
        marks = read_landmarks(files, kind)
        if not len(marks["recording"]):
            continue
        i, j = _same_hash(marks["hashes"])
        first, second = marks["recording"][i], marks["recording"][j]
        wanted = whole[first] != whole[second]  # channels recorded together have much in common
        if not within:
            wanted &= (subject[first] != subject[second]) | (label[first] != label[second])
        i, j = i[wanted], j[wanted]
        if len(i):
            shapes = read_shapes(files, kind, np.concatenate([i, j]))
            likeness = alike(shapes[: len(i)], shapes[len(i) :])
            for copies in _agreeing(i, j, likeness, marks, kind):
                found.setdefault((copies.first, copies.second), copies)
    return [found[pair] for pair in sorted(found)]


def _same_hash(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of landmarks that have a hash in common, each pair once."""
    pairs = []
    for table in hashes.T:
        order = np.argsort(table, kind="stable")
        values = table[order]
        begin = np.flatnonzero(np.diff(values, prepend=values[0] ^ 1))
        size = np.diff(begin, append=len(values))
        run = np.repeat(np.where(size <= MOST_OF_ONE_HASH, size, 0), size)
        for step in range(1, int(run.max(initial=0))):
            at = np.flatnonzero((values[step:] == values[:-step]) & (run[step:] > 0))
            pairs.append(np.sort(np.stack([order[at], order[at + step]]), axis=0))
    if not pairs:
        return np.empty(0, int), np.empty(0, int)
    first, second = np.unique(np.concatenate(pairs, axis=1), axis=1)
    return first, second


def _agreeing(i, j, likeness, marks: dict, kind: str) -> list[Copies]:
    """Return the pairs of recordings whose landmarks are alike at one lag."""
    keep = likeness >= SAME_FINGERPRINT
    i, j, likeness = i[keep], j[keep], likeness[keep]
    number, at = marks["recording"], marks["at"]
    swap = number[i] > number[j]
    i, j = np.where(swap, j, i), np.where(swap, i, j)
    pairs = pd.DataFrame(
        {"first": number[i], "second": number[j], "lag": at[j] - at[i], "likeness": likeness}
    )
    copies = []
    for (first, second), own in pairs.groupby(["first", "second"]):
        lags = np.sort(own["lag"])
        near = np.searchsorted(lags, lags + LAG[kind], side="right") - np.arange(len(lags))
        lag = lags[near.argmax()]
        same = own[own["lag"].between(lag, lag + LAG[kind])]
        lag = same["lag"].median()
        a, b = (at[slice(*np.searchsorted(number, [k, k + 1]))] for k in (first, second))
        both = min(_inside(a + lag, b), _inside(b - lag, a))
        fewest = min(len(a), len(b))
        many = len(same) >= max(2, SHARE * both) and both >= TOGETHER * fewest
        alone = fewest == 1 and same["likeness"].max() >= CERTAIN
        if len(same) >= OF_A_PART or many or alone:
            exact = kind == "count" and same["likeness"].median() >= CERTAIN
            unit = "s" if kind == "time" else "samples"
            said = f"the same samples at {len(same)} of {both} landmarks, {lag:+.6g} {unit} apart"
            copies.append(Copies(int(first), int(second), said, exact))
    return copies


def _inside(moved: np.ndarray, own: np.ndarray) -> int:
    """Count the places of one recording that lie where the other has some."""
    reach = 1e-3 * (own[-1] - own[0])
    return int(((moved >= own[0] - reach) & (moved <= own[-1] + reach)).sum())


def tell_copies(files: list[str | Path], sides: dict[str, set[str]], *, by: str) -> list[str]:
    """Return which recordings have the same samples under two people, labels or splits.

    Parameters
    ----------
    files : list of path
        Of `biospectra.store.fingerprints.write_fingerprints`.
    sides : dict of set of str
        The splits that each recording has segments in.
    by : {"subject", "recording", "segment"}
        What is held out together.

    Returns
    -------
    list of str
        A line for each pair: both names, what they differ in, and how the copy is known.
    """
    recordings = read_recordings_told(files)
    told: dict[tuple[str, str], list[str]] = {}
    for copies in find_copies(recordings, files, within=by != "subject"):
        one, other = (recordings.iloc[k] for k in (copies.first, copies.second))
        names = (one["recording"], other["recording"])
        splits = [sides.get(name) or sides.get(recording_of(name), set()) for name in names]
        why = ""
        if one["subject"] != other["subject"]:
            why = f"are of two subjects, {one['subject']} and {other['subject']}"
        elif copies.exact and one["label"] != other["label"]:
            if ANNOTATED not in (one["label"], other["label"]):
                why = f"have two labels, {one['label']} and {other['label']}"
        elif len(splits[0] | splits[1]) > 1:
            why = f"are in {' and '.join(sorted(splits[0] | splits[1]))}"
        if why:
            pair = (recording_of(one["recording"]), recording_of(other["recording"]))
            said = f"recordings {one['recording']} and {other['recording']} {why}: {copies.said}"
            told.setdefault(pair, []).append(said)
    return [
        lines[0] + f" (and {len(lines) - 1} more of their channels)" * (len(lines) > 1)
        for lines in told.values()
    ]
