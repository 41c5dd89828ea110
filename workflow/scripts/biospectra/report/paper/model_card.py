"""A model card for the folder of a trained model."""

from biospectra.report.paper.certainty import certainty_lines
from biospectra.report.paper.document import Document, blank, plain
from biospectra.report.paper.learning import CLASSIFIERS_IN_WORDS, ENCODERS_IN_WORDS
from biospectra.report.paper.references import label_of
from biospectra.report.paper.targets import target_scores
from biospectra.report.paper.words import (
    EVALUATIONS,
    listing,
    p_value,
    with_interval,
)
from biospectra.words import number_of

MODEL_CARD = "README.md"  # in the folder of a trained model


def model_card(
    settings: dict,
    scores: dict[str, dict],
    targets: dict[str, dict],
    people: dict[str, int],
    uncertainty: dict[str, dict],
) -> Document:
    """Return the model card.

    Parameters
    ----------
    settings : dict
        What settings.json of the model's folder says.
    scores : dict of dict
        scores.json of each classifier in the folder.
    targets : dict of dict
        scores.json of each target.
    people : dict of str to int
        People in each split of the study.
    uncertainty : dict of dict
        What is known of each classifier for new recordings, of
        `biospectra.evaluation.uncertainty.judged_uncertainty`.
    """
    document = Document(f"Model card: {settings['model']} of the study {settings['study']}")
    document.paragraph(f"After Model Cards for Model Reporting ({label_of('mitchell2019')}).")
    document.heading("Model")
    document.items(
        [
            *_parts(settings, scores),
            *(_target(name, entry, targets[name]) for name, entry in settings["targets"].items()),
        ]
    )
    document.paragraph(
        f"{blank('who made it, its version and licence, and whom to ask')} "
        f"The seed was {settings['seed']}."
    )
    document.heading("Intended use")
    document.paragraph(
        f"{_use(settings)} {blank('who is to use it, and for what')} "
        f"{blank('uses that it is not fit for')}"
    )
    document.heading("Training data")
    document.paragraph(_data(settings, people))
    document.heading("Evaluation")
    judged = [_score(name, own) for name, own in scores.items()]
    document.items([*judged, *target_scores(targets)] or ["It has no classifier."])
    certain = certainty_lines(uncertainty, targets)
    if certain:
        document.heading("Certainty, and whom it rests on")
        document.items(certain)
    document.heading("Caveats")
    document.items(_caveats(settings, scores, targets))
    return document


def _use(settings: dict) -> str:
    """Say what the model does with a recording."""
    given = f"Segments of {settings['segments']['window_s']:g} s of recordings like those it learnt"
    targets = listing(f"`{name}`" for name in settings["targets"])
    if not settings["classifiers"] and settings["targets"]:
        return f"{given} from are what it predicts {targets} from."
    text = f"{given} from are assigned to {_classes(settings)}."
    return f"{text} It also predicts {targets}." if settings["targets"] else text


def _classes(settings: dict) -> str:
    labels = settings["labels"]
    return f"{'the class' if len(labels) == 1 else 'the classes'} {listing(labels)}"


def _parts(settings: dict, scores: dict[str, dict]) -> list[str]:
    lines = [
        f"`{name}`: {ENCODERS_IN_WORDS.get(entry['kind'], entry['kind'])} on `{entry['input']}`"
        for name, entry in settings["encoders"].items()
    ]
    for name, entry in settings["classifiers"].items():
        if entry["kind"] == "table":
            given = (
                entry["features"] if isinstance(entry["features"], list) else [entry["features"]]
            )
            chosen = CLASSIFIERS_IN_WORDS.get(scores[name]["model"], scores[name]["model"])
            lines.append(f"`{name}`: {chosen} on {listing(f'`{table}`' for table in given)}")
        else:
            given = entry["input"]
            lines.append(
                f"`{name}`: {CLASSIFIERS_IN_WORDS.get(entry['kind'], entry['kind'])} on `{given}`"
            )
    return lines


def _target(name: str, entry: dict, scores: dict) -> str:
    """Say what predicts a target."""
    what = "a number" if entry["kind"] == "number" else "several labels at once"
    return f"`{name}`: {what}, {plain(entry['column'])}, by {scores['model']}"


def _data(settings: dict, people: dict[str, int]) -> str:
    used = [
        f"{number_of(count, 'person')} in {split}"
        for split, count in people.items()
        if split in ("training", "validation", "test")
    ]
    channels = listing(settings["channels"])
    units = f"their units were {listing(settings['units'])}"
    if settings["resample"]["scale"] == "robust":
        units = "each was divided by half its range from the 1st to the 99th percentile"
    return (
        f"There were {listing(used)}. Signals had {settings['resample']['rate_hz']:g} Hz after "
        f"resampling; {units}. Channels were called {channels}. "
        f"{blank('age, sex and condition of the people, and the recorders')}"
    )


def _score(name: str, scores: dict) -> str:
    return (
        f"`{name}`, evaluated {EVALUATIONS[scores['evaluation']]}: balanced accuracy "
        f"{with_interval(scores)} over {number_of(scores['segments'], 'segment')} of "
        f"{number_of(scores['people'], 'person')}; chance is "
        f"{scores['baselines']['majority']['balanced_accuracy']:.2f} "
        f"({p_value(scores['baselines']['shuffled']['p_value'])}, uncorrected)"
        + (f"; the score is {scores['optimistic']}" if scores["optimistic"] else "")
    )


def _caveats(settings: dict, scores: dict[str, dict], targets: dict[str, dict]) -> list[str]:
    lines = ["Class may stand for recorder: see the audit of the study."]
    if settings["classifiers"] or not settings["targets"]:
        lines = [
            "It knows its own classes and recorders alone; anything else is assigned to one of its "
            "classes too.",
            *lines,
        ]
    if any(entry["kind"] == "labels" for entry in settings["targets"].values()):
        lines.append(
            "It knows its own labels alone: one that it has not learnt is never predicted."
        )
    alone = {
        label
        for own in scores.values()
        for label, found in own["classes"].items()
        if found["people"] == 1
    }
    if alone:
        lines.append(f"Scores of {listing(sorted(alone))} rest on one person.")
    judged = [*scores.values(), *targets.values()]
    if any(own["evaluation"] != "holdout" for own in judged):
        lines.append(
            "What was cross-validated is scored by models of the folds; the one in this folder "
            "learnt from all people, and was itself not scored."
        )
    if settings["novelty"]:
        lines.append("`biospectra apply` gives the novelty of new recordings: above 1 is unusual.")
    return lines
