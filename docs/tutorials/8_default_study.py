"""
The default study, read from its files
======================================

What a study makes is tables, JSON and HDF5, with the person and the time of each segment
beside each number. This page reads `results/default`, where `make run` leaves it.
"""

from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401  # which unpacks the images
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

tried = Path("results/default"), Path("../../results/default")  # from here, and in the repository
study = next((found for found in tried if (found / "summary.json").is_file()), None)
print(f"Read from {study.name}" if study else "No results/default here: `make run` makes it first.")

# %%
# The mean image of each class
# ----------------------------
# Images are (n, height, width) bytes, with a row for each in `rows`. Levels are on one dB scale for
# all images, so that they may be averaged.

if study:
    sums, counts = {}, {}
    for path in sorted((study / "spectrogram").glob("*.h5")):
        with h5py.File(path) as file:
            label = file["rows"]["label"].astype(str)
            for name in np.unique(label):
                entries = np.flatnonzero(label == name)[::8]
                sums[name] = sums.get(name, 0) + file["images"][entries].sum(axis=0, dtype=float)
                counts[name] = counts.get(name, 0) + len(entries)
            frequency_hz = file["frequency_hz"][:]
    figure, axes = plt.subplots(1, len(sums), figsize=(10, 3.4), sharey=True, layout="constrained")
    for axis, (name, total) in zip(axes, sums.items(), strict=True):
        axis.pcolormesh(np.linspace(0, 5, total.shape[1]), frequency_hz, total / counts[name])
        axis.set(title=f"{name}, mean of {counts[name]}", xlabel="Time (s)")
    axes[0].set_ylabel("Frequency (Hz)")
    plt.show()

# %%
# The maps of both encoders
# -------------------------
# `umap/NAME/map.tsv` holds the place of each segment. A marker is a person.

if study:
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.4), layout="constrained")
    for axis, path in zip(axes, sorted(study.glob("umap/*/map.tsv")), strict=False):
        points = pd.read_csv(path, sep="\t")
        for k, (label, own) in enumerate(points.groupby("label")):
            for marker, (_, person) in zip("os^D", own.groupby("subject"), strict=False):
                axis.scatter(person["x"], person["y"], s=9, c=f"C{k}", marker=marker, alpha=0.6)
            axis.plot([], [], "o", c=f"C{k}", label=f"{label} ({own['subject'].nunique()} people)")
        axis.set(title=path.parent.name, xlabel="UMAP 1", ylabel="UMAP 2", xticks=[], yticks=[])
        axis.legend()
    plt.show()

# %%
# The scores
# ----------
# Of held-out people, by segment. Three people allow no interval, and no small p-value.

scores = pd.DataFrame()
if study:
    scores = pd.read_csv(study / "comparison/scores.tsv", sep="\t", index_col="classifier")
    scores = scores[["people", "segments", "balanced_accuracy_by_segment", "p_value_holm"]]
scores.round(3)
