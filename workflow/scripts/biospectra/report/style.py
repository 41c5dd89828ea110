"""The look of all figures: sizes, fonts and colours that the config sets, in every figure alike."""

import re
import textwrap
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Okabe and Ito's palette, told apart by colour-blind readers as well.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000"]
ON_DARK = {"#0072B2": "#4FA3E0", "#000000": "#FFFFFF"}  # what a dark background would swallow
MARKERS = "os^Dv<>P"
CM_PER_INCH = 2.54
PLAIN_POINTS = 8.0  # the font size for which heights are given


@dataclass(frozen=True)
class Look:
    """How figures look; the keys of `figures` in the config that do not say what is drawn."""

    dpi: int = 200
    font_size: float = PLAIN_POINTS
    column_cm: float = 8.8
    page_cm: float = 18.0
    theme: str = "light"

    @property
    def colours(self) -> list[str]:
        """Return the palette, so that each colour stands out from the background."""
        return [ON_DARK.get(c, c) if self.theme == "dark" else c for c in COLOURS]

    @property
    def ink(self) -> str:
        """Return the colour of text and axes."""
        return "#F2F2F2" if self.theme == "dark" else "#000000"

    @property
    def muted(self) -> str:
        """Return the colour of what is said aside, such as the line of chance."""
        return "#A6A6A6" if self.theme == "dark" else "#666666"

    @property
    def faint(self) -> str:
        """Return the colour of bars and lines that stand back."""
        return "#595959" if self.theme == "dark" else "#BFBFBF"

    @property
    def paper(self) -> str:
        """Return the background."""
        return "#1A1A1A" if self.theme == "dark" else "#FFFFFF"

    def settings(self) -> dict:
        """Return matplotlib's settings."""
        ink = dict.fromkeys(
            ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"),
            self.ink,
        )
        paper = dict.fromkeys(
            ("figure.facecolor", "axes.facecolor", "savefig.facecolor"), self.paper
        )
        return {
            **ink,
            **paper,
            "figure.dpi": 100,
            "savefig.dpi": self.dpi,
            "font.size": self.font_size,
            "axes.titlesize": self.font_size,
            "figure.titlesize": self.font_size * 1.125,
            "legend.fontsize": self.font_size,
            "axes.linewidth": 0.6,
            "xtick.major.width": 0.6,
            "ytick.major.width": 0.6,
            "lines.linewidth": 1.2,
            "lines.markersize": 4.5,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "legend.frameon": False,
            "svg.fonttype": "none",
            "pdf.fonttype": 42,  # text stays text, which journals ask for
            "text.parse_math": False,  # a name may have dollar signs
            "figure.constrained_layout.use": True,
        }


_looks = [Look()]


def use_look(**settings) -> None:
    """Draw this process's figures as the config says; without settings, as by default."""
    _looks[0] = Look(**settings)


def look() -> Look:
    """Return how figures look."""
    return _looks[0]


def class_colours(names: list[str]) -> dict[str, str]:
    """Return the colour of each class (or database), in the order of the config."""
    colours = look().colours
    return {name: colours[i % len(colours)] for i, name in enumerate(names)}


def class_markers(names: list[str]) -> dict[str, str]:
    """Return the marker of each class; 64 classes differ in colour or marker."""
    shifted = [i + i // len(COLOURS) for i in range(len(names))]
    return {name: MARKERS[k % len(MARKERS)] for name, k in zip(names, shifted, strict=True)}


@contextmanager
def figure(paths: str | Path | list, *, height_cm: float = 7.0, columns: int = 2):
    """Give a matplotlib figure and save it, under one name or several, when all went well.

    Parameters
    ----------
    paths : path or list of path
        Each ending says the format: png, svg or pdf.
    height_cm : float
        The height; larger fonts than the default's make it more.
    columns : int
        1 for a figure as wide as a column of text, 2 for one as wide as the page.
    """
    import matplotlib
    from matplotlib.figure import Figure

    own = look()
    height_cm *= max(1.0, own.font_size / PLAIN_POINTS)
    width_cm = own.column_cm if columns == 1 else own.page_cm
    with matplotlib.rc_context(own.settings()):
        drawing = Figure(figsize=(width_cm / CM_PER_INCH, height_cm / CM_PER_INCH))
        yield drawing
        _write_numbers_plainly(drawing)
        for axes in drawing.axes:
            if not axes.axison:  # whose unseen ticks would push labels aside
                axes.set(xticks=[], yticks=[])
        drawing.align_labels()
        for path in [paths] if isinstance(paths, str | Path) else paths:
            drawing.savefig(path)


def headline(drawing, title: str, *notes: str | None) -> None:
    """Write a figure's title, and notes below it, on as many lines as the width asks for."""
    lines = [
        line
        for text in (title, *notes)
        for line in wrapped(text or "", drawing.get_figwidth() * CM_PER_INCH)
    ]
    drawing.suptitle("\n".join(lines), x=0.01, ha="left", linespacing=1.3)


def wrapped(text: str, width_cm: float) -> list[str]:
    """Return a text in lines that are no wider than so many centimetres; none breaks a score."""
    letter_cm = 0.56 * 1.125 * look().font_size / 72 * CM_PER_INCH
    whole = re.sub(r"(?<=\d) (?=\[)|(?<=\d,) (?=[\d.-]+\])", "\xa0", text)
    lines = textwrap.wrap(whole, max(10, int(width_cm / letter_cm)))
    return [line.replace("\xa0", " ") for line in lines]


def shortened(name: str, longest: int) -> str:
    """Return a name with its middle left out, where it is longer than so many characters."""
    if len(name) <= longest:
        return name
    head = (longest - 1) // 2
    return f"{name[:head]}…{name[-(longest - 1 - head) :]}"


def legend_below(drawing, handles, names: list[str], **options) -> int:
    """Put a legend below all axes, in as many columns as the width holds; return its lines."""
    columns = columns_of_names(names, drawing.get_figwidth() * CM_PER_INCH)
    drawing.legend(handles, names, loc="outside lower center", ncols=columns, **options)
    return -(-len(names) // columns)


def columns_of_names(names: list[str], width_cm: float) -> int:
    """Return how many columns of a legend stand beside each other within a width."""
    letter_cm = 0.58 * look().font_size / 72 * CM_PER_INCH
    one_cm = letter_cm * (max(map(len, names), default=1) + 7)
    return int(min(len(names), max(1, width_cm // one_cm))) or 1


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
