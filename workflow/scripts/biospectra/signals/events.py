"""Where segments begin that are cut around events, or from where annotations begin."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from biospectra.signals.signal import Annotation


def starts_around(
    annotations: Iterable[Annotation],
    events: Collection[str],
    from_s: float,
    *,
    rate_hz: float,
    samples: int,
    stretches: Sequence[tuple[int, int]] | np.ndarray,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return where segments around events begin.

    Parameters
    ----------
    annotations : iterable of Annotation
        Of the recording.
    events : collection of str
        The texts of those that segments are cut around.
    from_s : float
        Where a segment begins, from the event's onset; negative before it.
    rate_hz : float
        Samples a second.
    samples : int
        Length of a segment.
    stretches : sequence of (int, int), or ndarray (k, 2)
        Ranges without a gap.

    Returns
    -------
    begin : ndarray, (n,), int64
        First sample of each segment, ascending; of two that begin together the first alone.
    texts : ndarray, (n,), object
        The event of each.
    outside : int
        Events whose segment would leave its stretch.

    Examples
    --------
    >>> cues = [Annotation(1.0, 0.0, "T1"), Annotation(3.0, 0.0, "T0"), Annotation(9.0, 0.0, "T1")]
    >>> starts_around(cues, ["T1"], -0.5, rate_hz=10, samples=20, stretches=[(0, 100)])
    (array([5]), array(['T1'], dtype=object), 1)
    """
    wanted = [one for one in annotations if one.label in events]
    at = [round((one.onset_s + from_s) * rate_hz) for one in wanted]
    return _kept(at, [one.label for one in wanted], samples, stretches)


def starts_within(
    annotations: Iterable[Annotation],
    texts: Collection[str],
    step_s: float,
    *,
    rate_hz: float,
    samples: int,
    stretches: Sequence[tuple[int, int]] | np.ndarray,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return where segments begin that lie whole in annotations: the epochs of a hypnogram.

    Parameters
    ----------
    annotations : iterable of Annotation
        Of the recording.
    texts : collection of str
        Of those that segments are cut from.
    step_s : float
        From one segment to the next within an annotation; the first begins with it.
    rate_hz : float
        Samples a second.
    samples : int
        Length of a segment.
    stretches : sequence of (int, int), or ndarray (k, 2)
        Ranges without a gap.

    Returns
    -------
    tuple of ndarray, ndarray, int
        As of `starts_around`.

    Examples
    --------
    >>> stages = [Annotation(5.0, 70.0, "Sleep stage 2")]
    >>> starts_within(stages, ["Sleep stage 2"], 30, rate_hz=1, samples=30, stretches=[(0, 99)])[0]
    array([ 5, 35])
    """
    at: list[int] = []
    found: list[str] = []
    for one in annotations:
        if one.label in texts:
            most = (one.duration_s - samples / rate_hz) / step_s
            onsets = [one.onset_s + k * step_s for k in range(int(np.floor(most + 1e-6)) + 1)]
            at += [round(onset * rate_hz) for onset in onsets]
            found += [one.label] * len(onsets)
    return _kept(at, found, samples, stretches)


def _kept(
    at: list[int],
    texts: list[str],
    samples: int,
    stretches: Sequence[tuple[int, int]] | np.ndarray,
) -> tuple[np.ndarray, np.ndarray, int]:
    begin, first = np.unique(np.array(at, np.int64), return_index=True)
    inside = np.zeros(len(begin), bool)
    for low, high in stretches:
        inside |= (begin >= low) & (begin + samples <= high)
    return begin[inside], np.array(texts, object)[first[inside]], int((~inside).sum())
