"""The look of all figures: one style, one colour for a class in every figure."""

from contextlib import contextmanager
from pathlib import Path

# Okabe and Ito's palette, told apart by colour-blind readers as well.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000"]
MARKERS = "os^Dv<>P"
STYLE = {
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name may have dollar signs
    "figure.constrained_layout.use": True,
}


def class_colours(names: list[str]) -> dict[str, str]:
    """Return the colour of each class (or database), in the order of the config."""
    return {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}


def class_markers(names: list[str]) -> dict[str, str]:
    """Return the marker of each class; 64 classes differ in colour or marker."""
    shifted = [i + i // len(COLOURS) for i in range(len(names))]
    return {name: MARKERS[k % len(MARKERS)] for name, k in zip(names, shifted, strict=True)}


@contextmanager
def figure(paths: str | Path | list, **options):
    """Give a matplotlib figure and save it, under one name or several, when all went well."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context(STYLE):
        drawing = plt.figure(**options)
        try:
            yield drawing
            _write_numbers_plainly(drawing)
            for path in [paths] if isinstance(paths, str | Path) else paths:
                drawing.savefig(path)
        finally:
            plt.close(drawing)


def _write_numbers_plainly(drawing) -> None:
    """Have logarithmic axes say 60, where matplotlib writes mathematics, which is not parsed."""
    from matplotlib.ticker import LogFormatter, LogFormatterMathtext

    class Plain(LogFormatter):
        def __call__(self, x, pos=None):
            return f"{x:g}" if super().__call__(x, pos) else ""

    for axis in (axis for axes in drawing.axes for axis in (axes.xaxis, axes.yaxis)):
        if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
            axis.set_major_formatter(Plain())
        if isinstance(axis.get_minor_formatter(), LogFormatterMathtext):
            axis.set_minor_formatter(Plain())


def in_words(value: float, bounds: list[float] | None) -> str:
    """Return a score with its interval, such as "0.83 [0.71, 0.92]"."""
    return f"{value:.2f}" + (f" [{bounds[0]:.2f}, {bounds[1]:.2f}]" if bounds else "")
