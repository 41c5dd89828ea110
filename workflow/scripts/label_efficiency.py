"""Draw the scores of encoders and tables over the share of labelled people."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.encoders import draw_label_efficiency
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_label_efficiency(snakemake.input[0], list(snakemake.output))
