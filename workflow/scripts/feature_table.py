"""Compute a table of features of all chosen segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.feature_table import feature_table

    feature_table(
        snakemake.input.segments,
        snakemake.input.split,
        snakemake.output.features,
        snakemake.output.table,
        sessions=snakemake.params.sessions,
        splits=snakemake.params.splits,
        **snakemake.params.settings,
    )
