"""Write the page that one opens first: the answer, the scores, and the figures."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.study_page import write_page

    write_page(
        snakemake.input.summary,
        snakemake.input.provenance,
        snakemake.output[0],
        figures=list(zip(snakemake.input.figures, snakemake.params.captions, strict=True)),
        captions=snakemake.params.said,
        checks=snakemake.input.get("checks") or None,
        files=[*snakemake.input.files, *snakemake.params.later],
    )
