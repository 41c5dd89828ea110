"""Draw the scores of encoders and tables over the share of labelled people."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.encoders import draw_label_efficiency

    draw_label_efficiency(snakemake.input[0], list(snakemake.output))
