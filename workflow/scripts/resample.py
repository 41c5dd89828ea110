"""Read a shard's recordings, clean them and bring them to the study's sampling rate."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.recordings import resample_shard

    resample_shard(
        snakemake.params.recordings,
        snakemake.input.folder,
        snakemake.output[0],
        **snakemake.params.settings,
    )
