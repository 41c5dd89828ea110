"""One row of the table that means many channels, from its file to scores."""

import edfio
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import RecordingError, StudyError
from biospectra.evaluation.by_recording import by_recording
from biospectra.evaluation.cross_validation import folds_of
from biospectra.evaluation.duplicates import tell_copies
from biospectra.evaluation.split import split_rows
from biospectra.features.sessions import check_alike, join_sessions, of_channels
from biospectra.formats import read as formats
from biospectra.steps import resample
from biospectra.steps.feature_table import feature_table
from biospectra.steps.native_bands import native_bands
from biospectra.steps.recorder import describe_recorders
from biospectra.steps.segment import segment_shard
from biospectra.steps.split import split_study
from biospectra.store.dataset import read_inputs, read_split, select_rows
from biospectra.store.hdf5 import attributes_of, opened
from biospectra.store.original_files import READING
from biospectra.store.quarantine import read_rejected, write_rejected
from biospectra.store.rows import of_whole_recordings, read_recordings, read_rows

RATE_HZ = 100
NAMES = ("EEG Fp1", "EEG Fp2", "EEG Cz", "ECG")


def write_study(folder, *, same=False):
    """Write two recordings of four channels, and return rows of a table and the files."""
    rows, files = [], {}
    for k, name in enumerate(("anna", "ben")):
        random = np.random.default_rng(0 if same else k)
        samples = random.normal(size=(4, 20 * RATE_HZ))
        signals = [
            edfio.EdfSignal(
                own,
                RATE_HZ,
                label=channel,
                physical_dimension="uV",
                physical_range=(-6, 6),
            )
            for channel, own in zip(NAMES, samples, strict=True)
        ]
        edfio.Edf(signals).write(folder / f"{name}.edf")
        row = dict.fromkeys([*READING, *resample.ATTRIBUTES])
        row |= {"recording": name, "label": "a", "subject": name, "database": "d", "source": name}
        rows.append(row | {"channel": "EEG *", "bad_channels": "EEG Cz"})
        files[name] = folder / f"{name}.edf"
    return rows, files


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run `resample_shard` and `segment_shard`; the file of segments."""

    def made(rows, files, on_bad_recording="stop", columns=()):
        for module in ("steps.resample", "steps.native_bands", "store.original_files"):
            monkeypatch.setattr(f"biospectra.{module}.first_files", lambda _: files)
        monkeypatch.setattr(resample, "file_hashes", lambda _: {name: [name] for name in files})
        write_rejected({}, tmp_path / "rejected.tsv")
        resample.resample_shard(
            rows,
            tmp_path,
            tmp_path / "resampled.h5",
            tmp_path / "left_out.tsv",
            rate_hz=RATE_HZ,
            scale="robust",
            cleaning={"baseline": "offset", "by_database": {}, "by_label": {}},
            band=None,
            on_bad_recording=on_bad_recording,
            fingerprints=tmp_path / "fingerprints.h5",
            columns=columns,
        )
        segment_shard(
            tmp_path / "resampled.h5",
            tmp_path / "segments.h5",
            rate_hz=RATE_HZ,
            window_s=5,
            step_s=5,
            step_s_by_label={},
            annotations={"mapping": {}, "on_mixed": "drop"},
            max_abs=None,
        )
        return tmp_path / "segments.h5"

    return made


def test_each_channel_has_rows_of_its_own_and_the_file_is_read_once(tmp_path, monkeypatch, run):
    rows, files = write_study(tmp_path)
    asked = []
    plain = formats.read_channels
    monkeypatch.setattr(
        formats, "read_channels", lambda path, **k: asked.append(path) or plain(path, **k)
    )
    segments = run(rows, files)
    assert asked == list(files.values())
    found = read_rows([segments])
    ids = [f"{name}@EEG_{place}" for name in ("anna", "ben") for place in ("Fp1", "Fp2")]
    assert found["recording"].value_counts().to_dict() == dict.fromkeys(ids, 4)
    told = read_recordings([segments]).set_index("recording")["channel"]
    assert told["ben@EEG_Fp2"] == "EEG Fp2"
    assert set(of_whole_recordings(found)["recording"]) == {"anna", "ben"}
    with opened(tmp_path / "resampled.h5") as file:
        signal = file["anna@EEG_Fp1"]["signal"][()]
        assert attributes_of(file["anna@EEG_Fp1"])["subject"] == "anna"
    expected = np.random.default_rng(0).normal(size=(4, 20 * RATE_HZ))[0]
    assert np.corrcoef(signal, expected)[0, 1] > 0.999


def test_what_describes_recordings_describes_each_channel(tmp_path, run):
    rows, files = write_study(tmp_path)
    run(rows, files)
    describe_recorders(rows, tmp_path, tmp_path / "facts.tsv")
    native_bands(rows, [tmp_path], tmp_path / "bands.tsv")
    for name in ("facts.tsv", "bands.tsv"):
        table = pd.read_csv(tmp_path / name, sep="\t")
        assert set(table["recording"]) == set(read_rows([tmp_path / "segments.h5"])["recording"])


def test_a_recording_is_left_out_whole(tmp_path, run):
    rows, files = write_study(tmp_path)
    rows[1]["channel"] = "EEG *;Oz"
    with pytest.raises(RecordingError, match=r"recording ben.*has no channel 'Oz'"):
        run(rows, files)
    found = read_rows([run(rows, files, on_bad_recording="skip")])
    assert set(of_whole_recordings(found)["recording"]) == {"anna"}
    assert list(read_rejected([tmp_path / "left_out.tsv"])) == ["ben"]


def test_a_channel_that_fails_late_takes_its_recording_with_it(tmp_path, run, monkeypatch):
    rows, files = write_study(tmp_path)
    plain = resample._resample_recording

    def fails(row, *rest):
        if row["recording"] == "ben@EEG_Fp2":
            raise ValueError("too odd")
        plain(row, *rest)

    monkeypatch.setattr(resample, "_resample_recording", fails)
    found = read_rows([run(rows, files, on_bad_recording="skip")])
    assert set(found["recording"]) == {"anna@EEG_Fp1", "anna@EEG_Fp2"}


def test_channels_recorded_together_are_no_copies(tmp_path, run):
    rows, files = write_study(tmp_path, same=True)
    run(rows, files)
    [told] = tell_copies([tmp_path / "fingerprints.h5"], {}, by="subject")
    assert "anna@EEG_Fp1 and ben@EEG_Fp1 are of two subjects" in told
    assert told.endswith("(and 1 more of their channels)")
    rows[0]["subject"] = "ben"
    rows[1]["label"] = "b"
    run(rows[:1], files)
    assert tell_copies([tmp_path / "fingerprints.h5"], {}, by="recording") == []


def table(recordings=("r1", "r2", "r3", "r4"), channels=("x", "y", "z"), segments=3):
    lines = [
        (f"{name}@{channel}", k, 5.0 * k, "ab"[n % 2], f"p{n}", "d", "ok")
        for n, name in enumerate(recordings)
        for channel in channels
        for k in range(segments)
    ]
    columns = ["recording", "segment", "start_s", "label", "subject", "database", "quality"]
    return pd.DataFrame(lines, columns=columns)


@pytest.mark.parametrize("by", ["recording", "subject"])
def test_all_channels_of_a_recording_fall_into_one_split(by):
    rows = split_rows(
        table(),
        labels=["a", "b"],
        given={},
        fractions={"training": 0.5, "validation": 0, "test": 0.5},
        max_per_class={"training": None, "validation": None, "test": None},
        by=by,
        seed=0,
    )
    assert (of_whole_recordings(rows).groupby("recording")["split"].nunique() == 1).all()
    fold = folds_of(rows, folds=2, seed=0, whole="recording")
    whole = of_whole_recordings(rows).assign(fold=fold)
    assert (whole.groupby("recording")["fold"].nunique() == 1).all()


def test_a_recording_is_told_once_by_all_its_channels():
    rows = table().assign(split="test")
    rows["p_a"] = np.random.default_rng(0).uniform(size=len(rows))
    rows["p_b"] = 1 - rows["p_a"]
    told = by_recording(rows.assign(predicted="a"), ["a", "b"])
    assert list(told["recording"]) == ["r1", "r2", "r3", "r4"]
    own = rows.loc[rows["recording"].str.startswith("r2@"), "p_a"].mean()
    assert told.set_index("recording").loc["r2", "p_a"] == pytest.approx(own)


def test_channels_of_one_row_are_joined_side_by_side():
    rows = table(("r1", "r2"))
    features = pd.DataFrame({"power": np.arange(len(rows), dtype=float)})
    listed = [{"recording": name, "session": None, "channel": "*"} for name in ("r1", "r2", "r3")]
    sessions = of_channels(listed, rows["recording"].unique())
    joined, kept, left_out = join_sessions(features, rows, sessions)
    assert list(joined) == ["x_power", "y_power", "z_power"]
    assert left_out == 0
    assert set(kept["recording"]) == {"r1", "r2"}
    np.testing.assert_array_equal(joined.iloc[0], [0, 3, 6])


def test_sessions_of_other_channels_are_not_joined():
    listed = [{"recording": name, "session": None, "channel": "*"} for name in ("r1", "r2")]
    with pytest.raises(StudyError, match=r"'r2' has the channels q, x, and 'r1' has x, y"):
        check_alike(of_channels(listed, ["r1@x", "r1@y", "r2@x", "r2@q"]))


def test_channels_together_and_further_columns_go_from_the_file_to_a_table(tmp_path, run):
    rows, files = write_study(tmp_path)
    for row in rows:
        row |= {"channel": "*", "bad_channels": "EEG Cz", "age": "41"}
    segments = run(rows, files, columns=["age"])
    split_study(
        [segments],
        [tmp_path / "left_out.tsv"],
        [tmp_path / "fingerprints.h5"],
        tmp_path / "split.tsv",
        tmp_path / "left.tsv",
        tmp_path / "bad.tsv",
        labels=["a"],
        given={"anna": "training", "ben": "test"},
        seed=0,
        sessions=None,
        unlabelled=None,
        on_copies="stop",
        together=True,
        on_missing_channel="refuse",
        by="subject",
        fractions={"training": 0.5, "validation": 0, "test": 0.5},
        max_per_class={"training": None, "validation": None, "test": None},
    )
    split = read_split(tmp_path / "split.tsv")
    assert split["recording"].tolist() == ["anna"] * 4 + ["ben"] * 4
    assert set(split["channels"]) == {"ECG;EEG_Fp1;EEG_Fp2"} and set(split["age"]) == {41}
    chosen = select_rows([str(segments)], tmp_path / "split.tsv", ["test"])
    signals = read_inputs(chosen)
    assert signals.shape == (4, 5 * RATE_HZ, 3)
    expected = np.random.default_rng(1).normal(size=(4, 20 * RATE_HZ))[3, : 5 * RATE_HZ]
    assert np.corrcoef(signals[0, :, 0], expected)[0, 1] > 0.99
    feature_table(
        [str(segments)],
        tmp_path / "split.tsv",
        tmp_path / "table.h5",
        tmp_path / "table.tsv",
        sessions=[],
        splits=["training", "validation", "test"],
        kind="bands",
        join_channels=False,
        bands=2,
        frequency_range_hz=[1, 40],
    )
    table = pd.read_csv(tmp_path / "table.tsv", sep="\t")
    assert len(table) == 8 and (table["age"] == 41).all()
    kept = set(split)
    named = [name for name in table if name not in kept]
    assert len(named) == 6 and all(
        name.startswith(("ECG_", "EEG_Fp1_", "EEG_Fp2_")) for name in named
    )
