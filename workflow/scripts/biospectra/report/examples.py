"""The figure of examples: a typical segment of each class in all its views."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.report.images import UNIT_NAMES, draw_image, scale_bar
from biospectra.report.style import class_colours, figure
from biospectra.store.dataset import read_entries, read_signals
from biospectra.store.images import axes_of
from biospectra.store.rows import read_recordings, read_rows
from biospectra.store.sampling import evenly_by_class


def draw_examples(
    segments: list[str],
    images: dict[str, list[str]],
    output: str | Path,
    *,
    labels: list[str],
    colour_map: str,
) -> None:
    """Draw one segment of each class: signal, amplitude spectrum and each of its images.

    Parameters
    ----------
    segments : list of str
        HDF5 files of the segments.
    images : dict of str to list of str
        Files of each image, by its name in the config.
    output : path
        The figure.
    labels : list of str
        The classes.
    colour_map : str
        Colour map of images of one channel.
    """
    good = read_rows(segments).query("quality == 'ok'")
    rows = [_typical(good[good["label"] == label]) for label in labels]
    colours = class_colours(labels)
    where = {name: read_rows(files) for name, files in images.items()}
    of = {name: axes_of(files[0]) for name, files in images.items()}
    recordings = read_recordings(segments).set_index("recording")
    with figure(output, figsize=(4.2 * (2 + len(images)), 0.5 + 3 * len(rows))) as drawing:
        axes = drawing.subplots(len(rows), 2 + len(images), squeeze=False)
        for line, typical in zip(axes, rows, strict=True):
            row, (signal,) = typical.iloc[0], read_signals(typical)
            rate_hz = recordings.loc[row.recording, "rate_hz"]
            units = recordings.loc[row.recording, "units"]
            _draw_signal(line[0], signal, rate_hz, UNIT_NAMES.get(units, units), colours[row.label])
            _draw_spectrum(line[1], signal, rate_hz, colours[row.label])
            line[0].set_title(f"{row.label}: {row.recording}, from {row.start_s:g} s", fontsize=9)
            for axis, name in zip(line[2:], images, strict=True):
                match = where[name]
                match = match[
                    (match["recording"] == row.recording) & (match["segment"] == row.segment)
                ]
                draw_image(axis, read_entries(match)[0], of[name], colour_map)
                axis.set(xlabel="Time (s)", ylabel="Frequency (Hz)")
                scale_bar(drawing, axis, of[name], colour_map)
        for axis, title in zip(
            axes[0, 1:], ["Spectrum", *map(str.capitalize, images)], strict=True
        ):
            axis.set_title(title)


def _typical(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the row of the segment whose power is the median of some segments'."""
    some = evenly_by_class(rows, 101)
    power = read_signals(some).var(axis=1)
    return some.iloc[[np.argsort(power)[len(power) // 2]]]


def _draw_signal(axis, signal: np.ndarray, rate_hz: float, units: str, colour: str) -> None:
    axis.plot(np.arange(len(signal)) / rate_hz, signal, color=colour, linewidth=0.6)
    axis.set(xlabel="Time (s)", ylabel=f"Signal ({units})", xlim=(0, len(signal) / rate_hz))


def _draw_spectrum(axis, signal: np.ndarray, rate_hz: float, colour: str) -> None:
    from scipy.signal.windows import hann

    from biospectra.features.fourier import amplitude_spectrum

    window = hann(len(signal), sym=False)  # without one, leakage would hide what is weak
    frequency_hz, amplitude = amplitude_spectrum(signal * window / window.mean(), rate_hz)
    axis.plot(frequency_hz, 20 * np.log10(amplitude + 1e-9), color=colour, linewidth=0.6)
    top = 20 * np.log10(amplitude.max() + 1e-9)
    axis.set(
        xlabel="Frequency (Hz)",
        ylabel="Amplitude (dB re 1, Hann)",
        xlim=(0, rate_hz / 2),
        ylim=(top - 90, top + 3),
    )
