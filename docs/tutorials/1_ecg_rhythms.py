"""
ECG rhythms
===========

Sinus rhythm, atrial fibrillation and bigeminy differ in *when* the heart beats and in the shape of
single beats. A scaleogram shows both in one picture, and a table of heart beats puts numbers to it.
"""

import matplotlib.pyplot as plt
import numpy as np

import biospectra as bs

RATE_HZ, SECONDS = 256, 10
random = np.random.default_rng(1)

# %%
# Three hearts
# ------------
# A beat is a sum of waves: height (mV), time after the R peak (s) and width (s) of each. In atrial
# fibrillation there is no P wave and the interval to the next beat is irregular; in bigeminy every
# second beat starts early in the ventricle, wide, tall and without a P wave.

P, QRS, T = [(0.15, -0.18, 0.025)], [(-0.15, -0.03, 0.01), (1, 0, 0.011)], [(0.3, 0.28, 0.05)]
WIDE = [(1.3, 0.02, 0.035), (-0.5, 0.25, 0.07)]
time_s = np.arange(RATE_HZ * SECONDS) / RATE_HZ


def heart(intervals_s, shapes):
    """Return an ECG in mV: beats at these intervals, whose shapes take turns."""
    ecg = 0.02 * random.standard_normal(time_s.size)
    for i, beat_s in enumerate(np.cumsum(intervals_s) - 0.4):
        for height, after_s, width_s in shapes[i % len(shapes)]:
            ecg += height * np.exp(-0.5 * ((time_s - beat_s - after_s) / width_s) ** 2)
    return ecg


hearts = {
    "sinus rhythm": heart(random.normal(0.8, 0.02, 14), [P + QRS + T]),
    "atrial fibrillation": heart(random.uniform(0.4, 1.1, 16), [QRS + T]),
    "bigeminy": heart(np.tile([1.05, 0.55], 8), [P + QRS + T, WIDE]),
}

# %%
# One plan, three images
# ----------------------
# A plan holds everything that does not depend on the signal. Its images share one scale in dB, so
# that equal colours mean equal amplitudes. Beats are ridges whose foot is as wide as they are long.

plan = bs.Scaleogram(
    rate_hz=RATE_HZ,
    samples=time_s.size,
    height=160,
    width=640,
    frequency_range_hz=(0.5, 60),
    limits_db=(-45, 0),
)
figure, axes = plt.subplots(3, 2, figsize=(10, 7), width_ratios=(1, 1.15), layout="constrained")
for row, (name, ecg) in zip(axes, hearts.items(), strict=True):
    row[0].plot(time_s, ecg, linewidth=0.9)
    row[0].set(title=name, xlabel="Time (s)", ylabel="ECG (mV)", ylim=(-0.8, 1.6))
    bs.show(plan.of(ecg, starts=[0])[0], plan, axis=row[1])
plt.show()

# %%
# Numbers for a classifier
# ------------------------
# `rr_rmssd` is the difference between successive intervals as a share of the mean interval;
# `qrs_width_largest_s` the width of the widest beat; `p_likeness` says how alike the P waves are.
# Each of the three rhythms stands out in another column.

table = bs.beat_table(np.stack(list(hearts.values())), RATE_HZ)
table.index = list(hearts)
table[["rate_bpm", "rr_rmssd", "qrs_width_largest_s", "p_likeness"]].round(2)
