"""Pictures for people: images on their axes, contact sheets, a segment in all its views."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from biospectra.transforms.transform import Transform

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNIT_NAMES = {"robust": "robust units"}
MOST_OF_POWER, NARROW = 0.9, 0.12  # so much power below this share of the axis hides in it
OCTAVES_SHOWN = 512  # the highest frequency of a logarithmic axis over its lowest


def draw_image(axis, image: np.ndarray, of: dict, colour_map: str):
    """Draw one image pixel by pixel, with its true frequencies and times at the ticks.

    Parameters
    ----------
    axis : matplotlib axes
    image : ndarray, (height, width) or (height, width, 3), uint8
        Row 0 is the highest frequency.
    of : dict
        Of of `biospectra.store.images.axes_of`.
    colour_map : str
        For images of one channel.
    """
    import matplotlib

    low_db, high_db = of["limits_db"]
    shown = image[..., 0] if image.shape[2:] == (1,) else image
    drawn = axis.imshow(
        shown if shown.ndim == 3 else low_db + shown * ((high_db - low_db) / 255),
        aspect="auto",
        interpolation="nearest",
        cmap=colour_map,
        vmin=low_db,
        vmax=high_db,
    )
    frequency_hz, time_s = of["frequency_hz"], of["time_s"]
    top, bottom = frequency_hz[0], frequency_hz[-1]
    steps = np.diff(frequency_hz)
    if np.allclose(steps, steps[:1], rtol=1e-3):
        ticks = matplotlib.ticker.MaxNLocator(6).tick_values(bottom, top)
    else:
        ticks = np.array([m * 10.0**e for e in range(-3, 5) for m in (1, 2, 5)])
        if np.ptp(np.log10(ticks.clip(bottom, top))) > 2.5:  # 1, 3, 10, 30 where all would crowd
            ticks = np.array([m * 10.0**e for e in range(-3, 5) for m in (1, 3)])
    ticks = ticks[(ticks >= bottom) & (ticks <= top)]
    rows = np.interp(ticks, frequency_hz[::-1], np.arange(len(frequency_hz))[::-1])
    axis.set_yticks(rows, [f"{tick:g}" for tick in ticks])
    end_s = time_s[-1] + time_s[0]
    seconds = matplotlib.ticker.MaxNLocator(5).tick_values(0, end_s)
    seconds = seconds[(seconds >= 0) & (seconds <= end_s + 1e-9)]
    step_s = time_s[1] - time_s[0] if len(time_s) > 1 else end_s
    pixels = (seconds - time_s[0]) / step_s
    axis.set_xticks(pixels, [f"{second:g}" for second in seconds])
    axis.set_xlim(-0.5, len(time_s) - 0.5)
    return drawn


def scale_bar(drawing, axes, of: dict, colour_map: str, into=None) -> None:
    """Draw the colour scale of images, in dB, beside some axes, or lying in axes of its own."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    mappable = ScalarMappable(Normalize(*of["limits_db"]), of["colour_map"] or colour_map)
    if into is None:
        drawing.colorbar(mappable, ax=axes, label=of["quantity"], aspect=30)
    else:
        drawing.colorbar(mappable, cax=into, label=of["quantity"], orientation="horizontal")


def rows_to_show(images: list[np.ndarray], of: dict) -> tuple[np.ndarray, dict]:
    """Choose the rows in which people see most of some images.

    Where nearly all power is in the lowest tenth of a linear axis of frequency, as an EEG's is,
    rows are taken evenly over a logarithmic one. Models read the images as they are.

    Parameters
    ----------
    images : list of ndarray, (height, width) or (height, width, channels), uint8
        They are shown together, on one axis.
    of : dict
        Of `biospectra.store.images.axes_of`.

    Returns
    -------
    rows : ndarray, (height,), int
        Which row of an image stands in each row of its picture.
    of : dict
        The same with the frequencies of these rows.
    """
    frequency_hz = np.asarray(of["frequency_hz"])
    rows = np.arange(len(frequency_hz))
    steps = np.diff(frequency_hz)
    linear = len(steps) > 1 and np.allclose(steps, steps[0], rtol=1e-3)
    if not linear or not images or of["colour_map"]:
        return rows, of
    low_db, high_db = of["limits_db"]
    for image in images:
        levels = image.reshape(len(rows), -1).astype(float)
        power = (10 ** ((low_db + levels * ((high_db - low_db) / 255)) / 10)).mean(axis=1)
        below = np.cumsum(power[::-1]) / power.sum()
        if frequency_hz[::-1][np.searchsorted(below, MOST_OF_POWER)] < NARROW * frequency_hz[0]:
            break
    else:
        return rows, of
    lowest_hz = max(frequency_hz[frequency_hz > 0].min(), frequency_hz[0] / OCTAVES_SHOWN)
    shown_hz = np.geomspace(frequency_hz[0], lowest_hz, len(rows))
    rows = np.abs(frequency_hz[None] - shown_hz[:, None]).argmin(axis=1)
    return rows, of | {"frequency_hz": shown_hz}


def show(
    image: ArrayLike, plan: Transform, *, colour_map: str = "viridis", axis: "Axes | None" = None
) -> "Axes":
    """Draw an image with its frequencies, its times and the decibels of its colours.

    Parameters
    ----------
    image : array_like, (height, width) or (height, width, 3), uint8
        One that `plan` made: its levels, or their colours.
    plan : Transform
        What made it.
    colour_map : str
        Of matplotlib: for levels; of colours the one that they were made with.
    axis : matplotlib.axes.Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    Axes
        matplotlib.axes.Axes.

    Raises
    ------
    ValueError
        If the image is not one of the plan's.

    Examples
    --------
    >>> from biospectra.transforms.spectrogram import Spectrogram
    >>> plan = Spectrogram(rate_hz=128, samples=1280, height=64, width=64)
    >>> images = plan.of(np.sin(np.arange(2560)), starts=[0])
    >>> axis = show(images[0], plan)  # doctest: +SKIP
    >>> axis.figure.savefig("image.png")  # doctest: +SKIP
    """
    image = np.asarray(image)
    if image.dtype != np.uint8 or image.shape[2:] not in ((), (3,)):
        raise ValueError(
            f"image: is {image.dtype} of shape {image.shape}; must be uint8, (height, width) or "
            "(height, width, 3)"
        )
    if image.shape[:2] != (plan.height, plan.width):
        raise ValueError(
            f"image: is of {image.shape[0]} by {image.shape[1]} pixels, and the plan's images are "
            f"of {plan.height} by {plan.width}; give the plan that made it"
        )
    if axis is None:
        import matplotlib.pyplot as plt

        _, axis = plt.subplots(figsize=(7.5, 4), layout="constrained")
    of = {
        "frequency_hz": plan.frequency_hz,
        "time_s": plan.time_s,
        "limits_db": plan.limits_db,
        "quantity": plan.quantity,
        "colour_map": None,
    }
    draw_image(axis, image, of, colour_map)
    scale_bar(axis.figure, axis, of, colour_map)
    axis.set(xlabel="Time (s)", ylabel="Frequency (Hz)")
    return axis
