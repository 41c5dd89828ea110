"""Whether the words of a figure can be read: none lies on another, and none is cut off."""

from contextlib import contextmanager
from itertools import combinations

SLACK = 1.5  # pixels by which boxes may touch


def words_of(drawing) -> list[tuple[str, object]]:
    """Return each text that a figure shows, with its box in pixels."""
    from matplotlib.axis import Axis
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    drawing.draw_without_rendering()
    renderer = FigureCanvasAgg(drawing).get_renderer()
    texts = set(drawing.findobj(Text))
    for axis in drawing.findobj(Axis):
        texts -= set(axis.findobj(Text))  # ticks beyond the limits are kept, and not drawn
        if axis.axes.axison and axis.axes.get_visible() and axis.get_visible():
            labels = [t for tick in axis._update_ticks() for t in (tick.label1, tick.label2)]
            texts |= {*labels, axis.label, axis.offsetText}
    shown = [
        text
        for text in texts
        if text.get_visible()
        and text.get_text().strip()
        and (text.axes is None or text.axes.get_visible())
    ]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in shown]


def faults_of(drawing) -> list[str]:
    """Say which texts of a figure lie on each other, and which are cut off."""
    found, edge = words_of(drawing), drawing.bbox
    said = [
        f"{text!r} is cut off"
        for text, box in found
        if box.x0 < edge.x0 - SLACK
        or box.y0 < edge.y0 - SLACK
        or box.x1 > edge.x1 + SLACK
        or box.y1 > edge.y1 + SLACK
    ]
    for (text, box), (other, its) in combinations(found, 2):
        across = min(box.x1, its.x1) - max(box.x0, its.x0)
        along = min(box.y1, its.y1) - max(box.y0, its.y0)
        if across > SLACK and along > SLACK:
            said.append(f"{text!r} lies on {other!r}")
    return sorted(said)


@contextmanager
def judged(monkeypatch):
    """Give a dict that gets the faults of each figure meanwhile, by the name of its file."""
    from pathlib import Path

    from matplotlib.figure import Figure

    faults = {}

    def saved(drawing, path, *args, **options):
        faults[Path(path).name] = faults_of(drawing)

    with monkeypatch.context() as patched:
        patched.setattr(Figure, "savefig", saved)
        yield faults
