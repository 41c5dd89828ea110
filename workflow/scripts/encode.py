"""Write the encoder's features of all chosen segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.encode import encode

    encode(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.encoder,
        snakemake.output[0],
        settings=snakemake.params.settings,
        kept=snakemake.params.kept,
        threads=snakemake.threads,
    )
