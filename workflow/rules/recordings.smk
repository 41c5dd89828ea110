"""From the table of recordings to segments of training, validation and test."""


rule download:
    """Fetch the original files of a shard's recordings."""
    input:
        files=local_files,
    output:
        folder=directory("<results>/recordings/{shard}"),
    log:
        "<logs>/download/{shard}.log",
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(240),
        downloads=1,
    params:
        recordings=rows_of_shard,
        cache=config["cache"],
        library=library("download"),
    script:
        "../scripts/download.py"


rule resample:
    """Read, clean and resample a shard's recordings."""
    input:
        folder="<results>/recordings/{shard}",
    output:
        "<results>/resampled/{shard}.h5",
    log:
        "<logs>/resample/{shard}.log",
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(60),
    params:
        recordings=rows_of_shard,
        settings=config["resample"],
        library=library("resample"),
    script:
        "../scripts/resample.py"


rule segment:
    """Cut a shard's signals into segments and judge the quality of each."""
    input:
        resampled="<results>/resampled/{shard}.h5",
    output:
        "<results>/segments/{shard}.h5",
    log:
        "<logs>/segment/{shard}.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(30),
    params:
        settings=config["segments"],
        library=library("segment"),
    script:
        "../scripts/segment.py"


rule split:
    """Share the good segments out to training, validation and test, by subject."""
    input:
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
    output:
        "<results>/split.tsv",
    log:
        "<logs>/split.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(15),
    params:
        labels=config["labels"],
        given=given_splits(),
        settings=config["split"],
        seed=config["seed"],
        library=library("split"),
    script:
        "../scripts/split.py"
