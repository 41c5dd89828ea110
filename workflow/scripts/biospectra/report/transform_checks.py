"""The page of the self-test: pictures of known signals, and the table of checks."""

from biospectra.report.style import figure

SPAN_DB = 60  # shown below the strongest pixel
PASSED, FAILED = "#cfe8cf", "#f4c7c3"
HOW = (
    "Row: the image's strongest row while a tone lasts, and how many rows off it may be. "
    "dB: the tone's level there. Ridge: the strongest row of each column of the chirp.\n"
    "Folded: what resampling leaves of a tone above half the study's rate, "
    "beside one that this rate can carry."
)


def draw(checks, panels, path):
    """Draw the page: chirps and impulses with their truth, and the table.

    Parameters
    ----------
    checks, panels
        Of ``biospectra.evaluation.transform_checks.run_checks``.
    path : path
        Its ending says the format, such as ``.svg`` or ``.png``.
    """
    count = max(1, (len(panels) + 1) // 2)
    tall = 0.2 * len(checks) + 0.9
    with figure(path, figsize=(11, 2.8 * count + tall)) as drawing:
        top, bottom = drawing.subfigures(2, 1, height_ratios=[2.8 * count, tall])
        axes = top.subplots(count, 2, squeeze=False).ravel()
        for axis in axes[len(panels) :]:
            axis.axis("off")
        for axis, panel in zip(axes, panels, strict=False):
            high = panel.decibel.max()
            mesh = axis.pcolormesh(
                panel.plan.time_s,
                panel.plan.frequency_hz,
                panel.decibel,
                vmin=high - SPAN_DB,
                vmax=high,
                cmap="magma",
                rasterized=True,
            )
            axis.plot(panel.time_s, panel.frequency_hz, "c--", linewidth=1, label="closed form")
            logarithmic = panel.plan.frequency_axis == "log" and panel.plan.height > 1
            axis.set(title=panel.title, xlabel="Time (s)", ylabel="Frequency (Hz)")
            axis.set_yscale("log" if logarithmic else "linear")
            axis.legend(loc="upper left", fontsize=7, labelcolor="white")
            top.colorbar(mesh, ax=axis, label="Magnitude (dB)")
        if checks:
            _table(bottom, checks)


def _table(page, checks) -> None:
    axis = page.subplots()
    axis.axis("off")
    axis.set_title(HOW, fontsize=8, loc="left")
    cells = [[c.check, c.expected, c.found, c.tolerance, verdict(c)] for c in checks]
    titles = ["Check", "Expected", "Found", "Tolerance", ""]
    table = axis.table(
        cells,
        colLabels=titles,
        colWidths=[0.56, 0.12, 0.14, 0.1, 0.08],
        bbox=[0, 0, 1, 1],
        cellLoc="left",
        colLoc="left",
        edges="horizontal",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(7)
    for (line, column), cell in table.get_celld().items():
        cell.set_edgecolor("0.8")
        if line == 0:
            cell.set_text_props(weight="bold")
        elif column == len(titles) - 1:
            cell.set_text_props(weight="bold" if not checks[line - 1].passed else "normal")
            cell.get_text().set_backgroundcolor(PASSED if checks[line - 1].passed else FAILED)


def verdict(one):
    """Say in a word whether a check passed."""
    return "passed" if one.passed else "FAILED"
