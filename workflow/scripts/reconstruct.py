"""Restore the test images and measure how well, beside two baselines."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.reconstruct import reconstruct

    reconstruct(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.model,
        table=snakemake.output.table,
        scores=snakemake.output.scores,
        examples=snakemake.output.examples,
        settings=snakemake.params.settings,
        threads=snakemake.threads,
    )
