"""What a signal shows of its recorder: converter steps and mains hum."""

import numpy as np

from biospectra.signals.scaling import common_unit

MAINS_HZ = (50, 60)
HUM_WINDOWS = 8  # of one recording, in which its hum is measured
HUM_FACTS = tuple(f"hum_{hz}{what}" for hz in MAINS_HZ for what in ("", "_noise"))
FACTS = ("native_rate_hz", "amplitude", "step", *HUM_FACTS)


def quantisation_step(samples: np.ndarray) -> float:
    """Return the step of the converter, in the samples' units; 0 where they show none.

    The smallest difference between two values that occur, if nearly all small differences are
    whole multiples of it: samples that were filtered or computed have a smallest difference too,
    which depends on how large and how many they are. Differences below a millionth of the largest
    value are rounding.

    Parameters
    ----------
    samples : ndarray, (n,), float64

    Returns
    -------
    float

    Examples
    --------
    >>> quantisation_step(np.array([0.0, 0.5, 1.5, 3.0]))
    0.5
    >>> quantisation_step(np.array([0.0, 0.5, 1.3, 2.77]))
    0.0
    """
    values = np.unique(samples[np.isfinite(samples)])
    steps = np.diff(values)
    steps = steps[steps > 1e-6 * max(np.abs(values).max(initial=0), 1e-300)]
    if not len(steps):
        return 0.0
    step = float(steps.min())
    multiples = steps[steps < 20 * step] / step
    return step if np.mean(np.abs(multiples - np.round(multiples)) < 0.05) > 0.9 else 0.0


def line_amplitudes(
    samples: np.ndarray, rate_hz: float, line_hz: float, *, window_s: float = 2.0
) -> tuple[np.ndarray, float]:
    """Return how large a line such as mains hum is in some windows, and what noise adds to it.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        All finite.
    rate_hz : float
        Sampling rate.
    line_hz : float
        The line's frequency.
    window_s : float
        Length of a window, in s.

    Returns
    -------
    amplitudes : ndarray, (`HUM_WINDOWS` or fewer,)
        Of the line and the noise at its frequency, in the samples' units, each in a Hann window;
        the windows lie evenly over the recording. Empty where the rate does not reach the line, or
        the recording is shorter than a window.
    noise : float
        Root mean square of what noise alone would give: of the amplitudes 2 to 6 Hz away (farther
        for short windows), by their median, which other lines do not raise. NaN without windows.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=20_000)
    >>> hum = 0.5 * np.sin(2 * np.pi * 50 * np.arange(20_000) / 500)
    >>> found, floor = line_amplitudes(noise + hum, 500, 50)
    >>> bool(abs(found.mean() - 0.5) < 0.05), bool(floor < 0.1)
    (True, True)
    """
    near_hz = max(2.0, 3 / window_s)
    size = round(window_s * rate_hz)
    if rate_hz / 2 < line_hz + near_hz + 4 or not 0 < size <= len(samples):
        return np.zeros(0), float("nan")
    starts = np.linspace(0, len(samples) - size, min(HUM_WINDOWS, len(samples) // size))
    parts = np.stack([samples[at : at + size] for at in starts.astype(int)])
    taper = np.hanning(size + 1)[:-1]
    away_hz = np.arange(near_hz, near_hz + 4.01, 1 / window_s)
    frequency_hz = np.concatenate([[line_hz], line_hz - away_hz, line_hz + away_hz])
    wave = np.exp(-2j * np.pi * frequency_hz[:, None] * np.arange(size) / rate_hz) * taper
    parts = parts - parts.mean(axis=1, keepdims=True)
    found = np.abs(parts @ wave.T) * 2 / taper.sum()
    # The power of noise at one frequency is exponential: its mean is its median over log 2.
    return found[:, 0], float(np.sqrt(np.median(found[:, 1:] ** 2) / np.log(2)))


def in_millivolts(units: str) -> float:
    """Return what brings a voltage to mV; 1 for other units, and a voltage of no known scale.

    Parameters
    ----------
    units : str

    Returns
    -------
    float

    Examples
    --------
    >>> in_millivolts("uV"), in_millivolts("adu")
    (0.001, 1.0)
    """
    try:
        return common_unit(units)[1]
    except ValueError:
        return 1.0


def hum_facts(samples: np.ndarray, rate_hz: float, window_s: float = 2.0) -> dict[str, float | str]:
    """Describe the hum at both mains frequencies, by `line_amplitudes`.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        All finite.
    rate_hz : float
        Sampling rate.
    window_s : float
        Length of a window, in s.

    Returns
    -------
    dict of str to str or float
        The `HUM_FACTS`; amplitudes as one text, with blanks between.

    Examples
    --------
    >>> found = hum_facts(np.sin(2 * np.pi * 50 * np.arange(2500) / 250), 250)
    >>> found["hum_50"]
    '1 1 1 1 1'
    """
    facts: dict[str, float | str] = {}
    for hz in MAINS_HZ:
        amplitudes, noise = line_amplitudes(samples, rate_hz, hz, window_s=window_s)
        facts |= {f"hum_{hz}": " ".join(f"{one:.6g}" for one in amplitudes)}
        facts |= {f"hum_{hz}_noise": noise}
    return facts


def recorder_facts(samples: np.ndarray, rate_hz: float, units: str) -> dict[str, float | str]:
    """Describe the recorder by a recording as it was published.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        In `units`.
    rate_hz : float
        Native sampling rate.
    units : str
        V, mV, µV and nV are brought to mV; others stay.

    Returns
    -------
    dict of str to float or str
        native_rate_hz, amplitude (half the range from the 1st to the 99th percentile), step (of the
        converter, as `quantisation_step`) and the `HUM_FACTS`, all in mV or the units.

    Examples
    --------
    >>> found = recorder_facts(np.tile([0.0, 250.0, 500.0], 1000), 250, "uV")
    >>> {key: found[key] for key in ("native_rate_hz", "amplitude", "step")}
    {'native_rate_hz': 250.0, 'amplitude': 0.25, 'step': 0.25}
    """
    factor = in_millivolts(units)
    finite = samples[np.isfinite(samples)] * factor
    if finite.size == 0:
        return dict.fromkeys(FACTS, 0.0) | {"native_rate_hz": rate_hz} | hum_facts(finite, rate_hz)
    low, high = np.percentile(finite, [1, 99])
    return {
        "native_rate_hz": float(rate_hz),
        "amplitude": float(high - low) / 2,
        "step": quantisation_step(finite),
    } | hum_facts(finite, rate_hz)
