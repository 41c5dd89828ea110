"""Choose a scikit-learn classifier on validation segments and judge it on test segments."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.classification import classify

    classify(
        snakemake.input.features,
        model=snakemake.output.model,
        choice=snakemake.output.choice,
        predictions=snakemake.output.predictions,
        labels=snakemake.params.labels,
        names=snakemake.params.settings["candidates"],
        pooling=snakemake.params.settings["pooling"],
        seed=snakemake.params.seed,
    )
