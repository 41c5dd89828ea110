"""TRIPOD+AI: the items of reporting for clinical prediction models."""

from biospectra.report.paper import learning, preparation, results, scoring
from biospectra.report.paper.checklists import (
    both,
    checklist,
    code,
    dataset,
    group_scores,
    missing,
    models,
    outcome,
    performance,
    person,
    together,
)
from biospectra.report.paper.document import Document
from biospectra.report.paper.run import Run

TRIPOD_ITEMS = (
    (
        "Title and abstract",
        (
            ("1", "Title", person("a title that names model, population and outcome")),
            ("2", "Abstract", person("an abstract by TRIPOD+AI for Abstracts")),
        ),
    ),
    (
        "Introduction",
        (
            ("3a", "Context and rationale", person("the healthcare context")),
            ("3b", "Target population and intended use", person("whom it is for, and where")),
            ("3c", "Known health inequalities", person("between which groups")),
            ("4", "Objectives", person("development, evaluation or both")),
        ),
    ),
    (
        "Methods",
        (
            ("5a", "Sources of data", both(dataset, "why they suit the aim")),
            ("5b", "Dates", person("start and end of recording")),
            ("6a", "Setting", person("where the people were recorded")),
            ("6b", "Eligibility", person("who could take part")),
            ("6c", "Treatments", person("treatments, and how they were handled")),
            (
                "7",
                "Data preparation and quality",
                both(
                    together(preparation.cleaning, preparation.segmenting),
                    "whether it was alike across groups of people",
                ),
            ),
            ("8a", "Outcome", both(outcome, "its definition and when it was assessed")),
            ("8b", "Assessors of the outcome", person("who they were")),
            ("8c", "Blinding of the outcome", person("whether assessors knew the predictors")),
            ("9a", "Choice of predictors", person("why these signals")),
            ("9b", "Definition of the predictors", lambda run: _predictors(run)),
            (
                "9c",
                "Assessors of the predictors",
                person("who marked events by eye, if anybody did; features were computed"),
            ),
            ("10", "Sample size", both(preparation.people_and_recordings, "how it was arrived at")),
            ("11", "Missing data", missing),
            ("12a", "Use of the data", preparation.splitting),
            ("12b", "Handling of predictors", lambda run: _handling(run)),
            ("12c", "Model, building and internal validation", models),
            (
                "12d",
                "Heterogeneity between sites",
                both(group_scores, "how differences between sites were handled"),
            ),
            ("12e", "Measures and plots of performance", scoring.scoring),
            ("12f", "Model updating", lambda run: "The models were not updated."),
            ("12g", "How predictions are calculated", lambda run: _applied(run)),
            ("13", "Class imbalance", lambda run: _imbalance(run)),
            ("14", "Fairness", both(group_scores, "what was done about it")),
            ("15", "Output of the model", lambda run: _output(run)),
            (
                "16",
                "Training beside evaluation data",
                both(
                    preparation.splitting,
                    "differences in setting, eligibility, outcome or predictors",
                ),
            ),
            ("17", "Ethical approval", person("committee, number and consent")),
        ),
    ),
    (
        "Open science",
        (
            ("18a", "Funding", person("sources and role of the funders")),
            ("18b", "Conflicts of interest", person("of all authors")),
            ("18c", "Protocol", person("where it is, or that there is none")),
            ("18d", "Registration", person("register and number, or that there is none")),
            ("18e", "Data sharing", both(dataset, "how the data can be had")),
            ("18f", "Code sharing", both(code, "where the code can be had")),
            ("19", "Patient and public involvement", person("what there was")),
        ),
    ),
    (
        "Results",
        (
            ("20a", "Flow of participants", preparation.people_and_recordings),
            (
                "20b",
                "Characteristics",
                both(outcome, "age, sex, treatments and the like, of each source"),
            ),
            (
                "20c",
                "Training beside evaluation people",
                both(preparation.splitting, "how predictors are distributed in each"),
            ),
            ("21", "Numbers in each analysis", together(preparation.splitting, performance)),
            ("22", "Specification of the model", lambda run: _applied(run)),
            ("23a", "Performance", performance),
            ("23b", "Heterogeneity of performance", group_scores),
            ("24", "Results of model updating", lambda run: "The models were not updated."),
        ),
    ),
    (
        "Discussion",
        (
            ("25", "Interpretation", person("what the results mean, beside earlier studies")),
            ("26", "Limitations", both(results.recorders_in_words, "further limitations")),
            ("27a", "Poor or missing input", missing),
            ("27b", "Interaction of the user", person("what expertise the use needs")),
            ("27c", "Next steps", person("for generalisability and use")),
        ),
    ),
)


def _predictors(run: Run) -> str:
    lines = [*learning.image_lines(run), *learning.table_lines(run)]
    return " ".join(lines) or "The samples of the segments were the predictors."


def _handling(run: Run) -> str:
    text = " ".join(learning.image_lines(run))
    if any(entry["kind"] == "table" for entry in run.config["classifiers"].values()):
        text += (
            " Columns of features were brought to mean 0 and standard deviation 1 over the people "
            "learnt from, but for methods made of trees."
        )
    return text.strip() or "The samples went in as they were."


def _applied(run: Run) -> str:
    return (
        "The folder model/ holds each trained model with its settings; `biospectra apply` makes "
        "predictions of new recordings with it."
        if any(run.summary.get(part) for part in ("classifiers", "encoders", "targets"))
        else "No model of the whole study was kept."
    )


def _imbalance(run: Run) -> str:
    named = [
        name
        for name, entry in run.config["classifiers"].items()
        if entry["kind"] == "table"
        or "balanced" in (entry.get("class_weight"), entry.get("sampling"))
    ]
    text = outcome(run)
    if named:
        listed = ", ".join(named)
        text += (
            f" Where the method allows it, classes had equal weight in the training of {listed}."
        )
    corrected = scoring.recalibration(run)
    return f"{text} Balanced accuracy gives each class the same weight. {corrected}".strip()


def _output(run: Run) -> str:
    if not run.summary["classifiers"]:
        return "No classifier was trained."
    return (
        "A probability of each class for each segment, and their mean over a recording; the "
        "predicted class is the most probable one. No threshold of a class was tuned."
        + _thresholds(run)
    )


def _thresholds(run: Run) -> str:
    tuned = [name for name, e in run.config.get("targets", {}).items() if e["kind"] == "labels"]
    if not tuned:
        return ""
    return f" Of {', '.join(tuned)}, each label's threshold is that of the largest F1."


def tripod_document(run: Run) -> Document:
    """Return the checklist of TRIPOD+AI."""
    intro = (
        "The items of TRIPOD+AI [@collins2024], with what this run says of each. The subjects are "
        "in short; the publication has their full wording. It is meant for clinical prediction "
        "models; leave it out where the study is of another kind."
    )
    return checklist("TRIPOD+AI", intro, TRIPOD_ITEMS, run)
