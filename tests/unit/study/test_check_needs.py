"""A config whose parts do not go together is refused in one line that names the key."""

import copy
import re

import pytest
import pywt

from biospectra.errors import StudyError
from biospectra.features.sessions import joining
from biospectra.features.wavelet import filter_length
from biospectra.models.kinds import ENCODERS
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema, load_schema
from support.harness import ROOT

SCHEMA = load_config_schema(ROOT / "workflow/schemas")
CONFIG = {
    "study": "s",
    "recordings": "recordings.tsv",
    "labels": ["a", "b"],
    "segments": {"window_s": 10},
    "images": {"spectrogram": {"kind": "spectrogram"}},
    "features": {"bands": {"kind": "bands"}, "beats": {"kind": "beats"}},
    "classifiers": {
        "one": {"kind": "table", "features": "bands", "evaluation": "cross_validation"},
        "two": {"kind": "table", "features": ["bands", "beats"], "evaluation": "cross_validation"},
    },
    "umap": {"seeds": 0},
    "split": {"fractions": {"training": 1, "validation": 0, "test": 0}},
}


def changed(**changes) -> dict:
    config = copy.deepcopy(CONFIG)
    for path, value in changes.items():
        at = config
        *parents, key = path.split("__")
        for parent in parents:
            at = at.setdefault(parent, {})
        at[key] = value
    return config


def test_all_people_may_stand_in_cross_validation():
    done = complete_config(CONFIG, SCHEMA, "config.yaml")
    assert done["classifiers"]["one"]["centre"] == "none"
    assert not done["features"]["beats"]["join_channels"]


def test_a_study_that_only_makes_images_and_maps_may_have_one_class():
    one = changed(labels=["a"], classifiers={})
    assert complete_config(one, SCHEMA, "config.yaml")["labels"] == ["a"]


def test_encoders_of_folds_need_nobody_set_aside():
    net = {"encoders__net": {"input": "spectrogram"}}
    complete_config(changed(**net, classifiers__one__features="net"), SCHEMA, "config.yaml")
    complete_config(changed(**net, benchmark={"features": ["net"]}), SCHEMA, "config.yaml")
    tuned = {"kind": "fine_tuned", "encoder": "net", "evaluation": "leave_one_person_out"}
    complete_config(changed(**net, classifiers__tuned=tuned), SCHEMA, "config.yaml")


def test_networks_may_be_cross_validated_and_recordings_have_no_class():
    done = complete_config(
        changed(
            unlabelled="none",
            segments__annotations={"mapping": {"N": "a", "Q": "none"}},
            classifiers__net={
                "kind": "cnn",
                "input": "samples",
                "evaluation": "leave_one_database_out",
            },
        ),
        SCHEMA,
        "config.yaml",
    )
    assert done["scores"]["repeats"] == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"segments__window_s": 5}, ["features.beats", "10 s", "window_s"]),
        ({"features__bands__join_channels": True}, ["classifiers.two", "join_channels"]),
        (
            {"features__bands__join_channels": True, "split": {"by": "segment"}},
            ["features.bands.join_channels", "segment"],
        ),
        (
            {
                "encoders__net": {"input": "spectrogram", "join_channels": True},
                "classifiers__two__features": ["net", "beats"],
            },
            ["classifiers.two.features: net joins channels and beats does not", "to all"],
        ),
        (
            {
                "encoders__net": {"kind": "minirocket", "join_channels": True},
                "classifiers__one__features": "net",
                "split": {"by": "segment"},
            },
            ["encoders.net.join_channels", "segment"],
        ),
        (
            {"encoders__net": {"kind": "minirocket", "join_channels": "yes"}},
            ["encoders.net.join_channels: 'yes'", "boolean"],
        ),
        ({"classifiers__two__features": ["bands", "beat"]}, ["classifiers.two", "'beat'"]),
        ({"classifiers__one__evaluation": "holdout"}, ["split.fractions", "classifiers.one"]),
        ({"labels": ["a"]}, ["classifiers.one", "one class", "leave that out"]),
        (
            {"labels": ["a"], "classifiers": {}, "leakage": {"features": "bands"}},
            ["leakage.features", "one class"],
        ),
        ({"umap__seeds": 3}, ["split.fractions", "umap.seeds"]),
        ({"encoders__net": {"input": "spectrogram"}}, ["split.fractions", "encoders.net"]),
        (
            {"split__fractions": {"training": 0, "validation": 0.5, "test": 0.5}},
            ["fractions.training"],
        ),
        (
            {
                "split": {},
                "encoders__net": {"input": "spectrogram"},
                "classifiers__one": {"kind": "table", "features": "net", "centre": "subject"},
            },
            ["classifiers.one.centre", "encoder"],
        ),
        (
            {
                "classifiers__net": {
                    "kind": "cnn",
                    "input": "samples",
                    "evaluation": "cross_validation",
                    "explain": True,
                }
            },
            ["classifiers.net.explain", "cross_validation", "take holdout"],
        ),
        ({"classifiers__net": {"kind": "cnn", "input": "samples"}}, ["classifiers.net needs"]),
        (
            {
                "columns": ["age"],
                "targets": {"age": {"features": "bands", "column": "age", "kind": "number"}},
            },
            ["split.fractions.validation", "targets.age needs people"],
        ),
        (
            {
                "columns": ["age"],
                "split": {},
                "features__bands__join_channels": True,
                "classifiers": {},
                "targets__age": {
                    "features": ["bands", "beats"],
                    "column": "age",
                    "kind": "number",
                },
            },
            ["targets.age.features", "join_channels to all"],
        ),
        (
            {
                "columns": ["age"],
                "split": {"by": "recording"},
                "targets": {"age": {"features": "bands", "column": "age", "kind": "number"}},
            },
            ["targets.age.evaluation", "split.by is recording", "or cross_validation"],
        ),
        (
            {"classifiers__one__balance_tables": True},
            ["classifiers.one.balance_tables", "counts alone", "name several"],
        ),
        (
            {"benchmark": {"classifier": "random_forest", "tune": True}},
            ["benchmark.tune: random_forest", "take logistic_regression or support_vector_machine"],
        ),
        (
            {"benchmark": {"features": ["bands", "beat"]}},
            ["benchmark.features", "'beat'"],
        ),
        (
            {
                "features__bands__join_channels": True,
                "classifiers": {},
                "benchmark": {"features": ["bands", "beats"]},
            },
            ["benchmark.features", "join_channels to all"],
        ),
        ({"unlabelled": "a"}, ["unlabelled: a", "another"]),
        ({"unlabelled": "annotation"}, ["unlabelled: annotation", "another"]),
        ({"unlabelled": "none", "resample__by_label": {"none": {}}}, ["resample.by_label"]),
        (
            {
                "split": {},
                "encoders__net": {"input": "spectrogram"},
                "classifiers__one__features": ["bands", "net"],
                "classifiers__one__pooling": ["time", "both"],
            },
            ["classifiers.one.pooling", "take one"],
        ),
        (
            {
                "resample": {"rate_hz": 128},
                "features__bands__frequency_range_hz": [0.5, 150],  # a default would give way
            },
            ["features.bands.frequency_range_hz", "150 Hz", "64 Hz", "resample.rate_hz"],
        ),
        (
            {"features__bands__frequency_range_hz": [40, 4]},
            ["features.bands.frequency_range_hz", "[40, 4]", "first"],
        ),
        (
            {"features__f": {"kind": "fourier", "bands_hz": {"low": [1, 4], "top": [100, 257]}}},
            ["features.f.bands_hz.top", "257 Hz", "256 Hz", "resample.rate_hz"],
        ),
        (
            {"features__s": {"kind": "scattering", "frequency_range_hz": [1, 256]}},
            ["features.s.frequency_range_hz", "256 Hz", "below", "resample.rate_hz"],
        ),
        (
            {"features__s": {"kind": "scattering", "modulation_range_hz": [50, 5]}},
            ["features.s.modulation_range_hz", "[50, 5]"],
        ),
        (
            {"features__w": {"kind": "wavelet", "wavelet": "db4", "levels": 10}},
            ["features.w.levels", "5120 samples", "at most 9 levels of db4"],
        ),
    ],
)
def test_parts_that_do_not_go_together_are_refused(changes, words):
    with pytest.raises(StudyError) as error:
        complete_config(changed(**changes), SCHEMA, "config.yaml")
    for word in ["config.yaml", *words]:
        assert word in str(error.value)


@pytest.mark.parametrize("kind", ENCODERS)
def test_an_encoder_of_any_kind_may_join_channels(kind):
    net = {"kind": kind, "input": "spectrogram", "join_channels": True}
    if kind == "pretrained":
        net |= {"file": __file__, "rate_hz": 512}
    if kind == "table_regression":
        net["tables"] = ["beats"]
    if kind in ("cpc", "minirocket"):
        net["input"] = "samples"
    config = changed(
        encoders__net=net,
        classifiers__one__features="net",
        benchmark={"features": ["net"]},
    )
    assert joining(complete_config(config, SCHEMA, "config.yaml")) == ["net"]


def test_what_stands_beside_an_encoder_that_joins_channels():
    joins = {"kind": "pca", "input": "spectrogram", "join_channels": True}
    config = changed(
        encoders={"net": joins, "other": {"kind": "minirocket"}},
        classifiers__one__features=["other", "net"],
        classifiers__tuned={"kind": "fine_tuned", "encoder": "net", "evaluation": "holdout"},
        split={},
    )
    assert joining(complete_config(config, SCHEMA, "config.yaml")) == ["net"]
    config["classifiers"]["one"]["features"] = ["net", "bands"]
    with pytest.raises(StudyError, match="net joins channels and bands does not"):
        complete_config(config, SCHEMA, "config.yaml")
    together = config | {"channels": "together"}  # where a row has all channels by itself
    assert joining(complete_config(together, SCHEMA, "config.yaml")) == []


def test_ranges_may_reach_half_the_rate_and_levels_what_segments_hold():
    features = {
        "bands": {"kind": "bands", "frequency_range_hz": [0.5, 64]},
        "beats": {"kind": "beats"},
        "fourier": {"kind": "fourier", "bands_hz": {"top": [30, 64]}},
        "scattering": {"kind": "scattering", "frequency_range_hz": [1, 60]},
        "wavelet": {"kind": "wavelet", "levels": pywt.dwt_max_level(1280, "db4")},
    }
    complete_config(changed(features=features, resample={"rate_hz": 128}), SCHEMA, "config.yaml")


def test_filters_are_as_long_as_pywavelets_makes_them():
    schema = load_schema(ROOT / "workflow/schemas/features/wavelet.yaml")
    wavelet = schema["properties"]["wavelet"]
    names = [name for name in pywt.wavelist(kind="discrete") if re.search(wavelet["pattern"], name)]
    assert len(names) > 100
    for name in names:
        assert filter_length(name) == pywt.Wavelet(name).dec_len, name
