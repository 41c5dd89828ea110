"""Draw a map of test segments coloured by a target: a number, or one map for each label."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.caveats import map_caveat
    from biospectra.report.style import use_look
    from biospectra.report.target_maps import draw_target_maps

    use_look(**snakemake.params.look)
    params, entry = snakemake.params, snakemake.params.settings
    draw_target_maps(
        snakemake.input[0],
        list(snakemake.output),
        column=entry["column"],
        kind=entry["kind"],
        superclasses=entry["superclasses"],
        colour_map=params.colour_map,
        name=snakemake.wildcards.features,
        caveat=map_caveat(params.fit_on, params.split_by, params.by_label, params.transductive),
    )
