"""REFORMS: the 32 items of reporting, in eight modules, for machine-learning-based science."""

from biospectra.report.paper import learning, preparation, results, scoring
from biospectra.report.paper.checklists import (
    again,
    both,
    checklist,
    code,
    dataset,
    leaks,
    missing,
    models,
    outcome,
    performance,
    person,
    together,
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
            ("3e", "Number of samples, and of each outcome", preparation.people_and_recordings),
            ("3f", "Missing data, by outcome", missing),
            ("3g", "Representative of the population", person("the justification")),
        ),
    ),
    (
        "Data preprocessing",
        (
            ("4a", "Samples excluded", missing),
            ("4b", "Impossible or corrupt samples", preparation.segmenting),
            ("4c", "Transformations", preparation.cleaning),
        ),
    ),
    (
        "Modelling",
        (
            ("5a", "All models", models),
            ("5b", "Why these models", person("the justification")),
            ("5c", "Evaluation", preparation.splitting),
            (
                "5d",
                "How the reported models were selected",
                person("which of them the paper reports, and why"),
            ),
            ("5e", "Hyperparameters", both(models, "how the values in the config were found")),
            (
                "5f",
                "Baselines",
                lambda run: (
                    f"{scoring.scoring(run)} "
                    f"{' '.join(results.reconstruction_lines(run)) or 'No autoencoder was scored.'}"
                ),
            ),
        ),
    ),
    (
        "Data leakage",
        (
            ("6a", "Only training data in preprocessing and modelling", leaks("L1")),
            ("6b", "Dependence and duplicates", together(leaks("L3.2"), leaks("L1.4"))),
            ("6c", "Legitimacy of the inputs", leaks("L2")),
        ),
    ),
    (
        "Metrics and uncertainty",
        (
            ("7a", "Metrics", both(scoring.scoring, "why these suit the question")),
            ("7b", "Uncertainty, and how it was computed", together(performance, scoring.scoring)),
            ("7c", "Statistical tests and their assumptions", scoring.assumptions),
        ),
    ),
    (
        "Generalisability and limitations",
        (
            (
                "8a",
                "External validity",
                both(results.recorders_in_words, "evidence from other data"),
            ),
            ("8b", "Where the findings may not hold", person("the contexts")),
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
