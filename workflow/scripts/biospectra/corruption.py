"""What a denoising or masked autoencoder is given in training, in place of its target."""

import numpy as np


def corrupt(
    inputs: np.ndarray, *, noise: float, mask: float, block: int, random: np.random.Generator
) -> np.ndarray:
    """Return inputs with noise on them and blocks of them set to 0.

    Vincent et al. 2008 (denoising), He et al. 2022 (masked). Each input loses the same number of
    blocks, drawn by itself; the noise is not on what is masked.

    Parameters
    ----------
    inputs : (n, height, width, channels) or (n, samples, 1) float32; all but channels are
        multiples of `block`
    noise : standard deviation of the Gaussian noise, in the inputs' own units
    mask : share of the blocks that are set to 0
    block : length of a block, each way

    Returns
    -------
    like inputs; these are left as they are
    """
    given = inputs.copy()
    if noise:
        given += noise * random.standard_normal(inputs.shape, dtype=np.float32)
    if mask:
        grid = tuple(length // block for length in inputs.shape[1:-1])
        lost = np.zeros((len(inputs), int(np.prod(grid))), bool)
        lost[:, : round(mask * lost.shape[1])] = True
        lost = random.permuted(lost, axis=1).reshape(len(inputs), *grid)
        for axis in range(1, inputs.ndim - 1):
            lost = lost.repeat(block, axis=axis)
        given[lost] = 0
    return given
