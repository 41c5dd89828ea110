"""What is fitted often reads a sample: some segments, recordings and people, all evenly drawn."""

import numpy as np
import pandas as pd
import pytest

from biospectra.store.sampling import FEWEST, REFITTED, cap, thin, thin_for_refits


def rows_of(people: int, recordings: int, segments: int) -> pd.DataFrame:
    """Return rows of people of three classes, each with as many recordings of as many segments."""
    recording = np.arange(people * recordings * segments) // segments
    person = recording // recordings
    return pd.DataFrame(
        {
            "recording": [f"r{k}" for k in recording],
            "subject": [f"p{k}" for k in person],
            "label": np.array(list("ABC"))[person % 3],
            "segment": np.arange(len(recording)) % segments,
        }
    )


@pytest.mark.parametrize("segments", [1, 19, 20, 21, 53])
def test_of_each_recording_as_many_are_taken_as_are_drawn_evenly_from_it(segments):
    rows = rows_of(4, 3, segments)
    each = [cap(own, 20) for _, own in rows.groupby("recording")]
    assert thin(rows).tolist() == sorted(np.concatenate(each))


def test_a_recording_of_two_classes_gives_rows_of_both():
    rows = rows_of(3, 1, 100).assign(label=lambda t: np.where(t["segment"] < 10, "D", t["label"]))
    kept = rows.loc[thin(rows)]
    assert set(kept.groupby(["recording", "label"]).size()[:, "D"]) == {10}
    assert set(kept.groupby("recording").size()) == {30}


@pytest.mark.parametrize(
    ("shape", "people", "recordings"),
    [((3000, 5, 100), 495, 2), ((12, 900, 50), 12, 83), ((30_000, 1, 4), 4998, 1)],
)
def test_of_very_many_some_recordings_and_people_of_each_class_are_left(shape, people, recordings):
    rows = rows_of(*shape)
    kept = rows.loc[thin(rows)]
    assert 0.95 * 20_000 < len(kept) <= 20_000 + FEWEST
    assert kept["subject"].nunique() == pytest.approx(people, abs=6)
    assert set(kept.groupby("label")["subject"].nunique() // 3) == {kept["subject"].nunique() // 9}
    each = kept.groupby("subject")["recording"].nunique()
    assert (each.min(), each.max()) == (recordings, recordings)
    of_one = kept.groupby("recording").size()
    assert set(of_one) == {min(20, shape[2])}


def test_where_a_slow_classifier_is_fitted_often_fewer_segments_and_not_fewer_recordings_are_left(
    capsys,
):
    rows = rows_of(600, 5, 50)
    kept = rows.loc[thin_for_refits(rows)]
    assert 0.95 * REFITTED < len(kept) <= REFITTED + FEWEST
    assert kept["subject"].nunique() == pytest.approx(REFITTED / 20, abs=6)
    assert set(kept.groupby("subject")["recording"].nunique()) == {2}
    assert set(kept.groupby("recording").size()) == {10}
    assert f"{len(kept)} of 150000 segments, evenly drawn" in capsys.readouterr().out
    few = rows_of(20, 2, 100)
    assert thin_for_refits(few).tolist() == thin(few).tolist()
