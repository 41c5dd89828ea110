"""
EEG states
==========

Eyes open, eyes closed and deep sleep: three states of one generated EEG, in one spectrogram of a
minute and a half. Exact axes make the rhythm measurable in the image itself.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import butter, sosfilt

import biospectra as bs

RATE_HZ = 128
random = np.random.default_rng(2)
STATES = ("eyes open", "eyes closed", "deep sleep")

# %%
# Half a minute of each
# ---------------------
# The background falls with frequency. Closing the eyes adds alpha waves of 10 Hz that come and go;
# deep sleep adds slow waves of 1 Hz, of many times the amplitude.


def rhythm(low_hz, high_hz, uv):
    """Return 30 s of noise in one band, in µV RMS."""
    sections = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    wave = sosfilt(sections, random.standard_normal(40 * RATE_HZ))[10 * RATE_HZ :]
    return wave * uv / wave.std()


alpha, slow_waves, spindles = rhythm(9.3, 10.7, 14), rhythm(0.6, 1.6, 55), rhythm(12, 14, 5)
extra = [0, alpha, slow_waves + spindles]
eeg_uv = np.concatenate(
    [rhythm(0.5, 4, 4) + rhythm(4, 13, 3) + rhythm(13, 50, 2) + own for own in extra]
)

# %%
# A spectrogram of 90 s
# ---------------------
# The logarithmic axis gives slow rhythms the room that a linear one would give to what is above
# 30 Hz. The window of 4 s resolves 0.6 Hz.

plan = bs.Spectrogram(
    rate_hz=RATE_HZ,
    samples=eeg_uv.size,
    height=200,
    width=720,
    window_s=4,
    frequency_axis="log",
    frequency_range_hz=(0.5, 45),
    limits_db=(-15, 35),
)
image = plan.of(eeg_uv, starts=[0])[0]
figure, (top, below) = plt.subplots(2, figsize=(10, 6), height_ratios=(1, 2), layout="constrained")
top.plot(np.arange(eeg_uv.size) / RATE_HZ, eeg_uv, linewidth=0.5)
top.set(xlim=(0, 90), ylabel="EEG (µV)")
for start_s, name in zip((0, 30, 60), STATES, strict=True):
    top.text(start_s + 15, 1.02, name, transform=top.get_xaxis_transform(), ha="center")
bs.show(image, plan, axis=below)
plt.show()

# %%
# The rhythm, read off the image
# ------------------------------
# A level is a value in dB, so that the mean over a state's columns is its spectrum.

low_db, high_db = plan.limits_db
spectra = (low_db + image / 255 * (high_db - low_db)).reshape(plan.height, 3, -1).mean(axis=2)
for name, spectrum in zip(STATES[1:], spectra.T[1:], strict=True):
    print(f"{name}: {plan.frequency_hz[spectrum.argmax()]:.1f} Hz")

figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.semilogx(plan.frequency_hz, spectra, label=STATES)
axis.set(xlabel="Frequency (Hz)", ylabel="Amplitude (dB re 1 µV)")
axis.set_xticks((1, 3, 10, 30), ("1", "3", "10", "30"))
axis.legend()
plt.show()
