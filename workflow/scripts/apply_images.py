"""Cut new recordings into segments and make the images that the encoder reads."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.apply_images import apply_images

    apply_images(
        snakemake.input.resampled,
        snakemake.output.segments,
        snakemake.output.images,
        snakemake.input.model,
    )
