"""Write methods, checklists and datasheet for a paper, and describe the run as an RO-Crate."""

from pathlib import Path

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.paper import write_paper

    given = snakemake.input
    write_paper(
        Path(snakemake.output.crate).parent,
        summary=given.summary,
        provenance=given.provenance,
        split=given.split,
        resampled=given.resampled,
        segments=given.segments,
        recorders=given.recorders,
        results=given.results,
        definition=snakemake.params.definition,
    )
