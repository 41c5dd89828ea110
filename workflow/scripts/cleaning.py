"""Draw one recording of each class before and after cleaning, with its spectrum."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.cleaning import draw_cleaning

    draw_cleaning(
        snakemake.params.recordings,
        snakemake.input.folders,
        snakemake.input.resampled,
        snakemake.output[0],
        labels=snakemake.params.labels,
    )
