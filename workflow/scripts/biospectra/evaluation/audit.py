"""The rows of the recorder audit: how well each non-physiological property predicts the class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.audit_models import band_comparison, predict_class, relative_band_powers
from biospectra.evaluation.groups import columns_as_numbers
from biospectra.signals.recorder import MAINS_HZ, hum_facts

SUBBANDS = 4


def of_recordings(
    parts: pd.DataFrame, columns: Sequence[str] = ()
) -> dict[str, tuple[str, np.ndarray]]:
    """Return what is known of recordings and is not physiology.

    Parameters
    ----------
    parts : DataFrame
        One row for each recording and class, with database and the facts of
        `biospectra.signals.recorder.recorder_facts`.
    columns : sequence of str
        Further columns of the table, such as age or site.

    Returns
    -------
    dict of str to tuple of str, ndarray
        Its title and values (n, columns), by name.
    """
    amplitude = np.log10(np.maximum(parts["amplitude"].to_numpy(float), 1e-12))
    step = np.log10(np.maximum(parts["step"].to_numpy(float), 1e-12))
    rate = parts["native_rate_hz"].to_numpy(float)
    databases = parts["database"].to_numpy()
    database = (databases[:, None] == np.unique(databases)).astype(float)
    return {
        "native_rate": ("native sampling rate", rate[:, None]),
        "database": ("database", database),
        "amplitude": ("amplitude as recorded", amplitude[:, None]),
        "quantisation": ("step of the converter", step[:, None]),
        **{f"column {name}": (name, columns_as_numbers(parts[name])) for name in columns},
    }


def hum_alike(parts: pd.DataFrame, seed: int) -> np.ndarray:
    """Return how large the hum of recordings is, as if all had the same noise beside it.

    The same hum beside more noise is measured less well, and so looks different: what differs
    would be the noise, which may be physiology. Therefore noise is added to what was measured, of
    random phase and as much as brings all recordings to twice the noise of the noisiest, and of
    each recording as many windows are taken.

    Parameters
    ----------
    parts : DataFrame
        One row for each, with the `HUM_FACTS` of `biospectra.signals.recorder`. A mains frequency
        that some of them cannot show is left out.
    seed : int
        Of the noise.

    Returns
    -------
    ndarray, (n, mains frequencies)
        Root mean square over windows, in the unit of the amplitudes.
    """
    random = np.random.default_rng(seed)
    found = []
    for hz in [hz for hz in MAINS_HZ if (parts[f"hum_{hz}"] != "").all()]:
        windows = [np.array(text.split(), float) for text in parts[f"hum_{hz}"]]
        few = min(map(len, windows))
        measured = np.stack([one[np.linspace(0, len(one) - 1, few).astype(int)] for one in windows])
        noise = parts[f"hum_{hz}_noise"].to_numpy(float)
        extra = np.sqrt((2 * noise.max()) ** 2 - noise**2)[:, None]
        turned = random.standard_normal((2, *measured.shape)) / np.sqrt(2) * extra
        found.append(np.sqrt(((measured + turned[0]) ** 2 + turned[1] ** 2).mean(axis=1)))
    return np.stack(found, axis=1)


def audit_rows(
    rows: pd.DataFrame,
    signals: np.ndarray,
    facts: pd.DataFrame,
    labels: list[str],
    *,
    rate_hz: float,
    sizes: dict[str, float],
    folds: int,
    draws: int,
    seed: int,
    common_band: bool,
    columns: Sequence[str] = (),
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
    sizes : dict of str to float
        What a sample of 1 stands for in each recording, in mV or its unit.
    folds, draws, seed : int
        As for `predict_class`.
    common_band : bool
        Whether the study limits all recordings to one band.
    columns : sequence of str
        Further columns of the table, which may tell the class, too.

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
    for name, (title, values) in of_recordings(parts, columns).items():
        add(name, title, values, parts, "recordings")
    for name, title, described in (
        ("mains", "mains hum as recorded", parts),
        ("mains_left", "mains hum left after cleaning", _cleaned(rows, signals, sizes, rate_hz)),
    ):
        heard = described[described["hum_50"] != ""]
        if heard.empty:
            why = "no recording is sampled fast enough, or long enough, to show it"
            predictors[name] = {"title": title, "why_not": why}
        else:
            add(name, title, hum_alike(heard, seed), heard, "recordings")
    top_hz = 0.9 * min(lowest_hz, rate_hz / 2)
    below = relative_band_powers(signals, rate_hz, np.geomspace(0.5, top_hz, 13))
    add("band_below", f"spectrum below {top_hz:g} Hz", below, rows, "segments")
    for one in predictors.values():
        one["tests"] = len(predictors)  # asked at once
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


def _cleaned(
    rows: pd.DataFrame, signals: np.ndarray, sizes: dict[str, float], rate_hz: float
) -> pd.DataFrame:
    """Describe the hum in what the models read: a row for each recording and class."""
    window_s = min(2.0, signals.shape[1] / rate_hz)
    parts = []
    for (recording, _), some in rows.groupby(["recording", "label"], sort=False):
        samples = signals[some.index].astype(float) * sizes[recording]
        found = [hum_facts(one, rate_hz, window_s) for one in samples]
        noises = {f"hum_{hz}_noise" for hz in MAINS_HZ}
        joined = {
            key: (
                float(np.sqrt(np.mean([one[key] ** 2 for one in found])))
                if key in noises
                else " ".join(one[key] for one in found).strip()
            )
            for key in found[0]
        }
        parts.append(some.iloc[0].to_dict() | joined)
    return pd.DataFrame(parts)
