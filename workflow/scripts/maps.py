"""Place test segments on maps by PCA, t-SNE and UMAP, side by side."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.caveats import map_caveat
    from biospectra.report.style import use_look
    from biospectra.steps.maps import draw_all_maps

    use_look(**snakemake.params.look)
    draw_all_maps(
        snakemake.input.features,
        scores=snakemake.output.scores,
        figures=snakemake.output.figure,
        labels=snakemake.params.labels,
        window_s=snakemake.params.window_s,
        draws=snakemake.params.draws,
        seed=snakemake.params.seed,
        optimistic=map_caveat(
            snakemake.params.settings["fit_on"],
            snakemake.params.split_by,
            snakemake.params.by_label,
        ),
        name=snakemake.wildcards.features,
        **snakemake.params.settings,
    )
