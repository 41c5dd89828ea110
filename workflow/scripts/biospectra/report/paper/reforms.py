"""REFORMS: the 32 items of reporting, in eight modules, for machine-learning-based science."""

from biospectra.report.paper import learning, preparation, results, scoring
from biospectra.report.paper.checklists import (
    again,
    baselines,
    both,
    checklist,
    code,
    dataset,
    evaluation_design,
    leaks,
    missing,
    models,
    outcome,
    performance,
    person,
    together,
    transformations,
)
from biospectra.report.paper.document import Document
from biospectra.report.paper.run import Run

REFORMS_ITEMS = (
    (
        "Study goals",
        (
            ("1a", "Population of the claim", person("the population or distribution")),
            ("1b", "Why this population", person("the motivation for choosing it")),
            ("1c", "Why machine learning", person("the motivation for these methods")),
        ),
    ),
    (
        "Computational reproducibility",
        (
            ("2a", "Data set and where it is", both(dataset, "a link or DOI of further data")),
            ("2b", "Code and its version", both(code, "a link or DOI of the code")),
            ("2c", "Computing infrastructure", learning.software),
            ("2d", "README", person("where the README of the shared material is")),
            ("2e", "Script that makes the results again", again),
        ),
    ),
    (
        "Data quality",
        (
            (
                "3a",
                "Sources of the data",
                both(preparation.sources_in_words, "when and how recorded"),
            ),
            ("3b", "Sampling frame", person("the set that the people were drawn from")),
            ("3c", "Why the data suit the task", person("the justification")),
            ("3d", "Outcome variable", both(outcome, "who assigned the classes, and how")),
            ("3e", "Number of samples, and of each class", preparation.people_and_recordings),
            ("3f", "Share of missing data, by class", missing),
            ("3g", "Why the sampling frame represents the population", person("the justification")),
        ),
    ),
    (
        "Data preprocessing",
        (
            ("4a", "Samples excluded, and why", missing),
            ("4b", "How impossible or corrupt samples are dealt with", preparation.segmenting),
            ("4c", "All transformations from the raw data to the input", transformations),
        ),
    ),
    (
        "Modeling",
        (
            ("5a", "All models, their inputs and losses", models),
            ("5b", "Why these types of models", person("the justification")),
            ("5c", "Evaluation: splits and folds", evaluation_design),
            (
                "5d",
                "How the reported models were selected",
                person("which of them the paper reports, and why"),
            ),
            (
                "5e",
                "Hyperparameter tuning",
                both(models, "how the values in the config were found"),
            ),
            (
                "5f",
                "Why comparisons are with appropriate baselines",
                both(baselines, "the justification"),
            ),
        ),
    ),
    (
        "Data leakage",
        (
            ("6a", "Pre-processing and modeling from training data alone", leaks("L1")),
            (
                "6b",
                "Dependencies and duplicates of training and test data",
                together(leaks("L3.2"), leaks("L1.4")),
            ),
            ("6c", "Legitimacy of each feature or input", leaks("L2")),
        ),
    ),
    (
        "Metrics and uncertainty",
        (
            ("7a", "All metrics", both(scoring.scoring, "why these suit the task")),
            (
                "7b",
                "Uncertainty estimates, and how they are calculated",
                together(performance, scoring.scoring),
            ),
            ("7c", "Why these statistical tests, and their assumptions", scoring.assumptions),
        ),
    ),
    (
        "Generalizability and limitations",
        (
            (
                "8a",
                "Evidence of external validity",
                both(results.recorders_in_words, "evidence from other data"),
            ),
            (
                "8b",
                "Contexts in which the findings are not expected to hold",
                person("the contexts"),
            ),
        ),
    ),
)


def reforms_document(run: Run) -> Document:
    """Return the checklist of REFORMS."""
    intro = (
        "The items of REFORMS [@kapoor2024], with what this run says of each. The subjects are in "
        "short; the publication has their full wording."
    )
    return checklist("REFORMS", intro, REFORMS_ITEMS, run)
