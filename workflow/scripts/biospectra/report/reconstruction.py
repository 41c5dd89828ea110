"""Figures of reconstructed images and signals."""

from pathlib import Path

import numpy as np

from biospectra.report.images import UNIT_NAMES, draw_image, rows_to_show, scale_bar
from biospectra.report.style import figure, legend_below, look, shortened
from biospectra.store.images import axes_of, read_restored
from biospectra.store.together import BETWEEN

IN_LINE = 6  # segments beside each other


def draw_restored(
    examples: str | Path, output: str | Path | list, *, labels: list[str], colour_map: str
) -> None:
    """Draw test segments beside what an autoencoder restored of them.

    Parameters
    ----------
    examples : path
        HDF5 file of `biospectra.steps.reconstruct.write_examples`.
    output : path or list of path
        The figure, in several formats.
    labels : list of str
        The classes, for the order.
    colour_map : str
        Of images of one channel.
    """
    given, restored, rows, rate_hz, units = read_restored(examples)
    kept = sorted(
        zip(rows.itertuples(), given, restored, strict=True),
        key=lambda entry: labels.index(entry[0].label),
    )
    if rate_hz is None:
        _draw_images(kept, axes_of(examples), output, colour_map)
    else:
        _draw_signals(kept, rate_hz, UNIT_NAMES.get(units, units), output)


def _title(row) -> str:
    """Name a segment, and of channels together the one that is shown, the first."""
    shown = f"{row.channels.split(BETWEEN)[0]}, " if hasattr(row, "channels") else ""
    said = shortened(row.recording, 15), shortened(row.label, 15), f"{shown}{row.start_s:g} s"
    return "\n".join(said)


def _draw_images(kept: list[tuple], of: dict, output, colour_map: str) -> None:
    """Draw (row, image, restored) of each, images (height, width, channels) uint8."""
    rows, of = rows_to_show([image for _, image, _ in kept], of)
    with figure(output, height_cm=3.1 + 5.4 * -(-len(kept) // IN_LINE)) as drawing:
        lines = -(-len(kept) // IN_LINE)
        across = min(len(kept), IN_LINE)
        axes = drawing.subplots(2 * lines, across, squeeze=False, sharex=True, sharey=True)
        places = [pair for k in range(lines) for pair in axes[2 * k : 2 * k + 2].T]
        for above, below in places[len(kept) :]:
            above.set_visible(False)
            below.set_visible(False)
        for (above, below), (row, image, restored) in zip(places, kept, strict=False):
            both = image, np.rint(restored * 255).astype(np.uint8)
            for axis, pixels in zip((above, below), both, strict=True):
                # Of channels together the first is shown.
                shown = pixels if of["colour_map"] else pixels[..., 0]
                draw_image(axis, shown[rows], of, colour_map)
            above.set_title(_title(row), fontsize="small")
            error = np.mean((image / 255 - restored) ** 2)
            below.set_title(f"MSE {error:.4f}", fontsize="small")
        for axis in axes[-1]:
            axis.set_xlabel("Time (s)")
        for k, axis in enumerate(axes[:, 0]):
            axis.set_ylabel(f"{('Input', 'Restored')[k % 2]}\nFrequency (Hz)")
        scale_bar(drawing, axes, of, colour_map)


def _draw_signals(kept: list[tuple], rate_hz: float, units: str, output) -> None:
    """Draw (row, samples, restored) of each, (samples, channels), and a second of the first."""
    ink = look()
    with figure(output, height_cm=2.2 + 2.9 * len(kept)) as drawing:
        axes = drawing.subplots(len(kept), 2, squeeze=False, width_ratios=[2.2, 1])
        for line, (row, samples, restored) in zip(axes, kept, strict=True):
            time_s = np.arange(len(samples)) / rate_hz
            middle_s = time_s[-1] / 2
            for axis in line:
                axis.plot(time_s, samples[:, 0], color=ink.muted, linewidth=1.1, label="input")
                axis.plot(
                    time_s, restored[:, 0], color=ink.colours[1], linewidth=0.6, label="restored"
                )
            line[0].set_xlim(0, time_s[-1])
            line[1].set_xlim(middle_s - 0.5, middle_s + 0.5)
            error = np.mean((samples - restored) ** 2)
            snr_db = 10 * np.log10(np.mean(samples**2) / error)
            line[0].set_title(_title(row).replace("\n", ", "), fontsize="small")
            line[1].set_title(f"one second; SNR {snr_db:.1f} dB", fontsize="small")
            line[0].set_ylabel(f"Signal ({units})" if units else "Signal")
        for axis in axes[-1]:
            axis.set_xlabel("Time (s)")
        legend_below(drawing, *axes[0, 0].get_legend_handles_labels())
