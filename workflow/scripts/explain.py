"""Show which parts of correctly classified test segments a network's predictions rest on."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.explain import explain

    explain(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.model,
        snakemake.input.predictions,
        output=snakemake.output.arrays,
        figures=[snakemake.output.picture, snakemake.output.svg],
        labels=snakemake.params.labels,
        settings=snakemake.params.settings,
        name=snakemake.wildcards.name,
        colour_map=snakemake.params.colour_map,
        threads=snakemake.threads,
    )
