"""Encoders of a cross-validation: trained anew in each fold, without the people that it holds out."""


rule fold_split:
    """Share the segments out as a fold does: who is held out, who is learnt from."""
    input:
        "<results>/split.tsv",
    output:
        "<results>/folds/{fold}/split.tsv",
    log:
        "<logs>/fold_split/{fold}.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        folds=config["scores"]["folds"],
        seed=config["seed"],
        library=library("fold_split"),
    script:
        "../scripts/fold_split.py"


use rule train_autoencoder as train_fold_encoder with:
    input:
        inputs=inputs_of("autoencoders", "model"),
        split="<results>/folds/{fold}/split.tsv",
    output:
        model="<results>/folds/{fold}/autoencoder/{model}/model.keras",
        encoder="<results>/folds/{fold}/autoencoder/{model}/encoder.keras",
        history="<results>/folds/{fold}/autoencoder/{model}/history.tsv",
    log:
        "<logs>/train_fold_encoder/{fold}/{model}.log",
    benchmark:
        "<benchmarks>/train_fold_encoder/{fold}/{model}.tsv"


use rule encode as encode_fold with:
    input:
        inputs=inputs_of("autoencoders", "model"),
        split="<results>/folds/{fold}/split.tsv",
        encoder="<results>/folds/{fold}/autoencoder/{model}/encoder.keras",
    output:
        "<results>/folds/{fold}/features/{model}.h5",
    log:
        "<logs>/encode_fold/{fold}/{model}.log",
    benchmark:
        "<benchmarks>/encode_fold/{fold}/{model}.tsv"
