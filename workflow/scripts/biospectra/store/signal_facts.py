"""What scaling and images take from a segment: its amplitude, and which way up it is."""

import numpy as np
import pandas as pd

from biospectra.store.dataset import batches, locate, read_signals
from biospectra.store.rows import read_recordings, recording_of

_AT_ONCE = 256  # segments
_FLATTEST = 1e-12


def amplitude_and_polarity(signals: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the amplitude of segments before scaling, and their skewness.

    Parameters
    ----------
    signals : ndarray, (n, samples) or (n, samples, channels)
        As the study scales them.
    sizes : ndarray, (n,)
        What 1 of each stands for, in mV or the unit of its file.

    Returns
    -------
    ndarray, (n, 2), float64
        The decadic logarithm of the standard deviation, and the mean cube of standardised samples,
        which changes its sign with the signal.
    """
    flat = np.asarray(signals, np.float64).reshape(len(signals), -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    spread = np.maximum(centred.std(axis=1), _FLATTEST)
    amplitude = np.log10(np.maximum(spread * sizes, _FLATTEST))
    return np.column_stack([amplitude, np.mean((centred / spread[:, None]) ** 3, axis=1)])


def read_signal_facts(segments: list[str], rows: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Read the amplitude and polarity of some segments.

    Parameters
    ----------
    segments : list of str
        HDF5 files of segments.
    rows : DataFrame
        With recording and segment of each, and the channels where they stand together.

    Returns
    -------
    values : ndarray, (n, 2), float64
        Of `amplitude_and_polarity`.
    rows : DataFrame
        The rows that the files have, in order.
    """
    about = read_recordings(segments)
    names = about["recording"].astype(str)
    # Of channels together the first one's size stands for all.
    sizes = dict(zip(names.map(recording_of)[::-1], about["unit_size"][::-1], strict=True))
    sizes |= dict(zip(names, about["unit_size"], strict=True))
    rows = locate(rows.drop(columns=["file", "index"], errors="ignore"), segments)
    parts = [
        amplitude_and_polarity(read_signals(part), part["recording"].map(sizes).to_numpy(float))
        for part in batches(rows, _AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.empty((0, 2)), rows
