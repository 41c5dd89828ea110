"""Show which parts of test segments spoke for each label, or raised or lowered a number."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.explain_target import explain_target

    use_look(**snakemake.params.look)
    explain_target(
        snakemake.input.inputs,
        snakemake.input.split,
        snakemake.input.model,
        snakemake.input.segments,
        snakemake.input.scores,
        output=snakemake.output.arrays,
        figures=snakemake.output.picture,
        settings=snakemake.params.settings,
        name=snakemake.wildcards.target,
        colour_map=snakemake.params.colour_map,
        threads=snakemake.threads,
    )
