"""Write down where the results come from: versions, config, sources, machine, costs."""

from biospectra.job import logged

with logged(snakemake.log[0]):
    from biospectra.steps.provenance import write_provenance

    write_provenance(
        snakemake.input.folders,
        snakemake.output[0],
        config=snakemake.params.config,
        table=snakemake.params.recordings,
        snakemake=snakemake.params.snakemake,
        logs=snakemake.params.logs,
        benchmarks=snakemake.params.benchmarks,
    )
