"""Score one model under splits that leak and one that does not."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.leakage import leakage

    leakage(
        snakemake.input.features,
        scores=snakemake.output.scores,
        table=snakemake.output.table,
        labels=snakemake.params.labels,
        name=snakemake.params.name,
        classifier=snakemake.params.classifier,
        folds=snakemake.params.settings["folds"],
        draws=snakemake.params.settings["draws"],
        seed=snakemake.params.seed,
    )
