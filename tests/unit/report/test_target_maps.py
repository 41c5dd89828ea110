"""Maps coloured by a target: each point's number has its colour, each label its own map."""

import numpy as np
import pandas as pd
import pytest

from biospectra.report import target_maps


@pytest.fixture
def drawn(monkeypatch):
    """Keep what is drawn instead of writing it."""
    from contextlib import contextmanager

    import matplotlib.pyplot as plt

    kept = []

    @contextmanager
    def keep(paths, **options):
        kept.append(plt.figure())
        yield kept[0]

    monkeypatch.setattr(target_maps, "figure", keep)
    yield kept
    plt.close("all")


@pytest.fixture
def table(tmp_path):
    rows = pd.DataFrame({"recording": [f"r{k}" for k in range(6)], "subject": list("ppqqst")})
    for k in (1, 2):
        rows[f"PCA {k}"], rows[f"UMAP {k}"] = 0.0, np.arange(6) * k
    rows["age"] = ["40", "50", "", "60", "70", "80"]
    rows["codes"] = ["A;B", "A", "", "C", "A;C", "B"]
    rows.to_csv(tmp_path / "maps.tsv", sep="\t", index=False)
    return tmp_path / "maps.tsv"


def draw(table, **entry):
    target_maps.draw_target_maps(
        table, ["x.png"], superclasses={}, colour_map="viridis", name="small", **entry
    )


def test_a_number_has_a_colour_bar(drawn, table):
    draw(table, column="age", kind="number")
    axis, bar = drawn[0].axes
    untold, told = axis.collections
    assert untold.get_offsets().tolist() == [[2, 4]]
    assert told.get_array().tolist() == [40, 50, 60, 70, 80]
    assert told.get_offsets()[:, 1].tolist() == [0, 2, 6, 8, 10]  # the UMAP
    assert bar.get_ylabel() == "age"


def test_each_label_has_a_map_the_most_frequent_first(drawn, table):
    draw(table, column="codes", kind="labels")
    titles = [axis.get_title() for axis in drawn[0].axes]
    assert titles == ["A\n2 people", "B\n2 people", "C\n2 people"]
    others, has = drawn[0].axes[0].collections
    assert has.get_offsets()[:, 0].tolist() == [0, 1, 4]
    assert others.get_offsets()[:, 0].tolist() == [3, 5]  # not that without a value


def test_a_map_says_why_it_is_optimistic(drawn, table):
    for entry in ({"column": "age", "kind": "number"}, {"column": "codes", "kind": "labels"}):
        draw(table, **entry, caveat="optimistic: transductive")
        assert drawn[0].get_suptitle().endswith("optimistic: transductive")
    draw(table, column="age", kind="number")
    assert drawn[0].get_suptitle().endswith("\ngrey: 1 segment without a value")


@pytest.mark.parametrize("superclasses", [{}, {"MI": ["AMI"]}])
def test_where_nobody_on_the_map_has_a_label_it_says_so(drawn, table, superclasses):
    rows = pd.read_csv(table, sep="\t", keep_default_na=False)
    rows.assign(codes="X" if superclasses else "").to_csv(table, sep="\t", index=False)
    given = {"column": "codes", "kind": "labels", "superclasses": superclasses}
    target_maps.draw_target_maps(table, ["x.png"], colour_map="viridis", name="small", **given)
    assert "no segment has a label" in " ".join(drawn[0].get_suptitle().split())
    assert not any(axis.axison for axis in drawn[0].axes)
