"""Where a network looked, drawn on the axes of frequency and time."""

from typing import NamedTuple

import numpy as np

from biospectra.report.images import UNIT_NAMES, draw_image, scale_bar
from biospectra.report.style import class_colours, figure, headline, look, shortened

FOR_AND_AGAINST = "RdBu_r"  # red speaks for the class, blue against it
WHITE_SHARE = 99.5  # percentile of the attributions that takes the full colour


class Words(NamedTuple):
    """What a figure calls what it shows.

    Attributes
    ----------
    unit : str
        Of the attributions.
    sides : str
        What red and blue are.
    none : str
        What stands where a group has no segment.
    """

    unit: str = "Logit"
    sides: str = "For (red) and against (blue)"
    none: str = "none classified correctly"


def draw_images(
    means: dict,
    of: dict,
    paths: list[str],
    *,
    title: str,
    colour_map: str,
    words: Words = Words(),  # noqa: B008 - it cannot be changed
) -> None:
    """Draw each class's mean image, its attributions, and their sum over time.

    Parameters
    ----------
    means : dict
        Labels, segments (classes,), attribution and mean (classes, height, width), the latter in
        dB.
    of : dict
        Of of `biospectra.store.images.axes_of`.
    paths : list of str
        The figure, in several formats.
    title : str
        Above it.
    colour_map : str
        Colour map of images of one channel.
    words : Words
    """
    colour_map = of["colour_map"] or colour_map
    low_db, high_db = of["limits_db"]
    most = _most(means["attribution"])
    labels, colours = means["labels"], class_colours(means["labels"])
    with figure(paths, height_cm=3 + 4.2 * len(labels)) as drawing:
        axes, bars = _axes_over_bars(drawing, len(labels), width_ratios=[1, 1, 0.6])
        profiles = means["attribution"].sum(axis=2)
        span = np.nanmax(np.abs(profiles), initial=1e-9) * 1.08
        for line, label, count, image, shared, profile in zip(
            axes,
            labels,
            means["segments"],
            means["mean"],
            means["attribution"],
            profiles,
            strict=True,
        ):
            line[0].set_ylabel(f"{shortened(label, 16)} ({count})\nFrequency (Hz)")
            if not count:
                _leave_empty(line, words.none)
                continue
            pixels = np.rint((image - low_db) * (255 / (high_db - low_db))).astype(np.uint8)
            for axis in line[:2]:
                draw_image(axis, pixels, of, colour_map)
            line[1].images[0].remove()
            line[1].imshow(
                shared,
                aspect="auto",
                interpolation="nearest",
                cmap=FOR_AND_AGAINST,
                vmin=-most,
                vmax=most,
            )
            line[2].plot(profile, np.arange(len(profile)), color=colours[label])
            line[2].axvline(0, color=look().muted, linewidth=0.8)
            line[2].set(xlim=(-span, span), ylim=line[0].get_ylim())
            line[2].set_xticks([-span / 1.6, 0, span / 1.6])
            line[2].xaxis.set_major_formatter("{x:.1g}")
            line[2].set_yticks(line[0].get_yticks(), line[0].get_yticklabels())
            for axis in line[1:]:
                axis.set_ylabel("Frequency (Hz)")
        heads = ("Mean image", words.sides, "Summed over time")
        for axis, head in zip(axes[0], heads, strict=True):
            axis.set_title(head)
        for axis in axes[-1, :2]:
            axis.set_xlabel("Time (s)")
        axes[-1, 2].set_xlabel(f"{words.unit} per row")
        # One scale for all classes, below its column, where no panel's label could be meant.
        scale_bar(drawing, None, of, colour_map, into=bars[0])
        _attribution_bar(drawing, bars[1], most, f"{words.unit} per pixel")
        bars[2].axis("off")
        headline(drawing, title)


def draw_samples(
    signals: np.ndarray,
    shared: np.ndarray,
    codes: np.ndarray,
    labels: list[str],
    of: dict,
    paths: list[str],
    *,
    title: str,
    words: Words = Words(),  # noqa: B008 - it cannot be changed
) -> None:
    """Draw each class's mean envelope beside how much each moment counts, and one segment.

    Parameters
    ----------
    signals, shared : ndarray, (n, samples)
        Segments and their attributions.
    codes : ndarray, (n,)
        The class of each.
    labels : list of str
        The classes.
    of : dict
        Time_s (samples,) and units.
    paths : list of str
        The figure, in several formats.
    title : str
        Above it.
    words : Words
    """
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import hilbert

    time_s, colours = of["time_s"], class_colours(labels)
    units = UNIT_NAMES.get(of["units"], of["units"])
    wide = max(1, round(0.05 / (time_s[1] - time_s[0])))
    smooth = uniform_filter1d(shared, wide, axis=1) if len(shared) else shared
    most = _most(smooth)
    ink = look()
    with figure(paths, height_cm=3 + 3.8 * len(labels)) as drawing:
        axes, bars = _axes_over_bars(drawing, len(labels), width_ratios=[1, 1])
        for code, (line, label) in enumerate(zip(axes, labels, strict=True)):
            own = np.flatnonzero(codes == code)
            line[0].set_ylabel(f"{shortened(label, 12)} ({len(own)})\nEnvelope ({units})")
            if not len(own):
                _leave_empty(line, words.none)
                continue
            envelope = np.abs(hilbert(signals[own], axis=1)).mean(axis=0)
            line[0].plot(time_s, envelope, color=colours[label], linewidth=0.8)
            line[0].set_ylim(0)
            counts = line[0].twinx()
            mean = np.abs(smooth[own]).mean(axis=0)
            counts.plot(time_s, mean, ":", color=ink.muted, linewidth=1)
            counts.set(ylim=(0, None), ylabel=f"|{words.unit}| (dotted)")
            counts.spines["right"].set_visible(True)
            typical = own[np.argsort(signals[own].var(axis=1))[len(own) // 2]]
            signal = signals[typical]
            low, high = signal.min(), signal.max()
            margin = 0.05 * (high - low)
            line[1].imshow(
                smooth[typical][None],
                aspect="auto",
                cmap=FOR_AND_AGAINST,
                vmin=-most,
                vmax=most,
                extent=(time_s[0], time_s[-1], low - margin, high + margin),
            )
            line[1].plot(time_s, signal, color="black", linewidth=0.6)  # on white, in any theme
            line[1].set_ylabel(f"Signal ({units})")
        axes[0, 0].set_title("Mean envelope, and how much each moment counts", fontsize="small")
        axes[0, 1].set_title(
            f"One segment: {words.sides[:1].lower()}{words.sides[1:]}", fontsize="small"
        )
        for axis in axes[-1]:
            axis.set_xlabel("Time (s)")
        _attribution_bar(drawing, bars[1], most, f"{words.unit} per sample")
        bars[0].axis("off")
        headline(drawing, f"{title}, attributions over 0.05 s")


def _axes_over_bars(drawing, rows: int, width_ratios: list[float]):
    """Return axes (rows, columns) and below each column one for its bar of colours, (columns,)."""
    heights = [16] * rows + [1]
    shape = len(heights), len(width_ratios)
    axes = drawing.subplots(*shape, squeeze=False, width_ratios=width_ratios, height_ratios=heights)
    return axes[:-1], axes[-1]


def _attribution_bar(drawing, into, most: float, label: str) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    scale = ScalarMappable(Normalize(-most, most), FOR_AND_AGAINST)
    bar = drawing.colorbar(scale, cax=into, label=label, orientation="horizontal")
    bar.set_ticks([-most, 0, most], labels=[f"{at:.1g}" for at in (-most, 0, most)])


def _leave_empty(axes, why: str) -> None:
    """Say in a group's line of axes that there is nothing to show."""
    for axis in axes:
        axis.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
        axis.spines[:].set_visible(False)
    axes[1].text(0.5, 0.5, why, ha="center", transform=axes[1].transAxes)


def _most(shared: np.ndarray) -> float:
    """Return the attribution that takes the full colour, the same for all classes."""
    found = np.abs(shared[np.isfinite(shared)])
    return float(np.percentile(found, WHITE_SHARE)) or 1e-9 if found.size else 1e-9
