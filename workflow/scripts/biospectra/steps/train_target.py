"""Train a network that predicts several labels at once, or a number, and apply it."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.leaks import refuse_leaks
from biospectra.evaluation.split import SPLITS
from biospectra.evaluation.targets import (
    refuse_empty_splits,
    segment_table,
    target_of,
    with_a_value,
)
from biospectra.models.heads import Head, label_balance, scaled_back
from biospectra.models.saved_network import load_network
from biospectra.steps.train_classifier import train_head
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
    segments: str | Path,
    cost: str | Path,
    settings: dict,
    precision: str,
    seed: int,
    threads: int,
    without_gpu: str = "processor",
) -> None:
    """Train a network on training people, watch validation people, and let it answer for the rest.

    Parameters
    ----------
    inputs : list of str
        HDF5 files of the images, or of the segments for their samples.
    split : path
        split.tsv, of whole people, with the target's column.
    start : path or None
        encoder.keras that the network starts from, or None.
    model, history : path
        Written: the network, which gives probabilities of labels or the number itself.
    segments : path
        Written: table of `biospectra.evaluation.targets.segment_table`, of validation and test.
    cost : path
        Written, as by `biospectra.store.cost.write_cost`.
    settings : dict
        An entry of the config's `targets`, with its `network`.
    precision, seed, threads, without_gpu
        As for `biospectra.steps.train_classifier.train_classifier`.
    """
    from biospectra.models import feeding, network

    network.start(threads=threads, seed=seed, precision=precision)
    column, kind, entry = settings["column"], settings["kind"], settings["network"]
    rows = select_rows(inputs, split, list(SPLITS))
    cells = read_tsv(split, ["recording", column]).drop_duplicates("recording")
    rows[column] = rows["recording"].map(cells.set_index("recording")[column]).str.strip()
    rows = rows[with_a_value(rows, column)].reset_index(drop=True)
    refuse_empty_splits(rows)
    learnt = (rows["split"] == "training").to_numpy()
    what = {key: settings[key] for key in ("column", "kind", "superclasses")}
    names, target = target_of(rows[column], [learnt], **what)
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
    # Loaded anew, on one device: a model spread over several answers a batch once on each.
    judged, size = load_network(model), entry["batch_size"]
    asked = pd.concat([side["validation"], side["test"]], ignore_index=True)
    said = np.concatenate([made for *_, made in feeding.predictions(judged, asked, size)])
    table = segment_table(asked, said, names, column=column, kind=kind, always=usual)
    write_tsv(table, segments, "%.6g")
    write_network_cost(cost, judged, side["test"].iloc[:size], file=model, history=history)
