"""What all rules share: the study, checked before any job, and a few functions."""

import re
from pathlib import Path

from snakemake import __version__ as snakemake_version
from snakemake_interface_executor_plugins.settings import SharedFSUsage

from biospectra.evaluation.caveats import transductive_encoders
from biospectra.job import processors
from biospectra.study.check_files import check_before_run
from biospectra.study.check_needs import crosses_only, input_of
from biospectra.evaluation.target_pairs import pairs_of
from biospectra.models.classifiers import tables_of
from biospectra.models.kinds import NETWORKS, restoring
from biospectra.store.dataset import SAMPLES
from biospectra.study.fold_assignments import fold_assignments, repeat_of
from biospectra.study.kept_features import kept_features
from biospectra.study.kept_rows import ShardRows, keep_study, kept_file, kept_study
from biospectra.report.terminal import table as summary_table
from biospectra.study.config import read_study
from biospectra.study.model_parts import model_names, parts_of
from biospectra.study.recordings import HAS_LOGIN, shard_of
from biospectra.transforms.wavelets import is_continuous

if workflow.modifier.skip_configfile:
    CONFIG_NAME = "the module's config"
else:
    CONFIG_NAME = (
        " ".join(map(str, workflow.overwrite_configfiles)) or "config/config.yaml"
    )

NOTES = []
# A job of a cluster is a snakemake of its own, which takes what the run's start found, and its own
# rows alone.
KEPT = kept_file(config)
if workflow.is_main_process or (known := kept_study(KEPT)) is None:
    try:
        config, table = read_study(config, SCHEMAS, CONFIG_NAME, NOTES)
    except StudyError as error:
        raise WorkflowError(str(error))
    ROWS = ShardRows.of_table(table, config["shards"])
    FACTS = {
        "assignments": fold_assignments(
            config, table[table["label"] != config["unlabelled"]]
        ),
        "channels": list(dict.fromkeys(table["channel"])),
    }
    del table
    # Nodes that share no disk with this machine get it with the workflow's own files.
    sent = SharedFSUsage.SOURCES not in workflow.storage_settings.shared_fs_usage
    # Of a module snakemake does not call onstart, and what was kept before may be of another table.
    if sent or not workflow.modifier.is_main_snakefile():
        keep_study(KEPT, config, FACTS, ROWS)
    if sent:
        workflow.configfiles.append(str(KEPT))
else:
    config, FACTS, ROWS = known.config, known.facts, known.rows

SHARDS = ROWS.shards
ASSIGNMENTS = FACTS["assignments"]
# Where nobody is set aside, encoders are judged in folds, and that of the whole study learns from all,
# for new recordings alone: nobody is left to be mapped or restored.
MODELS = [] if crosses_only(config) else list(config["encoders"])
LEARNT_BY = (
    "<results>/final_split.tsv" if crosses_only(config) else "<results>/split.tsv"
)
RESTORING = restoring({name: config["encoders"][name] for name in MODELS})
# An encoder's files for other tools, by what they end with.
EXPORTS = {
    ending: f"<results>/encoder/{{model}}/encoder.{ending}"
    for ending in config["networks"]["export"]
}


COLOUR_MAP = config["figures"]["colour_map"] or config["png"]["colour_map"]
LOOK = {
    key: value
    for key, value in config["figures"].items()
    if key not in ("formats", "colour_map")
}


pathvars:
    results=f"results/{config['study']}",
    logs="<results>/logs",
    benchmarks="<results>/benchmarks",


def names(section, **wanted):
    """Name the entries of a part of the config that have the wanted values."""
    return [
        name
        for name, entry in config[section].items()
        if all(entry.get(key) == value for key, value in wanted.items())
    ]


def one_of(options):
    """Return a wildcard's constraint to some names; with none of them nothing matches."""
    return "|".join(map(re.escape, options)) or "(?!)"


wildcard_constraints:
    shard=one_of(SHARDS),
    fold=r"\d+",
    block=r"\d+",
    assignment=one_of(ASSIGNMENTS),
    image=one_of(config["images"]),
    model=one_of(config["encoders"]),
    name=one_of(config["classifiers"]),
    table=one_of(config["features"]),
    label=one_of(config["labels"]),


def with_settings(rows):
    """Add to rows what the config says for all of them."""
    return [row | {"on_short_file": config["on_short_file"]} for row in rows]


def shard_rows(*columns):
    """Return the function that gives some columns of a shard's rows of the table."""

    def rows(wildcards):
        return with_settings(ROWS.of(wildcards.shard, columns))

    return rows


def all_rows(*columns):
    """Return the function that gives some columns of the whole table."""

    def rows(wildcards):
        return with_settings(ROWS.everything(columns))

    return rows


def table_rows(wildcards):
    """List the table's rows as they stand there."""
    return ROWS.everything(name for name in ROWS.columns if name != HAS_LOGIN)


def shard_sources(wildcards):
    """List where a shard's recordings are, and what annotates them."""
    rows = ROWS.of(wildcards.shard, ("source", "annotator"))
    return [tuple(row.values()) for row in rows]


def local_files(wildcards):
    """List the files of a shard's recordings that lie on this machine."""
    return input_files(shard_sources(wildcards), config["physionet_mirror"])


def local_stamps(wildcards):
    """List sizes and times of the files of a shard's recordings that lie on this machine."""
    return input_stamps(shard_sources(wildcards), config["physionet_mirror"])


def fetched_mb(shard):
    """List the sizes in MB of a shard's original files, as far as they are fetched.

    A storage tells only of all together.
    """
    if stored := stored_object(f"<results>/recordings/{shard}"):
        return [stored.size() / 1e6] if stored.exists() else []
    folder = path_of(f"<results>/recordings/{shard}")
    return [file.stat().st_size / 1e6 for file in folder.rglob("*") if file.is_file()]


def shard_mb(wildcards):
    """Return the size of a shard's original files, by which its steps' times go."""
    return sum(fetched_mb(wildcards.shard))


def largest_mb(wildcards):
    """Return the size of a shard's largest file, or of all shards': a recording is read whole."""
    shards = [wildcards.shard] if "shard" in wildcards.keys() else SHARDS
    return max((size for shard in shards for size in fetched_mb(shard)), default=0)


ORIGINAL = ("recording", "source", "sha256", "start_s", "duration_s", "annotator")
READING = (*ORIGINAL, "channel", "bad_channels", "rate_hz", "units", "gain", "variable")
DESCRIBED = (*READING, "label", "subject", "database", *config["columns"])


def given_splits(wildcards):
    """Return the split of each subject to which the table gives one."""
    rows = ROWS.everything(("subject", "split"))
    return {row["subject"]: row["split"] for row in rows if row["split"] is not None}


def network_of(section, name):
    """Return the entry of a network, which of a target is within its own."""
    entry = config[section][name]
    return entry.get("network", entry)


def inputs_of(section, wildcard):
    """Return the function that lists the files that a network of the config reads."""

    def files(wildcards):
        given = input_of(network_of(section, wildcards[wildcard]), config)
        folder = "segments" if given == SAMPLES else given
        return collect("<results>/{folder}/{shard}.h5", folder=folder, shard=SHARDS)

    return files


# Which shards each job of an encoder reads; one job is the whole of most studies.
AT_ONCE = config["networks"]["encode_shards"] or len(SHARDS)
ENCODED_BLOCKS = {
    str(first // AT_ONCE): SHARDS[first : first + AT_ONCE]
    for first in range(0, len(SHARDS), AT_ONCE)
}
IN_BLOCKS = len(ENCODED_BLOCKS) > 1
ENCODED_AS = "{model}/{block}" if IN_BLOCKS else "{model}"


def encoded_inputs(wildcards):
    """List the files that a job of an encoder reads."""
    given = input_of(config["encoders"][wildcards.model], config)
    folder = "segments" if given == SAMPLES else given
    shards = ENCODED_BLOCKS[wildcards.get("block", "0")]
    return collect("<results>/{folder}/{shard}.h5", folder=folder, shard=shards)


def encoded_file(stem):
    """Name what a job of an encoder writes: all features, or those of some shards, to be joined."""
    return temp(f"{stem}/{{block}}.h5") if IN_BLOCKS else f"{stem}.h5"


def kept_of_encoder(wildcards):
    """Return what of an encoder's large maps is kept whole; in a fold they are not mapped."""
    own = "fold" not in wildcards.keys() and wildcards.model in MODELS
    return kept_features(config, wildcards.model, mapped=own)


def network_file_of(wildcards):
    """Name the file that an encoder which somebody else has trained comes in."""
    file = config["encoders"][wildcards.model].get("file")
    return local(file) if file else []


def library_of(script, section, wildcard):
    """Return the function that names the modules of a script which an entry's kind uses."""

    def modules(wildcards):
        return modules_of(script, network_of(section, wildcards[wildcard])["kind"])

    return modules


def images_learnt():
    """Name the images that autoencoders restore."""
    read = [config["encoders"][name]["input"] for name in RESTORING]
    return [image for image in config["images"] if image in read]


def joining_tables():
    """Name the tables of features that join channels of a session."""
    if config["channels"] == "together":  # as all tables then do, by themselves
        return []
    return names("features", join_channels=True)


def joined_sessions(wildcards):
    """Return the session of each recording where a table joins channels, None elsewhere."""
    if not joining_tables():
        return None
    rows = ROWS.everything(("recording", "session"))
    return {row["recording"]: row["session"] or row["recording"] for row in rows}


def channels_of_sessions():
    """Return which channel of which session each recording is."""
    return ROWS.everything(("recording", "session", "channel"))


def sessions_of(wildcards):
    """Return them for a table that joins channels."""
    return channels_of_sessions() if wildcards.table in joining_tables() else []


def joins_channels(classifier):
    """Return whether a classifier reads tables that join channels."""
    return bool(
        set(tables_of(config["classifiers"][classifier])) & set(joining_tables())
    )


def sessions_of_classifier(wildcards):
    """Return which channel of which session each recording is, where a classifier joins them."""
    return channels_of_sessions() if joins_channels(wildcards.name) else []


def features_of(wildcards):
    """List the files of features that a classifier reads."""
    return collect(
        "<results>/features/{table}.h5",
        table=tables_of(config["classifiers"][wildcards.name]),
    )


def features_of_target(wildcards):
    """List the files of features from which a target is predicted."""
    return collect(
        "<results>/features/{table}.h5",
        table=tables_of(config["targets"][wildcards.target]),
    )


def targets_of(way):
    """Name the targets that are predicted from "features", or by a "network"."""
    return [name for name, entry in config["targets"].items() if way in entry]


def different_targets():
    """Name a target of each column and kind, of several models of one the first."""
    again = {other for _, other in pairs_of(config["targets"])}
    return [name for name in config["targets"] if name not in again]


def sessions_of_target(wildcards):
    """Return which channel of which session each recording is, where its tables join them."""
    given = tables_of(config["targets"][wildcards.target])
    return channels_of_sessions() if set(given) & set(joining_tables()) else []


def networks(**wanted):
    """Name the classifiers that are networks and have the wanted values."""
    found = names("classifiers", **wanted)
    return [name for name in found if config["classifiers"][name]["kind"] in NETWORKS]


def folded_networks():
    """Name the networks of which there is one in each fold."""
    return [name for name in networks() if name not in networks(evaluation="holdout")]


def precision_of(section, wildcard):
    """Return the function that gives a network's precision, or that of the encoder in it."""

    def precision(wildcards):
        entry = network_of(section, wildcards[wildcard])
        if "encoder" in entry:
            entry = config["encoders"][entry["encoder"]]
        return entry["precision"]

    return precision


def joined_channels():
    """List the channels that tables of features join, in their order."""
    if not joining_tables():
        return []
    return FACTS["channels"]


def encoders_in(wildcards):
    """Name the encoders that a trained model holds."""
    return list(parts_of(config, wildcards.model)["encoders"])


def encoder_files(wildcards):
    """List the encoders that a trained model holds."""
    held = encoders_in(wildcards)
    return collect("<results>/encoder/{name}/encoder.keras", name=held)


def of_encoder(file):
    """Return the function that names a file of a model's map, if it has an encoder."""

    def path(wildcards):
        named = wildcards.model in config["encoders"]
        return f"<results>/umap/{wildcards.model}/{file}" if named else []

    return path


def novelty_features(wildcards):
    """Name the features in which a trained model measures novelty, if there are any."""
    table = parts_of(config, wildcards.model)["novelty"]
    return f"<results>/features/{table}.h5" if table else []


def classifiers_in(wildcards):
    """Name the classifiers that a trained model holds."""
    return list(parts_of(config, wildcards.model)["classifiers"])


def tables_in(wildcards):
    """Name those of them that are of tables."""
    held = parts_of(config, wildcards.model)["classifiers"]
    return [name for name, entry in held.items() if entry["kind"] == "table"]


def classifier_files(wildcards):
    """List the classifiers that a trained model holds."""
    entries = parts_of(config, wildcards.model)["classifiers"].items()
    return [
        f"<results>/classifier/{name}/model."
        + ("skops" if entry["kind"] == "table" else "keras")
        for name, entry in entries
    ]


def target_files():
    """List what predicts targets, all of which any trained model holds."""
    return [
        f"<results>/target/{name}/model." + ("keras" if "network" in entry else "skops")
        for name, entry in config["targets"].items()
    ]


def held_scores(wildcards):
    """List the scores of the classifiers that a trained model holds, for its model card."""
    return collect(
        "<results>/classifier/{name}/scores.json", name=classifiers_in(wildcards)
    )


def uncertainty_files(wildcards):
    """List what says how sure each classifier that a trained model holds may be."""
    return collect(
        "<results>/classifier/{name}/uncertainty.json", name=classifiers_in(wildcards)
    )


def choice_files(wildcards):
    """List the tables of how the classifiers on tables were chosen."""
    return collect(
        "<results>/classifier/{name}/choice.tsv",
        name=tables_in(wildcards),
    )


def transductive_of(wildcards):
    """Name the transductive encoders that a classifier reads."""
    entry = config["classifiers"][wildcards.name]
    return transductive_encoders(config, [*tables_of(entry), entry.get("encoder")])


def transductive_map(wildcards):
    """Name the encoder of a map if it is transductive."""
    named = wildcards.get("model") or wildcards.features
    return transductive_encoders(config, [named])


def wavelets_used():
    """List the continuous mother wavelets of the study's images and tables."""
    entries = [*config["images"].values(), *config["features"].values()]
    named = [entry["wavelet"] for entry in entries if "wavelet" in entry]
    return [name for name in named if is_continuous(name)]


def kind_of_network(wildcards):
    """Return the kind of a network, or of its target, by which its loss is named."""
    return config[f"{wildcards.part}s"][wildcards.network]["kind"]


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
        *(f"target/{name}" for name in targets_of("network")),
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
    exports = collect(list(EXPORTS.values()), model=MODELS)
    figures = [path for path, _ in figures_shown()]
    return ["<results>/summary.json", *figures, *pages, *models, *exports]


def look_into_files():
    """Refuse a run of which files that are still to be read are not as the table says."""
    problems, notes = check_before_run(
        [
            row | {"shard": shard_of(row["recording"], config["shards"])}
            for row in with_settings(table_rows(None))
        ],
        config,
        made=lambda shard: path_of(f"<results>/resampled/{shard}.h5"),
        cache=path_of("<results>/looked_into.txt"),
        processes=processors_given(),
    )
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        several = f"{len(problems)} problem{'s' * (len(problems) > 1)}"
        raise WorkflowError(f"{several} in files, and nothing was run:{listed}")
    return notes


def processors_given():
    """Return how many processors the start of a run may use: those of jobs on this machine."""
    given = workflow.resource_settings
    limits = (given.cores, given.local_cores, processors())
    return min(limit for limit in limits if limit is not None)


def before_jobs(log=None):
    """Tell what was taken for what, and look into files."""
    for note in NOTES + look_into_files():
        print(f"{CONFIG_NAME}: {note}")


# Of a module snakemake does not call onstart; what the importing workflow has there goes first.
if not workflow.modifier.is_main_snakefile():
    START_OF_OTHERS = workflow._onstart

    def all_before_jobs(log):
        """Do what the importing workflow does at a run's start, and then what this one does."""
        START_OF_OTHERS(log)
        before_jobs()

    workflow._onstart = all_before_jobs


def show_summary():
    """Print the summary, if this run made one."""
    summary = fetched("<results>/summary.json")
    if summary.is_file():
        where = shown("<results>/summary.json")
        print(f"\n{summary_table(summary)}\n\nMore in {where} and beside it.")


def how_to_apply():
    """Say how `snakemake apply` is used, where it is not told to what."""
    models = ", ".join(model_names(config)) or "none, as the study has no classifier"
    return (
        "apply: to which recordings? Name a file, a folder, a pattern, a table or a BIDS dataset:\n"
        "  snakemake apply --cores 4 --config apply_to=recording.edf channel=II model=NAME\n"
        f"NAME is one of the study's models ({models}), or the folder of any; channel, rate_hz, "
        "units and gain are for what a file does not say. README.md shows more."
    )
