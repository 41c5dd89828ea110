"""Certainty about single recordings, in words and as a table."""

from biospectra.evaluation.prediction_sets import EMPTY_SET, LEARNT_FROM, OTHER_FOLDS
from biospectra.report.html import html_table
from biospectra.report.style import in_words
from biospectra.words import number_of, stated_percent, verb

OTHERS = "people whom the classifier did not learn from"  # where no more is known of them
TOO_FEW = ("there is", "there are", "class")  # how reasons of too few people begin
FROM_EVERYBODY = "evaluation: cross_validation learns them from everybody"


def _share(found: dict | None) -> str:
    """Return a share of people with its interval, such as "0.91 [0.78, 0.97]"."""
    return "–" if found is None else in_words(found["share"], found["interval"])


def _judged(scores: dict) -> dict[str, dict]:
    """Return what is known by unit, recordings first; nothing of studies scored before it was."""
    found = scores.get("uncertainty") or {}
    return {unit: found[unit] for unit in ("recordings", "segments") if unit in found}


def rests_on(own: dict, known: dict) -> str:
    """Return in a sentence whom sets of classes are learnt from.

    Parameters
    ----------
    own : dict
        What is known of one unit, with people.
    known : dict
        Of which it is a part, with learnt_from (not where it was learnt before that was told).
    """
    source = _source(known)
    return f"Learnt from {_some(own['people'], source)}{_fewer(source)}."


def _some(count: int, source: str) -> str:
    """Return whom sets are learnt from, with how many they are."""
    return f"{count} {source if count != 1 else source.replace('people', 'person', 1)}"


def _source(known: dict) -> str:
    """Return whom sets are learnt from; what a file says that is none of these is not repeated."""
    source = known.get("learnt_from")
    return source if source in (*LEARNT_FROM.values(), OTHER_FOLDS) else OTHERS


def _fewer(source: str) -> str:
    """Return what follows for coverage from whom sets are learnt from; "" where nothing does."""
    stopping = source == LEARNT_FROM["stopping"]
    return ", so that they may hold the class of fewer than stated" if stopping else ""


def uncertainty_lines(classifiers: dict[str, dict]) -> list[str]:
    """Return what the sets of classes hold on held-out people, or why there are none.

    Parameters
    ----------
    classifiers : dict of str to dict
        Scores of each.
    """
    lines, without = [], {}
    for name, scores in classifiers.items():
        judged = _judged(scores)
        unit = next((unit for unit, own in judged.items() if own["sets"]), None)
        if unit is None:
            reasons = [own["why_no_sets"] for own in judged.values()]
            for reason in reasons[-1:]:
                few = scores.get("evaluation") == "holdout" and reason.startswith(TOO_FEW)
                reason += f"; {FROM_EVERYBODY}" if few else ""
                without.setdefault(reason, []).append(name)
            continue
        sets, asked = judged[unit]["sets"], scores["uncertainty"]["coverage"]
        held = sets["coverage"]
        line = (
            f"{name}, sets of classes for {stated_percent(asked)} of people, by {unit[:-1]}: they "
            f"contain the true class for {_share(held)} of {number_of(held['people'], 'person')}; "
            f"a single class in {_share(sets['decided'])}"
        )
        line += f", correct in {_share(sets['right'])}" if sets["right"] else ""
        lines.append(
            f"{line}; otherwise undecided. {rests_on(judged[unit], scores['uncertainty'])}"
        )
    lines += [f"No sets of classes of {', '.join(of)}: {why}." for why, of in without.items()]
    return lines


def uncertainty_table(classifiers: dict[str, dict]) -> str:
    """Return what is known as HTML; "" where there is nothing of any classifier.

    Parameters
    ----------
    classifiers : dict of str to dict
        Scores of each.
    """
    rows, classes = [], []
    for name, scores in classifiers.items():
        for unit, own in _judged(scores).items():
            sets, error, loss = own["sets"], own["calibration"], own["log_loss"]
            if not sets and not loss:
                continue
            given = own["log_loss"] or {}
            bounds = error and in_words(error["expected_calibration_error"], error["interval"])
            keys = ("coverage", "decided", "right", "empty")
            shares = [_share(sets[key]) if sets else "–" for key in keys]
            corrected = [given.get("given"), given.get("recalibrated"), bounds]
            rows.append([name, unit, own["people"], *shares, *corrected])
            for label, held in (sets["classes"] if sets else {}).items():
                classes.append([name, unit, label, held["people"], _share(held)])
    if not rows:
        return ""
    asked = {scores["uncertainty"]["coverage"] for scores in classifiers.values()}
    sources: dict[str, list[str]] = {}
    for name, scores in classifiers.items():
        if any(own["sets"] or own["log_loss"] for own in _judged(scores).values()):
            source = _source(scores["uncertainty"])
            sources.setdefault(source, []).append(name)
    header = ["Classifier", "Unit", "People learnt from", "Sets contain it", "A single class"]
    header += ["Correct, if single", "No class", "Log-loss, as given", "Corrected"]
    header += ["Calibration error, corrected"]
    wanted = ", ".join(map(stated_percent, sorted(asked)))
    text = html_table(header, rows)
    text += (
        f'<p class="note">Sets of classes should contain the true one for {wanted} of people '
        "(conformal prediction: each person counts as one, whatever their segments). Shares are "
        "means over held-out people, with Wilson's 95 % intervals. Sets and corrections are learnt "
        f"from {OTHERS} and who are not evaluated here"
    )
    for source, names in sources.items():
        text += f"; {', '.join(names)}: {source}{_fewer(source)}"
    text += ".</p>"
    if classes:
        named = ["Classifier", "Unit", "Class", "People", "Sets contain it"]
        text += html_table(named, classes)
    return text


def promises(uncertainty: dict[str, dict | None]) -> list[str]:
    """Return what the sets of classes promise, and which classifiers have none and why.

    Parameters
    ----------
    uncertainty : dict of str to dict or None
        By classifier, as of `biospectra.evaluation.uncertainty.read_uncertainty`.
    """
    notes, without = [], {}
    for name, learnt in uncertainty.items():
        own = learnt and learnt["recordings"]
        why = own["why_no_sets"] if own else "the model was made before they were learnt"
        if why is not None:
            without.setdefault(why, []).append(name)
            continue
        source = _source(learnt)
        each = " of each class" if learnt["within"] == "class" else ""
        notes.append(
            f"{name}: sets for {stated_percent(learnt['coverage'])} of people{each}, learnt from "
            f"{_some(own['people'], source)}{_fewer(source)}."
        )
    if notes:
        notes.append(
            "A recording's set of classes contains the true one for that share of people, if they "
            "are "
            "like those it was learnt from. Where it is not one class, the recording is undecided: "
            "several classes remain, or none that the classifier is sure enough of."
        )
    corrected = [
        name for name, own in uncertainty.items() if own and own["recordings"]["recalibration"]
    ]
    if corrected:
        notes.append(
            f"Corrected probabilities ({', '.join(corrected)}) are those of the whole recording, "
            "correct as often as they state, for people like those."
        )
    return notes + [f"No sets of classes of {', '.join(of)}: {why}." for why, of in without.items()]


def answer(line: dict, name: str) -> str:
    """Return the class of a recording, or between which classes it is undecided."""
    held = line.get(f"{name}_set", line[name])
    if held in (line[name], ""):
        return line[name] or "–"
    return "undecided: no class" if held == EMPTY_SET else f"undecided: {held}"


def drift_in_words(found: dict) -> str:
    """Return how new people differ as a group from the study's; "" where they do not.

    Parameters
    ----------
    found : dict
        Of `biospectra.evaluation.drift.drift_of`.
    """
    if not found.get("differs"):
        return ""
    furthest = ", ".join(f"{name} ({apart:+.1f} SD)" for name, apart in found["columns"])
    text = (
        f"As a group, the {number_of(found['people'], 'new person')} "
        f"{verb(found['people'], 'differs', 'differ')} from the "
        f"{number_of(found['known_people'], 'person')} of the study (permutation test by person, p "
        f"= {found['p_value']:.3f})"
    )
    text += f", most in {furthest}" if furthest else ""
    return (
        f"{text}. Their recorders, their state or the mix of classes may differ; the study's "
        "scores, probabilities and sets of classes need not hold for them."
    )
