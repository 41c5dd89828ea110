"""How scores, intervals, tests and probabilities were computed, as a methods section says it."""

from biospectra.report.paper.document import blank
from biospectra.report.paper.run import Run
from biospectra.words import number_of

_SHARED = "each fold's models learnt from the people of the others"
_SPREAD = "spread about their mean by a factor of 1.41, the bound for models linear in the labels"


def scoring(run: Run) -> str:
    """Say how scores, intervals and tests were computed."""
    drawn = (
        f"came from {run.config['scores']['draws']} bootstrap draws of whole people "
        "[@davison1997], their percentiles expanded for the number of people [@hesterberg2015]"
    )
    if not run.summary["classifiers"]:
        text = "No classifier was trained."
        if run.config.get("targets"):
            text += f" {_of_targets(run)} Intervals of 95 % of the targets' scores {drawn}."
        if run.config.get("targets") and run.evaluations() != {"holdout"}:
            text += f" In a cross-validation, {_SHARED}, so that exchanged scores and differences "
            text += f"were {_SPREAD}."
        return text
    text = (
        "Balanced accuracy, the mean recall of the classes, was the main score; accuracy and "
        f"macro F1 were computed beside it. Intervals of 95 % {drawn}, and were left out where a "
        "class had fewer than 3 people. "
        "Chance is what always predicting one class gives. For p-values, labels were exchanged "
        "between people (of people of several classes, within the person) "
        f"{run.config['scores']['draws']} times beside the same predictions, and the observed "
        "score was counted as one of the exchanges [@phipson2010]. "
    )
    several = len(run.summary["classifiers"]) > 1
    if several:
        text += (
            "For the difference of two classifiers, each person's predictions were exchanged "
            "between them. p-values were corrected by Holm's method [@holm1979], for the number of "
            "classifiers and for that of their pairs. "
        )
    if run.evaluations() != {"holdout"}:
        text += (
            f"In a cross-validation, {_SHARED}, so that chance varies more than between exchanges: "
            f"exchanged scores and differences were {_SPREAD}. "
        )
    text += f"{_of_targets(run)} {calibration_in_words(run)} {recalibration(run)} {_sets(run)}"
    if "cross_validation" in run.evaluations():
        text += f"Cross-validation had at most {number_of(run.config['scores']['folds'], 'fold')}. "
    return " ".join(text.split())


def _of_targets(run: Run) -> str:
    """Say by what targets were scored; an empty text where there are none."""
    kinds = {entry["kind"] for entry in run.config.get("targets", {}).values()}
    text = ""
    if "labels" in kinds:
        text += (
            "Several labels at once were scored by recording: by the area under the ROC curve, the "
            "average precision, and F1 at the threshold of each label, means over the labels that "
            "some had and some had not. "
        )
    if "number" in kinds:
        text += (
            "Numbers were scored by recording: by the mean absolute error, beside that of the "
            "median of those who were learnt from, R² and Pearson's correlation. "
        )
    if kinds:
        text += (
            "For p-values of the macro AUROC and the mean absolute error, people exchanged what "
            "their recordings had with others of as many recordings "
            f"{run.config['scores']['draws']} times beside the same predictions [@phipson2010]; "
            "they were corrected by Holm's method [@holm1979] for the number of targets. "
        )
    return text.strip()


def assumptions(run: Run) -> str:
    """Say what the tests take for granted."""
    if not run.summary["classifiers"]:
        return "No classifier was tested."
    return (
        "The tests take people for exchangeable, and nothing else of their distribution: segments "
        "of one person stay together. Intervals of scores are of the models as they were "
        "trained, and say nothing of other training people, initial weights or seeds. "
        + blank("whether people could depend on one another, as relatives or one site's may")
    )


def calibration_in_words(run: Run) -> str:
    """Say how the calibration of probabilities was measured."""
    bins = run.config["scores"]["calibration_bins"]
    return (
        f"Calibration was drawn as a reliability diagram of {bins} bins, and measured by the "
        "expected calibration error [@guo2017], which is larger the fewer people there are, and "
        "the Brier score."
    )


def recalibration(run: Run) -> str:
    """Say how probabilities were corrected; an empty text where none were."""
    known = [own.get("uncertainty") or {} for own in run.summary["classifiers"].values()]
    units = [one[unit] for one in known for unit in ("segments", "recordings") if unit in one]
    if not any(own.get("log_loss") for own in units):
        return ""
    how = {
        "temperature": "by a temperature [@guo2017]",
        "isotonic": "by isotonic regression of each class [@zadrozny2002]",
    }[run.config["scores"]["recalibration"]]
    return (
        f"Corrected probabilities, {how}, were learnt from people on whom they were not evaluated, "
        "and changed no predicted class."
    )


def _sets(run: Run) -> str:
    """Say how sets of classes were learnt, where there are any."""
    known = [
        own["uncertainty"] for own in run.summary["classifiers"].values() if "uncertainty" in own
    ]
    found = next((one for one in known if one["recordings"]["sets"]), None)
    if found is None:
        return ""
    return (
        f"Sets of classes that are to hold the true one for a share of {found['coverage']:g} of "
        f"people{' of each class' if found['within'] == 'class' else ''} were learnt by "
        "hierarchical conformal prediction, in which each person counts as one [@lee2023], from "
        "people whom the classifier did not learn from and on whom it was not evaluated"
        f"{_whom(known)}. "
    )


def _whom(known: list[dict]) -> str:
    """Say whom sets of classes were learnt from, of each way that there is."""
    sources = dict.fromkeys(one["learnt_from"] for one in known if one["recordings"]["sets"])
    return f" ({'; or '.join(sources)})"
