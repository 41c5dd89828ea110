"""Layers that make images of windows of signal where a network computes: those that plans make.

They are written with keras.ops, for each backend, and are those of
`biospectra.transforms.spectrogram` and `biospectra.transforms.scaleogram` to one level of 255.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from biospectra.transforms.quantise import affine
from biospectra.transforms.transform import Transform

FAINTEST = 1e-37  # power: what is below it is not told from 0


def image_layer(plan: Transform, colour_map: str | None = None) -> Any:
    """Return the Keras layer that makes a plan's images.

    Parameters
    ----------
    plan : Transform
        Of a kind in `POWER`.
    colour_map : str or None
        Colour map of matplotlib that images are coloured by; None for grey ones.

    Returns
    -------
    keras.layers.Layer
        Of windows (n, margin + samples + margin, channels), float32, as of
        `biospectra.signals.windows.cut`; gives images (n, height, width, channels), float32 in 0 to
        1, each channel by itself, with a colour map (n, height, width, 3) of the only one.

    Raises
    ------
    ValueError
        If images of the plan's kind cannot be made by a layer.
    """
    import keras
    from keras import ops

    kind = type(plan).__name__
    if kind not in POWER:
        raise ValueError(f"images of kind {kind} have no layer; {' and '.join(POWER)} have one")
    power = POWER[kind](plan)
    gain, offset = affine(plan.limits_db, 10.0)
    table = None
    if colour_map:
        from biospectra.transforms.colour import colour_table

        table = (colour_table(colour_map) / 255).astype(np.float32)

    def call(windows: Any) -> Any:
        channels = windows.shape[-1]
        lines = ops.reshape(ops.swapaxes(windows, 1, 2), (-1, windows.shape[1]))
        found = ops.log2(ops.maximum(power(lines), FAINTEST)) * gain + offset
        levels = ops.round(ops.clip(found, 0, 255))
        if table is not None:
            return ops.take(ops.convert_to_tensor(table), ops.cast(levels, "int32"), axis=0)
        images = ops.reshape(levels / 255, (-1, channels, plan.height, plan.width))
        return ops.transpose(images, (0, 2, 3, 1))

    class Images(keras.layers.Layer):
        def __init__(self) -> None:
            # Whatever the network's precision: levels of 255 need more than bfloat16 holds.
            super().__init__(name=kind.lower(), dtype="float32", trainable=False)

        def call(self, windows: Any) -> Any:
            return call(windows)

    return Images()


def _spectrogram(plan: Any) -> Any:
    """Return the function of windows (n, length) that gives squared magnitudes of all pixels."""
    from keras import ops

    length, size = len(plan.taper), plan.fft_length
    frames = np.arange(plan.width)[:, None] * plan.hop + np.arange(length)
    frames += plan.margin + plan.first
    taper, row_gain = (np.asarray(part, np.float32) for part in (plan.taper, plan.row_gain))

    def spectra(cut: Any) -> tuple[Any, Any]:
        if size is None:
            both = _product(cut, plan.waves.T)
            return both[..., : plan.height], both[..., plan.height :]
        cut = cut * ops.convert_to_tensor(taper)
        if length > size:  # a longer taper is folded onto the transform
            parts = -(-length // size)
            cut = ops.pad(cut, [(0, 0), (0, 0), (0, parts * size - length)])
            cut = ops.sum(ops.reshape(cut, (-1, plan.width, parts, size)), axis=2)
        re, im = ops.rfft(cut, size)
        return ops.take(re, plan.bins, axis=-1), ops.take(im, plan.bins, axis=-1)

    def power(windows: Any) -> Any:
        re, im = spectra(ops.take(windows, frames, axis=1))
        return ops.swapaxes((re * re + im * im) * ops.convert_to_tensor(row_gain), 1, 2)

    return power


def _scaleogram(plan: Any) -> Any:
    """Return the function of windows (n, length) that gives squared magnitudes of all pixels."""
    from keras import ops

    from biospectra.signals.windows import reflected

    mirrored = None
    if plan.edges == "reflect":
        mirrored = reflected(np.arange(-plan.reach, plan.samples + plan.reach), plan.samples)
    oversample = 1 if plan.pooling == "point" else plan.oversample

    def folded(re: Any, im: Any, band: Any, points: int) -> tuple[Any, Any]:
        """The conjugate of a spectrum times sixteen rows' weights, folded modulo `points`."""
        bins = np.arange(band.first, band.last)
        weights = band.weights.reshape(len(bins), -1).T
        before = band.first % points
        parts = -(-(before + len(bins)) // points)
        room = [(0, 0), (0, 0), (before, parts * points - before - len(bins))]
        sign = np.where(bins < 0, 1, -1).astype(np.float32)

        def fold(part: Any, factor: Any) -> Any:
            product = ops.take(part, np.abs(bins), axis=1)[:, None]
            product = product * ops.convert_to_tensor(weights * factor)
            padded = ops.reshape(ops.pad(product, room), (-1, len(weights), parts, points))
            return ops.sum(padded, axis=2)

        return fold(re, np.float32(1)), fold(im, sign)

    def pooled(re: Any, im: Any) -> Any:
        if plan.wavelet.is_complex:
            squares = re * re + im * im
        else:
            squares = im * im if plan.wavelet.is_odd else re * re
        squares = squares[..., : plan.width * oversample]
        if oversample == 1:
            return squares
        squares = ops.reshape(squares, (-1, squares.shape[1], plan.width, oversample))
        if plan.pooling == "max":
            return ops.max(squares, axis=-1)
        return ops.square(ops.mean(ops.sqrt(squares), axis=-1))

    def power(windows: Any) -> Any:
        if mirrored is not None:
            windows = ops.take(windows, mirrored, axis=1)
        rows = []
        for group, begin, turn, _, bands in plan.groups:
            at = plan.reach - begin
            re, im = ops.rfft(windows[:, at : at + group.length], group.length)
            cos, sin = (ops.convert_to_tensor(part) for part in (turn.real, turn.imag))
            re, im = re * cos - im * sin, re * sin + im * cos
            both = [folded(re, im, band, group.points) for band in bands]
            parts = [ops.concatenate(part, axis=1) for part in zip(*both, strict=True)]
            rows.append(pooled(*ops.fft(tuple(parts))))
        return ops.concatenate(rows, axis=1)[:, : plan.height]

    return power


def _product(values: Any, matrix: np.ndarray) -> Any:
    """Multiply by a matrix in full float32; of themselves, GPUs may round to ten bits there."""
    import keras
    from keras import ops

    from biospectra.models.network import backend

    if keras.backend.backend() == "jax":
        with backend().default_matmul_precision("highest"):
            return ops.matmul(values, matrix)
    if keras.backend.backend() == "tensorflow":
        found = ops.matmul(ops.cast(values, "float64"), matrix.astype(np.float64))
        return ops.cast(found, "float32")
    return ops.matmul(values, matrix)


# The classes of images that have a layer: what gives the squared magnitudes of their pixels.
POWER = {"Spectrogram": _spectrogram, "Scaleogram": _scaleogram}
