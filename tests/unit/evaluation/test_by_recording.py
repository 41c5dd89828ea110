"""A recording of several classes has no one answer, and nothing may cut it by the truth."""

import json

import pandas as pd
import pytest

from biospectra.evaluation.by_recording import by_recording, why_not_by_recording
from biospectra.evaluation.scores import score_table
from biospectra.report.confusion_matrix import draw_matrix, scores_in_words
from biospectra.steps.compare import compare
from biospectra.steps.confusion_matrix import evaluate
from biospectra.store.cost import write_cost
from biospectra.store.predictions import write_predictions
from support.summaries import BARE, words_of

LABELS = ["a", "b"]


def segments(recordings: dict[str, str]) -> pd.DataFrame:
    """Segments of recordings, each of a person, by the classes of each such as "aab"."""
    lines = [
        (name, i, 5.0 * i, label, f"person {name}", "d", "test")
        for name, classes in recordings.items()
        for i, label in enumerate(classes)
    ]
    columns = ["recording", "segment", "start_s", "label", "subject", "database", "split"]
    rows = pd.DataFrame(lines, columns=columns)
    p_a = rows["label"].map({"a": 0.9, "b": 0.2})
    return rows.assign(
        fold=pd.factorize(rows["recording"])[0], p_a=p_a, p_b=1 - p_a, predicted=rows["label"]
    )


MIXED = {"r": "aab", "s": "abb", "t": "ab"}


@pytest.mark.parametrize(
    ("recordings", "why"),
    [
        (MIXED, "no recording has one class only"),
        (MIXED | {"u": "aa"}, "no recording of class b has one class only"),
        (MIXED | {"u": "aa", "v": "b"}, None),
    ],
)
def test_only_recordings_of_one_class_are_scored(recordings, why):
    found = segments(recordings)
    assert set(by_recording(found, LABELS)["recording"]) == set(recordings) - set(MIXED)
    assert why_not_by_recording(found) == why
    result = score_table(found, LABELS, draws=50, seed=0)
    assert result["why_not_by_recording"] == why
    if why is None:
        whole = result["by_recording"]
        assert (whole["recordings"], whole["left_out"]) == (2, 3)
    else:
        assert result["by_recording"] is None


def test_figures_tables_and_pages_do_without_scores_by_recording(tmp_path):
    predictions, scores, costs = {}, {}, {}
    for name, recordings in {"mixed": MIXED, "whole": {"u": "aa", "v": "bb"}}.items():
        found = segments(recordings)
        for key, of in (("tsv", predictions), ("json", scores), ("cost", costs)):
            of[name] = tmp_path / f"{name}.{key}"
        probability = found[["p_a", "p_b"]].to_numpy()
        write_predictions(found, probability, LABELS, predictions[name])
        own = {"pooling": None, "columns": 3, "parameters": None, "training_s": 1.0, "ms": 1.0}
        write_cost(costs[name], model="forest", file=predictions[name], **own)
        evaluate(
            predictions[name],
            costs[name],
            picture=[tmp_path / f"{name}.png"],
            reliability=[tmp_path / f"{name}_sure.png"],
            scores=scores[name],
            validation=None,
            uncertainty=tmp_path / f"{name}_uncertainty.json",
            recalibration="temperature",
            coverage=0.9,
            coverage_within="people",
            labels=LABELS,
            name=name,
            evaluation="cross_validation",
            split_by="subject",
            by_label={},
            transductive=[],
            columns=[],
            draws=50,
            calibration_bins=5,
            seed=0,
        )
    predictions["again"], scores["again"], costs["again"] = (
        of["mixed"] for of in (predictions, scores, costs)
    )
    compare(
        predictions,
        scores,
        costs,
        output=tmp_path / "pairs.json",
        table=tmp_path / "scores.tsv",
        page=tmp_path / "scores.html",
        figures=[tmp_path / "comparison.png"],
        labels=LABELS,
        draws=50,
        seed=0,
    )
    (pair,) = json.loads((tmp_path / "pairs.json").read_text())
    assert (pair["by_recording"], pair["mcnemar"]) == (None, None)
    lines = pd.read_csv(tmp_path / "scores.tsv", sep="\t").set_index("classifier")
    assert lines["balanced_accuracy_by_recording"].isna().to_dict() == {
        "mixed": True,
        "whole": False,
        "again": True,
    }
    assert set(lines["evaluation"]) == {"cross_validation"}
    assert "<td>cross validation</td>" in (tmp_path / "scores.html").read_text()
    of = {name: json.loads(path.read_text()) for name, path in scores.items()}
    assert "per recording: none, as no recording has" in "\n".join(scores_in_words(of["mixed"]))
    text, page = words_of(tmp_path, BARE | {"classifiers": of, "comparison": [pair]})
    assert "No score by recording: no recording has" in text
    assert "mixed is evaluated by cross validation." in text
    assert "No score by recording: no recording has" in page
    assert "<td>cross validation</td>" in page


def test_how_many_recordings_are_left_out_is_said(tmp_path):
    found = segments(MIXED | {"u": "aa", "v": "bb"})
    result = score_table(found, LABELS, draws=50, seed=0)
    assert "per recording (3 of several classes left out)" in "\n".join(scores_in_words(result))
    result |= {"evaluation": "holdout", "optimistic": None}
    draw_matrix(result, [tmp_path / "matrix.png"], "forest")
    assert (tmp_path / "matrix.png").stat().st_size > 0
