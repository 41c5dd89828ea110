"""Make the image of each good segment of a shard."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.image import image_shard

    image_shard(
        snakemake.input.segments,
        snakemake.input.resampled,
        snakemake.output[0],
        rate_hz=snakemake.params.rate_hz,
        settings=snakemake.params.settings,
    )
