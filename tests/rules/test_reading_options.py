"""How recordings are read, as the config and the table ask for it."""

import datetime
import re

import edfio
import h5py
import numpy as np
import pandas as pd
import pytest
import yaml

from biospectra.errors import StudyError
from biospectra.steps.image import ONE_LEVEL, image_shard
from biospectra.steps.provenance import remarks
from biospectra.store.dataset import select_rows
from biospectra.store.hdf5 import attributes_of, create, put_dataset, set_attributes
from biospectra.store.resampled import DEFECT
from biospectra.store.rows import ROW_COLUMNS, read_rows, write_table

SHARDS = ("resampled/0.h5", "resampled/1.h5")


def change(workflow, **keys) -> None:
    config = yaml.safe_load(workflow.config.read_text()) | keys
    workflow.config.write_text(yaml.safe_dump(config, sort_keys=False))


def test_what_an_interrupted_recorder_wrote_is_used_where_that_is_asked_for(fresh):
    path = fresh.folder / "slow_1.edf"
    path.write_bytes(path.read_bytes()[:-100])
    done = fresh.run(*(f"results/tiny/{shard}" for shard in SHARDS), check=False)
    assert done.returncode
    assert re.search(r"line 3: slow_1.*and 29 and a part are there.*on_short_file", done.stdout)
    change(fresh, on_short_file="use")
    told = {}
    for shard in fresh.make(*SHARDS):
        with h5py.File(shard) as file:
            told |= {name: attributes_of(group)["remarks"] for name, group in file.items()}
    assert "29 and a part are there" in told.pop("slow_1")
    assert set(told.values()) == {""}
    (said,) = remarks(fresh.folder / "results/tiny/logs")
    assert said.startswith("slow_1: ")


def test_labels_from_a_file_that_the_table_names(fresh):
    """The first half of a night is one class and the second the other."""
    rng = np.random.default_rng(3)
    signal = edfio.EdfSignal(rng.normal(size=128 * 60), 128, label="EEG", physical_range=(-9, 9))
    edfio.Edf([signal], starttime=datetime.time(23)).write(fresh.folder / "night-PSG.edf")
    notes = [edfio.EdfAnnotation(0, 30, "W"), edfio.EdfAnnotation(30, 30, "R")]
    edfio.Edf([], annotations=notes, starttime=datetime.time(23)).write(
        fresh.folder / "night-Hypnogram.edf"
    )
    table = pd.read_csv(fresh.folder / "recordings.tsv", sep="\t", dtype=str)
    night = {"recording": "night", "source": "night-PSG.edf", "channel": "EEG"}
    night |= {"label": "annotation", "subject": "sleeper", "database": "one"}
    table = pd.concat([table, pd.DataFrame([night | {"annotator": "night-Hypnogram.edf"}])])
    table.to_csv(fresh.folder / "recordings.tsv", sep="\t", index=False)
    segments = yaml.safe_load(fresh.config.read_text())["segments"]
    change(fresh, segments=segments | {"annotations": {"mapping": {"W": "slow", "R": "fast"}}})
    rows = read_rows(fresh.make("segments/0.h5", "segments/1.h5"))
    own = rows[rows["recording"] == "night"].sort_values("start_s")
    assert own["label"].tolist() == ["slow"] * 15 + ["fast"] * 15
    listed = pd.concat(
        pd.read_csv(path, sep="\t")
        for path in (fresh.folder / "results/tiny/recordings").glob("*/files.tsv")
    )
    assert listed.loc[listed["recording"] == "night", "file"].tolist() == [
        "night/night-PSG.edf",
        "night/night-Hypnogram.edf",
    ]


SETTINGS = {
    "kind": "spectrogram",
    "height": 16,
    "width": 16,
    "window_s": 0.5,
    "frequency_range_hz": None,
    "limits_db": [-60, 0],
    "compression": "gzip",
    "colour_map": None,
}


def write_shard(folder, amplitudes: dict[str, list[float]]) -> tuple[str, str]:
    """Write segments of 2 s at 128 Hz of each recording, a tone of an amplitude each."""
    resampled, segments = folder / "resampled.h5", folder / "segments.h5"
    tone = np.sin(2 * np.pi * 20 * np.arange(256) / 128).astype(np.float32)
    rows, signals = [], []
    with create(resampled) as file:
        for name, own in sorted(amplitudes.items()):
            group = file.create_group(name)
            signal = np.concatenate([amplitude * tone for amplitude in own])
            put_dataset(group, "signal", signal)
            # Each segment is a stretch of its own: nothing of one reaches into the next.
            put_dataset(group, "stretches", 256 * np.array([[k, k + 1] for k in range(len(own))]))
            put_dataset(group, "defects", np.zeros(0, DEFECT))
            set_attributes(group, {"rate_hz": 128.0, "units": "mV"})
            signals += [amplitude * tone for amplitude in own]
            rows += [(name, k, 2.0 * k, "a", name, "d", "ok") for k in range(len(own))]
    with create(segments) as file:
        put_dataset(file, "signal", np.array(signals))
        write_table(file, "rows", pd.DataFrame(rows, columns=ROW_COLUMNS))
        units = pd.DataFrame({"recording": list(amplitudes), "units": "mV"})
        write_table(file, "recordings", units)
    return str(segments), str(resampled)


def make_images(folder, amplitudes: dict[str, list[float]]) -> str:
    files = write_shard(folder, amplitudes)
    image_shard(*files, folder / "images.h5", rate_hz=128, settings=SETTINGS)
    return str(folder / "images.h5")


def test_an_image_of_one_level_is_not_used(tmp_path, capsys):
    path = make_images(tmp_path, {"good": [1, 1], "mixed": [1, 1e-7]})
    rows = read_rows([path]).set_index(["recording", "segment"])["quality"]
    assert rows[("mixed", 1)] == ONE_LEVEL
    assert (rows == "ok").sum() == 3
    split = read_rows([path]).drop(columns=["file", "index"]).assign(split="test", quality="ok")
    split.to_csv(tmp_path / "split.tsv", sep="\t", index=False)
    chosen = select_rows([path], tmp_path / "split.tsv", ["test"])
    assert chosen[["recording", "segment"]].to_numpy().tolist() == [
        ["good", 0],
        ["good", 1],
        ["mixed", 0],
    ]
    assert "Left out, as their images are not good: 1 segment" in capsys.readouterr().out


def test_a_recording_whose_images_show_nothing_stops_the_run(tmp_path):
    said = r"all images of 1 recording have one level: black \(mV\)"
    with pytest.raises(StudyError, match=said):
        make_images(tmp_path, {"good": [1, 1], "black": [1e-7, 1e-7]})
