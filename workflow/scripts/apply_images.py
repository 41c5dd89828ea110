"""Cut new recordings into segments and make all that the model's parts read."""

from pathlib import Path

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.apply_images import apply_images

    apply_images(
        snakemake.input.resampled,
        Path(snakemake.output.segments).parent,
        snakemake.input.model,
        sessions=snakemake.params.sessions,
    )
