"""Score what was predicted of recordings of held-out people beside the class."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.score_target import score_segments

    params = snakemake.params
    score_segments(
        snakemake.input.segments,
        snakemake.input.split,
        predictions=snakemake.output.predictions,
        scores=snakemake.output.scores,
        settings=params.settings,
        columns=params.columns,
        draws=params.draws,
        seed=params.seed,
    )
