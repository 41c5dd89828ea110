"""What a latent tells linearly: a logistic regression on it, chosen without the test people."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from biospectra.store.dataset import batches
from biospectra.store.sampling import evenly_spaced

PROBE_SEGMENTS = 2000  # of training at most, so that the latents fit in memory
LATENTS_AT_ONCE = 64
SIDES = ["training", "validation", "test"]


def probe(
    readers: dict[str, Callable[[pd.DataFrame], np.ndarray]],
    rows: pd.DataFrame,
    seed: int,
) -> tuple[str, np.ndarray]:
    """Say the class of test rows by a logistic regression on a latent.

    It is fitted on training people, and which reading of the latent it takes is chosen on
    validation people.

    Parameters
    ----------
    readers : dict of str to callable
        Ways to read the latent, by name: give (n, columns) of rows; the first of equals wins.
    rows : DataFrame
        Rows of all segments, with split and label; of training at most `PROBE_SEGMENTS` are used,
        evenly drawn.
    seed : int
        Seed of the classifier.

    Returns
    -------
    tuple of str, ndarray
        The reading chosen, and the class of each test row.
    """
    from sklearn.metrics import balanced_accuracy_score

    from biospectra.models.classifiers import CANDIDATES

    training, validation, test = (rows[rows["split"] == s] for s in SIDES)
    some, fitted, validated = evenly_spaced(training, PROBE_SEGMENTS), {}, {}
    for name, read in readers.items():
        fitted[name] = CANDIDATES["logistic_regression"](seed, 1).fit(read(some), some["label"])
        if len(readers) > 1:
            said = _said(fitted[name], read, validation)
            validated[name] = balanced_accuracy_score(validation["label"], said)
    best = max(validated, key=validated.get) if validated else next(iter(readers))
    return best, _said(fitted[best], readers[best], test)


def _said(model, read, rows: pd.DataFrame) -> np.ndarray:
    return np.concatenate([model.predict(read(part)) for part in batches(rows, LATENTS_AT_ONCE)])
