"""Labels of segments, from what is annotated in the recording."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

import numpy as np

from biospectra.signals.signal import Annotation

ANNOTATED = "annotation"  # the label in the table where annotations label the segments
OnMixed = Literal["drop", "majority", "priority"]
# WFDB's codes of beats; its other codes (noise, rhythm changes, waves) are no beats.
BEATS = frozenset(
    ["N", "L", "R", "B", "A", "a", "J", "S", "V", "r", "F", "e", "j", "n", "E", "/", "f", "Q", "?"]
)
_OTHER = ""  # what is annotated, but not in the mapping


def label_segments(
    annotations: Iterable[Annotation] | None,
    starts_s: Sequence[float] | np.ndarray,
    window_s: float,
    mapping: Mapping[str, str],
    *,
    on_mixed: OnMixed = "drop",
    least_share: float = 0.9,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the label of each segment, and why it has none.

    What lasts (a rhythm, ``(AFIB`` until the next; a stage of sleep; an EDF+ annotation with a
    duration) counts by the seconds of the segment that it fills. Beats share the segment equally.

    Parameters
    ----------
    annotations : iterable of Annotation, or None
        Of `biospectra.signals.signal.Signal`: a rhythm by its name with the bracket, a beat by its
        symbol, an EDF+ annotation by its text.
    starts_s : array_like, (n,), float64
        When each segment starts, ascending, on the annotations' clock.
    window_s : float
        Length of a segment.
    mapping : dict of str to str
        From annotation to label, ``{"(AFIB": "AF", "(N": "NSR"}``. Rhythms, beats and lasting
        annotations that are not in it count as another label, which is never given.
    on_mixed : {"drop", "majority", "priority"}
        What a segment with two labels gets: ``drop``, none; ``majority``, the one that fills more
        than half of it; ``priority``, the one of them that comes first in the mapping (so that
        one ventricular beat makes a ventricular segment).
    least_share : float
        With ``drop``, the part of the segment that its label must fill; the rest may be without
        any annotation. With ``priority``, the part that all annotations together must fill.

    Returns
    -------
    labels : ndarray, (n,), str
        Empty where there is none.
    reasons : ndarray, (n,), str
        ``ok``, ``mixed_labels`` or ``no_label``.

    Raises
    ------
    ValueError
        For an unknown `on_mixed` or an empty mapping.

    Examples
    --------
    >>> from biospectra.signals.signal import Annotation
    >>> rhythms = [Annotation(0.0, 15.0, "(N"), Annotation(15.0, 15.0, "(AFIB")]
    >>> mapping = {"(N": "NSR", "(AFIB": "AF"}
    >>> labels, reasons = label_segments(rhythms, [0, 10, 20], 10, mapping)
    >>> labels.tolist(), reasons.tolist()
    (['NSR', '', 'AF'], ['ok', 'mixed_labels', 'ok'])
    """
    if on_mixed not in get_args(OnMixed):
        known = ", ".join(get_args(OnMixed))
        raise ValueError(f"on_mixed: is {on_mixed!r}; must be one of {known}")
    if not mapping:
        raise ValueError("the mapping of annotations to labels is empty; map at least one")
    starts_s = np.asarray(starts_s, dtype=np.float64)
    names = [*dict.fromkeys(mapping.values()), _OTHER]
    filled = _filled(annotations or [], starts_s, window_s, mapping, names)
    present = filled > 1e-6 * window_s
    several = present.sum(axis=1) > 1
    given = np.full(len(starts_s), -1)
    if on_mixed == "majority":
        most = filled.argmax(axis=1)
        enough = filled.max(axis=1, initial=0) > 0.5 * window_s
        given[enough] = most[enough]
    elif on_mixed == "priority":
        enough = present.any(axis=1) & (filled.max(axis=1, initial=0) > 0)
        enough &= np.minimum(filled.sum(axis=1), window_s) >= least_share * window_s
        given[enough] = present.argmax(axis=1)[enough]
    else:
        enough = (present.sum(axis=1) == 1) & (filled.sum(axis=1) >= least_share * window_s)
        given[enough] = present.argmax(axis=1)[enough]
    given[given == len(names) - 1] = -1
    labels = np.array([*names[:-1], ""], dtype=object)[given].astype(str)
    reasons = np.where(given >= 0, "ok", np.where(several, "mixed_labels", "no_label"))
    return labels, reasons


def _filled(
    annotations: Iterable[Annotation],
    starts_s: np.ndarray,
    window_s: float,
    mapping: Mapping[str, str],
    names: list[str],
) -> np.ndarray:
    """Return the seconds of each segment that each label fills, (n, labels)."""
    stops_s = starts_s + window_s
    seconds = np.zeros((len(starts_s), len(names)))
    beats = np.zeros_like(seconds)
    beats_are_mapped = any(key in BEATS for key in mapping)
    rhythms_are_mapped = any(key not in BEATS for key in mapping)
    for onset_s, duration_s, text in annotations:
        k = names.index(mapping.get(text, _OTHER))
        first = np.searchsorted(stops_s, onset_s, side="right")
        if duration_s > 0 and (rhythms_are_mapped or text in mapping):
            last = np.searchsorted(starts_s, onset_s + duration_s, side="left")
            touched = slice(first, last)
            seconds[touched, k] += np.minimum(stops_s[touched], onset_s + duration_s) - np.maximum(
                starts_s[touched], onset_s
            )
        elif duration_s == 0 and (text in mapping or (beats_are_mapped and text in BEATS)):
            beats[first : np.searchsorted(starts_s, onset_s, side="right"), k] += 1
    total = beats.sum(axis=1, keepdims=True)
    return seconds + np.divide(beats * window_s, total, out=np.zeros_like(beats), where=total > 0)
