"""
Sound
=====

Anything sampled works: here heart sounds with a murmur, written to a WAV file and read back. The
choice of the mother wavelet decides what an image resolves.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
import soundfile
from scipy.signal import butter, sosfilt

import biospectra as bs

RATE_HZ, SECONDS = 4000, 3
random = np.random.default_rng(4)

# %%
# A heart with a murmur
# ---------------------
# Two sounds a beat, of 45 and 70 Hz, and between them the noise of a leaking valve.

time_s = np.arange(RATE_HZ * SECONDS) / RATE_HZ
phase_s = time_s % 0.8
sound = 0.002 * random.standard_normal(time_s.size)
for at_s, tone_hz, width_s in ((0.1, 45, 0.025), (0.42, 70, 0.018)):
    after_s = phase_s - at_s
    sound += np.exp(-0.5 * (after_s / width_s) ** 2) * np.sin(2 * np.pi * tone_hz * after_s)
hiss = sosfilt(
    butter(3, (150, 400), "bandpass", fs=RATE_HZ, output="sos"),
    random.standard_normal(time_s.size),
)
sound += 0.25 * hiss * np.clip(np.sin(np.pi * (phase_s - 0.16) / 0.2), 0, 1) * (phase_s < 0.36)

# %%
# From a file
# -----------
# `bs.read` knows the format by its ending; [all formats](../../formats.md) read alike.

with TemporaryDirectory() as folder:
    path = Path(folder) / "heart.wav"
    soundfile.write(path, 0.8 * sound / np.abs(sound).max(), RATE_HZ)
    signal = bs.read(path)
print(f"{signal.duration_s:g} s at {signal.rate_hz:g} Hz, in {signal.units}")
samples = bs.resample(bs.clean(signal.samples, signal.rate_hz), signal.rate_hz, 2000)

# %%
# One sound, four wavelets
# ------------------------
# A complex Morlet of many cycles (`cmor16.0-1.0`) resolves frequencies, one of few (`cmor1.5-1.0`)
# resolves times. The Mexican hat (`mexh`) follows single swings. Shannon's wavelet (`shan`) has the
# sharpest bands, and pays with ripples in time.

figure, axes = plt.subplots(2, 2, figsize=(10, 6.5), layout="constrained")
wavelets = ("cmor1.5-1.0", "cmor16.0-1.0", "mexh", "shan0.5-1.0")
for axis, wavelet in zip(axes.flat, wavelets, strict=True):
    plan = bs.Scaleogram(
        rate_hz=2000,
        samples=samples.size,
        height=160,
        width=600,
        wavelet=wavelet,
        frequency_range_hz=(20, 500),
        limits_db=(-55, -5),
    )
    bs.show(plan.of(samples, starts=[0])[0], plan, axis=axis, colour_map="magma")
    axis.set_title(wavelet)
plt.show()
