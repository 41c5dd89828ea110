"""Share the good segments out to training, validation and test, by subject."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.evaluation.split import left_out, split_rows
    from biospectra.store.quarantine import read_rejected, write_rejected
    from biospectra.store.rows import read_recordings, read_rows

    rows = read_rows(snakemake.input.segments).drop(columns=["file", "index"])
    rejected = read_rejected(snakemake.input.rejected)
    recordings = read_recordings(snakemake.input.segments)
    write_rejected(left_out(rejected, recordings, rows), snakemake.output.rejected)
    bad = rows[rows["quality"] != "ok"].sort_values(["recording", "segment"])
    bad.to_csv(snakemake.output.segments, sep="\t", index=False)
    split = split_rows(
        rows,
        labels=snakemake.params.labels,
        given=snakemake.params.given,
        seed=snakemake.params.seed,
        sessions=snakemake.params.sessions,
        **snakemake.params.settings,
    )
    print(split.groupby(["label", "split"]).size().unstack(fill_value=0))
    split.to_csv(snakemake.output.split, sep="\t", index=False)
