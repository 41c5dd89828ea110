"""What `apply` is given: a table or a file, checked against the trained study."""

import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.steps.apply import features_of
from biospectra.steps.apply_judge import pooled_by_recording
from biospectra.study.new_recordings import new_rows
from biospectra.study.schema import load_schema
from support.harness import ROOT

SCHEMA = load_schema(ROOT / "workflow/schemas/recordings.schema.yaml")
CHANNEL = {"channel": "II"}


def rows_of(path, given=CHANNEL, by_label=()):
    return new_rows(path, SCHEMA, ["rest", "walk"], given, by_label=dict(by_label))


def test_a_recording_without_segments_has_a_row_too():
    judged = pd.DataFrame(
        {
            "recording": ["long", "long"],
            "label": "unknown",
            "quality": ["ok", "ok"],
            "x": 1.0,
            "y": 2.0,
            "novelty": 0.5,
            "model": "a",
            "model_p_a": 0.9,
            "model_p_b": 0.1,
        }
    )
    found = pooled_by_recording(judged, ["long", "short"], ["a", "b"], ["model"])
    found = found.set_index("recording")
    assert found["segments"].tolist() == [2, 0]
    assert found["model"].tolist() == ["a", ""]
    assert found.loc["short", "unlike_training"] == ""


def test_one_file_is_one_recording(tmp_path):
    (tmp_path / "anna.edf").touch()
    (row,) = rows_of(tmp_path / "anna.edf")
    assert row == {"recording": "anna", "source": str(tmp_path / "anna.edf"), "channel": "II"}


@pytest.mark.parametrize(
    "name, recording",
    [("a b.csv", "a_b"), ("a{x}[1].csv", "a_x_1"), (".a.csv", "a"), ("<b>.csv.gz", "b")],
)
def test_a_file_of_an_odd_name_is_a_recording_too(tmp_path, name, recording):
    (tmp_path / name).write_text("1\n2\n")
    (row,) = new_rows(tmp_path / name, {}, ["x"], {"channel": 0}, by_label={})
    assert (row["recording"], row["source"]) == (recording, str(tmp_path / name))


def test_a_model_cleaned_by_class_asks_for_the_class(tmp_path):
    (tmp_path / "anna.edf").touch()
    by_label = {"walk": {"highpass_hz": 20}}
    with pytest.raises(StudyError, match=r"anna.*resample\.by_label.*column `label`"):
        rows_of(tmp_path / "anna.edf", by_label=by_label)
    table = tmp_path / "new.tsv"
    table.write_text("recording\tsource\tchannel\tlabel\nanna\tanna.edf\tII\twalk\n")
    assert rows_of(table, by_label=by_label)[0]["label"] == "walk"


def test_the_library_asks_for_the_class_too(tmp_path, monkeypatch):
    settings = {"resample": {"by_label": {"walk": {"highpass_hz": 20}}}}
    monkeypatch.setattr("biospectra.steps.apply.read_settings", lambda _: settings)
    with pytest.raises(StudyError, match=r"anna\.edf.*resample\.by_label.*label=CLASS"):
        features_of("anna.edf", "II", tmp_path)
    with pytest.raises(Exception, match=r"anna\.edf") as error:  # it goes on, and misses the file
        features_of("anna.edf", "II", tmp_path, label="walk")
    assert "by_label" not in str(error.value)
