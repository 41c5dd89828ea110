"""What entries of a study's config name, and whether it is there."""

from collections.abc import Collection, Iterator

from biospectra.errors import refuse, without_login
from biospectra.models.classifiers import tables_of
from biospectra.models.kinds import restoring
from biospectra.models.on_device import POWER
from biospectra.signals.annotations import ANNOTATED
from biospectra.store.dataset import SAMPLES, extent_of
from biospectra.store.made_images import ON_DEVICE
from biospectra.store.rows import RECORDING_COLUMNS, ROW_COLUMNS
from biospectra.study.check_needs import target_networks
from biospectra.transforms.kinds import KINDS

EVEN_COLOUR_MAPS = ("viridis", "cividis", "magma", "inferno", "plasma", "gray")
SSIM_PIXELS = 11  # of the window in which structural similarity is measured
# Folders of results/{study}/ that no image may take the name of.
RESERVED = (
    SAMPLES,
    "recordings",
    "resampled",
    "segments",
    "png",
    "encoder",
    "features",
    "folds",
    "umap",
    "maps",
    "classifier",
    "target",
    "audit",
    "comparison",
    "leakage",
    "logs",
    "benchmarks",
    "model",
    "apply",
)


# Columns of results' tables that no further column of the table may take the name of.
TAKEN_COLUMNS = {*ROW_COLUMNS, *RECORDING_COLUMNS, "split", "fold", "channels", "file", "index"}
TAKEN_COLUMNS |= {
    "always",
    "code",
    "weight",
    "predicted",
    "x",
    "y",
    "novelty",
    "signal_novelty",
    "session",
    "variable",
    "gain",
}
TAKEN_COLUMNS |= {"annotator", "bad_channels", "duration_s", "sha256", "shard", "content"}


def table_labels(config: dict) -> list[str]:
    """Return the labels that recordings may have: the classes, and that of those without one."""
    return [*config["labels"], *([config["unlabelled"]] if config["unlabelled"] else [])]


def check_references(config: dict) -> None:
    """Refuse entries that name an image, a table or a label which the config does not have.

    Parameters
    ----------
    config : dict
        Complete, with all defaults.

    Raises
    ------
    StudyError
        Naming the key and what there is.
    """
    refuse(_missing(config))


def _missing(config: dict) -> Iterator[str]:
    yield from _names(config)
    yield from _colour_maps(config)
    yield from _images(config)
    yield from _networks_and_tables(config)
    yield from _leakage(config)
    yield from _targets(config)
    for name in config["benchmark"]["features"]:
        yield from _required(
            "benchmark.features", name, _tables(config), "encoder or feature table"
        )
    yield from _labels(config)
    fractions = config["split"]["fractions"]
    if abs(sum(fractions.values()) - 1) > 1e-6:
        yield f"split.fractions: they add up to {sum(fractions.values()):g}, not 1."


def _required(where: str, value: str, known: Collection[str], what: str) -> Iterator[str]:
    """Refuse a name that is not among those there are."""
    if value not in known:
        there = f"; there are: {', '.join(known)}" if known else "; there are none: add it"
        yield f"{where}: there is no {what} {value!r}{there}."


def _tables(config: dict) -> list[str]:
    """Return the names of all that a classifier may read as a table of features."""
    return [*config["features"], *config["encoders"]]


def _names(config: dict) -> Iterator[str]:
    """Refuse columns and labels whose names are taken, and a password in an address."""
    for column in config["columns"]:
        if column in TAKEN_COLUMNS or column.startswith("p_"):
            yield f"columns: {column!r} is the name of a column of results; choose another."
    for column in config["split"]["stratify"]:
        if column not in config["columns"]:
            yield (
                f"split.stratify: {column!r} is not among the config's columns "
                f"({', '.join(config['columns']) or 'there are none'}); name it there."
            )
    mirror = config["physionet_mirror"]
    if without_login(mirror) != mirror:
        yield (
            f"physionet_mirror: {mirror} has a password, which would be kept with results; "
            "put it into ~/.netrc."
        )
    if config["unlabelled"] in (*config["labels"], ANNOTATED):
        yield (
            f"unlabelled: {config['unlabelled']} is a label of its own; give recordings without a "
            "class another."
        )


def _images(config: dict) -> Iterator[str]:
    """Refuse images whose names are taken, or that cannot be made as they are asked for."""
    for image, entry in config["images"].items():
        if image in RESERVED:
            yield f"images.{image}: the name is taken; choose another."
        if entry["made"] == ON_DEVICE:
            yield from _not_on_device(f"images.{image}", entry)
    if config["channels"] == "together":
        for image, entry in config["images"].items():
            if entry.get("colour_map"):
                yield (
                    f"images.{image}.colour_map: with channels: together each channel is a plane "
                    "of the image, which has no colours then; set it to null (figures are "
                    "coloured all the same)."
                )


def _networks_and_tables(config: dict) -> Iterator[str]:
    """Refuse encoders, classifiers and networks of targets that read what is not there."""
    for both in sorted(set(config["encoders"]) & set(config["features"])):
        yield f"features.{both}: an encoder has this name; choose another."
    readable = [*config["images"], SAMPLES]
    reading = {f"encoders.{key}": entry for key, entry in config["encoders"].items()}
    reading |= {f"classifiers.{key}": entry for key, entry in config["classifiers"].items()}
    for where, entry in (reading | target_networks(config)).items():
        if "input" in entry:
            yield from _required(f"{where}.input", entry["input"], readable, "image")
        if "encoder" in entry:
            yield from _required(
                f"{where}.encoder", entry["encoder"], config["encoders"], "encoder"
            )
        for table in tables_of(entry):
            yield from _required(f"{where}.features", table, _tables(config), "feature table")
    for key, entry in config["encoders"].items():
        yield from _taught(f"encoders.{key}.tables", entry.get("tables", []), config)
    for key in restoring(config["encoders"]):
        entry = config["encoders"][key]
        extent = extent_of(config, entry["input"]) if entry["input"] in readable else ()
        if len(extent) == 2 and min(extent) < SSIM_PIXELS:
            yield (
                f"encoders.{key}.input: {entry['input']} is {extent[0]}x{extent[1]}, and what "
                f"is restored is compared in windows of {SSIM_PIXELS} pixels; make it larger."
            )


def _taught(where: str, tables: list[str], config: dict) -> Iterator[str]:
    """Refuse tables that an encoder cannot learn to predict."""
    for table in tables:
        if table in config["encoders"]:
            yield (
                f"{where}: {table} is an encoder, and an encoder learns what tables of `features` "
                "say; name some of them."
            )
        else:
            yield from _required(where, table, config["features"], "feature table")


def _leakage(config: dict) -> Iterator[str]:
    """Refuse a measurement of leakage of what is not there, or shows no difference."""
    leaking = config["leakage"]["features"]
    if leaking is not None:
        yield from _required("leakage.features", leaking, config["features"], "feature table")
    for name in config["leakage"]["targets"]:
        yield from _required("leakage.targets", name, config["targets"], "target")
        read = set(tables_of(config["targets"].get(name, {})))
        if name in config["targets"] and (not read or read & set(config["encoders"])):
            yield (
                f"leakage.targets: {name} is not predicted from tables of features, and what a "
                "network has learnt from people of all folds shows no difference; take another."
            )


def _labels(config: dict) -> Iterator[str]:
    """Refuse settings of labels that no recording can have."""
    segments, resample = config["segments"], config["resample"]
    known = table_labels(config)
    for where, named, labels in (
        ("segments.step_s_by_label", segments["step_s_by_label"], known),
        ("segments.annotations.mapping", segments["annotations"]["mapping"].values(), known),
        ("resample.by_label", resample["by_label"], config["labels"]),
    ):
        for label in named:
            yield from _required(where, label, labels, "label")


def _not_on_device(where: str, entry: dict) -> Iterator[str]:
    """Refuse images that a network's device cannot make as they are asked for."""
    if KINDS[entry["kind"]].__name__ not in POWER:
        made = " and ".join(kind for kind, plan in KINDS.items() if plan.__name__ in POWER)
        yield f"{where}.made: of images, {made} can be made on_device; take ahead."
    cone = entry.get("cone_of_influence", "none")
    if cone != "none":
        yield (
            f"{where}.made: on_device makes images without cones of influence, which differ from "
            f"segment to segment, and cone_of_influence is {cone}; take none, or made: ahead."
        )


def _targets(config: dict) -> Iterator[str]:
    """Refuse targets that name what is not there, or what does not go with them."""
    for key, entry in config["targets"].items():
        where = f"targets.{key}"
        yield from _required(f"{where}.column", entry["column"], config["columns"], "column")
        for table in tables_of(entry):
            yield from _required(f"{where}.features", table, _tables(config), "feature table")
        network = entry.get("network")
        if (network is None) == ("features" not in entry):
            yield (
                f"{where}: a target is predicted either from `features` or by a `network`; name "
                "one of them, and make a target of its own of the other, to compare both."
            )
        if network and network["class_weight"] == "balanced" and entry["kind"] == "number":
            yield f"{where}.network.class_weight: a number has no classes; take none."
        if entry["superclasses"] and entry["kind"] == "number":
            yield f"{where}.superclasses: a number has none; take them out, or take kind: labels."


def _colour_maps(config: dict) -> Iterator[str]:
    """Refuse colour maps that matplotlib does not have; it is asked of uncommon ones alone."""
    named = {f"{part}.colour_map": config[part]["colour_map"] for part in ("png", "figures")}
    named |= {f"images.{k}.colour_map": e.get("colour_map") for k, e in config["images"].items()}
    asked = {where: name for where, name in named.items() if name and name not in EVEN_COLOUR_MAPS}
    if asked:
        from matplotlib import colormaps

        for where, name in asked.items():
            if name not in colormaps:
                yield (
                    f"{where}: matplotlib has no colour map {name!r}; perceptually uniform ones "
                    f"are {', '.join(EVEN_COLOUR_MAPS)}."
                )
