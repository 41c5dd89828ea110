"""What entries of the config read, learn from and hold."""

from biospectra.evaluation.caveats import transductive_encoders
from biospectra.evaluation.split import SPLITS
from biospectra.evaluation.target_pairs import pairs_of
from biospectra.features.sessions import joining
from biospectra.models.classifiers import tables_of
from biospectra.models.kinds import NETWORKS, learns_with_sessions
from biospectra.store.dataset import SAMPLES, UNLABELLED
from biospectra.study.check_needs import input_of
from biospectra.study.kept_features import kept_features
from biospectra.study.model_parts import parts_of
from biospectra.transforms.wavelets import is_continuous


def network_of(section, name):
    """Return the entry of a network, which of a target is within its own."""
    entry = config[section][name]
    return entry.get("network", entry)


def one_gpu(section, wildcard):
    """Return the function that asks for a GPU where a network has any: a trained one takes one."""

    def asked(wildcards):
        return min(1, network_of(section, wildcards[wildcard])["gpus"])

    return asked


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


def encoded_by_jobs(wildcards):
    """Name what each job of an encoder makes, with {model} for its name, which the script fills in."""
    return [ENCODED_AS.format(model="{model}", block=b) for b in ENCODED_BLOCKS]


def kept_of_encoder(wildcards):
    """Return what of an encoder's large maps is kept whole; in a fold they are not mapped."""
    own = "fold" not in wildcards.keys() and wildcards.model in MODELS
    return kept_features(config, wildcards.model, mapped=own)


def network_file_of(wildcards):
    """Name the file that an encoder which somebody else has trained comes in."""
    file = config["encoders"][wildcards.model].get("file")
    return local(file) if file else []


def tables_taught(wildcards):
    """List the files of the tables of features that an encoder learns to predict."""
    tables = config["encoders"][wildcards.model].get("tables", [])
    folder = "features/with_unlabelled" if config["unlabelled"] else "features"
    return [f"<results>/{folder}/{table}.h5" for table in tables]


def library_of(script, section, wildcard):
    """Return the function that names the modules of a script which an entry's kind uses."""

    def modules(wildcards):
        return modules_of(script, network_of(section, wildcards[wildcard])["kind"])

    return modules


def images_learnt():
    """Name the images that autoencoders restore."""
    read = [config["encoders"][name]["input"] for name in RESTORING]
    return [image for image in config["images"] if image in read]


# Tables of features and encoders whose channels of a session are joined.
JOINING = joining(config)


def settings_of_encoder(wildcards):
    """Return an encoder's entry but for what is done with its features, which changes none of them."""
    return without_joining(config["encoders"][wildcards.model])


def without_joining(entry):
    """Return an encoder's entry without what says whether its channels are joined."""
    return {key: value for key, value in entry.items() if key != "join_channels"}


def joined_sessions(wildcards):
    """Return the session of each recording where channels are joined, None elsewhere."""
    if not JOINING:
        return None
    rows = ROWS.everything(("recording", "session"))
    return {row["recording"]: row["session"] or row["recording"] for row in rows}


def channels_of_sessions():
    """Return which channel of which session each recording is."""
    return ROWS.everything(("recording", "session", "channel"))


def sessions_of(wildcards):
    """Return them for a table that joins channels."""
    return channels_of_sessions() if wildcards.table in JOINING else []


def joins_channels(classifier):
    """Return whether a classifier reads what is joined of the channels of a session."""
    return not set(tables_of(config["classifiers"][classifier])).isdisjoint(JOINING)


def sessions_of_classifier(wildcards):
    """Return which channel of which session each recording is, where a classifier joins them."""
    return channels_of_sessions() if joins_channels(wildcards.name) else []


def sessions_of_encoder(wildcards):
    """Return which channel of which session each recording is, where an encoder learns with them."""
    entry = config["encoders"][wildcards.model]
    return channels_of_sessions() if learns_with_sessions(entry) else None


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


def targets_of(way, **wanted):
    """Name the targets that are predicted from "features", or by a "network", as is wanted."""
    found = names("targets", **wanted)
    return [name for name in found if way in config["targets"][name]]


def explained_targets():
    """Name the targets of which it is shown where their networks looked."""
    networks = {name: network_of("targets", name) for name in config["targets"]}
    return [name for name, entry in networks.items() if entry.get("explain")]


def grouping_columns():
    """Name the further columns whose values part people in groups; not those of several labels."""
    many = {
        entry["column"]
        for entry in config["targets"].values()
        if entry["kind"] == "labels"
    }
    return [column for column in config["columns"] if column not in many]


def different_targets():
    """Name a target of each column and kind, of several models of one the first."""
    again = {other for _, other in pairs_of(config["targets"])}
    return [name for name in config["targets"] if name not in again]


def sessions_of_target(wildcards):
    """Return which channel of which session each recording is, where they are joined for it."""
    given = tables_of(config["targets"][wildcards.target])
    return [] if set(given).isdisjoint(JOINING) else channels_of_sessions()


def networks(**wanted):
    """Name the classifiers that are networks and have the wanted values."""
    found = names("classifiers", **wanted)
    return [name for name in found if config["classifiers"][name]["kind"] in NETWORKS]


def folded_networks():
    """Name the networks of which there is one in each fold."""
    return [name for name in networks() if name not in networks(evaluation="holdout")]


def folded_targets():
    """Name the targets of which there is a network in each fold."""
    once = targets_of("network", evaluation="holdout")
    return [name for name in targets_of("network") if name not in once]


def precision_of(section, wildcard):
    """Return the function that gives a network's precision, or that of the encoder in it."""

    def precision(wildcards):
        entry = network_of(section, wildcards[wildcard])
        if "encoder" in entry:
            entry = config["encoders"][entry["encoder"]]
        return entry["precision"]

    return precision


def joined_channels():
    """List the channels that are joined, in their order."""
    return FACTS["channels"] if JOINING else []


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
