"""Predict several labels at once, or a number, of recordings of held-out people."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.predict_target import predict

    params = snakemake.params
    predict(
        snakemake.input.features,
        predictions=snakemake.output.predictions,
        scores=snakemake.output.scores,
        settings=params.settings,
        sessions=params.sessions,
        folds=params.scores["folds"],
        draws=params.scores["draws"],
        seed=params.seed,
    )
