"""Measure encoders and tables of features by person, by labelled people, and what they hold."""

from pathlib import Path

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.sources.mirrored import bring_folder
    from biospectra.steps.benchmark_encoders import benchmark_encoders

    params = snakemake.params
    settings, folds = params.settings, params.folds
    kept, records = Path(params.benchmarks), {}
    bring_folder(kept)
    waiting, folded = list(snakemake.input.features), {}
    for name, learnt in zip(settings["features"], params.encoders, strict=True):
        own = [waiting.pop(0) for _ in range(folds if learnt else 1)]
        folded[name] = own if learnt else own * folds
        if learnt:
            made = [f"train_fold_encoder/{{}}/{name}.tsv"]
            made += [f"encode_fold/{{}}/{file.format(model=name)}.tsv" for file in params.encoded]
            records[name] = [
                [str(kept / path.format(f"cross_validation/{k}")) for path in made]
                for k in range(folds)
            ]
        else:
            records[name] = [[str(kept / f"feature_table/{name}.tsv")]]
    benchmark_encoders(
        folded,
        snakemake.input.splits,
        snakemake.input.recorders,
        scores=snakemake.output.scores,
        table=snakemake.output.table,
        jobs=records,
        twins=[tuple(pair) for pair in params.twins],
        transductive=params.transductive,
        labels=params.labels,
        classifier=settings["classifier"],
        tune=settings["tune"],
        pooling=settings["pooling"],
        label_shares=settings["label_shares"],
        label_draws=settings["label_draws"],
        window_s=params.window_s,
        sessions=params.sessions,
        draws=params.draws,
        seed=params.seed,
        threads=snakemake.threads,
    )
