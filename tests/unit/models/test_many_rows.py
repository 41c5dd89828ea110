"""Classifiers that compare each row with each other learn from a sample of many rows."""

import numpy as np
import pytest

from biospectra.models import fitting
from biospectra.models.classifiers import makers_of
from biospectra.models.fitting import fit_classifier
from biospectra.models.target_learners import LEARNERS, fit_learner, said_by


def rows(count: int = 600):
    """Three classes around their own means, the third of few rows."""
    random = np.random.default_rng(0)
    code = np.repeat([0, 1, 2], [count // 2, count // 2 - 20, 20])
    return random.standard_normal((count, 4)) + 3 * code[:, None], code


def fitted(name: str):
    values, code = rows()
    made = makers_of([name], tune=False, seed=0, threads=1)[name]()
    return fit_classifier(made, values, code), values, code


def test_nearest_neighbours_learn_from_a_sample(monkeypatch, capsys):
    monkeypatch.setattr(fitting, "MOST_COMPARED", 60)
    model, values, code = fitted("k_nearest_neighbours")
    held = model.named_steps["kneighborsclassifier"]
    assert held.n_samples_fit_ == 60
    assert np.bincount(held._y).tolist() == [30, 28, 2]
    assert (model.predict(values) == code)[code < 2].mean() > 0.9
    assert "60 of 600 rows" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["logistic_regression", "k_nearest_neighbours"])
def test_others_and_smaller_studies_learn_from_all(name, monkeypatch, capsys):
    monkeypatch.setattr(fitting, "MOST_COMPARED", 60 if name == "logistic_regression" else 600)
    model, _, _ = fitted(name)
    assert model.named_steps["standardscaler"].n_samples_seen_ == 600
    assert not capsys.readouterr().out


@pytest.mark.parametrize("name", LEARNERS)
def test_a_rare_label_is_learnt_from_in_a_sample(name, monkeypatch):
    random = np.random.default_rng(0)
    has = np.column_stack([np.arange(600) % 2, np.isin(np.arange(600), [5, 6, 7, 8])])
    values = random.standard_normal((600, 4)) + 9 * has @ np.eye(2, 4)
    monkeypatch.setattr(fitting, "MOST_LEARNT", 40 * 4)
    model = fit_learner(name, "labels", values, has, np.arange(600) // 10, seed=0)
    said = said_by(model, values, "labels", 2)
    assert said.shape == (600, 2)
    assert said[has[:, 1] == 1, 1].min() > said[has[:, 1] == 0, 1].mean()
