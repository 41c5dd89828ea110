"""Place the features of test segments on a map, and score how well groups separate."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.caveats import map_caveat
    from biospectra.steps.umap import map_features

    map_features(
        snakemake.input.features,
        table=snakemake.output.table,
        scores=snakemake.output.scores,
        by_label=[snakemake.output.by_label, snakemake.output.by_label_svg],
        by_database=[snakemake.output.by_database, snakemake.output.by_database_svg],
        reducer=snakemake.output.reducer,
        labels=snakemake.params.labels,
        window_s=snakemake.params.window_s,
        draws=snakemake.params.draws,
        seed=snakemake.params.seed,
        optimistic=map_caveat(
            snakemake.params.settings["fit_on"],
            snakemake.params.split_by,
            snakemake.params.by_label,
        ),
        name=snakemake.wildcards.model,
        **snakemake.params.settings,
    )
