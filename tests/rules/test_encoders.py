"""An encoder that restores nothing, and its untrained twin, through the rules of autoencoders."""

import json
import re

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml

from support.harness import Workflow, jobs_of
from support.tiny import CONFIG, write_study

FOLD = "folds/cross_validation/0/"
VIEWS = {
    "kind": "vicreg",
    "input": "spectrogram",
    "filters": [8, 16],
    "views": "neighbours",
    "batches": "database",
    "projection": 32,
    "batch_size": 16,
    "epochs": 3,
    "precision": "float32",
}
TOLD = {
    "kind": "table_regression",
    "input": "spectrogram",
    "filters": [8, 16],
    "batch_size": 16,
    "epochs": 2,
    "precision": "float32",
}
STUDY = {
    "encoders": {"views": VIEWS, "drawn": VIEWS | {"epochs": 0}},
    "images": {"spectrogram": CONFIG["images"]["spectrogram"]},
    "umap": CONFIG["umap"] | {"seeds": 0},
    "features": {},
    "leakage": {},
    "classifiers": {
        name: {"kind": "table", "features": name, "candidates": ["logistic_regression"]}
        for name in ("views", "drawn")
    },
}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Workflow:
    folder = tmp_path_factory.mktemp("vicreg")
    write_study(folder)
    made = Workflow(folder)
    made.config.write_text(yaml.safe_dump(CONFIG | STUDY, sort_keys=False))
    return made


@pytest.mark.slow
def test_training_moves_the_weights_that_the_untrained_twin_keeps(study):
    import keras

    history, drawn_history, encoder, drawn, features = study.make(
        *(f"encoder/{model}/history.tsv" for model in STUDY["encoders"]),
        *(f"encoder/{model}/encoder.keras" for model in STUDY["encoders"]),
        "features/views.h5",
    )
    table = pd.read_csv(history, sep="\t")
    assert list(table) == ["epoch", "loss", "val_loss", "seconds"]
    assert table["loss"].iloc[-1] < table["loss"].iloc[0]
    assert list(pd.read_csv(drawn_history, sep="\t")) == list(table)
    assert len(pd.read_csv(drawn_history, sep="\t")) == 0
    keras.utils.set_random_seed(1)  # the study's seed
    from biospectra.models import vicreg

    _, expected = vicreg.build((32, 64, 1), filters=[8, 16], projection=32)
    twin, trained = (keras.models.load_model(path).get_weights() for path in (drawn, encoder))
    for own, moved, again in zip(twin, trained, expected.get_weights(), strict=True):
        np.testing.assert_array_equal(own, again)
        assert (own != moved).any()
    with h5py.File(features) as file:
        assert file["features"].shape[1:] == (2 * 16 * 16,)


@pytest.mark.slow
def test_both_go_through_the_whole_study_without_a_reconstruction(study):
    study.run()
    made = study.folder / "results/tiny"
    summary = json.loads((made / "summary.json").read_text())
    assert summary["encoders"]["drawn"] == {"epochs": 0, "test": None}
    assert summary["encoders"]["views"]["epochs"] == 3
    assert summary["autoencoder_comparison"] is None
    for name in ("views", "drawn"):
        assert summary["classifiers"][name]["balanced_accuracy"] > 0.9  # 8 Hz and 40 Hz
        assert (made / f"model/{name}/encoder_{name}.keras").is_file()
        assert (made / f"encoder/{name}/encoder.tflite").is_file()
        assert (made / f"encoder/{name}/encoder.onnx").is_file()
        assert not list(made.glob(f"encoder/{name}/reconstruction*"))
    assert (made / "encoder/views/learning_curve.png").is_file()
    assert not (made / "encoder/drawn/learning_curve.png").exists()
    study.run("--config", "apply_to=slow_1.edf", "channel=LEAD", "model=views")
    applied = pd.read_csv(made / "apply/views/slow_1/recordings.tsv", sep="\t")
    assert list(applied["views"]) == ["slow"]


@pytest.mark.slow
def test_networks_and_encoders_of_folds_alone_go_through_a_whole_study(study, tmp_path):
    """Nobody is set aside; one recording has no class."""
    lines = (study.folder / "recordings.tsv").read_text().splitlines()
    told = [line.rpartition("\t")[0] for line in lines]
    told = [line.replace("\tslow\t", "\tnone\t") if "slow_3" in line else line for line in told]
    (study.folder / "free.tsv").write_text("\n".join(told) + "\n")
    config = STUDY | {
        "study": "folds",
        "recordings": "free.tsv",
        "unlabelled": "none",
        "split": {"fractions": {"training": 1, "validation": 0, "test": 0}},
        "scores": {"draws": 200, "folds": 2, "repeats": 2},
        "encoders": {
            "drawn": VIEWS | {"epochs": 0},
            "rocket": {"kind": "minirocket", "columns": 84},
            "told": TOLD | {"tables": ["catch"]},
        },
        "features": {"catch": {"kind": "catch22"}},
        "benchmark": {
            "features": ["drawn", "rocket", "told", "catch"],
            "label_draws": 2,
            "tune": True,
        },
        "classifiers": {
            "catch": {
                "kind": "table",
                "features": ["catch"],
                "evaluation": "cross_validation",
                "candidates": ["logistic_regression"],
            },
            "tuned": {
                "kind": "fine_tuned",
                "encoder": "drawn",
                "epochs": 1,
                "evaluation": "leave_one_database_out",
            },
        },
    }
    made = Workflow(study.folder)
    made.config = tmp_path / "folds.yaml"
    made.config.write_text(yaml.safe_dump(CONFIG | config, sort_keys=False))
    made.run()
    results = study.folder / "results/folds"
    summary = json.loads((results / "summary.json").read_text())
    assert summary["without_label"] == {"recordings": 1, "subjects": 1, "segments": 15}
    assert summary["encoders"] == {}
    assert summary["classifiers"]["catch"]["repeats"]["assignments"] == 2
    assert summary["classifiers"]["tuned"]["people"] == 7
    benchmark = summary["encoder_benchmark"]
    assert benchmark["tuned"]
    assert list(benchmark["methods"]) == ["drawn", "rocket", "told", "catch"]
    of_all = pd.read_csv(results / "features/with_unlabelled/catch.tsv", sep="\t")
    assert set(of_all["split"]) == {"training", "unlabelled"}
    assert (results / "folds/cross_validation/1/encoder/told/encoder.keras").is_file()
    assert benchmark["methods"]["rocket"]["shares"][-1]["balanced_accuracy"] > 0.9
    assert "catch" in benchmark["paragraph"]
    assert (results / "comparison/label_efficiency.png").is_file()
    assert (results / "folds/cross_validation_2/classifier/catch/predictions.tsv").is_file()
    assert "Nothing to be done" in made.run().stdout
    final = pd.read_csv(results / "final_split.tsv", sep="\t")
    learnt = final[final["split"].isin(["training", "validation"])]
    assert learnt["subject"].nunique() == 7
    made.run("--config", "apply_to=slow_1.edf", "channel=LEAD")
    applied = pd.read_csv(results / "apply/classifiers/slow_1/recordings.tsv", sep="\t")
    assert list(applied["catch"]) == ["slow"]
    assert applied["tuned_p_slow"].between(0, 1).all()


@pytest.mark.slow
def test_an_encoders_training_waits_for_the_tables_that_it_learns(study, tmp_path):
    config = STUDY | {
        "study": "told",
        "features": {"catch": {"kind": "catch22"}, "bands": CONFIG["features"]["bands"]},
        "encoders": {"told": TOLD | {"tables": ["bands", "catch"]}, "views": VIEWS},
        "classifiers": {
            "told": {
                "kind": "table",
                "features": "told",
                "evaluation": "cross_validation",
                "candidates": ["logistic_regression"],
            },
        },
        "scores": {"draws": 200, "folds": 2},
    }
    made = Workflow(study.folder)
    made.config = tmp_path / "told.yaml"
    made.config.write_text(yaml.safe_dump(CONFIG | config, sort_keys=False))
    trained = [f"results/told/{fold}encoder/told/model.keras" for fold in ("", FOLD)]
    plan = made.run("--dry-run", *trained).stdout
    assert {"feature_table": 2, "train_encoder": 1, "train_fold_encoder": 1}.items() <= jobs_of(
        plan
    ).items()
    for rule in ("train_encoder", "train_fold_encoder"):
        job = re.search(rf"rule {rule}:\n.*?(?=\n\n)", plan, re.S)[0]
        given = re.search(r"input: (.*)", job)[1]
        assert given.endswith("results/told/features/bands.h5, results/told/features/catch.h5")
    alone = made.run("--dry-run", "results/told/encoder/views/model.keras").stdout
    assert "feature_table" not in jobs_of(alone)
    made.config.write_text(yaml.safe_dump(CONFIG | config | {"unlabelled": "none"}))
    jobs = jobs_of(made.run("--dry-run", *trained).stdout)
    assert jobs["feature_table_to_learn"] == 2 and "feature_table" not in jobs


@pytest.mark.slow
def test_an_onnx_file_is_classified_in_folds_and_applied(study, tmp_path):
    from biospectra.models.statistics_pooling import build_encoder
    from biospectra.steps.export_encoder import write_onnx

    write_onnx(build_encoder((32, 64, 1), [8, 8]), study.folder / "given.onnx")
    reads = {"kind": "table", "features": "given", "candidates": ["logistic_regression"]}
    config = STUDY | {
        "study": "given",
        "encoders": {"given": {"kind": "pretrained", "input": "spectrogram", "file": "given.onnx"}},
        "classifiers": {
            "held_out": reads,
            "folds": reads | {"evaluation": "cross_validation"},
        },
        "scores": {"draws": 200, "folds": 2},
    }
    made = Workflow(study.folder)
    made.config = tmp_path / "given.yaml"
    made.config.write_text(yaml.safe_dump(CONFIG | config, sort_keys=False))
    assert "encoders.given is an ONNX file already" in made.run().stdout
    results = study.folder / "results/given"
    summary = json.loads((results / "summary.json").read_text())
    for name in ("held_out", "folds"):
        assert summary["classifiers"][name]["balanced_accuracy"] > 0.9  # 8 Hz and 40 Hz
    assert not list(results.glob("encoder/given/*.onnx")) + list(results.glob("encoder/*/*.tflite"))
    made.run("--config", "apply_to=slow_1.edf", "channel=LEAD", "model=given")
    applied = pd.read_csv(results / "apply/given/slow_1/recordings.tsv", sep="\t")
    assert list(applied["held_out"]) == ["slow"]
    tuned = config | {"classifiers": {"tuned": {"kind": "fine_tuned", "encoder": "given"}}}
    made.config.write_text(yaml.safe_dump(CONFIG | tuned, sort_keys=False))
    refused = made.run(check=False)
    assert "classifiers.tuned.encoder: given is an ONNX network" in refused.stdout


@pytest.mark.slow
def test_a_contrastive_encoder_is_told_what_was_recorded_together(study, tmp_path):
    """Everybody has one recording: negatives are of all people, and of the same there are none."""
    apart = VIEWS | {"kind": "contrastive", "views": "recording"}
    config = STUDY | {"study": "apart", "encoders": {"apart": apart}, "classifiers": {}}
    made = Workflow(study.folder)
    made.config = tmp_path / "apart.yaml"
    made.config.write_text(yaml.safe_dump(CONFIG | config, sort_keys=False))
    history = "results/apart/encoder/apart/history.tsv"
    made.run(history)
    table = pd.read_csv(study.folder / history, sep="\t")
    assert table["loss"].iloc[-1] < table["loss"].iloc[0]
    within = {key: value for key, value in apart.items() if key != "batches"}
    config["encoders"] = {"apart": within | {"negatives": "subject"}}
    made.config.write_text(yaml.safe_dump(CONFIG | config, sort_keys=False))
    refused = made.run(history, check=False)
    assert "nobody has two recordings by the same channel" in refused.stdout


@pytest.mark.slow
def test_kinds_with_objectives_of_their_own_are_exported_and_applied(study, tmp_path):
    from biospectra.steps.apply import features_of
    from biospectra.steps.export_encoder import run_lite, run_onnx
    from biospectra.store.dataset import read_inputs, select_rows

    config = STUDY | {
        "study": "kinds",
        "features": {"bands": CONFIG["features"]["bands"]},
        "encoders": {
            "apart": VIEWS | {"kind": "contrastive", "views": "recording"},
            "told": TOLD | {"tables": ["bands"]},
        },
        "classifiers": {
            name: {"kind": "table", "features": name, "candidates": ["logistic_regression"]}
            for name in ("apart", "told")
        },
    }
    made = Workflow(study.folder)
    made.config = tmp_path / "kinds.yaml"
    made.config.write_text(yaml.safe_dump(CONFIG | config, sort_keys=False))
    results = study.folder / "results/kinds"
    names = list(config["encoders"])
    exported = [f"results/kinds/encoder/{n}/encoder.{e}" for n in names for e in ("tflite", "onnx")]
    made.run(*exported, *(f"results/kinds/model/{name}" for name in names))
    images = sorted(map(str, results.glob("spectrogram/*.h5")))
    rows = select_rows(images, results / "split.tsv", ["test"])
    some = read_inputs(rows)
    for name in names:
        made.run("apply", "--config", "apply_to=slow_2.hea", "channel=II", f"model={name}")
        applied = pd.read_csv(results / f"apply/{name}/slow_2/recordings.tsv", sep="\t")
        assert list(applied[name]) == ["slow"]
        own, found = features_of(study.folder / "slow_2.hea", "II", results / f"model/{name}")
        same = (rows["recording"] == "slow_2").to_numpy()
        assert list(rows.loc[same, "segment"]) == list(found["segment"])
        for run, ending in ((run_lite, "tflite"), (run_onnx, "onnx")):
            said = run(results / f"encoder/{name}/encoder.{ending}", some[same])
            np.testing.assert_allclose(said, own, atol=1e-3 * np.abs(own).max())
