"""A tiny study: short recordings of known content, written in real formats."""

import gzip
from pathlib import Path

import h5py
import numpy as np
import yaml

RATE_HZ = 250
SECONDS = 30
TONE_HZ = {"slow": 8.0, "fast": 40.0}


def signal(label: str, seed: int, rate_hz: float = RATE_HZ, seconds: float = SECONDS) -> np.ndarray:
    """A tone of the class in noise: (samples,) float64, amplitude 1, in mV."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(rate_hz * seconds)) / rate_hz
    tone = np.sin(2 * np.pi * TONE_HZ[label] * time_s + random.uniform(0, 2 * np.pi))
    return tone + 0.05 * random.standard_normal(time_s.size)


def write_opensignals(
    path: Path, samples: np.ndarray, rate_hz: float, channel: int = 1, *, converted: bool = False
) -> None:
    """Write counts as an OpenSignals file does, or samples that were converted back from them."""
    with h5py.File(path, "w") as file:
        device = file.create_group("00:07:80:00:00:01")
        device.attrs["sampling rate"] = int(rate_hz)
        device.attrs["resolution"] = [16]
        counts = np.round(samples * 8000 + 32768).astype(np.uint16)
        kept = samples.astype(np.float32) if converted else counts
        data = device.create_group("raw").create_dataset(f"channel_{channel}", data=kept[:, None])
        if converted:
            data.attrs["units"] = "mV"


def write_edf(path: Path, samples: np.ndarray, rate_hz: float) -> None:
    """Write an EDF file with two channels, the second of which is the signal."""
    import edfio

    other = edfio.EdfSignal(np.zeros(samples.size), rate_hz, label="EMPTY", physical_range=(-1, 1))
    own = edfio.EdfSignal(samples, rate_hz, label="LEAD", physical_dimension="mV")
    edfio.Edf([other, own]).write(path)


def write_wfdb(folder: Path, name: str, samples: np.ndarray, rate_hz: float) -> None:
    """Write a WFDB record with one channel."""
    import wfdb

    wfdb.wrsamp(
        name,
        fs=rate_hz,
        units=["mV"],
        sig_name=["II"],
        p_signal=samples[:, None],
        fmt=["16"],
        write_dir=str(folder),
    )


def write_text(path: Path, samples: np.ndarray) -> None:
    """Write gzipped text with a header and two columns."""
    time_s = np.arange(samples.size) / RATE_HZ
    with gzip.open(path, "wt") as file:
        file.write("time\tlead (mV)\n")
        file.writelines(f"{t:.4f}\t{v:.5f}\n" for t, v in zip(time_s, samples, strict=True))


def write_study(folder: Path) -> None:
    """Write config.yaml, recordings.tsv and the recordings, each in another format."""
    rows = []
    seed = 0
    for label in TONE_HZ:
        for subject in range(4):
            seed += 1
            name, samples = f"{label}_{subject}", signal(label, seed)
            if subject == 0:
                write_opensignals(folder / f"{name}.h5", samples, RATE_HZ, converted=True)
                row = (f"{name}.h5", "1", "")
            elif subject == 1:
                write_edf(folder / f"{name}.edf", samples, RATE_HZ)
                row = (f"{name}.edf", "LEAD", "")
            elif subject == 2:
                write_wfdb(folder, name, samples, RATE_HZ)
                row = (f"{name}.hea", "II", "")
            else:
                write_text(folder / f"{name}.txt.gz", samples)
                row = (f"{name}.txt.gz", "lead", str(RATE_HZ))
            split = ["training", "validation", "test", "training"][subject]
            database = "one" if subject % 2 else "two"
            rows.append((name, *row, label, f"person_{seed}", database, split))
    header = ["recording", "source", "channel", "rate_hz", "label", "subject", "database", "split"]
    lines = ["\t".join(header), *("\t".join(row) for row in rows)]
    (folder / "recordings.tsv").write_text("\n".join(lines) + "\n")
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG, sort_keys=False))


CONFIG = {
    "study": "tiny",
    "recordings": "recordings.tsv",
    "labels": list(TONE_HZ),
    "shards": 2,
    "resample": {"rate_hz": 128, "scale": "physical"},
    "segments": {"window_s": 2, "step_s": 2},
    "images": {
        "spectrogram": {"kind": "spectrogram", "height": 32, "width": 64, "window_s": 0.5},
        "scaleogram": {
            "kind": "scaleogram",
            "height": 32,
            "width": 32,
            "frequency_range_hz": [4, 60],
        },
    },
    "png": {"per_class": 3},
    "encoders": {
        "small": {"input": "spectrogram", "filters": [8, 8], "epochs": 2, "precision": "float32"}
    },
    "umap": {"n_neighbors": 5, "k_neighbors": 3, "seeds": 2},
    "features": {
        "fourier": {"kind": "fourier", "peaks": 2, "bands_hz": {"low": [4, 20]}},
        "bands": {"kind": "bands", "bands": 8, "frequency_range_hz": [2, 64]},
    },
    "leakage": {"features": "fourier", "classifier": "k_nearest_neighbours"},
    "scores": {"draws": 200},
    "classifiers": {
        "table": {"kind": "table", "features": "fourier"},
        "folds": {"kind": "table", "features": "fourier", "evaluation": "cross_validation"},
        "encoder": {
            "kind": "table",
            "features": "small",
            "candidates": ["k_nearest_neighbours"],
            "pooling": ["time", "both"],
        },
        "cnn": {
            "kind": "cnn",
            "input": "scaleogram",
            "filters": [8],
            "dense": 8,
            "epochs": 2,
            "precision": "float32",
        },
        "fine_tuned": {"kind": "fine_tuned", "encoder": "small", "epochs": 2},
        "samples_cnn": {
            "kind": "cnn",
            "input": "samples",
            "filters": [8],
            "dense": 8,
            "epochs": 2,
            "class_weight": "balanced",
            "augment": {"time_shift_s": 0.5, "noise": 0.05},
            "explain": True,
            "precision": "float32",
        },
    },
}
