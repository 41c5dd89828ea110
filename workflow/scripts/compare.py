"""Compare all classifiers on the people that they share."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.compare import compare

    use_look(**snakemake.params.look)
    names = snakemake.params.classifiers
    compare(
        dict(zip(names, snakemake.input.predictions, strict=True)),
        dict(zip(names, snakemake.input.scores, strict=True)),
        dict(zip(names, snakemake.input.costs, strict=True)),
        output=snakemake.output.pairs,
        table=snakemake.output.table,
        page=snakemake.output.page,
        figures=snakemake.output.figure,
        labels=snakemake.params.labels,
        joined=snakemake.params.joined,
        sessions=snakemake.params.sessions,
        draws=snakemake.params.settings["draws"],
        seed=snakemake.params.seed,
    )
