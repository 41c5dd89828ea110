"""Wavelets against PyWavelets and against numerical Fourier integrals."""

import numpy as np
import pytest

from biospectra.transforms.wavelets import Wavelet

NAMES = (
    ["cmor1.5-1.0", "cmor2.5-0.7", "shan1.5-1.0", "shan0.5-2", "fbsp1-1.5-1.0", "fbsp2-1.5-1.0"]
    + ["fbsp3-1-0.5", "mexh", "morl"]
    + [f"gaus{n}" for n in range(1, 9)]
    + [f"cgau{n}" for n in range(1, 9)]
)


@pytest.mark.parametrize("name", NAMES)
def test_time_function_and_centre_frequency_are_pywts(name):
    pywt = pytest.importorskip("pywt")
    theirs = pywt.ContinuousWavelet(name)
    psi, t = theirs.wavefun(10)
    ours = Wavelet(name)
    np.testing.assert_allclose(ours.time(t), psi, atol=2e-8 * np.abs(psi).max())
    assert ours.centre_frequency == pytest.approx(pywt.central_frequency(theirs), rel=1e-12)
    assert ours.is_complex == theirs.complex_cwt
    assert ours.bound == theirs.upper_bound == -theirs.lower_bound


@pytest.mark.parametrize("name", NAMES)
def test_fourier_transform_is_the_integral(name):
    wavelet = Wavelet(name)
    step = 1 / 512
    t = np.arange(-22 / step, 22 / step + 1) * step
    f = np.linspace(-2.5, 3.5, 101)
    integral = np.exp(-2j * np.pi * np.outer(f, t)) @ wavelet.time(t) * step
    sign = -1 if wavelet.family == "cgau" else 1
    found = wavelet.fourier(sign * f)
    np.testing.assert_allclose(np.abs(found), np.abs(integral), atol=1e-5 * wavelet.peak[0])
    phase = 1j**wavelet.order if wavelet.family in ("gaus", "cgau") else 1
    turned = integral / phase
    assert np.abs(turned.imag).max() < 1e-5 * wavelet.peak[0]


@pytest.mark.parametrize("name", [n for n in NAMES if n[:4] in ("gaus", "cgau", "mexh")])
def test_unit_energy(name):
    t = np.linspace(-12, 12, 20001)
    energy = np.sum(np.abs(Wavelet(name).time(t)) ** 2) * (t[1] - t[0])
    assert energy == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_peak_is_the_largest(name):
    wavelet = Wavelet(name)
    f = np.linspace(0, 4, 40001)
    highest, at = wavelet.peak
    # A cut Shannon wavelet ripples around its plateau; its peak is taken in the middle.
    ripple = 0.2 if wavelet.family in ("shan", "fbsp") and wavelet.order < 2 else 1e-6
    assert np.abs(wavelet.fourier(f)).max() <= highest * (1 + ripple)
    assert np.abs(wavelet.fourier(at)) == pytest.approx(highest)


@pytest.mark.parametrize(
    "name", ["cmor", "cmor1.5", "gaus9", "gaus0", "shan0-1", "db4", "fbsp0-1-1"]
)
def test_unknown_names_are_refused(name):
    with pytest.raises(ValueError, match=f"wavelet: no continuous family is called '{name}'"):
        Wavelet(name)
