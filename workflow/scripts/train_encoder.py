"""Train an encoder on training segments, watching the loss on validation segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.models.checkpoint import finish_training
    from biospectra.steps.train_encoder import train_encoder

    train_encoder(
        snakemake.input.inputs,
        snakemake.input.split,
        model=snakemake.output.model,
        encoder=snakemake.output.encoder,
        history=snakemake.output.history,
        settings=snakemake.params.settings,
        split_by=snakemake.params.split_by,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
        without_gpu=snakemake.resources.without_gpu,
        sessions=snakemake.params.sessions,
        tables=snakemake.input.tables,
    )
    finish_training(snakemake.output.model)
