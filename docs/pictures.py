"""Draw the pictures of the site that are made anew each time: `make docs`."""

from pathlib import Path

from biospectra.report.wavelets import draw_gallery

GENERATED = Path(__file__).with_name("generated")

if __name__ == "__main__":
    GENERATED.mkdir(exist_ok=True)
    draw_gallery([], [str(GENERATED / "wavelets.png")])
