"""Draw test segments beside their reconstructions."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.reconstruction import draw_restored
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_restored(
        snakemake.input[0],
        list(snakemake.output),
        labels=snakemake.params.labels,
        colour_map=snakemake.params.colour_map,
    )
