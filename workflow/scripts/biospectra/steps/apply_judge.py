"""What a trained model says of new recordings: class, place on the map, and how unlike they are."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.models.embedding import read_umap
from biospectra.models.novelty import Novelty
from biospectra.models.saved_estimator import read_estimator
from biospectra.report.new_recordings import draw_over
from biospectra.store.features import read_features
from biospectra.store.rows import read_recordings, read_rows
from biospectra.store.tables import write_tsv
from biospectra.study.trained import NOVELTY, UMAP, classifier_file, read_map, read_settings

PLACE = ["x", "y", "novelty"]


def apply_judge(
    features: str | Path,
    segments: str | Path,
    model: str | Path,
    *,
    table: str | Path,
    recordings: str | Path,
    pictures: list[str],
) -> None:
    """Write what a trained model says of new recordings.

    Parameters
    ----------
    features : path
        Features of `biospectra.steps.apply_encode.apply_encode`.
    segments : path
        Segments of `biospectra.steps.apply_images.apply_images`, with the rejected segments too.
    model : path
        Folder of the trained model.
    table : path
        Written: a row for each segment with its quality, and where that is "ok": x and y on the
        trained map, novelty (above 1 unlike the training), and of each classifier the class and the
        probability of each class.
    recordings : path
        Written: a row for each recording with the medians and means of its segments.
    pictures : list of str
        Figures written: the trained map with the new segments drawn over it.
    """
    model, settings = Path(model), read_settings(model)
    labels, classifiers = settings["labels"], settings["classifiers"]
    every = read_rows([segments]).drop(columns=["file", "index"])
    flat, rows = read_features(features, pooling="flat")
    if len(rows) == 0:
        counts = ", ".join(f"{n} {why}" for why, n in every["quality"].value_counts().items())
        raise StudyError(
            f"the new recordings have no good segment ({counts or 'none is long enough'}); "
            "give longer or cleaner ones."
        )
    trained_map, novelty = read_map(model), Novelty.load(model / NOVELTY)
    fitted = {name: read_estimator(model / classifier_file(name)) for name in classifiers}
    position = read_umap(model / UMAP).transform(flat)
    found = rows[["recording", "segment"]].assign(x=position[:, 0], y=position[:, 1])
    pooled, _ = read_features(features, pooling="time")
    found["novelty"] = novelty(pooled)
    for name, pooling in classifiers.items():
        classifier = fitted[name]
        values, _ = read_features(features, pooling=pooling)
        probability = np.zeros((len(values), len(labels)))
        probability[:, classifier.classes_] = classifier.predict_proba(values)
        found[name] = np.array(labels)[probability.argmax(axis=1)]
        for i, label in enumerate(labels):
            found[f"{name}_p_{label}"] = probability[:, i]
    judged = every.merge(found, on=["recording", "segment"], how="left", validate="one_to_one")
    write_tsv(judged, table, "%.6g")
    names = list(read_recordings([segments])["recording"])
    summary = pooled_by_recording(judged, names, labels, list(classifiers))
    write_tsv(summary, recordings, "%.6g")
    print(summary.to_string(index=False))
    draw_over(trained_map, found, labels, pictures, settings["model"])


def pooled_by_recording(
    judged: pd.DataFrame, recordings: list[str], labels: list[str], classifiers: list[str]
) -> pd.DataFrame:
    """Return a row for each recording, those shorter than a segment included.

    Its segments and how many were rejected, the median place and novelty, whether it is unlike the
    training (most segments are), and of each classifier the mean probabilities and the class they
    give.
    """
    lines = []
    for recording in recordings:
        own = judged[judged["recording"] == recording]
        good = own[own["quality"] == "ok"]
        line = {
            "recording": recording,
            "label": own["label"].iloc[0] if len(own) else "",
            "segments": len(own),
            "rejected": len(own) - len(good),
            **good[PLACE].median().to_dict(),
            "unlike_training": bool(good["novelty"].median() > 1) if len(good) else "",
        }
        for name in classifiers:
            mean = good[[f"{name}_p_{label}" for label in labels]].mean()
            line[name] = labels[int(mean.to_numpy().argmax())] if len(good) else ""
            line |= mean.to_dict()
        lines.append(line)
    return pd.DataFrame(lines)
