"""The comparison of classifiers as a figure and a page."""

from biospectra.evaluation.significance import ALPHA, above_chance
from biospectra.report.html import html_table, whole_page
from biospectra.report.significance import p_in_words, p_stated
from biospectra.report.style import (
    figure,
    headline,
    in_words,
    legend_below,
    look,
    shortened,
)

WIDE = "body { max-width: 78rem; }"  # the table has many columns
LONGEST_CLASSIFIER = 24  # of a classifier beside the axes


def scores_page(of: dict[str, dict], costs: dict[str, dict]) -> str:
    """Return a page with one table of all classifiers: what they are, their scores and costs.

    Parameters
    ----------
    of : dict of str to dict
        Scores of each classifier.
    costs : dict of str to dict
        Costs of each, as of `biospectra.store.cost.read_cost`.
    """
    rows, chance = [], above_chance(of)
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
                p_in_words(chance[name]["p_value_holm"]),
                in_words(result["macro_f1"], None),
                *(cost[key] for key in ("columns", "parameters", "size_mb", "training_s")),
                cost["ms_per_segment"],
            ]
        )
    header = [
        "Classifier",
        "Model",
        "Evaluation",
        "People",
        "Balanced accuracy",
        "By recording",
        "p",
    ]
    header += [
        "Macro F1",
        "Columns",
        "Parameters",
        "File (MB)",
        "Training (s)",
        "Prediction time (ms/segment)",
    ]
    note = (
        "Scores are of held-out people: those of the test in a holdout, all in the other "
        "evaluations; intervals are 95 % by a bootstrap over people. p: a permutation test against "
        "chance, by segment, which exchanges labels between people (or within people of several "
        "classes) and keeps the predictions, corrected for all classifiers here (Holm). Training "
        "is that of the classifier with its choice among candidates, on this run's machine; "
        "prediction starts from features, images or samples in memory. The cost of computing "
        "these, and of training an encoder for them, is given on the study page."
    )
    return whole_page("Classifiers", f'{html_table(header, rows)}<p class="note">{note}</p>', WIDE)


def _with_interval(scores: dict | None) -> str | None:
    if scores is None:
        return None
    return in_words(scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"])


def draw_comparison(of: dict[str, dict], pairs: list[dict], paths: list[str]) -> None:
    """Draw each classifier's balanced accuracy, and the paired differences.

    Parameters
    ----------
    of : dict of str to dict
        Scores of each classifier.
    pairs : list of dict
        Pairs of `compare`.
    paths : list of str
        The figure, in several formats.
    """
    rows, ink, chance = max(len(of), len(pairs), 2), look(), above_chance(of)
    with figure(paths, height_cm=2.6 + 0.95 * rows, columns=2 if pairs else 1) as drawing:
        axis, *right = drawing.subplots(1, 2 if pairs else 1, squeeze=False)[0]
        names = {"o": "by segment", "s": "by recording"}
        for place, result in enumerate(of.values()):
            for unit, shift, colour, mark in (
                (result, -0.13, ink.colours[0], "o"),
                (result["by_recording"], 0.13, ink.colours[1], "s"),
            ):
                if unit is None:
                    continue
                bounds = unit["intervals"]["balanced_accuracy"]
                if bounds:
                    axis.plot(bounds, [place + shift] * 2, color=colour)
                label, value = names.pop(mark, None), unit["balanced_accuracy"]
                axis.plot(value, place + shift, mark, color=colour, label=label)
        level = 1 / len(next(iter(of.values()))["labels"])
        axis.axvline(level, linestyle="--", color=ink.muted, linewidth=0.8, label="chance")
        why = {result["optimistic"] for result in of.values()} - {None}
        axis.set_yticks(
            range(len(of)),
            [
                f"{shortened(name, LONGEST_CLASSIFIER)}{' *' * bool(result['optimistic'])}\n"
                f"{p_stated(chance[name]['p_value_holm'])}"
                for name, result in of.items()
            ],
        )
        headline(drawing, "Held-out people", *(f"* {reason}" for reason in sorted(why)))
        axis.set(xlim=(-0.02, 1.02), ylim=(len(of) - 0.5, -0.5), xlabel="Balanced accuracy")
        handles, names = axis.get_legend_handles_labels()
        legend_below(drawing, handles, names)
        for pairs_axis in right:
            _draw_pairs(pairs_axis, pairs)


def _draw_pairs(axis, pairs: list[dict]) -> None:
    ink = look()
    for place, pair in enumerate(pairs):
        bounds = pair["difference"]["intervals"]["balanced_accuracy"]
        value = pair["difference"]["balanced_accuracy"]
        beyond = pair["p_value_holm"] < ALPHA
        colour = ink.colours[1] if beyond else ink.muted
        if bounds:
            axis.plot(bounds, [place, place], color=colour)
        axis.plot(value, place, "D" if beyond else "o", color=colour)
    axis.axvline(0, linestyle="--", color=ink.muted, linewidth=0.8)
    both = [[shortened(p[side], LONGEST_CLASSIFIER) for side in ("first", "second")] for p in pairs]
    names = ["\n− ".join(pair) for pair in both]
    axis.set_yticks(range(len(pairs)), names)
    axis.set_ylim(len(pairs) - 0.5, -0.5)
    told = any(pair["p_value_holm"] < ALPHA for pair in pairs)
    axis.set_xlabel("Difference, by segment" + f"\n(diamonds: p < {ALPHA}, Holm)" * told)
    axis.margins(x=0.1)
