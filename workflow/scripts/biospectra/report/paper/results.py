"""What came out, in the past tense of a results section, with no claim beyond the scores."""

from biospectra.evaluation.significance import ALPHA, above_chance
from biospectra.report.paper.run import Run
from biospectra.report.paper.words import listing, p_value, two_digits, with_interval
from biospectra.words import number_of


def score_lines(run: Run) -> list[str]:
    """Give each classifier's scores by segment and by recording, beside chance."""
    chance = above_chance(run.summary["classifiers"])
    return [
        _classifier(name, scores, chance[name]["p_value_holm"])
        for name, scores in run.summary["classifiers"].items()
    ]


def _classifier(name: str, scores: dict, p_holm: float) -> str:
    chance = scores["baselines"]["majority"]["balanced_accuracy"]
    text = (
        f"`{name}`: the balanced accuracy was {with_interval(scores)} over "
        f"{number_of(scores['segments'], 'segment')} of "
        f"{number_of(scores['people'], 'person')}, where chance is {chance:.2f} "
        f"({p_value(p_holm)}). Accuracy was {scores['accuracy']:.2f} and macro F1 "
        f"{scores['macro_f1']:.2f}. "
    )
    whole = scores["by_recording"]
    if whole:
        text += (
            f"By recording, it was {with_interval(whole)} over "
            f"{number_of(whole['recordings'], 'recording')}. "
        )
    text += _sets(scores)
    alone = [label for label, own in scores["classes"].items() if own["people"] == 1]
    if alone:
        text += f"The score of {listing(alone)} rests on one person. "
    if p_holm > ALPHA:
        text += f"A difference from chance was not shown at the level of {ALPHA}. "
    smallest = scores["baselines"]["shuffled"].get("smallest_p_value", 0)
    if smallest > ALPHA:
        text += (
            f"With so few people no p-value could be below {smallest:.2g} (before correction), "
            "whatever the score. "
        )
    if scores["optimistic"]:
        text += f"The scores are {scores['optimistic']}. "
    if scores.get("repeats"):
        own = scores["repeats"]["by_segment"]["balanced_accuracy"]
        text += (
            f"Over {scores['repeats']['assignments']} assignments of people to folds, its mean was "
            f"{own['mean']:.2f} (standard deviation {own['standard_deviation']:.2f}). "
        )
    return text.strip()


def _sets(scores: dict) -> str:
    """Say how often the sets of classes held the true one; nothing where there are none."""
    known = scores.get("uncertainty") or {}
    unit = next(
        (unit for unit in ("recordings", "segments") if (known.get(unit) or {}).get("sets")), ""
    )
    if not unit:
        return ""
    sets = known[unit]["sets"]
    held, decided = sets["coverage"], sets["decided"]
    low, high = held["interval"]
    return (
        f"On average over {number_of(held['people'], 'person')}, its sets of classes "
        f"held the true one in a share of {held['share']:.2f} of the {unit} (95 % interval "
        f"{low:.2f} to {high:.2f}), where {known['coverage']:g} was asked for, and were a single "
        f"class in {decided['share']:.2f}. "
    )


def comparison_lines(run: Run) -> list[str]:
    """Give the paired difference of each two classifiers on the same people."""
    lines = []
    for pair in run.summary["comparison"]:
        difference = pair["difference"]
        bounds = difference["intervals"]["balanced_accuracy"]
        how = (
            f"95 % interval {two_digits(bounds[0])} to {two_digits(bounds[1])}"
            if bounds
            else f"no interval: {difference['why_not'] or 'both predicted alike'}"
        )
        if "p_value_holm" in pair:
            how += f"; {p_value(pair['p_value_holm'])}"
        lines.append(
            f"`{pair['first']}` minus `{pair['second']}`: "
            f"{two_digits(difference['balanced_accuracy'])} in balanced accuracy"
            f" ({how}), on the same "
            f"{number_of(pair['people'], 'person')}."
        )
    return lines


def reconstruction_lines(run: Run) -> list[str]:
    """Give each autoencoder's error on test segments beside its baselines'."""
    lines = []
    for name, found in run.summary["encoders"].items():
        test = found["test"] or {}
        errors = [
            f"{what} {test[key]['mse']:.3g}"
            for key, what in (
                ("autoencoder", "the autoencoder"),
                ("pca", "principal components"),
                ("mean_training_image", "the mean training image"),
                ("mean_training_signal", "the mean training signal"),
            )
            if key in test
        ]
        if errors:
            lines.append(
                f"`{name}`: the mean squared error on "
                f"{number_of(test['test_segments'], 'test segment')} was, "
                f"in squared units of the input (0 to 1 for images), of {listing(errors)}."
            )
    return lines


def leakage_in_words(run: Run) -> str:
    """Say what a split by segment would have added to a score, if the study asked for it."""
    found = run.summary["leakage"]
    if not found:
        return ""
    scores = {name: own["balanced_accuracy"] for name, own in found["splits"].items()}
    return (
        f"On `{found['features']}`, the same classifier reached a balanced accuracy of "
        f"{scores['person']:.2f} when folds kept people together and of {scores['segment']:.2f} "
        "when segments were shared out at random."
    )


def recorders_in_words(run: Run) -> str:
    """Give the verdict of the audit of the recorders."""
    return run.summary["audit"]["paragraph"]
