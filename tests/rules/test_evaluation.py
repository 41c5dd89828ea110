"""The rules that ask whether a score can be believed, each run by snakemake."""

import json

import pandas as pd


def test_recorder_describes_the_recordings_as_published(tiny):
    tables = tiny.make("audit/0.tsv", "audit/1.tsv")
    facts = pd.concat([pd.read_csv(path, sep="\t") for path in tables]).set_index("recording")
    assert len(facts) == 8
    assert (facts["native_rate_hz"] == 250).all()
    steps = facts.loc["slow_2":"slow_3", "step"]
    assert facts.loc["slow_3", "step"] == 1e-5 or abs(facts.loc["slow_3", "step"] - 1e-5) < 1e-7
    assert (steps > 0).all()


def test_audit_scores_what_is_not_physiology(tiny):
    scores, picture = tiny.make("audit/audit.json", "audit/audit.png")
    result = json.loads(scores.read_text())
    assert "every recorder reaches" in result["predictors"]["band_above"]["why_not"]
    assert result["segments"]["slow"] == {"one": 30, "two": 30}
    assert result["predictors"]["native_rate"]["balanced_accuracy"] <= 0.5
    assert result["predictors"]["band_below"]["balanced_accuracy"] == 1  # 8 Hz and 40 Hz
    assert result["one_database"] == []
    assert picture.stat().st_size > 10_000


def test_cross_validation_holds_every_person_out_once(tiny):
    predictions, choice, scores = tiny.make(
        *(f"classifier/folds/{n}" for n in ("predictions.tsv", "choice.tsv", "scores.json"))
    )
    table = pd.read_csv(predictions, sep="\t")
    assert len(table) == 120
    assert (table.groupby("subject")["fold"].nunique() == 1).all()
    assert table["fold"].nunique() == 4  # four people of each class
    assert (table["predicted"] == table["label"]).mean() > 0.7  # one in four is in raw counts
    chosen = pd.read_csv(choice, sep="\t")
    assert (chosen.groupby("fold")["chosen"].sum() == 1).all()
    result = json.loads(scores.read_text())
    assert result["evaluation"] == "cross_validation"
    assert result["people"] == 8


def test_compare_puts_scores_and_costs_into_one_table(tiny):
    table, page, picture = tiny.make(
        *(f"comparison/{name}" for name in ("scores.tsv", "scores.html", "comparison.png"))
    )
    rows = pd.read_csv(table, sep="\t").set_index("classifier")
    assert set(rows.index) == {"table", "folds", "encoder", "cnn", "samples_cnn", "fine_tuned"}
    assert (rows[["training_s", "ms_per_segment", "size_mb"]] > 0).all(axis=None)
    assert rows.loc["cnn", "parameters"] > 1000
    assert rows.loc["encoder", "pooling"] in ("time", "both")
    assert rows.loc["table", "columns"] == 8  # two peaks, a band and three moments
    for text in ("k nearest neighbours, ", "Prediction time (ms/segment)", *rows.index):
        assert text in page.read_text()
    assert picture.stat().st_size > 10_000


def test_leakage_marks_the_splits_that_share_people(tiny):
    scores, table, picture = tiny.make(*(f"leakage/leakage.{e}" for e in ("json", "tsv", "png")))
    splits = json.loads(scores.read_text())["splits"]
    assert splits["segment"]["optimistic"] and not splits["person"]["optimistic"]
    assert not splits["recording"]["optimistic"]  # each person has one recording
    assert splits["person"]["balanced_accuracy"] > 0.7
    assert len(pd.read_csv(table, sep="\t")) == 4
    assert picture.stat().st_size > 10_000


def test_maps_score_classes_databases_and_people(tiny):
    scores, table, picture = tiny.make(
        *(f"maps/bands.{ending}" for ending in ("json", "tsv", "png"))
    )
    spaces = json.loads(scores.read_text())["spaces"]
    assert set(spaces) == {"feature space", "PCA", "t-SNE", "UMAP"}
    assert spaces["PCA"]["label"]["silhouette"] > 0.3  # 8 Hz and 40 Hz are easy to tell
    assert spaces["UMAP"]["maps"] == 2
    assert spaces["UMAP"]["label"]["silhouette_range"][1] <= 1
    assert spaces["UMAP"]["database"] is None  # the test people share one
    rows = pd.read_csv(table, sep="\t")
    assert list(rows)[-6:] == ["PCA 1", "PCA 2", "t-SNE 1", "t-SNE 2", "UMAP 1", "UMAP 2"]
    assert rows.groupby("label")["PCA 1"].mean().diff().abs().max() > rows["PCA 1"].std()
    assert picture.stat().st_size > 10_000
