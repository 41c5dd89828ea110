"""What else than physiology could distinguish the classes."""


rule recorder:
    """Describe what a shard's recordings tell of their recorders."""
    input:
        folder="<results>/recordings/{shard}",
    output:
        "<results>/audit/{shard}.tsv",
    log:
        "<logs>/recorder/{shard}.log",
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=4, of=largest_mb),
        runtime=grows(60, per_input_mb=0.02, of=shard_mb),
    params:
        recordings=shard_rows(*READING),
        library=library("recorder"),
    script:
        "../scripts/recorder.py"


rule audit:
    """Measure how well what is not physiology predicts the class."""
    input:
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        split="<results>/split.tsv",
        recorders=collect("<results>/audit/{shard}.tsv", shard=SHARDS),
    output:
        scores="<results>/audit/audit.json",
        figure=drawn(
            "<results>/audit/audit",
            caption="audit",
            category="Audit",
            labels={"figure": "recorders and classes"},
        ),
    log:
        "<logs>/audit.log",
    benchmark:
        "<benchmarks>/audit.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000),
        runtime=grows(60),
    params:
        settings=config["scores"],
        labels=config["labels"],
        common_band=config["resample"]["common_band"],
        columns=config["columns"],
        seed=config["seed"],
        look=LOOK,
        library=library("audit"),
    script:
        "../scripts/audit.py"
