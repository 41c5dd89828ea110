"""Choose a scikit-learn classifier, and evaluate it on held-out people."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.classify import classify

    features, folded = snakemake.input.features, snakemake.input.folded
    count = len(features)
    classify(
        features,
        [folded[first : first + count] for first in range(0, len(folded), count)],
        sessions=snakemake.params.sessions,
        model=snakemake.output.model,
        choice=snakemake.output.choice,
        predictions=snakemake.output.predictions,
        validation=snakemake.output.get("validation"),
        cost=snakemake.output.cost,
        labels=snakemake.params.labels,
        names=snakemake.params.settings["candidates"],
        tune=snakemake.params.settings["tune"],
        pooling=snakemake.params.settings["pooling"],
        centred=snakemake.params.settings["centre"] == "subject",
        balanced=snakemake.params.settings["balance_tables"],
        evaluation=snakemake.params.settings["evaluation"],
        folds=snakemake.params.folds,
        seed=snakemake.params.seed,
        threads=snakemake.threads,
    )
