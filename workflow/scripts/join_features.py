"""Put the encoder's features of some shards each together, in the order of split.tsv."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.store.dataset import read_split
    from biospectra.store.encoded import join_encoded

    order = read_split(snakemake.input.split)[["recording", "segment"]]
    join_encoded(snakemake.input.parts, order, snakemake.output[0])
