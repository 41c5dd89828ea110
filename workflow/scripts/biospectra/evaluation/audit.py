"""The rows of the recorder audit: how well each non-physiological property predicts the class."""

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.audit_models import band_comparison, predict_class, relative_band_powers

SUBBANDS = 4


def of_recordings(parts: pd.DataFrame) -> dict[str, tuple[str, np.ndarray]]:
    """Return what is known of recordings and is not physiology.

    Parameters
    ----------
    parts : DataFrame
        One row for each recording and class, with database and the facts of
        `biospectra.signals.recorder.recorder_facts`.

    Returns
    -------
    dict of str to tuple of str, ndarray
        Its title and values (n, columns), by name.
    """
    amplitude = np.log10(np.maximum(parts["amplitude"].to_numpy(float), 1e-12))
    step = np.log10(np.maximum(parts["step"].to_numpy(float), 1e-12))
    hum = parts[["hum_50_db", "hum_60_db"]].to_numpy(float)
    rate = parts["native_rate_hz"].to_numpy(float)
    databases = parts["database"].to_numpy()
    database = (databases[:, None] == np.unique(databases)).astype(float)
    return {
        "native_rate": ("native sampling rate", rate[:, None]),
        "database": ("database", database),
        "amplitude": ("amplitude as recorded", amplitude[:, None]),
        "quantisation": ("step of the converter", step[:, None]),
        "mains": ("mains hum at 50 and 60 Hz", hum),
    }


def audit_rows(
    rows: pd.DataFrame,
    signals: np.ndarray,
    facts: pd.DataFrame,
    labels: list[str],
    *,
    rate_hz: float,
    folds: int,
    draws: int,
    seed: int,
    common_band: bool,
) -> dict:
    """Measure how well what is not physiology predicts the class.

    Parameters
    ----------
    rows : DataFrame
        Rows of some segments.
    signals : ndarray, (n, samples)
        Their samples.
    facts : DataFrame
        Facts of `biospectra.signals.recorder.recorder_facts`, with `recording`.
    labels : list of str
        The classes.
    rate_hz : float
        The study's sampling rate.
    folds, draws, seed : int
        As for `predict_class`.
    common_band : bool
        Whether the study limits all recordings to one band.

    Returns
    -------
    dict
        With lowest_nyquist_hz (native), predictors (title and score of each, or why_not), segments
        (of each class from each database), one_database (classes with only one, where the study has
        several), common_band, and comparison (of `band_comparison`, where there is a band to leave
        out).
    """
    lowest_hz = float(facts["native_rate_hz"].min()) / 2
    settings = {"folds": folds, "draws": draws, "seed": seed}
    predictors: dict[str, dict] = {}

    def add(name, title, values, of, unit):
        try:
            predictors[name] = {"title": title} | predict_class(
                values, of, labels, unit=unit, **settings
            )
        except StudyError as error:
            predictors[name] = {"title": title, "why_not": str(error)}

    compared = None
    if rate_hz / 2 > 1.02 * lowest_hz:
        title = f"power above {lowest_hz:g} Hz"
        edges = np.linspace(lowest_hz, rate_hz / 2, SUBBANDS + 1)
        above = relative_band_powers(signals, rate_hz, edges)
        add("band_above", title, above, rows, "segments")
        if not common_band:
            compared = band_comparison(
                rows, signals, labels, rate_hz=rate_hz, lowest_hz=lowest_hz, **settings
            )
    else:
        why = f"the study ends at {rate_hz / 2:g} Hz, which every recorder reaches"
        title = "power that only some recorders have"
        predictors["band_above"] = {"title": title, "why_not": why}
    parts = rows.drop_duplicates(["recording", "label"]).merge(facts, on="recording")
    for name, (title, values) in of_recordings(parts).items():
        add(name, title, values, parts, "recordings")
    top_hz = 0.9 * min(lowest_hz, rate_hz / 2)
    below = relative_band_powers(signals, rate_hz, np.geomspace(0.5, top_hz, 13))
    add("band_below", f"spectrum below {top_hz:g} Hz", below, rows, "segments")
    table = pd.crosstab(rows["label"], rows["database"]).reindex(labels, fill_value=0)
    return {
        "lowest_nyquist_hz": lowest_hz,
        "predictors": predictors,
        "segments": {label: counts.to_dict() for label, counts in table.iterrows()},
        "one_database": [
            label for label in labels if table.shape[1] > 1 and (table.loc[label] > 0).sum() == 1
        ],
        "common_band": common_band,
        "comparison": compared,
    }
