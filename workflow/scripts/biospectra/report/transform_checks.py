"""The page of the self-test: pictures of known signals, and what was checked in words."""

from biospectra.report.style import figure

SPAN_DB = 60  # shown below the strongest pixel


def draw(panels, paths, colour_map="viridis"):
    """Draw chirps and impulses with their truth.

    Parameters
    ----------
    panels
        Of ``biospectra.evaluation.transform_checks.run_checks``.
    paths : path or list of path
        The figure, in several formats.
    colour_map : str
        Of matplotlib.
    """
    from matplotlib.ticker import LogLocator

    lines = max(1, -(-len(panels) // 2))
    with figure(paths, height_cm=1.6 + 5.2 * lines) as drawing:
        axes = drawing.subplots(lines, 2, squeeze=False).ravel()
        for axis in axes[len(panels) :]:
            axis.axis("off")
        truth = []
        for axis, panel in zip(axes, panels, strict=False):
            high = panel.decibel.max()
            mesh = axis.pcolormesh(
                panel.plan.time_s,
                panel.plan.frequency_hz,
                panel.decibel,
                vmin=high - SPAN_DB,
                vmax=high,
                cmap=colour_map,
                rasterized=True,
            )
            truth = axis.plot(panel.time_s, panel.frequency_hz, "--", color="#FF4FA3", linewidth=1)
            logarithmic = panel.plan.frequency_axis == "log" and panel.plan.height > 1
            axis.set(title=panel.title, xlabel="Time (s)", ylabel="Frequency (Hz)")
            axis.set_yscale("log" if logarithmic else "linear")
            if logarithmic:
                axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
                axis.yaxis.set_major_formatter("{x:g}")
                axis.yaxis.set_minor_formatter("")
            drawing.colorbar(mesh, ax=axis, label="Magnitude (dB)")
        if truth:
            drawing.legend(truth, ["closed form"], loc="outside lower center")


def verdict(one):
    """Say in a word whether a check passed."""
    return "passed" if one.passed else "FAILED"
