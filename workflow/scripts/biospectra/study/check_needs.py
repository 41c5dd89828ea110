"""What one part of a study's config needs of another."""

import math
import re

from biospectra.errors import StudyError

SHORTEST_BEATS_S = 10  # a heart at rest beats ten times, which is few enough


def as_list(value) -> list:
    """Return a list as it is, and anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def check_needs(config: dict, name: str) -> None:
    """Refuse a config whose parts do not go together.

    Parameters
    ----------
    config : complete, with all defaults
    name : what the message calls it, its file

    Raises
    ------
    StudyError
        Naming the key and the remedy.
    """

    def refuse(where, why):
        raise StudyError(f"{name}: {where}: {why}.")

    window_s, by = config["segments"]["window_s"], config["split"]["by"]
    for key, table in config["features"].items():
        if table["kind"] == "beats" and window_s < SHORTEST_BEATS_S:
            refuse(
                f"features.{key}",
                f"heart beats need segments of {SHORTEST_BEATS_S} s or more, and segments.window_s "
                f"is {window_s:g}; raise it",
            )
        if table["join_channels"] and by != "subject":
            refuse(
                f"features.{key}.join_channels",
                f"split.by is {by}, which would part channels of one session; take subject",
            )
    for key, entry in config["classifiers"].items():
        tables = as_list(entry.get("features", []))
        if entry.get("centre") == "subject" and set(tables) & set(config["autoencoders"]):
            refuse(
                f"classifiers.{key}.centre",
                "a classifier of an encoder's features judges new recordings one by one, where a "
                "person's mean is not known; take none, or a table of features",
            )
        joined = {
            config["features"][table]["join_channels"]
            for table in tables
            if table in config["features"]
        }
        if len(joined) > 1:
            refuse(
                f"classifiers.{key}.features",
                "some of the tables join channels and others do not; give join_channels to all",
            )
    _check_classes(config, refuse)
    _check_all_training(config, refuse)
    _check_frequencies(config, refuse)
    _check_levels(config, refuse)


def _check_classes(config: dict, refuse) -> None:
    """Refuse, where there is one class, what tells classes apart."""
    telling = [f"classifiers.{key}" for key in config["classifiers"]]
    if config["leakage"]["features"] is not None:
        telling.append("leakage.features")
    if telling and len(config["labels"]) == 1:
        refuse(
            telling[0],
            f"labels has one class, {config['labels'][0]}, and telling classes apart needs two; "
            "add another, or leave that out",
        )


def _check_all_training(config: dict, refuse) -> None:
    """Refuse, where there are no validation or test people, what needs them."""
    fractions = config["split"]["fractions"]
    empty = [split for split in ("training", "validation", "test") if fractions[split] == 0]
    if not empty:
        return
    where = f"split.fractions.{empty[0]}"
    if fractions["training"] == 0:
        refuse(where, "nobody would be left to learn from; raise it")
    needing = [f"autoencoders.{key}" for key in config["autoencoders"]]
    for key, entry in config["classifiers"].items():
        if entry.get("evaluation", "holdout") == "holdout":
            needing.append(f"classifiers.{key}")
    if config["features"] and config["umap"]["seeds"] and "test" in empty:
        needing.append("umap.seeds")
    if needing:
        refuse(
            where,
            f"it is 0, which goes with cross-validated classifiers only, and {needing[0]} needs "
            "people there; raise it, or leave that out",
        )


def _ranges_hz(entry: dict) -> dict[str, list[float]]:
    """Return the ranges of frequencies that an image or a table asks for, by their keys."""
    ranges = {
        name: entry[name]
        for name in ("frequency_range_hz", "modulation_range_hz")
        if entry.get(name) is not None
    }
    if entry.get("period_range_s") or entry.get("scale_range"):  # instead of frequencies
        ranges.pop("frequency_range_hz", None)
    return ranges | {f"bands_hz.{band}": ends for band, ends in entry.get("bands_hz", {}).items()}


def _check_frequencies(config: dict, refuse) -> None:
    """Refuse ranges that reach above what the rate of the study can carry."""
    rate_hz = config["resample"]["rate_hz"]
    highest_hz = rate_hz / 2
    remedy = f"lower it, or raise resample.rate_hz, which is {rate_hz:g}"
    entries = {
        f"{section}.{key}.{name}": (entry["kind"], ends_hz)
        for section in ("images", "features")
        for key, entry in config[section].items()
        for name, ends_hz in _ranges_hz(entry).items()
    }
    for where, (kind, (low_hz, high_hz)) in entries.items():
        if low_hz >= high_hz:
            refuse(where, f"is [{low_hz:g}, {high_hz:g}]; the lower end comes first")
        if where.endswith(".modulation_range_hz"):  # what is too fast for a carrier is left out
            continue
        if high_hz > highest_hz:
            refuse(
                where,
                f"its upper end, {high_hz:g} Hz, is above half the sampling rate (the Nyquist "
                f"frequency), {highest_hz:g} Hz; {remedy}",
            )
        if kind in ("scattering", "scaleogram") and high_hz == highest_hz:
            refuse(
                where,
                f"its upper end, {high_hz:g} Hz, must be below half the sampling rate; {remedy}",
            )


def filter_length(wavelet: str) -> int:
    """Return the taps of a discrete wavelet's filters, by its PyWavelets name.

    Said here, as the checks of a config run where PyWavelets need not be installed.
    """
    family, order = re.fullmatch("([a-z]+)([0-9.]*)", wavelet).groups()
    if family in ("bior", "rbio"):
        rebuilding, decomposing = map(int, order.split("."))
        return 2 * decomposing + (0 if rebuilding == 1 else 2)
    known = {"haar": 2, "dmey": 62}
    return known[family] if family in known else int(order) * (6 if family == "coif" else 2)


def _check_levels(config: dict, refuse) -> None:
    """Refuse more levels of a discrete wavelet transform than segments are long enough for."""
    samples = round(config["segments"]["window_s"] * config["resample"]["rate_hz"])
    for key, table in config["features"].items():
        if table["kind"] != "wavelet":
            continue
        # As pywt.dwt_max_level: where the coarsest level is as long as the filter.
        places = samples / (filter_length(table["wavelet"]) - 1)
        most = max(0, math.floor(math.log2(places)))
        if table["levels"] > most:
            refuse(
                f"features.{key}.levels",
                f"segments of {samples} samples have at most {most} levels of {table['wavelet']}, "
                f"not {table['levels']}; lower it, or take longer segments or a shorter wavelet",
            )


def check_training(entry: dict, config: dict, where: str) -> None:
    """Check how a network among the classifiers is trained.

    Parameters
    ----------
    entry : of the config's `classifiers`
    config : the whole
    where : what a message calls the entry

    Raises
    ------
    StudyError
        Names the key and the remedy.
    """
    if entry["class_weight"] == entry["sampling"] == "balanced":
        raise StudyError(
            f"{where}.class_weight: with sampling balanced too, rare classes would count twice; "
            "take one of them."
        )
    given = entry.get("input") or config["autoencoders"][entry["autoencoder"]]["input"]
    if given not in config["images"] and entry["augment"]["frequency_masks"]:
        raise StudyError(
            f"{where}.augment.frequency_masks: samples have no frequencies to mask; take "
            "time_masks, or an image as input."
        )
