"""The kinds of feature table: each name in the config and its function."""

import numpy as np
import pandas as pd

from biospectra.features.bands import band_table


def table_of(signals: np.ndarray, rate_hz: float, settings: dict) -> pd.DataFrame:
    """Return the features of some segments, one row each.

    Parameters
    ----------
    signals : (n, samples)
    rate_hz : sampling rate
    settings : an entry of the config's `features`
    """
    from biospectra.features.beats import beat_table
    from biospectra.features.fourier import fourier_table
    from biospectra.features.wavelet import wavelet_table

    own = {key: value for key, value in settings.items() if key != "kind"}
    if settings["kind"] == "wavelet":
        return wavelet_table(signals, **own)
    if settings["kind"] == "bands":
        return band_table(signals, rate_hz, **own)
    if settings["kind"] == "beats":
        return beat_table(signals, rate_hz)
    if settings["kind"] == "scattering":
        from biospectra.features.scattering import scattering_table

        return scattering_table(signals, rate_hz, **own)
    return fourier_table(signals, rate_hz, peaks_count=own.pop("peaks"), **own)
