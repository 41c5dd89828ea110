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

from biospectra.models.embedding import FITTED_ON
from biospectra.report.map_panels import image_panel, signal_panel
from biospectra.report.map_scripts import CHOOSE, FIND, HINT, SAVE, SELECT, SHOW
from biospectra.report.map_segments import QUALITY, read_map_segments
from biospectra.report.style import class_colours, class_markers, shortened
from biospectra.words import number_of

PAGE_CSS = "html { overflow-x: hidden; }"  # empty layers of Bokeh's stick out of a narrow page
LONGEST_LEGEND = 24
WRAP_CSS = ":host { flex-wrap: wrap; }"
# Heights that no text changes: what stands below keeps its place.
STEADY = {"sizing_mode": "stretch_width", "disable_math": True}
LONGEST_ITEM = 20  # characters of a name in the legend
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
    caveat: str | None = None,
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
    caveat : str or None
        Of `biospectra.evaluation.caveats.map_caveat`.
    """
    from bokeh.embed import file_html
    from bokeh.layouts import column
    from bokeh.layouts import row as side_by_side
    from bokeh.models import ColumnDataSource, CustomJS, Div, HoverTool, InlineStyleSheet
    from bokeh.resources import INLINE

    read = read_map_segments(
        positions, segments=segments, inputs=inputs, colour_map=colour_map, columns=columns
    )
    shown, first = read.rows, read.rows.iloc[0]
    count = number_of(read.of_all, "test segment")
    count = f"{len(shown)} of {count}, evenly drawn," if len(shown) < read.of_all else count
    title = f"{count} of {name}; UMAP fitted on {FITTED_ON[fit_on]}"
    kept = ["facts", "step", "words", "recording", "start_s", "label", "subject", "database"]
    kept += ["image"] if read.axes is not None else []
    points = ColumnDataSource(shown[kept].reset_index(drop=True), name="points")
    facts = Div(text=first["facts"], height=64, name="facts", styles={"overflow": "auto"}, **STEADY)
    drawing, renderers, legends = _map(shown, labels, title, read.coloured_by)
    line, signal = signal_panel(read.levels[0] * first["step"], read.window_s, read.unit)
    below, image = None, None
    if read.axes is not None:
        below, image = image_panel(signal, read.axes, read.window_s, first["image"], colour_map)
    controls, told = _controls(drawing, renderers, legends, points, read.coloured_by)
    show = {
        "points": points,
        "signals": ColumnDataSource({"levels": read.levels.ravel()}),
        "line": line,
        "image": image,
        "facts": facts,
    }
    drawing.add_tools(HoverTool(tooltips=None, callback=CustomJS(args=show, code=SHOW)))
    marked = f"{HINT} <b>This map is {html.escape(caveat)}.</b>" if caveat else HINT
    hint = Div(text=marked, styles={"color": "#555"}, **STEADY)
    # The map stands at the left, where nothing that changes its width can move it from under the
    # pointer: Bokeh would look for points where they were.
    left = column(hint, controls, told, drawing, sizing_mode="stretch_width", min_width=430)
    panels = [facts, signal, *([below] if below else [])]
    beside = column(*panels, sizing_mode="stretch_width", min_width=380)
    wrap = InlineStyleSheet(css=WRAP_CSS)
    layout = side_by_side(left, beside, sizing_mode="stretch_width", stylesheets=[wrap])
    text = file_html(layout, INLINE, title=f"biospectra: {title}")
    text = text.replace("</head>", f"<style>{PAGE_CSS}</style></head>", 1)
    Path(page).write_text(text, encoding="utf-8")


def _controls(drawing, renderers: dict, legends: dict, points, coloured_by: dict[str, str]):
    """Return what chooses colours, searches and saves, and the line that says what is selected."""
    from bokeh.layouts import row as side_by_side
    from bokeh.models import Button, CustomJS, Div, InlineStyleSheet, Select, TextInput

    options = list(coloured_by.items())
    chooser = Select(title="Colour by", value="label", options=options, width=150, name="chooser")
    search = TextInput(
        title="Find", placeholder="recording, class, person ...", width=210, name="search"
    )
    told = Div(text="", height=20, name="told", **STEADY)
    save = Button(label="Save selected", disabled=True, width=110, name="save", align="end")
    choose = {"renderers": renderers, "legends": legends, "chooser": chooser}
    chooser.js_on_change("value", CustomJS(args=choose, code=CHOOSE))
    marking = {"renderers": renderers, "points": points, "told": told, "save": save}
    find = CustomJS(args=marking | {"search": search}, code=FIND)
    search.js_on_change("value_input", find)
    drawing.js_on_event("selectiongeometry", CustomJS(args=marking, code=SELECT))
    save.js_on_event("button_click", CustomJS(args={"points": points, "save": save}, code=SAVE))
    wrap = InlineStyleSheet(css=WRAP_CSS)
    return side_by_side(chooser, search, save, stylesheets=[wrap]), told


def _map(shown: pd.DataFrame, labels: list[str], title: str, coloured_by: dict[str, str]):
    """Return the plot, its renderers and its legends by what they are coloured by."""
    from bokeh.models import ColumnDataSource, Legend
    from bokeh.plotting import figure as plot

    drawing = plot(
        name="map",
        title=title,
        tools="pan,wheel_zoom,box_select,lasso_select,reset,save",
        active_scroll="wheel_zoom",
        toolbar_location="above",
        min_border_left=64,
        sizing_mode="stretch_width",
        height=520,
        match_aspect=True,
        x_axis_label="UMAP 1",
        y_axis_label="UMAP 2",
    )
    known = {"label": labels, "quality": list(QUALITY)}
    x, y = shown["x"].to_numpy(), shown["y"].to_numpy()
    renderers: dict[str, list] = {}
    legends, widest = {}, 0
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
                source=ColumnDataSource(
                    {"x": x[own], "y": y[own], "at": own, "alpha": np.full(len(own), 0.75)}
                ),
                size=8,
                fill_alpha="alpha",
                nonselection_fill_alpha="alpha",  # what is selected is marked by `MARK`
                fill_color=colours[group],
                marker=GLYPHS[markers[group]],
                line_color=None,
                visible=by == "label",
            )
            renderers.setdefault(by, []).append(drawn)
            items.append((f"{shortened(group, LONGEST_ITEM)} ({len(own)})", [drawn]))
        many = len(items) > LONGEST_LEGEND
        plural = "people" if by == "subject" else f"values of {name}"
        legends[by] = Legend(
            items=[] if many else items,
            title=f"{len(items)} {plural}" if many else name.capitalize(),
            click_policy="hide",
            visible=by == "label",
            label_text_font_size="9pt",
            spacing=0,
        )
        drawing.add_layout(legends[by], "right")
        widest = max([widest, len(legends[by].title), *(len(text) for text, _ in items)])
    # Room for the widest legend, so that the map stays where it is when another takes its place.
    drawing.min_border_right = 80 + 7 * widest
    return drawing, renderers, legends
