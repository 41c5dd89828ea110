"""Draw all maps of some features, by class, by database and by person."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.maps import draw_maps
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_maps(
        snakemake.input.table,
        snakemake.input.scores,
        list(snakemake.output),
        labels=snakemake.params.labels,
        name=snakemake.wildcards.features,
        split_by=snakemake.params.split_by,
        cleaned_by_label=snakemake.params.by_label,
        transductive=snakemake.params.transductive,
    )
