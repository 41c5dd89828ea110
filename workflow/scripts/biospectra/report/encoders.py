"""Encoders and tables of features side by side: in words, and over the share of labelled people."""

import json
from pathlib import Path

from biospectra.evaluation.caveats import TRANSDUCTIVE, encoders_caveat
from biospectra.evaluation.significance import READOUTS
from biospectra.report.html import html_table
from biospectra.report.significance import p_stated
from biospectra.report.style import (
    class_colours,
    class_markers,
    columns_of_names,
    figure,
    headline,
    in_words,
    legend_below,
    look,
)
from biospectra.words import number_of, percent

FEW_LABELLED = 0.1  # share of labelled people that is told of in words, or the next above it


def shares_of(result: dict) -> list[float]:
    """Return the shares of labelled people that were measured, the smallest first."""
    return [at["share"] for at in next(iter(result["methods"].values()))["shares"]]


def at_share(about: dict, share: float) -> dict:
    """Return what a method has at a share of labelled people."""
    return next(at for at in about["shares"] if at["share"] == share)


def difference(result: dict, first: str, second: str, share: float) -> dict:
    """Return the paired difference of two methods, whichever was named first."""
    for pair in result["pairs"]:
        if pair["share"] == share and {pair["first"], pair["second"]} == {first, second}:
            if pair["first"] == first:
                return pair
            bounds = pair["interval"]
            turned = None if bounds is None else [-bounds[1], -bounds[0]]
            return pair | {
                "first": first,
                "second": second,
                "balanced_accuracy": -pair["balanced_accuracy"],
                "interval": turned,
            }
    raise KeyError((first, second, share))


def _best(result: dict, share: float, kind: str | None = None) -> str | None:
    """Name the method with the highest score, of a kind, or of all that are `_compared`."""
    own = {
        name: at_share(result["methods"][name], share)["balanced_accuracy"]
        for name in _compared(result)
        if kind in (None, result["methods"][name]["kind"])
    }
    return max(own, key=own.get) if own else None


def _compared(result: dict) -> list[str]:
    """Name the methods but transductive encoders; all where there is no other."""
    methods = result["methods"]
    return [name for name in methods if methods[name]["kind"] != TRANSDUCTIVE] or list(methods)


def _untrained(result: dict) -> set[str]:
    return {untrained for _, untrained in result["twins"]}


def _shown(found: dict) -> int:
    """Return 1 or -1 where the interval of a difference lies on one side of 0, and else 0."""
    low, high = found["interval"] or (0, 0)
    return int(low > 0) - int(high < 0)


def _probe(result: dict) -> str:
    """Name the classifier that features were measured by."""
    return f"{'tuned ' if result['tuned'] else ''}{result['classifier'].replace('_', ' ')}"


def _tuning(result: dict) -> list[str]:
    """Say how a tuned classifier was tuned, and where it could not be."""
    if not result["tuned"]:
        return []
    shares = next(iter(result["methods"].values()))["shares"]  # the same people for all features
    never = [
        f"{percent(1 - at['tuned_share'])} of the folds with {percent(at['share'])} of the labels"
        for at in shares
        if at["tuned_share"] < 1
    ]
    said = (
        "The regularisation was chosen in each fold by cross-validation among the people whose "
        "labels are learnt from"
    )
    if never:
        said += f"; with one labelled person in a class it is C = 1, in {' and '.join(never)}"
    return [f"{said}."]


def advice(result: dict) -> str:
    """Say what one should use, from the numbers alone.

    Parameters
    ----------
    result : dict
        As of `biospectra.steps.benchmark_encoders.benchmark_encoders`.

    Returns
    -------
    str
        A paragraph.
    """
    share, methods = shares_of(result)[-1], result["methods"]
    best = _best(result, share)
    own = at_share(methods[best], share)
    said = [
        f"Of {number_of(len(_compared(result)), 'set')} of features, each alone under "
        f"{_probe(result)}, {best} predicts the class best: balanced "
        f"accuracy {in_words(own['balanced_accuracy'], own['interval'])} on "
        f"{number_of(result['people'], 'person')}, each held out once (chance "
        f"{result['chance']:.2f})."
    ]
    encoder, table = (_best(result, share, kind) for kind in ("encoder", "table"))
    if encoder and table:
        found = difference(result, encoder, table, share)
        value = in_words(found["balanced_accuracy"], found["interval"])
        said.append(f"The best encoder minus the best table, {encoder} minus {table}, is {value}.")
    for trained, untrained in result["twins"]:
        if trained not in _compared(result):
            continue
        found = difference(result, trained, untrained, share)
        value = in_words(found["balanced_accuracy"], found["interval"])
        verdict = {1: "training helps", -1: "training harms", 0: "no gain by training is shown"}
        said.append(f"{trained} minus the same untrained is {value}: {verdict[_shown(found)]}.")
    few = next((one for one in shares_of(result) if one >= FEW_LABELLED), share)
    if few < share:
        first = _best(result, few)
        there = at_share(methods[first], few)
        said.append(
            f"With the labels of {percent(few)} of the training people ({there['people']:.1f} on "
            f"average), {first} is best, "
            f"{in_words(there['balanced_accuracy'], there['interval'])}."
        )
    said += _tuning(result)
    said += _held(encoder or best, methods[encoder or best])
    said.append(_use(result, best, encoder, table, share))
    met = [name for name in methods if methods[name]["kind"] == TRANSDUCTIVE]
    marked = encoders_caveat(met)
    said += [marked + " It is left out here." * (len(met) < len(methods))] if marked else []
    if result["why_no_interval"]:
        said.append(f"There are no intervals: {result['why_no_interval']}.")
    return " ".join(said)


def _held(name: str, about: dict) -> list[str]:
    """Say what else can be read out of features."""
    parts = []
    for what, key in READOUTS.items():
        found = about[what]
        if "why_not" not in found:
            sure = f", {p_stated(found['p_value_holm'])}" if "p_value_holm" in found else ""
            parts.append(f"the {what}, {found[key]:.2f} (chance {found['chance']:.2f}{sure})")
    return [f"Predicted from {name} as well: {'; '.join(parts)}."] if parts else []


def _use(result: dict, best: str, encoder: str | None, table: str | None, share: float) -> str:
    """Say what to take: the table, unless an encoder is shown to be better than it."""
    if encoder is None or table is None:
        alike = [
            name
            for name in _compared(result)
            if name != best and _shown(difference(result, best, name, share)) < 1
        ]
        if not alike:
            return f"Use {best} here."
        return f"These people do not show that {best} is better than {' or '.join(alike)}."
    shown = _shown(difference(result, encoder, table, share))
    if shown > 0:
        plain = " (untrained: nothing has to be trained)" if encoder in _untrained(result) else ""
        return f"Use {encoder} here{plain}."
    if shown < 0:
        return f"Use {table} here, which needs no training."
    return (
        f"These people do not show which of {encoder} and {table} is better: use {table}, which "
        "needs no training."
    )


def benchmark_lines(result: dict) -> list[str]:
    """Return the lines of the summary on encoders and tables side by side."""
    shares = shares_of(result)
    heads = "".join(f"{percent(share):>8}" for share in shares[:-1])
    title = f"features alone, {_probe(result)}"
    lines = ["", f"{title:<40}{heads}{'all people labelled':>22}{'person':>8}{'recorder':>10}"]
    for name, about in result["methods"].items():
        own = [at_share(about, share) for share in shares]
        few = "".join(f"{at['balanced_accuracy']:>8.2f}" for at in own[:-1])
        value = in_words(own[-1]["balanced_accuracy"], own[-1]["interval"])
        read = [about[what].get(READOUTS[what]) for what in ("person", "recorder")]
        told = [f"{'-' if one is None else format(one, '.2f')}" for one in read]
        marked = f"{name} (transductive)" if about["kind"] == TRANSDUCTIVE else name
        lines.append(f"{marked:<40}{few}{value:>22}{told[0]:>8}{told[1]:>10}")
    return lines


def benchmark_table(result: dict) -> str:
    """Return the same as a table of HTML."""
    shares = shares_of(result)
    rows = []
    for name, about in result["methods"].items():
        own = [at_share(about, share) for share in shares]
        cells = [in_words(at["balanced_accuracy"], at["interval"]) for at in own]
        read = [_read_out(about[what], key) for what, key in READOUTS.items()]
        rows.append([name, about["kind"], about["columns"], *cells, *read, about["seconds"]])
    header = ["Features", "Kind", "Columns", *(f"{percent(share)} labelled" for share in shares)]
    header += ["Person", "Recorder", "Database", "Seconds a fold"]
    untuned = ", not tuned" if result["tuned"] else ""
    note = (
        f'<p class="note">Scores of {_probe(result)}. Person, recorder, database: how well they '
        f"can be read out by {result['classifier'].replace('_', ' ')}{untuned}, of second halves "
        "of recordings or of held-out people; in brackets chance, and p from exchanges of whole "
        "people, corrected for all that is read out (Holm).</p>"
    )
    return html_table(header, rows) + note


def _read_out(found: dict, key: str) -> str | None:
    """Return how well one thing can be read out, with chance and p; None where it cannot be."""
    if "why_not" in found:
        return None
    sure = f"; {p_stated(found['p_value_holm'])}" if "p_value_holm" in found else ""
    return f"{found[key]:.2f} ({found['chance']:.2f}{sure})"


def _labelled(name: str, about: dict, result: dict) -> str:
    """Return the name with what it is, where the name does not say so itself."""
    if about["kind"] == "table":
        return f"{name} (table)"
    if about["kind"] == TRANSDUCTIVE:
        return f"{name} (transductive)"
    told = name not in _untrained(result) or "untrained" in name
    return name if told else f"{name} (untrained)"


def draw_label_efficiency(scores: str | Path, paths: list[str]) -> None:
    """Draw the scores of all features over the share of people whose labels are learnt from.

    Parameters
    ----------
    scores : path
        JSON of `biospectra.steps.benchmark_encoders.benchmark_encoders`.
    paths : list of path
        The figure, in several formats.
    """
    result = json.loads(Path(scores).read_text())
    shares = shares_of(result)
    ink = look()
    names = [_labelled(name, about, result) for name, about in result["methods"].items()]
    lines = -(-(len(names) + 1) // columns_of_names(names, ink.page_cm))
    with figure(paths, height_cm=9 + 0.45 * lines) as drawing:
        axis = drawing.subplots()
        count = len(result["methods"])
        colours, markers = class_colours(names), class_markers(names)
        for place, (said, (name, about)) in enumerate(
            zip(names, result["methods"].items(), strict=True)
        ):
            shift = 1.03 ** (place - (count - 1) / 2)  # so that intervals stay apart
            x = [100 * share * shift for share in shares]
            axis.plot(
                x,
                [at["balanced_accuracy"] for at in about["shares"]],
                marker=markers[said],
                color=colours[said],
                linestyle="--" if about["kind"] == "table" else "-",
                markerfacecolor=ink.paper if name in _untrained(result) else colours[said],
                label=said,
            )
            for at, own in zip(x, about["shares"], strict=True):
                if own["interval"]:
                    axis.plot([at, at], own["interval"], color=colours[said], alpha=0.7)
        chance = {"linestyle": ":", "color": ink.muted, "linewidth": 1, "label": "chance"}
        axis.axhline(result["chance"], **chance)
        axis.set_xscale("log")
        axis.set_xticks([100 * share for share in shares], [percent(share) for share in shares])
        axis.minorticks_off()
        axis.set(
            xlabel="Share of the training people whose labels are learnt from",
            ylabel="Balanced accuracy on held-out people",
            ylim=(0, 1.02),
        )
        legend_below(drawing, *axis.get_legend_handles_labels())
        headline(
            drawing,
            f"{number_of(result['people'], 'person')}, {_probe(result)}",
        )
