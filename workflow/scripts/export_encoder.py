"""Write the encoder for TensorFlow Lite, and check that it gives the same features."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.export_encoder import export_encoder

    export_encoder(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.encoder,
        snakemake.output[0],
        threads=snakemake.threads,
    )
