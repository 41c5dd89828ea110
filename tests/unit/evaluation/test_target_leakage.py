"""Random segments flatter a target where features name the person; whole people do not."""

import numpy as np
import pandas as pd

from biospectra.evaluation.target_leakage import target_leakage
from biospectra.evaluation.target_pairs import compare_targets
from biospectra.evaluation.target_scores import score_target
from biospectra.evaluation.targets import predict_segments
from biospectra.report.targets import leakage_lines

ENTRY = {"superclasses": {}, "learner": "linear"}


def study():
    """Forty people of four segments each, whose features name the person and nothing else."""
    rng = np.random.default_rng(0)
    person, segment = np.divmod(np.arange(160), 4)
    values = rng.normal(size=(40, 40))[person] + 0.05 * rng.normal(size=(160, 40))
    rows = pd.DataFrame(
        {"recording": [f"r{k}_{s // 2}" for k, s in zip(person, segment, strict=True)]}
    )
    rows["segment"], rows["start_s"], rows["label"] = segment % 2, 0.0, "ECG"
    rows["subject"], rows["split"] = [f"p{k}" for k in person], "training"
    rows["age"] = [f"{40 + 8 * x:.1f}" for x in rng.normal(size=40)[person]]
    rows["codes"] = np.where(rng.random(40) < 0.5, "A", "B")[person]
    return values, rows


def compared(values, rows, evaluation, options):
    """Return the difference of random segments and whole people, as of an evaluation."""
    what = {"column": "age", "kind": "number", "superclasses": {}}
    drawn, tables = {key: options[key] for key in ("draws", "seed")}, []
    for whole in ("segment", "person"):
        made = what | {"evaluation": "cross_validation"}
        asked = {"learner_name": "linear", "folds": options["folds"], "seed": options["seed"]}
        segments, _ = predict_segments(values, rows, **made, **asked, whole=whole)
        tables.append(score_target(segments, **made, **drawn)[0])
    return compare_targets(*tables, what | {"evaluation": evaluation}, **drawn)["differences"]


def test_only_folds_of_whole_people_show_that_nothing_is_known_of_others():
    values, rows = study()
    options = {"folds": 4, "draws": 200, "seed": 0}
    age = target_leakage(values, rows, ENTRY | {"column": "age", "kind": "number"}, **options)
    errors = {unit: own["mean_absolute_error"]["value"] for unit, own in age["splits"].items()}
    assert errors["segment"] < errors["recording"] < errors["person"]
    assert age["gap"]["mean_absolute_error"]["interval"][1] < 0
    # Folds learn from each other's people, whatever the target's own scores are of.
    holdout = {"column": "age", "kind": "number", "evaluation": "holdout"}
    assert target_leakage(values, rows, ENTRY | holdout, **options)["gap"] == age["gap"]
    apart = {
        kind: np.ptp(compared(values, rows, kind, options)["mean_absolute_error"]["interval"])
        for kind in ("holdout", "cross_validation")
    }
    assert np.ptp(age["gap"]["mean_absolute_error"]["interval"]) == apart["cross_validation"]
    assert apart["cross_validation"] > 1.3 * apart["holdout"]
    codes = target_leakage(values, rows, ENTRY | {"column": "codes", "kind": "labels"}, **options)
    areas = {unit: own["macro_auroc"]["value"] for unit, own in codes["splits"].items()}
    assert areas["segment"] > 0.95
    low, high = codes["splits"]["person"]["macro_auroc"]["interval"]
    assert low < 0.5 < high
    (line,) = leakage_lines({"rhythm": codes})
    assert line.startswith("rhythm, macro AUROC in cross-validation of 40 people: 1.00")
    assert "with random segments held out" in line and "minus whole people: +0." in line
