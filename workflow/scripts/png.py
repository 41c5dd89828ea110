"""Write PNG files of segments and a contact sheet of each class."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.png import write_pngs

    write_pngs(
        snakemake.input.images,
        snakemake.output.folder,
        dict(zip(snakemake.params.labels, snakemake.output.sheets, strict=True)),
        **snakemake.params.settings,
    )
