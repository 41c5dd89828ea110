"""Classify new recordings, place them on the map, and tell how unlike the training they are."""

from pathlib import Path

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.apply_judge import apply_judge

    apply_judge(
        Path(snakemake.input.segments).parent,
        snakemake.input.model,
        sessions=snakemake.params.sessions,
        table=snakemake.output.table,
        recordings=snakemake.output.recordings,
        drift=snakemake.output.drift,
        pictures=[snakemake.output.picture, snakemake.output.svg],
        page=snakemake.output.page,
    )
