"""What `--config` gives means what it would in a config's file."""

import pytest
from snakemake.cli import parse_config
from snakemake.utils import update_config

from biospectra.study.arguments import typed_arguments


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["segments={window_s: 5, quality: {hum_share: null, flat_share: 0.1}}"],
            {"segments": {"window_s": 5, "quality": {"hum_share": None, "flat_share": 0.1}}},
        ),
        (["segments={window_s: 5}", "segments={step_s: 2.5}"], {"segments": {"step_s": 2.5}}),
        (["benchmark={tune: true, features: [a, b]}"], {"benchmark": {"tune": True}}),
        (["labels=['1', two]"], {"labels": ["1", "two"]}),
        (["segments={annotations: {mapping: {1: '1', NO: '2'}}}"], {}),
        (["study=5", "channel=NO", "model=", "name={"], {"channel": "NO", "name": "{"}),
    ],
)
def test_numbers_within_an_argument_are_numbers(arguments, expected):
    config = {"segments": {"window_s": 10, "step_s": 1}, "labels": ["a"]}
    given = parse_config(arguments)
    update_config(config, given)
    keys = list(config["segments"].get("annotations", {}).get("mapping", {}))
    for typed in typed_arguments(given, arguments):
        update_config(config, typed)
    for key, value in expected.items():
        own = config[key]
        assert (own if not isinstance(own, dict) else {**own, **value}) == own
    if keys:  # as they were, not beside them
        assert config["segments"]["annotations"]["mapping"] == {"1": "1", "NO": "2"}


def test_what_a_program_gave_stays_as_it_is():
    given = {"segments": {"window_s": 5, "step_s": None}}
    assert list(typed_arguments(given, ["segments={'window_s': 5, 'step_s': None}"])) == []
