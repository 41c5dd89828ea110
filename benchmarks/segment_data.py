"""What the steps of `segments.py` read, drawn at random."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

LABELS = ["A", "B", "C"]
COLUMNS = 16
SEED = 0
A_RECORDING, A_PERSON, A_FILE = 100, 5, 10_000
RATE_HZ, WINDOW_S, SIDE = 64, 5, 16
LANDMARKS = 250  # of a recording; 500 s have about as many
WIDE = 1024  # columns of flat features, which a random projection leaves
A_BLOCK = 20_000  # rows of them, written at a time


def all_rows(segments: int) -> pd.DataFrame:
    """Return the rows of so many segments, with their split."""
    recording = np.arange(segments) // A_RECORDING
    person = recording // A_PERSON
    splits = np.array(["training", "training", "training", "validation", "test"])
    return pd.DataFrame(
        {
            "recording": [f"r{i:06d}" for i in recording],
            "segment": np.arange(segments) % A_RECORDING,
            "start_s": float(WINDOW_S) * (np.arange(segments) % A_RECORDING),
            "label": np.array(LABELS)[person % 3],
            "subject": [f"p{i:06d}" for i in person],
            "database": [f"d{i % 2}" for i in recording],
            "quality": "ok",
            "split": splits[person // 3 % 5],
        }
    )


def recordings_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the attributes of the recordings of some rows."""
    return rows.drop_duplicates("recording")[["recording"]].assign(
        source="x",
        channel="0",
        units="mV",
        unit_size=1.0,
        rate_hz=float(RATE_HZ),
        native_rate_hz=float(RATE_HZ),
        bandwidth_hz=RATE_HZ / 2,
        remarks="",
    )


def write_shard(folder: Path, rows: pd.DataFrame, random: np.random.Generator) -> None:
    """Write the segments, images and landmarks of a shard's recordings, and of their recorders."""
    from biospectra.signals.fingerprint import Landmarks
    from biospectra.signals.recorder import recorder_facts
    from biospectra.store.fingerprints import write_fingerprints
    from biospectra.store.hdf5 import put_dataset, set_attributes
    from biospectra.store.images import append_images, create_images
    from biospectra.store.quarantine import write_rejected
    from biospectra.store.rows import write_table

    name, without = f"{int(rows.index[0]) // A_FILE:04d}", rows.drop(columns="split")
    recordings = recordings_of(rows)
    signals = random.standard_normal((len(rows), RATE_HZ * WINDOW_S), dtype=np.float32)
    with h5py.File(folder / f"segments/{name}.h5", "w") as file:
        put_dataset(file, "signal", signals)
        write_table(file, "rows", without)
        write_table(file, "recordings", recordings)
    with h5py.File(folder / f"images/{name}.h5", "w") as file:
        images = create_images(file, (SIDE, SIDE))
        append_images(images, random.integers(0, 255, (len(rows), SIDE, SIDE), np.uint8))
        set_attributes(images, {"kind": "spectrogram", "quantity": "dB", "limits_db": [-60, 0]})
        put_dataset(file, "frequency_hz", np.linspace(RATE_HZ / 2, 0, SIDE))
        put_dataset(file, "time_s", np.linspace(0, WINDOW_S, SIDE))
        write_table(file, "rows", without)
        write_table(file, "recordings", recordings)
    firsts = rows.drop_duplicates("recording").reset_index(drop=True)
    facts = [
        {"recording": row.recording, "units": "mV"}
        | recorder_facts(signals[k * A_RECORDING : (k + 1) * A_RECORDING].ravel(), RATE_HZ, "mV")
        for k, row in firsts.iterrows()
    ]
    pd.DataFrame(facts).to_csv(folder / f"recorders/{name}.tsv", sep="\t", index=False)
    told = [
        {key: row[key] for key in ("recording", "subject", "label", "database")}
        | {"content": row["recording"]}
        for _, row in firsts.iterrows()
    ]
    seconds = A_RECORDING * WINDOW_S
    found = [
        Landmarks(
            np.sort(random.uniform(0, seconds, LANDMARKS)),
            random.integers(0, 2**32, (LANDMARKS, 2), np.uint32),
            random.integers(-127, 127, (LANDMARKS, 74), np.int8),
        )
        for _ in told
    ]
    marks = [{"time": one, "count": one} for one in found]
    write_fingerprints(folder / f"fingerprints/{name}.h5", told, marks)
    write_rejected({}, folder / f"rejected/{name}.tsv")


def write_inputs(folder: Path, segments: int) -> None:
    """Write all that the steps read of so many segments."""
    from biospectra.store.hdf5 import put_dataset
    from biospectra.store.rows import write_table
    from biospectra.store.tables import write_tsv

    for part in ("segments", "images", "recorders", "fingerprints", "rejected"):
        (folder / part).mkdir()
    rows, random = all_rows(segments), np.random.default_rng(SEED)
    for first in range(0, segments, A_FILE):
        write_shard(folder, rows[first : first + A_FILE], random)
    write_tsv(rows, folder / "split.tsv")
    person = np.arange(segments) // A_RECORDING // A_PERSON
    means = random.standard_normal((3, COLUMNS))[person % 3]
    means += random.standard_normal((person.max() + 1, COLUMNS))[person]
    with h5py.File(folder / "features.h5", "w") as file:
        noise = random.standard_normal((segments, COLUMNS), dtype=np.float32)
        put_dataset(file, "features", noise + means.astype(np.float32))
        put_dataset(file, "names", [f"c{i}" for i in range(COLUMNS)])
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings_of(rows))


def write_wide(folder: Path, segments: int) -> None:
    """Write flat features of so many segments, as an encoder of bfloat16 stores them."""
    from biospectra.store.rows import write_table

    rows, random = all_rows(segments), np.random.default_rng(SEED)
    person = np.arange(segments) // A_RECORDING // A_PERSON
    means = random.standard_normal((3, WIDE), dtype=np.float32) / 10
    with h5py.File(folder / "wide.h5", "w") as file:
        values = file.create_dataset("features", (segments, WIDE), "f2", chunks=(64, WIDE))
        for first in range(0, segments, A_BLOCK):
            own = slice(first, min(first + A_BLOCK, segments))
            noise = random.standard_normal((own.stop - first, WIDE), dtype=np.float32)
            values[own] = noise + means[person[own] % 3]
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings_of(rows))


def files(folder: Path, part: str) -> list[str]:
    """Return the files of a folder in their order."""
    return sorted(map(str, (folder / part).iterdir()))
