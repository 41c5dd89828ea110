"""Train an autoencoder on the training images, watching the loss on the validation images."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.autoencoder import train
    from biospectra.checkpoint import finish
    from biospectra.figures import learning_curve

    train(
        snakemake.input.inputs,
        snakemake.input.split,
        model=snakemake.output.model,
        encoder=snakemake.output.encoder,
        history=snakemake.output.history,
        settings=snakemake.params.settings,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
    )
    learning_curve(
        snakemake.output.history,
        snakemake.output.curve,
        title=f"Autoencoder {snakemake.wildcards.model}",
    )
    finish(snakemake.output.model)
