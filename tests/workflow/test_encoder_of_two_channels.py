"""A study of two channels, whose class only both of them tell, by an encoder that joins them."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml

from support.harness import Workflow, jobs_of

RATE_HZ, PEOPLE = 100, 8
CONFIG = {
    "study": "joined",
    "recordings": "recordings.tsv",
    "labels": ["even", "uneven"],
    "shards": 1,
    "split": {"fractions": {"training": 1, "validation": 0, "test": 0}},
    "resample": {"rate_hz": RATE_HZ, "scale": "physical"},
    "segments": {"window_s": 2, "step_s": 2},
    "images": {
        "spectrogram": {
            "kind": "spectrogram",
            "height": 8,
            "width": 8,
            "window_s": 0.5,
            "limits_db": [-70, 10],
        }
    },
    "encoders": {"net": {"kind": "pca", "input": "spectrogram", "components": 4}},
    "umap": {"seeds": 0},
    "leakage": {},
    "scores": {"draws": 200, "folds": 2},
    "classifiers": {
        "net": {
            "kind": "table",
            "features": "net",
            "evaluation": "cross_validation",
            "candidates": ["logistic_regression"],
        }
    },
    "benchmark": {"features": ["net"], "label_shares": [1], "label_draws": 1},
}


def write_person(path, random: np.random.Generator, *, even: bool) -> None:
    """Write noise whose level changes every 2 s, in two channels alike, or in one 20 dB below."""
    level = np.repeat(10 ** random.uniform(-1, 1, 12), 2 * RATE_HZ)
    noise = random.standard_normal((level.size, 2)) * level[:, None] / [1, 1 if even else 10]
    lines = ("\t".join(f"{value:.6f}" for value in row) for row in noise)
    path.write_text("\n".join(["left (mV)\tright (mV)", *lines]) + "\n")


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Workflow:
    folder, random = tmp_path_factory.mktemp("joined"), np.random.default_rng(0)
    rows = [
        ("recording", "source", "channel", "rate_hz", "session", "label", "subject", "database")
    ]
    for k in range(PEOPLE + 2):
        even = k % 2 == 0
        write_person(folder / f"p{k}.txt", random, even=even)
        label = CONFIG["labels"][not even]
        for channel in ("left", "right"):
            row = (f"p{k}_{channel}", f"p{k}.txt", channel, str(RATE_HZ), f"p{k}")
            rows.append((*row, label, f"p{k}", "one"))
    known = rows[: 1 + 2 * PEOPLE]
    (folder / "recordings.tsv").write_text("".join("\t".join(row) + "\n" for row in known))
    new = [row[:5] for row in (rows[0], *rows[1 + 2 * PEOPLE :])]
    (folder / "new.tsv").write_text("".join("\t".join(row) + "\n" for row in new))
    return Workflow(folder)


@pytest.mark.slow
def test_an_encoder_alone_joins_channels_from_the_folds_to_new_recordings(study):
    def run(joins: bool, *targets: str, **more: dict) -> str:
        net = CONFIG["encoders"]["net"] | {"join_channels": joins}
        config = CONFIG | {"encoders": {"net": net}} | more
        study.config.write_text(yaml.safe_dump(config, sort_keys=False))
        return study.run("--cores", "1", *targets).stdout

    results = study.folder / "results/joined"
    scores = "results/joined/classifier/net/scores.json"
    run(False, scores)
    apart = json.loads((study.folder / scores).read_text())
    assert apart["segments"] == 2 * 12 * PEOPLE
    assert apart["balanced_accuracy"] < 0.8

    comparison = "results/joined/comparison/encoders.json"
    run(True, scores, comparison, "results/joined/model/classifiers")
    together = json.loads((study.folder / scores).read_text())
    assert together["segments"] == 12 * PEOPLE
    assert together["balanced_accuracy"] > 0.95
    measured = json.loads((study.folder / comparison).read_text())["methods"]["net"]
    assert measured["columns"] == 2 * 4
    assert measured["shares"][0]["balanced_accuracy"] > 0.95
    settings = json.loads((results / "model/classifiers/settings.json").read_text())
    assert settings["joined"] == ["left", "right"]

    run(True, "--config", "apply_to=new.tsv")
    said = pd.read_csv(results / "apply/classifiers/new/recordings.tsv", sep="\t")
    assert dict(zip(said["recording"], said["net"], strict=True)) == {
        **dict.fromkeys(["p8_left", "p8_right"], "even"),
        **dict.fromkeys(["p9_left", "p9_right"], "uneven"),
    }
    segments = pd.read_csv(results / "apply/classifiers/new/segments.tsv", sep="\t")
    assert segments[["novelty", "net_p_even"]].notna().all(axis=None)

    bands = {"kind": "bands", "join_channels": True}  # so that sessions are kept together anyway
    planned = jobs_of(run(False, "-n", scores, features={"bands": bands}))
    assert planned["classify"] == 1
    assert not {"split", "train_encoder", "train_fold_encoder", "encode_fold"} & planned.keys()
