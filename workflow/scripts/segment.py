"""Cut a shard's signals into segments, label and judge the quality of each."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.segment import segment_shard

    settings = dict(snakemake.params.settings)
    segment_shard(
        snakemake.input.resampled,
        snakemake.output[0],
        rate_hz=snakemake.params.rate_hz,
        **settings.pop("quality"),
        **settings,
    )
