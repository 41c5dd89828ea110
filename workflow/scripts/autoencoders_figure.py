"""Draw the autoencoders side by side: errors and probes over the size of the latent."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.report.autoencoders import draw_autoencoders
    from biospectra.report.style import use_look

    use_look(**snakemake.params.look)
    draw_autoencoders(snakemake.input[0], list(snakemake.output))
