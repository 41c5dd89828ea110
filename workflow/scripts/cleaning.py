"""Draw one recording of each class before and after cleaning, with its spectrum."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.cleaning import draw_cleaning
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_cleaning(
        snakemake.params.recordings,
        snakemake.input.folders,
        snakemake.input.resampled,
        list(snakemake.output),
        labels=snakemake.params.labels,
    )
