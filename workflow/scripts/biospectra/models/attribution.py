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
    import tensorflow as tf

    head = model.layers[-1]
    kernel, bias = head.get_weights()
    contrast = tf.constant((kernel - kernel.mean(axis=1, keepdims=True)).T)
    offset = tf.constant(bias - bias.mean())
    below = keras.Model(model.input, head.input)
    start = tf.constant(baseline[None])

    def score(inputs, classes):
        features = tf.cast(below(inputs, training=False), tf.float32)
        weights = tf.gather(contrast, classes)
        return tf.reduce_sum(features * weights, axis=1) + tf.gather(offset, classes)

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, *baseline.shape), tf.float32),
            tf.TensorSpec((None,), tf.int32),
        ]
    )
    def share_out(inputs, classes):
        gradients = tf.zeros_like(inputs)
        for step in tf.range(steps):
            at = (tf.cast(step, tf.float32) + 0.5) / steps
            point = start + at * (inputs - start)
            with tf.GradientTape() as tape:
                tape.watch(point)
                total = tf.reduce_sum(score(point, classes))
            gradients += tape.gradient(total, point)
        rise = score(inputs, classes) - score(start, classes)
        return gradients * (inputs - start) / steps, rise

    def attribute(inputs, classes):
        shared, rise = share_out(tf.constant(inputs), tf.constant(classes))
        return shared.numpy(), rise.numpy()

    return attribute
