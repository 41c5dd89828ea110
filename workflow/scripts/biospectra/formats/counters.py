"""Running numbers of samples, which show what was lost."""

import numpy as np


def read_counter(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return where a running number of the samples jumps, None where it counts no samples.

    Parameters
    ----------
    numbers : ndarray, (n_samples,), float64 or int
        May begin again at any number; the usual step may be another than 1.

    Returns
    -------
    breaks : ndarray, (k,), int64
        Samples before which others are missing.
    missing : ndarray, (k,), int64
        How many, as far as the number tells.
    """
    numbers = np.asarray(numbers)
    if numbers.size < 3 or not np.all(np.isfinite(numbers)) or np.any(numbers != numbers.round()):
        return None
    numbers = numbers.astype(np.int64)
    steps = np.diff(numbers)
    values, counts = np.unique(steps, return_counts=True)
    step = int(values[counts.argmax()])
    low, high = int(numbers.min()), int(numbers.max())
    if step <= 0 or counts.max() < 0.5 * len(steps):
        return None
    # It starts again after a power of two, or after the highest number that was seen.
    found = []
    for turn in (1 << high.bit_length(), high - low + step):
        missing = (steps - step) % turn
        breaks = np.flatnonzero(missing)
        found.append((breaks + 1, missing[breaks] // step))
    breaks, missing = min(found, key=lambda one: len(one[0]))
    return (breaks, missing) if breaks.size <= max(1, numbers.size // 5) else None
