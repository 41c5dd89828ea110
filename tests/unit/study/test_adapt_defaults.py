"""Defaults give way to what a user wrote, and say so; what was written is never changed."""

import copy

import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.study.adapt_defaults import few_people
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema

SCHEMA = load_config_schema(SCHEMAS)
CONFIG = {
    "study": "s",
    "recordings": "recordings.tsv",
    "labels": ["a", "b"],
    "resample": {"rate_hz": 100},
    "segments": {"window_s": 4, "step_s": 4},
    "images": {"scaleogram": {"kind": "scaleogram"}, "spectrogram": {"kind": "spectrogram"}},
    "encoders": {"encoder": {"kind": "convolutional", "input": "scaleogram"}},
    "features": {
        "fourier": {"kind": "fourier"},
        "bands": {"kind": "bands"},
        "scattering": {"kind": "scattering"},
    },
}


def completed(**changes):
    """The config with all defaults, and what is said of them."""
    notes = []
    written = copy.deepcopy(CONFIG) | changes
    before = copy.deepcopy(written)
    config = complete_config(written, SCHEMA, "c.yaml", notes)
    assert written == before
    return config, notes


def test_at_a_low_rate_default_bands_and_rows_end_below_nyquist():
    config, notes = completed()
    bands_hz = config["features"]["fourier"]["bands_hz"]
    assert list(bands_hz) == ["0.5-4", "4-8", "8-13", "13-30", "30-50"]
    assert bands_hz["30-50"] == [30, 50]
    for section, name in (("features", "bands"), ("features", "scattering")):
        assert config[section][name]["frequency_range_hz"][1] == 45
    assert config["images"]["scaleogram"]["frequency_range_hz"] == [1, 45]
    for name in ("fourier.bands_hz", "bands.freq", "scattering.freq", "images.scaleogram.freq"):
        assert sum(name in note for note in notes) == 1
    for note in notes:
        assert note.endswith(".")


def test_at_a_high_rate_nothing_changes():
    config, notes = completed(resample={"rate_hz": 512}, segments={"window_s": 5}, encoders={})
    assert notes == []
    assert config["images"]["scaleogram"]["height"] == 127
    assert config["images"]["spectrogram"]["width"] == 640


def test_the_default_scaleogram_fits_the_default_autoencoder():
    config, notes = completed()
    image = config["images"]["scaleogram"]
    assert (image["height"], image["width"]) == (128, 128)
    assert sum("halves it 4 times" in note for note in notes) == 2
    one = {"encoder": {"kind": "convolutional", "input": "scaleogram", "filters": [8]}}
    assert completed(encoders=one)[0]["images"]["scaleogram"]["height"] == 128
    with pytest.raises(StudyError, match="multiples of 16"):  # as it was written
        completed(images={"scaleogram": {"kind": "scaleogram", "height": 127, "width": 128}})


def test_the_default_spectrogram_has_columns_that_divide_a_segment():
    config, notes = completed()
    assert config["images"]["spectrogram"]["width"] == 400
    assert any("400, not 640, for segments of 400 samples" in note for note in notes)


def test_what_was_written_stays_and_is_refused_where_it_cannot_be():
    for section, name, entry in (
        ("features", "fourier", {"kind": "fourier", "bands_hz": {"high": [30, 70]}}),
        ("images", "scaleogram", {"kind": "scaleogram", "frequency_range_hz": [1, 200]}),
        ("features", "bands", {"kind": "bands", "frequency_range_hz": [1, 60]}),
    ):
        with pytest.raises(StudyError, match=r"50 Hz|Nyquist|half"):
            completed(encoders={}, **{section: {name: entry}})
    image = {"scaleogram": {"kind": "scaleogram", "period_range_s": [0.1, 1]}}
    config, _ = completed(images=image)
    assert config["images"]["scaleogram"]["frequency_range_hz"] == [1, 200]  # has no say


def test_without_test_people_maps_beside_umap_are_left_out_unless_asked_for():
    nobody = {"fractions": {"training": 0.8, "validation": 0.2, "test": 0}}
    config, notes = completed(split=nobody, encoders={})
    assert config["umap"]["seeds"] == 0
    assert any("umap.seeds" in note for note in notes)
    with pytest.raises(StudyError, match=r"umap\.seeds"):
        completed(split=nobody, encoders={}, umap={"seeds": 2})


def test_few_people_are_better_held_out_one_by_one():
    entry = {"kind": "table", "features": "fourier"}
    config, _ = completed(classifiers={"one": entry})
    people = pd.DataFrame({"label": ["a"] * 6 + ["b"] * 20, "split": None})
    people["subject"] = [f"p{k}" for k in range(26)]
    (note,) = few_people(config, people)
    assert "class a has 6 people, of whom a hold-out tests about 1" in note
    assert "leave_one_person_out of classifiers.one" in note
    assert (
        few_people(config, people.assign(label=["a", "b"] * 13).iloc[:2]) == []
    )  # nobody to spare
    assert few_people(config, people.iloc[6:].assign(label="b")) == []
    alone = entry | {"evaluation": "leave_one_person_out"}
    assert few_people(completed(classifiers={"one": alone})[0], people) == []
