"""What all figures have in common."""

import pytest

from biospectra.report.style import figure


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
