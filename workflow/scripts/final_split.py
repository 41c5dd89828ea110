"""Share the segments out for networks that are kept for new recordings, which learn from all."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.fold_splits import split_of_all
    from biospectra.store.dataset import read_split
    from biospectra.store.tables import write_tsv

    made = split_of_all(read_split(snakemake.input[0]), seed=snakemake.params.seed)
    print(made.groupby(["label", "split"])["subject"].nunique().unstack(fill_value=0))
    write_tsv(made, snakemake.output[0])
