"""Sets of classes hold what they promise of a candidate that validation people chose."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.cross_validation import cross_validated, folds_of
from biospectra.evaluation.holdout import held_out
from biospectra.evaluation.prediction_sets import learn_sets, prediction_sets
from biospectra.evaluation.split import set_aside
from biospectra.models.fitting import fit_classifier, probability_of

SEGMENTS = 3
COVERAGE = 0.9


class Saying:
    """A candidate that says what stands in its own columns, whatever it learnt."""

    def __init__(self, number):
        self.number, self.classes_ = number, np.arange(3)

    def fit(self, values, code):
        return self

    def predict_proba(self, values):
        return values[:, 3 * self.number : 3 * self.number + 3]


def said_of(rng, people: int, candidates: int) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Make what equally poor candidates say of people, each of whom is unlike his class in part."""
    code = np.repeat(np.arange(people) % 3, SEGMENTS)
    apart = rng.normal(0, 1.5, (people, candidates, 3)).repeat(SEGMENTS, 0)
    logits = np.eye(3)[code][:, None] + apart + 0.5 * rng.normal(size=apart.shape)
    raised = np.exp(2 * logits)
    values = (raised / raised.sum(axis=2, keepdims=True)).reshape(len(code), -1)
    person = np.repeat([f"s{k}" for k in range(people)], SEGMENTS)
    return values, code, pd.DataFrame({"subject": person, "recording": person, "label": code})


def inside(rows, probability, code, new, truth) -> float:
    """Return the coverage, among new people, of sets learnt from what others were told."""
    learnt = learn_sets(probability, code, rows["subject"].to_numpy(str), "people")
    return prediction_sets(learnt, new, COVERAGE)[np.arange(len(truth)), truth].mean()


def coverages(rng, validation: int, candidates: int) -> list[float]:
    """Return the coverage by what each is told by the others' choice, and by the choice of all."""
    values, code, rows = said_of(rng, 3 + validation + 30, candidates)
    person = np.arange(len(code)) // SEGMENTS
    split = np.array(["training", "validation", "test"])[
        (person >= 3) * 1 + (person >= 3 + validation)
    ]
    rows["split"] = split
    makers = {"none": {str(k): partial(Saying, k) for k in range(candidates)}}
    said, _, _, chosen = held_out(makers, {"none": values}, code, rows, 3)
    chose, new = split == "validation", split == "test"
    told = [said["validation"], chosen.predict_proba(values[chose])]
    return [inside(rows[chose], own, code[chose], said["test"], code[new]) for own in told]


def test_sets_hold_their_share_though_those_they_are_learnt_from_chose():
    """Predicted by the choice of all, those who made it fit too well, and new people fall short."""
    rng = np.random.default_rng(0)
    found = np.array([coverages(rng, 24, 20) for _ in range(200)])
    error = found.std(axis=0) / np.sqrt(len(found))
    assert found[:, 0].mean() > COVERAGE - error[0]
    assert found[:, 1].mean() < COVERAGE - 2 * error[1]


def test_each_validation_person_is_told_by_the_choice_of_the_others():
    rng = np.random.default_rng(1)
    values, code, rows = said_of(rng, 12, 12)
    rows["split"] = np.repeat(["training"] * 3 + ["validation"] * 8 + ["test"], SEGMENTS)
    makers = {"none": {str(k): partial(Saying, k) for k in range(12)}}
    said = held_out(makers, {"none": values}, code, rows, 3)[0]["validation"]
    chose = (rows["split"] == "validation").to_numpy()
    people = rows["subject"].to_numpy()[chose]
    chosen = []
    for person in pd.unique(people):
        kept = ~((rows["subject"] == person) & chose)
        again = held_out(
            makers, {"none": values[kept]}, code[kept], rows[kept].reset_index(drop=True), 3
        )
        chosen.append(again[2][0])
        np.testing.assert_array_equal(said[people == person], again[3].predict_proba(values[~kept]))
    assert len(set(chosen)) > 1  # or the test would say nothing


def test_people_set_aside_are_whole_and_leave_one_of_each_class_to_watch():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"subject": rng.permutation(np.repeat(np.arange(14), 5).astype(str))})
    rows["label"] = np.where(rows["subject"].astype(int) < 10, "a", "b")
    rows.loc[rows["subject"] == "13", "label"] = "c"
    aside = set_aside(rows, 0.5, seed=0)
    counts = rows[aside].groupby("label")["subject"].nunique().to_dict()
    assert counts == {"a": 5, "b": 2}
    assert not set(rows["subject"][aside]) & set(rows["subject"][~aside])
    assert (set_aside(rows, 0.5, seed=0) == aside).all()
    assert (set_aside(rows, 0.5, seed=1) != aside).any()
    assert not set_aside(rows, 0.0, seed=0).any()


def people_of(rng, people: int, columns: int = 12):
    """Make features of people, in which the class is told by few of many columns."""
    code = np.repeat(np.arange(people) % 3, SEGMENTS)
    person = rng.normal(size=(people, columns)).repeat(SEGMENTS, 0)
    values = person + 0.7 * rng.normal(size=(len(code), columns))
    values[:, :3] += 1.2 * np.eye(3)[code]
    name = np.repeat([f"s{k}" for k in range(people)], SEGMENTS)
    return values, code, pd.DataFrame({"subject": name, "recording": name, "label": code})


def learners(columns: int) -> dict:
    """Make candidates that choice overfits: each of other columns, or of another smoothness."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    def of(kept, model):
        return make_pipeline(FunctionTransformer(lambda x: x[:, kept]), model())

    rng, found = np.random.default_rng(0), {}
    for k in range(8):
        kept = rng.permutation(columns)[:4]
        model = partial(LogisticRegression, max_iter=200)
        found[f"few {k}"] = partial(of, kept, model)
    for k in (1, 5, 15):
        found[f"near {k}"] = partial(of, np.arange(columns), partial(KNeighborsClassifier, k))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("people", [20, 40])
def test_fitted_candidates_keep_the_promise_in_both_evaluations(people):
    """Over many studies, each asked of a hundred new people; learning and choosing are real."""
    rng, makers, found = np.random.default_rng(people), learners(12), []
    for _ in range(40):
        values, code, rows = people_of(rng, people + 100)
        person = np.arange(len(code)) // SEGMENTS
        own, new = person < people, person >= people
        half = np.where(person // 3 % 2 == 0, "training", "validation")
        split = rows.assign(split=np.where(new, "test", half))
        said, *_ = held_out({"none": makers}, {"none": values}, code, split, 3)
        chose = (split["split"] == "validation").to_numpy()
        shares = [inside(rows[chose], said["validation"], code[chose], said["test"], code[new])]
        mine, learnt = rows[own], (values[own], code[own])
        fold = folds_of(mine, folds=5, seed=0)
        told, choice = cross_validated(makers, *learnt, mine, 3, fold=fold, folds=5, seed=0)
        kept = list(choice[choice["chosen"]]["candidate"])
        final = fit_classifier(makers[max(makers, key=kept.count)](), *learnt)
        shares.append(
            inside(mine, told, code[own], probability_of(final, values[new], 3), code[new])
        )
        found.append(shares)
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(len(found))
    assert (mean > COVERAGE - 2 * error).all()
    assert (mean < COVERAGE + 1 / (people // 2 + 1) + 2 * error).all()


@pytest.mark.slow
@pytest.mark.parametrize("watching", [12, 24])
def test_the_epoch_that_people_stopped_at_costs_them_little(watching):
    """A regression that overfits, kept as it was at the epoch of the least validation loss."""
    rng, found = np.random.default_rng(watching), []

    def said(values, weights):
        raised = np.exp(values @ weights)
        return raised / raised.sum(axis=1, keepdims=True)

    for _ in range(250):
        (values, code, _), (own, truth, rows), (new, asked, _) = (
            people_of(rng, people, columns=40) for people in (18, watching, 40)
        )
        weights, kept, least = np.zeros((40, 3)), None, np.inf
        for _ in range(60):
            weights = weights - 0.5 * values.T @ (said(values, weights) - np.eye(3)[code]) / len(
                code
            )
            loss = -np.log(said(own, weights)[np.arange(len(truth)), truth]).mean()
            if loss < least:
                least, kept = loss, weights
        found.append(inside(rows, said(own, kept), truth, said(new, kept), asked))
    error = np.std(found) / np.sqrt(len(found))
    assert np.mean(found) > COVERAGE - 2 * error
