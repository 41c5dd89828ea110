"""Pictures for people: images on their axes, contact sheets, a segment in all its views."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from biospectra.chosen import read_entries, read_signals
from biospectra.figures import COLOURS, class_colours, figure
from biospectra.image_store import axes_of, read_images
from biospectra.rows import read_rows, read_table

UNITS = {"robust": "robust units"}


def draw_image(axis, image: np.ndarray, of: dict, colour_map: str):
    """Draw one image pixel by pixel, with its true frequencies and times at the ticks.

    Parameters
    ----------
    axis : matplotlib axes
    image : (height, width) or (height, width, 3) uint8; row 0 is the highest frequency
    of : of `biospectra.image_store.axes_of`
    colour_map : for images of one channel
    """
    import matplotlib

    low_db, high_db = of["limits_db"]
    shown = image.squeeze()
    drawn = axis.imshow(
        shown if shown.ndim == 3 else low_db + shown * ((high_db - low_db) / 255),
        aspect="auto",
        interpolation="nearest",
        cmap=colour_map,
        vmin=low_db,
        vmax=high_db,
    )
    frequency_hz, time_s = of["frequency_hz"], of["time_s"]
    top, bottom = frequency_hz[0], frequency_hz[-1]
    even = np.allclose(np.diff(frequency_hz), frequency_hz[1] - frequency_hz[0], rtol=1e-3)
    if even:
        ticks = matplotlib.ticker.MaxNLocator(6).tick_values(bottom, top)
    else:
        ticks = np.array([m * 10.0**e for e in range(-3, 5) for m in (1, 2, 5)])
    ticks = ticks[(ticks >= bottom) & (ticks <= top)]
    rows = np.interp(ticks, frequency_hz[::-1], np.arange(len(frequency_hz))[::-1])
    axis.set_yticks(rows, [f"{tick:g}" for tick in ticks])
    end_s = time_s[-1] + time_s[0]
    seconds = matplotlib.ticker.MaxNLocator(5).tick_values(0, end_s)
    seconds = seconds[(seconds >= 0) & (seconds <= end_s + 1e-9)]
    pixels = (seconds - time_s[0]) / (time_s[1] - time_s[0])
    axis.set_xticks(pixels, [f"{second:g}" for second in seconds])
    axis.set_xlim(-0.5, len(time_s) - 0.5)
    return drawn


def scale_bar(drawing, axes, of: dict, colour_map: str) -> None:
    """Draw the colour scale of images, in dB, beside some axes."""
    import matplotlib

    low_db, high_db = of["limits_db"]
    norm = matplotlib.colors.Normalize(low_db, high_db)
    mappable = matplotlib.cm.ScalarMappable(norm, of["colour_map"] or colour_map)
    density = of["settings"].get("scaling") == "psd"
    drawing.colorbar(
        mappable, ax=axes, label="Density (dB re 1²/Hz)" if density else "Amplitude (dB re 1)"
    )


def evenly(rows: pd.DataFrame, count: int | str) -> pd.DataFrame:
    """Return `count` of the rows of each class, spread over its recordings; "all" for all."""
    if count == "all":
        return rows
    parts = []
    for _, group in rows.groupby("label", sort=False):
        group = group.sort_values(["recording", "segment"])
        at = np.linspace(0, len(group) - 1, min(count, len(group)) + 2)[1:-1]
        parts.append(group.iloc[np.unique(at.round().astype(int))])
    return pd.concat(parts)


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
    images : HDF5 files of the images
    folder : gets {label}/{recording}_{segment}_{start}s.png, one file a segment
    sheets : the contact sheet to write for each class
    per_class : how many segments of each class become files, or "all"
    colour_map : of images of one channel
    sheet_size : images on a contact sheet
    """
    from biospectra.png import write_png

    rows = read_rows(images)
    of = axes_of(images[0])
    for row in evenly(rows, per_class).itertuples():
        target = Path(folder) / row.label
        target.mkdir(parents=True, exist_ok=True)
        name = f"{row.recording}_{row.segment:05d}_{row.start_s:g}s.png"
        image = read_images(row.file, [row.index])[0]
        write_png(target / name, image, None if image.ndim == 3 else colour_map)
    some = evenly(rows, sheet_size)
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
    segments : HDF5 files of the segments
    images : files of each image, by its name in the config
    output : the figure
    labels : the classes
    colour_map : of images of one channel
    """
    good = read_rows(segments).query("quality == 'ok'")
    rows = [_typical(good[good["label"] == label]) for label in labels]
    colours = class_colours(labels)
    where = {name: read_rows(files) for name, files in images.items()}
    of = {name: axes_of(files[0]) for name, files in images.items()}
    recordings = pd.concat([_recordings(file) for file in segments]).drop_duplicates("recording")
    recordings = recordings.set_index("recording")
    with figure(output, figsize=(4.2 * (2 + len(images)), 0.5 + 3 * len(rows))) as drawing:
        axes = drawing.subplots(len(rows), 2 + len(images), squeeze=False)
        for line, row in zip(axes, rows, strict=True):
            rate_hz = recordings.loc[row.recording, "rate_hz"]
            units = recordings.loc[row.recording, "units"]
            with h5py.File(row.file) as file:
                signal = file["signal"][row["index"]]
            _draw_signal(line[0], signal, rate_hz, UNITS.get(units, units), colours[row.label])
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


def _typical(rows: pd.DataFrame) -> pd.Series:
    """Return the one of some segments whose power is the median of them."""
    some = evenly(rows, 101)
    power = read_signals(some).var(axis=1)
    return some.iloc[np.argsort(power)[len(power) // 2]]


def _recordings(path) -> pd.DataFrame:
    with h5py.File(path) as file:
        return read_table(file, "recordings")


def _draw_signal(axis, signal: np.ndarray, rate_hz: float, units: str, colour: str) -> None:
    axis.plot(np.arange(len(signal)) / rate_hz, signal, color=colour, linewidth=0.6)
    axis.set(xlabel="Time (s)", ylabel=f"Signal ({units})", xlim=(0, len(signal) / rate_hz))


def _draw_spectrum(axis, signal: np.ndarray, rate_hz: float, colour: str) -> None:
    from scipy.signal.windows import hann

    from biospectra.fourier import amplitude_spectrum

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


def draw_reconstructions(
    kept: list[tuple], of: dict, output: str | Path, *, labels: list[str], colour_map: str
) -> None:
    """Draw test images above their reconstructions.

    Parameters
    ----------
    kept : (row, image, restored) of each; images (height, width, channels) in 0 to 1
    of : of `biospectra.image_store.axes_of`
    output : the figure
    labels : the classes, for the order
    colour_map : of images of one channel
    """
    kept = sorted(kept, key=lambda entry: labels.index(entry[0].label))
    with figure(output, figsize=(3.1 * len(kept) + 0.8, 5.4)) as drawing:
        axes = drawing.subplots(2, len(kept), squeeze=False, sharex=True, sharey=True)
        for (above, below), (row, image, restored) in zip(axes.T, kept, strict=True):
            for axis, pixels in ((above, image), (below, restored)):
                draw_image(axis, np.rint(pixels * 255).astype(np.uint8), of, colour_map)
            above.set_title(f"{row.label}: {row.recording}, {row.start_s:g} s", fontsize=7)
            below.set_title(f"MSE {np.mean((image - restored) ** 2):.4f}", fontsize=8)
            below.set_xlabel("Time (s)")
        for axis, name in zip(axes[:, 0], ("Input", "Reconstruction"), strict=True):
            axis.set_ylabel(f"{name}\nFrequency (Hz)")
        scale_bar(drawing, axes, of, colour_map)


def draw_restored_signals(
    kept: list[tuple], rate_hz: float, output: str | Path, *, labels: list[str]
) -> None:
    """Draw the samples of test segments and what was restored of them, and a second of each.

    Parameters
    ----------
    kept : (row, samples, restored) of each; (samples, 1)
    rate_hz : sampling rate
    output : the figure
    labels : the classes, for the order
    """
    kept = sorted(kept, key=lambda entry: labels.index(entry[0].label))
    with figure(output, figsize=(12, 0.6 + 1.7 * len(kept))) as drawing:
        axes = drawing.subplots(len(kept), 2, squeeze=False, width_ratios=[2.2, 1])
        for line, (row, samples, restored) in zip(axes, kept, strict=True):
            time_s = np.arange(len(samples)) / rate_hz
            middle_s = time_s[-1] / 2
            for axis in line:
                axis.plot(time_s, samples[:, 0], color="0.6", linewidth=1.2, label="input")
                axis.plot(time_s, restored[:, 0], color=COLOURS[1], linewidth=0.7, label="restored")
            line[0].set_xlim(0, time_s[-1])
            line[1].set_xlim(middle_s - 0.5, middle_s + 0.5)
            error = np.mean((samples - restored) ** 2)
            snr_db = 10 * np.log10(np.mean(samples**2) / error)
            line[0].set_title(f"{row.label}: {row.recording}, {row.start_s:g} s", fontsize=8)
            line[1].set_title(f"one second; SNR {snr_db:.1f} dB", fontsize=8)
            line[0].set_ylabel("Signal")
        axes[0, 0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
        for axis in axes[-1]:
            axis.set_xlabel("Time (s)")
