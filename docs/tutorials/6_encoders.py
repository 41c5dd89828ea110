"""
Features without labels
=======================

An encoder learns from signals alone; labels come in afterwards, and may be few. Here are two quick
ones, scattering and principal components of images, beside a table of band powers. Networks are
[kinds of encoder](../../how_to/encoders.md) of a study, whose `benchmark:` draws the same curves.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import butter, sosfilt
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

import biospectra as bs

RATE_HZ, SECONDS, EACH, PEOPLE = 256, 4, 6, 24
random = np.random.default_rng(6)

# %%
# Steady or trembling muscles
# ---------------------------
# 24 people a class. A tremor waxes and wanes five times a second, with the power of steady effort
# and hardly a wider spectrum, so that band powers hold little of it.

time_s = np.arange(RATE_HZ * SECONDS) / RATE_HZ


def segment(own_hz, tremor_hz):
    """Return 4 s of one person's EMG, of 1 mV RMS."""
    sections = butter(1, (own_hz, 2 * own_hz), "bandpass", fs=RATE_HZ, output="sos")
    emg = sosfilt(sections, random.standard_normal(time_s.size))
    emg *= 1 + 0.7 * (tremor_hz > 0) * np.sin(2 * np.pi * (tremor_hz * time_s + random.uniform()))
    return emg / emg.std()


traits = [(random.uniform(25, 45), random.uniform(4, 6) * (i % 2)) for i in range(2 * PEOPLE)]
segments = np.stack([segment(*own) for own in traits for _ in range(EACH)])
person = np.repeat(np.arange(2 * PEOPLE), EACH)
label = np.where(person % 2, "tremor", "steady")
test = person >= 2 * PEOPLE - 16  # 8 people a class, held out

# %%
# Three sets of features
# ----------------------
# Components are learnt from the images of training people, without their labels.

size = {"samples": time_s.size, "height": 32, "width": 64}
plan = bs.Scaleogram(rate_hz=RATE_HZ, **size, frequency_range_hz=(10, 120))
images = np.stack([plan.of(own, starts=[0])[0] for own in segments]).reshape(len(segments), -1)
features = {
    "band powers": bs.band_table(segments, RATE_HZ).to_numpy(),
    "components of images": PCA(32, random_state=1).fit(images[~test]).transform(images),
    "scattering": bs.scattering_table(segments, RATE_HZ).to_numpy(),
}

# %%
# How many labelled people does it take?
# --------------------------------------
# Each point is the mean over ten draws of people with labels, on the same held-out people.

counts = (1, 2, 4, 8, 16)
figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
for marker, name in zip("os^", features, strict=True):
    own, scores = features[name][~test], np.zeros((10, len(counts)))
    columns = (features[name] - own.mean(axis=0)) / (own.std(axis=0) + 1e-9)
    for draw, k in np.ndindex(scores.shape):
        pairs = random.choice(PEOPLE - 8, counts[k], replace=False)
        labelled = np.isin(person // 2, pairs)
        classifier = LogisticRegression(C=0.01).fit(columns[labelled], label[labelled])
        scores[draw, k] = classifier.score(columns[test], label[test])
    axis.plot(counts, scores.mean(axis=0), f"{marker}-", label=name)
axis.axhline(0.5, color="grey", linestyle="--", label="chance level")
axis.set_xscale("log", base=2)
axis.set_xticks(counts, counts)
axis.set(xlabel="Labelled people of each class", ylabel="Accuracy on 16 held-out people")
axis.legend()
plt.show()
