"""Draw one segment of each class with its spectrum and its images."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.examples import draw_examples
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    shards = len(snakemake.input.segments)
    draw_examples(
        snakemake.input.segments,
        {
            name: snakemake.input.images[i * shards : (i + 1) * shards]
            for i, name in enumerate(snakemake.params.images)
        },
        list(snakemake.output),
        labels=snakemake.params.labels,
        colour_map=snakemake.params.colour_map,
    )
