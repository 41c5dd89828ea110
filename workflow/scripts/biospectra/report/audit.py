"""The recorder audit in plain words and as a figure."""

import textwrap

import numpy as np

from biospectra.evaluation.significance import ALPHA
from biospectra.report.style import figure, in_words, look, shortened
from biospectra.words import number_of

MOST_BESIDE = 4  # classes for which the table of segments stands beside the bars
MOST_TABLED = 14  # classes whose counts have room in their cells
PHYSIOLOGY = ("band_below", "amplitude")  # may hold physiology; all other predictors do not


def tells(scores: dict) -> bool:
    """Return whether a predictor is better than shuffled labels, beyond chance.

    Of so many predictors that are asked at once each has its share of 5 % (Bonferroni).
    """
    return scores["baselines"]["shuffled"]["p_value"] < ALPHA / scores["tests"]


def might_tell(scores: dict) -> bool:
    """Return whether a predictor looks good, on too few people to be sure."""
    chance = scores["baselines"]["majority"]["balanced_accuracy"]
    return not tells(scores) and scores["balanced_accuracy"] > (1 + chance) / 2


def may_be_physiology(result: dict) -> tuple[str, ...]:
    """Name the predictors that may hold physiology, in the study of an audit.

    Power that only some recorders have is a mark of these where their sampling rate predicts the
    class; elsewhere both classes have such recorders, and the power may be the body's.
    """
    rate = result["predictors"].get("native_rate", {})
    return PHYSIOLOGY + (() if "why_not" not in rate and rate and tells(rate) else ("band_above",))


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _named(predictors: list[dict]) -> str:
    return _list(
        [
            f"{p['title']} ("
            + in_words(p["balanced_accuracy"], p["intervals"]["balanced_accuracy"])
            + ")"
            for p in predictors
        ]
    )


def in_plain_words(result: dict) -> str:
    """Say what the separation of the classes can and cannot be put down to.

    Parameters
    ----------
    result : dict
        Result of `biospectra.evaluation.audit.audit_rows`.

    Returns
    -------
    str
        One paragraph.
    """
    if len(result["segments"]) == 1:
        return "There is only one class, so a recorder has nothing to give away."
    scored = {k: p for k, p in result["predictors"].items() if "why_not" not in p}
    maybe = may_be_physiology(result)
    recorder = {k: p for k, p in scored.items() if k not in maybe}
    sentences = []
    if result["one_database"]:
        which = _list(result["one_database"])
        one = len(result["one_database"]) == 1
        sentences.append(
            f"{which} {'comes' if one else 'each come'} from one database, so that for "
            f"{'this class' if one else 'these classes'} whatever differs between databases "
            "differs between classes too, and no analysis of these recordings can "
            "distinguish the two."
        )
    if not recorder:
        why = next(p["why_not"] for p in result["predictors"].values() if "why_not" in p)
        return " ".join([*sentences, f"The recorders could not be tested: {why}."])
    ranked = sorted(recorder.values(), key=lambda p: -p["balanced_accuracy"])
    found = [p for p in ranked if tells(p)]
    unsure = [p for p in ranked if might_tell(p)]
    chance = 1 / len(result["segments"])
    if found:
        sentences.append(
            "Without any physiology, the class of held-out people can be predicted from "
            f"{_named(found)}, in balanced accuracy, where chance gives {chance:.2f}."
        )
    elif not unsure:
        sentences.append(
            "No measured property of the recorders predicts the class of held-out people "
            f"better than chance, {chance:.2f} in balanced accuracy."
        )
    if unsure:
        people = number_of(unsure[0]["people"], "person")
        sentences.append(
            f"With only {people} this may be chance: their class can be predicted "
            f"{'as well ' if found else ''}from {_named(unsure)}, where chance gives {chance:.2f}."
        )
    either = [scored[k] for k in maybe if k in scored and k != "band_below" and tells(scored[k])]
    if either:
        sentences.append(
            f"It can also be predicted from {_named(either)}, which may come from the body or from "
            "the recorder: these recordings cannot show which."
        )
    sentences += _about_the_hum(scored) + _about_the_band(result, scored) + _compared(result)
    # Hum as recorded, of which cleaning left nothing that tells, is not in what a model reads.
    seen = [p for p in found if p is not scored.get("mains")]
    best = max((p["balanced_accuracy"] for p in seen), default=0)
    if best > 0:
        sentences.append(
            f"A classifier is known to read physiology only where it does better than "
            f"{best:.2f}, or where it cannot see what is listed here."
            if best < 0.95
            else "A classifier's score on these recordings, however high, is therefore no evidence "
            "that it reads physiology."
        )
    return " ".join(sentences)


def _about_the_hum(scored: dict) -> list[str]:
    """Say whether cleaning took the hum away, where it tells."""
    if "mains" not in scored or not tells(scored["mains"]):
        return []
    if "mains_left" in scored and tells(scored["mains_left"]):
        return [
            "The mains hum is still in the segments that the models read; resample.notch_hz "
            "removes it."
        ]
    return [
        "Cleaning leaves too little of the mains hum in the segments to predict the class from it."
    ]


def _about_the_band(result: dict, scored: dict) -> list[str]:
    above = scored.get("band_above")
    lowest = f"{result['lowest_nyquist_hz']:g} Hz"
    if above is None or not tells(above) or "band_above" in may_be_physiology(result):
        if result["common_band"]:
            return [f"All recordings were limited to the band below {lowest} (common_band)."]
        return []
    if result["common_band"]:
        return [
            f"The class can still be predicted from the band above {lowest}, although common_band "
            "is on: a later step adds power there."
        ]
    return [
        f"The slowest recorder records nothing above {lowest}, so that power there gives the "
        "recorder away in any image; resample.common_band removes it."
    ]


def _compared(result: dict) -> list[str]:
    """Say what one model loses with the band that only some recorders have."""
    if result["comparison"] is None:
        return []
    whole, common = result["comparison"]["whole"], result["comparison"]["common"]
    difference = result["comparison"]["difference"]
    lost = in_words(difference["balanced_accuracy"], difference["intervals"]["balanced_accuracy"])
    apart = [
        f"by {name} {whole['silhouettes'][name]:.2f} and {common['silhouettes'][name]:.2f}"
        for name in whole["silhouettes"]
        if whole["silhouettes"][name] is not None
    ]
    return [
        f"From the spectrum of the segments up to {result['comparison']['up_to_hz']:g} Hz, a "
        "random forest predicts the class with a balanced accuracy of "
        f"{in_words(whole['balanced_accuracy'], whole['interval'])}; from the same segments "
        "limited to the band that every recorder has, with "
        f"{in_words(common['balanced_accuracy'], common['interval'])}, a difference of {lost}. "
        "How far the groups lie apart among these spectra, as a silhouette (0: not at all, 1: "
        f"completely), is, without and with that limit: {', '.join(apart)}."
    ]


def draw_audit(result: dict, paths: list[str]) -> None:
    """Draw how well each predictor tells the classes, and the classes' databases.

    Parameters
    ----------
    result : dict
        Result of `biospectra.evaluation.audit.audit_rows`.
    paths : list of str
        The figure, in several formats.
    """
    compared = _as_predictors(result["comparison"])
    predictors = result["predictors"] | compared
    maybe = (*may_be_physiology(result), *compared)
    labels = list(result["segments"])
    databases = list(result["segments"][labels[0]])
    counts = np.array([list(result["segments"][label].values()) for label in labels])
    tall, beside = 0.75 * len(predictors) + 1.8, len(labels) <= MOST_BESIDE
    low = 0.75 * len(databases) + 1.8
    height_cm = 1.2 + max(tall, low) if beside else 4 + tall + low
    with figure(paths, height_cm=height_cm) as drawing:
        if beside:
            axis, table = drawing.subplots(1, 2, width_ratios=[2, 0.3 + 0.25 * len(labels)])
        else:
            axis, table = drawing.subplots(2, 1, height_ratios=[tall, low])
        _draw_predictors(axis, predictors, 1 / len(labels), maybe)
        share = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).T
        table.imshow(share, vmin=0, vmax=1, cmap="Blues", aspect="auto")
        for (i, j), value in np.ndenumerate(counts.T):
            colour = "white" if share[i, j] > 0.55 else "black"
            text = value if len(labels) <= MOST_TABLED else ""
            table.text(j, i, text, ha="center", va="center", color=colour, fontsize="small")
        long = sum(map(len, labels)) > 5 * len(labels)
        table.set_xticks(
            range(len(labels)),
            [shortened(label, 12) for label in labels],
            rotation=90 if long else 0,
        )
        table.set_yticks(range(len(databases)), [shortened(name, 18) for name in databases])
        table.set(title="Segments", xlabel="Class", ylabel="Database")
        table.spines[:].set_visible(False)


def _as_predictors(comparison: dict | None) -> dict[str, dict]:
    """Return the two models of a comparison as further bars."""
    if comparison is None:
        return {}
    titles = {
        "whole": f"spectrum up to {comparison['up_to_hz']:g} Hz",
        "common": "the same, in the common band",
    }
    return {
        name: comparison[name]
        | {"title": title, "intervals": {"balanced_accuracy": comparison[name]["interval"]}}
        for name, title in titles.items()
    }


def _draw_predictors(axis, predictors: dict[str, dict], chance: float, maybe: tuple) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ink = look()
    marks = {"beyond chance": ink.colours[1], "not beyond chance": ink.colours[0]}
    marks["may be physiology"] = ink.faint
    titles, drawn = [], set()
    for place, (name, scores) in enumerate(predictors.items()):
        titles.append("\n".join(textwrap.wrap(shortened(scores["title"], 48), 27)))
        if "why_not" in scores:  # where no line of chance runs through it
            text = "\n".join(textwrap.wrap(scores["why_not"], 44, max_lines=2, placeholder="…"))
            axis.text(0.01, place, text, va="center", fontsize="small", color=ink.muted)
            continue
        value, bounds = scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"]
        if name in maybe:
            kind = "may be physiology"
        else:
            kind = "beyond chance" if tells(scores) else "not beyond chance"
        drawn.add(kind)
        hatch = "///" if kind == "beyond chance" else None  # told apart without colour, too
        axis.barh(place, value, color=marks[kind], height=0.62, hatch=hatch, edgecolor=ink.paper)
        if bounds:
            axis.plot(bounds, [place, place], color=ink.ink, linewidth=1)
        axis.plot([chance] * 2, [place - 0.5, place + 0.5], "--", color=ink.muted, linewidth=0.8)
        axis.text(1.03, place, in_words(value, bounds), va="center", fontsize="small")
    axis.set_yticks(range(len(titles)), titles)
    axis.set(xlim=(0, 1.4), ylim=(len(titles) - 0.4, -0.6))
    axis.set_xticks(np.linspace(0, 1, 6))
    axis.set_xlabel("Balanced accuracy on held-out people", loc="left")
    axis.spines["bottom"].set_bounds(0, 1)
    handles = [
        Patch(facecolor=colour, hatch="///" if kind == "beyond chance" else None, label=kind)
        for kind, colour in marks.items()
        if kind in drawn
    ]
    chance_line = Line2D([], [], linestyle="--", color=ink.muted, linewidth=0.8, label="chance")
    axis.legend(
        handles=[*handles, chance_line],
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        fontsize="small",
    )
