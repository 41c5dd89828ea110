"""Say of each segment whether it can be used, and if not, why.

Two looks are needed. A filter smooths away the plateau of a clipped wave and the end of a
recording that was filled up with one value, so `find_defects` looks at the samples as recorded;
`assess` looks at the segments as they will be used, and takes those defects into account.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from biospectra.signals.windows import Windows

REASONS: tuple[str, ...] = ("ok", "mains_hum", "spikes", "peak_to_peak", "out_of_range")
REASONS += ("clipped", "flat", "non_finite")
_AT_ONCE = 512  # windows worked on together, to bound memory


class Defect(NamedTuple):
    """A piece of a recording that is no signal.

    Attributes
    ----------
    start_s, stop_s : float
        From the recording's first sample.
    reason : str
        Of `REASONS`.
    """

    start_s: float
    stop_s: float
    reason: str


def assess(
    windows: np.ndarray | Windows,
    *,
    rate_hz: float | None = None,
    starts_s: np.ndarray | None = None,
    defects: Iterable[Defect] = (),
    limits: tuple[float, float] | None = None,
    most_span: float | None = None,
    flat_ratio: float = 1e-6,
    flat_share: float = 0.1,
    clipped_share: float = 0.005,
    spike_ratio: float | None = 20.0,
    hum_share: float | None = 0.5,
) -> np.ndarray:
    """Return one reason for each segment, ``ok`` where it is good.

    Parameters
    ----------
    windows : ndarray or Windows, (n, samples), float32 or float64
        Segments of one recording; where they are many, `biospectra.signals.windows.Windows`.
    rate_hz : float, optional
        Sampling rate; without it neither hum nor defects are looked at.
    starts_s : ndarray, (n,), float64, optional
        When each segment starts, on the clock of `defects`.
    defects : iterable of Defect
        What `find_defects` found in the recording's original samples.
    limits : (float, float), optional
        Lowest and highest possible value, in the units of the samples.
    most_span : float, optional
        ``peak_to_peak``: the segment spans more from its lowest to its highest sample.
    flat_ratio, flat_share : float
        ``flat``: for more than `flat_share` of its length the segment does not move, by more
        than `flat_ratio` of what segments of this recording usually span.
    clipped_share : float
        ``clipped``: more than this share of the segment lies at the end of the converter's range.
    spike_ratio : float, optional
        ``spikes``: a step from one sample to the next of so many times the steps that are
        exceeded by one in a thousand in this recording. None: do not look.
    hum_share : float, optional
        ``mains_hum``: more than this share of the power above 1 Hz lies within 1 Hz of 50 or
        60 Hz or their next two multiples. None: do not look.

    Returns
    -------
    ndarray, (n,), str
        Of `REASONS`; the weightiest that applies.

    Examples
    --------
    >>> t = np.arange(500) / 100
    >>> windows = np.stack([np.sin(2 * np.pi * 3 * t), np.zeros(500), np.full(500, np.nan)])
    >>> assess(windows, rate_hz=100).tolist()
    ['ok', 'flat', 'non_finite']
    """
    n, length = windows.shape
    reasons = np.full(n, "ok", dtype="<U12")
    if n == 0 or length == 0:
        return reasons
    low, high, still, step, hum = (np.zeros(n) for _ in range(5))
    finite = np.zeros(n, bool)
    for a in range(0, n, _AT_ONCE):
        part = slice(a, a + _AT_ONCE)
        block = np.asarray(windows[part], dtype=np.float64)
        finite[part] = np.isfinite(block).all(axis=1)
        block = np.where(finite[part, None], block, 0.0)
        low[part], high[part] = block.min(axis=1), block.max(axis=1)
        if length > 1:
            step[part] = np.abs(np.diff(block, axis=1)).max(axis=1)
        if rate_hz and hum_share is not None:
            hum[part] = hum_shares(block, rate_hz)
    span = high - low
    usual = float(np.median(span[finite])) if finite.any() else 0.0
    least = max(flat_ratio * usual, 1e-9 * float(np.abs([low, high]).max()), 1e-300)
    for a in range(0, n, _AT_ONCE):
        still[a : a + _AT_ONCE] = _longest_still(windows[a : a + _AT_ONCE], least)
    lost = {"flat": np.zeros(n), "clipped": np.zeros(n), "non_finite": np.zeros(n)}
    if starts_s is not None and rate_hz:
        for defect in defects:
            overlap = np.minimum(starts_s + length / rate_hz, defect.stop_s)
            overlap = overlap - np.maximum(starts_s, defect.start_s)
            lost[defect.reason] += np.maximum(overlap, 0) * rate_hz / length
    found = {
        "mains_hum": hum > (np.inf if hum_share is None else hum_share),
        "spikes": step > _usual_step(windows, finite) * (spike_ratio or np.inf),
        "peak_to_peak": span > (np.inf if most_span is None else most_span),
        "out_of_range": np.zeros(n, bool),
        "clipped": lost["clipped"] > clipped_share,
        "flat": (span <= least) | (still > flat_share) | (lost["flat"] > flat_share),
        "non_finite": ~finite | (lost["non_finite"] > 0),
    }
    if limits is not None:
        found["out_of_range"] = (low < limits[0]) | (high > limits[1])
    for reason, bad in found.items():  # the weightiest last
        reasons[bad] = reason
    return reasons


def find_defects(
    samples: np.ndarray,
    rate_hz: float,
    *,
    flat_s: float = 0.4,
    flat_ratio: float = 10.0,
    rail_share: float = 0.01,
    rail_pile: float = 8.0,
) -> list[Defect]:
    """Return where a recording, as recorded, is flat, clipped or not finite.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        Unfiltered, of one stretch.
    rate_hz : float
        Sampling rate.
    flat_s, flat_ratio : float
        ``flat``: one and the same value for longer than `flat_s`, and `flat_ratio` times longer
        than all but one in a hundred of its runs. A muscle at rest still flickers by a count or
        two, and a slow signal in coarse steps rests often; fillings at the end of a file do
        neither. (A recording that is flat throughout is for `assess` to tell.)
    rail_share, rail_pile : float
        ``clipped``: of two seconds more than `rail_share` lies within 0.2 % (and a count) of an
        extreme, and `rail_pile` times as much as in the next 0.2 % (a rounded top has about half
        as much there), at an extreme of the whole recording.

    Returns
    -------
    list of Defect
        In order of time.

    Examples
    --------
    >>> samples = np.random.default_rng(0).normal(size=1000)
    >>> samples[400:600] = 0
    >>> find_defects(samples, 100)
    [Defect(start_s=4.0, stop_s=6.0, reason='flat')]
    """
    samples = np.asarray(samples, dtype=np.float64)
    finite = np.isfinite(samples)
    defects = [Defect(*piece, "non_finite") for piece in _pieces(~finite, rate_hz)]
    starts, lengths, usual = _runs(samples)
    long = lengths > max(flat_s * rate_hz, flat_ratio * usual)
    defects += [
        Defect(a / rate_hz, (a + n) / rate_hz, "flat")
        for a, n in zip(starts[long].tolist(), lengths[long].tolist(), strict=True)
    ]
    if not finite.all():
        samples = np.where(finite, samples, np.nan)
    at_rail = _at_rail(samples, rate_hz, rail_share, rail_pile)
    defects += [Defect(*piece, "clipped") for piece in _pieces(at_rail, rate_hz)]
    return sorted(defects)


def _runs(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return where runs of one value start, their lengths, and the 99th percentile of all lengths.

    Runs of a single sample, which most are, count in the percentile but are not listed.
    """
    same = np.zeros(samples.size + 1, np.int8)  # NaN differs from all
    same[1:-1] = samples[1:] == samples[:-1]
    edges = np.flatnonzero(np.diff(same))
    starts, stops = edges[::2], edges[1::2]
    lengths = stops - starts + 1
    runs = samples.size - int((lengths - 1).sum())
    counts = np.bincount(lengths, minlength=2)
    counts[1] = runs - lengths.size
    place = 0.99 * max(runs - 1, 0)
    either = np.searchsorted(counts.cumsum(), [np.floor(place), np.ceil(place)], side="right")
    return starts, lengths, float(either[0] + (place % 1) * (either[1] - either[0]))


def _pieces(mask: np.ndarray, rate_hz: float) -> list[tuple[float, float]]:
    """Return (start_s, stop_s) of each run of true values."""
    edges = np.flatnonzero(np.diff(np.pad(mask.view(np.int8), 1)))
    return [(a / rate_hz, b / rate_hz) for a, b in edges.reshape(-1, 2).tolist()]


def _at_rail(samples: np.ndarray, rate_hz: float, share: float, pile: float) -> np.ndarray:
    """Return where samples (n,) are held at the end of the converter's range, (n,) bool."""
    held = np.zeros(samples.size, bool)
    if not np.isfinite(samples).any():
        return held
    lowest, highest = np.nanmin(samples), np.nanmax(samples)
    step = np.inf  # one count of the converter
    for start in range(0, samples.size, 1 << 20):
        steps = np.abs(np.diff(samples[start : start + (1 << 20) + 1]))
        step = min(step, np.min(steps, where=steps > 0, initial=np.inf))
    if not np.isfinite(step):
        return held
    width = max(8, min(samples.size, round(2 * rate_hz)))
    for start in range(0, samples.size, width // 2):
        block = samples[start : start + width]
        if not np.isfinite(block).any():
            continue
        low, high = np.nanmin(block), np.nanmax(block)
        edge = max(0.002 * (high - low), 1.001 * step)
        for depth, to_end in ((high - block, highest - high), (block - low, low - lowest)):
            at = depth <= edge
            near = np.count_nonzero((depth > edge) & (depth <= 2 * edge))
            # Resting most of the time at one end is how a pulse looks, not a clipped wave.
            if (
                high - low > 4 * edge
                and to_end <= 0.02 * (highest - lowest)
                and share * block.size < np.count_nonzero(at) < 0.5 * block.size
                and np.count_nonzero(at) > pile * near
            ):
                held[start : start + block.size] |= at
    return held


def _longest_still(windows: np.ndarray, least: float) -> np.ndarray:
    """Return the share of each segment that its longest unchanging run takes, (n,)."""
    with np.errstate(invalid="ignore"):
        still = np.abs(np.diff(windows, axis=1)) <= least
    if still.shape[1] == 0:
        return np.ones(len(windows))
    at = np.arange(still.shape[1])
    since = at - np.maximum.accumulate(np.where(still, -1, at), axis=1)
    return since.max(axis=1) / still.shape[1]


def _usual_step(windows: np.ndarray | Windows, finite: np.ndarray) -> float:
    """Return the step that one in a thousand exceeds, from at most 512 segments."""
    some = windows[np.flatnonzero(finite)[:: max(1, int(finite.sum()) // _AT_ONCE)]]
    steps = np.abs(np.diff(np.asarray(some, dtype=np.float64), axis=1))
    steps = steps[steps > 0]
    return float(np.quantile(steps, 0.999)) if steps.size else np.inf


def hum_shares(windows: np.ndarray, rate_hz: float) -> np.ndarray:
    """Return the largest share of power that 50 or 60 Hz and two multiples have.

    Parameters
    ----------
    windows : ndarray, (n, samples), float64
        Segments, all finite.
    rate_hz : float
        Sampling rate.

    Returns
    -------
    ndarray, (n,), float64

    Examples
    --------
    >>> t = np.arange(1000) / 500
    >>> hum_shares(np.stack([np.sin(2 * np.pi * f * t) for f in (10, 50)]), 500).round(2)
    array([0., 1.])
    """
    length = windows.shape[1]
    frequency_hz = np.fft.rfftfreq(length, 1 / rate_hz)
    if length < rate_hz:  # a line cannot be told from its neighbours
        return np.zeros(len(windows))
    middle = windows - windows.mean(axis=1, keepdims=True)
    power = np.abs(np.fft.rfft(middle * np.hanning(length), axis=1)) ** 2
    total = power[:, frequency_hz >= 1].sum(axis=1) + 1e-300
    shares = []
    for mains in (50.0, 60.0):
        lines = np.abs(frequency_hz[:, None] - mains * np.arange(1, 4)).min(axis=1) <= 1
        shares.append(power[:, lines].sum(axis=1) / total)
    return np.max(shares, axis=0)
