"""The panels beside the interactive map: a segment's signal, and below it, in line, its image."""

import numpy as np

LEFT, RIGHT = 72, 18  # pixels beside both frames, so that the same seconds stand in one line


def signal_panel(value: np.ndarray, window_s: float, unit: str):
    """Return the source and the plot of the signal under the pointer; at first, of one of them.

    Parameters
    ----------
    value : ndarray, (points,)
        What is drawn of the first signal.
    window_s : float
        Length of a segment.
    unit : str
        Of the signal.
    """
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure as plot

    time_s = np.linspace(0, window_s, len(value))
    line = ColumnDataSource({"time_s": time_s, "value": value}, name="signal")
    drawing = plot(
        name="signal_panel",
        tools="",
        toolbar_location=None,
        sizing_mode="stretch_width",
        height=190,
        x_range=(0, window_s),
        y_axis_label=f"Signal ({unit})",
        min_border_left=LEFT,
        min_border_right=RIGHT,
    )
    drawing.xaxis.ticker = ticks_of_seconds(window_s)
    drawing.xaxis.major_label_text_font_size = "0pt"  # the image below has the same seconds
    drawing.line("time_s", "value", source=line, color="black")
    return line, drawing


def image_panel(signal, axes: dict, window_s: float, first: str, colour_map: str):
    """Return the plot of the image under the pointer, below its signal, and its source.

    Parameters
    ----------
    signal : Plot
        Of `signal_panel`, whose seconds it shares.
    axes : dict
        Of `biospectra.store.images.axes_of`.
    window_s : float
        Length of a segment.
    first : str
        Address of the image that is shown at first.
    colour_map : str
        Of images of one channel.
    """
    import matplotlib
    from bokeh.models import ColorBar, ColumnDataSource, FixedTicker, LinearColorMapper
    from bokeh.plotting import figure as plot

    image = ColumnDataSource({"url": [first]}, name="image")
    drawing = plot(
        name="image_panel",
        tools="",
        toolbar_location=None,
        sizing_mode="stretch_width",
        height=330,
        x_range=signal.x_range,
        y_range=(0, 1),
        x_axis_label="Time (s)",
        y_axis_label="Frequency (Hz)",
        min_border_left=LEFT,
        min_border_right=RIGHT,
    )
    drawing.image_url("url", x=0, y=1, w=window_s, h=1, anchor="top_left", source=image)
    drawing.xaxis.ticker = ticks_of_seconds(window_s)
    at = ticks_of_frequency(axes["frequency_hz"])
    drawing.yaxis.ticker = FixedTicker(ticks=list(at))
    drawing.yaxis.major_label_overrides = at
    drawing.grid.visible = False
    colours = matplotlib.colormaps[axes["colour_map"] or colour_map](range(256), bytes=True)
    low_db, high_db = map(float, axes["limits_db"])
    palette = ["#{:02x}{:02x}{:02x}".format(*colour[:3]) for colour in colours]
    mapper = LinearColorMapper(palette, low=low_db, high=high_db)
    bar = ColorBar(color_mapper=mapper, title="dB", height=10, padding=4)
    drawing.add_layout(bar, "below")  # beside the frame it would shift the seconds
    return drawing, image


def ticks_of_seconds(window_s: float):
    """Return round ticks of time, a second apart where they are few."""
    from bokeh.models import FixedTicker

    step_s = next(s for s in ROUND_S if window_s / s <= 8)
    return FixedTicker(ticks=[k * step_s for k in range(int(window_s / step_s + 1e-9) + 1)])


ROUND_S = [m * 10.0**e for e in range(-4, 6) for m in (1, 2, 5)]


def ticks_of_frequency(frequency_hz: np.ndarray) -> dict[float, str]:
    """Return where round frequencies stand on an image's height, from 0 to 1, and their names.

    Parameters
    ----------
    frequency_hz : ndarray, (height,)
        Of the rows, the highest first.
    """
    rows = len(frequency_hz)
    low, high = float(frequency_hz[-1]), float(frequency_hz[0])
    steps = np.diff(frequency_hz)
    if rows > 1 and np.allclose(steps, steps[0], rtol=1e-3):
        step = next(s for s in ROUND_S if (high - low) / s <= 6)
        ticks = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    else:
        ticks = np.array([m * 10.0**e for e in range(-4, 6) for m in (1, 2, 5)])
        ticks = ticks[(ticks >= low) & (ticks <= high)]
    height = 1 - (np.interp(ticks, frequency_hz[::-1], np.arange(rows)[::-1]) + 0.5) / rows
    return {float(at): f"{tick:g}" for at, tick in zip(height, ticks, strict=True)}
