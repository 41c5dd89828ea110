"""Score a classifier on held-out people, and draw what it confuses and how sure it is."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.confusion_matrix import evaluate

    use_look(**snakemake.params.look)
    evaluate(
        snakemake.input.predictions,
        snakemake.input.cost,
        list(snakemake.input.get("repeats", [])),
        picture=snakemake.output.picture,
        reliability=snakemake.output.reliability,
        scores=snakemake.output.scores,
        validation=snakemake.input.get("validation") or None,
        uncertainty=snakemake.output.uncertainty,
        recalibration=snakemake.params.settings["recalibration"],
        coverage=snakemake.params.settings["coverage"],
        coverage_within=snakemake.params.settings["coverage_within"],
        labels=snakemake.params.labels,
        name=snakemake.wildcards.name,
        evaluation=snakemake.params.evaluation,
        validation_people=snakemake.params.validation_people,
        split_by=snakemake.params.split_by,
        by_label=snakemake.params.by_label,
        transductive=snakemake.params.transductive,
        columns=snakemake.params.columns,
        seed=snakemake.params.seed,
        draws=snakemake.params.settings["draws"],
        calibration_bins=snakemake.params.settings["calibration_bins"],
    )
