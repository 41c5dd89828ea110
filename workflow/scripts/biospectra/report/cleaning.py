"""What cleaning did: a recording of each class as recorded and as it is used."""

from pathlib import Path

import numpy as np

from biospectra.report.style import class_colours, figure, legend_below, look, shortened
from biospectra.signals.annotations import ANNOTATED
from biospectra.store.hdf5 import attributes_of
from biospectra.store.original_files import first_files, read_originals
from biospectra.store.resampled import resampled_recordings
from biospectra.store.rows import recording_of

SHOWN_S = 10.0
LOWEST_DB = -90.0  # of a density that is shown


def draw_cleaning(
    recordings: list[dict],
    folders: list[str],
    resampled: list[str],
    output: str | Path | list,
    *,
    labels: list[str],
) -> None:
    """Draw ten seconds from the middle of a recording of each class, before and after.

    Parameters
    ----------
    recordings : list of dict
        Rows of the table.
    folders : list of str
        Folders of the original files.
    resampled : list of str
        HDF5 files of the signals as they are used.
    output : path or list of path
        The figure, in several formats; left the samples, right Welch's power spectral density of
        the whole.
    labels : list of str
        The classes; recordings labelled by annotations come last.
    """
    from matplotlib.lines import Line2D

    files = {name: path for folder in folders for name, path in first_files(folder).items()}
    used = {name: path for path in resampled for name, _ in resampled_recordings(path)}
    known = {recording_of(name) for name in used}
    shown = []
    for label in [*labels, ANNOTATED]:
        own = [row for row in recordings if row["label"] == label and row["recording"] in known]
        shown += own[:1]
    colours = class_colours([*labels, ANNOTATED])
    ink = look()
    with figure(output, height_cm=1.8 + 4.2 * len(shown)) as drawing:
        axes = drawing.subplots(len(shown), 3, squeeze=False, width_ratios=[2, 2, 1.4])
        for line, row in zip(axes, shown, strict=True):
            name, before = next(
                (name, signal) for name, signal in read_originals(row, files) if name in used
            )
            after, about = _as_used(used[name], name)
            said = f"{row['label']}: {shortened(name, 22)}"
            recorded = (before.samples, before.rate_hz, before.units)
            _draw_signal(line[0], *recorded, ink.muted, f"{said}\nas recorded")
            units = "robust units" if about["units"] == "robust" else about["units"]
            _draw_signal(
                line[1], after, about["rate_hz"], units, colours[row["label"]], f"{said}\nas used"
            )
            _draw_density(line[2], before.samples, before.rate_hz, color=ink.muted, ls="--")
            _draw_density(line[2], after, about["rate_hz"], color=colours[row["label"]])
            line[2].set_title("Spectrum at unit variance", fontsize="small")
            line[2].set(xlabel="Frequency (Hz)", ylabel="Density (dB re 1/Hz)")
            line[2].set(xscale="log", ylim=(LOWEST_DB, None))
        handles = [
            Line2D([], [], color=colour, linestyle=dashed, lw=0.8)
            for colour, dashed in ((ink.muted, "--"), (ink.ink, "-"))
        ]
        legend_below(drawing, handles, ["as recorded", "as used, in the colour of the class"])


def _as_used(path: str, name: str) -> tuple[np.ndarray, dict]:
    """Return a recording's samples as they are used, and their attributes."""
    return next(
        (group["signal"][()], attributes_of(group))
        for own, group in resampled_recordings(path)
        if own == name
    )


def _draw_signal(
    axis, samples: np.ndarray, rate_hz: float, units: str, colour: str, title: str
) -> None:
    """Draw ten seconds from the middle of a recording."""
    from matplotlib.ticker import MaxNLocator

    start = max(0, int(len(samples) / 2 - SHOWN_S * rate_hz / 2))
    part = samples[start : start + int(SHOWN_S * rate_hz)]
    axis.plot(start / rate_hz + np.arange(len(part)) / rate_hz, part, colour, lw=0.5)
    axis.set(xlabel="Time (s)", ylabel=f"Signal ({units})")
    axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.set_title(title, fontsize="small")


def _draw_density(axis, samples: np.ndarray, rate_hz: float, **style) -> None:
    """Draw Welch's power spectral density of a whole recording, brought to unit variance."""
    from scipy.signal import welch

    finite = np.nan_to_num(samples - np.nanmedian(samples))
    length = min(len(finite), int(4 * rate_hz))
    frequency_hz, density = welch(finite / (finite.std() or 1), rate_hz, nperseg=length)
    density_db = 10 * np.log10(density[1:] + 10 ** (LOWEST_DB / 10))
    axis.plot(frequency_hz[1:], density_db, lw=0.8, **style)
