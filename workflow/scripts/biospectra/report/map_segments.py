"""What the interactive map's page shows of each segment."""

import html
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from biospectra.evaluation.groups import groups_of
from biospectra.report.images import UNIT_NAMES
from biospectra.report.thumbnails import drawn_out, thumbnail_size, thumbnails
from biospectra.store.images import axes_of
from biospectra.store.sampling import few_of_each_class

MOST_ON_PAGE = 10_000  # segments, of which each has its signal and image in the page
QUALITY = {  # largest share of the power above 1 Hz that is mains hum
    "hum below 1 %": 0.01,
    "hum 1 to 5 %": 0.05,
    "hum 5 to 20 %": 0.2,
    "hum above 20 %": np.inf,
}
COLOURED_BY = {"label": "class", "database": "database", "subject": "person", "quality": "quality"}


class MapSegments(NamedTuple):
    """The segments on a page, and what it shows of each.

    Parameters
    ----------
    rows : DataFrame
        A row each: place, groups, facts as HTML, words to search in, and its image if it has one.
    of_all : int
        How many segments are on the map, of which these are evenly drawn.
    coloured_by : dict of str to str
        By column that the map can be coloured by, its name.
    levels : ndarray, (n, points), int8
        The signals, in steps of the column `step`.
    window_s : float
        Length of a segment.
    unit : str
        Of the signals.
    axes : dict or None
        Of `biospectra.store.images.axes_of`; None of a model of samples.
    """

    rows: pd.DataFrame
    of_all: int
    coloured_by: dict[str, str]
    levels: np.ndarray
    window_s: float
    unit: str
    axes: dict | None


def read_map_segments(
    positions: str | Path,
    *,
    segments: list[str],
    inputs: list[str],
    colour_map: str,
    columns: Sequence[str] = (),
) -> MapSegments:
    """Read what the page shows; the parameters are those of `write_map_page`."""
    from biospectra.store.dataset import locate, read_entries, read_signals, read_split
    from biospectra.store.rows import read_recordings
    from biospectra.store.together import first_channel

    rows = read_split(positions)
    of_all = len(rows)
    rows = rows.iloc[few_of_each_class(rows, MOST_ON_PAGE)].reset_index(drop=True)
    recordings = read_recordings(segments)
    rate_hz = float(recordings["rate_hz"].iloc[0])
    samples = read_signals(first_channel(locate(rows, segments)))
    levels, step = drawn_out(samples)
    shown = rows.assign(step=step, quality=quality_of(samples, rate_hz))
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
    shown["words"] = [
        " ".join(str(row[key]) for key in ("recording", *coloured_by)).lower()
        for _, row in shown.iterrows()
    ]
    units = recordings["units"].unique()
    unit = units[0] if len(units) == 1 else "units"
    window_s = samples.shape[1] / rate_hz
    return MapSegments(
        shown, of_all, coloured_by, levels, window_s, UNIT_NAMES.get(unit, unit), axes
    )


def quality_of(signals: np.ndarray, rate_hz: float) -> np.ndarray:
    """Grade segments (n, samples) by their mains hum: (n,) keys of `QUALITY`.

    Segments of worse quality than the study admits are on no map.
    """
    from biospectra.signals.quality import hum_shares

    grades = np.array(list(QUALITY))
    return grades[np.searchsorted(list(QUALITY.values()), hum_shares(signals, rate_hz))]


def _facts(row: pd.Series, coloured_by: dict[str, str]) -> str:
    """Say what a segment is, as HTML."""
    said = [f"{name} {html.escape(str(row[by]))}" for by, name in coloured_by.items()]
    where = f"<b>{html.escape(str(row['recording']))}, from {row['start_s']:.2f} s</b>"
    return f"{where}<br>{', '.join(said)}"
