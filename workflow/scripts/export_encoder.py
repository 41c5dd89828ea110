"""Write the encoder in formats of other tools, and check that they give the same features."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.export_encoder import export_encoder

    export_encoder(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.encoder,
        paths=dict(snakemake.output.items()),
        threads=snakemake.threads,
    )
