"""Draw the map to explore, with the image and the signal of the segment under the pointer."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.map_page import write_map_page

    write_map_page(
        snakemake.input.positions,
        snakemake.output[0],
        segments=snakemake.input.segments,
        inputs=snakemake.input.inputs,
        labels=snakemake.params.labels,
        colour_map=snakemake.params.colour_map,
        fit_on=snakemake.params.fit_on,
        name=snakemake.wildcards.model,
        columns=snakemake.params.columns,
    )
