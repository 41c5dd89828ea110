"""What a trained model says of new recordings: class, place on the map, and how unlike they are."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.errors import refused
from biospectra.evaluation.applied_classes import (
    PLACE,
    class_columns,
    most_likely,
    pooled_by_recording,
)
from biospectra.evaluation.applied_targets import (
    pooled_targets,
    read_thresholds,
    target_columns,
    with_labels,
)
from biospectra.evaluation.drift import drift_of, means_of_people
from biospectra.evaluation.uncertainty import read_uncertainty, with_uncertainty
from biospectra.features.sessions import as_trained, of_channels, sessions_in_order
from biospectra.models.classifiers import tables_of
from biospectra.models.embedding import read_umap
from biospectra.models.fitting import probability_of
from biospectra.models.novelty import Novelty
from biospectra.models.saved_estimator import read_estimator
from biospectra.report.new_recordings import draw_over
from biospectra.report.new_recordings_page import write_new_recordings_page
from biospectra.report.uncertainty import drift_in_words
from biospectra.steps.apply_targets import read_given_tables, said_of_target
from biospectra.store.arrays import read_arrays
from biospectra.store.features import read_features
from biospectra.store.rows import of_whole_recordings, read_recordings, recording_of, ticks
from biospectra.store.signal_facts import read_signal_facts
from biospectra.store.tables import write_tsv
from biospectra.store.together import new_segments
from biospectra.study.trained import (
    NOVELTY,
    PEOPLE,
    SIGNAL,
    UMAP,
    classifier_file,
    read_map,
    read_settings,
    thresholds_file,
    uncertainty_file,
)
from biospectra.words import stated_percent

KEY = ["recording", "segment"]


def apply_judge(
    folder: str | Path,
    model: str | Path,
    *,
    sessions: list[dict],
    table: str | Path,
    recordings: str | Path,
    drift: str | Path,
    pictures: list[str],
    page: str | Path,
) -> pd.DataFrame:
    """Write what a trained model says of new recordings, and return it by recording.

    Parameters
    ----------
    folder : path
        Of `biospectra.steps.apply_images.apply_images` and
        `biospectra.steps.apply_encode.apply_encode`.
    model : path
        Folder of the trained model.
    sessions : list of dict
        As for `apply_images`.
    table : path
        Written: a row for each segment with its quality, and where that is "ok": x and y on the
        trained map, novelty (above 1 unlike the training), that of its amplitude and polarity, and
        of each classifier the class and the probability of each class, and, where they could be
        learnt, the corrected probabilities and the set of classes of `with_uncertainty`; of each
        target `target_columns`.
    recordings : path
        Written: a row for each recording, as of `pooled_by_recording`, `pooled_targets` and
        `with_uncertainty`.
    drift : path
        Written: JSON of `biospectra.evaluation.drift.drift_of`, whether the new people differ as a
        group from those of the study; `why_not` alone where that cannot be asked.
    pictures : list of str
        Figures written: the trained map with the new segments drawn over it.
    page : path
        Written: an HTML page for a person to read.
    """
    new = _applied(Path(folder), Path(model), sessions)
    folder, model, settings = new.folder, new.model, new.settings
    labels, classifiers = settings["labels"], settings["classifiers"]
    novelty = Novelty.load(model / NOVELTY) if settings["novelty"] else None
    judged = _with_place(new_segments(folder / "segments.h5", settings), new, novelty)
    apart = _drift(new) if _any_good(judged) else {"why_not": "no segment is good"}
    Path(drift).write_text(json.dumps(apart, indent=2) + "\n")
    judged = _with_classes(judged, new)
    targets = {key: read_thresholds(model / thresholds_file(key)) for key in settings["targets"]}
    for name, known in targets.items():
        judged = _with_target(judged, new, name, known)
    sure = {name: _read_uncertainty(model, name, settings) for name in classifiers}
    write_tsv(with_uncertainty(judged, sure, labels, "segments"), table, "%.6g")
    about = read_recordings([folder / "segments.h5"])
    there = {recording_of(name) for name in about["recording"]}
    names = [one["recording"] for one in sessions if one["recording"] in there]  # as given
    by_recording = of_whole_recordings(judged)
    summary = pooled_by_recording(by_recording, names, labels, list(classifiers))
    summary = summary.merge(pooled_targets(by_recording, names, targets), on="recording")
    summary = with_uncertainty(summary, sure, labels, "recordings")
    write_tsv(summary, recordings, "%.6g")
    trained_map = read_map(model) if settings["novelty"] else None
    mapped, axes = settings["novelty"], None  # by its first two principal components
    if settings["model"] in settings["encoders"]:
        mapped, axes = settings["model"], ("UMAP 1", "UMAP 2")
    draw_over(trained_map, by_recording, labels, pictures, mapped, axes)
    write_new_recordings_page(
        page,
        judged,
        summary,
        about,
        settings,
        folder=folder,
        picture=next((path for path in pictures if str(path).endswith(".png")), None),
        calibrated=_calibrated(novelty),
        uncertainty=sure,
        targets=targets,
        drift=drift_in_words(apart),
    )
    return summary


class _Applied(NamedTuple):
    """A trained model, new recordings, and which of their channels stand side by side in a row.

    Parameters
    ----------
    folder, model : Path
        As for `apply_judge`.
    settings : dict
        Of the model.
    joining : set of str
        Tables of features and encoders whose channels are joined.
    sessions : list of dict
        Recording, session and channel of each channel, as the model was trained on them.
    session_of : dict of str to str
        By recording.
    """

    folder: Path
    model: Path
    settings: dict
    joining: set[str]
    sessions: list[dict]
    session_of: dict[str, str]

    def joined(self, tables: Iterable[str]) -> tuple[list[dict] | None, dict[str, str] | None]:
        """Return sessions, and the session of each recording, where any is joined; else None."""
        joins = self.joining & set(tables)
        return (self.sessions, self.session_of) if joins else (None, None)


def _applied(folder: Path, model: Path, sessions: list[dict]) -> _Applied:
    settings = read_settings(model)
    known = sessions_in_order(sessions, settings["joined"])
    session_of = {one["recording"]: one["session"] or one["recording"] for one in known}
    if known:
        ids = read_recordings([folder / "segments.h5"])["recording"]
        known = as_trained(of_channels(known, ids), settings["joined_names"])
    joining = set()
    if settings["joined"]:
        entries = settings["features"] | settings["encoders"]
        joining = {key for key, entry in entries.items() if entry.get("join_channels")}
    return _Applied(folder, model, settings, joining, known, session_of)


def _any_good(judged: pd.DataFrame) -> bool:
    return bool((judged["quality"] == "ok").any())


def _calibrated(novelty: Novelty | None) -> str | None:
    """Return what the limit of novelty rests on, in words."""
    if novelty is None:
        return None
    share = stated_percent(float(novelty.share))
    return f"{share} of the segments of {novelty.count} held-out {novelty.held_out}"


def _with_place(judged: pd.DataFrame, new: _Applied, novelty: Novelty | None) -> pd.DataFrame:
    """Return segments with place on the map, novelty, and that of amplitude and polarity."""
    placed = unusual = None
    if _any_good(judged) and novelty is not None:
        placed = _placed(new, novelty)
    if _any_good(judged) and SIGNAL in new.settings["files"]:
        unusual = _signal_novelty(new, judged)
    # An encoder's novelty is that of each channel, whatever joins them for a classifier.
    session_of = new.joined({new.settings["novelty"]} & new.settings["features"].keys())[1]
    judged = _beside(judged, placed, PLACE, session_of)
    return _beside(judged, unusual, ["signal_novelty"], None)


def _with_classes(judged: pd.DataFrame, new: _Applied) -> pd.DataFrame:
    """Return segments with the class and the probability of each class, of each classifier."""
    settings, labels, order = new.settings, new.settings["labels"], []
    for name, entry in settings["classifiers"].items():
        columns, said = class_columns(name, labels), None
        sessions, session_of = new.joined(tables_of(entry))
        if _any_good(judged) and entry["kind"] == "table":
            fitted = read_estimator(new.model / classifier_file(name, entry))
            values, rows = read_given_tables(new.folder, entry, settings["seed"], sessions)
            said = probability_of(fitted, values, len(labels)), rows
        elif _any_good(judged):
            said = read_features(new.folder / "predictions" / f"{name}.h5")
        judged = _beside(judged, said, columns, session_of)
        judged[name] = most_likely(judged[columns].to_numpy(float), labels)
        order += [name, *columns]
    return judged[[*(c for c in judged if c not in order), *order]]


def _with_target(
    judged: pd.DataFrame, new: _Applied, name: str, labels: dict[str, float] | None
) -> pd.DataFrame:
    """Return segments with what is said of a target, `target_columns`."""
    entry, said = new.settings["targets"][name], None
    sessions, session_of = new.joined(tables_of(entry))
    if _any_good(judged):
        seed = new.settings["seed"]
        said = said_of_target(new.folder, new.model, name, entry, labels, seed, sessions)
    columns = target_columns(name, labels)
    judged = _beside(judged, said, columns if labels is None else columns[1:], session_of)
    if labels is not None:
        judged = with_labels(judged, name, labels)
    return judged[[*(c for c in judged if c not in columns), *columns]]


def _read_uncertainty(model: Path, name: str, settings: dict) -> dict | None:
    """Return how sure a classifier may be; None of a model that was made before it was learnt."""
    file = uncertainty_file(name)
    return read_uncertainty(model / file, settings["labels"]) if file in settings["files"] else None


def _placed(new: _Applied, novelty: Novelty) -> tuple[np.ndarray, pd.DataFrame]:
    """Return place on the map and novelty of each good segment, (n, 3), and its rows."""
    settings = new.settings
    file = new.folder / "features" / f"{settings['novelty']}.h5"
    pooled, rows = read_features(file, pooling="time")
    if settings["model"] in settings["encoders"]:
        position = read_umap(new.model / UMAP).transform(read_features(file, pooling="flat")[0])
    else:
        position = novelty.coordinates(pooled)[:, :2]
    return np.column_stack([position, novelty(pooled)]), rows


def _signal_novelty(new: _Applied, judged: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return how unusual amplitude and polarity of each good segment are, (n, 1), and its rows."""
    good = judged[judged["quality"] == "ok"]
    values, rows = read_signal_facts([str(new.folder / "segments.h5")], good)
    return Novelty.load(new.model / SIGNAL)(values)[:, None], rows


def _drift(new: _Applied) -> dict:
    """Return whether the new people differ as a group from those of the study, or why not."""
    folder, model, settings = new.folder, new.model, new.settings
    if PEOPLE not in settings["files"]:
        return {"why_not": "the model has no people to compare them with"}
    study = read_arrays(model / PEOPLE, means="pc", names="n")
    file = folder / "features" / f"{settings['novelty']}.h5"
    values, rows = read_features(file, pooling="time")
    means = means_of_people(values, of_whole_recordings(rows)["subject"].to_numpy(str))
    if means.shape[1:] != study["means"].shape[1:]:
        raise refused(model / PEOPLE, "is of other features than the model")
    return drift_of(means, study["means"], list(study["names"]), seed=settings["seed"])


def _beside(
    judged: pd.DataFrame,
    said: tuple[np.ndarray, pd.DataFrame] | None,
    columns: list[str],
    session_of: dict[str, str] | None,
) -> pd.DataFrame:
    """Return segments with more columns: what is said of each, or of its session at its time."""
    if said is None:
        return judged.assign(**dict.fromkeys(columns, np.nan))
    values, rows = said
    found = pd.DataFrame(values, columns=columns)
    if session_of is None:
        found[KEY] = rows[KEY].to_numpy()
        found["segment"] = found["segment"].astype(judged["segment"].dtype)
        return judged.merge(found, on=KEY, how="left", validate="one_to_one")
    found["session"], found["tick"] = rows["recording"].to_numpy(), ticks(rows["start_s"]).array
    place = judged.assign(
        session=[session_of.get(recording_of(name)) for name in judged["recording"]],
        tick=ticks(judged["start_s"]),
    )
    merged = place.merge(found, on=["session", "tick"], how="left", validate="many_to_one")
    return merged.drop(columns=["session", "tick"])
