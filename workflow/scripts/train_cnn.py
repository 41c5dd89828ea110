"""Train a small CNN on images or samples and judge it on test segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.models.checkpoint import finish_training
    from biospectra.steps.train_cnn import train_cnn

    train_cnn(
        inputs=snakemake.input.inputs,
        split=snakemake.input.split,
        model=snakemake.output.model,
        history=snakemake.output.history,
        predictions=snakemake.output.predictions,
        cost=snakemake.output.cost,
        labels=snakemake.params.labels,
        settings=snakemake.params.settings,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
    )
    finish_training(snakemake.output.model)
