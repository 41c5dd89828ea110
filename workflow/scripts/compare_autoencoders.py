"""Compare all autoencoders, and PCA of the same sizes, on the same test people."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from pathlib import Path

    from biospectra.evaluation.caveats import caveat, transductive_encoders
    from biospectra.steps.compare_autoencoders import compare_autoencoders

    given, params = snakemake.input, snakemake.params
    made = (given.models, given.histories, given.features, given.embeddings)
    files = zip(params.autoencoders, *made, strict=True)
    images = [Path(file) for file in given.get("images", [])]
    compare_autoencoders(
        {
            name: {
                "settings": params.autoencoders[name],
                "model": model,
                "history": history,
                "features": features,
                "embedding": embedding,
            }
            for name, model, history, features, embedding in files
        },
        {"samples": given.segments}
        | {p.parent.name: [str(f) for f in images if f.parent == p.parent] for p in images},
        given.resampled,
        given.split,
        output=snakemake.output.scores,
        table=snakemake.output.table,
        images=params.images,
        labels=params.labels,
        optimistic=caveat(
            "holdout",
            params.split_by,
            params.by_label,
            transductive_encoders({"encoders": params.autoencoders}, list(params.autoencoders)),
        ),
        draws=params.settings["draws"],
        seed=params.seed,
        threads=snakemake.threads,
    )
