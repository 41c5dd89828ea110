"""Put the predictions of a network's folds together."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.join_folds import join_folds

    join_folds(
        snakemake.input.predictions,
        snakemake.input.splits,
        snakemake.input.costs,
        output=snakemake.output.predictions,
        cost=snakemake.output.cost,
        column=snakemake.params.get("column"),
    )
