"""A trained model with all that new recordings need: one folder that can be copied anywhere."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.applied_targets import write_thresholds
from biospectra.store.dataset import read_split
from biospectra.store.tables import write_tsv
from biospectra.store.together import BETWEEN
from biospectra.study.model_parts import parts_of
from biospectra.study.trained import (
    BAND,
    MAP,
    NOVELTY,
    PEOPLE,
    SIGNAL,
    UMAP,
    classifier_file,
    encoder_file,
    target_file,
    thresholds_file,
    uncertainty_file,
    write_settings,
)
from biospectra.words import number_of

NOVELTY_SEGMENTS = 5000
OWN_SPLITS = ("training", "validation")
PEOPLE_BYTES = 1 << 29  # of features that are read at once


def write_bundle(
    folder: str | Path,
    *,
    config: dict,
    name: str,
    encoders: dict[str, str],
    classifiers: dict[str, str],
    uncertainty: dict[str, str],
    choices: dict[str, str],
    scores: dict[str, str],
    targets: dict[str, str],
    target_scores: dict[str, str],
    features: str | Path | None,
    folded: list[str],
    reducer: str | Path | None,
    positions: str | Path | None,
    segments: list[str],
    channels: list[str],
    joined: list[str],
    split: str | Path,
    band: str | Path | None,
) -> None:
    """Gather a trained model.

    Parameters
    ----------
    folder : path
        Written: the files, novelty.npz, signal_novelty.npz, people.npz, settings.json and a model
        card, README.md.
    config : dict
        The study's, with all defaults.
    name : str
        One of `biospectra.study.model_parts.model_names`.
    encoders, classifiers : dict of str to str
        encoder.keras of each encoder that is used, model.skops or model.keras of each
        classifier.
    uncertainty : dict of str to str
        Of each classifier, how sure it may be.
    choices : dict of str to str
        Of classifiers on tables, how each was chosen.
    scores : dict of str to str
        scores.json of each classifier, of which the model card tells.
    targets, target_scores : dict of str to str
        model.skops or model.keras, and scores.json, of each target.
    features : path or None
        HDF5 file of the study's segments in the features of which novelty is measured; None where
        there are no features.
    folded : list of str
        Of an encoder that everybody has been learnt from, the features of each fold, whose encoder
        did not learn from those whom the fold holds out; elsewhere none.
    reducer, positions : path or None
        The fitted UMAP and the map's table; None without an encoder: segments are then placed
        by the first two principal components of the features.
    segments : list of str
        HDF5 files of the study's segments, whose recordings tell the units.
    channels : list of str
        The study's channels, as its table names them.
    joined : list of str
        Those that tables of features join, in their order.
    split : path
        split.tsv, which says what channels stand together, and in which order.
    band : path or None
        Table of the study's native bands, where its recordings are limited to the lowest.
    """
    from biospectra.evaluation.holdout import chosen_pooling
    from biospectra.evaluation.split import people_in_splits
    from biospectra.features.sessions import joined_names
    from biospectra.report.paper.model_card import MODEL_CARD, model_card
    from biospectra.report.terminal import read_json
    from biospectra.store.rows import read_recordings

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = parts_of(config, name)
    copied = {encoder_file(key): file for key, file in encoders.items()}
    copied |= {classifier_file(key, parts["classifiers"][key]): f for key, f in classifiers.items()}
    copied |= {target_file(key, parts["targets"][key]): file for key, file in targets.items()}
    copied |= {uncertainty_file(key): file for key, file in uncertainty.items()}
    copied |= {UMAP: reducer, MAP: positions, BAND: band}
    for target, file in copied.items():
        if file:
            shutil.copyfile(file, folder / target)
    known = {key: read_json(file) for key, file in target_scores.items()}
    for key, found in known.items():
        write_thresholds(found, folder / thresholds_file(key))
    if features:
        encoded = parts["novelty"] in parts["encoders"]
        novelty, rows = learn_novelty(features, folded if encoded else None)
        novelty.save(folder / NOVELTY)
        write_people(features, folder / PEOPLE, _representing(parts))
        if not positions:
            place = pd.DataFrame(novelty.points[:, :2], columns=["x", "y"])
            write_tsv(rows[["label"]].join(place), folder / MAP, "%.6g")
    learn_signal_novelty(segments, split).save(folder / SIGNAL)
    poolings = {key: {"pooling": chosen_pooling(file)} for key, file in choices.items()}
    parts["classifiers"] = {
        key: entry | poolings.get(key, {}) for key, entry in parts["classifiers"].items()
    }
    settings = {key: config[key] for key in ("study", "labels", "seed", "resample", "segments")}
    units = sorted(set(read_recordings(segments)["units"]))
    settings |= {"model": name, "units": units, "channels": channels, "joined": joined}
    ids = read_recordings(segments)["recording"] if joined else ()
    settings["joined_names"] = joined_names(ids)
    settings |= {key: config[key] for key in ("columns", "bad_channels", "on_missing_channel")}
    rows = read_split(split)
    settings["planes"] = rows["channels"].iloc[0].split(BETWEEN) if "channels" in rows else None
    write_settings(folder, settings | parts)
    # Not among the files that settings.json lists: a person fills in its blanks.
    judged = {key: read_json(file) for key, file in scores.items()}
    certain = {key: read_json(file) for key, file in uncertainty.items()}
    card = model_card(settings | parts, judged, known, people_in_splits(rows), certain)
    (folder / MODEL_CARD).write_text(card.markdown(), encoding="utf-8")


def learn_novelty(features: str | Path, folded: list[str] | None = None):
    """Learn from training and validation people how far people are from one another.

    Test people have no part in it, so that it can be tried on them. An encoder has met its training
    people: how far others are is learnt from validation people, or from those whom the encoders of
    folds have not met.

    Parameters
    ----------
    features : path
        HDF5 file with features and their rows.
    folded : list of str or None
        As for `write_bundle`; None of a table, for which nobody is known.

    Returns
    -------
    novelty : biospectra.models.novelty.Novelty
    rows : DataFrame
        Rows of the segments that it keeps, `novelty.points`.
    """
    # Where folds say how far others are, nobody else does: once by each would be twice.
    novelty, rows = _novelty_of(features, known=folded is not None and not folded)
    if folded:
        told = [_distances_in_fold(file) for file in folded]
        novelty.widen(*map(np.concatenate, zip(*told, strict=True)))
    print(
        f"Novelty: {number_of(len(rows), 'segment')}; calibrated on {novelty.count} held-out "
        f"{novelty.held_out}"
    )
    return novelty, rows


def _novelty_of(features: str | Path, *, known: bool):
    """Return the novelty of people of some splits; of training they may be known to an encoder."""
    from biospectra.models.novelty import Novelty
    from biospectra.store.features import holds_table, read_features

    options = {"pooling": "time", "choose": _evenly}
    values, rows = read_features(features, splits=list(OWN_SPLITS), **options)
    if not len(rows):  # a study that sets nobody aside but by cross-validation
        values, rows = read_features(features, **options)
    named = (rows[column].to_numpy(str) for column in ("label", "subject", "recording"))
    others = (rows["split"] == "validation").to_numpy()
    unseen = others if known and others.any() else None
    return Novelty(values, *named, unseen=unseen, one_unit=not holds_table(features)), rows


def _distances_in_fold(features: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how far segments of whom a fold holds out are from all others, and of whom each is.

    A distance is 1 where 95 % of those whom the fold's encoder has met stay below, so that those of
    several encoders go together.
    """
    from biospectra.store.features import read_features

    novelty, _ = _novelty_of(features, known=False)
    values, rows = read_features(features, pooling="time", splits=["test"], choose=_evenly)
    return novelty(values), rows["subject"].to_numpy(str)


def _evenly(rows: pd.DataFrame) -> np.ndarray:
    """Choose at most `NOVELTY_SEGMENTS` rows."""
    return np.arange(0, len(rows), max(1, -(-len(rows) // NOVELTY_SEGMENTS)))


def learn_signal_novelty(segments: list[str], split: str | Path):
    """Learn how far people are from one another in amplitude before scaling, and in polarity.

    No encoder sees these, as segments are scaled and images have no sign.

    Parameters
    ----------
    segments : list of str
        HDF5 files of the study's segments.
    split : path
        split.tsv; of training and validation people.

    Returns
    -------
    biospectra.models.novelty.Novelty
    """
    from biospectra.models.novelty import Novelty
    from biospectra.store.signal_facts import read_signal_facts

    rows = read_split(split)
    learnt = rows[rows["split"].isin(OWN_SPLITS)]
    learnt = learnt if len(learnt) else rows  # a study that sets nobody aside but by folds
    rows = learnt.iloc[_evenly(learnt)].reset_index(drop=True)
    values, rows = read_signal_facts(segments, rows)
    return Novelty(values, *(rows[key].to_numpy(str) for key in ("label", "subject", "recording")))


def _representing(parts: dict) -> list[str]:
    """Name the splits whose people stand for the study where new ones are compared with them.

    Those whom an encoder learnt from are not like others to it; of a table it is those of training
    and validation, so that the test's can be tried on it.
    """
    if parts["novelty"] not in parts["encoders"]:
        return list(OWN_SPLITS)
    met_test = parts["encoders"][parts["novelty"]].get("transductive")
    return ["validation"] if met_test else ["validation", "test"]


def write_people(features: str | Path, path: str | Path, splits: list[str]) -> None:
    """Write the mean features of people, with whom new ones are compared as a group.

    Parameters
    ----------
    features : path
        HDF5 file with features and their rows.
    path : path
        Written: `means` (people, columns) and the `names` of the columns, none of an encoder's.
    splits : list of str
        Whose people.
    """
    from biospectra.evaluation.drift import means_of_people
    from biospectra.store.arrays import write_arrays
    from biospectra.store.features import (
        feature_shape,
        names_of_columns,
        read_features,
        rows_of_features,
    )

    known: list[str] | None = splits
    rows = rows_of_features(features, known)
    if not len(rows):  # a study that sets nobody aside but by cross-validation
        known, rows = None, rows_of_features(features)
    size = len(rows) * int(np.prod(feature_shape(features))) * np.dtype(np.float32).itemsize
    people = np.unique(rows["subject"].to_numpy(str))
    means = []
    for some in np.array_split(people, min(len(people), -(-size // PEOPLE_BYTES))):
        values, own = read_features(
            features,
            pooling="time",
            splits=known,
            choose=lambda rows, some=some: np.flatnonzero(rows["subject"].isin(some)),
        )
        means.append(means_of_people(values, own["subject"].to_numpy(str)))
    write_arrays(
        path,
        means=np.concatenate(means).astype(np.float32),
        names=np.array(names_of_columns(features), str),
    )
