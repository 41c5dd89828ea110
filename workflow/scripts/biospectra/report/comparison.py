"""The comparison of classifiers as a figure and a page."""

from biospectra.report.html import PAGE_STYLE, html_table
from biospectra.report.style import COLOURS, figure, in_words


def scores_page(of: dict[str, dict], costs: dict[str, dict]) -> str:
    """Return a page with one table of all classifiers: what they are, their scores and costs.

    Parameters
    ----------
    of : dict of str to dict
        Scores of each classifier.
    costs : dict of str to dict
        Costs of each, as of `biospectra.store.cost.read_cost`.
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
        "Prediction time (ms/segment)",
    ]
    note = (
        "On held-out people: those of the test in a holdout, all in the other "
        "evaluations; with 95 % intervals from a bootstrap over people. Training is that of the "
        "classifier with its choice among candidates, on this run's machine; the answer is from "
        "features, images or samples in memory. What computing these takes, and training an "
        "autoencoder for them, stands in the study's page."
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Classifiers</title>'
        f"<style>{PAGE_STYLE}</style></head><body><h1>Classifiers</h1>"
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
    of : dict of str to dict
        Scores of each classifier.
    pairs : list of dict
        Pairs of `compare`.
    paths : list of str
        The figure, in several formats.
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
        axis.set_xlabel(f"Balanced accuracy on held-out people ({lines}dashed: chance)")
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
