"""Train a network that predicts several labels at once, or a number, and apply it."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.fold_splits import split_with_watched
from biospectra.evaluation.leaks import refuse_leaks
from biospectra.evaluation.split import SPLITS
from biospectra.evaluation.targets import (
    indicators,
    labels_of_segments,
    read_segments,
    refuse_empty_splits,
    segment_table,
    target_of,
    with_a_value,
)
from biospectra.models.heads import Head, label_balance, scaled_back
from biospectra.models.saved_network import load_network
from biospectra.steps.train_classifier import tell_whose_score, train_head
from biospectra.store.cost import write_network_cost
from biospectra.store.dataset import select_rows
from biospectra.store.tables import read_tsv, write_tsv


def train_target(
    inputs: list[str],
    split: str | Path,
    start: str | Path | None,
    *,
    model: str | Path,
    history: str | Path,
    segments: str | Path | None = None,
    cost: str | Path | None = None,
    scored: str | Path | None = None,
    settings: dict,
    precision: str,
    seed: int,
    threads: int,
    without_gpu: str = "processor",
) -> None:
    """Train a network on training people, watch validation people, and let it answer for the rest.

    One that is kept for new recordings learns from everybody, and has nobody to answer for.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv, of whole people, with the target's column; of a holdout, of a fold, or of all.
    start : path or None
        encoder.keras that the network starts from, or None.
    model, history : path
        Written: the network, which gives probabilities of labels or the number itself.
    segments : path, optional
        Written: table of `biospectra.evaluation.targets.segment_table`, of test people, in a
        holdout of validation people, too.
    cost : path, optional
        Written, as by `biospectra.store.cost.write_cost`.
    scored : path or None
        Of a network that learns from all people, the table of what those of folds said: it learns
        their labels.
    settings : dict
        An entry of the config's `targets`, with its `network`.
    precision, seed, threads, without_gpu
        As for `biospectra.steps.train_classifier.train_classifier`.
    """
    from biospectra.models import feeding, network

    network.start(threads=threads, seed=seed, precision=precision)
    column, kind, entry = settings["column"], settings["kind"], settings["network"]
    held_out = settings["evaluation"] == "holdout"
    rows = _rows_with_a_value(inputs, split, column, held_out=held_out, seed=seed)
    learnt = (rows["split"] == "training").to_numpy()
    what = {key: settings[key] for key in ("column", "kind", "superclasses")}
    names, target = target_of(rows[column], [learnt], **what)
    if scored is not None and kind == "labels":
        names = labels_of_segments(read_segments(scored, column))
        target = indicators(rows[column], settings["superclasses"], names)[1].astype(float)
    head = Head(len(names), kind)
    finish, usual = None, float(np.median(target[learnt]))
    if kind == "number":
        centre, spread = float(target[learnt].mean()), float(target[learnt].std()) or 1.0
        target = (target - centre) / spread

        def finish(trained):
            return scaled_back(trained, centre, spread)

    elif entry["class_weight"] == "balanced":
        head = Head(len(names), kind, label_balance(target[learnt]))
    wanted = [f"target {k}" for k in range(len(names))]
    rows = rows.join(pd.DataFrame(target.astype(np.float32), columns=wanted))
    side = {name: rows[rows["split"] == name].reset_index(drop=True) for name in SPLITS}
    refuse_leaks(pd.concat([side["training"], side["validation"]]), side["test"], str(split))
    print(f"{kind} of {column}: {', '.join(names)}")
    train_head(
        head,
        side,
        target=wanted,
        inputs=inputs,
        split=split,
        start=start,
        model=model,
        history=history,
        settings=entry,
        learnt={"target": what | {"names": names}},
        seed=seed,
        without_gpu=without_gpu,
        finish=finish,
    )
    if segments is None or cost is None:
        tell_whose_score(side, settings["evaluation"])
        return
    # Loaded anew, on one device: a model spread over several answers a batch once on each.
    judged, size = load_network(model), entry["batch_size"]
    asked = side["test"]
    if held_out:
        asked = pd.concat([side["validation"], side["test"]], ignore_index=True)
    parts = [made for *_, made in feeding.predictions(judged, asked, size)]
    said = np.concatenate([np.zeros((0, len(names))), *parts])
    table = segment_table(asked, said, names, column=column, kind=kind, always=usual)
    write_tsv(table, segments, "%.6g")
    timed = side["test"] if len(side["test"]) else side["validation"]
    write_network_cost(cost, judged, timed.iloc[:size], file=model, history=history)


def _rows_with_a_value(
    inputs: list[str], split: str | Path, column: str, *, held_out: bool, seed: int
) -> pd.DataFrame:
    """Return the rows whose recordings have a value in the column; watched people chosen of a fold.

    The parameters are those of `train_target`.
    """
    rows = select_rows(inputs, split, list(SPLITS))
    cells = read_tsv(split, ["recording", column]).drop_duplicates("recording")
    rows[column] = rows["recording"].map(cells.set_index("recording")[column]).str.strip()
    rows = rows[with_a_value(rows, column)].reset_index(drop=True)
    if not held_out:
        rows["split"] = split_with_watched(rows, seed)
    refuse_empty_splits(rows, SPLITS if held_out else SPLITS[:2])
    return rows
