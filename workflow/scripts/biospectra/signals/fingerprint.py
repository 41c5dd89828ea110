"""What tells whether two recordings hold the same samples, whatever their start, gain or rate.

A recording's landmarks are the samples that exceed all others within a second, at a rate and in a
band that nearly all recordings have; they are where they are whatever the offset and the gain. The
four seconds around a landmark are described by the phases of their spectrum, each frequency
weighing the same: two people's steady rhythms, or two tones, agree in a few frequencies, two copies
of one recording in all, down to their noise. Landmarks are used so by Wang, A. (2003), An
industrial-strength audio search algorithm, ISMIR; phases by Knapp, C. and Carter, G. (1976), The
generalized correlation method for estimation of time delay.
"""

import hashlib
from functools import cache
from typing import NamedTuple

import numpy as np

from biospectra.signals.gaps import fill_non_finite
from biospectra.signals.resampling import resample
from biospectra.signals.signal import Signal

RATE_HZ = 64.0
BAND_HZ = (1.0, 10.0)
WINDOW = 256  # samples, 4 s
REACH = 64  # samples to each side that a landmark exceeds
SAME_FINGERPRINT = 0.98  # correlation of two descriptions, from which on they are alike
MOST = 4096  # landmarks of a recording; of a longer one those are kept whose first hash ends in 0s
TABLES, BITS = 2, 32  # hashes of a description, and bits of each
FEWEST_CHANGES = 20  # from sample to sample around a landmark
COUNTED = 1 << 16  # samples that are described by their number
_BINS = np.arange(round(BAND_HZ[0] * WINDOW / RATE_HZ), round(BAND_HZ[1] * WINDOW / RATE_HZ) + 1)


class Landmarks(NamedTuple):
    """Places in a recording, and what it is like around them.

    Attributes
    ----------
    at : ndarray, (n,), float64
        Places, in s or in samples from the first sample that was read.
    hashes : ndarray, (n, TABLES), uint32
        Alike descriptions have, as a rule, one of them in common.
    shapes : ndarray, (n, 2 * bins), int8
        The descriptions.
    """

    at: np.ndarray
    hashes: np.ndarray
    shapes: np.ndarray


def find_landmarks(signal: Signal) -> dict[str, Landmarks]:
    """Return a recording's landmarks by its clock and by the number of its samples.

    Parameters
    ----------
    signal : Signal
        As it was read, before any cleaning.

    Returns
    -------
    dict of Landmarks
        ``time``, the same at whatever rate it was recorded or resampled, of recordings whose rate
        is 2.5 times the band's upper end or more; and ``count``, the same whatever the rate is
        said to be, of a recording's beginning.

    Examples
    --------
    >>> samples = np.random.default_rng(0).standard_normal(30_000).cumsum()
    >>> found = find_landmarks(Signal(samples, rate_hz=250, units="mV", channel="II"))
    >>> again = find_landmarks(Signal(3 * samples + 7, rate_hz=250, units="mV", channel="II"))
    >>> len(found["time"].at) > 10, np.allclose(found["time"].at, again["time"].at)
    (True, True)
    """
    by_time, by_count = [], []
    left = COUNTED
    for start, stop in signal.stretches:
        samples = signal.samples[start:stop]
        if signal.rate_hz >= 2.5 * BAND_HZ[1]:
            by_time.append(_by_time(samples, signal.rate_hz, start))
        if left > 0:
            own = fill_non_finite(samples[:left])[0]
            found = _eventful(_landmarks(own), own, WINDOW // 2, 1.0)
            by_count.append(found._replace(at=start + found.at))
            left -= stop - start
    return {"time": _joined(by_time), "count": _joined(by_count)}


def alike(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the correlations of descriptions, pair by pair.

    Parameters
    ----------
    first, second : ndarray, (n, 2 * bins), int8
        `Landmarks.shapes`.

    Returns
    -------
    ndarray, (n,), float64
        1 for the same samples, near 0 for others.

    Examples
    --------
    >>> shape = np.array([[1, 2, -3, 0]], np.int8)
    >>> alike(shape, 2 * shape)
    array([1.], dtype=float32)
    """
    a, b = (shapes.astype(np.float32) for shapes in (first, second))
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return (a * b).sum(axis=1) / np.maximum(scale, 1)


def _by_time(samples: np.ndarray, rate_hz: float, start: int) -> Landmarks:
    """Return the landmarks of a stretch that begins at a sample; the places are in s."""
    samples = fill_non_finite(samples)[0]
    each = max(1, int(rate_hz / (2 * RATE_HZ)))  # means first, which are quick, then the low-pass
    means = samples[: len(samples) // each * each].reshape(-1, each).mean(axis=1)
    try:
        found = _landmarks(resample(means, rate_hz / each, RATE_HZ))
    except ValueError:  # no ratio of small integers: the study's rate will not do either
        return _NONE
    step = rate_hz / RATE_HZ
    found = _eventful(found, samples, round(WINDOW / 2 * step), step)
    return found._replace(at=(start + (each - 1) / 2) / rate_hz + found.at / RATE_HZ)


def _landmarks(samples: np.ndarray) -> Landmarks:
    """Return the landmarks of one stretch; the places are sample numbers."""
    from scipy.ndimage import maximum_filter1d
    from scipy.signal import oaconvolve

    half = WINDOW // 2
    if len(samples) <= WINDOW:
        return _NONE
    middle = np.median(samples[:: max(1, len(samples) // 10_000)])
    band = oaconvolve(samples - middle, _band_pass(), mode="same")
    size = np.abs(band)
    rounding = 1e-9 * np.abs(samples).max()
    peaks = (size == maximum_filter1d(size, 2 * REACH + 1)) & (size > rounding)
    at = half + np.flatnonzero(peaks[half:-half])
    parts = [_described(band, part) for part in np.array_split(at, len(at) // 4096 + 1)]
    return _unlike(_thinned(_joined(parts)))


def _described(band: np.ndarray, at: np.ndarray) -> Landmarks:
    left, own, right = (np.abs(band[at + step]) for step in (-1, 0, 1))
    bend = left - 2 * own + right  # the peak lies between samples: the top of a parabola
    offset = np.clip(0.5 * (left - right) / np.where(bend < 0, bend, -1), -0.5, 0.5)
    around = band[at[:, None] + np.arange(-WINDOW // 2, WINDOW // 2)] * np.hanning(WINDOW)
    spectrum = np.fft.rfft(around * np.sign(band[at])[:, None], axis=1)[:, _BINS]
    spectrum *= np.exp(2j * np.pi * _BINS * (WINDOW / 2 + offset[:, None]) / WINDOW)
    height = np.abs(spectrum)
    usual = np.median(height, axis=1, keepdims=True)
    spectrum /= np.maximum(height + 0.05 * usual, np.finfo(float).tiny)
    shapes = np.concatenate([spectrum.real, spectrum.imag], axis=1)
    bits = shapes @ _planes() > 0
    hashes = np.packbits(bits.reshape(-1, TABLES, BITS), axis=2).view(">u4")[..., 0]
    return Landmarks(at + offset, hashes.astype(np.uint32), np.rint(127 * shapes).astype(np.int8))


@cache
def _band_pass() -> np.ndarray:
    from scipy.signal import firwin

    window: np.ndarray = firwin(2 * REACH + 1, BAND_HZ, pass_zero=False, fs=RATE_HZ)
    return window


@cache
def _planes() -> np.ndarray:
    """Return directions, (2 * bins, TABLES * BITS) of 1 and -1, that are the same everywhere."""
    size = 2 * len(_BINS) * TABLES * BITS
    random = hashlib.shake_128(b"landmarks").digest(size // 8)
    bits = np.unpackbits(np.frombuffer(random, np.uint8)).astype(np.float64)
    return (2 * bits - 1).reshape(2 * len(_BINS), TABLES * BITS)


def _thinned(found: Landmarks) -> Landmarks:
    """Return at most about `MOST` landmarks; what a shorter copy keeps contains them."""
    zeros = 0
    while len(found.at) >> zeros > MOST:
        zeros += 1
    return _chosen(found, (found.hashes[:, 0] & ((1 << zeros) - 1)) == 0)


def _unlike(found: Landmarks) -> Landmarks:
    """Return the landmarks that do not come again: a tone or a test signal tells of nobody."""
    again = np.zeros(len(found.at), bool)
    for table in found.hashes.T:
        _, which, counts = np.unique(table, return_inverse=True, return_counts=True)
        again |= counts[which] > 1
    return _chosen(found, ~again)


def _eventful(found: Landmarks, samples: np.ndarray, half: int, step: float) -> Landmarks:
    """Return the landmarks around which the samples change often: a step tells of nobody.

    `half` samples to each side are looked at; places count in `step` samples.
    """
    changes = np.concatenate([[0], np.cumsum(np.diff(samples) != 0)])
    middle = np.round(found.at * step).astype(int)
    first, last = (np.clip(middle + side, 0, len(changes) - 1) for side in (-half, half))
    return _chosen(found, changes[last] - changes[first] >= FEWEST_CHANGES)


def _chosen(found: Landmarks, which: np.ndarray) -> Landmarks:
    return Landmarks(*(part[which] for part in found))


def _joined(parts: list[Landmarks]) -> Landmarks:
    return Landmarks(*(np.concatenate(column) for column in zip(_NONE, *parts, strict=True)))


_NONE = Landmarks(
    np.empty(0), np.empty((0, TABLES), np.uint32), np.empty((0, 2 * len(_BINS)), np.int8)
)
