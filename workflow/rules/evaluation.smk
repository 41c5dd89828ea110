"""Whether scores can be believed: models side by side, and splits that leak."""


rule compare:
    """Compare all classifiers on the people that they share."""
    input:
        predictions=collect(
            "<results>/classifier/{name}/predictions.tsv", name=config["classifiers"]
        ),
        scores=collect(
            "<results>/classifier/{name}/scores.json", name=config["classifiers"]
        ),
        costs=collect(
            "<results>/classifier/{name}/cost.json", name=config["classifiers"]
        ),
    output:
        pairs="<results>/comparison/pairs.json",
        table="<results>/comparison/scores.tsv",
        page=report(
            "<results>/comparison/scores.html",
            caption="../report/classifiers.rst",
            category="Classifiers",
            labels={"figure": "one table of scores and costs", "model": "all"},
        ),
        figure=drawn(
            "<results>/comparison/comparison",
            caption="comparison",
            category="Classifiers",
            labels={"figure": "side by side", "model": "all"},
        ),
    log:
        "<logs>/compare.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        classifiers=list(config["classifiers"]),
        joined=[name for name in config["classifiers"] if joins_channels(name)],
        sessions=joined_sessions,
        settings=config["scores"],
        labels=config["labels"],
        seed=config["seed"],
        look=LOOK,
        library=library("compare"),
    script:
        "../scripts/compare.py"


rule compare_targets:
    """Compare the models of the same target, on the people that they share."""
    input:
        collect("<results>/target/{target}/predictions.tsv", target=config["targets"]),
    output:
        "<results>/comparison/targets.json",
    log:
        "<logs>/compare_targets.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        targets=config["targets"],
        draws=config["scores"]["draws"],
        seed=config["seed"],
        library=library("compare_targets"),
    script:
        "../scripts/compare_targets.py"


rule leakage:
    """Score one model under splits that leak and one that does not."""
    input:
        features=f"<results>/features/{config['leakage']['features']}.h5",
    output:
        scores="<results>/leakage/leakage.json",
        table="<results>/leakage/leakage.tsv",
    log:
        "<logs>/leakage.log",
    benchmark:
        "<benchmarks>/leakage.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(120, per_input_mb=0.1),
    params:
        name=config["leakage"]["features"],
        classifier=config["leakage"]["classifier"],
        settings=config["scores"],
        labels=config["labels"],
        seed=config["seed"],
        library=library("leakage"),
    script:
        "../scripts/leakage.py"


rule target_leakage:
    """Score a target under splits that leak and one that does not."""
    input:
        features=features_of_target,
    output:
        "<results>/target/{target}/leakage.json",
    log:
        "<logs>/target_leakage/{target}.log",
    benchmark:
        "<benchmarks>/target_leakage/{target}.tsv"
    wildcard_constraints:
        target=one_of(config["leakage"]["targets"]),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(120, per_input_mb=0.1),
    params:
        settings=lookup(dpath="targets/{target}", within=config),
        sessions=sessions_of_target,
        folds=config["scores"]["folds"],
        draws=config["scores"]["draws"],
        seed=config["seed"],
        library=library("target_leakage"),
    script:
        "../scripts/target_leakage.py"


rule benchmark_encoders:
    """Measure encoders and tables of features by person, by labelled people, and what they hold."""
    input:
        features=benchmarked_features(),
        splits=benchmark_in_folds("split.tsv"),
        recorders=collect("<results>/audit/{shard}.tsv", shard=SHARDS),
    output:
        scores="<results>/comparison/encoders.json",
        table="<results>/comparison/encoders.tsv",
    log:
        "<logs>/benchmark_encoders.log",
    benchmark:
        "<benchmarks>/benchmark_encoders.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 2
    resources:
        mem_mb=grows(4000, per_input_mb=2),
        runtime=grows(240, per_input_mb=2 if config["benchmark"]["tune"] else 0.2),
    params:
        settings=config["benchmark"],
        encoders=[
            name in config["encoders"] for name in config["benchmark"]["features"]
        ],
        folds=config["scores"]["folds"],
        draws=config["scores"]["draws"],
        labels=config["labels"],
        window_s=config["segments"]["window_s"],
        sessions=benchmark_sessions(),
        twins=benchmark_twins(),
        transductive=transductive_encoders(config, config["benchmark"]["features"]),
        benchmarks=str(path_of("<benchmarks>")),
        encoded=encoded_by_jobs,
        seed=config["seed"],
        library=library("benchmark_encoders"),
    script:
        "../scripts/benchmark_encoders.py"
