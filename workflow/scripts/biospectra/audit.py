"""The recorder audit: how well what is not physiology predicts the class, for people held out."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.audit_report import draw_audit, in_plain_words
from biospectra.errors import StudyError
from biospectra.folds import folds_of, out_of_fold
from biospectra.scores import score

FLOOR = 1e-7  # of a segment's power: 70 dB down, below what an image shows and a filter leaves
SUBBANDS = 4


def relative_band_powers(signals: np.ndarray, rate_hz: float, edges_hz: np.ndarray) -> np.ndarray:
    """Return the share of each segment's power in some bands, as log10 and never below `FLOOR`.

    Parameters
    ----------
    signals : (n, samples)
    rate_hz : sampling rate
    edges_hz : (bands + 1,) ends of the bands, rising

    Returns
    -------
    (n, bands); the Blackman-Harris window keeps a strong low frequency out of the high bands
    """
    from scipy.signal import periodogram

    frequency_hz, power = periodogram(signals, rate_hz, window="blackmanharris", axis=-1)
    total = np.maximum(power[:, 1:].sum(axis=1), 1e-300)
    inside = [(frequency_hz >= low) & (frequency_hz < high) for low, high in pairwise(edges_hz)]
    shares = np.stack([power[:, band].sum(axis=1) / total for band in inside], axis=1)
    return np.log10(np.maximum(shares, FLOOR))


def forest(seed: int):
    """Return the classifier of the audit and the leakage table: a small random forest."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        100, class_weight="balanced", min_samples_leaf=2, random_state=seed, n_jobs=1
    )


def predict_class(
    values: np.ndarray,
    rows: pd.DataFrame,
    labels: list[str],
    *,
    unit: str,
    folds: int,
    draws: int,
    seed: int,
) -> dict:
    """Score how well some values predict the class of people held out.

    Parameters
    ----------
    values : (n, columns)
    rows : of each entry, with label, subject and recording
    labels : the classes
    unit : what an entry is, segments or recordings
    folds : of the cross-validation, by person
    draws, seed : as for `biospectra.scores.score`, and of folds and forest

    Returns
    -------
    dict of `biospectra.scores.score`
    """
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    fold = folds_of(rows, folds=folds, seed=seed)
    probability = out_of_fold(lambda _: forest(seed), values, code, fold, len(labels))
    said = np.array(labels)[probability.argmax(axis=1)]
    truth, people = rows["label"].to_numpy(), rows["subject"].to_numpy()
    return score(truth, said, people, labels, unit=unit, draws=draws, seed=seed)


def of_recordings(parts: pd.DataFrame) -> dict[str, tuple[str, np.ndarray]]:
    """Return what is known of recordings and is not physiology.

    Parameters
    ----------
    parts : one row for each recording and class, with database and the facts of
        `biospectra.recorder.recorder_facts`

    Returns
    -------
    its title and values (n, columns), by name
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
    rows : of some segments
    signals : (n, samples) their samples
    facts : of `biospectra.recorder.recorder_facts`, with `recording`
    labels : the classes
    rate_hz : the study's sampling rate
    folds, draws, seed : as for `predict_class`
    common_band : whether the study limits all recordings to one band

    Returns
    -------
    dict with lowest_nyquist_hz (native), predictors (title and score of each, or why_not),
    segments (of each class from each database), one_database (classes with only
    one, where the study has several), common_band, and paragraph
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

    title = f"power above {lowest_hz:g} Hz"
    if rate_hz / 2 > 1.02 * lowest_hz:
        edges = np.linspace(lowest_hz, rate_hz / 2, SUBBANDS + 1)
        above = relative_band_powers(signals, rate_hz, edges)
        add("band_above", title, above, rows, "segments")
    else:
        why = f"the study ends at {rate_hz / 2:g} Hz, which every recorder reaches"
        predictors["band_above"] = {"title": title, "why_not": why}
    parts = rows.drop_duplicates(["recording", "label"]).merge(facts, on="recording")
    for name, (title, values) in of_recordings(parts).items():
        add(name, title, values, parts, "recordings")
    top_hz = 0.9 * min(lowest_hz, rate_hz / 2)
    below = relative_band_powers(signals, rate_hz, np.geomspace(0.5, top_hz, 13))
    add("band_below", f"spectrum below {top_hz:g} Hz", below, rows, "segments")
    table = pd.crosstab(rows["label"], rows["database"]).reindex(labels, fill_value=0)
    result = {
        "lowest_nyquist_hz": lowest_hz,
        "predictors": predictors,
        "segments": {label: counts.to_dict() for label, counts in table.iterrows()},
        "one_database": [
            label for label in labels if table.shape[1] > 1 and (table.loc[label] > 0).sum() == 1
        ],
        "common_band": common_band,
    }
    return result | {"paragraph": in_plain_words(result)}


def audit(
    segments: list[str],
    split: str | Path,
    recorders: list[str],
    *,
    scores: str | Path,
    figures: list[str],
    labels: list[str],
    folds: int,
    draws: int,
    seed: int,
    common_band: bool,
) -> None:
    """Measure and draw how well what is not physiology predicts the class.

    Parameters
    ----------
    segments : HDF5 files of the segments
    split : split.tsv; all segments of training, validation and test are looked at, at most 20 of a
        recording and class
    recorders : tables of `biospectra.recorder.describe_recorders`
    scores : written; JSON of `audit_rows`
    figures : written, in several formats
    labels : the classes
    folds, draws, seed, common_band : as for `audit_rows`
    """
    from biospectra.chosen import chosen_rows, read_signals
    from biospectra.rows import read_recordings
    from biospectra.split import thinned

    rows = chosen_rows(segments, split, ["training", "validation", "test"])
    rows = rows.loc[thinned(rows)].reset_index(drop=True)
    text = {"recording": str}
    facts = pd.concat([pd.read_csv(path, sep="\t", dtype=text) for path in recorders])
    result = audit_rows(
        rows,
        read_signals(rows),
        facts[facts["recording"].isin(rows["recording"])],
        labels,
        rate_hz=float(read_recordings(segments)["rate_hz"].iloc[0]),
        folds=folds,
        draws=draws,
        seed=seed,
        common_band=common_band,
    )
    print(result["paragraph"])
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    draw_audit(result, figures)
