"""Write the encoder's features of new recordings."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.encode_new import encode_new

    encode_new(
        snakemake.input.images,
        snakemake.input.model,
        snakemake.output[0],
        threads=snakemake.threads,
    )
