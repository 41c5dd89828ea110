"""Two models on the same people: is one better, or did it have the easier people?"""

import json
from itertools import combinations
from pathlib import Path

import pandas as pd

from biospectra.evaluation.paired import by_time, compare_tables, over_channels
from biospectra.evaluation.scores import SCORES
from biospectra.evaluation.significance import above_chance, holm
from biospectra.report.comparison import draw_comparison, scores_page
from biospectra.store.cost import read_cost
from biospectra.store.predictions import read_predictions
from biospectra.store.tables import write_tsv


def compare(
    predictions: dict[str, str],
    scores: dict[str, str],
    costs: dict[str, str],
    *,
    output: str | Path,
    table: str | Path,
    page: str | Path,
    figures: list[str],
    labels: list[str],
    joined: list[str] | None = None,
    sessions: dict[str, str] | None = None,
    draws: int,
    seed: int,
) -> None:
    """Compare all classifiers on the people that they share.

    Parameters
    ----------
    predictions, scores, costs : dict of str to str
        Predictions, scores and costs of each classifier, by name.
    output : path
        Written: JSON, a list of pairs with first, second, over_channels (which of the two is taken
        by the mean of its channels, as the other joins them, or None), p_value_holm (of the
        differences by segment, corrected for how many pairs there are) and `compare_tables`.
    table : path
        Written: tab-separated, the scores and costs of each classifier.
    page : path
        Written: the same to look at, shorter.
    figures : list of str
        Written, in several formats.
    labels : list of str
        The classes.
    joined : list of str, optional
        Classifiers that join channels.
    sessions : dict of str to str, optional
        Session of each recording, where any of them does.
    draws, seed : int
        Draws and seed of the bootstrap over people.
    """
    tables = {}
    for name, path in predictions.items():
        read = read_predictions(path)
        tables[name] = read[read["split"] == "test"]
    pairs = []
    of = {name: json.loads(Path(path).read_text()) for name, path in scores.items()}
    for a, b in combinations(tables, 2):
        alone = [name for name in (a, b) if name not in (joined or [])]
        both = {name: tables[name] for name in (a, b)}
        if len(alone) == 1 and sessions:
            both = {name: by_time(table) for name, table in both.items()}
            both[alone[0]] = over_channels(tables[alone[0]], sessions, labels)
        pooled = alone[0] if len(alone) == 1 else None
        folded = any(of[name]["evaluation"] != "holdout" for name in (a, b))
        found = compare_tables(
            *both.values(), labels, cross_validated=folded, draws=draws, seed=seed
        )
        if found is not None:
            pairs.append({"first": a, "second": b, "over_channels": pooled} | found)
    tested = holm([pair["difference"]["p_value"] for pair in pairs])
    for pair, p_value in zip(pairs, tested, strict=True):
        pair["p_value_holm"] = p_value
    Path(output).write_text(json.dumps(pairs, indent=2) + "\n")
    paid = {name: read_cost(path) for name, path in costs.items()}
    chance = above_chance(of)
    lines = pd.DataFrame(
        [_line(name, result) | chance[name] | paid[name] for name, result in of.items()]
    )
    lines = lines.astype({"columns": "Int64", "parameters": "Int64"})
    write_tsv(lines, table, "%.4f")
    Path(page).write_text(scores_page(of, paid), encoding="utf-8")
    draw_comparison(of, pairs, figures)


def _line(name: str, result: dict) -> dict:
    line = {"classifier": name, "evaluation": result["evaluation"]}
    line |= {key: result[key] for key in ("segments", "people")}
    for unit, scores in (("segment", result), ("recording", result["by_recording"])):
        for key in SCORES:
            value = None if scores is None else scores[key]
            low, high = (scores and scores["intervals"][key]) or (None, None)
            line |= {f"{key}_by_{unit}": value, f"{key}_by_{unit}_low": low}
            line |= {f"{key}_by_{unit}_high": high}
    return line | {
        "shuffled_labels": result["baselines"]["shuffled"]["balanced_accuracy"],
        "calibration_error": result["calibration"]["expected_calibration_error"],
    }
