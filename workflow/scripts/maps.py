"""Place test segments on maps by PCA, t-SNE and UMAP, side by side."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.maps import place_on_maps

    place_on_maps(
        snakemake.input.features,
        scores=snakemake.output.scores,
        table=snakemake.output.table,
        window_s=snakemake.params.window_s,
        draws=snakemake.params.draws,
        seed=snakemake.params.seed,
        **snakemake.params.settings,
    )
