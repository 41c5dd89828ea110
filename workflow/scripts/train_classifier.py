"""Train a network that predicts the class and judge it on test segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.models.checkpoint import finish_training
    from biospectra.steps.train_classifier import train_classifier

    train_classifier(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.get("start") or None,
        model=snakemake.output.model,
        history=snakemake.output.history,
        predictions=snakemake.output.get("predictions"),
        validation=snakemake.output.get("validation"),
        cost=snakemake.output.get("cost"),
        labels=snakemake.params.labels,
        settings=snakemake.params.settings,
        precision=snakemake.params.precision,
        split_by=snakemake.params.split_by,
        calibration_people=snakemake.params.calibration_people,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
        without_gpu=snakemake.resources.without_gpu,
    )
    finish_training(snakemake.output.model)
