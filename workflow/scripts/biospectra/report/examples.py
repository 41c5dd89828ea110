"""The figure of examples: a typical segment of each class in all its views."""

from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.report.images import UNIT_NAMES, draw_image, rows_to_show, scale_bar
from biospectra.report.style import class_colours, figure, shortened
from biospectra.store.dataset import read_entries, read_signals
from biospectra.store.images import axes_of
from biospectra.store.rows import read_recordings, read_rows
from biospectra.store.sampling import evenly_by_class

BARS_PER_ROW = 16  # how much higher a row of panels is than a bar of colours


def draw_examples(
    segments: list[str],
    images: dict[str, list[str]],
    output: str | Path | list,
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
    output : path or list of path
        The figure, in several formats.
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
    shown = {name: [_image_of(typical.iloc[0], where[name]) for typical in rows] for name in images}
    chosen = {name: rows_to_show(shown[name], of[name]) for name in images}
    lowest_hz = _lowest_of_logarithmic([own["frequency_hz"] for _, own in chosen.values()])
    with figure(output, height_cm=2.6 + 4.1 * len(rows)) as drawing:
        *axes, bars = drawing.subplots(
            len(rows) + 1,
            2 + len(images),
            squeeze=False,
            height_ratios=[BARS_PER_ROW] * len(rows) + [1],
        )
        for place, (line, typical) in enumerate(zip(axes, rows, strict=True)):
            row, (signal,) = typical.iloc[0], read_signals(typical)
            rate_hz = recordings.loc[row.recording, "rate_hz"]
            units = recordings.loc[row.recording, "units"]
            _draw_signal(line[0], signal, rate_hz, UNIT_NAMES.get(units, units), colours[row.label])
            _draw_spectrum(line[1], signal, rate_hz, colours[row.label], lowest_hz)
            said = f"{row.label}: {shortened(row.recording, 20)}\nfrom {row.start_s:g} s"
            line[0].set_title(said, fontsize="small")
            for axis, name in zip(line[2:], images, strict=True):
                kept, own = chosen[name]
                draw_image(axis, shown[name][place][kept], own, colour_map)
                axis.set_ylabel("Frequency (Hz)")
            for axis, title in zip(
                line[1:], ["Spectrum", *map(str.capitalize, images)], strict=True
            ):
                if place == 0:
                    axis.set_title(title)
                if place == len(rows) - 1:
                    axis.set_xlabel("Frequency (Hz)" if title == "Spectrum" else "Time (s)")
        axes[-1][0].set_xlabel("Time (s)")
        for bar in bars[:2]:
            bar.axis("off")
        for bar, name in zip(bars[2:], images, strict=True):
            scale_bar(drawing, None, of[name], colour_map, into=bar)


def _image_of(row, entries: pd.DataFrame) -> np.ndarray:
    """Return a segment's image, (height, width, channels) uint8."""
    own = (entries["recording"] == row.recording) & (entries["segment"] == row.segment)
    return read_entries(entries[own])[0]


def _typical(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the row of the segment whose power is the median of some segments'."""
    some = evenly_by_class(rows, 101)
    power = read_signals(some).var(axis=1)
    return some.iloc[[np.argsort(power)[len(power) // 2]]]


def _draw_signal(axis, signal: np.ndarray, rate_hz: float, units: str, colour: str) -> None:
    axis.plot(np.arange(len(signal)) / rate_hz, signal, color=colour, linewidth=0.5)
    axis.set(ylabel=f"Signal ({units})", xlim=(0, len(signal) / rate_hz))


def _lowest_of_logarithmic(axes_hz: list[np.ndarray]) -> float | None:
    """Return the lowest frequency of axes of images as they are drawn, None where one is linear."""
    linear = [np.allclose(np.diff(hz), hz[1] - hz[0], rtol=1e-3) for hz in axes_hz if len(hz) > 1]
    return None if any(linear) or not linear else min(hz[-1] for hz in axes_hz)


def _draw_spectrum(
    axis, signal: np.ndarray, rate_hz: float, colour: str, lowest_hz: float | None
) -> None:
    from scipy.signal.windows import hann

    from biospectra.features.fourier import amplitude_spectrum

    window = hann(len(signal), sym=False)  # without one, leakage would hide what is weak
    frequency_hz, amplitude = amplitude_spectrum(signal * window / window.mean(), rate_hz)
    axis.plot(frequency_hz, 20 * np.log10(amplitude + 1e-9), color=colour, linewidth=0.5)
    top = 20 * np.log10(amplitude.max() + 1e-9)
    axis.set(
        ylabel="Amplitude (dB re 1)",
        xscale="log" if lowest_hz else "linear",
        xlim=(lowest_hz or 0, rate_hz / 2),
        ylim=(top - 90, top + 3),
    )
