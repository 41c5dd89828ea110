"""The recorder audit in plain words and as a figure."""

import numpy as np

from biospectra.evaluation.bootstrap import counted
from biospectra.report.style import COLOURS, figure, in_words

PHYSIOLOGY = ("band_below", "amplitude")  # may hold physiology; all other predictors do not


def tells(scores: dict) -> bool:
    """Return whether a predictor is better than shuffled labels, beyond chance.

    Of so many predictors that are asked at once each has its share of 5 % (Bonferroni).
    """
    return scores["baselines"]["shuffled"]["p_value"] < 0.05 / scores["tests"]


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
            "differs between classes too, and no analysis of these recordings can tell the two "
            "apart."
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
            "Nothing that was measured of the recorders predicts the class of held-out people "
            f"better than chance, {chance:.2f} in balanced accuracy."
        )
    if unsure:
        people = counted(unsure[0]["people"])
        sentences.append(
            f"With only {people} this may be chance: their class can be predicted "
            f"{'as well ' if found else ''}from {_named(unsure)}, where chance gives {chance:.2f}."
        )
    either = [scored[k] for k in maybe if k in scored and k != "band_below" and tells(scored[k])]
    if either:
        sentences.append(
            f"It can also be predicted from {_named(either)}, which may come from the body or from "
            "the recorder: these recordings cannot tell which."
        )
    sentences += _about_the_hum(scored) + _about_the_band(result, scored) + _compared(result)
    # Hum as recorded, of which cleaning left nothing that tells, is not in what a model reads.
    seen = [p for p in found if p is not scored.get("mains")]
    best = max((p["balanced_accuracy"] for p in seen), default=0)
    if best > 0:
        sentences.append(
            f"A classifier has shown something of physiology only where it does better than "
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
        "Of the mains hum too little is left in the segments that the models read to predict the "
        "class."
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
            f"The band above {lowest} still tells, although common_band is on: something between "
            "there and the images adds to it."
        ]
    return [
        f"Above {lowest} the slowest recorder has nothing, so that the power there is a mark of "
        "the recorder that any image shows; resample.common_band removes it."
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
        f"wholly), is, without and with that limit: {', '.join(apart)}."
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
    import textwrap

    compared = _as_predictors(result["comparison"])
    predictors = result["predictors"] | compared
    maybe = (*may_be_physiology(result), *compared)
    labels = list(result["segments"])
    databases = list(result["segments"][labels[0]])
    counts = np.array([list(result["segments"][label].values()) for label in labels])
    text = textwrap.fill(result["paragraph"], 125)
    tall = max(2.8, 0.42 * len(predictors) + 0.9, 0.5 * len(labels) + 1.2)
    note = 0.17 * (text.count("\n") + 2)
    with figure(paths, figsize=(10.5, tall + note)) as drawing:
        above, below = drawing.subfigures(2, 1, height_ratios=[tall, note])
        axis, table = above.subplots(1, 2, width_ratios=[2, 0.5 + 0.35 * len(databases)])
        _draw_predictors(axis, predictors, 1 / len(labels), maybe)
        share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        table.imshow(share, vmin=0, vmax=1, cmap="Blues", aspect="auto")
        for (i, j), value in np.ndenumerate(counts):
            colour = "white" if share[i, j] > 0.55 else "black"
            table.text(j, i, value, ha="center", va="center", color=colour)
        table.set_xticks(range(len(databases)), databases, rotation=20, ha="right")
        table.set_yticks(range(len(labels)), labels)
        table.set_title("Segments")
        table.spines[:].set_visible(False)
        below.text(0.02, 0.98, text, va="top", fontsize=9)


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
    titles = []
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # of the line of chance
    for place, (name, scores) in enumerate(predictors.items()):
        titles.append(scores["title"])
        if "why_not" in scores:
            axis.text(
                0.01, place, scores["why_not"], va="center", fontsize=7, color="0.4", bbox=clear
            )
            continue
        value, bounds = scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"]
        colour = "0.7" if name in maybe else COLOURS[1 if tells(scores) else 0]
        axis.barh(place, value, color=colour, height=0.62)
        if bounds:
            axis.plot(bounds, [place, place], color="black", linewidth=1.2)
        end = max([value, *(bounds or [])])
        axis.text(end + 0.015, place, f"{value:.2f}", va="center", fontsize=9, bbox=clear)
    axis.axvline(chance, linestyle="--", color="0.4", linewidth=1)
    axis.text(chance + 0.01, -0.7, "chance", fontsize=8, color="0.4")
    axis.set_yticks(range(len(titles)), titles)
    axis.set(xlim=(0, 1.09), ylim=(len(titles) - 0.4, -1))
    axis.set_xlabel(
        "Balanced accuracy on held-out people\n"
        "(line: 95 %; orange: beyond chance; grey: may be physiology)"
    )
