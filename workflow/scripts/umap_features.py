"""Place the features of test segments on a map, and score how well groups separate."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.umap import map_features

    map_features(
        snakemake.input.features,
        table=snakemake.output.table,
        scores=snakemake.output.scores,
        reducer=snakemake.output.reducer,
        labels=snakemake.params.labels,
        window_s=snakemake.params.window_s,
        draws=snakemake.params.draws,
        seed=snakemake.params.seed,
        **snakemake.params.settings,
    )
