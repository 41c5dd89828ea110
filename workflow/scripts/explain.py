"""Show which parts of correctly classified test segments a network's predictions rest on."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.explain import explain

    use_look(**snakemake.params.look)
    explain(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.model,
        snakemake.input.predictions,
        output=snakemake.output.arrays,
        figures=snakemake.output.picture,
        labels=snakemake.params.labels,
        settings=snakemake.params.settings,
        name=snakemake.wildcards.name,
        colour_map=snakemake.params.colour_map,
        threads=snakemake.threads,
    )
