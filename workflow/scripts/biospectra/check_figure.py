"""The page of the self-test: pictures of known signals, and the table of checks."""

import numpy as np


def draw(checks, panels, path):
    """Draw the page: chirps and impulses with their truth, and the table.

    Parameters
    ----------
    checks, panels
        Of ``biospectra.check_transforms.check``.
    path : path
        Its ending says the format, such as ``.svg`` or ``.png``.
    """
    from matplotlib.figure import Figure

    count = max(1, (len(panels) + 1) // 2)
    tall = 0.2 * len(checks) + 0.5
    figure = Figure(figsize=(10, 2.8 * count + tall), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=[2.8 * count, tall])
    axes = np.atleast_1d(top.subplots(count, 2, squeeze=False)).ravel()
    for axis in axes[len(panels) :]:
        axis.axis("off")
    for axis, panel in zip(axes, panels, strict=False):
        high = panel.decibel.max()
        mesh = axis.pcolormesh(
            panel.plan.time_s,
            panel.plan.frequency_hz,
            panel.decibel,
            vmin=high - 60,
            vmax=high,
            cmap="magma",
            rasterized=True,
        )
        axis.plot(panel.time_s, panel.frequency_hz, "c--", linewidth=1, label="closed form")
        logarithmic = hasattr(panel.plan, "wavelet") and panel.plan.height > 1
        axis.set(title=panel.title, xlabel="time, s", ylabel="frequency, Hz")
        axis.set_yscale("log" if logarithmic else "linear")
        axis.legend(loc="upper left", fontsize=7)
        top.colorbar(mesh, ax=axis, label="dB")
    axis = bottom.subplots()
    axis.axis("off")
    if checks:
        cells = [[c.check, c.expected, c.found, c.tolerance, verdict(c)] for c in checks]
        titles = ["check", "expected", "found", "tolerance", ""]
        widths = [0.56, 0.12, 0.14, 0.1, 0.08]
        table = axis.table(cells, colLabels=titles, colWidths=widths, loc="center", cellLoc="left")
        table.auto_set_font_size(False)
        table.set_fontsize(7)
        for i, one in enumerate(checks, 1):
            table[i, 4].set_facecolor("#cfe8cf" if one.passed else "#f4c7c3")
    figure.savefig(path, dpi=110)


def verdict(one):
    """Say in a word whether a check passed."""
    return "passed" if one.passed else "FAILED"
