"""Draw the mother wavelets."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.wavelets import draw_gallery

    draw_gallery(snakemake.params.used, [snakemake.output.figure, snakemake.output.svg])
