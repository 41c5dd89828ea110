"""Kapoor and Narayanan's eight kinds of leakage, and what a run does about each."""

from typing import NamedTuple

from biospectra.evaluation.caveats import transductive_encoders
from biospectra.report.paper import results
from biospectra.report.paper.certainty import certainty_lines
from biospectra.report.paper.document import Document, blank, plain
from biospectra.report.paper.run import Run
from biospectra.report.paper.words import listing
from biospectra.words import number_of

EXCLUDED, NOT_EXCLUDED, PERSON = "excluded", "not excluded", "for a person to judge"


class Finding(NamedTuple):
    """What a run does about one kind of leakage.

    Attributes
    ----------
    kind : str
        Number and name.
    verdict : str
        `EXCLUDED`, `NOT_EXCLUDED` or `PERSON`.
    why : str
        How the run excludes it, or why it does not.
    """

    kind: str
    verdict: str
    why: str


def leakage_kinds(run: Run) -> list[Finding]:
    """Return the finding of each of the eight kinds."""
    return [
        _no_test_set(run),
        _preprocessing(run),
        _feature_selection(run),
        _duplicates(run),
        _illegitimate_features(run),
        _temporal(run),
        _dependence(run),
        _sampling_bias(run),
    ]


def _no_test_set(run: Run) -> Finding:
    kind = "L1.1 No test set"
    targets = run.summary.get("targets") or {}
    counts = {"classifier": len(run.summary["classifiers"]), "target": len(targets)}
    parts = [number_of(count, noun) for noun, count in counts.items() if count]
    if not parts:
        return Finding(kind, PERSON, "The study has no classifier, and so no score of one.")
    one = sum(counts.values()) == 1
    why = f"The study has {listing(parts)}, {'which' if one else 'each of which'} was "
    why += "scored on segments it had not learnt from. "
    several = ["the classifiers"] * (counts["classifier"] > 1)
    several += ["the models of one target"] * (counts["target"] > 1)
    if several:
        why += f"Choosing among {' or '.join(several)} by these scores would itself use the test "
        why += "data. "
    return Finding(kind, EXCLUDED, why.strip())


def _preprocessing(run: Run) -> Finding:
    kind = "L1.2 Preprocessing on training and test data together"
    settings, why = run.config["resample"], []
    if settings["by_label"]:
        why.append(
            f"Recordings of {listing(map(plain, settings['by_label']))} were cleaned according to "
            "their class (resample.by_label), which writes the class into the signal."
        )
    if run.config["umap"]["fit_on"] == "test" and run.summary["embeddings"]:
        why.append("UMAP was fitted on test segments; the maps are descriptions, and no score.")
    centred = [
        name for name, e in run.config["classifiers"].items() if e.get("centre") == "subject"
    ]
    if centred:
        why.append(
            f"For {listing(centred)}, each person's mean was taken over all their own segments, of "
            "test people too, without labels."
        )
    pretrained = [name for name, e in run.config["encoders"].items() if e["kind"] == "pretrained"]
    if pretrained:
        why.append(
            f"{listing(pretrained)} had learnt elsewhere from {blank('which recordings')}; whether "
            "test people were among them is not known to the run."
        )
    transductive = transductive_encoders(run.config, list(run.config["encoders"]))
    if transductive:
        why.append(
            f"{listing(transductive)} learnt, without labels, from samples of the people whom "
            "scores are of (transductive), so that these scores are not what held-out people give."
        )
    if settings["common_band"]:
        why.append("The common band is the lowest Nyquist frequency of all recordings, test too.")
    why.append(
        "Filters and scaling used one recording at a time, and the dB range of images came from "
        "the config. Columns were standardised, projections drawn and "
        f"{'other ' * bool(transductive)}encoders trained on training segments alone."
    )
    trained = [*run.config["encoders"].values(), *run.config["classifiers"].values()]
    trained += [own.get("network", {}) for own in run.config["targets"].values()]
    if any(entry.get("patience") is not None for entry in trained):
        why.append("Validation segments stopped the training of networks.")
    open_points = settings["by_label"] or pretrained or transductive
    return Finding(kind, NOT_EXCLUDED if open_points else EXCLUDED, " ".join(why))


def _feature_selection(run: Run) -> Finding:
    chosen = "Candidates, pooling and regularisation were chosen on validation people, or, in "
    chosen += "cross-validation, on the training people of each fold. "
    if any(own["kind"] == "labels" for own in run.config["targets"].values()):
        chosen += "Thresholds of labels were chosen on validation people, or on the held-out "
        chosen += "people of the other folds. "
    return Finding(
        "L1.3 Feature selection on training and test data together",
        EXCLUDED,
        f"The run selected no features. {chosen}"
        + blank("whether bands, image sizes or dB ranges were chosen after a look at test people"),
    )


def _duplicates(run: Run) -> Finding:
    kind = "L1.4 Duplicates in the data"
    if run.config["split"]["on_copies"] == "allow":
        return Finding(
            kind,
            NOT_EXCLUDED,
            "Recordings of the same samples were looked for and, where found, allowed "
            "(split.on_copies: allow); the log of the split lists them.",
        )
    why = (
        "Recordings that hold the same samples under two people, classes or splits, at whatever "
        "start, gain or rate, stop a run; none was found."
    )
    overlap = run.overlap()
    if not overlap:
        return Finding(kind, EXCLUDED, why)
    if run.config["split"]["by"] == "segment":
        return Finding(kind, NOT_EXCLUDED, f"{why} Segments {overlap}; they were split at random.")
    return Finding(kind, EXCLUDED, f"{why} Segments {overlap}, always within one split.")


def _illegitimate_features(run: Run) -> Finding:
    what = "whether each input would be available, and mean the same, where the model is to be used"
    why = f"The audit of the recorders says: {results.recorders_in_words(run)} {blank(what)}"
    verdict = NOT_EXCLUDED if run.config["resample"]["by_label"] else PERSON
    if run.config["resample"]["by_label"]:
        why = f"Cleaning depended on the class (resample.by_label). {why}"
    return Finding("L2 Features that are not legitimate", verdict, why)


def _temporal(run: Run) -> Finding:
    whole = run.config["resample"]["scale"] == "robust"
    return Finding(
        "L3.1 Temporal leakage",
        PERSON,
        "The label of a segment was predicted from that segment. Filters and images also use what "
        "comes just after it"
        + (", and the scale is that of the whole recording" if whole else "")
        + ": predictions are not those of a device that works in real time. "
        + blank("whether the claim is about the future, and then the dates"),
    )


def _dependence(run: Run) -> Finding:
    kind = "L3.2 Nonindependence between training and test samples"
    by, evaluations = run.config["split"]["by"], run.evaluations()
    if by != "subject" and evaluations & {"holdout"}:
        return Finding(
            kind, NOT_EXCLUDED, f"The split was by {by}: one person could train and test."
        )
    why = "No person was learnt from and scored by the same model. "
    if evaluations == {"leave_one_database_out"}:
        why += "No database was, either. "
    elif len(run.databases) > 1:
        why += "People of one database, so of one site or recorder, could be on both sides. "
    else:
        why += "All people are of one database, so of one site or recorder family. "
    return Finding(kind, EXCLUDED, why + blank("relatives, or people under two identifiers"))


def _sampling_bias(run: Run) -> Finding:
    rejected = sum(run.rejected_segments.values())
    return Finding(
        "L3.3 Sampling bias in the test distribution",
        PERSON,
        f"Scores are of segments of good quality: {rejected} of "
        f"{number_of(run.segments, 'segment')} had been rejected, and "
        f"{number_of(len(run.summary['rejected_recordings']), 'recording')} excluded. "
        + blank("the population of the claim, and how the people were drawn from it"),
    )


def model_info_document(run: Run) -> Document:
    """Return the model info sheet."""
    document = Document("Model info sheet")
    document.paragraph(
        "The eight kinds of leakage of Kapoor and Narayanan [@kapoor2023], and what this run does "
        "about each."
    )
    document.paragraph(f"Claim: {blank('the scientific claim that the scores are to support')}")
    document.table(
        ["Kind of leakage", "Verdict", "Why"], [[*finding] for finding in leakage_kinds(run)]
    )
    known = {k: own.get("uncertainty") for k, own in run.summary["classifiers"].items()}
    certain = certainty_lines(known, run.summary.get("targets") or {})
    if certain:
        document.heading("Certainty, and whom it rests on")
        document.items(certain)
    return document
