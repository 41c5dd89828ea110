"""Items of reporting guidelines, each with where the run answers it or a blank for a person."""

from collections.abc import Callable

from biospectra.report.paper import learning, preparation, results, targets
from biospectra.report.paper.document import Document, blank, plain
from biospectra.report.paper.leakage_kinds import leakage_kinds
from biospectra.report.paper.run import Run
from biospectra.report.paper.scoring import scoring
from biospectra.report.paper.words import EVALUATIONS, listing
from biospectra.words import number_of, percent, verb

Answer = Callable[[Run], str]


def person(what: str) -> Answer:
    """Return the answer that only a person can give."""
    return lambda run: blank(what)


def both(answer: Answer, what: str) -> Answer:
    """Return an answer of the run that a person completes."""
    return lambda run: f"{answer(run)} {blank(what)}"


def together(*answers: Answer) -> Answer:
    """Return several answers of the run, one after the other."""
    return lambda run: " ".join(answer(run) for answer in answers)


def leaks(number: str) -> Answer:
    """Return the finding of kinds of leakage whose number begins so."""
    return lambda run: " ".join(
        f"{kind} ({verdict}): {why}"
        for kind, verdict, why in leakage_kinds(run)
        if kind.startswith(number)
    )


def dataset(run: Run) -> str:
    """Say which data were used, and how each file can be recognised."""
    count = number_of(len(run.provenance["files"]), "source file")
    where = preparation.sources_in_words(run)
    return f"{where} provenance.json lists the SHA-256 of {count}."


def code(run: Run) -> str:
    """Say where the code is."""
    commit = run.provenance["workflow"]["commit"]
    which = f"biospectra at commit {commit}" if commit else f"biospectra {blank('version')}"
    return f"{which}; the workflow's definition and the whole config are in paper/workflow/."


def again(run: Run) -> str:
    """Give the command that makes the results again."""
    return (
        "`snakemake --cores 8 --configfile paper/workflow/config.json`, with the table of "
        "recordings at the path that the config names."
    )


def outcome(run: Run) -> str:
    """Name the classes with their segments, and the targets with what they were like."""
    counts = ", ".join(
        f"{label}: {own['segments']}" for label, own in run.summary["classes"].items()
    )
    text = f"The outcome was the class of a segment (segments of each: {counts})."
    by_people = sorted(_targets(run).values(), key=lambda own: own["people"])
    told = {  # over the most people; superclasses are another outcome than their labels
        (own["column"], own["kind"], *own.get("superclasses", ())): own for own in by_people
    }
    return " ".join([text, *map(targets.outcome_of_target, told.values())])


def _targets(run: Run) -> dict[str, dict]:
    return run.summary.get("targets") or {}


def missing(run: Run) -> str:
    """Say what became of missing data."""
    count = len(run.summary["rejected_recordings"])
    classes = [_share_rejected(*named) for named in run.summary["classes"].items()]
    text = (
        f"{preparation.segmenting(run)} Rejected segments by class: {', '.join(classes)}. "
        f"Recordings excluded: {count} (the datasheet says why)."
    )
    without = {own["column"]: own["left_out"] for own in _targets(run).values()}
    for column, count in without.items():
        text += f" {number_of(count, 'recording')} had no {plain(column)}." if count else ""
    return text


def evaluation_design(run: Run) -> str:
    """Say who trained, validated and tested, and which models were evaluated in which folds."""
    entries = [*run.config["classifiers"].items(), *run.config["targets"].items()]
    text = preparation.splitting(run)
    for how, words in EVALUATIONS.items():
        named = [f"`{name}`" for name, entry in entries if entry["evaluation"] == how]
        if named:
            text += f" {listing(named)} {verb(len(named), 'was', 'were')} evaluated {words}"
            folds = number_of(run.config["scores"]["folds"], "fold")
            text += f", in at most {folds}." if how == "cross_validation" else "."
    return text


def _share_rejected(label: str, own: dict) -> str:
    rejected = sum(own["rejected"].values())
    share = f" ({percent(rejected / own['segments'], '.3g')})" if own["segments"] else ""
    return f"{plain(label)} {rejected} of {own['segments']}{share}"


def transformations(run: Run) -> str:
    """Say what was made of the recordings before anything was learnt."""
    return " ".join([preparation.cleaning(run), *learning.image_lines(run)])


def models(run: Run) -> str:
    """Describe all models."""
    lines = [
        *learning.encoder_lines(run),
        *learning.table_lines(run),
        *learning.classifier_lines(run),
        *targets.target_methods(run),
    ]
    return " ".join(lines) or "No model was trained."


def baselines(run: Run) -> str:
    """Say what models are compared with."""
    restored = " ".join(results.reconstruction_lines(run)) or "No autoencoder was scored."
    return f"{scoring(run)} {restored}"


def performance(run: Run) -> str:
    """Give the scores."""
    lines = [*results.score_lines(run), *targets.target_results(run)]
    return " ".join(lines) or "No classifier was trained."


def group_scores(run: Run) -> str:
    """Say for which groups scores are given."""
    many = {own["column"] for own in run.config["targets"].values() if own["kind"] == "labels"}
    named = [column for column in run.config["columns"] if column not in many]
    if "leave_one_database_out" in run.evaluations():
        named.append("database")
    if not named:
        return f"No groups were recorded. {blank('scores by sex, age and the like')}"
    listed = ", ".join(map(plain, named))
    files = [f"{part}/*/scores.json" for part in ("classifier", "target") if run.config[f"{part}s"]]
    return f"Scores by {listed}, with intervals, are in the report and in {listing(files)}."


def checklist(title: str, intro: str, items: tuple, run: Run) -> Document:
    """Return a checklist as a document.

    Parameters
    ----------
    title, intro : str
        Heading and first paragraph.
    items : tuple of (str, tuple of (str, str, Answer))
        Sections of items, each with its number, its subject and its answer.
    run : Run
    """
    document = Document(title)
    document.paragraph(intro)
    for section, entries in items:
        document.heading(section)
        rows = [[number, subject, answer(run)] for number, subject, answer in entries]
        document.table(["Item", "Subject", "This study"], rows)
    return document
