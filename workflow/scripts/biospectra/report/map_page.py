"""The interactive map: coloured by what one chooses, with the segment under the pointer beside it.

The page holds all it shows and opens without a network. Its size is bounded: about 2 MB for the
plotting library, and for each segment one small image and one drawn-out signal, of which the images
shrink where segments are many.
"""

import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.groups import groups_of
from biospectra.models.embedding import FITTED_ON
from biospectra.report.style import class_colours, class_markers
from biospectra.report.thumbnails import drawn_out, thumbnail_size, thumbnails
from biospectra.store.images import axes_of

LONGEST_LEGEND = 24
QUALITY = {  # largest share of the power above 1 Hz that is mains hum
    "hum below 1 %": 0.01,
    "hum 1 to 5 %": 0.05,
    "hum 5 to 20 %": 0.2,
    "hum above 20 %": np.inf,
}
COLOURED_BY = {"label": "class", "database": "database", "subject": "person", "quality": "quality"}
GLYPHS = {
    "o": "circle",
    "s": "square",
    "^": "triangle",
    "D": "diamond",
    "v": "inverted_triangle",
    "<": "star",
    "P": "plus",
    ">": "hex",
}
CHOOSE = """
for (const [by, drawn] of Object.entries(renderers))
    for (const one of drawn) one.visible = by == chooser.value
for (const [by, legend] of Object.entries(legends)) legend.visible = by == chooser.value
"""
SHOW = """
const found = cb_data.index.indices
if (!cb_data.renderer.visible || found.length == 0) return
const group = cb_data.renderer.data_source.data, {x, y} = cb_data.geometry
const far = (k) => (group.x[k] - x) ** 2 + (group.y[k] - y) ** 2
const i = group.at[found.reduce((a, b) => far(b) < far(a) ? b : a)]
const own = points.data, length = line.data.time_s.length
const levels = signals.data.levels.slice(i * length, (i + 1) * length)
line.data = {time_s: line.data.time_s, value: Array.from(levels, (v) => v * own.step[i])}
facts.text = own.facts[i]
if (image) image.data = {url: [own.image[i]]}
"""


def quality_of(signals: np.ndarray, rate_hz: float) -> np.ndarray:
    """Grade segments (n, samples) by their mains hum: (n,) keys of `QUALITY`.

    Segments of worse quality than the study admits are on no map.
    """
    from biospectra.signals.quality import hum_shares

    grades = np.array(list(QUALITY))
    return grades[np.searchsorted(list(QUALITY.values()), hum_shares(signals, rate_hz))]


def write_map_page(
    positions: str | Path,
    page: str | Path,
    *,
    segments: list[str],
    inputs: list[str],
    labels: list[str],
    colour_map: str,
    fit_on: str,
    name: str,
    columns: Sequence[str] = (),
) -> None:
    """Write the interactive map.

    Parameters
    ----------
    positions : path
        map.tsv, the rows of the segments on the map with x and y.
    page : path
        Written: HTML.
    segments : list of str
        HDF5 files of the segments.
    inputs : list of str
        HDF5 files of what the model reads, images or the segments themselves, which have none.
    labels : list of str
        The classes.
    colour_map : str
        Colour map of images with levels.
    fit_on : str
        Whose segments UMAP was fitted on, "test" or "training".
    name : str
        Name of the model, for the title.
    columns : sequence of str
        Further columns of the table, by which the map can be coloured, too.
    """
    from bokeh.embed import file_html
    from bokeh.layouts import column
    from bokeh.layouts import row as side_by_side
    from bokeh.models import ColumnDataSource, CustomJS, Div, HoverTool, Select
    from bokeh.resources import INLINE

    from biospectra.store.dataset import locate, read_entries, read_signals, read_split
    from biospectra.store.rows import read_recordings
    from biospectra.store.together import first_channel

    rows = read_split(positions)
    title = f"{len(rows)} test segments of {name}; UMAP fitted on {FITTED_ON[fit_on]}"
    recordings = read_recordings(segments)
    rate_hz = float(recordings["rate_hz"].iloc[0])
    samples = read_signals(first_channel(locate(rows, segments)))
    levels, step = drawn_out(samples)
    shown = rows.assign(step=step, quality=quality_of(samples, rate_hz))
    window_s = samples.shape[1] / rate_hz
    axes = axes_of(inputs[0])
    if axes is not None:
        size = thumbnail_size(len(rows))
        found = first_channel(locate(rows, inputs))
        shown["image"] = [
            uri
            for start in range(0, len(found), 256)
            for uri in thumbnails(read_entries(found[start : start + 256]), colour_map, size)
        ]
    coloured_by = COLOURED_BY | {column: column for column in columns}
    shown["facts"] = [_facts(row, coloured_by) for _, row in shown.iterrows()]
    shown = shown.assign(**{column: groups_of(shown[column]) for column in columns})
    first = shown.iloc[0]
    kept = ["facts", "step"] + (["image"] if axes is not None else [])
    points = ColumnDataSource(shown[kept].reset_index(drop=True), name="points")
    facts = Div(text=first["facts"], width=350, height=58, name="facts", disable_math=True)
    drawing, renderers, legends = _map(shown, labels, title, coloured_by)
    units = recordings["units"].unique()
    unit = units[0] if len(units) == 1 else "units"
    line, signal = _signal(levels[0] * step[0], window_s, unit)
    below, image = None, None
    if axes is not None:
        below, image = _image(signal, axes, window_s, first["image"], colour_map)
    options = list(coloured_by.items())
    chooser = Select(title="Colour by", value="label", options=options, width=200, name="chooser")
    choose = {"renderers": renderers, "legends": legends, "chooser": chooser}
    chooser.js_on_change("value", CustomJS(args=choose, code=CHOOSE))
    show = {
        "points": points,
        "signals": ColumnDataSource({"levels": levels.ravel()}),
        "line": line,
        "image": image,
        "facts": facts,
    }
    drawing.add_tools(HoverTool(tooltips=None, callback=CustomJS(args=show, code=SHOW)))
    beside = column(facts, signal, *([below] if below else []))
    # The map stands at the left, where nothing that changes its width can move it from under the
    # pointer: Bokeh would look for points where they were.
    layout = side_by_side(column(chooser, drawing), beside)
    text = file_html(layout, INLINE, title=f"biospectra: {title}")
    Path(page).write_text(text, encoding="utf-8")


def _map(shown: pd.DataFrame, labels: list[str], title: str, coloured_by: dict[str, str]):
    """Return the plot, its renderers and its legends by what they are coloured by."""
    from bokeh.models import ColumnDataSource, Legend
    from bokeh.plotting import figure as plot

    drawing = plot(
        name="map",
        title=title,
        tools="pan,wheel_zoom,reset,save",
        active_scroll="wheel_zoom",
        frame_width=470,
        frame_height=480,
        match_aspect=True,
        x_axis_label="UMAP 1",
        y_axis_label="UMAP 2",
    )
    known = {"label": labels, "quality": list(QUALITY)}
    x, y = shown["x"].to_numpy(), shown["y"].to_numpy()
    renderers: dict[str, list] = {}
    legends = {}
    for by, name in coloured_by.items():
        names = [n for n in known.get(by, sorted(shown[by].unique())) if (shown[by] == n).any()]
        order = known.get(by, names)  # so that a class has the colour of the other figures
        colours, markers = class_colours(order), class_markers(order)
        items = []
        for group in names:
            own = np.flatnonzero((shown[by] == group).to_numpy())
            drawn = drawing.scatter(
                "x",
                "y",
                # of its own: Bokeh keeps one place under the pointer for each source
                source=ColumnDataSource({"x": x[own], "y": y[own], "at": own}),
                size=8,
                alpha=0.75,
                color=colours[group],
                marker=GLYPHS[markers[group]],
                line_color=None,
                visible=by == "label",
            )
            renderers.setdefault(by, []).append(drawn)
            items.append((f"{group} ({len(own)})", [drawn]))
        many = len(items) > LONGEST_LEGEND
        plural = "people" if by == "subject" else f"values of {name}"
        legends[by] = Legend(
            items=[] if many else items,
            title=f"{len(items)} {plural}, named under the pointer" if many else name.capitalize(),
            click_policy="hide",
            visible=by == "label",
            label_text_font_size="9pt",
            spacing=0,
        )
        drawing.add_layout(legends[by], "right")
    return drawing, renderers, legends


def _facts(row: pd.Series, coloured_by: dict[str, str]) -> str:
    """Say what a segment is, as HTML."""
    said = [f"{name} {html.escape(str(row[by]))}" for by, name in coloured_by.items()]
    where = f"<b>{html.escape(str(row['recording']))}, from {row['start_s']:.2f} s</b>"
    return f"{where}<br>{', '.join(said)}"


def _signal(value: np.ndarray, window_s: float, unit: str):
    """Return the source and the plot of the signal under the pointer; at first, of one of them."""
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure as plot

    time_s = np.linspace(0, window_s, len(value))
    line = ColumnDataSource({"time_s": time_s, "value": value}, name="signal")
    drawing = plot(
        tools="",
        toolbar_location=None,
        width=350,
        height=230,
        x_range=(0, window_s),
        x_axis_label="Time (s)",
        y_axis_label=f"Signal ({unit})",
        min_border_left=70,
    )
    drawing.line("time_s", "value", source=line, color="black")
    return line, drawing


def _image(signal, axes: dict, window_s: float, first: str, colour_map: str):
    """Return the plot of the image under the pointer, below its signal, and its source."""
    import matplotlib
    from bokeh.models import ColorBar, ColumnDataSource, FixedTicker, LinearColorMapper
    from bokeh.plotting import figure as plot

    image = ColumnDataSource({"url": [first]}, name="image")
    drawing = plot(
        tools="",
        toolbar_location=None,
        width=400,
        height=300,
        x_range=signal.x_range,
        y_range=(0, 1),
        x_axis_label="Time (s)",
        y_axis_label="Frequency (Hz)",
        min_border_left=70,
    )
    drawing.image_url("url", x=0, y=1, w=window_s, h=1, anchor="top_left", source=image)
    # Rows may lie on any frequency axis: the ticks say what stands at each quarter.
    at = np.linspace(0, 1, 5)
    frequency_hz = axes["frequency_hz"]
    rows = np.round((1 - at) * (len(frequency_hz) - 1)).astype(int)
    drawing.yaxis.ticker = FixedTicker(ticks=at.tolist())
    labels = {a: f"{frequency_hz[r]:.3g}" for a, r in zip(at.tolist(), rows, strict=True)}
    drawing.yaxis.major_label_overrides = labels
    drawing.grid.visible = False
    colours = matplotlib.colormaps[axes["colour_map"] or colour_map](range(256), bytes=True)
    low_db, high_db = map(float, axes["limits_db"])
    palette = ["#{:02x}{:02x}{:02x}".format(*colour[:3]) for colour in colours]
    mapper = LinearColorMapper(palette, low=low_db, high=high_db)
    drawing.add_layout(ColorBar(color_mapper=mapper, title="dB", width=12), "right")
    return drawing, image
