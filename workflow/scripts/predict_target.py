"""Predict several labels at once, or a number, of segments of held-out people."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.predict_target import predict

    params = snakemake.params
    features, folded = snakemake.input.features, snakemake.input.folded
    count = len(features)
    predict(
        features,
        [folded[first : first + count] for first in range(0, len(folded), count)],
        model=snakemake.output.model,
        segments=snakemake.output.segments,
        settings=params.settings,
        sessions=params.sessions,
        folds=params.folds,
        seed=params.seed,
    )
