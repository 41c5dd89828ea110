"""Integrated gradients: how much each pixel or sample contributes to a prediction."""

import numpy as np

STEPS = 16  # of the path from the baseline, by the midpoint rule


def attributor(model, baseline: np.ndarray, steps: int = STEPS):
    """Return the function that shares a network's scores out over its inputs.

    The score of a class is its logit over the mean of all classes', since what all have in common
    does not matter to a softmax; that of a label its logit, and that of a number the number.

    Parameters
    ----------
    model : keras.Model that ends in the layer of a `biospectra.models.heads.Head`, of a number
        with its scale
    baseline : ndarray, (...,)
        The input from which the path starts.
    steps : int
        Steps of the path.

    Returns
    -------
    function of inputs (n, ...) float32 and outputs (n,) int, which class or label of each is asked
    for, that returns attributions (n, ...), in logits or as the number, and what they should add up
    to (n,), the score's rise from the baseline
    """
    import keras
    from keras import ops

    head, scale = model.layers[-1], 1.0
    if isinstance(head, keras.layers.Rescaling):
        head, scale = model.layers[-2], head.scale
    kernel = head.get_weights()[0]
    if head.activation is keras.activations.softmax:
        kernel = kernel - kernel.mean(axis=1, keepdims=True)
    contrast = ops.convert_to_tensor((kernel * np.float32(scale)).T)
    below = keras.Model(model.input, head.input)
    start = ops.convert_to_tensor(baseline[None])

    def score(inputs, classes):
        features = ops.cast(below(inputs, training=False), "float32")
        weights = ops.take(contrast, classes, axis=0)
        return ops.sum(features * weights, axis=1)  # without the bias, of which no input is a part

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
