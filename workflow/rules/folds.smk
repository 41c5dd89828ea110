"""Networks of a cross-validation: trained anew in each fold, without the people that it holds out."""


rule fold_split:
    """Share the segments out as a fold does: who is held out, who is learnt from."""
    input:
        "<results>/split.tsv",
    output:
        "<results>/folds/{assignment}/{fold}/split.tsv",
    log:
        "<logs>/fold_split/{assignment}/{fold}.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        assignment=lookup(dpath="{assignment}", within=ASSIGNMENTS),
        library=library("fold_split"),
    script:
        "../scripts/fold_split.py"


use rule train_encoder as train_fold_encoder with:
    input:
        inputs=inputs_of("encoders", "model"),
        split="<results>/folds/{assignment}/{fold}/split.tsv",
        file=network_file_of,
        tables=tables_taught,
    output:
        model="<results>/folds/{assignment}/{fold}/encoder/{model}/model.keras",
        encoder="<results>/folds/{assignment}/{fold}/encoder/{model}/encoder.keras",
        history="<results>/folds/{assignment}/{fold}/encoder/{model}/history.tsv",
    log:
        "<logs>/train_fold_encoder/{assignment}/{fold}/{model}.log",
    benchmark:
        "<benchmarks>/train_fold_encoder/{assignment}/{fold}/{model}.tsv"
    params:
        seed=seed_of,


use rule encode as encode_fold with:
    input:
        inputs=encoded_inputs,
        split="<results>/folds/{assignment}/{fold}/split.tsv",
        encoder="<results>/folds/{assignment}/{fold}/encoder/{model}/encoder.keras",
    output:
        encoded_file("<results>/folds/{assignment}/{fold}/features/{model}"),
    log:
        f"<logs>/encode_fold/{{assignment}}/{{fold}}/{ENCODED_AS}.log",
    benchmark:
        f"<benchmarks>/encode_fold/{{assignment}}/{{fold}}/{ENCODED_AS}.tsv"


if IN_BLOCKS:

    use rule join_features as join_fold_features with:
        input:
            parts=collect(
                "<results>/folds/{{assignment}}/{{fold}}/features/{{model}}/{block}.h5",
                block=ENCODED_BLOCKS,
            ),
            split="<results>/folds/{assignment}/{fold}/split.tsv",
        output:
            "<results>/folds/{assignment}/{fold}/features/{model}.h5",
        log:
            "<logs>/join_fold_features/{assignment}/{fold}/{model}.log",


use rule train_classifier as train_fold_classifier with:
    input:
        inputs=inputs_of("classifiers", "name"),
        split="<results>/folds/{assignment}/{fold}/split.tsv",
        start=start_of,
    output:
        model="<results>/folds/{assignment}/{fold}/classifier/{name}/model.keras",
        history="<results>/folds/{assignment}/{fold}/classifier/{name}/history.tsv",
        predictions="<results>/folds/{assignment}/{fold}/classifier/{name}/predictions.tsv",
        cost="<results>/folds/{assignment}/{fold}/classifier/{name}/cost.json",
    log:
        "<logs>/train_fold_classifier/{assignment}/{fold}/{name}.log",
    benchmark:
        "<benchmarks>/train_fold_classifier/{assignment}/{fold}/{name}.tsv"
    wildcard_constraints:
        name=one_of(folded_networks()),
    params:
        seed=seed_of,


rule final_split:
    """Share the segments out for networks that are kept for new recordings, which learn from all."""
    input:
        "<results>/split.tsv",
    output:
        "<results>/final_split.tsv",
    log:
        "<logs>/final_split.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        seed=config["seed"],
        library=library("final_split"),
    script:
        "../scripts/final_split.py"


use rule train_classifier as train_final_classifier with:
    input:
        inputs=inputs_of("classifiers", "name"),
        split="<results>/final_split.tsv",
        start=start_of,
    output:
        model="<results>/classifier/{name}/model.keras",
        history="<results>/classifier/{name}/history.tsv",
    log:
        "<logs>/train_final_classifier/{name}.log",
    benchmark:
        "<benchmarks>/train_final_classifier/{name}.tsv"
    wildcard_constraints:
        name=one_of(folded_networks()),


rule join_folds:
    """Put the predictions of a network's folds together, once nobody is found to have leaked."""
    input:
        predictions=of_each_fold("classifier/{name}/predictions.tsv"),
        splits=fold_splits_of,
        costs=of_each_fold("classifier/{name}/cost.json"),
    output:
        predictions="<results>/classifier/{name}/predictions.tsv",
        cost="<results>/classifier/{name}/cost.json",
    log:
        "<logs>/join_folds/{name}.log",
    wildcard_constraints:
        name=one_of(folded_networks()),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        library=library("join_folds"),
    script:
        "../scripts/join_folds.py"


use rule join_folds as join_repeated_folds with:
    output:
        predictions="<results>/folds/{assignment}/classifier/{name}/predictions.tsv",
        cost="<results>/folds/{assignment}/classifier/{name}/cost.json",
    log:
        "<logs>/join_repeated_folds/{assignment}/{name}.log",


use rule train_target as train_fold_target with:
    input:
        inputs=inputs_of("targets", "target"),
        split="<results>/folds/{assignment}/{fold}/split.tsv",
        start=start_of,
    output:
        model="<results>/folds/{assignment}/{fold}/target/{target}/model.keras",
        history="<results>/folds/{assignment}/{fold}/target/{target}/history.tsv",
        segments="<results>/folds/{assignment}/{fold}/target/{target}/segments.tsv",
        cost="<results>/folds/{assignment}/{fold}/target/{target}/cost.json",
    log:
        "<logs>/train_fold_target/{assignment}/{fold}/{target}.log",
    benchmark:
        "<benchmarks>/train_fold_target/{assignment}/{fold}/{target}.tsv"
    wildcard_constraints:
        target=one_of(folded_targets()),
    params:
        seed=seed_of,


use rule join_folds as join_target_folds with:
    input:
        predictions=of_each_fold("target/{target}/segments.tsv"),
        splits=fold_splits_of,
        costs=of_each_fold("target/{target}/cost.json"),
    output:
        predictions="<results>/target/{target}/segments.tsv",
        cost="<results>/target/{target}/cost.json",
    log:
        "<logs>/join_target_folds/{target}.log",
    wildcard_constraints:
        target=one_of(folded_targets()),
    params:
        column=lookup(dpath="targets/{target}/column", within=config),


# After the folds, of whose labels it learns those that all of them know.
use rule train_target as train_final_target with:
    input:
        inputs=inputs_of("targets", "target"),
        split="<results>/final_split.tsv",
        start=start_of,
        scored="<results>/target/{target}/segments.tsv",
    output:
        model="<results>/target/{target}/model.keras",
        history="<results>/target/{target}/history.tsv",
    log:
        "<logs>/train_final_target/{target}.log",
    benchmark:
        "<benchmarks>/train_final_target/{target}.tsv"
    wildcard_constraints:
        target=one_of(folded_targets()),


use rule classify as classify_repeated with:
    output:
        model="<results>/folds/{assignment}/classifier/{name}/model.skops",
        choice="<results>/folds/{assignment}/classifier/{name}/choice.tsv",
        predictions="<results>/folds/{assignment}/classifier/{name}/predictions.tsv",
        cost="<results>/folds/{assignment}/classifier/{name}/cost.json",
    log:
        "<logs>/classify_repeated/{assignment}/{name}.log",
    benchmark:
        "<benchmarks>/classify_repeated/{assignment}/{name}.tsv"
    params:
        seed=seed_of,
