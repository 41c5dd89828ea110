"""A one-dimensional residual network: how encoders of samples make maps of a segment."""

BLOCK_LENGTH = 7  # of the filters of a block
PER_STRIDE = 8  # places of the first convolution's filters, for each place of its stride


def residual_stages(samples, filters: list[int], stride: int, groups: int):
    """Make maps of samples, by a convolution and residual blocks (He et al. 2016).

    The first convolution moves by `stride`, and each block by 2. A block is two convolutions, each
    with group normalisation (Wu and He 2018), GELU between them, and what was given beside, by a
    convolution of 1; then GELU.

    Parameters
    ----------
    samples : tensor, (n, samples, channels)
    filters : list of int
        Of the first convolution and of each block, multiples of `groups`.
    stride : int
        Of the first convolution.
    groups : int
        Of normalisation.

    Returns
    -------
    tensor, (n, places, filters[-1])
        A place for `stride` samples, twice as many with each further block.
    """
    from keras import layers

    def convolved(maps, count: int, length: int, stride: int, name: str):
        maps = layers.Conv1D(
            count,
            length,
            strides=stride,
            padding="same",
            use_bias=False,
            name=f"convolution_{name}",
        )(maps)
        return layers.GroupNormalization(groups, name=f"normalisation_{name}")(maps)

    first = PER_STRIDE * stride - 1
    maps = convolved(samples, filters[0], first, stride, "1")
    maps = layers.Activation("gelu", name="gelu_1")(maps)
    for stage, count in enumerate(filters[1:], 2):
        beside = layers.Conv1D(count, 1, strides=2, use_bias=False, name=f"beside_{stage}")(maps)
        maps = convolved(maps, count, BLOCK_LENGTH, 2, f"{stage}a")
        maps = layers.Activation("gelu", name=f"gelu_{stage}a")(maps)
        maps = convolved(maps, count, BLOCK_LENGTH, 1, f"{stage}b")
        maps = layers.Add(name=f"sum_{stage}")([maps, beside])
        maps = layers.Activation("gelu", name=f"gelu_{stage}")(maps)
    return maps
