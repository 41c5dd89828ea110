"""Score a classifier on the test segments and draw its confusion matrix."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.scores import judge

    judge(
        snakemake.input.predictions,
        picture=[snakemake.output.picture, snakemake.output.svg],
        scores=snakemake.output.scores,
        labels=snakemake.params.labels,
        name=snakemake.wildcards.name,
    )
