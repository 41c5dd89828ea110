"""What a signal shows of its recorder: converter steps and mains hum."""

import numpy as np

from biospectra.signals.scaling import common_unit

FACTS = ("native_rate_hz", "amplitude", "step", "hum_50_db", "hum_60_db")


def quantisation_step(samples: np.ndarray) -> float:
    """Return the smallest difference between two values that occur, in their units; 0 for none.

    Differences below a millionth of the largest value are rounding, not a converter's step.

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
    """
    values = np.unique(samples[np.isfinite(samples)])
    steps = np.diff(values)
    steps = steps[steps > 1e-6 * max(np.abs(values).max(initial=0), 1e-300)]
    return float(steps.min(initial=np.inf)) if len(steps) else 0.0


def hum_db(samples: np.ndarray, rate_hz: float, mains_hz: float) -> float:
    """Return by how many dB the power at a mains frequency stands above that 2 to 6 Hz away.

    Parameters
    ----------
    samples : ndarray, (n,), float64
        All finite.
    rate_hz : float
        Sampling rate.
    mains_hz : float
        50 or 60.

    Returns
    -------
    float
        0 where the rate does not reach it, or the recording is shorter than 2 s.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=5000)
    >>> hum = 0.2 * np.sin(2 * np.pi * 50 * np.arange(5000) / 500)
    >>> bool(hum_db(noise + hum, 500, 50) > 5), bool(hum_db(noise + hum, 500, 60) < 3)
    (True, True)
    """
    from scipy.signal import welch

    if rate_hz / 2 < mains_hz + 6 or samples.size < 2 * rate_hz:
        return 0.0
    frequency_hz, power = welch(samples - samples.mean(), fs=rate_hz, nperseg=int(2 * rate_hz))
    away = np.abs(frequency_hz - mains_hz)
    around = np.median(power[(away >= 2) & (away <= 6)])
    return float(10 * np.log10((power[away <= 0.5].max() + 1e-300) / (around + 1e-300)))


def recorder_facts(samples: np.ndarray, rate_hz: float, units: str) -> dict[str, float]:
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
    dict of str to float
        native_rate_hz, amplitude (half the range from the 1st to the 99th percentile), step (of the
        converter, as `quantisation_step`), both in mV or the units, hum_50_db, hum_60_db.

    Examples
    --------
    >>> found = recorder_facts(np.tile([0.0, 250.0, 500.0], 1000), 250, "uV")
    >>> {key: found[key] for key in ("native_rate_hz", "amplitude", "step")}
    {'native_rate_hz': 250.0, 'amplitude': 0.25, 'step': 0.25}
    """
    _, factor = common_unit(units)
    finite = samples[np.isfinite(samples)]
    if finite.size == 0:
        return dict.fromkeys(FACTS, 0.0) | {"native_rate_hz": rate_hz}
    low, high = np.percentile(finite, [1, 99])
    return {
        "native_rate_hz": float(rate_hz),
        "amplitude": float(high - low) / 2 * factor,
        "step": quantisation_step(finite) * factor,
        "hum_50_db": hum_db(finite, rate_hz, 50.0),
        "hum_60_db": hum_db(finite, rate_hz, 60.0),
    }
