"""Draw the score by the unit of splitting."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.caveats import caveat
    from biospectra.report.leakage import draw_leakage
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_leakage(
        snakemake.input[0],
        list(snakemake.output),
        caveat("holdout", "subject", snakemake.params.by_label),
    )
