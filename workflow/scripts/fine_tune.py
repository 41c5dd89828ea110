"""Teach an autoencoder's encoder the classes and judge it on test segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.models.checkpoint import finish_training
    from biospectra.steps.fine_tune import fine_tune

    fine_tune(
        snakemake.input.encoder,
        inputs=snakemake.input.inputs,
        split=snakemake.input.split,
        model=snakemake.output.model,
        history=snakemake.output.history,
        predictions=snakemake.output.predictions,
        cost=snakemake.output.cost,
        labels=snakemake.params.labels,
        settings=snakemake.params.settings,
        precision=snakemake.params.precision,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
    )
    finish_training(snakemake.output.model)
