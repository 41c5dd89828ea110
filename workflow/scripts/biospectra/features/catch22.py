"""The table catch22: 22 features of time series that were found to tell many kinds apart.

Lubba et al. 2019, https://doi.org/10.1007/s10618-019-00647-x, computed by its authors' own code.
"""

import numpy as np
import pandas as pd


def catch22_table(
    signals: np.ndarray, rate_hz: float, *, mean_and_spread: bool = True
) -> pd.DataFrame:
    """Return the features catch22 of some segments, one row each.

    Parameters
    ----------
    signals : ndarray, (n, samples), float32 or float64
        The segments, each of which is brought to mean 0 and standard deviation 1.
    rate_hz : float
        Sampling rate, which has no part in it: all times are in samples, all frequencies in radians
        a sample.
    mean_and_spread : bool
        Whether the mean and the standard deviation are columns, too ("catch24").

    Returns
    -------
    DataFrame
        catch22_{name} of each feature; 0 where one is not defined for a segment.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=(2, 500))
    >>> catch22_table(noise, 100).shape
    (2, 24)
    """
    import pycatch22

    rows = []
    for signal in np.asarray(signals, np.float64):
        found = pycatch22.catch22_all(signal, catch24=mean_and_spread, short_names=True)
        rows.append(dict(zip(found["short_names"], found["values"], strict=True)))
    table = pd.DataFrame(rows).add_prefix("catch22_")
    return table.where(np.isfinite(table), 0.0)


table = catch22_table
