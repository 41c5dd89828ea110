"""Train a network that predicts several labels at once, or a number."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.models.checkpoint import finish_training
    from biospectra.steps.train_target import train_target

    train_target(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.get("start") or None,
        model=snakemake.output.model,
        history=snakemake.output.history,
        segments=snakemake.output.get("segments"),
        cost=snakemake.output.get("cost"),
        scored=snakemake.input.get("scored"),
        settings=snakemake.params.settings,
        precision=snakemake.params.precision,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
        without_gpu=snakemake.resources.without_gpu,
    )
    finish_training(snakemake.output.model)
