"""A study's figures on its page, which holds them itself: it opens anywhere, and alone."""

import base64
import html
import io
import re
from pathlib import Path

from biospectra.report.html import in_title

PAGE_SECTIONS = {  # where a figure stands, by the name of its caption; others stand with the last
    "Scores": (
        *("comparison", "label_efficiency", "confusion_matrix", "reliability", "explanation"),
        "explanation_of_target",
    ),
    "What else could distinguish the classes": ("audit", "leakage"),
    "Maps": ("map", "map_by_database", "maps", "map_by_target"),
    "Networks": ("compare_autoencoders", "reconstruction", "learning_curve"),
    "Recordings and images": ("examples", "cleaning", "contact_sheet"),
    "Transforms": ("check_transforms", "wavelets"),
}
FIGURE_STYLE = """
.figures { display: flex; flex-wrap: wrap; gap: 0 2rem; } figure { margin: 1rem 0 1.6rem; }
figure.wide { flex: 1 0 100%; } figure img { max-width: 100%; height: auto; display: block; }
figcaption { color: #444; font-size: 0.9rem; max-width: 46rem; margin-top: 0.3rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 1.5rem; }
nav a { margin-right: 0.9rem; white-space: nowrap; }
.answer { font-size: 1.08rem; max-width: 46rem; }
.in-report a.file { pointer-events: none; color: inherit; text-decoration: none; }
.only-report { display: none; } .in-report .only-report { display: block; }
"""
# Links lead to files beside the page; snakemake's report keeps each file in a folder of its own.
WHERE = (
    "<script>if (window.parent !== window || location.pathname.includes('/data/raw/')) "
    "document.body.classList.add('in-report')</script>"
)
NARROW_PIXELS = 460  # figures up to this width stand beside each other
WEBP_QUALITY = 88  # of WebP, a tenth of the size of PNG where a figure holds images


def sections_of(
    figures: list[tuple[str, str]], captions: dict[str, str], folder: str | Path
) -> dict[str, str]:
    """Return the figures of each section of the page, as HTML.

    Parameters
    ----------
    figures : list of (str, str)
        PNG files, and the name of each one's caption, in their order.
    captions : dict of str to str
        What each shows.
    folder : path
        That of the page, where links start.

    Returns
    -------
    dict of str to str
        The sections that have figures.
    """
    last = list(PAGE_SECTIONS)[-1]
    parts: dict[str, dict[str, list[str]]] = {section: {} for section in PAGE_SECTIONS}
    for path, caption in figures:
        section = next((title for title, names in PAGE_SECTIONS.items() if caption in names), last)
        parts[section].setdefault(caption, []).append(path)
    return {
        section: '<div class="figures">'
        + "".join(_group(paths, captions.get(name, ""), folder) for name, paths in groups.items())
        + "</div>"
        for section, groups in parts.items()
        if groups
    }


def _group(paths: list[str], caption: str, folder: str | Path) -> str:
    """Return figures that share a caption, narrow ones beside each other."""
    drawn = [(Path(path), *embedded(path)) for path in paths]
    shown = "".join(_figure(path, width, picture, folder) for path, width, picture in drawn)
    shown = f'<div class="pair">{shown}</div>' if len(paths) > 1 else shown
    alone = len(paths) == 1 and drawn[0][1] <= NARROW_PIXELS
    place = f'style="width: {drawn[0][1]}px"' if alone else 'class="wide"'
    return f"<figure {place}>{shown}<figcaption>{html.escape(caption)}</figcaption></figure>"


def _figure(path: Path, width: int, picture: str, folder: str | Path) -> str:
    name = title_of(path, Path(folder))
    other = [
        f'<a class="file" href="{html.escape(link_to(own, folder))}">{ending}</a>'
        for ending in ("png", "svg", "pdf")
        if (own := path.with_suffix(f".{ending}")).is_file()
    ]
    return (
        f'<div><img loading="lazy" alt="{html.escape(name)}" width="{width}" src="{picture}">'
        f"<small>{html.escape(name)}: {' · '.join(other)}</small></div>"
    )


def title_of(path: Path, folder: Path) -> str:
    """Name a figure by its file: "fourier_table, confusion matrix"."""
    parts = list(path.relative_to(folder).with_suffix("").parts)
    *above, name = parts
    what = re.sub("_", " ", name)
    known = [part for part in above[1:] if part]
    return ", ".join([*known, what]) if known else in_title(what)


def link_to(path: str | Path, folder: str | Path) -> str:
    """Return the address of a file, or of a folder, from a page in a folder above it."""
    from urllib.parse import quote

    return quote(Path(path).relative_to(folder).as_posix())


def embedded(path: str | Path) -> tuple[int, str]:
    """Return a picture's width on the page, and the picture itself in an address."""
    from PIL import Image

    with Image.open(path) as picture:
        file = io.BytesIO()
        picture.convert("RGB").save(file, "WEBP", quality=WEBP_QUALITY, method=4)
        dpi = picture.info.get("dpi", (200, 200))[0] or 200
        width = round(picture.width / dpi * 96)
    return width, "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()
