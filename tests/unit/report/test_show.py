"""A plan's image on its true axes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from biospectra.report.images import show
from biospectra.transforms.colour import colour
from biospectra.transforms.scaleogram import Scaleogram
from biospectra.transforms.spectrogram import Spectrogram

SIZE = {"rate_hz": 128, "samples": 1280, "height": 64, "width": 32, "limits_db": (-60, 0)}
PLANS = {
    "linear": Spectrogram(**SIZE),
    "psd": Spectrogram(**SIZE, scaling="psd", frequency_axis="mel"),
    "log": Scaleogram(**SIZE, frequency_range_hz=(1, 50)),
}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def image_of(plan, tone_hz=20):
    signal = np.sin(2 * np.pi * tone_hz * np.arange(2560) / 128)
    return plan.of(signal, [640])[0]


@pytest.mark.parametrize("name", PLANS)
def test_ticks_stand_where_frequencies_and_times_are(name):
    plan = PLANS[name]
    axis = show(image_of(plan), plan)
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("Time (s)", "Frequency (Hz)")
    rows = np.arange(plan.height)
    for row, tick in zip(axis.get_yticks(), axis.get_yticklabels(), strict=True):
        nearest = np.interp(row, rows, plan.frequency_hz)
        assert nearest == pytest.approx(float(tick.get_text()), rel=1e-9)
    for column, tick in zip(axis.get_xticks(), axis.get_xticklabels(), strict=True):
        time_s = plan.time_s[0] + column * np.diff(plan.time_s).mean()
        assert time_s == pytest.approx(float(tick.get_text()), abs=1e-9)
    assert len(axis.get_yticks()) >= 4


@pytest.mark.parametrize("name", PLANS)
def test_colours_are_decibels_of_what_the_plan_measures(name):
    plan, image = PLANS[name], image_of(PLANS[name])
    axis = show(image, plan, colour_map="magma")
    (drawn,) = axis.get_images()
    np.testing.assert_allclose(drawn.get_array(), image * (60 / 255) - 60, atol=1e-9)
    assert drawn.get_clim() == (-60, 0)
    _, bar = axis.figure.axes
    assert bar.get_ylabel() == plan.quantity
    assert ("Density" in plan.quantity) == (name == "psd")


def test_colours_and_an_axis_of_ones_own():
    plan = PLANS["log"]
    figure, (left, right) = plt.subplots(1, 2)
    pixels = colour(image_of(plan), "viridis")
    assert show(pixels, plan, axis=right) is right
    assert not left.get_images()
    np.testing.assert_array_equal(right.get_images()[0].get_array(), pixels)
    assert len(figure.axes) == 3


def test_an_image_of_one_pixel():
    plan = Spectrogram(**SIZE | {"height": 1, "width": 1})
    assert len(show(image_of(plan), plan).get_images()) == 1


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((64, 31), np.uint8), "64 by 31 pixels, and the plan's images are of 64 by 32"),
        (np.zeros((64, 32)), r"image: is float64 of shape \(64, 32\); must be uint8"),
        (np.zeros((2, 64, 32), np.uint8), r"image: is uint8 of shape \(2, 64, 32\); must be"),
    ],
)
def test_what_is_no_image_of_the_plan_is_refused(image, message):
    with pytest.raises(ValueError, match=message):
        show(image, PLANS["linear"])
