"""download, resample, segment and split, each run by snakemake."""

import csv
import hashlib
import re

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml

from biospectra.store.hdf5 import attributes_of
from biospectra.store.rows import ROW_COLUMNS, read_recordings, read_rows
from biospectra.study.recordings import shard_of
from support.tiny import RATE_HZ, TONE_HZ, signal, write_edf, write_wfdb

SHARDS = ("0", "1")


def test_download_brings_the_bytes_as_they_are(tiny):
    listed = {}
    for folder in tiny.make(*(f"recordings/{shard}" for shard in SHARDS)):
        with (folder / "files.tsv").open() as table:
            for line in csv.DictReader(table, delimiter="\t"):
                content = (folder / line["file"]).read_bytes()
                assert hashlib.sha256(content).hexdigest() == line["sha256"]
                assert content == (tiny.folder / line["file"].split("/")[1]).read_bytes()
                listed.setdefault(line["recording"], []).append(line["file"])
    assert len(listed) == 8
    assert {file.rsplit(".", 1)[1] for file in listed["slow_2"]} == {"hea", "dat"}


def test_resample_keeps_the_tone_and_says_where_it_comes_from(tiny):
    seen = {}
    for path in tiny.make(*(f"resampled/{shard}.h5" for shard in SHARDS)):
        with h5py.File(path) as file:
            for name, group in file.items():
                signal = group["signal"][()]
                assert signal.dtype == np.float32
                assert signal.size == 30 * 128
                spectrum = np.abs(np.fft.rfft(signal)) / signal.size * 2
                assert spectrum.argmax() / 30 == pytest.approx(TONE_HZ[name.split("_")[0]])
                seen[name] = (spectrum.max(), attributes_of(group))
    assert len(seen) == 8
    for tone, _ in seen.values():  # in mV as written, or as the table says what counts stand for
        assert tone == pytest.approx(1, rel=0.02)
    attributes = seen["slow_1"][1]
    assert attributes["units"] == "mV"
    assert (attributes["rate_hz"], attributes["native_rate_hz"]) == (128, 250)
    assert attributes["bandwidth_hz"] == 125
    assert attributes["subject"] == "person_2"


def test_native_bands_lists_every_recordings_own_rate(tiny):
    (path,) = tiny.make("native_bands.tsv")
    table = pd.read_csv(path, sep="\t").set_index("recording")
    assert len(table) == 8
    assert (table["native_rate_hz"] == 250).all()


def test_cleaning_draws_a_recording_of_each_class(tiny):
    import cv2

    (path,) = tiny.make("png/cleaning.png")
    picture = cv2.imread(str(path))
    assert picture.shape[1] > 800
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 100


def test_segment_cuts_and_judges(tiny):
    paths = tiny.make(*(f"segments/{shard}.h5" for shard in SHARDS))
    rows = read_rows(paths)
    assert list(rows)[: len(ROW_COLUMNS)] == ROW_COLUMNS
    assert len(rows) == 8 * 15
    assert (rows["quality"] == "ok").all()
    first = rows[(rows["recording"] == "fast_1")]
    assert first["start_s"].tolist() == [2.0 * i for i in range(15)]
    with h5py.File(first["file"].iloc[0]) as file:
        signal = file["signal"][int(first["index"].iloc[3])]
    with h5py.File(first["file"].iloc[0].replace("segments", "resampled")) as file:
        np.testing.assert_array_equal(signal, file["fast_1"]["signal"][3 * 256 : 4 * 256])
    assert set(read_recordings(paths)["recording"]) == set(rows["recording"])


def test_split_follows_the_table(tiny):
    (path,) = tiny.make("split.tsv")
    split = pd.read_csv(path, sep="\t")
    sides = split.groupby("subject")["split"].unique().map(list).to_dict()
    assert sides["person_1"] == ["training"]
    assert sides["person_2"] == ["validation"]
    assert sides["person_3"] == ["test"]
    assert all(len(side) == 1 for side in sides.values())


def test_rejected_windows_are_counted_with_their_reason(fresh):
    time_s = np.arange(30 * 250) / 250
    signal = np.sin(2 * np.pi * 8 * time_s)
    signal[2000:4500] = 0.3  # 8 to 18 s: the electrode is off
    np.savez(fresh.folder / "off.npz", mV=signal, fs=250)
    table = (fresh.folder / "recordings.tsv").read_text().splitlines()
    table[1] = "slow_0\toff.npz\t0\t\tslow\tperson_1\ttwo\ttraining"
    (fresh.folder / "recordings.tsv").write_text("\n".join(table) + "\n")
    *segments, listed = fresh.make("segments/0.h5", "segments/1.h5", "rejected_segments.tsv")
    rows = read_rows(segments)
    own = rows[rows["recording"] == "slow_0"]
    assert len(own) == 15
    assert set(own.loc[own["start_s"].between(10, 14), "quality"]) == {"flat"}
    assert (own.loc[(own["start_s"] < 6) | (own["start_s"] > 18), "quality"] == "ok").all()
    assert len(pd.read_csv(listed, sep="\t")) == (rows["quality"] != "ok").sum()


def test_all_recordings_that_cannot_be_used_stop_the_run_with_their_names(fresh):
    """Faults that files show are told before any job, and those of jobs, in both shards, by one."""
    for name in ("slow_0.h5", "slow_1.edf", "fast_1.edf", "fast_3.txt.gz"):
        broken = fresh.folder / name
        broken.write_bytes(broken.read_bytes()[:300])
    table = fresh.folder / "recordings.tsv"
    lines = table.read_text().splitlines()
    lines[0] += "\tsha256"
    lines[-1] += "\t" + 64 * "0"  # of fast_3
    table.write_text("\n".join(lines) + "\n")
    assert {shard_of(name, 2) for name in ("slow_0", "slow_1", "fast_1", "fast_3")} == {"0", "1"}
    shards = ("results/tiny/resampled/0.h5", "results/tiny/resampled/1.h5")
    done = fresh.run(*shards, check=False)
    assert done.returncode != 0
    assert "4 problems in files, and nothing was run" in done.stdout
    assert not (fresh.folder / "results/tiny/recordings").exists()
    done = fresh.run(*shards, "--no-hooks", check=False)  # as of files that are fetched first
    assert done.returncode != 0
    told = [x for x in done.stdout.splitlines() if x.startswith("Error: recording")]
    assert sorted(line.split()[2] for line in told) == ["fast_1:", "fast_3:", "slow_0:", "slow_1:"]
    assert [line for line in told if "fast_3: " in line and "SHA-256" in line]
    assert "Traceback" not in done.stdout
    assert (
        list((fresh.folder / "results/tiny/resampled").glob("*.h5")) == []
    )  # nothing half-written


def test_one_person_under_two_names_stops_the_run(fresh):
    """The copy is of another format, start, gain and rate."""
    from biospectra.signals.resampling import resample

    first, second = signal("slow", 3), resample(signal("slow", 3)[500:], RATE_HZ, 200)
    write_wfdb(fresh.folder, "slow_2", first, RATE_HZ)
    write_edf(fresh.folder / "slow_1.edf", second * 0.5, 200)
    done = fresh.run("results/tiny/split.tsv", check=False)
    assert done.returncode != 0
    (line,) = [x for x in done.stdout.splitlines() if x.strip().startswith("recordings ")]
    assert "slow_1" in line and "slow_2" in line
    assert "are of two subjects" in line and "the same samples at" in line
    assert not (fresh.folder / "results/tiny/split.tsv").exists()
    config = yaml.safe_load(fresh.config.read_text()) | {"split": {"on_copies": "allow"}}
    fresh.config.write_text(yaml.safe_dump(config, sort_keys=False))
    done = fresh.run("results/tiny/split.tsv")
    assert "Copies: recordings slow_" in done.stdout


def test_a_bad_recording_is_skipped_and_listed_where_the_config_says_so(fresh):
    config = yaml.safe_load(fresh.config.read_text()) | {"on_bad_recording": "skip"}
    fresh.config.write_text(yaml.safe_dump(config, sort_keys=False))
    broken = fresh.folder / "slow_3.txt.gz"
    broken.write_bytes(broken.read_bytes()[:50])
    split, rejected = fresh.make("split.tsv", "rejected.tsv")
    left = pd.read_csv(rejected, sep="\t").set_index("recording")["reason"]
    assert list(left.index) == ["slow_3"]
    assert "slow_3.txt.gz" in left["slow_3"]
    assert "slow_3" not in set(pd.read_csv(split, sep="\t")["recording"])


def test_the_common_band_and_cleaning_by_class(fresh):
    config = yaml.safe_load(fresh.config.read_text())
    config["resample"] |= {"common_band": True, "by_label": {"slow": {"notch_hz": 40}}}
    fresh.config.write_text(yaml.safe_dump(config, sort_keys=False))
    lines = (fresh.folder / "recordings.tsv").read_text().splitlines()
    signal = np.random.default_rng(0).standard_normal(30 * 100)
    np.savez(fresh.folder / "low.npz", mV=signal, fs=100)
    lines[1] = "slow_0\tlow.npz\t0\t\tslow\tperson_1\ttwo\ttraining"
    (fresh.folder / "recordings.tsv").write_text("\n".join(lines) + "\n")
    paths = fresh.make("resampled/0.h5", "resampled/1.h5")
    above, seen = {}, {}
    for path in paths:
        with h5py.File(path) as file:
            for name, group in file.items():
                power = np.abs(np.fft.rfft(group["signal"][()])) ** 2
                frequency_hz = np.fft.rfftfreq(30 * 128, 1 / 128)
                above[name] = power[frequency_hz > 51].sum() / power.sum()
                near = np.abs(frequency_hz - 40) < 0.2
                around = np.abs(frequency_hz - 32) < 2
                seen[name] = power[near].mean() / power[around].mean()
                assert group.attrs["bandwidth_hz"] == 50
    assert max(above.values()) < 1e-4
    assert max(seen[f"slow_{i}"] for i in range(4)) < 0.5, seen  # notched
    assert min(seen[f"fast_{i}"] for i in range(4)) > 100, seen  # the tone


def test_annotations_label_the_segments(real, tmp_path):
    from support.harness import Workflow
    from support.small_studies import mitdb_rows, write_mirror, write_small_study

    rows = [row for row in mitdb_rows("annotation") if row["recording"] in ("mitdb_201_0",)]
    write_small_study(tmp_path / "recordings.tsv", rows)
    config = {
        "study": "tiny",
        "recordings": "recordings.tsv",
        "labels": ["NSR", "AF"],
        "physionet_mirror": str(write_mirror(tmp_path / "mirror")),
        "shards": 1,
        "resample": {"rate_hz": 128},
        "segments": {
            "window_s": 10,
            "step_s": 10,
            "annotations": {"mapping": {"(N": "NSR", "(AFIB": "AF"}},
        },
        "images": {"spectrogram": {"kind": "spectrogram", "height": 32, "width": 64}},
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    (path,) = Workflow(tmp_path).make("segments/0.h5")
    table = read_rows([path])
    good = table[table["quality"] == "ok"]
    assert set(good["label"]) <= {"NSR", "AF"}
    assert (good["label"] == "AF").any()
    assert set(table.loc[table["label"] == "", "quality"]) <= {"mixed_labels", "no_label"}


def test_the_larger_a_shards_files_the_more_its_jobs_ask_for(fresh):
    shard = "results/tiny/recordings/0"
    fresh.run(shard)

    def asked() -> dict[str, tuple[int, int]]:
        plan = fresh.run("-n", "results/tiny/scaleogram/0.h5").stdout
        jobs = re.findall(r"rule (\w+):.*?resources: (.*?)\n", plan, re.DOTALL)
        numbers = {rule: dict(re.findall(r"(\w+)=(\d+)", said)) for rule, said in jobs}
        return {rule: (int(n["mem_mb"]), int(n["runtime"])) for rule, n in numbers.items()}

    small = asked()
    folder = next(path for path in (fresh.folder / shard).iterdir() if path.is_dir())
    with (folder / "year.edf").open("wb") as file:
        file.truncate(2_000_000_000)  # no disk is used: there is nothing in it
    assert asked() == small | {
        "resample": (small["resample"][0] + 8000, small["resample"][1] + 40),
        "segment": (small["segment"][0], small["segment"][1] + 40),
        "image": (small["image"][0], small["image"][1] + 40),
    }
