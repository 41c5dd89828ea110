"""Copies of one recording under two names are found, and nothing else is taken for a copy."""

from pathlib import Path

import numpy as np
import pytest

from biospectra.evaluation.duplicates import tell_copies
from biospectra.formats.read import read
from biospectra.signals.fingerprint import alike, find_landmarks
from biospectra.signals.resampling import resample
from biospectra.signals.signal import Signal
from biospectra.store.fingerprints import write_fingerprints
from support.data import DATA, needs_data

RATE_HZ = 250.0


def heart(seed: int, seconds: float = 60, noise: float = 0.05) -> np.ndarray:
    """A rhythm of its own in noise: narrow pulses whose distances vary, (samples,) float64."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    beats = np.cumsum(random.normal(0.8, 0.03, size=round(2 * seconds)))
    pulses = sum(np.exp(-(((time_s - beat) / 0.03) ** 2)) for beat in beats if beat < seconds)
    return pulses + noise * random.standard_normal(time_s.size)


def told(
    folder: Path, recordings: dict, *, by: str = "subject", sides: dict | None = None
) -> list[str]:
    """Return what is told of recordings: name to (subject, label, samples, rate)."""
    rows, marks = [], []
    for name, (subject, label, samples, rate_hz) in recordings.items():
        rows.append({"recording": name, "subject": subject, "label": label, "database": "d"})
        rows[-1]["content"] = name
        marks.append(find_landmarks(Signal(np.asarray(samples, float), rate_hz, "mV", "I")))
    half = len(rows) // 2
    write_fingerprints(folder / "0.h5", rows[:half], marks[:half])
    write_fingerprints(folder / "1.h5", rows[half:], marks[half:])
    return tell_copies([folder / "0.h5", folder / "1.h5"], sides or {}, by=by)


def others(start: int = 50, many: int = 6) -> dict:
    return {
        f"other_{seed}": (f"person_{seed}", "well", heart(seed), RATE_HZ)
        for seed in range(start, start + many)
    }


ORIGINAL = heart(1)
COPIES = {
    "as it is": (ORIGINAL, RATE_HZ),
    "gain and offset": (-480 * ORIGINAL + 12_000, RATE_HZ),
    "in whole counts": (np.round(ORIGINAL * 200), RATE_HZ),
    "another start": (ORIGINAL[1307:], RATE_HZ),
    "a part": (ORIGINAL[3001:6001], RATE_HZ),
    "resampled to 128 Hz": (resample(ORIGINAL, RATE_HZ, 128), 128.0),
    "resampled to 1000 Hz": (resample(ORIGINAL, RATE_HZ, 1000), 1000.0),
    "a part, resampled, of another gain": (
        np.round(resample(ORIGINAL[2003:8003], RATE_HZ, 100) * -77 + 4),
        100.0,
    ),
    "another rate by mistake": (ORIGINAL * 3, 300.0),
    "a slow rate by mistake": (ORIGINAL[500:], 10.0),
    "within something else": (np.concatenate([heart(90), ORIGINAL[:7500], heart(91)]), RATE_HZ),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_under_another_subject_is_told_with_both_names(tmp_path, copy):
    samples, rate_hz = COPIES[copy]
    recordings = {"a": ("ann", "well", ORIGINAL, RATE_HZ), "b": ("bob", "well", samples, rate_hz)}
    (line,) = told(tmp_path, others() | recordings)
    assert line.startswith("recordings a and b are of two subjects, ann and bob: the same samples")


def test_a_copy_of_ten_seconds_is_told(tmp_path):
    short = heart(2, seconds=10)
    recordings = {
        "a": ("ann", "well", short, RATE_HZ),
        "b": ("bob", "ill", resample(short, RATE_HZ, 200) * 5, 200.0),
    }
    assert len(told(tmp_path, recordings | others())) == 1


def test_copies_in_a_study_of_many_are_all_told(tmp_path):
    recordings = others(100, 40)
    for seed in (103, 111, 139):
        recordings[f"copy_{seed}"] = (f"twin_{seed}", "well", heart(seed)[400:] * 9, RATE_HZ)
    lines = told(tmp_path, recordings)
    assert [line.split()[1:4:2] for line in lines] == [
        [f"other_{seed}", f"copy_{seed}"] for seed in (103, 111, 139)
    ]


def steps(seed: int) -> np.ndarray:
    """A recording that begins with 10 s of the same calibration pulses as every other."""
    pulses = (np.arange(2500) // 125 % 2).astype(float)
    return np.concatenate([pulses, heart(seed)])


def tone(seed: int, noise: float) -> np.ndarray:
    time_s = np.arange(15_000) / RATE_HZ
    random = np.random.default_rng(seed)
    return np.sin(2 * np.pi * (8 * time_s + random.uniform())) + noise * random.normal(size=15_000)


ALIKE = {
    "calibration pulses": [steps(seed) for seed in range(8)],
    "nothing but calibration pulses": [steps(1)[:2500]] * 8,
    "flat lines": [np.zeros(15_000), np.full(15_000, 7.0), np.zeros(15_000)],
    "missing samples": [np.full(15_000, np.nan)] * 3,
    "tones in noise": [tone(seed, 0.05) for seed in range(8)],
    "tones": [tone(seed, 0) for seed in range(8)],
    "one tone": [tone(1, 0)] * 3,
    "rhythms of one pace": [heart(seed, noise=0.005) for seed in range(8)],
    "noise": [np.random.default_rng(seed).normal(size=15_000) for seed in range(8)],
    "walks": [np.random.default_rng(seed).normal(size=15_000).cumsum() for seed in range(8)],
    "steps": [np.where(np.arange(15_000) > 5000 + seed, 1.0, 0.0) for seed in range(8)],
    "single spikes": [np.where(np.arange(15_000) == 700 * seed, 1.0, 0.0) for seed in range(8)],
    "shorter than a landmark's surroundings": [np.arange(200.0) ** 2] * 3,
}


@pytest.mark.parametrize("kind", ALIKE)
def test_what_is_alike_is_no_copy(tmp_path, kind):
    recordings = {
        f"r{k}": (f"person_{k}", "well", samples, RATE_HZ) for k, samples in enumerate(ALIKE[kind])
    }
    assert told(tmp_path, recordings) == []


def test_channels_and_parts_of_one_person_are_no_fault(tmp_path):
    recordings = {
        "a": ("ann", "well", ORIGINAL, RATE_HZ),
        "again": ("ann", "well", ORIGINAL, RATE_HZ),
        "near": ("ann", "ill", ORIGINAL + 0.02 * np.random.default_rng(7).normal(size=15_000), 250),
        "later": ("ann", "annotation", ORIGINAL, RATE_HZ),
    }
    assert told(tmp_path, recordings) == []


def test_one_label_of_two_for_the_same_samples_is_wrong(tmp_path):
    recordings = {
        "a": ("ann", "well", ORIGINAL, RATE_HZ),
        "b": ("ann", "ill", ORIGINAL * 2, RATE_HZ),
    }
    (line,) = told(tmp_path, recordings)
    assert line.startswith("recordings a and b have two labels, well and ill: the same samples")


@pytest.mark.parametrize("by, many", [("subject", 0), ("recording", 1)])
def test_copies_of_one_person_may_not_be_on_two_sides(tmp_path, by, many):
    recordings = {
        "a": ("ann", "well", ORIGINAL, RATE_HZ),
        "b": ("ann", "well", ORIGINAL, RATE_HZ),
    }
    sides = {"a": {"training"}, "b": {"training"} if by == "subject" else {"test"}}
    lines = told(tmp_path, recordings, by=by, sides=sides)
    assert len(lines) == many
    assert all("a and b are in test and training: the same samples" in line for line in lines)


def test_the_same_bytes_are_told_whatever_they_are(tmp_path):
    rows = [
        {"recording": name, "subject": name, "label": "x", "database": "d", "content": "same"}
        for name in ("a", "b", "c")
    ]
    nothing = find_landmarks(Signal(np.zeros(1000), RATE_HZ, "mV", "I"))
    write_fingerprints(tmp_path / "0.h5", rows, [nothing] * 3)
    write_fingerprints(tmp_path / "1.h5", [], [])
    lines = tell_copies([tmp_path / "0.h5", tmp_path / "1.h5"], {}, by="subject")
    assert [line.split(":")[0] for line in lines] == [
        "recordings a and b are of two subjects, a and b",
        "recordings a and c are of two subjects, a and c",
    ]
    assert "the same bytes" in lines[0]


def test_a_landmark_is_described_alike_whatever_the_gain_and_the_rate():
    one = find_landmarks(Signal(ORIGINAL, RATE_HZ, "mV", "I"))["time"]
    other = find_landmarks(Signal(-5 * resample(ORIGINAL, RATE_HZ, 180) + 1, 180.0, "mV", "I"))
    other = other["time"]
    nearest = np.abs(one.at[:, None] - other.at).argmin(axis=1)
    near = np.abs(one.at - other.at[nearest]) < 0.01
    assert near.mean() > 0.9
    assert np.median(alike(one.shapes[near], other.shapes[nearest[near]])) > 0.999
    assert (one.hashes[near] == other.hashes[nearest[near]]).any(axis=1).mean() > 0.8


@needs_data
def test_no_two_people_of_real_databases_are_taken_for_one(tmp_path):
    """Of one person, MIT-BIH has two records, 201 and 202, which are no copies."""
    recordings = {}
    for path in sorted(DATA.glob("ecg_mitdb/*.hea")) + sorted(DATA.glob("eeg_eegmat/*.edf"))[:10]:
        for channel in (0, 1):
            signal = read(path, channel=channel)
            samples = signal.samples[: round(300 * signal.rate_hz)]
            recordings[f"{path.stem}_{channel}"] = (path.stem, "x", samples, signal.rate_hz)
    assert told(tmp_path, recordings) == []
