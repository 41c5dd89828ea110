"""Two models on the same people: is one better, or did it have the easier people?"""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.cost import read_cost
from biospectra.figures import COLOURS, figure
from biospectra.people import (
    by_person,
    draw_people,
    drawn_sums,
    in_words,
    interval,
    why_no_interval,
)
from biospectra.predictions import by_recording, read_predictions, why_not_by_recording
from biospectra.scores import SCORES, confusion_counts, measures
from biospectra.study_page import STYLE, html_table

SAME = ["recording", "segment", "label", "subject", "database"]


def paired_difference(
    truth: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    people: np.ndarray,
    labels: list[str],
    *,
    draws: int,
    seed: int,
) -> dict:
    """Return how much better the first answers are than the second, on the same people.

    Parameters
    ----------
    truth, first, second : (n,) classes
    people : (n,) the person of each entry
    labels : the classes
    draws, seed : of the bootstrap; each draw takes the same people for both

    Returns
    -------
    dict with the difference of each of `biospectra.scores.SCORES`, intervals (None where there can
    be none) and why_not
    """
    place = {label: i for i, label in enumerate(labels)}
    truth, *said = (np.array([place[label] for label in x]) for x in (truth, first, second))
    counts = [confusion_counts(truth, answers, len(labels)) for answers in said]
    own = [measures(c.sum(axis=0)) for c in counts]
    result = {name: float(own[0][name] - own[1][name]) for name in SCORES}
    why = why_no_interval(people, np.array(labels)[truth])
    bounds = dict.fromkeys(SCORES)
    if why is None:
        times = draw_people(people, truth, draws, seed)
        drawn = [measures(drawn_sums(times, by_person(c, people))) for c in counts]
        bounds = {name: interval(drawn[0][name] - drawn[1][name]) for name in SCORES}
    return result | {"intervals": bounds, "why_not": why}


def mcnemar(truth: np.ndarray, first: np.ndarray, second: np.ndarray) -> dict:
    """Test whether two models are wrong equally often (McNemar 1947, by the exact binomial).

    It takes the entries for independent, which recordings of different people are and segments of
    one person are not.

    Parameters
    ----------
    truth, first, second : (n,) classes

    Returns
    -------
    only_first and only_second, how many only one model has right, and the two-sided p_value
    """
    from scipy.stats import binomtest

    right, other = np.asarray(first) == truth, np.asarray(second) == truth
    only_first, only_second = int((right & ~other).sum()), int((other & ~right).sum())
    n = only_first + only_second
    p_value = binomtest(only_first, n, 0.5).pvalue if n else 1.0
    return {"only_first": only_first, "only_second": only_second, "p_value": float(p_value)}


def compare_tables(
    first: pd.DataFrame, second: pd.DataFrame, labels: list[str], *, draws: int, seed: int
) -> dict | None:
    """Compare two models on the segments that both answered.

    Parameters
    ----------
    first, second : of `biospectra.predictions.read_predictions`
    labels : the classes
    draws, seed : of the bootstrap over people

    Returns
    -------
    dict with segments, people, difference (of `paired_difference`, by segment), by_recording (the
    same) and mcnemar (by recording), both None where a class has no recording of one class only;
    None where no segment is common to both
    """
    both = first.merge(second, on=SAME, suffixes=("", " second"))
    if both.empty:
        return None
    keys = both[SAME]
    tables = []
    for table in (first, second):
        tables.append(keys.merge(table, on=SAME, how="left", validate="one_to_one"))
    settings = {"draws": draws, "seed": seed}
    truth, people = keys["label"].to_numpy(), keys["subject"].to_numpy()
    said = [table["predicted"].to_numpy() for table in tables]
    result = {
        "segments": len(keys),
        "people": len(set(people)),
        "difference": paired_difference(truth, *said, people, labels, **settings),
        "by_recording": None,
        "mcnemar": None,
    }
    if why_not_by_recording(keys) is not None:
        return result
    recordings = [by_recording(table, labels) for table in tables]
    told = [table["predicted"].to_numpy() for table in recordings]
    whole = recordings[0]["label"].to_numpy()
    owner = recordings[0]["subject"].to_numpy()
    return result | {
        "by_recording": paired_difference(whole, *told, owner, labels, **settings),
        "mcnemar": mcnemar(whole, *told),
    }


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
    draws: int,
    seed: int,
) -> None:
    """Compare all classifiers on the people that they share.

    Parameters
    ----------
    predictions, scores, costs : of each classifier, by name
    output : written; JSON, a list of pairs with first, second and `compare_tables`
    table : written; tab-separated, the scores and costs of each classifier
    page : written; the same to look at, shorter
    figures : written, in several formats
    labels : the classes
    draws, seed : of the bootstrap over people
    """
    tables = {}
    for name, path in predictions.items():
        read = read_predictions(path)
        tables[name] = read[read["split"] == "test"]
    pairs = []
    for a, b in combinations(tables, 2):
        found = compare_tables(tables[a], tables[b], labels, draws=draws, seed=seed)
        if found is not None:
            pairs.append({"first": a, "second": b} | found)
    Path(output).write_text(json.dumps(pairs, indent=2) + "\n")
    of = {name: json.loads(Path(path).read_text()) for name, path in scores.items()}
    paid = {name: read_cost(path) for name, path in costs.items()}
    lines = pd.DataFrame([_line(name, result) | paid[name] for name, result in of.items()])
    lines = lines.astype({"columns": "Int64", "parameters": "Int64"})
    lines.to_csv(table, sep="\t", index=False, float_format="%.4f")
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


def scores_page(of: dict[str, dict], costs: dict[str, dict]) -> str:
    """Return a page with one table of all classifiers: what they are, their scores and costs.

    Parameters
    ----------
    of : scores of each classifier
    costs : of each, as of `biospectra.cost.read_cost`
    """
    rows = []
    for name, result in of.items():
        cost = costs[name]
        pooled = cost["pooling"] in ("flat", "time", "both")
        rows.append(
            [
                name,
                cost["model"].replace("_", " ") + (f", {cost['pooling']}" if pooled else ""),
                result["evaluation"].replace("_", " "),
                result["people"],
                *(_with_interval(unit) for unit in (result, result["by_recording"])),
                f"{result['macro_f1']:.3f}",
                *(cost[key] for key in ("columns", "parameters", "size_mb", "training_s")),
                cost["ms_per_segment"],
            ]
        )
    header = ["Classifier", "Model", "Evaluation", "People", "Balanced accuracy", "By recording"]
    header += [
        "Macro F1",
        "Columns",
        "Parameters",
        "File (MB)",
        "Training (s)",
        "Answer (ms a segment)",
    ]
    note = (
        "On people not met in training: those of the test in a holdout, all in the other "
        "evaluations; with 95 % intervals from a bootstrap over people. Training is that of the "
        "classifier with its choice among candidates, on this run's machine; the answer is from "
        "features, images or samples in memory. What computing these takes, and training an "
        "autoencoder for them, stands in the study's page."
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Classifiers</title>'
        f"<style>{STYLE}</style></head><body><h1>Classifiers</h1>"
        f'{html_table(header, rows)}<p class="note">{note}</p></body></html>\n'
    )


def _with_interval(scores: dict | None) -> str | None:
    if scores is None:
        return None
    return in_words(scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"])


def draw_comparison(of: dict[str, dict], pairs: list[dict], paths: list[str]) -> None:
    """Draw each classifier's balanced accuracy, and the paired differences.

    Parameters
    ----------
    of : scores of each classifier
    pairs : of `compare`
    paths : the figure, in several formats
    """
    rows = max(len(of), len(pairs), 2)
    with figure(paths, figsize=(11, 1.5 + 0.42 * rows)) as drawing:
        axis, right = drawing.subplots(1, 2)
        right.set_visible(bool(pairs))
        names = {"o": "by segment", "s": "by recording"}
        for place, result in enumerate(of.values()):
            for unit, shift, colour, mark in (
                (result, -0.13, COLOURS[0], "o"),
                (result["by_recording"], 0.13, COLOURS[1], "s"),
            ):
                if unit is None:
                    continue
                bounds = unit["intervals"]["balanced_accuracy"]
                if bounds:
                    axis.plot(bounds, [place + shift] * 2, color=colour, linewidth=1.5)
                label, value = names.pop(mark, None), unit["balanced_accuracy"]
                axis.plot(value, place + shift, mark, color=colour, label=label)
        chance = 1 / len(next(iter(of.values()))["labels"])
        axis.axvline(chance, linestyle="--", color="0.5", linewidth=1)
        why = {result["optimistic"] for result in of.values()} - {None}
        named = [f"{name} *" if result["optimistic"] else name for name, result in of.items()]
        axis.set_yticks(range(len(of)), named)
        if why:
            drawing.suptitle(f"* {' and '.join(sorted(why))}", fontsize=10, color=COLOURS[1])
        axis.set(xlim=(0, 1.02), ylim=(len(of) - 0.5, -0.5))
        units = [unit for one in of.values() for unit in (one, one["by_recording"]) if unit]
        lines = "line: 95 %; " * any(unit["intervals"]["balanced_accuracy"] for unit in units)
        axis.set_xlabel(f"Balanced accuracy on people not met ({lines}dashed: chance)")
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
        for place, pair in enumerate(pairs):
            bounds = pair["difference"]["intervals"]["balanced_accuracy"]
            value = pair["difference"]["balanced_accuracy"]
            beyond = bounds is not None and (bounds[0] > 0 or bounds[1] < 0)
            colour = COLOURS[1] if beyond else "0.4"
            if bounds:
                right.plot(bounds, [place, place], color=colour, linewidth=1.5)
            right.plot(value, place, "o", color=colour)
        right.axvline(0, linestyle="--", color="0.5", linewidth=1)
        names = [f"{p['first']} − {p['second']}" for p in pairs]
        right.set_yticks(range(len(pairs)), names)
        right.set_ylim(max(len(pairs), 1) - 0.5, -0.5)
        sure = any(p["difference"]["intervals"]["balanced_accuracy"] for p in pairs)
        right.set_xlabel("Difference, by segment" + " (orange: beyond 0)" * sure)
