"""Share the good segments out to training, validation and test, by subject."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.split import split_study

    split_study(
        snakemake.input.segments,
        snakemake.input.rejected,
        snakemake.input.fingerprints,
        snakemake.output.split,
        snakemake.output.rejected,
        snakemake.output.segments,
        labels=snakemake.params.labels,
        given=snakemake.params.given,
        seed=snakemake.params.seed,
        sessions=snakemake.params.sessions,
        together=snakemake.params.together,
        on_missing_channel=snakemake.params.on_missing_channel,
        unlabelled=snakemake.params.unlabelled,
        **snakemake.params.settings,
    )
