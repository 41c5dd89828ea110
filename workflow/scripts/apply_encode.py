"""Write the encoder's features of new recordings."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.apply_encode import apply_encode

    apply_encode(
        snakemake.input.images,
        snakemake.input.model,
        snakemake.output[0],
        threads=snakemake.threads,
    )
