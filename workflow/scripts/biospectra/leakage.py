"""How much a score owes to people who stand in training and in test."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.classification import candidates
from biospectra.comparison import paired_difference
from biospectra.errors import StudyError
from biospectra.features import read_features
from biospectra.figures import COLOURS, figure
from biospectra.folds import fewest_people, folds_of, out_of_fold
from biospectra.people import in_words, shuffle_labels
from biospectra.scores import SCORES, confusion_counts, measures, score
from biospectra.split import thinned

SPLITS = {
    "segment": "random segments",
    "recording": "whole recordings",
    "person": "whole people",
    "shuffled": "whole people, labels shuffled",
}
SHUFFLES = 5
DRAWS = 1000  # of shufflings at most, of which the first that can be cross-validated are taken
T_BOUND = 2.776  # of Student with four degrees of freedom, for 95 %


def _over_shuffles(given: list[np.ndarray], told: list[np.ndarray], labels: list[str]) -> dict:
    """Return between which scores the next shuffling would fall, in 95 of 100.

    How much labels by chance agree with the true ones moves the score from one shuffling to the
    next, which a bootstrap over people would not show.
    """
    place = {label: i for i, label in enumerate(labels)}
    codes = [
        [np.array([place[x] for x in one]) for one in pair]
        for pair in zip(given, told, strict=True)
    ]
    each = [measures(confusion_counts(*pair, len(labels)).sum(axis=0)) for pair in codes]
    found = {}
    for name in SCORES:
        values = np.array([one[name] for one in each])
        wide = T_BOUND * values.std(ddof=1) * np.sqrt(1 + 1 / SHUFFLES)
        low, high = np.clip([values.mean() - wide, values.mean() + wide], 0, 1)
        found[name] = [float(low), float(high)]
    return found | {"why_not": None}


def shufflings(rows: pd.DataFrame, seed: int) -> list[pd.DataFrame]:
    """Return the rows with labels shuffled among people, `SHUFFLES` times.

    By chance a small class may fall to one person, whom nobody could then be learnt from; such
    shufflings are passed over.

    Parameters
    ----------
    rows : with subject and label
    seed : of the first shuffling; the others take those that follow

    Raises
    ------
    StudyError
        Where hardly any shuffling gives each class two people.
    """
    found = []
    for i in range(DRAWS):
        mixed = rows.assign(label=shuffle_labels(rows, seed + i))
        if fewest_people(mixed)[1] > 1:
            found.append(mixed)
        if len(found) == SHUFFLES:
            return found
    raise StudyError(
        "leakage.features: labels shuffled among so few people leave a class to one person; add "
        "people, or leave the key out"
    )


def leakage_scores(
    values: np.ndarray,
    rows: pd.DataFrame,
    labels: list[str],
    *,
    classifier: str,
    folds: int,
    draws: int,
    seed: int,
) -> dict:
    """Score one model under a random-segment, a by-recording and a by-person split.

    Parameters
    ----------
    values : (n, columns)
    rows : of each entry
    labels : the classes
    classifier : a key of `biospectra.classification.candidates`
    folds : of each cross-validation
    draws : of the bootstrap over people
    seed : of all

    Returns
    -------
    dict with classifier, splits (score of each of `SPLITS`, with `optimistic`: whether people
    stand on both sides; the interval of shuffled labels is over shufflings) and gap (random
    segments less whole people, on the same people)
    """
    place = {label: i for i, label in enumerate(labels)}
    truth, people = rows["label"].to_numpy(), rows["subject"].to_numpy()
    settings = {"draws": draws, "seed": seed}

    def answers(of: pd.DataFrame, whole: str) -> tuple[np.ndarray, bool]:
        fold = folds_of(of, folds=folds, seed=seed, whole=whole)
        code = of["label"].map(place).to_numpy()
        made = out_of_fold(lambda _: candidates(seed)[classifier], values, code, fold, len(labels))
        shared = pd.Series(fold).groupby(people).nunique().max() > 1
        return np.array(labels)[made.argmax(axis=1)], bool(shared)

    said, result = {}, {}
    for whole in ("segment", "recording", "person"):
        said[whole], shared = answers(rows, whole)
        result[whole] = score(truth, said[whole], people, labels, **settings)
        result[whole]["optimistic"] = shared
        print(f"{SPLITS[whole]}: {result[whole]['balanced_accuracy']:.3f}", flush=True)
    mixed = shufflings(rows, seed)
    given = [of["label"].to_numpy() for of in mixed]
    told = [answers(of, "person")[0] for of in mixed]
    pooled = (np.concatenate(given), np.concatenate(told), np.tile(people, SHUFFLES))
    result["shuffled"] = score(*pooled, labels, **settings)
    result["shuffled"]["intervals"] = _over_shuffles(given, told, labels)
    result["shuffled"]["optimistic"] = False
    gap = paired_difference(truth, said["segment"], said["person"], people, labels, **settings)
    return {"classifier": classifier, "splits": result, "gap": gap}


def leakage(
    features: str | Path,
    *,
    scores: str | Path,
    table: str | Path,
    figures: list[str],
    labels: list[str],
    name: str,
    classifier: str,
    folds: int,
    draws: int,
    seed: int,
    optimistic: str | None,
) -> None:
    """Score one model under splits that leak and one that does not, and draw the gap.

    Parameters
    ----------
    features : HDF5 file with `features` and the rows; at most 20 segments of a recording and class
        are looked at
    scores : written; JSON of `leakage_scores`, with features
    table : written; tab-separated, one row a split
    figures : written, in several formats
    labels : the classes
    name : of the features, for titles
    classifier, folds, draws, seed : as for `leakage_scores`
    optimistic : for the title: why all scores promise more than people never met will give, or None
    """
    values, rows = read_features(features)
    keep = thinned(rows)
    values, rows = values[keep], rows.loc[keep].reset_index(drop=True)
    settings = {"classifier": classifier, "folds": folds, "draws": draws, "seed": seed}
    result = {"features": name} | leakage_scores(values, rows, labels, **settings)
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    lines = []
    for split, found in result["splits"].items():
        line = {"split": SPLITS[split], "optimistic": found["optimistic"]}
        for key in ("accuracy", "balanced_accuracy", "macro_f1"):
            low, high = found["intervals"][key] or (None, None)
            line |= {key: found[key], f"{key}_low": low, f"{key}_high": high}
        lines.append(line)
    pd.DataFrame(lines).to_csv(table, sep="\t", index=False, float_format="%.4f")
    draw_leakage(result, figures, optimistic)


def draw_leakage(result: dict, paths: list[str], optimistic: str | None) -> None:
    """Draw the score under each split, and the gap between the first and the honest one.

    Parameters
    ----------
    result : of `leakage_scores`, with features
    paths : the figure, in several formats
    optimistic : for the title, or None
    """
    splits = result["splits"]
    with figure(paths, figsize=(8.6, 3.4)) as drawing:
        axis = drawing.subplots()
        for place, found in enumerate(splits.values()):
            value, bounds = found["balanced_accuracy"], found["intervals"]["balanced_accuracy"]
            wrong = found["optimistic"]
            axis.barh(
                place,
                value,
                height=0.6,
                color="white" if wrong else COLOURS[0],
                edgecolor=COLOURS[1] if wrong else COLOURS[0],
                hatch="///" if wrong else None,
            )
            if bounds:
                axis.plot(bounds, [place, place], color="black", linewidth=1.4)
            end = max([value, *(bounds or [])])
            axis.text(end + 0.01, place, in_words(value, bounds), va="center", fontsize=8)
        chance = 1 / len(next(iter(splits.values()))["labels"])
        axis.axvline(chance, linestyle="--", color="0.4", linewidth=1)
        note = {True: "\noptimistic: people on both sides", False: ""}
        names = [SPLITS[name] + note[found["optimistic"]] for name, found in splits.items()]
        axis.set_yticks(range(len(splits)), names)
        axis.set(xlim=(0, 1.3), ylim=(len(splits) - 0.4, -0.6))
        axis.set_xticks(np.linspace(0, 1, 6))
        axis.set_xlabel(
            "Balanced accuracy (line: 95 % by people, of shuffled labels over shufflings; "
            "dashed: chance)",
            x=0.4,
        )
        gap = result["gap"]
        said = in_words(gap["balanced_accuracy"], gap["intervals"]["balanced_accuracy"])
        drawing.suptitle(
            f"{result['features']}, {result['classifier'].replace('_', ' ')}: "
            f"random segments add {said} to what holds for people never met"
            + (f"\nall are {optimistic}" if optimistic else ""),
            fontsize=10,
        )
