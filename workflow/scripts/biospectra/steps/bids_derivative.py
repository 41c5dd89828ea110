"""A study's features and predictions as a BIDS derivative: a file for each recording and table."""

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.targets import labels_of_segments, read_segments
from biospectra.steps.bids_dataset import write_dataset, write_json, write_scores
from biospectra.store.features import feature_shape, read_features
from biospectra.store.hdf5 import opened
from biospectra.store.predictions import read_predictions
from biospectra.store.rows import CHANNEL_MARK, read_table, recording_of
from biospectra.study.bids_names import (
    Place,
    bids_places,
    bids_uri,
    plain_label,
)
from biospectra.study.former_names import with_present_names

_FIRST = ("onset", "duration", "recording")
_KEPT = ("channel", "label", "split", "quality", "fold")
_UNITS = {"db": "dB", "hz": "Hz", "s": "s", "ms": "ms", "bpm": "beats per minute", "mv": "mV"}
_COLUMNS = {
    "onset": {
        "Description": "Start of the segment from that of the recording; on the clock of its "
        "samples, where gaps were left out",
        "Units": "s",
    },
    "duration": {"Description": "Length of the segment", "Units": "s"},
    "recording": {"Description": "Id in the study's table of recordings"},
    "channel": {"Description": "Channel, or channels together, that the segment is of"},
    "label": {"Description": "Class of the segment"},
    "split": {"Description": "Which part of the study the person is in"},
    "quality": {"Description": "What was wrong with the signal; ok for nothing"},
    "fold": {"Description": "In which fold of cross-validation the person was held out"},
    "predicted": {"Description": "The class that is most probable"},
}


def write_derivative(results: str | Path, output: str | Path) -> Path:
    """Write a finished study's features and predictions as a BIDS derivative.

    Parameters
    ----------
    results : path
        The study's, with provenance.json.
    output : path
        The folder to make; one that this made before is replaced.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StudyError
        Where the study is not finished, holds no features, or two recordings would have one name.
    """
    results, output = Path(results), Path(output)
    said = _provenance(results)
    if not _may_replace(output):
        raise StudyError(
            f"{output} holds something else; name a new folder, or empty this one yourself."
        )
    places = bids_places(said["recordings"])
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}") as made:
        folder = Path(made) / "derivative"
        folder.mkdir()
        described = list(_write_tables(results, said, places, folder))
        if not described:
            raise StudyError(
                f"{results}: holds no features and no predictions; add a table under `features`, "
                "a classifier or a target to the config, and run the study."
            )
        write_scores(results, said, folder)
        write_dataset(said, places, described, folder, output)
        if output.exists():
            shutil.rmtree(output)
        folder.rename(output)
    return output


def _provenance(results: Path) -> dict[str, Any]:
    try:
        said = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
        return said | {"config": with_present_names(said["config"])[0]}  # of a former version
    except (OSError, LookupError, TypeError, ValueError) as problem:
        raise StudyError(
            f"{results}: no provenance.json of a finished study can be read there; name "
            "results/STUDY, or finish the run first."
        ) from problem


def _may_replace(output: Path) -> bool:
    if not output.exists():
        return True
    if not output.is_dir():
        return False
    try:
        text = (output / "dataset_description.json").read_text(encoding="utf-8")
        return json.loads(text)["GeneratedBy"][0]["Name"] == "biospectra"
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return not any(output.iterdir())


def _write_tables(
    results: Path, said: dict[str, Any], places: dict[str, Place], folder: Path
) -> Iterator[tuple[str, str]]:
    """Write every table of features and of predictions; gives the label and description of each."""
    config, channels = said["config"], _channels(results)
    length_s = float(config["segments"]["window_s"])
    used: dict[str, str] = {}
    for kind, entries, suffix, load in (
        ("table of features", config["features"], "features", _features),
        ("encoder", config["encoders"], "features", _features),
        ("classifier", config["classifiers"], "predictions", _predictions),
        ("target", config.get("targets") or {}, "predictions", partial(_target_segments, config)),
    ):
        for name, settings in entries.items():
            loaded = load(results, name)
            if loaded is None:
                continue
            desc = plain_label(name)
            if used.setdefault(desc, name) != name:
                raise StudyError(
                    f"{used[desc]!r} and {name!r} would both be desc-{desc} in BIDS; rename one."
                )
            rows, columns = loaded
            if "channel" not in rows:
                names = rows["recording"].astype(str)
                rows["channel"] = [
                    channels.get(one) or one.partition(CHANNEL_MARK)[2] or "n/a" for one in names
                ]
            columns = [*(one for one in _KEPT if one in rows), *columns]
            _write_one(rows, columns, places, folder, f"desc-{desc}_{suffix}", length_s)
            told = {one: _described(one, name, kind) for one in (*_FIRST, *columns)}
            if kind == "target":
                told |= _target_columns(settings, columns)
            text = {"Settings": settings, **told}
            write_json(folder / f"desc-{desc}_{suffix}.json", text)
            said_kind = settings.get("kind", kind) if isinstance(settings, dict) else kind
            yield desc, f"{suffix} of the {kind} {name} (kind {said_kind})"


def _channels(results: Path) -> dict[str, str]:
    """Return the channel that each recording is of, from its segments."""
    found: dict[str, str] = {}
    for path in sorted((results / "segments").glob("*.h5")):
        with opened(path) as file:
            table = read_table(file, "recordings")
        found |= dict(zip(table["recording"], table["channel"], strict=True))
    return found


def _features(results: Path, name: str) -> tuple[pd.DataFrame, list[str]] | None:
    """Return rows with the features, and their names.

    Of maps that an encoder made the mean over frequency and time is taken.
    """
    path = results / "features" / f"{name}.h5"
    if not path.is_file():
        return None
    values, rows = read_features(path, pooling="both")
    with opened(path) as file:
        names = [text.decode() for text in file["names"][()]] if "names" in file else None
    if names is None or len(feature_shape(path)) != 1:
        names = [f"latent_{k}" for k in range(values.shape[1])]
    return pd.concat([rows, pd.DataFrame(values, columns=names)], axis=1), names


def _predictions(results: Path, name: str) -> tuple[pd.DataFrame, list[str]] | None:
    path = results / "classifier" / name / "predictions.tsv"
    if not path.is_file():
        return None
    rows = read_predictions(path)
    columns = ["predicted", *(column for column in rows if column.startswith("p_"))]
    return rows, columns


def _target_segments(
    config: dict[str, Any], results: Path, name: str
) -> tuple[pd.DataFrame, list[str]] | None:
    path = results / "target" / name / "segments.tsv"
    if not path.is_file():
        return None
    column = config["targets"][name]["column"]
    rows = read_segments(path, column)
    said = [one for one in (column, "predicted", "always") if one in rows and one not in _FIRST]
    return rows, [*said, *(f"p_{label}" for label in labels_of_segments(rows))]


def _target_columns(settings: dict[str, Any], columns: list[str]) -> dict[str, dict[str, str]]:
    """Return what the columns of a target's predictions are."""
    column, what = settings["column"], "label"
    if settings.get("superclasses"):
        what = "superclass"
    told = {column: {"Description": f"{column}, of the study's table; what is predicted"}}
    if settings["kind"] == "number":
        told["predicted"] = {"Description": f"{column}, as predicted for the segment"}
        median = "the median of those who were learnt from"
        told["always"] = {"Description": f"{column}, as predicted without looking: {median}"}
    for one in columns:
        if one.startswith("p_"):
            label = one.removeprefix("p_")
            told[one] = {"Description": f"Probability of the {what} {label}, by itself"}
    return {one: own for one, own in told.items() if one in columns}


def _write_one(
    rows: pd.DataFrame,
    columns: list[str],
    places: dict[str, Place],
    folder: Path,
    last: str,
    length_s: float,
) -> None:
    """Write the rows of one table, a file for each place, and what each file was made from."""
    names = rows["recording"].astype(str)
    parts: dict[tuple[str, str], list[pd.DataFrame]] = defaultdict(list)
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, own in rows.groupby(names.to_numpy(), sort=False):
        place = places.get(name) or places.get(recording_of(name))
        if place is None:
            raise StudyError(
                f"recording {name!r} is not in the study's table; run the study once more."
            )
        part = own.drop(columns=[*_FIRST[:2]], errors="ignore")  # of the study's table
        part.insert(0, "onset", part["start_s"].astype(float) + place.start_s)
        part.insert(1, "duration", length_s)
        parts[place.folder, place.stem].append(part)
        sources[place.folder, place.stem].add(place.source)
    for (where, stem), some in parts.items():
        table = pd.concat(some).sort_values(["recording", "onset"], kind="stable")
        table = table[[*_FIRST, *columns]]
        target = folder / where / f"{stem}_{last}.tsv"
        target.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(target, sep="\t", index=False, na_rep="n/a", float_format="%.6g")
        told = sorted(filter(None, map(bids_uri, sources[where, stem])))
        if told:
            write_json(target.with_suffix(".json"), {"Sources": told})


def _described(column: str, name: str, kind: str) -> dict[str, str]:
    """Return what a column is, with its unit where its name ends in one."""
    if column in _COLUMNS:
        return _COLUMNS[column]
    if column.startswith("p_"):
        return {"Description": f"Probability of the class {column.removeprefix('p_')}"}
    unit = _UNITS.get(column.rpartition("_")[2].lower())
    return {"Description": f"{column} of the {kind} {name}"} | ({"Units": unit} if unit else {})
