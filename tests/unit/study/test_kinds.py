"""A kind is a module, its schema file and its name among the kinds, and the three agree."""

import copy
import re
from inspect import Parameter, signature

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.models.classifiers import CANDIDATES, STRENGTHS
from biospectra.models.kinds import ENCODERS, NETWORKS
from biospectra.models.training import SHARED, own_settings
from biospectra.study.check_kinds import SECTIONS
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema, load_schema
from biospectra.transforms.transform import PRESENTATION
from support.harness import ROOT
from support.tiny import CONFIG

SCHEMAS = ROOT / "workflow/schemas"
SCHEMA = load_config_schema(SCHEMAS)
FOLDERS = sorted(path.name for path in SCHEMAS.iterdir() if path.is_dir())


def test_every_part_of_the_config_with_kinds_has_a_folder_of_them():
    assert sorted(SECTIONS) == FOLDERS


@pytest.mark.parametrize("part", SECTIONS)
def test_the_schema_files_are_those_of_the_kinds(part):
    assert {path.stem for path in (SCHEMAS / part).glob("*.yaml")} == set(SECTIONS[part])


@pytest.mark.parametrize(
    ("part", "kind"), [(part, kind) for part in SECTIONS for kind in SECTIONS[part]]
)
def test_a_kinds_module_is_called_as_the_kind(part, kind):
    if (part, kind) != ("classifiers", "table"):
        known = SECTIONS[part][kind]
        name = known.__module__ if isinstance(known, type) else known.__name__
        assert name.endswith(f".{kind}")


def keys_of(part: str, kind: str) -> set[str]:
    """Return the keys of a kind that a user may give, but for its kind."""
    for branch in SCHEMA["properties"][part]["additionalProperties"]["allOf"]:
        if branch["if"]["properties"]["kind"]["const"] == kind:
            return set(branch["then"]["properties"]) - {"kind"}
    raise KeyError(kind)


def keywords(function) -> tuple[set[str], bool]:
    """Return a function's own keywords, and whether it passes others on."""
    given = signature(function).parameters.values()
    own = {one.name for one in given if one.kind == Parameter.KEYWORD_ONLY}
    return own, any(one.kind == Parameter.VAR_KEYWORD for one in given)


@pytest.mark.parametrize(
    ("part", "kind", "given"),
    [
        *(("images", kind, set(PRESENTATION)) for kind in SECTIONS["images"]),
        *(("features", kind, {"join_channels"}) for kind in SECTIONS["features"]),
        *(("encoders", kind, SHARED) for kind in ENCODERS),
        *(("classifiers", kind, SHARED - {"learning_rate"}) for kind in NETWORKS),
    ],
)
def test_a_kinds_function_takes_the_keys_of_its_schema_file(part, kind, given):
    module = SECTIONS[part][kind]
    takes = {"images": lambda: module, "features": lambda: module.table}
    made = getattr(module, "build", None) or getattr(module, "fit_encoder", None)
    own, open_ended = keywords(takes.get(part, lambda: made)())
    wanted = keys_of(part, kind) - given - set(getattr(module, "OF_OBJECTIVE", ()))
    own -= {"start", "rate_hz", "samples", "seed"}
    assert own <= wanted if open_ended else own == wanted


def plain(value):
    """Return a value as YAML has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("kind", SECTIONS["features"])
def test_a_tables_own_defaults_are_those_of_its_schema_file(kind):
    keys = load_schema(SCHEMAS / "features" / f"{kind}.yaml")["properties"]
    for name, one in signature(SECTIONS["features"][kind].table).parameters.items():
        if one.kind == Parameter.KEYWORD_ONLY and one.default is not None:
            assert plain(one.default) == keys[name]["default"], name


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("fourier", "bands_hz"),
        ("bands", "frequency_range_hz"),
        ("scattering", "frequency_range_hz"),
    ],
)
def test_a_range_that_is_left_out_is_the_schemas_as_far_as_the_rate_carries_it(kind, key):
    noise = np.random.default_rng(0).normal(size=(2, 5120))
    table = SECTIONS["features"][kind].table
    default = load_schema(SCHEMAS / "features" / f"{kind}.yaml")["properties"][key]["default"]
    assert (
        table(noise, 512).columns.tolist() == table(noise, 512, **{key: default}).columns.tolist()
    )
    slow = table(noise, 64)  # which carries 32 Hz
    assert np.isfinite(slow).all(axis=None)
    numbers = re.findall(r"[\d.]+(?=hz|_db|_hz)", " ".join(slow.columns))
    assert max(map(float, numbers)) <= 32
    with pytest.raises(StudyError, match="above half the sampling rate"):
        table(noise, 64, **{key: default})


def test_what_all_networks_share_is_not_given_to_one():
    entry = {"kind": "cnn", "epochs": 3, "momentum": 0.9, "learning_rate": 1, "gpus": 0}
    assert own_settings(entry) == {"momentum": 0.9}
    common = {
        key for name in ("autoencoder", "network") for key in SCHEMA["$defs"][name]["properties"]
    }
    assert common | {"kind", "input", "encoder", "precision"} == SHARED


def test_candidates_are_named_once():
    assert SCHEMA["$defs"]["candidate"]["enum"] == list(CANDIDATES)
    assert "enum" not in load_schema(SCHEMAS / "config.schema.yaml")["$defs"]["candidate"]
    assert set(STRENGTHS) <= set(CANDIDATES)


def test_an_autoencoder_without_a_kind_is_the_published_one():
    done = complete_config(CONFIG, SCHEMA, "c.yaml")
    assert done["encoders"]["small"]["kind"] == "convolutional"
    assert done["encoders"]["small"]["latent"] is None


@pytest.mark.parametrize(
    ("part", "entry", "message"),
    [
        (
            "classifiers",
            {"kind": "resnet", "epochs": 2},
            "classifiers.new.kind: there is no 'resnet'; there are: cnn, fine_tuned, table. ",
        ),
        (
            "classifiers",
            {"kind": "fine_tune"},
            "new.kind: there is no 'fine_tune'; did you mean 'fine_tuned'? There are: cnn, fine",
        ),
        ("classifiers", {"kind": "cnn"}, "classifiers.new: 'input' is missing. config/"),
        (
            "features",
            {"bands": 3},
            "features.new: 'kind' is missing; there are: bands, beats, catch22, fourier, scatter",
        ),
        (
            "features",
            {"kind": "bands", "band": 3},
            "features.new: unknown key 'band'; did you mean 'bands'? config/README.md explains",
        ),
        ("features", {"kind": "beats", "bands": 3}, "features.new: unknown key 'bands'. config/"),
        (
            "features",
            {"kind": "wavelet", "wavelet": "db99"},
            "features.new.wavelet: 'db99' does not fit - The discrete wavelet, by its PyWavelets",
        ),
        (
            "classifiers",
            {"kind": "table", "features": 3},
            "classifiers.new.features: 3 does not fit - The features it reads, a key of features",
        ),
        ("images", {"kind": "scalogram"}, "did you mean 'scaleogram'? There are: scaleogram, spec"),
        (
            "encoders",
            {"kind": "dense", "input": "spectrogram"},
            "encoders.new.kind: there is no 'dense'; there are: contrastive, convolutional, cpc",
        ),
        ("encoders", {"filter": [8]}, "encoders.new"),
        (
            "classifiers",
            {"kind": "table", "features": "fourier", "candidates": ["random_forests"]},
            "candidates.0: there is no 'random_forests'; did you mean 'random_forest'? There",
        ),
        (
            "classifiers",
            {"kind": "cnn", "input": "samples", "filters": [4] * 5},
            "classifiers.new: inputs of 256 are too small for 5 convolutions",
        ),
        (
            "features",
            {"kind": "scattering", "wavelet": "mexh", "frequency_range_hz": [4, 50]},
            "features.new.wavelet: mexh is real",
        ),
    ],
)
def test_an_entry_that_cannot_be_is_refused_by_its_own_kind(part, entry, message):
    config = copy.deepcopy(CONFIG)
    config[part]["new"] = entry
    with pytest.raises(StudyError) as error:
        complete_config(config, SCHEMA, "c.yaml")
    assert str(error.value).startswith(f"c.yaml: {part}.new")
    assert message in str(error.value)
    assert "\n" not in str(error.value)
