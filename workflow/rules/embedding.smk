"""The map of the encoder's features."""


rule umap:
    """Place the features of test segments on a map, and score how well groups separate."""
    input:
        features="<results>/features/{model}.h5",
    output:
        table="<results>/umap/{model}/map.tsv",
        scores="<results>/umap/{model}/scores.json",
        reducer="<results>/umap/{model}/umap.npz",
    log:
        "<logs>/umap/{model}.log",
    benchmark:
        "<benchmarks>/umap/{model}.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(60, per_input_mb=0.05),
    params:
        settings={key: of for key, of in config["umap"].items() if key != "seeds"},
        labels=config["labels"],
        window_s=config["segments"]["window_s"],
        draws=config["scores"]["draws"],
        seed=config["seed"],
        library=library("umap_features"),
    script:
        "../scripts/umap_features.py"


rule map_page:
    """Draw the map to explore, with the image and the signal of the segment under the pointer."""
    input:
        positions="<results>/umap/{model}/map.tsv",
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        inputs=inputs_of("encoders", "model"),
    output:
        report(
            "<results>/umap/{model}/map.html",
            caption="../report/map_page.rst",
            category="Map",
            labels={"figure": "interactive", "model": "{model}"},
        ),
    log:
        "<logs>/map_page/{model}.log",
    benchmark:
        "<benchmarks>/map_page/{model}.tsv"
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(2000),
        runtime=grows(30),
    params:
        labels=config["labels"],
        colour_map=COLOUR_MAP,
        fit_on=config["umap"]["fit_on"],
        columns=config["columns"],
        split_by=config["split"]["by"],
        by_label=config["resample"]["by_label"],
        transductive=transductive_map,
        library=library("map_page"),
    script:
        "../scripts/map_page.py"


rule bundle:
    """Gather a trained model with all that new recordings need."""
    input:
        features=novelty_features,
        folded=novelty_in_folds,
        encoders=encoder_files,
        reducer=of_encoder("umap.npz"),
        positions=of_encoder("map.tsv"),
        classifiers=classifier_files,
        choices=choice_files,
        scores=held_scores,
        uncertainty=uncertainty_files,
        targets=target_files(),
        target_scores=collect(
            "<results>/target/{target}/scores.json", target=config["targets"]
        ),
        segments=collect("<results>/segments/{shard}.h5", shard=SHARDS),
        split="<results>/split.tsv",
        band=branch(
            config["resample"]["common_band"], then="<results>/native_bands.tsv"
        ),
    output:
        folder=directory("<results>/model/{model}"),
    log:
        "<logs>/bundle/{model}.log",
    benchmark:
        "<benchmarks>/bundle/{model}.tsv"
    wildcard_constraints:
        model=one_of(model_names(config)),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(30),
    params:
        config=config,
        encoders=encoders_in,
        classifiers=classifiers_in,
        targets=list(config["targets"]),
        chosen=tables_in,
        channels=FACTS["channels"],
        joined=joined_channels(),
        limited=config["resample"]["common_band"],
        library=library("bundle"),
    script:
        "../scripts/bundle.py"


rule maps:
    """Place test segments on maps by PCA, t-SNE and UMAP, side by side."""
    input:
        features="<results>/features/{features}.h5",
    output:
        scores="<results>/maps/{features}.json",
        table="<results>/maps/{features}.tsv",
    log:
        "<logs>/maps/{features}.log",
    benchmark:
        "<benchmarks>/maps/{features}.tsv"
    wildcard_constraints:
        features=one_of([*config["encoders"], *config["features"]]),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(4000, per_input_mb=6),
        runtime=grows(60, per_input_mb=0.05),
    params:
        settings=config["umap"],
        window_s=config["segments"]["window_s"],
        draws=config["scores"]["draws"],
        seed=config["seed"],
        library=library("maps"),
    script:
        "../scripts/maps.py"
