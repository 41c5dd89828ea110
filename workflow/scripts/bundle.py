"""Gather a trained model with all that new recordings need."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.bundle import write_bundle

    given, params = snakemake.input, snakemake.params
    write_bundle(
        snakemake.output.folder,
        config=params.config,
        name=snakemake.wildcards.model,
        encoders=dict(zip(params.encoders, given.encoders, strict=True)),
        classifiers=dict(zip(params.classifiers, given.classifiers, strict=True)),
        uncertainty=dict(zip(params.classifiers, given.uncertainty, strict=True)),
        choices=dict(zip(params.chosen, given.choices, strict=True)),
        scores=dict(zip(params.classifiers, given.scores, strict=True)),
        targets=dict(zip(params.targets, given.targets, strict=True)),
        target_scores=dict(zip(params.targets, given.target_scores, strict=True)),
        features=given.features or None,
        folded=list(given.folded),
        reducer=given.reducer or None,
        positions=given.positions or None,
        segments=given.segments,
        channels=params.channels,
        joined=params.joined,
        split=given.split,
        band=given.band if params.limited else None,
    )
