"""Write PNG files of segments and a contact sheet of each class."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.style import use_look
    from biospectra.steps.png import write_pngs

    use_look(**snakemake.params.look)
    labels, sheets = snakemake.params.labels, list(snakemake.output.sheets)
    formats = len(sheets) // len(labels)
    write_pngs(
        snakemake.input.images,
        snakemake.output.folder,
        {label: sheets[k * formats : (k + 1) * formats] for k, label in enumerate(labels)},
        sheet_colour_map=snakemake.params.sheet_colour_map,
        **snakemake.params.settings,
    )
