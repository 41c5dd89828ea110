"""Draw the mother wavelets."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.report.wavelets import draw_gallery

    use_look(**snakemake.params.look)
    draw_gallery(snakemake.params.used, snakemake.output.figure)
