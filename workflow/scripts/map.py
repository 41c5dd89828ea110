"""Draw the map, coloured by class and by database."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.maps import draw_map
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_map(
        snakemake.input.table,
        snakemake.input.scores,
        by_label=snakemake.output.by_label,
        by_database=snakemake.output.by_database,
        labels=snakemake.params.labels,
        name=snakemake.wildcards.model,
        split_by=snakemake.params.split_by,
        cleaned_by_label=snakemake.params.by_label,
        transductive=snakemake.params.transductive,
    )
