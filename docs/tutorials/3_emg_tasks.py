"""
EMG tasks
=========

A muscle at rest, in steps, and held until it tires. Steps show in time and fatigue in frequency:
a tiring muscle's spectrum moves down while its amplitude grows.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import butter, sosfilt

import biospectra as bs

RATE_HZ, SECONDS = 1000, 20
random = np.random.default_rng(3)
time_s = np.arange(RATE_HZ * SECONDS) / RATE_HZ

# %%
# Three tasks
# -----------
# Surface EMG is noise between some 20 and 300 Hz whose amplitude follows the effort.


def muscle(low_hz, high_hz):
    """Return EMG of constant effort, 1 mV RMS."""
    sections = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    emg = sosfilt(sections, random.standard_normal(time_s.size))
    return emg / emg.std()


steps = 0.04 + 0.4 * np.clip(np.sin(2 * np.pi * 0.9 * time_s), 0, None) ** 2
tired = time_s / SECONDS  # 0 when fresh, 1 at the end
tasks = {
    "rest": 0.02 * muscle(20, 300),
    "steps": steps * muscle(40, 250),
    "held until tired": (0.25 + 0.2 * tired)
    * ((1 - tired) * muscle(70, 220) + tired * muscle(30, 90)),
}

# %%
# Images on one scale
# -------------------
# `pooling="mean"` averages the power within a pixel: noise looks as steady as it is.

plan = bs.Scaleogram(
    rate_hz=RATE_HZ,
    samples=time_s.size,
    height=120,
    width=500,
    frequency_range_hz=(10, 400),
    pooling="mean",
    limits_db=(-50, -5),
)
figure, axes = plt.subplots(3, 2, figsize=(10, 7), width_ratios=(1, 1.15), layout="constrained")
for row, (name, emg) in zip(axes, tasks.items(), strict=True):
    row[0].plot(time_s, emg, linewidth=0.3)
    row[0].set(title=name, xlabel="Time (s)", ylabel="EMG (mV)", ylim=(-1.6, 1.6))
    bs.show(plan.of(emg, starts=[0])[0], plan, axis=row[1])
plt.show()

# %%
# Fatigue in a table
# ------------------
# `bs.band_table` gives each segment's power in bands, in dB: here below and above
# 80 Hz. Their difference falls as the muscle tires.

starts = np.arange(0, time_s.size, RATE_HZ)
segments = bs.cut(tasks["held until tired"], starts, samples=RATE_HZ)
bands = bs.band_table(segments, RATE_HZ, bands=2, frequency_range_hz=(20, 320))
balance_db = bands.iloc[:, 1] - bands.iloc[:, 0]
figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.plot(starts / RATE_HZ + 0.5, balance_db, "o-")
axis.set(xlabel="Time (s)", ylabel="High minus low band (dB)")
plt.show()
