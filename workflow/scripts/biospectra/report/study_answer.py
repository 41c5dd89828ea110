"""A study's answer in three sentences, and who is not in it."""

import re

from biospectra.evaluation.caveats import caveat
from biospectra.evaluation.significance import ALPHA, above_chance
from biospectra.report.html import in_title
from biospectra.report.significance import p_stated
from biospectra.report.style import in_words
from biospectra.report.targets import target_lines
from biospectra.words import number_of, percent, verb

MOST_TARGETS = 2  # that are told of where there is no classifier


def study_answer(summary: dict) -> list[str]:
    """Say what was looked at, what came out, and what may stand behind it.

    Parameters
    ----------
    summary : dict
        Of `summary.json`.

    Returns
    -------
    list of str
        Three sentences.
    """
    return [_material(summary), _result(summary), _doubt(summary)]


def _material(summary: dict) -> str:
    classes = summary["classes"]
    count = {key: sum(of[key] for of in classes.values()) for key in ("recordings", "segments")}
    rejected = sum(sum(of["rejected"].values()) for of in classes.values())
    people = ", ".join(f"{label} {of['subjects']}" for label, of in classes.items())
    return (
        f"{number_of(count['recordings'], 'recording', ',')} in {number_of(len(classes), 'class')} "
        f"(people in each: {people}) gave {number_of(count['segments'], 'segment', ',')}, of which "
        f"{rejected:,} {verb(rejected, 'was', 'were')} rejected."
    )


def _result(summary: dict) -> str:
    classifiers = summary["classifiers"]
    if not classifiers:
        return _of_targets(summary.get("targets") or {}) or _separation(summary)
    best = max(classifiers, key=lambda name: classifiers[name]["balanced_accuracy"])
    scores = classifiers[best]
    bounds = scores["intervals"]["balanced_accuracy"]
    base = scores["baselines"]
    said = (f"{best} does best" if len(classifiers) > 1 else f"{best} is the only classifier") + (
        f" on held-out people ({scores['people']:,}): balanced accuracy "
        f"{in_words(scores['balanced_accuracy'], bounds)}, where always predicting one class gives "
        f"{base['majority']['balanced_accuracy']:.2f}"
    )
    chance = above_chance(classifiers)[best]
    if scores["optimistic"]:
        return f"{said}; the score is {scores['optimistic']}."
    if chance["p_value"] >= ALPHA:
        draws = f"{percent(chance['p_value'])} of draws"
        return f"{said}; with so few people, shuffled labels do as well in {draws}."
    if chance["p_value_holm"] >= ALPHA:
        return (
            f"{said}; as the best of {len(classifiers)} it is not clearly better than chance "
            f"({p_stated(chance['p_value_holm'])}, corrected)."
        )
    return f"{said}."


def _of_targets(targets: dict[str, dict]) -> str:
    """Say how well the first targets are predicted; "" where there are none."""
    lines = target_lines(targets)
    more = len(lines) - MOST_TARGETS
    left = f" {number_of(more, 'more target')} below." if more > 0 else ""
    return " ".join(lines[:MOST_TARGETS]) + left


def _separation(summary: dict) -> str:
    found = {
        name: scores["feature_space"]["label"]
        for name, scores in summary["embeddings"].items()
        if scores["feature_space"]["label"]
    }
    if not found:
        return (
            "There is no classifier, so nothing is known of how well the classes can be "
            "distinguished."
        )
    best = max(found, key=lambda name: found[name]["silhouette"])
    met = [name for name in summary.get("transductive", []) if name == best]
    marked = caveat("holdout", "subject", {}, met)
    return (
        f"There is no classifier; in the features of {best} the classes separate with a silhouette "
        f"of {found[best]['silhouette']:.2f} (0: not at all, 1: completely)"
        f"{f', which is {marked}' if marked else ''}."
    )


def _doubt(summary: dict) -> str:
    """Return the first sentence of the audit, on what else could distinguish classes."""
    paragraph = summary.get("audit", {}).get("paragraph", "")
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", paragraph)[0]


def who_was_left_out(summary: dict) -> list[list]:
    """Return who is in no score and why: rows of what, how many, and the reason."""
    refused = summary.get("rejected_recordings") or {}
    rows = [[f"Recording {name}", None, reason] for name, reason in refused.items()]
    for label, of in summary["classes"].items():
        for reason, count in of["rejected"].items():
            rows.append([f"Segments of {label}", count, f"rejected: {in_title(reason).lower()}"])
        unused = of["split"].get("unused", 0)
        if unused:
            why = (
                "not chosen: the config limits the segments of a class and split "
                "(split.max_per_class)"
            )
            rows.append([f"Segments of {label}", unused, why])
    without = (summary.get("without_label") or {}).get("segments", 0)
    if without:
        rows.append(["Segments without a label", without, "used to train encoders only"])
    return rows
