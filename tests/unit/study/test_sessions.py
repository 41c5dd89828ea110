"""Channels recorded together stand in one row, and people's own means can be taken off."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.features.joined import read_encoded_rows, read_joined
from biospectra.features.sessions import (
    as_trained,
    join_sessions,
    joined_names,
    of_channels,
    of_sessions,
)
from biospectra.models.fitting import centre
from biospectra.steps.feature_table import feature_table
from biospectra.store.rows import read_table, write_table
from biospectra.study.check_recordings import check_sessions

TABLE = pd.DataFrame(
    [
        (f"{session}_{channel}", session, channel, label, session[0], "one", None)
        for session, label in (("a1", "rest"), ("a2", "walk"), ("b1", "rest"))
        for channel in ("x", "y")
    ],
    columns=["recording", "session", "channel", "label", "subject", "database", "start_s"],
    dtype=object,
)
SESSIONS = TABLE[["recording", "session", "channel"]].to_dict("records")


def rows_of(table: pd.DataFrame, segments: int = 3) -> pd.DataFrame:
    rows = table.loc[table.index.repeat(segments)].reset_index(drop=True)
    segment = np.tile(np.arange(segments), len(table))
    return rows.assign(segment=segment, start_s=segment / 3, split="training", quality="ok")[
        ["recording", "segment", "start_s", "label", "subject", "database", "quality", "split"]
    ]


def test_channels_of_a_session_stand_in_one_row():
    rows = rows_of(TABLE)
    features = pd.DataFrame({"power": np.arange(len(rows), dtype=float)})
    mixed = np.random.default_rng(0).permutation(len(rows))
    joined, kept, left_out = join_sessions(
        features.iloc[mixed].reset_index(drop=True),
        rows.iloc[mixed].reset_index(drop=True),
        SESSIONS,
    )
    assert left_out == 0
    assert list(joined) == ["x_power", "y_power"]
    assert list(kept) == list(rows)
    assert set(kept["recording"]) == {"a1", "a2", "b1"}
    for i, row in kept.iterrows():
        place = rows["recording"] + rows["segment"].astype(str)
        for channel in "xy":
            at = place == f"{row['recording']}_{channel}{row['segment']}"
            assert joined.loc[i, f"{channel}_power"] == features.loc[at, "power"].item()
        assert row["label"] == ("walk" if row["recording"] == "a2" else "rest")


def test_a_time_that_a_channel_lacks_is_left_out():
    rows = rows_of(TABLE).drop(index=[4, 5, 6]).reset_index(drop=True)  # of a1_y two, of a2_x one
    joined, kept, left_out = join_sessions(
        pd.DataFrame({"power": np.zeros(len(rows))}), rows, SESSIONS
    )
    assert left_out == 3
    assert len(joined) == len(kept) == 6
    assert kept.groupby("recording").size().to_dict() == {"a1": 1, "a2": 2, "b1": 3}


def test_a_session_has_the_lowest_band_of_its_channels():
    names = [row["recording"] for row in SESSIONS]
    table = pd.DataFrame({"recording": names, "channel": "x", "native_rate_hz": 500.0})
    table["bandwidth_hz"] = [250.0, 100.0, 250.0, 250.0, 250.0, 250.0]
    found = of_sessions(table, SESSIONS).set_index("recording")
    assert found["bandwidth_hz"].to_dict() == {"a1": 100, "a2": 250, "b1": 250}
    assert set(found["channel"]) == {"all"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({(0, "session"): None}, ["a1_x", "no session", "join_channels"]),
        ({(1, "label"): "walk"}, ["a1_y", "another label", "'a1'"]),
        ({(1, "start_s"): 3.0}, ["a1_y", "another start_s"]),
        ({(3, "channel"): "x"}, ["a2_y", "channel x appears twice", "'a2'"]),
        ({(5, "channel"): "z"}, ["b1_x", "x, z", "x, y"]),
    ],
)
def test_sessions_that_cannot_be_joined_are_refused(change, words):
    check_sessions(TABLE, "recordings.tsv")
    table = TABLE.copy()
    for (line, column), value in change.items():
        table.loc[line, column] = value
    with pytest.raises(StudyError) as error:
        check_sessions(table, "recordings.tsv")
    for word in ["recordings.tsv", *words]:
        assert word in str(error.value)


def test_centring_takes_off_each_persons_own_mean():
    values = np.array([[1, 3, 10, 20, 30]], np.float32).T
    people = np.array(["a", "a", "b", "b", "b"])
    assert centre(values, people)[:, 0].tolist() == [-1, 1, -10, 0, 10]


def test_tables_are_joined_by_segment(tmp_path):
    rows = rows_of(TABLE)
    keep = {"first": np.arange(len(rows)), "second": np.arange(len(rows))[::-1][:-2]}
    for name, at in keep.items():
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            file["features"] = np.stack([at, at + 100.0], axis=1).astype(np.float32)
            write_table(file, "rows", rows.iloc[at].reset_index(drop=True))
    values, found, _ = read_joined([tmp_path / "first.h5", tmp_path / "second.h5"])
    assert values.shape == (len(rows) - 2, 4)
    np.testing.assert_array_equal(values[:, 0], values[:, 2])
    for value, row in zip(values, found.itertuples(), strict=True):
        assert rows.loc[int(value[0]), "recording"] == row.recording
        assert rows.loc[int(value[0]), "segment"] == row.segment


def test_a_table_of_features_joins_what_the_segments_hold(tmp_path):
    rate_hz, rows = 100, rows_of(TABLE)
    tone_hz = {"x": 5, "y": 20}
    time_s = np.arange(2 * rate_hz) / rate_hz
    signals = [np.sin(2 * np.pi * tone_hz[name[-1]] * time_s) for name in rows["recording"]]
    names = TABLE["recording"]
    recordings = pd.DataFrame({"recording": names, "source": "s", "channel": "c", "units": "mV"})
    recordings[["rate_hz", "native_rate_hz", "bandwidth_hz"]] = float(rate_hz)
    with h5py.File(tmp_path / "segments.h5", "w") as file:
        file["signal"] = np.array(signals, np.float32)
        write_table(file, "rows", rows.drop(columns="split"))
        write_table(file, "recordings", recordings)
    good = rows.drop(index=0)  # the first of a1_x is not good
    good.to_csv(tmp_path / "split.tsv", sep="\t", index=False)
    bands = {"kind": "bands", "bands": 2, "frequency_range_hz": [2, 50]}
    feature_table(
        [tmp_path / "segments.h5"],
        tmp_path / "split.tsv",
        tmp_path / "table.h5",
        tmp_path / "table.tsv",
        sessions=SESSIONS,
        splits=["training", "validation", "test"],
        join_channels=True,
        **bands,
    )
    table = pd.read_csv(tmp_path / "table.tsv", sep="\t")
    assert len(table) == 8
    assert (table["x_band_2_10_db"] > table["x_band_10_50_db"] + 20).all()
    assert (table["y_band_10_50_db"] > table["y_band_2_10_db"] + 20).all()
    with h5py.File(tmp_path / "table.h5") as file:
        assert file.attrs["left_out"] == 1
        assert file["features"].shape == (8, 4)
        assert set(read_table(file, "recordings")["recording"]) == {"a1", "a2", "b1"}


def test_what_an_encoder_makes_of_channels_is_joined_with_a_table_that_joins_them(tmp_path):
    rows = rows_of(TABLE)
    maps = np.random.default_rng(0).normal(size=(len(rows), 3, 5, 2)).astype(np.float32)
    place = pd.DataFrame({"place": np.arange(len(rows))})
    joined, kept, _ = join_sessions(place, rows, SESSIONS)
    with h5py.File(tmp_path / "encoder.h5", "w") as file:
        file["features"] = maps
        write_table(file, "rows", rows)
    with h5py.File(tmp_path / "table.h5", "w") as file:
        file["features"] = joined.to_numpy(np.float32)
        file["names"] = list(joined)
        write_table(file, "rows", kept)
    paths = [str(tmp_path / "encoder.h5"), str(tmp_path / "table.h5")]
    values, found, widths = read_joined(paths, pooling="time", sessions=SESSIONS)
    assert found["recording"].tolist() == kept["recording"].tolist()
    assert values.shape == (len(kept), 2 * 6 + 2)
    assert widths == [2 * 6, 2]
    pooled = maps.mean(axis=2).reshape(len(rows), -1)
    for row in values:
        x, y = row[-2:].astype(int)
        np.testing.assert_allclose(row[:-2], np.concatenate([pooled[x], pooled[y]]), rtol=1e-6)
    assert read_encoded_rows(paths[0], SESSIONS).equals(found)
    assert len(read_joined(paths, pooling="time")[1]) == 0  # as no recording is a session


def test_new_channels_are_joined_as_in_the_training_whatever_their_order_and_names():
    trained = joined_names(["a@C3", "a@C4", "a@T7", "b@C4", "b@C3", "b@T7"])
    assert trained == ["C3", "C4", "T7"]
    asked = [{"recording": "new", "session": None, "channel": "EEG *"}]
    there = ["new@EEG_T3-REF", "new@EEG_C4-REF", "new@EEG_O1-REF", "new@EEG_C3-REF"]
    known = as_trained(of_channels(asked, there), trained)
    assert [(one["recording"], one["channel"]) for one in known] == [
        ("new@EEG_C3-REF", "C3"),
        ("new@EEG_C4-REF", "C4"),
        ("new@EEG_T3-REF", "T7"),
    ]
    rows = pd.DataFrame({"recording": there, "segment": 0, "start_s": 0.0})
    joined, kept, left_out = join_sessions(pd.DataFrame({"x": [7.0, 4, 1, 3]}), rows, known)
    assert joined.to_dict("list") == {"C3_x": [3.0], "C4_x": [4.0], "T7_x": [7.0]}
    assert (list(kept["recording"]), left_out) == (["new"], 0)
    with pytest.raises(StudyError, match=r"new: the model joins .* is no C3; there are: EEG_C4"):
        as_trained(of_channels(asked, there[:3]), trained)
    assert as_trained(known, []) == known  # of a study with a row for each channel
