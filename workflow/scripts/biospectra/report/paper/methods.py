"""Methods and results of a study as text, each number from the run."""

from biospectra.report.paper import learning, preparation, results, scoring, targets
from biospectra.report.paper.document import Document, blank
from biospectra.report.paper.run import Run


def methods_document(run: Run) -> Document:
    """Return methods and results; what the run cannot know is left blank."""
    document = Document(f"Methods and results of the study {run.summary['study']}")
    document.paragraph(
        f"{blank('who the people were, how they were recruited, and where and when')} "
        f"{blank('ethics approval and consent')}"
    )
    document.heading("Recordings")
    document.paragraph(preparation.people_and_recordings(run))
    document.paragraph(preparation.sources_in_words(run))
    document.heading("Preprocessing and segments")
    document.paragraph(preparation.cleaning(run))
    document.paragraph(preparation.segmenting(run))
    document.heading("Training, validation and test")
    document.paragraph(preparation.splitting(run))
    for title, lines in (
        ("Images", learning.image_lines(run)),
        ("Encoders", learning.encoder_lines(run)),
        ("Tables of features", learning.table_lines(run)),
        ("Classifiers", learning.classifier_lines(run)),
        ("Targets", targets.target_methods(run)),
    ):
        if lines:
            document.heading(title)
            document.items(lines)
    document.heading("Scores and statistics")
    document.paragraph(scoring.scoring(run))
    document.heading("Software")
    document.paragraph(learning.software(run))
    document.heading("Results")
    for lines in (
        results.score_lines(run),
        results.comparison_lines(run),
        targets.target_results(run),
        results.reconstruction_lines(run),
    ):
        if lines:
            document.items(lines)
    document.paragraph(results.leakage_in_words(run))
    document.heading("Recorders")
    document.paragraph(results.recorders_in_words(run))
    return document
