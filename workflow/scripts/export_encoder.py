"""Write the encoder for TensorFlow Lite and as ONNX, and check that both give the same features."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.export_encoder import export_encoder

    export_encoder(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.encoder,
        lite=snakemake.output.lite,
        onnx=snakemake.output.onnx,
        threads=snakemake.threads,
    )
