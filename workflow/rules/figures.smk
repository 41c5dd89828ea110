"""Figures of what took long to compute, drawn by rules of their own: a new colour trains nothing."""


rule learning_curve:
    """Draw the loss and the accuracy of a training, epoch by epoch."""
    input:
        "<results>/{part}/{network}/history.tsv",
    output:
        drawn(
            "<results>/{part}/{network}/learning_curve",
            caption="learning_curve",
            category=network_category,
            labels={"figure": "learning curve", "model": "{network}"},
        ),
    log:
        "<logs>/learning_curve/{part}/{network}.log",
    wildcard_constraints:
        part="encoder|classifier|target",
        network=one_of(
            [*config["encoders"], *config["classifiers"], *targets_of("network")]
        ),
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        kind=kind_of_network,
        look=LOOK,
        library=library("learning_curve"),
    script:
        "../scripts/learning_curve.py"


rule reconstruction_figure:
    """Draw test segments beside their reconstructions."""
    input:
        "<results>/encoder/{model}/reconstruction.h5",
    output:
        drawn(
            "<results>/encoder/{model}/reconstruction",
            caption="reconstruction",
            category="Encoders",
            labels={"figure": "reconstructions", "model": "{model}"},
        ),
    log:
        "<logs>/reconstruction_figure/{model}.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        labels=config["labels"],
        colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("reconstruction_figure"),
    script:
        "../scripts/reconstruction_figure.py"


rule autoencoders_figure:
    """Draw the autoencoders side by side: errors and probes over the size of the latent."""
    input:
        "<results>/comparison/autoencoders.json",
    output:
        drawn(
            "<results>/comparison/autoencoders",
            caption="compare_autoencoders",
            category="Encoders",
            labels={"figure": "side by side", "model": "all"},
        ),
    log:
        "<logs>/autoencoders_figure.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        look=LOOK,
        library=library("autoencoders_figure"),
    script:
        "../scripts/autoencoders_figure.py"


rule leakage_figure:
    """Draw the score by the unit of splitting."""
    input:
        "<results>/leakage/leakage.json",
    output:
        drawn(
            "<results>/leakage/leakage",
            caption="leakage",
            category="Audit",
            labels={"figure": "what random segments add"},
        ),
    log:
        "<logs>/leakage_figure.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        by_label=config["resample"]["by_label"],
        look=LOOK,
        library=library("leakage_figure"),
    script:
        "../scripts/leakage_figure.py"


rule map:
    """Draw the map, coloured by class and by database."""
    input:
        table="<results>/umap/{model}/map.tsv",
        scores="<results>/umap/{model}/scores.json",
    output:
        by_label=drawn(
            "<results>/umap/{model}/map",
            caption="map",
            category="Map",
            labels={"figure": "by class", "model": "{model}"},
        ),
        by_database=drawn(
            "<results>/umap/{model}/map_by_database",
            caption="map_by_database",
            category="Map",
            labels={"figure": "by database", "model": "{model}"},
        ),
    log:
        "<logs>/map/{model}.log",
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        labels=config["labels"],
        split_by=config["split"]["by"],
        by_label=config["resample"]["by_label"],
        transductive=transductive_map,
        look=LOOK,
        library=library("map"),
    script:
        "../scripts/map.py"


rule maps_figure:
    """Draw all maps of some features, by class, by database and by person."""
    input:
        table="<results>/maps/{features}.tsv",
        scores="<results>/maps/{features}.json",
    output:
        drawn(
            "<results>/maps/{features}",
            caption="maps",
            category="Map",
            labels={"figure": "all maps", "model": "{features}"},
        ),
    log:
        "<logs>/maps_figure/{features}.log",
    wildcard_constraints:
        features=one_of([*config["encoders"], *config["features"]]),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        labels=config["labels"],
        split_by=config["split"]["by"],
        by_label=config["resample"]["by_label"],
        transductive=transductive_map,
        look=LOOK,
        library=library("maps_figure"),
    script:
        "../scripts/maps_figure.py"


rule map_by_target:
    """Draw a map coloured by what else than the class is predicted."""
    input:
        "<results>/maps/{features}.tsv",
    output:
        drawn(
            "<results>/maps/{features}/{target}",
            caption="map_by_target",
            category="Map",
            labels={"figure": "by {target}", "model": "{features}"},
        ),
    log:
        "<logs>/map_by_target/{features}/{target}.log",
    wildcard_constraints:
        features=one_of([*config["encoders"], *config["features"]]),
        target=one_of(config["targets"]),
    conda:
        "../../envs/learning.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        settings=lookup(dpath="targets/{target}", within=config),
        fit_on=config["umap"]["fit_on"],
        split_by=config["split"]["by"],
        by_label=config["resample"]["by_label"],
        transductive=transductive_map,
        colour_map=COLOUR_MAP,
        look=LOOK,
        library=library("map_by_target"),
    script:
        "../scripts/map_by_target.py"


rule label_efficiency:
    """Draw the scores of encoders and tables over the share of labelled people."""
    input:
        "<results>/comparison/encoders.json",
    output:
        drawn(
            "<results>/comparison/label_efficiency",
            caption="label_efficiency",
            category="Encoders",
            labels={"figure": "label efficiency", "model": "all"},
        ),
    log:
        "<logs>/label_efficiency.log",
    conda:
        "../../envs/images.yaml"
    threads: 1
    resources:
        mem_mb=grows(1000),
        runtime=grows(15),
    params:
        look=LOOK,
        library=library("label_efficiency"),
    script:
        "../scripts/label_efficiency.py"
