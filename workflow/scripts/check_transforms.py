"""Check resampling and images with signals whose transforms are known, before hours of work."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.check_transforms import check_study
    from biospectra.store.native_rates import native_rates

    use_look(**snakemake.params.look)
    check_study(
        snakemake.params.images,
        rate_hz=snakemake.params.rate_hz,
        window_s=snakemake.params.window_s,
        native_rates_hz=native_rates(snakemake.input.bands),
        table=snakemake.output.table,
        figures=snakemake.output.figure,
        colour_map=snakemake.params.colour_map,
    )
