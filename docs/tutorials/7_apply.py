"""
From a folder to predictions
============================

A study from start to end, as on the command line: 12 files of six people become a config, a trained
model, and its predictions for a person whom nobody has labelled.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import butter, sosfilt

import biospectra as bs

RATE_HZ, SECONDS = 250, 40
WORKFLOW = Path(bs.__file__).resolve().parents[2] / "Snakefile"  # of a clone of the repository
random = np.random.default_rng(7)
scratch = TemporaryDirectory()
folder = Path(scratch.name)
for part in ("eeg", "new"):
    (folder / part).mkdir()

# %%
# Twelve recordings
# -----------------
# Six people with eyes open and closed, in text files named by person and state.


def rhythm(low_hz, high_hz, uv):
    """Return noise in one band, in µV RMS."""
    sections = butter(2, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos")
    wave = sosfilt(sections, random.standard_normal(RATE_HZ * SECONDS))
    return wave * uv / wave.std()


def record(path, own_hz, uv):
    """Write 40 s of EEG with waves of one frequency and amplitude."""
    eeg = rhythm(1, 40, 8) + rhythm(own_hz - 0.7, own_hz + 0.7, uv)
    np.savetxt(folder / path, eeg, header="EEG Oz (uV)", comments="", fmt="%.2f")


for person, own_hz in enumerate(random.normal(10, 0.6, 6)):
    record(f"eeg/p{person}_open.csv", own_hz, 3)
    record(f"eeg/p{person}_closed.csv", own_hz, 14)

# %%
# A study of them
# ---------------
# `biospectra new` looks into the files and writes a table and a config; snakemake does the rest, up
# to what is asked for: here the model, and without a name everything, `study.html` included.


def run(command):
    """Run a command in the folder and print what it says."""
    words = [sys.executable, "-m", *command.split()]
    print(subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout)


run("biospectra new eeg --study states --subject name1 --label name2 --rate-hz 250")
CONFIG, MODEL = "config/states/config.yaml", "results/states/model/classifiers"
run(f"snakemake --cores 2 --configfile {CONFIG} --snakefile {WORKFLOW} -- {MODEL}")

# %%
# A new person
# ------------
# The model's folder is all that is needed. Two recordings are of the two states; the third has
# waves of 31 Hz, as none of the training. `applied/report.html` has their map, too.

for name, own_hz, uv in (("first", 9.5, 3), ("second", 9.5, 14), ("third", 31, 60)):
    record(f"new/{name}.csv", own_hz, uv)
run(f"biospectra apply {MODEL} new --rate-hz {RATE_HZ}")
plt.figure(figsize=(10, 5))
plt.imshow(plt.imread(folder / "applied/map.png"))
plt.axis("off")
plt.show()
