"""Draw the map to explore, with the image and the signal of the segment under the pointer."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.caveats import map_caveat
    from biospectra.report.map_page import write_map_page

    params = snakemake.params
    write_map_page(
        snakemake.input.positions,
        snakemake.output[0],
        segments=snakemake.input.segments,
        inputs=snakemake.input.inputs,
        labels=params.labels,
        colour_map=params.colour_map,
        fit_on=params.fit_on,
        name=snakemake.wildcards.model,
        columns=params.columns,
        caveat=map_caveat(params.fit_on, params.split_by, params.by_label, params.transductive),
    )
