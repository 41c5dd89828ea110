"""The encoders: training, reconstruction, features."""


rule train_encoder:
    """Train an encoder, the published autoencoder or one of another kind, on training segments."""
    input:
        inputs=inputs_of("encoders", "model"),
        split=LEARNT_BY,
        file=network_file_of,
        tables=tables_taught,
    output:
        model="<results>/encoder/{model}/model.keras",
        encoder="<results>/encoder/{model}/encoder.keras",
        history="<results>/encoder/{model}/history.tsv",
    log:
        "<logs>/train_encoder/{model}.log",
    benchmark:
        "<benchmarks>/train_encoder/{model}.tsv"
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(8000),
        runtime=grows(720, per_input_mb=0.05),
        gpu=lookup(dpath="encoders/{model}/gpus", within=config),
        without_gpu=config["networks"]["without_gpu"],
    params:
        settings=settings_of_encoder,
        split_by=config["split"]["by"],
        seed=config["seed"],
        sessions=sessions_of_encoder,
        library=library_of("train_encoder", "encoders", "model"),
    script:
        "../scripts/train_encoder.py"


rule reconstruct:
    """Restore the test images and measure how well, beside two baselines."""
    input:
        inputs=inputs_of("encoders", "model"),
        split="<results>/split.tsv",
        model="<results>/encoder/{model}/model.keras",
    output:
        table="<results>/encoder/{model}/reconstruction.tsv",
        scores="<results>/encoder/{model}/reconstruction.json",
        examples="<results>/encoder/{model}/reconstruction.h5",
    log:
        "<logs>/reconstruct/{model}.log",
    benchmark:
        "<benchmarks>/reconstruct/{model}.tsv"
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(8000),
        runtime=grows(120, per_input_mb=0.05),
        gpu=one_gpu("encoders", "model"),
    params:
        settings=settings_of_encoder,
        library=library("reconstruct"),
    script:
        "../scripts/reconstruct.py"


rule encode:
    """Write the encoder's features of the chosen segments of some shards, or of all."""
    input:
        inputs=encoded_inputs,
        split=LEARNT_BY,
        encoder="<results>/encoder/{model}/encoder.keras",
    output:
        encoded_file("<results>/features/{model}"),
    log:
        f"<logs>/encode/{ENCODED_AS}.log",
    benchmark:
        f"<benchmarks>/encode/{ENCODED_AS}.tsv"
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(6000),
        runtime=grows(120, per_input_mb=0.05),
        gpu=one_gpu("encoders", "model"),
    params:
        settings=settings_of_encoder,
        kept=kept_of_encoder,
        library=library("encode"),
    script:
        "../scripts/encode.py"


if IN_BLOCKS:

    rule join_features:
        """Put the encoder's features of some shards each together as those of all."""
        input:
            parts=collect(
                "<results>/features/{{model}}/{block}.h5", block=ENCODED_BLOCKS
            ),
            split=LEARNT_BY,
        output:
            "<results>/features/{model}.h5",
        log:
            "<logs>/join_features/{model}.log",
        conda:
            "../../envs/learning.yaml"
        threads: 1
        resources:
            mem_mb=grows(1000),
            runtime=grows(30, per_input_mb=0.01),
        params:
            library=library("join_features"),
        script:
            "../scripts/join_features.py"


rule export_encoder:
    """Write the encoder in formats of other tools; check that they give the same features."""
    input:
        inputs=inputs_of("encoders", "model"),
        split="<results>/split.tsv",
        encoder="<results>/encoder/{model}/encoder.keras",
    output:
        **EXPORTS,
    log:
        "<logs>/export_encoder/{model}.log",
    benchmark:
        "<benchmarks>/export_encoder/{model}.tsv"
    conda:
        NETWORK_ENVIRONMENT
    threads: 2
    resources:
        mem_mb=grows(4000),
        runtime=grows(30),
    params:
        library=library("export_encoder"),
    script:
        "../scripts/export_encoder.py"


rule compare_autoencoders:
    """Compare all autoencoders, and PCA of the same sizes, on the same test people."""
    input:
        models=collect("<results>/encoder/{model}/model.keras", model=RESTORING),
        histories=collect("<results>/encoder/{model}/history.tsv", model=RESTORING),
        features=collect("<results>/features/{model}.h5", model=RESTORING),
        embeddings=collect("<results>/umap/{model}/scores.json", model=RESTORING),
        images=collect(
            "<results>/{image}/{shard}.h5", image=images_learnt(), shard=SHARDS
        ),
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        resampled=collect("<results>/resampled/{shard}.h5", shard=SHARDS),
        split="<results>/split.tsv",
    output:
        scores="<results>/comparison/autoencoders.json",
        table="<results>/comparison/autoencoders.tsv",
    log:
        "<logs>/compare_autoencoders.log",
    benchmark:
        "<benchmarks>/compare_autoencoders.tsv"
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(8000),
        runtime=grows(240, per_input_mb=0.05),
        gpu=int(any(config["encoders"][name]["gpus"] for name in RESTORING)),
    params:
        autoencoders={
            name: without_joining(config["encoders"][name]) for name in RESTORING
        },
        images=config["images"],
        settings=config["scores"],
        labels=config["labels"],
        split_by=config["split"]["by"],
        by_label=config["resample"]["by_label"],
        seed=config["seed"],
        library=library("compare_autoencoders"),
    script:
        "../scripts/compare_autoencoders.py"
