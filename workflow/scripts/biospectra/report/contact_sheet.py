"""The contact sheet of a class: images of segments from all its recordings, on one scale."""

import pandas as pd

from biospectra.report.images import draw_image, rows_to_show, scale_bar
from biospectra.report.style import figure, headline, shortened
from biospectra.store.images import read_images
from biospectra.words import number_of

IMAGES_ACROSS = 4


def draw_contact_sheet(
    rows: pd.DataFrame, of: dict, label: str, paths: list[str], colour_map: str
) -> None:
    """Draw the images of some segments of a class.

    Parameters
    ----------
    rows : DataFrame
        Rows of the segments, with the file and the place of each image.
    of : dict
        Of `biospectra.store.images.axes_of`.
    label : str
        The class.
    paths : list of path
        The figure, in several formats.
    colour_map : str
        Colour map of images of one channel.
    """
    lines = max(1, -(-len(rows) // IMAGES_ACROSS))
    images = [read_images(row.file, [row.index])[0] for row in rows.itertuples()]
    kept, of = rows_to_show(images, of)
    with figure(paths, height_cm=1.6 + 3.7 * lines) as drawing:
        axes = drawing.subplots(lines, IMAGES_ACROSS, squeeze=False, sharex=True, sharey=True)
        for axis in axes.flat[len(rows) :]:
            axis.set_visible(False)
        for axis, image, row in zip(axes.flat, images, rows.itertuples(), strict=False):
            draw_image(axis, image[kept], of, colour_map)
            said = f"{shortened(row.recording, 20)}\nfrom {row.start_s:g} s"
            axis.set_title(said, fontsize="small")
        for axis in axes[:, 0]:
            axis.set_ylabel("Frequency (Hz)")
        for column in range(IMAGES_ACROSS):
            drawn = [axis for axis in axes[:, column] if axis.get_visible()]
            if drawn:
                drawn[-1].set_xlabel("Time (s)")
                drawn[-1].tick_params(labelbottom=True)
        scale_bar(drawing, axes, of, colour_map)
        headline(
            drawing, f"{label}: {of['settings']['kind']}s of {number_of(len(rows), 'segment')}"
        )
