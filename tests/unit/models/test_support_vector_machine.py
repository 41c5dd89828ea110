"""The support vector machine is no worse than scikit-learn's own with Platt's probabilities."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from biospectra.formats.read import read
from biospectra.models.classifiers import CANDIDATES
from biospectra.models.fitting import fit_classifier
from support.data import DATA, needs_data


class Platt:
    """`SVC(probability=True)` whose probabilities count each class alike, as it used to be."""

    def __init__(self, strength):
        machine = SVC(C=strength, class_weight="balanced", probability=True, random_state=1)
        self.pipeline = make_pipeline(StandardScaler(), machine)

    def fit(self, values, code):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # scikit-learn gives it up
            self.pipeline.fit(values, code)
        return self

    def predict_proba(self, values):
        weighted = self.pipeline.predict_proba(values) * self.pipeline[-1].class_weight_
        return weighted / weighted.sum(axis=1, keepdims=True)


def machine(strength):
    made = CANDIDATES["support_vector_machine"](1, 1)
    return made.set_params(stackingclassifier__svc__C=strength)


def scores(make, values, code, people):
    """Return balanced accuracy and balanced log-loss in people held out, five folds of them."""
    probability = np.zeros((len(code), code.max() + 1))
    for training, test in StratifiedGroupKFold(5, shuffle=True, random_state=1).split(
        values, code, people
    ):
        fitted = fit_classifier(make(), values[training], code[training])
        probability[test] = fitted.predict_proba(values[test])
    np.testing.assert_allclose(probability.sum(axis=1), 1)
    own = [probability[code == one] for one in range(code.max() + 1)]
    accuracy = np.mean([(p.argmax(axis=1) == one).mean() for one, p in enumerate(own)])
    loss = np.mean([-np.log(p[:, one].clip(1e-6)).mean() for one, p in enumerate(own)])
    return accuracy, loss


def gained(studies):
    """Return what balanced accuracy and log-loss gain on average over Platt's, by strength."""
    gains = [
        np.subtract(scores(lambda c=c: machine(c), *study), scores(lambda c=c: Platt(c), *study))
        for study in studies
        for c in (1, 10)
    ]
    return np.mean(gains, axis=0)


def of_people(seed):
    """Segments of 30 people who differ more than their three classes do, one of which is rare."""
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(30), 10)
    code = np.repeat([0, 1, 2], [150, 100, 50])
    own = 1.5 * random.standard_normal((30, 6))
    values = own[person] + random.standard_normal((300, 6))
    values[:, 0] += 1.5 * code
    values[:, 1] += 1.5 * (code == 2)
    return values, code, person


def test_people_who_differ_and_a_rare_class():
    accuracy, loss = gained(map(of_people, range(3)))
    assert accuracy > -0.005
    assert loss < 0


@pytest.mark.parametrize("counts", [(1, 30), (1, 1), (2, 3, 1), (4, 4, 20)])
def test_a_class_of_fewer_segments_than_there_are_folds(counts):
    code = np.repeat(np.arange(len(counts)), counts)
    values = np.random.default_rng(0).standard_normal((len(code), 4)) + 6 * code[:, None]
    fitted = fit_classifier(machine(1), values, code)
    assert (fitted.predict_proba(values).argmax(axis=1) == code).all()


@needs_data
def test_real_people_at_rest_and_in_arithmetic():
    values, code, people = [], [], []
    for file in sorted((DATA / "eeg_eegmat").glob("*.edf")):
        person, state = file.stem.rsplit("_", 1)
        channels = []
        for channel in ("EEG F3", "EEG Fz", "EEG P3", "EEG Pz"):
            signal = read(file, channel=channel, isolate=False)
            size = round(5 * signal.rate_hz)
            cut = signal.samples[: len(signal.samples) // size * size].reshape(-1, size)
            power = np.abs(np.fft.rfft(cut * np.hanning(size))) ** 2
            hz = np.fft.rfftfreq(size, 1 / signal.rate_hz)
            bands = zip((1, 4, 8, 13, 20, 30), (4, 8, 13, 20, 30, 45), strict=True)
            channels.append([power[:, (hz >= a) & (hz < b)].sum(axis=1) for a, b in bands])
        table = np.log(np.concatenate(channels)).T
        values.append(table)
        code += [int(state) - 1] * len(table)
        people += [person] * len(table)
    values, code, people = np.concatenate(values), np.array(code), np.array(people)
    assert len(set(people)) == 18
    accuracy, loss = gained([(values, code, people)])
    assert accuracy > -0.005
    assert loss < 0
