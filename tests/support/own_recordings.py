"""A folder of somebody's own recordings: ECG of some people at rest and walking, in six formats."""

import gzip
from pathlib import Path

import h5py
import numpy as np

RATE_HZ = 250
SECONDS = 40
BEATS_PER_MINUTE = {"rest": 60, "walk": 105}
PEOPLE = ("anna", "ben", "cleo", "dan", "eva", "finn")
ENDINGS = (".edf", ".hea", ".h5", ".txt.gz", ".npz", ".mat")  # of each person's recordings


def ecg(label: str, seed: int, seconds: float = SECONDS) -> np.ndarray:
    """Beats of an ECG in noise: (samples,) float64, in mV."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(RATE_HZ * seconds)) / RATE_HZ
    every_s = 60 / BEATS_PER_MINUTE[label]
    beats_s = np.arange(0.3, seconds, every_s)
    beats_s += 0.02 * every_s * random.standard_normal(beats_s.size)
    samples = 0.02 * random.standard_normal(time_s.size)
    for late_s, width_s, height in ((-0.16, 0.03, 0.12), (0, 0.012, 1.0), (0.24, 0.05, 0.25)):
        for at_s in beats_s + late_s:
            samples += height * np.exp(-0.5 * ((time_s - at_s) / width_s) ** 2)
    return samples


def write_recording(path: Path, samples: np.ndarray) -> None:
    """Write a recording of one ECG in the format of its name's ending."""
    if path.name.endswith(".edf"):
        import edfio

        status = np.zeros(samples.size)
        channels = [
            edfio.EdfSignal(samples, RATE_HZ, label="ECG", physical_dimension="mV"),
            edfio.EdfSignal(status, RATE_HZ, label="Status", physical_range=(-1, 1)),
        ]
        edfio.Edf(channels).write(path)
    elif path.name.endswith(".hea"):
        import wfdb

        wfdb.wrsamp(
            path.stem,
            fs=RATE_HZ,
            units=["mV", "mV"],
            sig_name=["V1", "II"],
            p_signal=np.stack([-samples, samples], axis=1),
            fmt=["16", "16"],
            write_dir=str(path.parent),
        )
    elif path.name.endswith(".h5"):
        with h5py.File(path, "w") as file:
            device = file.create_group("00:07:80:00:00:01")
            device.attrs["sampling rate"] = RATE_HZ
            counts = np.round(samples * 8000 + 32768).astype(np.uint16)
            device.create_group("raw")["channel_1"] = counts[:, None]
    elif path.name.endswith(".txt.gz"):
        time_s = np.arange(samples.size) / RATE_HZ
        with gzip.open(path, "wt") as file:
            file.write("time (s)\tECG (mV)\n")
            file.writelines(f"{t:.3f}\t{v:.5f}\n" for t, v in zip(time_s, samples, strict=True))
    elif path.name.endswith(".npz"):
        np.savez(path, ecg=samples, fs=RATE_HZ)
    else:
        from scipy.io import savemat

        savemat(path, {"ecg": samples, "fs": RATE_HZ})


def write_own_recordings(folder: Path) -> Path:
    """Write two recordings of each person, ``anna_rest.edf`` and ``anna_walk.edf``."""
    folder.mkdir(parents=True)
    for k, (person, ending) in enumerate(zip(PEOPLE, ENDINGS, strict=True)):
        for label in BEATS_PER_MINUTE:
            write_recording(folder / f"{person}_{label}{ending}", ecg(label, seed=k))
    return folder
