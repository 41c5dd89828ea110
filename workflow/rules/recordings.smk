"""From the table of recordings to segments of training, validation and test."""


rule download:
    """Fetch the original files of a shard's recordings."""
    input:
        files=local_files,
    output:
        folder=directory("<results>/recordings/{shard}"),
    log:
        "<logs>/download/{shard}.log",
    benchmark:
        "<benchmarks>/download/{shard}.tsv"
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(240),
        downloads=1,
    params:
        recordings=shard_rows(*ORIGINAL, HAS_LOGIN),
        table=config["recordings"],
        stamps=local_stamps,
        cache=config["cache"],
        physionet_base=config["physionet_mirror"],
        on_bad_recording=config["on_bad_recording"],
        library=library("download"),
    script:
        "../scripts/download.py"


rule native_bands:
    """List the native rate and Nyquist frequency of each recording."""
    input:
        folders=collect("<results>/recordings/{shard}", shard=SHARDS),
    output:
        "<results>/native_bands.tsv",
    log:
        "<logs>/native_bands.log",
    benchmark:
        "<benchmarks>/native_bands.tsv"
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(60),
    params:
        recordings=all_rows(*READING),
        library=library("native_bands"),
    script:
        "../scripts/native_bands.py"


rule resample:
    """Read, clean and resample a shard's recordings."""
    input:
        folder="<results>/recordings/{shard}",
        band=branch(
            config["resample"]["common_band"], then="<results>/native_bands.tsv"
        ),
    output:
        signals="<results>/resampled/{shard}.h5",
        rejected="<results>/resampled/{shard}.rejected.tsv",
        fingerprints="<results>/resampled/{shard}.fingerprints.h5",
    log:
        "<logs>/resample/{shard}.log",
    benchmark:
        "<benchmarks>/resample/{shard}.tsv"
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=4, of=largest_mb),
        runtime=grows(60, per_input_mb=0.02, of=shard_mb),
    params:
        recordings=shard_rows(*DESCRIBED),
        with_events=config["segments"]["around"] is not None,
        columns=config["columns"],
        settings=config["resample"],
        on_bad_recording=config["on_bad_recording"],
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
    benchmark:
        "<benchmarks>/segment/{shard}.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(30, per_input_mb=0.02, of=shard_mb),
    params:
        rate_hz=config["resample"]["rate_hz"],
        settings=config["segments"],
        library=library("segment"),
    script:
        "../scripts/segment.py"


rule split:
    """Share the good segments out to training, validation and test, by subject."""
    input:
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        rejected=collect("<results>/resampled/{shard}.rejected.tsv", shard=SHARDS),
        fingerprints=collect(
            "<results>/resampled/{shard}.fingerprints.h5", shard=SHARDS
        ),
    output:
        split="<results>/split.tsv",
        rejected="<results>/rejected.tsv",
        segments="<results>/rejected_segments.tsv",
    log:
        "<logs>/split.log",
    benchmark:
        "<benchmarks>/split.tsv"
    priority: 1  # before images: it may refuse the study
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(15),
    params:
        labels=config["labels"],
        given=given_splits,
        sessions=joined_sessions,
        together=config["channels"] == "together",
        on_missing_channel=config["on_missing_channel"],
        unlabelled=config["unlabelled"],
        settings=config["split"],
        seed=config["seed"],
        library=library("split"),
    script:
        "../scripts/split.py"


rule cleaning:
    """Draw one recording of each class before and after cleaning, with its spectrum."""
    input:
        folders=collect("<results>/recordings/{shard}", shard=SHARDS),
        resampled=collect("<results>/resampled/{shard}.h5", shard=SHARDS),
    output:
        drawn(
            "<results>/png/cleaning",
            caption="cleaning",
            category="Recordings",
            labels={"figure": "before and after cleaning"},
        ),
    log:
        "<logs>/cleaning.log",
    benchmark:
        "<benchmarks>/cleaning.tsv"
    conda:
        "../../envs/recordings.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=4, of=largest_mb),
        runtime=grows(30),
    params:
        recordings=all_rows(*DESCRIBED),
        labels=config["labels"],
        look=LOOK,
        library=library("cleaning"),
    script:
        "../scripts/cleaning.py"
