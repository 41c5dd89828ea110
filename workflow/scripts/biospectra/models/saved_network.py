"""A network's .keras file, opened without running anything that it may hold."""

import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from biospectra.errors import StudyError, refused
from biospectra.models.onnx_network import GRAPH, OnnxNetwork, read_onnx

CONTENTS = {"config.json", "metadata.json", "model.weights.h5"}
# Whose classes are built from numbers and names: layers, operations, and what they are given.
MODULES = ("keras", "keras.constraints", "keras.initializers", "keras.layers", "keras.losses")
MODULES += ("keras.metrics", "keras.optimizers", "keras.optimizers.schedules", "keras.regularizers")
INTERNAL = ("keras.src.models.", "keras.src.ops.")
# Keras's own classes for code that a file brings along, or for other files that it names.
REFUSED = ("Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper")
REFUSED += ("StringLookup", "IntegerLookup", "TextVectorization")
PLAIN = ("__keras_tensor__", "__tensor__", "__numpy__", "__slice__", "__ellipsis__", "__bytes__")


def load_network(path: str | Path):
    """Return the network in a file, a keras.Model, for use but not for more training.

    Keras builds the layers that the file names, in its safe mode, which refuses code in a `Lambda`.
    What keras itself may still find by its name, custom classes and functions, layers that run or
    read other files, is refused here, before keras sees the file. A file that holds an ONNX network
    in place of Keras's gives what is used in the same way.

    Parameters
    ----------
    path : str or Path
        The .keras file.

    Raises
    ------
    StudyError
        If the file is missing or damaged, or holds anything but keras's own layers.
    """
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
            if GRAPH in names:
                return read_onnx(path)
            config = json.loads(archive.read("config.json"))
            damaged = archive.testzip()  # keras does not ask
        stranger = next(iter(sorted(names - CONTENTS)), None) or next(_strangers(config), None)
    except StudyError:
        raise
    except Exception as problem:  # a damaged zip or json has errors of its own
        raise refused(path, problem) from problem
    if damaged:
        raise refused(path, f"has damaged {damaged}")
    if stranger:
        raise refused(path, f"holds {stranger}, which could run code")
    import keras

    try:
        return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as problem:  # of any kind, as the layers are
        raise refused(path, problem) from problem


def dtype_of_features(model) -> str:
    """Return the type that a network's output was computed in, before a last cast to float32.

    Parameters
    ----------
    model : keras.Model or OnnxNetwork

    Returns
    -------
    str
        Such as "bfloat16"; "float32" where it is not a layer's own.
    """
    if isinstance(model, OnnxNetwork):
        return "float32"
    from keras import Model, activations, layers

    computing = [
        layer
        for layer in model.layers
        if not (isinstance(layer, layers.Activation) and layer.activation is activations.linear)
    ]
    whole = isinstance(computing[-1], Model)  # a network within, whose last layer may be any
    return "float32" if whole else str(computing[-1].compute_dtype)


def _strangers(config) -> Iterator[str]:
    """Yield what a network's configuration names that is not plain keras."""
    if isinstance(config, dict) and "class_name" in config:
        name, module = config["class_name"], config.get("module")
        plain = module is None and name in PLAIN
        known = module in MODULES or str(module).startswith(INTERNAL)
        registered = config.get("registered_name") not in (None, name)
        if name in REFUSED or registered or not (plain or known):
            yield f"{module}.{name}" if module else f"{name}"
    inside = config.values() if isinstance(config, dict) else config
    if isinstance(config, dict | list):
        for part in inside:
            yield from _strangers(part)
