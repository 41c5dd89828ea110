"""Compare the models of the same target, on the people that they share."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.compare_targets import compare_predictions

    params = snakemake.params
    compare_predictions(
        dict(zip(params.targets, snakemake.input, strict=True)),
        snakemake.output[0],
        targets=params.targets,
        draws=params.draws,
        seed=params.seed,
    )
