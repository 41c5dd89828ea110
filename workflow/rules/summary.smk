"""The run's figures in one place."""

from snakemake import __version__ as snakemake_version

MAPPED = [*MODELS, *config["features"]] if config["umap"]["seeds"] else []
CLASSIFIERS = list(config["classifiers"])

# The text of the workflow's definition, by file, the Snakefile first.
DEFINITION = {"Snakefile": Path(workflow.source_path("../Snakefile")).read_text()}
DEFINITION |= {
    f"rules/{name}": Path(workflow.source_path(name)).read_text()
    for name in re.findall(r'include: "rules/(\w+\.smk)"', DEFINITION["Snakefile"])
}


rule summary:
    """Collect the figures of all steps."""
    input:
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        split="<results>/split.tsv",
        rejected="<results>/rejected.tsv",
        histories=collect("<results>/encoder/{model}/history.tsv", model=MODELS),
        reconstructions=collect(
            "<results>/encoder/{model}/reconstruction.json",
            model=RESTORING,
        ),
        embeddings=collect("<results>/umap/{model}/scores.json", model=MODELS),
        classifiers=collect("<results>/classifier/{name}/scores.json", name=CLASSIFIERS),
        targets=collect(
            "<results>/target/{target}/scores.json", target=config["targets"]
        ),
        target_pairs=branch(
            pairs_of(config["targets"]), then="<results>/comparison/targets.json"
        ),
        target_leakage=collect(
            "<results>/target/{target}/leakage.json",
            target=config["leakage"]["targets"],
        ),
        maps=collect("<results>/maps/{features}.json", features=MAPPED),
        audit="<results>/audit/audit.json",
        comparison=branch(CLASSIFIERS, then="<results>/comparison/pairs.json"),
        autoencoders=branch(
            compares_autoencoders(), then="<results>/comparison/autoencoders.json"
        ),
        encoder_benchmark=branch(
            config["benchmark"]["features"], then="<results>/comparison/encoders.json"
        ),
        leakage=branch(
            config["leakage"]["features"], then="<results>/leakage/leakage.json"
        ),
    output:
        "<results>/summary.json",
    log:
        "<logs>/summary.log",
    benchmark:
        "<benchmarks>/summary.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        study=config["study"],
        split_by=config["split"]["by"],
        labels=config["labels"],
        models=MODELS,
        transductive=transductive_encoders(config, MODELS),
        restoring=RESTORING,
        mapped=MAPPED,
        classifiers=CLASSIFIERS,
        targets=list(config["targets"]),
        leaking=config["leakage"]["targets"],
        library=library("summary"),
    script:
        "../scripts/summary.py"


rule provenance:
    """Write down where the results come from: versions, config, sources, machine, costs."""
    input:
        folders=collect("<results>/recordings/{shard}", shard=SHARDS),
        results=study_results,
    output:
        "<results>/provenance.json",
    log:
        "<logs>/provenance.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        config=config,
        recordings=table_rows,
        snakemake=snakemake_version,
        logs=str(path_of("<logs>")),
        benchmarks=str(path_of("<benchmarks>")),
        library=library("provenance"),
    script:
        "../scripts/provenance.py"


rule paper:
    """Write methods, checklists and datasheet for a paper, and describe the run as an RO-Crate."""
    input:
        summary="<results>/summary.json",
        provenance="<results>/provenance.json",
        page="<results>/study.html",
        split="<results>/split.tsv",
        resampled=collect("<results>/resampled/{shard}.h5", shard=SHARDS),
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        recorders=collect("<results>/audit/{shard}.tsv", shard=SHARDS),
        results=study_results,
    output:
        texts=collect(
            "<results>/paper/{text}",
            text=[
                *("methods.md", "model_info_sheet.md", "reforms.md", "tripod_ai.md"),
                *("datasheet.md", "recordings.tsv", "references.bib"),
            ],
        ),
        workflow=directory("<results>/paper/workflow"),
        crate="<results>/ro-crate-metadata.json",
        page=report(
            "<results>/paper/paper.html",
            caption="../report/paper.rst",
            category="Study",
            labels={"figure": "methods, checklists and datasheet, for a paper"},
        ),
    log:
        "<logs>/paper.log",
    benchmark:
        "<benchmarks>/paper.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        definition=DEFINITION,
        library=library("paper"),
    script:
        "../scripts/paper.py"


rule study_page:
    """Write the page that one opens first: the answer, the scores, and the figures."""
    input:
        summary="<results>/summary.json",
        provenance="<results>/provenance.json",
        figures=[path for path, _ in figures_shown()],
        checks=branch(config["images"], then="<results>/check_transforms.tsv"),
        files=files_linked(),
    output:
        report(
            "<results>/study.html",
            caption="../report/study.rst",
            category="Study",
            labels={"figure": "first page"},
        ),
    log:
        "<logs>/study_page.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        captions=[name for _, name in figures_shown()],
        said=captions_said(),
        later=[str(path_of("<results>/paper/paper.html"))],  # it describes this page, too
        library=library("study_page"),
    script:
        "../scripts/study_page.py"
