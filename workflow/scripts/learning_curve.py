"""Draw the loss and the accuracy of a training, epoch by epoch."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.learning_curve import draw_learning_curve

    draw_learning_curve(
        snakemake.input[0], snakemake.output[0], title=f"Training of {snakemake.wildcards.network}"
    )
