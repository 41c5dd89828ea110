"""Say of each segment whether it can be used, and if not, why."""

import numpy as np

REASONS = ("ok", "non_finite", "flat", "clipped", "out_of_range")


def assess(
    windows: np.ndarray,
    *,
    limits: tuple[float, float] | None = None,
    flat_ratio: float = 1e-6,
    flat_share: float = 0.5,
    clipped_share: float = 0.01,
    clipped_pile: float = 8.0,
) -> np.ndarray:
    """Return one reason for each segment, ``ok`` where it is good.

    Parameters
    ----------
    windows
        (n, samples), all of one recording.
    limits
        Lowest and highest value that can be, in the units of the samples.
    flat_ratio, flat_share
        ``flat``: for more than `flat_share` of its length the segment changes by less than
        `flat_ratio` of what segments of this recording usually span.
    clipped_share, clipped_pile
        ``clipped``: more than `clipped_share` of the samples lie within 0.2 % of the segment's
        extreme, and `clipped_pile` times as many as in the next 0.2 %.

    Returns
    -------
    numpy.ndarray
        (n,) of str, of `REASONS`; the first that applies.
    """
    windows = np.atleast_2d(np.asarray(windows, dtype=np.float64))
    reasons = np.full(len(windows), "ok", dtype="<U12")
    if windows.size == 0:
        return reasons
    finite = np.isfinite(windows).all(axis=1)
    windows = np.where(finite[:, None], windows, 0.0)
    low, high = windows.min(axis=1), windows.max(axis=1)
    span = high - low
    usual = float(np.median(span[finite])) if finite.any() else 0.0
    least = max(flat_ratio * usual, 1e-9 * float(np.abs(windows).max()), 1e-300)
    found = {
        "out_of_range": np.zeros(len(windows), bool),
        "clipped": _clipped(windows, low, high, clipped_share, clipped_pile),
        "flat": (span <= least) | (_longest_still(windows, least) > flat_share),
        "non_finite": ~finite,
    }
    if limits is not None:
        found["out_of_range"] = (low < limits[0]) | (high > limits[1])
    for reason, bad in found.items():  # the weightiest last
        reasons[bad] = reason
    return reasons


def clipped_samples(samples: np.ndarray, *, least_run: int = 3) -> np.ndarray:
    """Return which samples stand at a rail of the recorder.

    A sample does if it equals the recording's highest or lowest value and belongs to a run of at
    least `least_run` such samples; a clean peak touches its extreme once or twice.

    Parameters
    ----------
    samples
        (n,) as recorded: before any filter, which would round the rails off.

    Returns
    -------
    numpy.ndarray
        (n,) bool.
    """
    samples = np.asarray(samples)
    clipped = np.zeros(samples.shape, bool)
    finite = samples[np.isfinite(samples)]
    if finite.size == 0 or finite.min() == finite.max():
        return clipped
    for extreme in (finite.min(), finite.max()):
        at = np.concatenate([[False], samples == extreme, [False]])
        edges = np.flatnonzero(np.diff(at.astype(np.int8)))
        for start, stop in edges.reshape(-1, 2):
            clipped[start:stop] |= stop - start >= least_run
    return clipped


def _longest_still(windows: np.ndarray, least: float) -> np.ndarray:
    """Share of each segment that its longest unchanging run takes, (n,)."""
    still = np.abs(np.diff(windows, axis=1)) <= least
    if still.shape[1] == 0:
        return np.ones(len(windows))
    at = np.arange(still.shape[1])
    since = at - np.maximum.accumulate(np.where(still, -1, at), axis=1)
    return since.max(axis=1) / still.shape[1]


def _clipped(windows, low, high, share: float, pile: float) -> np.ndarray:
    edge = 0.002 * (high - low)[:, None]
    bad = np.zeros(len(windows), bool)
    for depth in (high[:, None] - windows, windows - low[:, None]):
        at = (depth <= edge).mean(axis=1)
        near = ((depth > edge) & (depth <= 2 * edge)).mean(axis=1)
        bad |= (at > share) & (at < 0.5) & (at > pile * near)
    return bad
