"""Cut new recordings into segments and make the images that the encoder reads."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.image_new import image_new

    image_new(
        snakemake.input.resampled,
        snakemake.output.segments,
        snakemake.output.images,
        snakemake.input.model,
    )
