"""Write the report's first page: what was run, on what, and the scores."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.study_page import write_page

    write_page(snakemake.input.summary, snakemake.input.provenance, snakemake.output[0])
