"""Fetch the original files of a shard's recordings, byte for byte as published."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.download import download_shard

    download_shard(
        snakemake.params.recordings,
        snakemake.output.folder,
        cache=snakemake.params.cache,
        table=snakemake.params.table,
        physionet_base=snakemake.params.physionet_base,
        on_bad_recording=snakemake.params.on_bad_recording,
    )
