"""Read a shard's recordings, clean them and bring them to the study's sampling rate."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.resample import resample_shard

    cleaning = dict(snakemake.params.settings)
    common_band = cleaning.pop("common_band")
    resample_shard(
        snakemake.params.recordings,
        snakemake.input.folder,
        snakemake.output.signals,
        snakemake.output.rejected,
        rate_hz=cleaning.pop("rate_hz"),
        scale=cleaning.pop("scale"),
        cleaning=cleaning,
        band=snakemake.input.band if common_band else None,
        columns=snakemake.params.columns,
        with_events=snakemake.params.with_events,
        fingerprints=snakemake.output.fingerprints,
        on_bad_recording=snakemake.params.on_bad_recording,
    )
