"""Train system B's network."""

from biospectra.models.cnn import SPREAD_SEGMENTS, build_cnn
from biospectra.store.dataset import input_shape, read_inputs


def train_cnn(*, labels: list[str], settings: dict, seed: int, threads: int, **files) -> None:
    """Train the CNN on training segments, watch the validation segments, judge the test segments.

    Parameters
    ----------
    labels, settings, seed : as for `biospectra.steps.train_classifier.train_classifier`
    threads : of training
    files : inputs, split and what is written, as for `train_classifier`
    """
    from biospectra.models import network
    from biospectra.steps.train_classifier import train_classifier

    network.start(threads=threads, seed=seed, precision=settings["precision"])
    import keras

    def build(training):
        some = read_inputs(training.iloc[:: -(-len(training) // SPREAD_SEGMENTS)])
        cnn = build_cnn(
            input_shape(training),
            len(labels),
            settings["filters"],
            settings["dense"],
            spread=float(some.std()) or 1,
        )
        cnn.compile(
            keras.optimizers.SGD(settings["learning_rate"], momentum=settings["momentum"]),
            "sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
        return cnn

    train_classifier(build, given=[], labels=labels, settings=settings, seed=seed, **files)
