"""What a classifier says of sessions stands beside each of their channels' segments."""

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.applied_classes import most_likely
from biospectra.features.sessions import sessions_in_order
from biospectra.steps import apply_judge
from biospectra.steps.apply_judge import _applied, _beside

SEGMENTS = pd.DataFrame(
    {
        "recording": ["x_1", "x_1", "x_2", "x_2", "y_1"],
        "segment": [0, 1, 0, 1, 0],
        "start_s": [0.0, 0.3, 0.0, 0.1 + 0.2, 0.0],
    }
)


def test_by_session_and_time():
    rows = pd.DataFrame({"recording": ["x", "x"], "segment": [0, 1], "start_s": [0.0, 0.3]})
    values = np.array([[0.9], [0.2]])
    sessions = {"x_1": "x", "x_2": "x", "y_1": "y"}
    found = _beside(SEGMENTS, (values, rows), ["p"], sessions)
    assert found["p"].tolist()[:4] == [0.9, 0.2, 0.9, 0.2]
    assert np.isnan(found["p"].iloc[4])  # of another session
    assert list(found) == [*SEGMENTS, "p"]


def test_by_recording_and_segment():
    rows = SEGMENTS.iloc[[3, 0]]
    found = _beside(SEGMENTS, (np.array([[0.5], [0.1]]), rows), ["p"], None)
    assert found["p"].fillna(-1).tolist() == [0.1, -1, -1, 0.5, -1]
    assert _beside(SEGMENTS, None, ["p"], None)["p"].isna().all()


def test_channels_are_joined_in_the_order_of_the_training():
    sessions = [{"recording": f"x_{c}", "session": "x", "channel": c} for c in ("P4", "Cz", "Fz")]
    kept = sessions_in_order(sessions, ["Fz", "P4"])
    assert [one["channel"] for one in kept] == ["Fz", "P4"]


@pytest.mark.parametrize("joined", [["left", "right"], []])  # none with `channels: together`
def test_what_the_study_joined_is_joined(joined, monkeypatch, tmp_path):
    sessions = [{"recording": f"x_{c}", "session": "x", "channel": c} for c in ("right", "left")]
    settings = {
        "joined": joined,
        "joined_names": [],
        "features": {"bands": {"join_channels": True}},
        "encoders": {"net": {"join_channels": True}, "apart": {"join_channels": False}, "old": {}},
    }
    there = pd.DataFrame({"recording": ["x_left", "x_right"]})
    monkeypatch.setattr(apply_judge, "read_settings", lambda _: settings)
    monkeypatch.setattr(apply_judge, "read_recordings", lambda _: there)
    new = _applied(tmp_path, tmp_path, sessions)
    for name in ("bands", "net"):
        known, session_of = new.joined([name, "apart"])
        assert [one["channel"] for one in known or []] == joined
        assert session_of == ({"x_left": "x", "x_right": "x"} if joined else None)
    assert new.joined(["apart", "old"]) == (None, None)


def test_the_class_of_the_largest_probability_or_none():
    probability = np.array([[0.2, 0.8], [np.nan, np.nan], [0.6, 0.4]])
    assert most_likely(probability, ["a", "b"]) == ["b", "", "a"]
