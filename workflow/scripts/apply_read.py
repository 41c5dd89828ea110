"""Fetch, clean and resample new recordings as the study did."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.read_new import read_new

    read_new(
        snakemake.params.recordings,
        snakemake.input.model,
        snakemake.output.folder,
        snakemake.output.resampled,
        cache=snakemake.params.cache,
        **snakemake.params.sources,
    )
