"""Draw the loss and the accuracy of a training, epoch by epoch."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.learning_curve import draw_learning_curve
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_learning_curve(
        snakemake.input[0],
        list(snakemake.output),
        title=f"Training of {snakemake.wildcards.network}",
        kind=snakemake.params.kind,
    )
