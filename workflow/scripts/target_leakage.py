"""Score a target under splits that leak and one that does not."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.target_leakage import write_target_leakage

    params = snakemake.params
    write_target_leakage(
        snakemake.input.features,
        snakemake.output[0],
        settings=params.settings,
        sessions=params.sessions,
        folds=params.folds,
        draws=params.draws,
        seed=params.seed,
    )
