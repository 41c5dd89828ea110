"""The gallery of mother wavelets against closed forms."""

import numpy as np
import pytest

from biospectra.report.wavelets import FAMILY_NAMES, draw_gallery, half_power_width, range_in_words
from biospectra.transforms.wavelets import Wavelet


@pytest.mark.parametrize(
    ("name", "width"),
    [
        ("cmor1.5-1.0", np.sqrt(2 * np.log(2) / 1.5) / np.pi),  # exp(-2 pi^2 B (f - C)^2) = 1/2
        ("cmor8-2", np.sqrt(2 * np.log(2) / 8) / np.pi),
        ("morl", np.sqrt(np.log(2)) / np.pi),  # exp(-(w - 5)^2) = 1/2
        ("shan1.5-1.0", 1.5),
        ("fbsp2-1.5-1.0", 1.5 * (1 - 1 / np.sqrt(2))),  # a triangle
    ],
)
def test_the_width_at_half_power_is_the_closed_forms(name, width):
    assert half_power_width(Wavelet(name)) == pytest.approx(
        width, rel=0.02
    )  # the cut rounds corners


def test_the_mexican_hats_peak_is_said():
    assert range_in_words(Wavelet("mexh")).startswith(f"centre {np.sqrt(2) / (2 * np.pi):.2f}, ")


@pytest.mark.parametrize("used", [["cmor1.5-1.0"], ["mexh", "cgau2", "mexh"]])
def test_each_wavelet_used_and_each_family_is_drawn_once(tmp_path, used):
    draw_gallery(used, [tmp_path / "gallery.svg"])
    text = (tmp_path / "gallery.svg").read_text()
    for name in {*used, *FAMILY_NAMES}:
        assert text.count(f">{name}") == 1
    assert text.count(">used here<") == len(set(used))
