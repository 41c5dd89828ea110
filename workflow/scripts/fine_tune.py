"""Teach an autoencoder's encoder the classes and judge it on test segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.checkpoint import finish
    from biospectra.figures import learning_curve
    from biospectra.fine_tuning import fine_tune

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
    learning_curve(
        snakemake.output.history,
        snakemake.output.curve,
        title=f"Fine-tuned encoder {snakemake.wildcards.name}",
    )
    finish(snakemake.output.model)
