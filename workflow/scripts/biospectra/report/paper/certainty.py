"""Whom corrected probabilities, sets of classes and thresholds of labels rest on."""

from biospectra.evaluation.prediction_sets import OTHER_FOLDS
from biospectra.report.paper.words import listing
from biospectra.words import number_of, stated_percent

METHODS = {"temperature": "by a temperature", "isotonic": "by isotonic regression of each class"}
ASKED = {
    True: "These people are among those that scores are of: what is scored of each was learnt from "
    "people of other folds, and what is kept for new recordings, from all of them, was not tested.",
    False: "None of these people is among those that scores are of.",
}


def certainty_lines(classifiers: dict[str, dict], targets: dict[str, dict]) -> list[str]:
    """Say of each classifier and target whom its certainty and its thresholds were learnt from.

    Parameters
    ----------
    classifiers : dict of str to dict
        Of either part of `biospectra.evaluation.uncertainty.judged_uncertainty`.
    targets : dict of str to dict
        scores.json of each.
    """
    lines = [_of_classifier(name, known) for name, known in classifiers.items() if known]
    return lines + [_of_target(name, own) for name, own in targets.items() if "thresholds" in own]


def _of_classifier(name: str, known: dict) -> str:
    rests: dict[tuple[str, str], list[str]] = {}
    reasons: dict[str, list[str]] = {}
    for unit in ("recordings", "segments"):
        own, what = known[unit], []
        if own["why_not_recalibrated"] is None:
            what.append(f"probabilities corrected {METHODS[known['recalibration']]}")
        else:
            why = f"no corrected probabilities ({own['why_not_recalibrated']})"
            reasons.setdefault(why, []).append(unit)
        if own["why_no_sets"] is None:
            what.append(f"sets of classes for {stated_percent(known['coverage'])} of people")
        else:
            reasons.setdefault(f"no sets of classes ({own['why_no_sets']})", []).append(unit)
        if what:
            people = number_of(own["people"], "person")
            rests.setdefault((listing(what), people), []).append(unit)
    parts = [f"{what}, of {listing(of)}, rest on {who}" for (what, who), of in rests.items()]
    text = f"`{name}`: "
    if parts:
        text += f"{'; '.join(parts)} ({known['learnt_from']}). "
        text += ASKED[known["learnt_from"] == OTHER_FOLDS]
    if reasons:
        missing = [f"{why}, of {listing(of)}" for why, of in reasons.items()]
        text += f"{' There' if parts else 'there'} are {'; '.join(missing)}."
    return text


def _of_target(name: str, scores: dict) -> str:
    """Say whom the thresholds of a target's labels rest on."""
    people = number_of(scores["thresholds"]["people"], "person")
    held_out = scores["evaluation"] == "holdout"
    text = f"`{name}`: the threshold of each label is that of the largest F1, and rests on {people}"
    if held_out:
        return f"{text} (validation people). {ASKED[False]}"
    return (
        f"{text} or more ({OTHER_FOLDS}). In each fold it was chosen on people of the others; the "
        "one that is kept for new recordings is the mean of all folds', and was not tested."
    )
