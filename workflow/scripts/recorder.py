"""Describe what a shard's recordings tell of their recorders."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.recorder import describe_recorders

    describe_recorders(snakemake.params.recordings, snakemake.input.folder, snakemake.output[0])
