"""What one part of a study's config needs of another."""

from collections.abc import Iterator

from biospectra.errors import refuse
from biospectra.evaluation.caveats import transductive_encoders
from biospectra.features.sessions import joining
from biospectra.models.classifiers import STRENGTHS, tables_of
from biospectra.store.dataset import SAMPLES


def check_needs(config: dict) -> None:
    """Refuse a config whose parts do not go together.

    Parameters
    ----------
    config : dict
        Complete, with all defaults; what its entries name is there.

    Raises
    ------
    StudyError
        Naming the key and the remedy.
    """
    refuse(
        [
            *_cleaned(config),
            *_parted(config),
            *_trained(config),
            *_classes(config),
            *_joined(config),
            *_tuned(config),
            *_transductive(config),
            *_people(config),
        ]
    )


def _cleaned(config: dict) -> Iterator[str]:
    """Refuse filters that leave nothing of a signal."""
    resample = config["resample"]
    settings = {"resample": resample}
    for group in ("by_database", "by_label"):
        for key, own in resample[group].items():
            settings[f"resample.{group}.{key}"] = resample | own
    for where, entry in settings.items():
        highpass_hz, lowpass_hz = entry["highpass_hz"] or 0, entry["lowpass_hz"]
        if lowpass_hz is not None and lowpass_hz <= highpass_hz:
            yield (
                f"{where}.lowpass_hz: {lowpass_hz:g} Hz is not above highpass_hz, "
                f"{highpass_hz:g} Hz, which leaves nothing; raise it, or lower highpass_hz."
            )
        nyquist_hz = resample["rate_hz"] / 2
        if highpass_hz >= nyquist_hz:
            yield (
                f"{where}.highpass_hz: {highpass_hz:g} Hz leaves nothing of what rate_hz keeps; "
                f"choose one below {nyquist_hz:g} Hz."
            )


def _parted(config: dict) -> Iterator[str]:
    """Refuse splits that part what belongs together: sessions, or people of targets."""
    by = config["split"]["by"]
    for key in joining(config):
        if by != "subject":
            part = "features" if key in config["features"] else "encoders"
            yield (
                f"{part}.{key}.join_channels: split.by is {by}, which would part channels of one "
                "session; take subject."
            )
    for key, entry in config["targets"].items():
        if entry["evaluation"] == "holdout" and by != "subject":
            yield (
                f"targets.{key}.evaluation: split.by is {by}, which leaves people in training and "
                "test, and a target is evaluated on held-out people; take subject, or "
                "cross_validation."
            )


def _joined(config: dict) -> Iterator[str]:
    """Refuse a table that does not join channels beside a table or an encoder that does."""
    together = {"benchmark": config["benchmark"]["features"]}
    for part in ("classifiers", "targets"):
        together |= {f"{part}.{key}": tables_of(entry) for key, entry in config[part].items()}
    known = joining(config)
    for where, named in together.items():
        joined = [name for name in named if name in known]
        alone = [name for name in named if name in config["features"] and name not in known]
        if joined and alone:
            yield (
                f"{where}.features: {joined[0]} joins channels and {alone[0]} does not; give "
                "join_channels to all."
            )


def _tuned(config: dict) -> Iterator[str]:
    """Refuse to tune the benchmark's classifier where it has no regularisation to choose."""
    classifier = config["benchmark"]["classifier"]
    if config["benchmark"]["tune"] and classifier not in STRENGTHS:
        yield (
            f"benchmark.tune: {classifier} has no strength of regularisation to choose; take "
            f"{' or '.join(STRENGTHS)} as benchmark.classifier, or leave tune out."
        )


def _transductive(config: dict) -> Iterator[str]:
    """Refuse targets of transductive encoders, as their scores are nowhere marked so."""
    read = [(f"targets.{k}.features", tables_of(e)) for k, e in config["targets"].items()]
    read += [(f"{k}.encoder", [e.get("encoder")]) for k, e in target_networks(config).items()]
    for where, names in read:
        for name in transductive_encoders(config, names):
            yield (
                f"{where}: encoder {name} is transductive, and a target is predicted on "
                "held-out people; leave its `transductive` out."
            )


def _classes(config: dict) -> Iterator[str]:
    """Refuse, where there is one class, what tells classes apart."""
    telling = [f"classifiers.{key}" for key in config["classifiers"]]
    if config["leakage"]["features"] is not None:
        telling.append("leakage.features")
    if config["benchmark"]["features"]:
        telling.append("benchmark.features")
    if telling and len(config["labels"]) == 1:
        yield (
            f"{telling[0]}: labels has one class, {config['labels'][0]}, and distinguishing "
            "classes needs two; add another, or leave that out."
        )


def check_splits(config: dict) -> None:
    """Refuse, where there are no validation or test people, what needs them.

    Parameters
    ----------
    config : dict
        Complete, with all defaults.

    Raises
    ------
    StudyError
        Naming the key and the remedy.
    """
    refuse(_people(config))


def crosses_only(config: dict) -> bool:
    """Return whether nobody is set aside, so that all networks are those of folds."""
    fractions = config["split"]["fractions"]
    return fractions["validation"] == fractions["test"] == 0


def _cross_validated(config: dict) -> Iterator[str]:
    """Name the encoders that are trained anew in folds."""
    yield from config["benchmark"]["features"]
    for entry in [*config["classifiers"].values(), *config["targets"].values()]:
        if entry["evaluation"] != "holdout":
            yield from tables_of(entry)
            yield entry.get("network", entry).get("encoder", "")


def _people(config: dict) -> Iterator[str]:
    fractions = config["split"]["fractions"]
    empty = [split for split in ("training", "validation", "test") if fractions[split] == 0]
    if not empty:
        return
    where = f"split.fractions.{empty[0]}"
    if fractions["training"] == 0:
        yield f"{where}: nobody would be left to learn from; raise it."
    needing = []
    if crosses_only(config):
        for key in sorted(set(config["encoders"]) - set(_cross_validated(config))):
            yield (
                f"{where}: it is 0, so that encoders are trained in folds alone, and nothing asks "
                f"for encoders.{key} there; name it in a cross-validated classifier or target, "
                "or in benchmark.features, or leave it out."
            )
    else:
        needing += [f"encoders.{key}" for key in config["encoders"]]
    for key, entry in config["classifiers"].items():
        if entry["evaluation"] == "holdout":
            needing.append(f"classifiers.{key}")
    for key, entry in config["targets"].items():
        if entry["evaluation"] == "holdout":
            needing.append(f"targets.{key}")
    if config["features"] and config["umap"]["seeds"] and "test" in empty:
        needing.append("umap.seeds")
    for need in needing:
        yield (
            f"{where}: it is 0, which goes with cross-validation only, and {need} "
            "needs people there; raise it, or leave that out."
        )


def target_networks(config: dict) -> dict[str, dict]:
    """Return the networks of targets, by the place of each in the config."""
    return {
        f"targets.{key}.network": entry["network"]
        for key, entry in config["targets"].items()
        if "network" in entry
    }


def input_of(entry: dict, config: dict) -> str:
    """Name what a network reads: its own input, or that of the encoder it starts from.

    Parameters
    ----------
    entry : dict
        Of the config's `encoders` or `classifiers`.
    config : dict
        The whole.
    """
    return entry["input"] if "input" in entry else config["encoders"][entry["encoder"]]["input"]


def _trained(config: dict) -> Iterator[str]:
    """Refuse training of networks that contradicts itself."""
    entries = {f"classifiers.{key}": entry for key, entry in config["classifiers"].items()}
    how = {where: entry["evaluation"] for where, entry in entries.items()}
    how |= {f"targets.{key}.network": own["evaluation"] for key, own in config["targets"].items()}
    for where, entry in (entries | target_networks(config)).items():
        if "augment" not in entry:
            continue
        if entry["class_weight"] == entry.get("sampling") == "balanced":
            yield (
                f"{where}.class_weight: with sampling balanced too, rare classes would count "
                "twice; take one of them."
            )
        if entry.get("explain") and how[where] != "holdout":
            yield (
                f"{where}.explain: {how[where]} trains a network in each fold, and none "
                "of them is the one to be explained; take holdout, or leave it out."
            )
        if input_of(entry, config) == SAMPLES:
            for augmented, instead in (("frequency_masks", "time_masks"), ("tilt_db", "gain_db")):
                if entry["augment"][augmented]:
                    yield (
                        f"{where}.augment.{augmented}: samples have no frequencies of their own; "
                        f"take {instead}, or an image as input."
                    )
