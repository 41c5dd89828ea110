"""What of an encoder's features is stored follows from what reads them."""

import pytest

from biospectra.study.config import complete_config
from biospectra.study.kept_features import kept_features
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.tiny import CONFIG

SCHEMA = load_config_schema(ROOT / "workflow/schemas")
FLAT = {
    "classifiers": {"one": {"kind": "table", "features": "small", "pooling": ["flat", "both"]}},
    "benchmark": {"features": ["small"], "pooling": "flat"},
}


def kept(mapped=True, **more):
    return kept_features(complete_config(CONFIG | more, SCHEMA, "c.yaml"), "small", mapped=mapped)


def test_the_maps_means_are_enough_for_what_reads_no_maps_flat():
    assert kept() == {
        "flat": False,
        "per_class": 256,
        "splits": ["test"],
        "probed": False,
        "seed": 1,
    }


@pytest.mark.parametrize("part", FLAT)
def test_what_reads_maps_flat_asks_for_their_projection(part):
    assert kept(**{part: FLAT[part]})["flat"]


def test_maps_are_whole_where_they_are_placed_and_compared():
    umap = {"max_per_class": 9, "fit_on": "training"}
    two = CONFIG["encoders"] | {"other": {"input": "samples", "filters": [4]}}
    found = kept(umap=umap, encoders=two)
    assert (found["per_class"], found["splits"], found["probed"]) == (9, ["test", "training"], True)
    in_a_fold = kept(umap=umap, encoders=two, mapped=False)
    assert (in_a_fold["splits"], in_a_fold["probed"]) == ([], False)
    assert in_a_fold == kept(encoders=two, mapped=False)  # another map encodes no fold again
