"""Each kind of entry and each setting of a study is put into words, in the past tense."""

import copy

import pytest

from biospectra.models.classifiers import CANDIDATES
from biospectra.models.kinds import ENCODERS
from biospectra.report.paper.learning import (
    CLASSIFIERS_IN_WORDS,
    ENCODER_LOSSES,
    ENCODERS_IN_WORDS,
    TABLES_IN_WORDS,
)
from biospectra.report.paper.methods import methods_document
from biospectra.report.paper.preparation import REASONS_IN_WORDS
from biospectra.signals.quality import REASONS
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.papers import finished_run
from support.tiny import CONFIG


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("encoders", ENCODERS_IN_WORDS),
        ("features", TABLES_IN_WORDS),
    ],
)
def test_every_kind_has_words(part, words):
    kinds = {path.stem for path in (ROOT / "workflow/schemas" / part).glob("*.yaml")}
    assert kinds == set(words)


def test_every_encoder_that_is_trained_has_its_loss_in_words():
    assert set(ENCODER_LOSSES) == set(ENCODERS) - {"minirocket", "pca", "pretrained"}


def test_every_scikit_learn_classifier_and_every_reason_has_words():
    assert set(CANDIDATES) <= set(CLASSIFIERS_IN_WORDS)
    assert set(REASONS) - {"ok"} <= set(REASONS_IN_WORDS)


def entry_of(part: str, kind: str, **keys) -> dict:
    """Return an entry of the config with its defaults."""
    config = CONFIG | {part: CONFIG[part] | {"own": {"kind": kind, **keys}}}
    schema = load_config_schema(ROOT / "workflow/schemas")
    return complete_config(copy.deepcopy(config), schema, "config.yaml")[part]["own"]


@pytest.mark.parametrize(
    ("part", "entry", "sentence"),
    [
        (
            "encoders",
            ("convolutional", {"input": "samples", "epochs": 3, "latent": 64}),
            "and a latent of 64 numbers. It was trained without labels by Adam",
        ),
        (
            "encoders",
            ("convolutional", {"input": "samples", "epochs": 0}),
            "Its weights stayed as they had been drawn.",
        ),
        (
            "encoders",
            ("vicreg", {"input": "spectrogram", "epochs": 3}),
            "segments in a step) for 3 epochs, and has the weights of the last one.",
        ),
        (
            "encoders",
            ("table_regression", {"input": "spectrogram", "tables": ["fourier", "bands"]}),
            "predict tables of hand-made features [@pascual2019], `fourier` and `bands`, on",
        ),
        (
            "encoders",
            ("minirocket", {"input": "samples"}),
            "was MiniRocket [@dempster2021] on `samples`. It was fitted to training segments",
        ),
        (
            "encoders",
            ("pca", {"input": "spectrogram", "join_channels": True}),
            "What it made of the channels of a session was put side by side.",
        ),
        (
            "encoders",
            ("pretrained", {"input": "samples", "file": __file__, "rate_hz": 128}),
            "It had learnt from [FILL IN: which data, and whether test people were in it].",
        ),
        (
            "classifiers",
            (
                "table",
                {"features": "fourier", "candidates": ["random_forest"], "centre": "subject"},
            ),
            "read `fourier` and was a random forest. Each person's own mean was subtracted",
        ),
        (
            "classifiers",
            ("table", {"features": "fourier", "evaluation": "leave_one_database_out"}),
            "one was chosen on the training people of each fold. It was evaluated by leaving one "
            "database out at a time.",
        ),
        (
            "classifiers",
            ("cnn", {"input": "spectrogram", "class_weight": "balanced", "filters": [4, 8]}),
            "a convolutional network on `spectrogram`, with 4 and 8 filters in its stages",
        ),
        (
            "classifiers",
            ("fine_tuned", {"encoder": "small", "freeze": True}),
            "started from the encoder `small`, whose weights stayed as they were",
        ),
    ],
)
def test_an_entry_of_each_sort_is_put_into_words(part, entry, sentence):
    kind, keys = entry
    run = finished_run(config={part: {"own": entry_of(part, kind, **keys)}})
    text = methods_document(run).markdown()
    assert sentence in text.replace("\n", " ")
    assert "None" not in text


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"resample": {"notch_hz": "auto"}}, "removed 50 or 60 Hz and harmonics where detected"),
        ({"resample": {"lowpass_hz": 40}}, "a band-pass filter from 0.5 to 40 Hz was applied"),
        ({"resample": {"common_band": True}}, "the lowest Nyquist frequency among them, 180 Hz"),
        (
            {"resample": {"by_database": {"one": {"baseline": "none", "notch_hz": 60}}}},
            "Recordings of database one were cleaned differently: a high-pass filter with its "
            "corner at 0.5 Hz was applied and notch filters 1 Hz wide removed 60 Hz and its "
            "harmonics.",
        ),
        (
            {"resample": {"baseline": "highpass", "highpass_hz": 2}},
            "A high-pass filter with its corner at 2 Hz was applied.",
        ),
        (
            {"segments": {"around": {"event": "cue", "from_s": -0.2, "to_s": 0.8}}},
            "from -0.2 s to 0.8 s relative to the onset of each event (cue)",
        ),
        ({"split": {"by": "recording"}}, "One person could be in several of them"),
        ({"split": {"max_per_class": {"training": 80}}}, "At most 80 (training) segments"),
    ],
)
def test_settings_are_put_into_words(config, sentence):
    assert sentence in methods_document(finished_run(config=config)).markdown()


def test_a_study_that_sets_nobody_aside_says_so():
    split = {"training": 300}
    classes = {
        name: {"recordings": 9, "subjects": 7, "segments": 300, "rejected": {}, "split": split}
        for name in ("slow", "fast")
    }
    text = methods_document(finished_run({"classes": classes})).markdown()
    assert "Nobody was set aside. Cross-validation used 600 segments of 19 people." in text
