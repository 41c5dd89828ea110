"""Share the good segments out to training, validation and test, by subject."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.rows import read_rows
    from biospectra.split import split_rows

    split = split_rows(
        read_rows(snakemake.input.segments).drop(columns=["file", "index"]),
        labels=snakemake.params.labels,
        given=snakemake.params.given,
        seed=snakemake.params.seed,
        **snakemake.params.settings,
    )
    print(split.groupby(["label", "split"]).size().unstack(fill_value=0))
    split.to_csv(snakemake.output[0], sep="\t", index=False)
