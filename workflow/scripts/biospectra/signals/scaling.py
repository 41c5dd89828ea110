"""Units and amplitude of a signal."""

import re
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from biospectra.signals.resampling import BLOCK

Scale = Literal["robust", "physical"]
MILLIVOLTS = {"v": 1e3, "mv": 1.0, "uv": 1e-3, "nv": 1e-6}  # headers write MV and UV as well
_WORDS = {"volt": "v", "volts": "v", "millivolt": "mv", "microvolt": "uv", "nanovolt": "nv"}
_WORDS |= {f"{word}s": short for word, short in _WORDS.items()}


def counts_beside_voltages(units: dict[str, str]) -> tuple[list[str], list[str]] | None:
    """Find recordings in counts of a converter in a study whose others are in a voltage.

    Parameters
    ----------
    units : dict of str to str
        Of each recording, as of `common_unit`.

    Returns
    -------
    counts, voltages : list of str
        Recordings; None where there are none of the one or the other.

    Examples
    --------
    >>> counts_beside_voltages({"anna": "mV", "bert": "adu", "cleo": "uS"})
    (['bert'], ['anna'])
    """
    counts = [name for name, unit in units.items() if unit == "adu"]
    voltages = [name for name, unit in units.items() if unit == "mV"]
    return (counts, voltages) if counts and voltages else None


def common_unit(units: str) -> tuple[str, float]:
    """Return the unit that a study keeps samples in, mV of voltages, and what to multiply with.

    Parameters
    ----------
    units : str
        As a file writes it.

    Returns
    -------
    units : str
    factor : float

    Raises
    ------
    ValueError
        For a voltage of a scale that is not known: beside others it would be a thousand times as
        large or small.

    Examples
    --------
    >>> common_unit("uV"), common_unit("adu")
    (('mV', 0.001), ('adu', 1.0))
    """
    plain = units.strip().replace("µ", "u").replace("μ", "u").lower()
    factor = MILLIVOLTS.get(_WORDS.get(plain, plain))
    if factor is None and re.fullmatch(r".{0,3}[vV]|.*volts?", units.strip()):
        raise ValueError(
            f"its unit {units!r} is a voltage of no known scale; "
            "write its units, and its gain if need be, in the table of recordings"
        )
    return (units, 1.0) if factor is None else ("mV", factor)


def scale(samples: ArrayLike, how: Scale = "robust") -> np.ndarray:
    """Return samples on the scale that images are made from.

    Parameters
    ----------
    samples : array_like, (n,), float64
    how : {"robust", "physical"}
        ``robust``: median 0, and 1 is half the range from the 1st to the 99th percentile, so that
        the waves of an ECG or the bursts of an EMG reach about 1 however much rest is between
        them. ``physical``: as they are.

    Returns
    -------
    ndarray, (n,), float32

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> scale([0.0, 5.0, 10.0]).round(2)
    array([-1.02,  0.  ,  1.02], dtype=float32)
    """
    return scale_and_unit(samples, how)[0]


def scale_and_unit(samples: ArrayLike, how: Scale = "robust") -> tuple[np.ndarray, float]:
    """Return samples as `scale` does, and what 1 of them stands for.

    Parameters
    ----------
    samples : array_like, (n,), float64
    how : {"robust", "physical"}

    Returns
    -------
    scaled : ndarray, (n,), float32
    unit : float
        In the units of the samples.

    Raises
    ------
    ValueError
        For another name.

    Examples
    --------
    >>> scale_and_unit([0.0, 5.0, 10.0])[1].round(2)
    np.float64(4.9)
    """
    if how == "physical":
        return np.asarray(samples, dtype=np.float32), 1.0
    if how != "robust":
        raise ValueError(f"scale: is {how!r}; must be robust or physical")
    samples = np.asarray(samples, dtype=np.float64)
    finite = samples[np.isfinite(samples)]
    if finite.size == 0:
        return samples.astype(np.float32), 1.0
    low, middle, high = np.percentile(finite, [1, 50, 99], overwrite_input=True)
    unit = (high - low) / 2 or finite.std() or 1.0
    del finite
    scaled = np.empty(samples.size, np.float32)
    for start in range(0, samples.size, BLOCK):
        part = slice(start, start + BLOCK)
        scaled[part] = (samples[part] - middle) / unit
    return scaled, unit
