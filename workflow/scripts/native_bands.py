"""List the native rate and Nyquist frequency of each recording."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.native_bands import native_bands

    native_bands(snakemake.params.recordings, snakemake.input.folders, snakemake.output[0])
