"""What `apply` is given: tables, files, folders and datasets, checked against the trained study."""

import re

import numpy as np
import pandas as pd
import pytest

from biospectra.__main__ import _parser
from biospectra.errors import RecordingError, StudyError
from biospectra.evaluation.applied_classes import pooled_by_recording
from biospectra.steps.apply import features_of
from biospectra.store.hdf5 import create, put_dataset
from biospectra.store.rows import write_table
from biospectra.study.config import SCHEMAS
from biospectra.study.new_recordings import READING_FACTS, as_option, new_recordings, sessions_of
from support.tiny import write_edf, write_wfdb

SETTINGS = {
    "labels": ["rest", "walk"],
    "channels": ["II", "LEAD"],
    "joined": [],
    "classifiers": {},
    "resample": {"by_label": {}},
}
BY_LABEL = {"resample": {"by_label": {"walk": {"highpass_hz": 20}}}}


def found(places, settings=SETTINGS, **given):
    return new_recordings(places, settings, given, schemas=SCHEMAS)


@pytest.fixture
def samples():
    return np.sin(np.arange(2000) / 7)


@pytest.fixture
def anna(tmp_path, samples):
    """An EDF file with the channels EMPTY and LEAD."""
    write_edf(tmp_path / "anna.edf", samples, 250)
    return tmp_path / "anna.edf"


def write_several(path, samples, names):
    import edfio

    edfio.Edf([edfio.EdfSignal(samples, 250, label=name) for name in names]).write(path)


def test_a_recording_without_segments_has_a_row_too():
    judged = pd.DataFrame(
        {
            "recording": ["long", "long", "long"],
            "label": "unknown",
            "quality": ["ok", "ok", "flat"],
            "x": 1.0,
            "y": 2.0,
            "novelty": [0.5, 2.0, np.nan],
            "signal_novelty": [0.2, 0.4, np.nan],
            "model": ["a", "a", ""],
            "model_p_a": [0.9, 0.7, np.nan],
            "model_p_b": [0.1, 0.3, np.nan],
        }
    )
    table = pooled_by_recording(judged, ["long", "short"], ["a", "b"], ["model"])
    table = table.set_index("recording")
    assert table["segments"].tolist() == [3, 0]
    assert table["reasons"].tolist() == ["flat (1)", ""]
    assert table["model"].tolist() == ["a", ""]
    assert table.loc["long", ["model_p_a", "model_sd_a"]].tolist() == pytest.approx([0.8, 0.1])
    assert table.loc["long", ["novelty", "novel_share"]].tolist() == [1.25, 0.5]
    assert table.loc["long", "signal_novelty"] == pytest.approx(0.3)
    assert table["unlike_training"].tolist() == [True, ""]


def test_one_file_is_one_recording(anna):
    (row,) = found(anna, channel="lead").rows
    assert row == {"recording": "anna", "source": str(anna), "channel": "LEAD"}
    (row,) = found(str(anna), channel=0, units="uV", subject="anna").rows
    assert (row["channel"], row["units"], row["subject"]) == ("EMPTY", "uV", "anna")


def test_a_channel_that_is_not_named_is_that_of_the_training_and_said(anna):
    told = found(anna)
    assert [row["channel"] for row in told.rows] == ["LEAD"]
    assert told.notes == [f"{anna}: channel LEAD, as in the training"]


def test_what_must_be_known_is_asked_for_by_its_name(anna, tmp_path, samples):
    other = SETTINGS | {"channels": ["V9"]}
    with pytest.raises(RecordingError, match=r"which channel.*EMPTY, LEAD; add channel=NAME after"):
        found(anna, other)
    with pytest.raises(RecordingError, match=r"no channel 'V7'.*'LEAD'; add channel=NAME after"):
        found(anna, channel="V7")
    np.savetxt(tmp_path / "one.csv", samples)
    with pytest.raises(StudyError, match="rate; add --rate-hz HZ"):
        new_recordings(tmp_path / "one.csv", SETTINGS, {}, schemas=SCHEMAS, say=as_option)
    (row,) = found(tmp_path / "one.csv", rate_hz=250).rows
    assert (row["channel"], row["rate_hz"]) == ("column 0", 250)
    with pytest.raises(StudyError, match=r"which channel of physionet:a/1/x\? Add channel=NAME"):
        found("physionet:a/1/x")
    assert found("physionet:a/1/x", channel="II").rows[0]["recording"] == "x"


def test_a_folder_is_all_that_can_be_read_in_it_and_the_rest_is_said(anna, tmp_path, samples):
    (tmp_path / "deep").mkdir()
    write_edf(tmp_path / "deep/anna.edf", samples, 250)
    (tmp_path / "broken.edf").write_bytes(b"0       " + b"x" * 300)
    write_several(tmp_path / "other.edf", samples, ["X", "Y"])
    told = found(tmp_path)
    assert [row["recording"] for row in told.rows] == ["anna", "deep_anna"]
    assert [row["channel"] for row in told.rows] == ["LEAD", "LEAD"]
    left_out = [note for note in told.notes if note.startswith("left out")]
    assert len(left_out) == 2
    assert "broken.edf" in left_out[0]
    assert "other.edf" in left_out[1]
    with pytest.raises(StudyError, match="broken"):
        found(tmp_path / "broken.edf")
    with pytest.raises(StudyError, match="holds no recording"):
        (tmp_path / "empty").mkdir()
        found(tmp_path / "empty")


def test_a_pattern_and_several_places_are_recordings_with_names_of_their_own(
    anna, tmp_path, samples
):
    (tmp_path / "deep").mkdir()
    write_edf(tmp_path / "deep/anna.edf", samples, 250)
    write_edf(tmp_path / "ben.edf", samples, 250)
    rows = found([tmp_path / "*.edf", tmp_path / "deep/anna.edf"]).rows
    assert [row["recording"] for row in rows] == ["anna", "ben", "anna-2"]
    with pytest.raises(StudyError, match="there is no"):
        found(tmp_path / "*.bdf")
    write_wfdb(tmp_path, "carl", samples, 250)  # a header and its signals
    (tmp_path / "cover.pdf").touch()
    told = found(tmp_path / "c*")
    assert [row["recording"] for row in told.rows] == ["carl"]
    assert [note for note in told.notes if "cover.pdf" in note]
    both = found([tmp_path / "carl.dat", tmp_path / "carl.hea"]).rows  # as a shell gives a pattern
    assert [row["source"] for row in both] == [str(tmp_path / "carl.hea")]


def test_of_a_dataset_in_bids_sidecars_say_people_and_rates(tmp_path, samples):
    (tmp_path / "dataset_description.json").write_text('{"Name": "d", "BIDSVersion": "1.9.0"}')
    folder = tmp_path / "sub-01/eeg"
    folder.mkdir(parents=True)
    name = folder / "sub-01_task-rest_eeg.edf"
    write_several(name, samples, ["II", "LEAD", "EOG"])
    (folder / "sub-01_task-rest_channels.tsv").write_text(
        "name\ttype\tunits\tstatus\nII\tECG\tuV\tgood\nLEAD\tECG\tuV\tbad\nEOG\tEOG\tuV\tgood\n"
    )
    (tmp_path / "notes.csv").write_text("no recording\n")
    for place in (tmp_path, name):
        (row,) = found(place).rows
        assert (row["channel"], row["subject"]) == ("II", "sub-01")
    rows = found(tmp_path, channel="*").rows
    assert [(row["channel"], row["bad_channels"]) for row in rows] == [("*", "LEAD")]


@pytest.mark.parametrize(
    "name, recording",
    [("a b.csv", "a_b"), ("a{x}[1].csv", "a_x_1"), (".a.csv", "a"), ("<b>.csv.gz", "b")],
)
def test_a_file_of_an_odd_name_is_a_recording_too(tmp_path, samples, name, recording):
    np.savetxt(tmp_path / name, samples)
    (row,) = found(tmp_path / name, rate_hz=100).rows
    assert (row["recording"], row["source"]) == (recording, str(tmp_path / name))


def test_a_model_cleaned_by_class_asks_for_the_class(anna, tmp_path):
    with pytest.raises(StudyError, match=r"anna.*resample\.by_label.*add label=CLASS"):
        found(anna, SETTINGS | BY_LABEL)
    assert found(anna, SETTINGS | BY_LABEL, label="walk").rows[0]["label"] == "walk"
    table = tmp_path / "new.tsv"
    table.write_text("recording\tsource\tchannel\nanna\tanna.edf\tII\n")
    with pytest.raises(StudyError, match=r"anna.*resample\.by_label.*column `label`"):
        found(table, SETTINGS | BY_LABEL)
    table.write_text("recording\tsource\tchannel\tlabel\nanna\tanna.edf\tII\twalk\n")
    assert found(table, SETTINGS | BY_LABEL).rows[0]["label"] == "walk"
    assert found(table).table == table
    with pytest.raises(StudyError, match="given by itself"):
        found([table, anna])


def test_one_recording_is_many_channels_where_the_training_has_it_so(tmp_path, samples):
    write_several(tmp_path / "a.edf", samples, ["EEG C3", "EEG M2", "EOG", "MLII"])
    for channels, expected in (
        (["EEG *"], ["EEG *"]),
        (["EEG C3-M2", "EOG"], ["EEG C3-M2", "EOG"]),
        (["C3;M2", "EOG*", "V9"], ["C3;M2;EOG*"]),
        (["ECG"], ["ECG"]),  # another name of MLII
        (["II", "mlii", "ECG", "EOG"], ["II", "EOG"]),
    ):
        rows = found(tmp_path / "a.edf", SETTINGS | {"channels": channels}).rows
        assert [row["channel"] for row in rows] == expected
    (row,) = found(tmp_path / "a.edf", channel="EEG C3-M2").rows
    assert (row["recording"], row["channel"]) == ("a", "EEG C3-M2")


def test_each_fact_is_an_option_of_the_command():
    given = _parser().parse_args(["apply", "model", "a.edf", "b.edf"])
    assert all(getattr(given, name) is None for name in READING_FACTS)
    assert given.places == ["a.edf", "b.edf"]
    assert as_option("rate_hz", "250") == "--rate-hz 250"


def test_who_is_centred_alone_is_said(anna, tmp_path, samples):
    write_edf(tmp_path / "ben.edf", samples, 250)
    centred = SETTINGS | {"classifiers": {"bands": {"kind": "table", "centre": "subject"}}}
    notes = found(tmp_path, centred).notes
    assert sum("bands subtracts each person's mean" in note for note in notes) == 1
    assert not any("mean" in note for note in found(tmp_path, centred, subject="ann").notes)
    assert not any("mean" in note for note in found(tmp_path).notes)


def test_joined_channels_are_all_there_or_refused(tmp_path, samples):
    joined = SETTINGS | {"joined": ["II", "LEAD"]}
    write_several(tmp_path / "both.edf", samples, ["LEAD", "II", "X"])
    rows = found(tmp_path / "both.edf", joined).rows
    assert [row["channel"] for row in rows] == ["II", "LEAD"]  # as in the training
    assert {one["session"] for one in sessions_of(rows)} == {"both"}
    with pytest.raises(StudyError, match=r"session both: .* II, LEAD, and LEAD is there 0 times"):
        found(tmp_path / "both.edf", joined, channel="II")


def test_the_library_asks_for_the_class_too(tmp_path, monkeypatch):
    settings = BY_LABEL | {"model": "small", "encoders": {"small": {}}}
    monkeypatch.setattr("biospectra.steps.apply.read_settings", lambda _: settings)
    with pytest.raises(StudyError, match=r"anna\.edf.*resample\.by_label.*label=CLASS"):
        features_of("anna.edf", "II", tmp_path)
    with pytest.raises(Exception, match=r"anna\.edf") as error:  # it goes on, and misses the file
        features_of("anna.edf", "II", tmp_path, label="walk")
    assert "by_label" not in str(error.value)
    settings = settings | {"encoders": {}}
    with pytest.raises(StudyError, match="has no encoder"):
        features_of("anna.edf", "II", tmp_path, label="walk")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rate_hz": float("nan")}, "apply: rate_hz: 'nan' is not a number"),
        ({"gain": "inf"}, "apply: gain: 'inf' is not a number"),
        ({"duration_s": -3}, "apply: duration_s: -3"),
    ],
)
def test_facts_that_are_no_numbers_are_refused(tmp_path, given, words):
    with pytest.raises(StudyError, match=re.escape(words)):
        found(tmp_path / "a.edf", **given)


def test_features_are_float32_however_short_they_are_kept(tmp_path, monkeypatch):
    from biospectra.steps import apply

    def encode(folder, *_, only, **__):
        (folder / "features").mkdir()
        with create(folder / "features" / f"{only}.h5") as file:
            put_dataset(file, "features", np.full((1, 2), 0.5, np.float16))
            write_table(file, "rows", pd.DataFrame({"recording": ["new"], "segment": [0]}))

    settings = {"resample": {"by_label": {}}, "model": "small", "encoders": {"small": {}}}
    monkeypatch.setattr(apply, "read_settings", lambda _: settings)
    monkeypatch.setattr(apply, "apply_encode", encode)
    for name in ("apply_read", "apply_images"):
        monkeypatch.setattr(apply, name, lambda *_, **__: None)
    features, rows = features_of("anna.edf", "II", tmp_path)
    assert features.dtype == np.float32 and features.tolist() == [[0.5, 0.5]]
    assert len(rows) == 1
