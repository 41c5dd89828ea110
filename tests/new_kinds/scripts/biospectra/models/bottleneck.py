"""A throw-away encoder: one dense layer there and one back."""

from math import prod

from biospectra.errors import StudyError
from biospectra.store.dataset import extent_of


def build(shape: tuple[int, ...], *, units: int):
    """Return the autoencoder of inputs of a shape, and its encoder."""
    import keras
    from keras import layers

    given = keras.Input(shape)
    code = layers.Dense(units, dtype="float32")(layers.Flatten()(given))
    back = layers.Dense(prod(shape), activation="sigmoid", dtype="float32")(code)
    restored = layers.Reshape(shape)(back)
    return keras.Model(given, restored), keras.Model(given, code)


def check(name: str, entry: dict, study: dict) -> None:
    """Refuse a bottleneck that is none."""
    if entry["units"] >= prod(extent_of(study, entry["input"])):
        raise StudyError(f"encoders.{name}.units: there are as many inputs; take fewer.")
