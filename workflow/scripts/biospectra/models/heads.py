"""What a network's last layer gives, and what it learns by: a class, several labels, a number."""

from dataclasses import dataclass

import numpy as np

ACTIVATIONS = {"class": "softmax", "labels": "sigmoid", "number": None}
LEAST_PROBABILITY = 1e-7  # so that no logarithm is infinite


@dataclass(frozen=True)
class Head:
    """What a network that is not an autoencoder gives of a segment.

    Parameters
    ----------
    outputs : int
        Numbers that it gives.
    kind : str
        "class" for the probability of each class, which add up to 1; "labels" for that of each of
        several labels, each by itself; "number" for a number, which is learnt as it is given here:
        bring it to mean 0 and spread 1, and `scaled_back` gives the network of the number itself.
    balance : tuple of (float, float), optional
        Of labels: how much an entry without each, and one with it, weighs; all alike without it.

    Examples
    --------
    >>> Head(5, "labels").activation
    'sigmoid'
    """

    outputs: int
    kind: str = "class"
    balance: tuple[tuple[float, float], ...] = ()

    @property
    def activation(self) -> str | None:
        """What is made of the last layer's sums."""
        return ACTIVATIONS[self.kind]

    def layer(self, **options):
        """Return the last layer, a new keras.layers.Dense.

        Parameters
        ----------
        **options : object
            As `name`.
        """
        from keras import layers

        return layers.Dense(self.outputs, activation=self.activation, dtype="float32", **options)

    def compile(self, network, optimizer):
        """Compile a network that ends in this head's layer, and return it.

        Cross-entropy of a class, binary cross-entropy of labels (mean over them), Huber's loss of a
        number: squared up to one spread and linear beyond it, so that a few wrong numbers of a
        table do not rule.

        Parameters
        ----------
        network : keras.Model
        optimizer : keras.optimizers.Optimizer
        """
        if self.kind == "class":
            network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        elif self.kind == "number":
            network.compile(optimizer, "huber")
        elif self.balance:
            network.compile(optimizer, balanced_crossentropy(self.balance))
        else:
            network.compile(optimizer, "binary_crossentropy")
        return network


def balanced_crossentropy(balance: tuple[tuple[float, float], ...]):
    """Return the binary cross-entropy in which those with a label and those without weigh alike.

    Parameters
    ----------
    balance : tuple of (float, float)
        Of each label, as of `label_balance`.

    Returns
    -------
    keras.losses.Loss
        Of labels (n, labels), 0 or 1, and probabilities (n, labels): (n,), the mean over labels.
    """
    import keras
    from keras import ops

    @keras.saving.register_keras_serializable("biospectra")
    class BalancedCrossentropy(keras.losses.Loss):
        def __init__(self, balance, name="balanced_crossentropy", **options):
            super().__init__(name=name, **options)
            self.balance = [list(pair) for pair in balance]
            self.without, self.having = np.array(balance, np.float32).T

        def call(self, y_true, y_pred):
            has = ops.cast(y_true, "float32")
            told = ops.clip(ops.cast(y_pred, "float32"), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
            having, without = map(ops.convert_to_tensor, (self.having, self.without))
            lost = has * having * ops.log(told) + (1 - has) * without * ops.log(1 - told)
            return -ops.mean(lost, axis=-1)

        def get_config(self):
            return super().get_config() | {"balance": self.balance}

    return BalancedCrossentropy(balance)


def label_balance(target: np.ndarray) -> tuple[tuple[float, float], ...]:
    """Return how much entries weigh by which those with a label weigh as much as those without.

    Parameters
    ----------
    target : ndarray, (n, labels)
        Which labels each has, 0 or 1; of each some have it and some have not.

    Returns
    -------
    tuple of (float, float)
        Of each label the weight of an entry without it and of one with it, mean 1.

    Examples
    --------
    >>> label_balance(np.array([[1], [0], [0], [0]]))
    ((0.6666666666666666, 2.0),)
    """
    having = np.asarray(target, bool).sum(axis=0).clip(1, len(target) - 1).tolist()
    return tuple((len(target) / (2 * (len(target) - n)), len(target) / (2 * n)) for n in having)


def scaled_back(network, centre: float, spread: float):
    """Return a network of a number itself, of one that gives it with mean 0 and spread 1.

    Parameters
    ----------
    network : keras.Model
    centre, spread : float
        Mean and standard deviation of the number among those who were learnt from.
    """
    import keras

    scale = keras.layers.Rescaling(spread, centre, dtype="float32", name="number")
    return keras.Model(network.input, scale(network.output), name=network.name)
