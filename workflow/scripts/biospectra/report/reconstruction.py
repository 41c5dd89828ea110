"""Figures of reconstructed images and signals."""

from pathlib import Path

import numpy as np

from biospectra.report.images import draw_image, scale_bar
from biospectra.report.style import COLOURS, figure
from biospectra.store.images import axes_of, read_restored
from biospectra.store.together import BETWEEN


def draw_restored(
    examples: str | Path, output: str | Path, *, labels: list[str], colour_map: str
) -> None:
    """Draw test segments beside what an autoencoder restored of them.

    Parameters
    ----------
    examples : path
        HDF5 file of `biospectra.steps.reconstruct.write_examples`.
    output : path
        The figure.
    labels : list of str
        The classes, for the order.
    colour_map : str
        Of images of one channel.
    """
    given, restored, rows, rate_hz = read_restored(examples)
    kept = sorted(
        zip(rows.itertuples(), given, restored, strict=True),
        key=lambda entry: labels.index(entry[0].label),
    )
    if rate_hz is None:
        _draw_images(kept, axes_of(examples), output, colour_map)
    else:
        _draw_signals(kept, rate_hz, output)


def _title(row) -> str:
    """Name a segment, and of channels together the one that is shown, the first."""
    shown = f" {row.channels.split(BETWEEN)[0]}," if hasattr(row, "channels") else ""
    return f"{row.label}: {row.recording},{shown} {row.start_s:g} s"


def _draw_images(kept: list[tuple], of: dict, output: str | Path, colour_map: str) -> None:
    """Draw (row, image, restored) of each, images (height, width, channels) uint8."""
    with figure(output, figsize=(3.1 * len(kept) + 0.8, 5.4)) as drawing:
        axes = drawing.subplots(2, len(kept), squeeze=False, sharex=True, sharey=True)
        for (above, below), (row, image, restored) in zip(axes.T, kept, strict=True):
            both = image, np.rint(restored * 255).astype(np.uint8)
            for axis, pixels in zip((above, below), both, strict=True):
                # Of channels together the first is shown.
                draw_image(axis, pixels if of["colour_map"] else pixels[..., 0], of, colour_map)
            above.set_title(_title(row), fontsize=7)
            below.set_title(f"MSE {np.mean((image / 255 - restored) ** 2):.4f}", fontsize=8)
            below.set_xlabel("Time (s)")
        for axis, name in zip(axes[:, 0], ("Input", "Reconstruction"), strict=True):
            axis.set_ylabel(f"{name}\nFrequency (Hz)")
        scale_bar(drawing, axes, of, colour_map)


def _draw_signals(kept: list[tuple], rate_hz: float, output: str | Path) -> None:
    """Draw (row, samples, restored) of each, (samples, channels), and a second of the first."""
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
            line[0].set_title(_title(row), fontsize=8)
            line[1].set_title(f"one second; SNR {snr_db:.1f} dB", fontsize=8)
            line[0].set_ylabel("Signal")
        axes[0, 0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
        for axis in axes[-1]:
            axis.set_xlabel("Time (s)")
