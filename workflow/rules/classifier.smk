"""The classifiers: on tables of features, images and samples, each judged by a confusion matrix."""


rule feature_table:
    """Compute a table of features of all chosen segments."""
    input:
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        split="<results>/split.tsv",
    output:
        features="<results>/features/{table}.h5",
        table="<results>/features/{table}.tsv",
    log:
        "<logs>/feature_table/{table}.log",
    benchmark:
        "<benchmarks>/feature_table/{table}.tsv"
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000),
        runtime=grows(60, per_input_mb=0.05),
    params:
        settings=lookup(dpath="features/{table}", within=config),
        sessions=sessions_of,
        splits=list(SPLITS),
        library=library_of("feature_table", "features", "table"),
    script:
        "../scripts/feature_table.py"


use rule feature_table as feature_table_to_learn with:
    # Also of segments without a class, which classifiers have no use for and encoders learn from.
    output:
        features="<results>/features/with_unlabelled/{table}.h5",
        table="<results>/features/with_unlabelled/{table}.tsv",
    log:
        "<logs>/feature_table_to_learn/{table}.log",
    benchmark:
        "<benchmarks>/feature_table_to_learn/{table}.tsv"
    params:
        splits=[*SPLITS, UNLABELLED],


rule classify:
    """Choose a scikit-learn classifier, and evaluate it on held-out people."""
    input:
        features=features_of,
        folded=folded_features_of,
    output:
        model="<results>/classifier/{name}/model.skops",
        choice="<results>/classifier/{name}/choice.tsv",
        predictions="<results>/classifier/{name}/predictions.tsv",
        validation="<results>/classifier/{name}/validation_predictions.tsv",
        cost="<results>/classifier/{name}/cost.json",
    log:
        "<logs>/classify/{name}.log",
    benchmark:
        "<benchmarks>/classify/{name}.tsv"
    wildcard_constraints:
        name=one_of(names("classifiers", kind="table")),
    conda:
        "../../envs/learning.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(60, per_input_mb=0.05),
    params:
        settings=lookup(dpath="classifiers/{name}", within=config),
        labels=config["labels"],
        folds=config["scores"]["folds"],
        sessions=sessions_of_classifier,
        seed=config["seed"],
        library=library("classify"),
    script:
        "../scripts/classify.py"


rule predict_target:
    """Predict several labels at once, or a number, of segments of held-out people."""
    input:
        features=features_of_target,
        folded=folded_features_of,
    output:
        model="<results>/target/{target}/model.skops",
        segments="<results>/target/{target}/segments.tsv",
    log:
        "<logs>/predict_target/{target}.log",
    benchmark:
        "<benchmarks>/predict_target/{target}.tsv"
    wildcard_constraints:
        target=one_of(targets_of("features")),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(60, per_input_mb=0.05),
    params:
        settings=lookup(dpath="targets/{target}", within=config),
        folds=config["scores"]["folds"],
        sessions=sessions_of_target,
        seed=config["seed"],
        library=library("predict_target"),
    script:
        "../scripts/predict_target.py"


rule train_target:
    """Train a network that predicts several labels at once, or a number."""
    input:
        inputs=inputs_of("targets", "target"),
        split="<results>/split.tsv",
        start=start_of,
    output:
        model="<results>/target/{target}/model.keras",
        history="<results>/target/{target}/history.tsv",
        segments="<results>/target/{target}/segments.tsv",
        cost="<results>/target/{target}/cost.json",
    log:
        "<logs>/train_target/{target}.log",
    benchmark:
        "<benchmarks>/train_target/{target}.tsv"
    wildcard_constraints:
        target=one_of(targets_of("network", evaluation="holdout")),
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(6000),
        runtime=grows(240, per_input_mb=0.05),
        gpu=lookup(dpath="targets/{target}/network/gpus", within=config),
        without_gpu=config["networks"]["without_gpu"],
    params:
        settings=lookup(dpath="targets/{target}", within=config),
        precision=precision_of("targets", "target"),
        seed=config["seed"],
        library=library_of("train_target", "targets", "target"),
    script:
        "../scripts/train_target.py"


rule score_target:
    """Score what was predicted of recordings of held-out people."""
    input:
        segments="<results>/target/{target}/segments.tsv",
        split="<results>/split.tsv",
    output:
        predictions="<results>/target/{target}/predictions.tsv",
        scores="<results>/target/{target}/scores.json",
    log:
        "<logs>/score_target/{target}.log",
    wildcard_constraints:
        target=one_of(config["targets"]),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        settings=lookup(dpath="targets/{target}", within=config),
        columns=grouping_columns(),
        draws=config["scores"]["draws"],
        seed=config["seed"],
        library=library("score_target"),
    script:
        "../scripts/score_target.py"


rule train_classifier:
    """Train a network that predicts the class and judge it on test segments."""
    input:
        inputs=inputs_of("classifiers", "name"),
        split="<results>/split.tsv",
        start=start_of,
    output:
        model="<results>/classifier/{name}/model.keras",
        history="<results>/classifier/{name}/history.tsv",
        predictions="<results>/classifier/{name}/predictions.tsv",
        validation="<results>/classifier/{name}/validation_predictions.tsv",
        cost="<results>/classifier/{name}/cost.json",
    log:
        "<logs>/train_classifier/{name}.log",
    benchmark:
        "<benchmarks>/train_classifier/{name}.tsv"
    wildcard_constraints:
        name=one_of(networks(evaluation="holdout")),
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(6000),
        runtime=grows(240, per_input_mb=0.05),
        gpu=lookup(dpath="classifiers/{name}/gpus", within=config),
        without_gpu=config["networks"]["without_gpu"],
    params:
        settings=lookup(dpath="classifiers/{name}", within=config),
        precision=precision_of("classifiers", "name"),
        labels=config["labels"],
        split_by=config["split"]["by"],
        calibration_people=calibration_people_of,
        seed=config["seed"],
        library=library_of("train_classifier", "classifiers", "name"),
    script:
        "../scripts/train_classifier.py"


rule explain:
    """Show which parts of correctly classified test segments a network's predictions rest on."""
    input:
        inputs=inputs_of("classifiers", "name"),
        split="<results>/split.tsv",
        model="<results>/classifier/{name}/model.keras",
        predictions="<results>/classifier/{name}/predictions.tsv",
    output:
        arrays="<results>/classifier/{name}/explanation.h5",
        picture=drawn(
            "<results>/classifier/{name}/explanation",
            caption="explanation",
            category="Classifiers",
            labels={"figure": "attribution", "model": "{name}"},
        ),
    log:
        "<logs>/explain/{name}.log",
    benchmark:
        "<benchmarks>/explain/{name}.tsv"
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(6000),
        runtime=grows(60),
        gpu=one_gpu("classifiers", "name"),
    params:
        settings=lookup(dpath="classifiers/{name}", within=config),
        labels=config["labels"],
        colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("explain"),
    script:
        "../scripts/explain.py"


rule explain_target:
    """Show which parts of test segments spoke for each label, or raised or lowered a number."""
    input:
        inputs=inputs_of("targets", "target"),
        split="<results>/split.tsv",
        model="<results>/target/{target}/model.keras",
        segments="<results>/target/{target}/segments.tsv",
        scores="<results>/target/{target}/scores.json",
    output:
        arrays="<results>/target/{target}/explanation.h5",
        picture=drawn(
            "<results>/target/{target}/explanation",
            caption="explanation_of_target",
            category="Targets",
            labels={"figure": "attribution", "model": "{target}"},
        ),
    log:
        "<logs>/explain_target/{target}.log",
    benchmark:
        "<benchmarks>/explain_target/{target}.tsv"
    wildcard_constraints:
        target=one_of(explained_targets()),
    conda:
        NETWORK_ENVIRONMENT
    threads: 8
    resources:
        mem_mb=grows(6000),
        runtime=grows(60),
        gpu=one_gpu("targets", "target"),
    params:
        settings=lookup(dpath="targets/{target}", within=config),
        colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("explain_target"),
    script:
        "../scripts/explain_target.py"


rule confusion_matrix:
    """Score a classifier on held-out people, and draw what it confuses and how sure it is."""
    input:
        predictions="<results>/classifier/{name}/predictions.tsv",
        cost="<results>/classifier/{name}/cost.json",
        repeats=repeats_of,
        validation=validation_of,
    output:
        scores="<results>/classifier/{name}/scores.json",
        uncertainty="<results>/classifier/{name}/uncertainty.json",
        picture=drawn(
            "<results>/classifier/{name}/confusion_matrix",
            caption="confusion_matrix",
            category="Classifiers",
            labels={"figure": "confusion matrix", "model": "{name}"},
        ),
        reliability=drawn(
            "<results>/classifier/{name}/reliability",
            caption="reliability",
            category="Classifiers",
            labels={"figure": "reliability", "model": "{name}"},
        ),
    log:
        "<logs>/confusion_matrix/{name}.log",
    benchmark:
        "<benchmarks>/confusion_matrix/{name}.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        settings=config["scores"],
        labels=config["labels"],
        evaluation=evaluation_of,
        validation_people=say_of_validation_people,
        split_by=config["split"]["by"],
        by_label=config["resample"]["by_label"],
        transductive=transductive_of,
        columns=grouping_columns(),
        seed=config["seed"],
        look=LOOK,
        library=library("confusion_matrix"),
    script:
        "../scripts/confusion_matrix.py"
