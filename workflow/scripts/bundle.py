"""Gather a trained model with all that new recordings need."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.bundle import write_bundle

    write_bundle(
        snakemake.input.features,
        snakemake.input.encoder,
        snakemake.input.reducer,
        snakemake.input.positions,
        snakemake.output.folder,
        config=snakemake.params.config,
        name=snakemake.wildcards.model,
        classifiers=dict(
            zip(snakemake.params.classifiers, snakemake.input.classifiers, strict=True)
        ),
        choices=dict(zip(snakemake.params.classifiers, snakemake.input.choices, strict=True)),
        band=snakemake.input.band if snakemake.params.limited else None,
    )
