"""Put the encoder's features of some shards each together as those of all."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.encode import join_parts

    join_parts(snakemake.input.parts, snakemake.input.split, snakemake.output[0])
