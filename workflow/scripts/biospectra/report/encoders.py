"""Encoders and tables of features side by side: in tables, and over the share of labels."""

import json
from pathlib import Path

from biospectra.evaluation.caveats import TRANSDUCTIVE
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
from biospectra.words import number_of, stated_percent


def shares_of(result: dict) -> list[float]:
    """Return the shares of labelled people that were measured, the smallest first."""
    return [at["share"] for at in next(iter(result["methods"].values()))["shares"]]


def at_share(about: dict, share: float) -> dict:
    """Return what a method has at a share of labelled people."""
    return next(at for at in about["shares"] if at["share"] == share)


def untrained_of(result: dict) -> set[str]:
    return {untrained for _, untrained in result["twins"]}


def probe_in_words(result: dict) -> str:
    """Name the classifier that features were measured by."""
    return f"{'tuned ' if result['tuned'] else ''}{result['classifier'].replace('_', ' ')}"


def benchmark_lines(result: dict) -> list[str]:
    """Return the lines of the summary on encoders and tables side by side."""
    shares = shares_of(result)
    heads = "".join(f"{stated_percent(share):>8}" for share in shares[:-1])
    title = f"features alone, {probe_in_words(result)}"
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
    labelled = [f"{stated_percent(share)} labelled" for share in shares]
    header = ["Features", "Kind", "Columns", *labelled]
    header += ["Person", "Recorder", "Database", "Seconds a fold"]
    untuned = ", not tuned" if result["tuned"] else ""
    note = (
        f'<p class="note">Scores of {probe_in_words(result)}. Person, recorder, database: how well '
        f"they can be read out by {result['classifier'].replace('_', ' ')}{untuned}, of second "
        "halves of recordings or of held-out people; in brackets chance, and p from exchanges of "
        "whole people, corrected for all that is read out (Holm).</p>"
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
    told = name not in untrained_of(result) or "untrained" in name
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
                markerfacecolor=ink.paper if name in untrained_of(result) else colours[said],
                label=said,
            )
            for at, own in zip(x, about["shares"], strict=True):
                if own["interval"]:
                    axis.plot([at, at], own["interval"], color=colours[said], alpha=0.7)
        chance = {"linestyle": ":", "color": ink.muted, "linewidth": 1, "label": "chance"}
        axis.axhline(result["chance"], **chance)
        axis.set_xscale("log")
        axis.set_xticks(
            [100 * share for share in shares], [stated_percent(share) for share in shares]
        )
        axis.minorticks_off()
        axis.set(
            xlabel="Share of the training people whose labels are learnt from",
            ylabel="Balanced accuracy on held-out people",
            ylim=(0, 1.02),
        )
        legend_below(drawing, *axis.get_legend_handles_labels())
        headline(
            drawing,
            f"{number_of(result['people'], 'person')}, {probe_in_words(result)}",
        )
