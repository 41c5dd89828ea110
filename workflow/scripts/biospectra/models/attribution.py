"""Integrated gradients: how much each pixel or sample contributes to a prediction."""

import numpy as np

STEPS = 16  # of the path from the baseline, by the midpoint rule


def attributor(model, baseline: np.ndarray, steps: int = STEPS):
    """Return the function that shares a classifier's scores out over its inputs.

    The score is the logit of a class over the mean of all classes', since what all have in common
    does not matter to a softmax.

    Parameters
    ----------
    model : keras.Model that ends in a dense softmax layer
    baseline : ndarray, (...,)
        The input from which the path starts.
    steps : int
        Steps of the path.

    Returns
    -------
    function of inputs (n, ...) float32 and classes (n,) int that returns attributions (n, ...),
    in logits, and what they should add up to (n,), the score's rise from the baseline
    """
    import keras
    from keras import ops

    head = model.layers[-1]
    kernel, bias = head.get_weights()
    contrast = ops.convert_to_tensor((kernel - kernel.mean(axis=1, keepdims=True)).T)
    offset = ops.convert_to_tensor(bias - bias.mean())
    below = keras.Model(model.input, head.input)
    start = ops.convert_to_tensor(baseline[None])

    def score(inputs, classes):
        features = ops.cast(below(inputs, training=False), "float32")
        weights = ops.take(contrast, classes, axis=0)
        return ops.sum(features * weights, axis=1) + ops.take(offset, classes)

    slope = _slope_of(lambda inputs, classes: ops.sum(score(inputs, classes)))

    def attribute(inputs, classes):
        inputs, classes = ops.convert_to_tensor(inputs), ops.convert_to_tensor(classes)
        slopes = ops.zeros_like(inputs)
        for step in range(steps):
            slopes = slopes + slope(start + (step + 0.5) / steps * (inputs - start), classes)
        rise = score(inputs, classes) - score(start, classes)
        shared = slopes * (inputs - start) / steps
        return ops.convert_to_numpy(shared), ops.convert_to_numpy(rise)

    return attribute


def _slope_of(function):
    """Return the gradient of a function of inputs and classes, along the inputs."""
    import keras

    from biospectra.models.network import backend

    library = backend()
    if keras.backend.backend() == "jax":
        return library.jit(library.grad(function))
    if keras.backend.backend() == "torch":

        def slope(inputs, classes):
            inputs = inputs.detach().requires_grad_()
            return library.autograd.grad(function(inputs, classes), inputs)[0]

        return slope

    @library.function(reduce_retracing=True)
    def slope(inputs, classes):
        with library.GradientTape() as tape:
            tape.watch(inputs)
            total = function(inputs, classes)
        return tape.gradient(total, inputs)

    return slope
