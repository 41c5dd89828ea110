"""Draw the score by the unit of splitting."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.caveats import caveat
    from biospectra.report.leakage import draw_leakage

    draw_leakage(
        snakemake.input[0],
        snakemake.output,
        caveat("holdout", "subject", snakemake.params.by_label),
    )
