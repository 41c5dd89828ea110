"""Images as PNG files with a contact sheet for each class."""

from pathlib import Path

import pandas as pd

from biospectra.report.images import draw_image, scale_bar
from biospectra.report.style import figure
from biospectra.store.images import axes_of, read_images
from biospectra.store.rows import read_rows
from biospectra.store.sampling import evenly_by_class


def write_pngs(
    images: list[str],
    folder: str | Path,
    sheets: dict[str, str],
    *,
    per_class: int | str,
    colour_map: str,
    sheet_size: int = 12,
) -> None:
    """Write PNG files of segments and a contact sheet of each class.

    Parameters
    ----------
    images : list of str
        HDF5 files of the images.
    folder : path
        Gets {label}/{recording}_{segment}_{start}s.png, one file a segment.
    sheets : dict of str to str
        The contact sheet to write for each class.
    per_class : int or str
        How many segments of each class become files, or "all".
    colour_map : str
        Colour map of images of one channel.
    sheet_size : int
        Images on a contact sheet.
    """
    from biospectra.report.png import write_png

    rows = read_rows(images)
    of = axes_of(images[0])
    for row in evenly_by_class(rows, per_class).itertuples():
        target = Path(folder) / row.label
        target.mkdir(parents=True, exist_ok=True)
        name = f"{row.recording}_{row.segment:05d}_{row.start_s:g}s.png"
        image = read_images(row.file, [row.index])[0]
        write_png(target / name, image, None if image.ndim == 3 else colour_map)
    some = evenly_by_class(rows, sheet_size)
    for label, sheet in sheets.items():
        _contact_sheet(some[some["label"] == label], of, label, sheet, colour_map)


def _contact_sheet(rows: pd.DataFrame, of: dict, label: str, sheet: str, colour_map: str) -> None:
    columns = 4
    lines = max(1, -(-len(rows) // columns))
    with figure(sheet, figsize=(14, 0.6 + 2.6 * lines)) as drawing:
        axes = drawing.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
        for axis in axes.flat[len(rows) :]:
            axis.set_visible(False)
        for axis, row in zip(axes.flat, rows.itertuples(), strict=False):
            draw_image(axis, read_images(row.file, [row.index])[0], of, colour_map)
            axis.set_title(f"{row.recording}, from {row.start_s:g} s", fontsize=7)
        for axis in axes[:, 0]:
            axis.set_ylabel("Frequency (Hz)")
        for axis in axes[-1]:
            axis.set_xlabel("Time (s)")
        scale_bar(drawing, axes, of, colour_map)
        drawing.suptitle(f"{label}: {of['settings']['kind']}s of {len(rows)} segments")
