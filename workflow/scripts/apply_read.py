"""Fetch, clean and resample new recordings as the study did."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.apply_read import apply_read

    apply_read(
        snakemake.params.recordings,
        snakemake.input.model,
        snakemake.output.folder,
        snakemake.output.resampled,
        cache=snakemake.params.cache,
        table=snakemake.params.table,
        **snakemake.params.sources,
    )
