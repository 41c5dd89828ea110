"""Share the segments out as a fold of the cross-validation does: who is held out, who is not."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.fold_splits import split_of_fold
    from biospectra.store.dataset import read_split
    from biospectra.store.tables import write_tsv

    made = split_of_fold(
        read_split(snakemake.input[0]),
        int(snakemake.wildcards.fold),
        **snakemake.params.assignment,
    )
    print(made.groupby(["label", "split"])["subject"].nunique().unstack(fill_value=0))
    write_tsv(made, snakemake.output[0])
