"""Draw test segments beside their reconstructions."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.reconstruction import draw_restored

    draw_restored(
        snakemake.input[0],
        snakemake.output[0],
        labels=snakemake.params.labels,
        colour_map=snakemake.params.colour_map,
    )
