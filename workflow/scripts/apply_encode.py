"""Write what the model's networks make of new recordings."""

from pathlib import Path

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.apply_encode import apply_encode

    apply_encode(
        Path(snakemake.input.segments).parent, snakemake.input.model, threads=snakemake.threads
    )
