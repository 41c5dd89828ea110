"""What a signal shows of its recorder: converter steps and mains hum."""

import numpy as np

from biospectra.signals.scaling import common_unit

FACTS = ("native_rate_hz", "amplitude", "step", "hum_50_db", "hum_60_db")


def quantisation_step(samples: np.ndarray) -> float:
    """Return the smallest difference between two values that occur, in their units; 0 for none.

    Differences below a millionth of the largest value are rounding, not a converter's step.
    """
    values = np.unique(samples[np.isfinite(samples)])
    steps = np.diff(values)
    steps = steps[steps > 1e-6 * max(np.abs(values).max(initial=0), 1e-300)]
    return float(steps.min(initial=np.inf)) if len(steps) else 0.0


def hum_db(samples: np.ndarray, rate_hz: float, mains_hz: float) -> float:
    """Return by how many dB the power at a mains frequency stands above that 2 to 6 Hz away.

    0 where the rate does not reach it, or the recording is shorter than 2 s.
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
    samples : (n,) in `units`
    rate_hz : native sampling rate
    units : V, mV, µV and nV are brought to mV; others stay

    Returns
    -------
    native_rate_hz, amplitude (half the range from the 1st to the 99th percentile), step (of the
    converter, as `quantisation_step`), both in mV or the units, hum_50_db, hum_60_db
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
