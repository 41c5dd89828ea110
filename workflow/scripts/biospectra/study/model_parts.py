"""Which parts of a study a trained model holds."""

from biospectra.models.classifiers import tables_of
from biospectra.study.check_needs import crosses_only, input_of, target_networks
from biospectra.study.trained import WITHOUT_ENCODER


def model_names(config: dict) -> list[str]:
    """Name the models of a study: its encoders, without them one of all the rest.

    Where nobody is set aside, no encoder has a map, and all are in one model, too. Classifiers that
    are judged in folds are in it as they are fitted, or trained, on everybody.
    """
    if config["encoders"] and not crosses_only(config):
        return list(config["encoders"])
    return [WITHOUT_ENCODER] * bool(config["classifiers"] or config["targets"])


def parts_of(config: dict, name: str) -> dict:
    """Return what new recordings need of a study, whose model is one of `model_names`.

    Parameters
    ----------
    config : dict
        The study's, with all defaults.
    name : str
        The model.

    Returns
    -------
    dict
        ``images``, ``features``, ``encoders``, ``classifiers`` and ``targets``: entries of the
        config; ``novelty``: the features in which novelty is measured, or None. A network's entry
        names its ``input``, even where that is its encoder's.
    """
    classifiers, targets = config["classifiers"], config["targets"]
    reading = [*classifiers.values(), *targets.values()]
    tables = [table for entry in reading for table in tables_of(entry)]
    encoders = [key for key in config["encoders"] if key == name or key in tables]
    features = [key for key in config["features"] if key in tables]
    if name in encoders:
        novelty = name
    else:
        novelty = next(iter([*features, *config["features"], *encoders]), None)
        features += [novelty] if novelty and novelty not in [*features, *encoders] else []
    networks = [config["encoders"][key] for key in encoders]
    networks += [entry for entry in classifiers.values() if entry["kind"] != "table"]
    networks += target_networks(config).values()
    read = {input_of(entry, config) for entry in networks}
    images = [key for key in config["images"] if key in read] or list(config["images"])[:1]
    return {
        "images": {key: config["images"][key] for key in images},
        "features": {key: config["features"][key] for key in features},
        "encoders": {key: config["encoders"][key] for key in encoders},
        "classifiers": {
            key: entry if entry["kind"] == "table" else _with_input(entry, config)
            for key, entry in classifiers.items()
        },
        "targets": {
            key: entry
            if "network" not in entry
            else entry | {"network": _with_input(entry["network"], config)}
            for key, entry in targets.items()
        },
        "novelty": novelty,
    }


def _with_input(network: dict, config: dict) -> dict:
    return network | {"input": input_of(network, config)}
