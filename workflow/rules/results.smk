"""The figures and files that a study ends with."""

from biospectra.study.model_parts import model_names


def drawn(stem, caption, category, labels):
    """List a figure's files: the PNG, which the report shows, and what else the config asks for."""
    shown = report(
        f"{stem}.png",
        caption=f"../report/{caption}.rst",
        category=category,
        labels=labels,
    )
    formats = [name for name in config["figures"]["formats"] if name != "png"]
    return [shown, *(f"{stem}.{name}" for name in formats)]


def figures_shown():
    """List the figures of the study in the order of its page: each file and its caption's name."""
    judged = list(config["classifiers"])
    mapped = [*MODELS, *config["features"]] if config["umap"]["seeds"] else []
    trained = [
        *(
            f"encoder/{name}"
            for name in MODELS
            if config["encoders"][name].get("epochs")
        ),
        *(f"classifier/{name}" for name in networks(evaluation="holdout")),
        *(f"target/{name}" for name in targets_of("network", evaluation="holdout")),
    ]
    sheets = [
        f"png/{i}/{label}" for i in config["images"] for label in config["labels"]
    ]
    listed = [
        ("comparison", ["comparison/comparison"] if judged else []),
        ("label_efficiency", given("comparison/label_efficiency", "benchmark")),
        ("confusion_matrix", [f"classifier/{n}/confusion_matrix" for n in judged]),
        ("reliability", [f"classifier/{n}/reliability" for n in judged]),
        (
            "explanation",
            [f"classifier/{n}/explanation" for n in names("classifiers", explain=True)],
        ),
        (
            "explanation_of_target",
            [f"target/{name}/explanation" for name in explained_targets()],
        ),
        ("leakage", given("leakage/leakage", "leakage")),
        ("audit", ["audit/audit"]),
        ("map", [f"umap/{model}/map" for model in MODELS]),
        ("map_by_database", [f"umap/{model}/map_by_database" for model in MODELS]),
        ("maps", [f"maps/{name}" for name in mapped]),
        (
            "map_by_target",
            [
                f"maps/{name}/{target}"
                for name in mapped
                for target in different_targets()
            ],
        ),
        (
            "compare_autoencoders",
            ["comparison/autoencoders"] if compares_autoencoders() else [],
        ),
        ("reconstruction", [f"encoder/{n}/reconstruction" for n in RESTORING]),
        ("learning_curve", [f"{network}/learning_curve" for network in trained]),
        ("examples", ["png/examples"]),
        ("cleaning", ["png/cleaning"]),
        ("contact_sheet", sheets),
        ("check_transforms", ["check_transforms"] if config["images"] else []),
        ("wavelets", ["png/wavelets"] if wavelets_used() else []),
    ]
    return [(f"<results>/{stem}.png", name) for name, stems in listed for stem in stems]


def captions_said():
    """Return what figures show, by the names of their captions."""
    return {
        name: Path(workflow.source_path(f"../report/{name}.rst")).read_text().strip()
        for name in dict.fromkeys(name for _, name in figures_shown())
    }


def files_linked():
    """List the files that the study's page leads to, beside its figures."""
    judged = list(config["classifiers"])
    return [
        *collect("<results>/umap/{model}/map.html", model=MODELS),
        *(["<results>/comparison/scores.html"] if judged else []),
        "<results>/summary.json",
        "<results>/provenance.json",
        "<results>/split.tsv",
        "<results>/rejected.tsv",
        "<results>/rejected_segments.tsv",
        *collect("<results>/classifier/{name}/scores.json", name=judged),
        *collect("<results>/classifier/{name}/predictions.tsv", name=judged),
        *collect("<results>/target/{target}/scores.json", target=config["targets"]),
        *collect("<results>/target/{target}/predictions.tsv", target=config["targets"]),
        *collect("<results>/features/{table}.tsv", table=config["features"]),
        *collect("<results>/umap/{model}/map.tsv", model=MODELS),
        *collect("<results>/model/{model}", model=model_names(config)),
    ]


def given(stem, section):
    """List a figure if a part of the config names features to draw it of."""
    return [stem] if config[section]["features"] else []


def compares_autoencoders():
    """Return whether there is anything to compare, and images to measure it in."""
    several = len(RESTORING) > 1 and len(config["labels"]) > 1
    # Restored channels that stand together have no one signal to be measured in.
    return bool(several and config["images"] and config["channels"] != "together")


def study_results(wildcards):
    """List the results whose making provenance.json tells of: all that a run makes."""
    models = collect("<results>/model/{model}", model=model_names(config))
    pages = collect("<results>/umap/{model}/map.html", model=MODELS)
    exports = collect(list(EXPORTS.values()), model=WRITTEN)
    figures = [path for path, _ in figures_shown()]
    return ["<results>/summary.json", *figures, *pages, *models, *exports]
