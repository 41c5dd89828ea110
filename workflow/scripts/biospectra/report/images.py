"""Pictures for people: images on their axes, contact sheets, a segment in all its views."""

import numpy as np

UNIT_NAMES = {"robust": "robust units"}


def draw_image(axis, image: np.ndarray, of: dict, colour_map: str):
    """Draw one image pixel by pixel, with its true frequencies and times at the ticks.

    Parameters
    ----------
    axis : matplotlib axes
    image : (height, width) or (height, width, 3) uint8; row 0 is the highest frequency
    of : of `biospectra.store.images.axes_of`
    colour_map : for images of one channel
    """
    import matplotlib

    low_db, high_db = of["limits_db"]
    shown = image.squeeze()
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
    even = np.allclose(np.diff(frequency_hz), frequency_hz[1] - frequency_hz[0], rtol=1e-3)
    if even:
        ticks = matplotlib.ticker.MaxNLocator(6).tick_values(bottom, top)
    else:
        ticks = np.array([m * 10.0**e for e in range(-3, 5) for m in (1, 2, 5)])
    ticks = ticks[(ticks >= bottom) & (ticks <= top)]
    rows = np.interp(ticks, frequency_hz[::-1], np.arange(len(frequency_hz))[::-1])
    axis.set_yticks(rows, [f"{tick:g}" for tick in ticks])
    end_s = time_s[-1] + time_s[0]
    seconds = matplotlib.ticker.MaxNLocator(5).tick_values(0, end_s)
    seconds = seconds[(seconds >= 0) & (seconds <= end_s + 1e-9)]
    pixels = (seconds - time_s[0]) / (time_s[1] - time_s[0])
    axis.set_xticks(pixels, [f"{second:g}" for second in seconds])
    axis.set_xlim(-0.5, len(time_s) - 0.5)
    return drawn


def scale_bar(drawing, axes, of: dict, colour_map: str) -> None:
    """Draw the colour scale of images, in dB, beside some axes."""
    import matplotlib

    low_db, high_db = of["limits_db"]
    norm = matplotlib.colors.Normalize(low_db, high_db)
    mappable = matplotlib.cm.ScalarMappable(norm, of["colour_map"] or colour_map)
    drawing.colorbar(mappable, ax=axes, label=of["quantity"])
