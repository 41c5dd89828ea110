"""Which files of which fold a cross-validation takes."""

from biospectra.study.fold_assignments import repeat_of


def judged_entry(wildcards):
    """Return the config's entry of a classifier or of a target."""
    if "target" in wildcards.keys():
        return config["targets"][wildcards.target]
    return config["classifiers"][wildcards.name]


def evaluation_of(wildcards):
    """Name how a classifier, or what predicts a target, is judged."""
    return judged_entry(wildcards)["evaluation"]


def assignment_of(wildcards):
    """Name the assignment of people to folds by which a classifier or target is judged."""
    return wildcards.get("assignment", evaluation_of(wildcards))


def seed_of(wildcards):
    """Return the seed of what learns by an assignment of people to folds."""
    return ASSIGNMENTS[wildcards.assignment]["seed"]


def in_folds(wildcards, *paths):
    """List files, each by its path below the folder of a fold, fold by fold."""
    assignment = assignment_of(wildcards)
    return [
        f"<results>/folds/{assignment}/{fold}/{path}"
        for fold in range(ASSIGNMENTS[assignment]["folds"])
        for path in paths
    ]


def folded_features_of(wildcards):
    """List, fold by fold, the features that a cross-validation takes where an encoder has learnt.

    Of an encoder they are those of the one that was trained without the people held out.
    """
    given = tables_of(judged_entry(wildcards))
    learnt = set(given) & set(config["encoders"])
    if evaluation_of(wildcards) == "holdout" or not learnt:
        return []
    own = in_folds(wildcards, *(f"features/{table}.h5" for table in given))
    shared = [f"<results>/features/{table}.h5" for table in given]
    return [
        path if given[i % len(given)] in learnt else shared[i % len(given)]
        for i, path in enumerate(own)
    ]


def novelty_in_folds(wildcards):
    """List, fold by fold, the features of an encoder that has learnt from everybody, if any.

    None of a transductive one, whose folds have met those whom they hold out, too.
    """
    encoder = parts_of(config, wildcards.model)["novelty"]
    if encoder not in config["encoders"] or not crosses_only(config):
        return []
    if transductive_encoders(config, [encoder]):
        return []
    reading = [
        entry["evaluation"]
        for entry in [*config["classifiers"].values(), *config["targets"].values()]
        if encoder in tables_of(entry)
    ]
    return [
        f"<results>/folds/{reading[0]}/{fold}/features/{encoder}.h5"
        for fold in range(ASSIGNMENTS[reading[0]]["folds"])
    ]


def fold_splits_of(wildcards):
    """List the splits that the networks of a cross-validation learn by, fold by fold."""
    return in_folds(wildcards, "split.tsv")


def of_each_fold(path):
    """Return the function that lists a file of the networks of a cross-validation, fold by fold."""

    def files(wildcards):
        return in_folds(wildcards, path.format(**wildcards))

    return files


def repeats_of(wildcards):
    """List the predictions of a cross-validation's repeats with other assignments to folds."""
    if evaluation_of(wildcards) != "cross_validation":
        return []
    again = range(2, config["scores"]["repeats"] + 1)
    return [
        f"<results>/folds/{repeat_of('cross_validation', repeat)}/classifier/{wildcards.name}/predictions.tsv"
        for repeat in again
    ]


def validation_of(wildcards):
    """Name what a classifier says of validation people, if it is judged by a holdout."""
    return branch(
        evaluation_of(wildcards) == "holdout",
        then=f"<results>/classifier/{wildcards.name}/validation_predictions.tsv",
        otherwise=[],
    )


def say_of_validation_people(wildcards):
    """Name what validation people have to say in a classifier, if it is judged by a holdout."""
    entry = config["classifiers"][wildcards.name]
    if evaluation_of(wildcards) != "holdout":
        return None
    if "patience" not in entry:
        return "choice"
    if entry["patience"] is None:
        return "none"
    return "set aside" if config["scores"]["calibration_people"] else "stopping"


def calibration_people_of(wildcards):
    """Return the share of validation people who are set aside from stopping a network's training."""
    aside = say_of_validation_people(wildcards) == "set aside"
    return config["scores"]["calibration_people"] if aside else 0.0


def start_of(wildcards):
    """Name the encoder that a network starts from, if it does; in a fold the fold's own."""
    entry = judged_entry(wildcards)
    model = entry.get("network", entry).get("encoder")
    fold = ""
    if "fold" in wildcards.keys():
        fold = f"folds/{wildcards.assignment}/{wildcards.fold}/"
    return f"<results>/{fold}encoder/{model}/encoder.keras" if model else []


def benchmark_in_folds(path):
    """List a file of each fold in which encoders and tables are measured side by side."""
    folds = range(config["scores"]["folds"])
    return [f"<results>/folds/cross_validation/{fold}/{path}" for fold in folds]


def benchmarked_features():
    """List the features that are measured side by side: each one's of all folds, or its one table."""
    files = []
    for name in config["benchmark"]["features"]:
        own = f"features/{name}.h5"
        learnt = name in config["encoders"]
        files += benchmark_in_folds(own) if learnt else [f"<results>/{own}"]
    return files


def benchmark_sessions():
    """Return which channel of which session each recording is, where they are joined."""
    measured = config["benchmark"]["features"]
    return [] if set(measured).isdisjoint(JOINING) else channels_of_sessions()


def benchmark_twins():
    """Pair the measured encoders that are trained with the same ones untrained."""
    entries = {
        name: without_joining(entry)  # as all of them are joined, or none
        for name, entry in config["encoders"].items()
        if name in config["benchmark"]["features"] and "epochs" in entry
    }
    return [
        [trained, untrained]
        for trained, entry in entries.items()
        for untrained, twin in entries.items()
        if entry["epochs"] and twin == entry | {"epochs": 0}
    ]
