"""
Random segments or held-out people?
===================================

The same data, the same classifier, two ways to split. One score holds for new people; the other is
the one that is most often published.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import GroupKFold, KFold, cross_val_predict

import biospectra as bs

RATE_HZ, SECONDS, EACH = 128, 4, 25
random = np.random.default_rng(5)

# %%
# Twenty people, no difference between the groups
# -----------------------------------------------
# Everyone has a rhythm and a background of their own, and "patients" and "controls" are drawn from
# the same distribution: there is nothing to learn about the group.

time_s = np.arange(RATE_HZ * SECONDS) / RATE_HZ


def segment(own_hz, own_share):
    """Return 4 s of one person's EEG."""
    wave = np.sin(2 * np.pi * own_hz * time_s + random.uniform(0, 2 * np.pi))
    return wave + own_share * np.cumsum(random.standard_normal(time_s.size))


traits = [(random.uniform(6, 14), random.uniform(0.1, 0.5)) for _ in range(20)]
segments = np.stack([segment(*own) for own in traits for _ in range(EACH)])
person = np.repeat(np.arange(20), EACH)
label = np.where(person < 10, "control", "patient")

# %%
# Two ways to split
# -----------------
# With random folds the forest has met every person before the test, and predicts the person; with
# folds by person it has to predict the group.

table = bs.band_table(segments, RATE_HZ)
forest = ExtraTreesClassifier(200, random_state=1)


def share_right(folds, **groups):
    """Return the share of segments whose group is predicted, of each person."""
    right = cross_val_predict(forest, table, label, cv=folds, **groups) == label
    return right.reshape(20, EACH).mean(axis=1)


scores = {
    "random segments": share_right(KFold(5, shuffle=True, random_state=1)),
    "held-out people": share_right(GroupKFold(5), groups=person),
}

# %%
# What is left for people never seen
# ----------------------------------
# Dots are people, and so is what the intervals are drawn from: 500 segments of 20 people are 20
# independent observations.

figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
for place, shares in enumerate(scores.values()):
    axis.scatter(place + random.uniform(-0.15, 0.15, 20), shares, alpha=0.6)
    low, high = np.quantile(random.choice(shares, (2000, 20)).mean(axis=1), (0.025, 0.975))
    mean = shares.mean()
    axis.errorbar(place + 0.3, mean, [[mean - low], [high - mean]], fmt="ks", capsize=4)
    axis.text(place + 0.3, high + 0.03, f"{mean:.2f}", ha="center")
axis.axhline(0.5, color="grey", linestyle="--", label="chance level")
axis.set(xticks=(0.1, 1.1), xticklabels=scores, ylabel="Accuracy", ylim=(-0.05, 1.15))
axis.legend(loc="lower left")
plt.show()
# %%
# A study splits by person by default, and `leakage:` in its config measures this gap on your own
# recordings: [how results are made honest](../../honest.md).
