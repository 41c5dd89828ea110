"""What a trained model says of new recordings: class, place on the map, and how unlike they are."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import refused
from biospectra.evaluation.applied_targets import (
    pooled_targets,
    read_thresholds,
    target_columns,
    with_labels,
)
from biospectra.evaluation.drift import drift_of, means_of_people
from biospectra.evaluation.uncertainty import read_uncertainty, with_uncertainty
from biospectra.features.sessions import as_trained, of_channels, sessions_in_order
from biospectra.models.classifiers import probability_of, tables_of
from biospectra.models.embedding import read_umap
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

PLACE = ["x", "y", "novelty"]
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
    folder, model, settings = Path(folder), Path(model), read_settings(model)
    labels, classifiers = settings["labels"], settings["classifiers"]
    judged = new_segments(folder / "segments.h5", settings)
    calibrated = None
    if settings["novelty"]:
        novelty = Novelty.load(model / NOVELTY)
        share = f"{100 * float(novelty.share):.4g} %"
        calibrated = f"{share} of the segments of {novelty.count} held-out {novelty.held_out}"
    fitted = {
        name: read_estimator(model / classifier_file(name, entry))
        for name, entry in classifiers.items()
        if entry["kind"] == "table"
    }
    known = sessions_in_order(sessions, settings["joined"])
    session_of = {one["recording"]: one["session"] or one["recording"] for one in known}
    if known:
        ids = read_recordings([folder / "segments.h5"])["recording"]
        known = as_trained(of_channels(known, ids), settings["joined_names"])
    joining = {key for key, entry in settings["features"].items() if entry["join_channels"]}
    good = bool((judged["quality"] == "ok").any())
    placed = _placed(folder, model, settings, novelty) if settings["novelty"] and good else None
    unusual = (
        _signal_novelty(folder, model, judged) if SIGNAL in settings["files"] and good else None
    )
    apart = _drift(folder, model, settings) if good else {"why_not": "no segment is good"}
    Path(drift).write_text(json.dumps(apart, indent=2) + "\n")
    judged = _beside(judged, placed, PLACE, session_of if settings["novelty"] in joining else None)
    judged = _beside(judged, unusual, ["signal_novelty"], None)
    for name, entry in classifiers.items():
        columns = [f"{name}_p_{label}" for label in labels]
        said = None
        if good and entry["kind"] == "table":
            joined = known if joining & set(tables_of(entry)) else None
            values, rows = read_given_tables(folder, entry, settings["seed"], joined)
            said = probability_of(fitted[name], values, len(labels)), rows
        elif good:
            said = read_features(folder / "predictions" / f"{name}.h5")
        of_sessions = bool(joining & set(tables_of(entry)))
        judged = _beside(judged, said, columns, session_of if of_sessions else None)
        judged[name] = _most_likely(judged[columns].to_numpy(float), labels)
    order = [name for key in classifiers for name in (key, *_probabilities(key, labels))]
    judged = judged[[*(c for c in judged if c not in order), *order]]
    targets = {key: read_thresholds(model / thresholds_file(key)) for key in settings["targets"]}
    for name, entry in settings["targets"].items():
        known_labels, said = targets[name], None
        columns = target_columns(name, known_labels)
        of_sessions = bool(joining & set(tables_of(entry)))
        if good:
            joined = known if of_sessions else None
            said = said_of_target(
                folder, model, name, entry, known_labels, settings["seed"], joined
            )
        numbers = columns if known_labels is None else columns[1:]
        judged = _beside(judged, said, numbers, session_of if of_sessions else None)
        if known_labels is not None:
            judged = with_labels(judged, name, known_labels)
        judged = judged[[*(c for c in judged if c not in columns), *columns]]
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
        calibrated=calibrated,
        uncertainty=sure,
        targets=targets,
        drift=drift_in_words(apart),
    )
    return summary


def _read_uncertainty(model: Path, name: str, settings: dict) -> dict | None:
    """Return how sure a classifier may be; None of a model that was made before it was learnt."""
    file = uncertainty_file(name)
    return read_uncertainty(model / file, settings["labels"]) if file in settings["files"] else None


def _probabilities(name: str, labels: list[str]) -> list[str]:
    return [f"{name}_p_{label}" for label in labels]


def _placed(
    folder: Path, model: Path, settings: dict, novelty: Novelty
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return place on the map and novelty of each good segment, (n, 3), and its rows."""
    file = folder / "features" / f"{settings['novelty']}.h5"
    pooled, rows = read_features(file, pooling="time")
    if settings["model"] in settings["encoders"]:
        position = read_umap(model / UMAP).transform(read_features(file, pooling="flat")[0])
    else:
        position = novelty.coordinates(pooled)[:, :2]
    return np.column_stack([position, novelty(pooled)]), rows


def _signal_novelty(
    folder: Path, model: Path, judged: pd.DataFrame
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return how unusual amplitude and polarity of each good segment are, (n, 1), and its rows."""
    good = judged[judged["quality"] == "ok"]
    values, rows = read_signal_facts([str(folder / "segments.h5")], good)
    return Novelty.load(model / SIGNAL)(values)[:, None], rows


def _drift(folder: Path, model: Path, settings: dict) -> dict:
    """Return whether the new people differ as a group from those of the study, or why not."""
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


def _most_likely(probability: np.ndarray, labels: list[str]) -> list[str]:
    """Return the class of the largest probability (n, classes), "" where there is none."""
    known = np.isfinite(probability).all(axis=1)
    best = np.where(known[:, None], probability, 0).argmax(axis=1)
    return [labels[k] if there else "" for k, there in zip(best, known, strict=True)]


def pooled_by_recording(
    judged: pd.DataFrame, recordings: list[str], labels: list[str], classifiers: list[str]
) -> pd.DataFrame:
    """Return a row for each recording, those shorter than a segment included.

    Its segments, how many were rejected and why, the median place and novelty, the share of
    segments whose novelty is above 1, whether it is unlike the training (most segments are), the
    median novelty of amplitude and polarity, and of each classifier the class that the mean
    probabilities give, those means, and the standard deviations of its segments.
    """
    lines = []
    for recording in recordings:
        own = judged[judged["recording"] == recording]
        good = own[own["quality"] == "ok"]
        rejected = own.loc[own["quality"] != "ok", "quality"].value_counts()
        novel = good["novelty"].dropna()
        line = {
            "recording": recording,
            "label": own["label"].iloc[0] if len(own) else "",
            "segments": len(own),
            "rejected": len(own) - len(good),
            "reasons": ", ".join(f"{why} ({count})" for why, count in rejected.items()),
            **good[PLACE].median().to_dict(),
            "novel_share": float((novel > 1).mean()) if len(novel) else np.nan,
            "unlike_training": bool(novel.median() > 1) if len(novel) else "",
            "signal_novelty": good["signal_novelty"].median(),
        }
        for name in classifiers:
            columns = _probabilities(name, labels)
            mean, spread = good[columns].mean(), good[columns].std(ddof=0)
            known = bool(mean.notna().all())
            line[name] = labels[int(mean.to_numpy().argmax())] if known else ""
            line |= mean.to_dict()
            line |= {f"{name}_sd_{label}": spread[f"{name}_p_{label}"] for label in labels}
        lines.append(line)
    return pd.DataFrame(lines)
