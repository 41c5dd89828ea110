"""What else than the class was predicted, in the past tense of methods and results."""

from biospectra.report.paper.document import plain
from biospectra.report.paper.learning import network_in_words
from biospectra.report.paper.run import Run
from biospectra.report.paper.words import EVALUATIONS, listing
from biospectra.report.targets import SCORE_TITLES, chance_in_words, leakage_lines, pair_lines
from biospectra.words import number_of

LEARNERS_IN_WORDS = {
    ("linear", "labels"): "a logistic regression of each label",
    ("linear", "number"): "ridge regression",
    ("forest", "labels"): "a random forest",
    ("forest", "number"): "a random forest",
}


def target_methods(run: Run) -> list[str]:
    """Say what each target was, what it was predicted from, and how it was evaluated."""
    return [_target(name, entry) for name, entry in run.config.get("targets", {}).items()]


def _target(name: str, entry: dict) -> str:
    column, kind, how = plain(entry["column"]), entry["kind"], entry["evaluation"]
    what = "a number" if kind == "number" else "several labels of a recording at once"
    text = f"`{name}` was {what}, from the column {column}"
    if entry["superclasses"]:
        text += f", gathered in {listing(map(plain, entry['superclasses']))}"
    text += (
        f". {_learning(entry)} What was predicted of a recording was the mean over its segments. "
    )
    if kind == "labels":
        others = "validation people" if how == "holdout" else "the people of the other folds"
        text += f"The threshold of each label was that of the largest F1 on {others}. "
    return text + f"It was evaluated {EVALUATIONS[how]}."


def _learning(entry: dict) -> str:
    """Say what learnt a target, and from what."""
    network = entry.get("network")
    if network is None:
        given = entry["features"] if isinstance(entry["features"], list) else [entry["features"]]
        learner = LEARNERS_IN_WORDS[entry["learner"], entry["kind"]].capitalize()
        return f"{learner} learnt it from segments of {listing(f'`{one}`' for one in given)}."
    text = f"The network that learnt it {network_in_words(network)} "
    if entry["kind"] == "number":
        return f"{text}It learnt the number with mean 0 and standard deviation 1, by Huber's loss."
    text += "It gave the probability of each label by a sigmoid, learnt by binary cross-entropy"
    if network["class_weight"] == "balanced":
        text += ", in which those with a label and those without weighed the same"
    return f"{text}."


def target_results(run: Run) -> list[str]:
    """Give the scores of each target, and the differences of models of one target."""
    lines = target_scores(run.summary.get("targets") or {})
    lines += pair_lines(run.summary.get("target_pairs") or [])
    return lines + leakage_lines(run.summary.get("target_leakage") or {})


def target_scores(targets: dict[str, dict]) -> list[str]:
    """Give the scores of each target by recording, with their intervals by person.

    Parameters
    ----------
    targets : dict of str to dict
        Of `biospectra.evaluation.target_scores.score_target`.
    """
    lines = []
    for name, own in targets.items():
        scores = [f"{title} {_score(own[k])}" for k, title in SCORE_TITLES.items() if k in own]
        text = (
            f"`{name}`, evaluated {EVALUATIONS[own['evaluation']]}, over "
            f"{number_of(own['recordings'], 'recording')} of "
            f"{number_of(own['people'], 'person')}: {', '.join(scores)}"
            f"{chance_in_words(name, targets)}."
        )
        if own["left_out"]:
            text += f" {number_of(own['left_out'], 'recording')} had no value."
        lines.append(text)
    return lines


def outcome_of_target(own: dict) -> str:
    """Say what was predicted, and how it was distributed over the people who were held out.

    Parameters
    ----------
    own : dict
        Of `biospectra.evaluation.target_scores.score_target`.
    """
    text = f"Another was {plain(own['column'])} of a recording"
    if own["kind"] == "labels":
        people = [f"{plain(label)}: {found['people']}" for label, found in own["labels"].items()]
        return f"{text} (people with each label, of {own['people']}: {', '.join(people)})."
    found = own["distribution"]
    return (
        f"{text}: mean {found['mean']:.3g}, standard deviation {found['standard_deviation']:.3g}, "
        f"median {found['median']:.3g}, from {found['lowest']:.3g} to {found['highest']:.3g}, over "
        f"{number_of(own['recordings'], 'recording')} of "
        f"{number_of(own['people'], 'person')}."
    )


def _score(found: dict) -> str:
    if found["value"] is None:
        return "could not be computed"
    if not found["interval"]:
        return f"{found['value']:.3g} (no interval, as people are too few, or all draws alike)"
    low, high = found["interval"]
    return f"{found['value']:.3g} (95 % interval {low:.3g} to {high:.3g})"
