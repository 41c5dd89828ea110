"""Images as PNG files with a contact sheet for each class."""

from pathlib import Path

from biospectra.report.contact_sheet import draw_contact_sheet
from biospectra.store.images import axes_of, read_images
from biospectra.store.rows import read_rows
from biospectra.store.sampling import evenly_by_class


def write_pngs(
    images: list[str],
    folder: str | Path,
    sheets: dict[str, list[str]],
    *,
    per_class: int | str,
    colour_map: str,
    sheet_colour_map: str,
    sheet_size: int = 12,
) -> None:
    """Write PNG files of segments and a contact sheet of each class.

    Parameters
    ----------
    images : list of str
        HDF5 files of the images.
    folder : path
        Gets {label}/{recording}_{segment}_{start}s.png, one file a segment.
    sheets : dict of str to list of str
        The contact sheet of each class, in several formats.
    per_class : int or str
        How many segments of each class become files, or "all".
    colour_map : str
        Colour map of images of one channel.
    sheet_colour_map : str
        The same, on contact sheets.
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
        draw_contact_sheet(some[some["label"] == label], of, label, sheet, sheet_colour_map)
