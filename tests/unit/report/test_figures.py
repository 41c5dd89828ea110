"""What all figures have in common."""

import numpy as np
import pytest

from biospectra.report.examples import _lowest_of_logarithmic
from biospectra.report.style import figure, wrapped


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(3, 70, {"10", "20", "40"}), (1e-7, 1, {"1e-06", "0.01", "1"}), (0.5, 5000, {"1", "100"})],
)
def test_logarithmic_axes_say_plain_numbers(tmp_path, low, high, expected):
    """Mathematics, which matplotlib writes there, is not parsed: names may have dollar signs."""
    with figure(tmp_path / "log.svg") as drawing:
        top, bottom = drawing.subfigures(2, 1)
        axis, other = top.subplots(), bottom.subplots()
        axis.set(yscale="log", ylim=(low, high), title="5 $ or 6 $")
        other.set(xscale="log", xlim=(low, high))
    text = (tmp_path / "log.svg").read_text()
    assert "mathdefault" not in text
    assert ">5 $ or 6 $<" in text
    for number in expected:
        assert text.count(f">{number}<") == 2


def test_a_score_and_its_interval_stay_in_one_line():
    text = "expected calibration error 0.04 [0.02, 0.10] of a classifier 0.5 [-0.1, 0.9]"
    for width_cm in range(5, 15):
        lines = wrapped(text, width_cm)
        assert " ".join(lines) == text
        assert all(line.count("[") == line.count("]") for line in lines)


@pytest.mark.parametrize(
    ("axes_hz", "lowest_hz"),
    [
        ([np.geomspace(200, 1, 50), np.geomspace(256, 0.5, 50)], 0.5),
        ([np.geomspace(200, 1, 50), np.linspace(256, 0, 50)], None),
        ([], None),
    ],
)
def test_a_spectrum_has_the_frequency_axis_of_the_images_beside_it(axes_hz, lowest_hz):
    assert _lowest_of_logarithmic(axes_hz) == (lowest_hz and pytest.approx(lowest_hz))
