"""InfoNCE: how surely the right one is distinguished from others (van den Oord et al. 2018)."""

LOWEST = -1e9  # of what is not compared: its share is 0, and nothing is divided by 0


def right_shares(likeness, negatives=None):
    """Return the logarithm of the share that a softmax gives the right one.

    Parameters
    ----------
    likeness : tensor, (..., n, n), float32
        Of each with each, divided by the temperature; those of one place belong together.
    negatives : tensor, (n, n), bool, optional
        Which ones each is distinguished from, besides the right one; left out, all others.

    Returns
    -------
    tensor, (..., n), float32
        0 where there are none.
    """
    from keras import ops

    right = ops.diagonal(likeness, axis1=-2, axis2=-1)
    if negatives is None:
        return right - ops.logsumexp(likeness, axis=-1)
    others = ops.logsumexp(ops.where(negatives, likeness, LOWEST), axis=-1)
    return right - ops.logaddexp(right, others)
