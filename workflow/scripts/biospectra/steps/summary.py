"""The run's figures in one place: summary.json, and a short table of it."""

import json
from collections.abc import Sequence
from pathlib import Path

from biospectra.evaluation.significance import above_chance
from biospectra.evaluation.target_chance import holm_of_targets
from biospectra.report.encoder_advice import advice
from biospectra.report.terminal import read_json
from biospectra.store.dataset import UNLABELLED


def summarise(
    segments: list[str],
    split: str | Path,
    rejected: str | Path,
    output: str | Path,
    *,
    study: str,
    split_by: str,
    labels: list[str],
    encoders: dict[str, dict[str, str | None]],
    embeddings: dict[str, str],
    classifiers: dict[str, str],
    maps: dict[str, str],
    audit: str,
    comparison: str | None,
    leakage: str | None,
    side_by_side: str | None,
    encoder_benchmark: str | None = None,
    targets: dict[str, str] | None = None,
    target_pairs: str | None = None,
    target_leakage: dict[str, str] | None = None,
    transductive: Sequence[str] = (),
) -> None:
    """Collect the run's figures.

    Parameters
    ----------
    segments : list of str
        HDF5 files of the segments.
    split : path
        split.tsv.
    rejected : path
        rejected.tsv.
    output : path
        summary.json.
    study, split_by, labels : str or list of str
        As in the config.
    encoders : dict of str to dict of str to str or None
        `history` and `scores` files of each; None for the scores of one that gives no
        reconstruction.
    embeddings, classifiers : dict of str to str
        Score file of each.
    maps : dict of str to str
        Scores of all maps of each table of features.
    audit : str
        Its scores.
    comparison, leakage : str or None
        Their scores; None where the study has none.
    side_by_side : str or None
        The comparison of the autoencoders; None where there is none.
    targets : dict of str to str, optional
        Scores of what else is predicted.
    target_pairs : str or None
        Their differences, of several models of one target; None where none has several.
    target_leakage : dict of str to str, optional
        What splits that leak would add to the scores of some of them.
    encoder_benchmark : str or None
        Encoders and tables of features side by side; None where the study asks for none.
    transductive : sequence of str
        The transductive encoders.
    """
    from biospectra.store.dataset import read_split
    from biospectra.store.quarantine import read_rejected
    from biospectra.store.rows import of_whole_recordings, read_recordings, read_rows
    from biospectra.store.together import BETWEEN, join_channels

    rows, chosen = read_rows(segments), read_split(split)
    if "channels" in chosen:
        planes = chosen["channels"].iloc[0].split(BETWEEN)
        rows = join_channels(rows, read_recordings(segments)["recording"], planes)
    rows = of_whole_recordings(rows)
    result = {
        "study": study,
        "split_by": split_by,
        "transductive": list(transductive),
        "rejected_recordings": read_rejected([rejected]),
        "without_label": _without_label(chosen),
        "unlabelled_segments": _counts(rows.loc[rows["label"] == "", "quality"]),
        "classes": {label: _of_class(label, rows, chosen) for label in labels},
        "encoders": {name: _of_encoder(files) for name, files in encoders.items()},
        "embeddings": {name: read_json(path) for name, path in embeddings.items()},
        "classifiers": {name: read_json(path) for name, path in classifiers.items()},
        "targets": _with_corrected_p({k: read_json(path) for k, path in (targets or {}).items()}),
        "target_pairs": read_json(target_pairs) if target_pairs else [],
        "target_leakage": {name: read_json(path) for name, path in (target_leakage or {}).items()},
        "maps": {name: read_json(path) for name, path in maps.items()},
        "above_chance": {},
        "comparison": read_json(comparison) if comparison else [],
        "autoencoder_comparison": read_json(side_by_side) if side_by_side else None,
        "encoder_benchmark": None,
        "leakage": read_json(leakage) if leakage else None,
        "audit": read_json(audit),
    }
    result["above_chance"] = above_chance(result["classifiers"])
    if encoder_benchmark:
        compared = read_json(encoder_benchmark)
        result["encoder_benchmark"] = compared | {"paragraph": advice(compared)}
    Path(output).write_text(json.dumps(result, indent=2) + "\n")


def _of_class(label: str, rows, chosen) -> dict:
    """Count what there is of a class, of its segments why some are rejected, and by split."""
    own, used = rows[rows["label"] == label], chosen[chosen["label"] == label]
    return {
        "recordings": int(own["recording"].nunique()),
        "subjects": int(own["subject"].nunique()),
        "segments": len(own),
        "rejected": _counts(own.loc[own["quality"] != "ok", "quality"]),
        "split": _counts(used["split"]),
    }


def _of_encoder(files: dict) -> dict:
    """Say how an encoder was trained, and what it restores."""
    import pandas as pd

    history = pd.read_csv(files["history"], sep="\t")
    found = {"epochs": len(history)}
    if len(history):  # none of one that was left untrained
        best = history.loc[history["val_loss"].idxmin()]
        found["best_epoch"] = int(best["epoch"])
        found["training_loss"] = float(best["loss"])
        found["validation_loss"] = float(best["val_loss"])
    return found | {"test": read_json(files["scores"]) if files["scores"] else None}


def _without_label(chosen) -> dict[str, int]:
    """Count what encoders alone may learn from."""
    own = chosen[chosen["split"] == UNLABELLED]
    return {
        "recordings": int(own["recording"].nunique()),
        "subjects": int(own["subject"].nunique()),
        "segments": len(own),
    }


def _counts(values) -> dict[str, int]:
    return {str(name): int(count) for name, count in values.value_counts().sort_index().items()}


def _with_corrected_p(targets: dict[str, dict]) -> dict[str, dict]:
    """Return the scores of targets with their p-values corrected for how many there are."""
    for name, corrected in holm_of_targets(targets).items():
        targets[name]["chance"]["p_value_holm"] = corrected
    return targets
