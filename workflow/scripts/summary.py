"""Collect the figures of all steps."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.summary import summarise

    given, params = snakemake.input, snakemake.params
    restored = dict(zip(params.restoring, given.reconstructions, strict=True))
    summarise(
        given.segments,
        given.split,
        given.rejected,
        snakemake.output[0],
        study=params.study,
        split_by=params.split_by,
        labels=params.labels,
        transductive=params.transductive,
        encoders={
            name: {"history": history, "scores": restored.get(name)}
            for name, history in zip(params.models, given.histories, strict=True)
        },
        maps=dict(zip(params.mapped, given.maps, strict=True)),
        audit=given.audit,
        targets=dict(zip(params.targets, given.targets, strict=True)),
        target_leakage=dict(zip(params.leaking, given.target_leakage, strict=True)),
        target_pairs=given.get("target_pairs"),
        comparison=given.get("comparison"),
        side_by_side=given.get("autoencoders"),
        leakage=given.get("leakage"),
        encoder_benchmark=given.get("encoder_benchmark"),
        embeddings=dict(zip(params.models, given.embeddings, strict=True)),
        classifiers=dict(zip(params.classifiers, given.classifiers, strict=True)),
    )
