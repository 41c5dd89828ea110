"""What a BIDS derivative says of itself: description, people, scores, README."""

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from biospectra import __version__
from biospectra.study.bids_names import Place, dataset_of, physionet_addresses

BIDS_VERSION = "1.10.0"
_SCORES = {
    "evaluation": "How people were held out",
    "segments": "Segments that were predicted",
    "people": "People whose segments they are",
    "accuracy": "Share of segments predicted correctly",
    "balanced_accuracy": "Mean over classes of the share of segments predicted correctly",
    "macro_f1": "Mean over classes of F1",
}
_TARGET_SCORES = {
    "column": "Column of the study's table that is predicted",
    "kind": "Whether it is several labels at once, or a number",
    "evaluation": "How people were held out",
    "recordings": "Recordings that were predicted, each by the mean over its segments",
    "people": "People whose recordings they are",
    "macro_auroc": "Mean over labels of the area under the ROC curve",
    "macro_average_precision": "Mean over labels of the average precision",
    "macro_f1": "Mean over labels of F1",
    "mean_absolute_error": "Mean absolute error, in the number's own unit",
    "baseline_error": "That of always predicting the median of those who were learnt from",
    "r2": "Share of variance explained",
    "correlation": "Pearson's correlation of numbers and predictions",
}
_ENDS = {"low": "Lower", "high": "Upper"}
_IGNORED = "".join(
    f"{pattern}.*\n"
    for pattern in (
        *("**/*_features", "*_features", "**/*_predictions", "*_predictions"),
        *("scores", "target_scores"),
    )
)


def write_dataset(
    said: dict[str, Any],
    places: dict[str, Place],
    described: list[tuple[str, str]],
    folder: Path,
    output: Path,
) -> None:
    """Write what the dataset says of itself, its people and its tables."""
    study = said["study"]
    roots = {dataset_of(place.source) for place in places.values()} - {None}
    links = sorted(os.path.relpath(root, output.absolute()) for root in roots)
    urls = [*links, *physionet_addresses(places)]
    description: dict[str, Any] = {
        "Name": f"{study}: features and predictions",
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": "biospectra", "Version": __version__}],
    }
    if urls:
        description["SourceDatasets"] = [{"URL": url} for url in urls]
    if len(links) == 1:
        description["DatasetLinks"] = {"raw": links[0]}
    write_json(folder / "dataset_description.json", description)
    pd.DataFrame(described, columns=["desc_id", "description"]).to_csv(
        folder / "descriptions.tsv", sep="\t", index=False
    )
    people, columns = _people(said, places)
    people.to_csv(folder / "participants.tsv", sep="\t", index=False, na_rep="n/a")
    write_json(folder / "participants.json", columns)
    (folder / ".bidsignore").write_text(_IGNORED)  # suffixes that BIDS does not name yet
    listed = "\n".join(f"- `desc-{desc}`: {text}" for desc, text in described)
    (folder / "README.md").write_text(
        f"# {study}\n\nFeatures and predictions of the study {study}, a row a segment, written by "
        f"biospectra {__version__}. `onset` counts from the start of each recording; columns are "
        f"described in the JSON files beside this one.\n\n{listed}\n",
        encoding="utf-8",
    )


def write_scores(results: Path, said: dict[str, Any], folder: Path) -> None:
    """Write what each classifier and each target scored, a row each."""
    _write_target_scores(results, said, folder)
    rows = []
    for name in said["config"]["classifiers"]:
        path = results / "classifier" / name / "scores.json"
        if path.is_file():
            scores = json.loads(path.read_text(encoding="utf-8"))
            rows.append({"classifier": name, **{key: scores.get(key) for key in _SCORES}})
    if rows:
        table = pd.DataFrame(rows)
        table.to_csv(folder / "scores.tsv", sep="\t", index=False, na_rep="n/a")
        write_json(folder / "scores.json", {one: {"Description": _SCORES[one]} for one in _SCORES})


def _write_target_scores(results: Path, said: dict[str, Any], folder: Path) -> None:
    """Write the scores of targets by recording, with their intervals by person."""
    rows, used = [], {"target": {"Description": "Name in the study's config"}}
    for name in said["config"].get("targets") or {}:
        path = results / "target" / name / "scores.json"
        if not path.is_file():
            continue
        scores, row = json.loads(path.read_text(encoding="utf-8")), {"target": name}
        for key in (key for key in _TARGET_SCORES if key in scores):
            used[key] = {"Description": _TARGET_SCORES[key]}
            found = scores[key]
            row[key] = found["value"] if isinstance(found, dict) else found
            ends = (found["interval"] or (None, None)) if isinstance(found, dict) else ()
            for end, value in zip(_ENDS, ends, strict=False):
                row[f"{key}_{end}"] = value
                text = f"{_ENDS[end]} end of the 95 % interval of {key}, by a bootstrap over people"
                used[f"{key}_{end}"] = {"Description": text}
        rows.append(row)
    if rows:
        table = pd.DataFrame(rows, columns=list(used))
        table.to_csv(folder / "target_scores.tsv", sep="\t", index=False, na_rep="n/a")
        write_json(folder / "target_scores.json", used)


def _people(
    said: dict[str, Any], places: dict[str, Place]
) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """Return a row for each person, with their classes and the study's further columns."""
    further = list(said["config"].get("columns") or [])
    own: dict[str, dict[str, Any]] = {}
    labels: dict[str, dict[str, None]] = defaultdict(dict)
    for row in said["recordings"]:
        who = places[str(row["recording"])].stem.partition("_")[0]
        labels[who][str(row["label"])] = None
        person = own.setdefault(who, {"participant_id": who, "subject": row["subject"]})
        for column in further:
            person[column] = person.get(column) or row.get(column)
    rows = [{**person, "label": ";".join(labels[who])} for who, person in own.items()]
    columns = {
        "participant_id": {"Description": "The person"},
        "subject": {"Description": "The person in the study's table of recordings"},
        "label": {"Description": "Classes of the person's recordings"},
        **{column: {"Description": f"{column}, of the study's table"} for column in further},
    }
    return pd.DataFrame(rows).reindex(columns=list(columns)), columns


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write what there is to say as JSON, for people, too."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
