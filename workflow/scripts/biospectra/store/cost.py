"""What a classifier costs: seconds of training, size, and time to answer."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.store.dataset import read_inputs

TIMED_SEGMENTS = 256  # segments at most, of which the time to answer is measured
RUNS = 3


def ms_per_segment(answer: Callable, inputs: np.ndarray) -> float:
    """Measure how long a model takes to answer.

    Parameters
    ----------
    answer : callable
        Gives probabilities of a batch of inputs.
    inputs : ndarray or StoredFeatures, (n, ...)
        At most `TIMED_SEGMENTS` are taken, into memory.

    Returns
    -------
    float
        Milliseconds of a segment, the median of `RUNS` runs after one that loads and compiles.
    """
    inputs = np.asarray(inputs[:TIMED_SEGMENTS])
    answer(inputs)
    taken = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        answer(inputs)
        taken.append(time.perf_counter() - begin)
    return 1000 * float(np.median(taken)) / len(inputs)


def write_cost(
    path: str | Path,
    *,
    model: str,
    pooling: str | None,
    file: str | Path,
    columns: int | None,
    parameters: int | None,
    training_s: float,
    ms: float,
) -> None:
    """Write what a classifier is and costs.

    Parameters
    ----------
    path : path
        Written: JSON with model, pooling, columns, parameters, size_mb, training_s and
        ms_per_segment.
    model, pooling : str or None
        The classifier that was chosen, and the pooling of an encoder's maps.
    file : path
        File of the model, whose size is given in MB of 1e6 bytes.
    columns : int or None
        Columns of the table that it reads.
    parameters : int or None
        Parameters of a network.
    training_s : float
        Seconds of all fits, the choice among candidates included.
    ms : float
        Ms of `ms_per_segment`.
    """
    cost = {
        "model": model,
        "pooling": pooling,
        "columns": columns,
        "parameters": parameters,
        "size_mb": round(Path(file).stat().st_size / 1e6, 4),
        "training_s": round(training_s, 3),
        "ms_per_segment": round(ms, 5),
    }
    Path(path).write_text(json.dumps(cost, indent=2) + "\n")


def read_cost(path: str | Path) -> dict:
    """Read what `write_cost` wrote."""
    return json.loads(Path(path).read_text())


def join_costs(paths: list[str], output: str | Path) -> None:
    """Write what the models of all folds cost together.

    Parameters
    ----------
    paths : list of str
        Of each fold, as `write_cost` wrote them.
    output : path
        Written: as for one, with the seconds of all trainings and the median time to answer.
    """
    costs = [read_cost(path) for path in paths]
    joined = costs[0] | {
        "training_s": round(sum(cost["training_s"] for cost in costs), 3),
        "ms_per_segment": float(np.median([cost["ms_per_segment"] for cost in costs])),
    }
    Path(output).write_text(json.dumps(joined, indent=2) + "\n")


def seconds_of_jobs(folds: list[list[str]]) -> float | None:
    """Return the seconds that jobs took, as snakemake has recorded them.

    Parameters
    ----------
    folds : list of list of str
        For each fold the records of its jobs, a table each.

    Returns
    -------
    float or None
        Of a fold on average; None where a record is missing.
    """
    if not folds or not all(Path(path).is_file() for jobs in folds for path in jobs):
        return None
    taken = [
        sum(float(pd.read_csv(path, sep="\t")["s"].iloc[0]) for path in jobs) for jobs in folds
    ]
    return round(sum(taken) / len(taken), 1)


def write_network_cost(
    path: str | Path, network, rows: pd.DataFrame, *, file: str | Path, history: str | Path
) -> None:
    """Write what a trained network costs.

    Parameters
    ----------
    path : path
        Written, as by `write_cost`.
    network : keras.Model
    rows : DataFrame
        Rows of segments that it answers at once.
    file : path
        File of the model.
    history : path
        The table of its training.
    """
    write_cost(
        path,
        model=network.name,
        pooling=None,
        file=file,
        columns=None,
        parameters=network.count_params(),
        training_s=training_seconds(history),
        ms=ms_per_segment(network.predict_on_batch, read_inputs(rows)),
    )


def training_seconds(history: str | Path) -> float:
    """Add up the epochs of a training's table, those before it was killed and resumed included."""
    return float(pd.read_csv(history, sep="\t")["seconds"].sum())
