"""Measure how well what is not physiology predicts the class."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.audit import audit

    use_look(**snakemake.params.look)
    audit(
        snakemake.input.segments,
        snakemake.input.split,
        snakemake.input.recorders,
        scores=snakemake.output.scores,
        figures=snakemake.output.figure,
        labels=snakemake.params.labels,
        folds=snakemake.params.settings["folds"],
        draws=snakemake.params.settings["draws"],
        seed=snakemake.params.seed,
        common_band=snakemake.params.common_band,
        columns=snakemake.params.columns,
    )
