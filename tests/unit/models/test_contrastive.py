"""The contrastive objective: its loss by the definition, and which pairs are negatives."""

import copy

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.features.sessions import with_sessions
from biospectra.models import contrastive
from biospectra.models.augmentation import CHANGES
from biospectra.models.batch_order import epoch_batches
from biospectra.models.kinds import ENCODERS, learns_with_sessions
from biospectra.steps.train_encoder import train_encoder
from biospectra.store.rows import write_table
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema
from support.tiny import CONFIG

NO_CHANGE = dict.fromkeys(CHANGES, 0)
ENTRY = {
    "kind": "contrastive",
    "views": "recording",
    "negatives": "subject",
    "batches": "any",
    "augment": NO_CHANGE,
    "temperature": 0.2,
    "patience": None,
}


def by_definition(codes: np.ndarray, z: np.ndarray, temperature: float) -> float:
    """Van den Oord et al. 2018, equation 4, of cosines, both ways, pair by pair."""
    n = len(z)

    def likeness(i, j):
        first, second = z[i, 0], z[j, 1]
        return first @ second / np.linalg.norm(first) / np.linalg.norm(second) / temperature

    losses = []
    for i in range(n):
        others = [j for j in range(n) if codes[j][0] == codes[i][0] and codes[j][1] != codes[i][1]]
        if not others:
            continue
        right = np.exp(likeness(i, i))
        for way in (lambda j, i=i: likeness(i, j), lambda j, i=i: likeness(j, i)):
            losses.append(-np.log(right / (right + sum(np.exp(way(j)) for j in others))))
    return float(np.mean(losses)) if losses else 0.0


@pytest.mark.parametrize("temperature", [0.2, 1])
@pytest.mark.parametrize(
    "codes",
    [
        [(0, i) for i in range(6)],  # each from all others
        [(0, 0), (0, 0), (0, 1), (1, 2), (1, 3), (2, 4)],  # within three people
        [(i, i) for i in range(6)],  # nobody from anybody
    ],
)
def test_the_loss_is_that_of_the_definition(codes, temperature):
    z = np.random.default_rng(0).standard_normal((6, 2, 5)).astype(np.float32)
    found = float(contrastive.contrastive_loss(temperature)(np.float32(codes), z))
    assert found == pytest.approx(by_definition(codes, z, temperature), rel=1e-4, abs=1e-7)


def test_the_gradient_is_finite_where_a_pair_has_no_negatives():
    import tensorflow as tf

    z = tf.Variable(np.random.default_rng(0).standard_normal((3, 2, 4)).astype(np.float32))
    with tf.GradientTape() as tape:
        loss = contrastive.contrastive_loss(0.2)(np.float32([(0, 0), (0, 1), (1, 2)]), z)
    gradient = tape.gradient(loss, z).numpy()
    assert np.isfinite(gradient).all()
    assert (gradient[:2] != 0).any() and (gradient[2] == 0).all()


@pytest.fixture
def rows() -> pd.DataFrame:
    """Two people with three sessions of two channels each, and one with one session."""
    made = [
        (f"{person}{session}{channel}", person, f"{person}{session}", channel, segment)
        for person, sessions in (("p", 3), ("q", 3), ("alone", 1))
        for session in range(sessions)
        for channel in "xy"
        for segment in range(4)
    ]
    table = pd.DataFrame(made, columns=["recording", "subject", "session", "channel", "segment"])
    return table.assign(database="d").sample(frac=1, random_state=1).reset_index(drop=True)


def negatives(rows, views, what):
    """Which rows are negatives of which, as the loss has it."""
    codes = contrastive.with_codes(rows, views, what)
    within, shared = (codes[name].to_numpy() for name in contrastive.CODES)
    return (within[:, None] == within) & (shared[:, None] != shared)


def differs(rows, column):
    own = rows[column].to_numpy()
    return own[:, None] != own


@pytest.mark.parametrize("views", ["segment", "neighbours", "recording"])
def test_negatives_of_a_person_are_other_sessions_by_the_same_channel(rows, views):
    expected = ~differs(rows, "subject") & ~differs(rows, "channel") & differs(rows, "session")
    np.testing.assert_array_equal(negatives(rows, views, "subject"), expected)


@pytest.mark.parametrize(
    ("views", "column"),
    [
        ("segment", None),
        ("neighbours", "session"),
        ("recording", "session"),
        ("subject", "subject"),
    ],
)
def test_negatives_of_all_leave_out_what_a_pair_has_in_common(rows, views, column):
    expected = differs(rows, column) if column else ~np.eye(len(rows), dtype=bool)
    np.testing.assert_array_equal(negatives(rows, views, "all"), expected)


def test_who_has_one_recording_is_not_learnt_from(rows, capsys, monkeypatch):
    monkeypatch.setattr(contrastive, "augmentation", lambda settings, file: None)
    sides = {"training": rows, "validation": rows[:8].reset_index(drop=True)}
    learnt = contrastive.objective(ENTRY, sides, "")
    assert set(learnt["rows"]["training"]["subject"]) == {"p", "q"}
    assert "Learnt from are 2 of 3 people" in capsys.readouterr().out
    watched = sides | {"validation": rows[rows["subject"] == "alone"]}
    contrastive.objective(ENTRY, watched, "")
    assert "val_loss: no validation segment has negatives" in capsys.readouterr().out
    with pytest.raises(StudyError, match="patience: no validation segment has negatives"):
        contrastive.objective(ENTRY | {"patience": 3}, watched, "")
    alone = {side: own[own["session"].str.endswith("0")] for side, own in sides.items()}
    with pytest.raises(StudyError, match="of 3 people learnt from nobody has two recordings"):
        contrastive.objective(ENTRY, alone, "")
    contrastive.objective(ENTRY | {"negatives": "all"}, alone, "")
    one = {side: own[own["subject"] == "alone"] for side, own in sides.items()}
    with pytest.raises(StudyError, match="are of one session, so that there are no negatives"):
        contrastive.objective(ENTRY | {"negatives": "all"}, one, "")


def test_of_a_database_what_has_no_negatives_is_not_learnt_from(rows, capsys, monkeypatch):
    monkeypatch.setattr(contrastive, "augmentation", lambda settings, file: None)
    entry = ENTRY | {"views": "subject", "negatives": "all", "batches": "database"}
    apart = rows.assign(database=rows["subject"].map({"p": "d", "q": "d", "alone": "e"}))
    learnt = contrastive.objective(entry, {"training": apart, "validation": rows}, "")
    assert set(learnt["rows"]["training"]["subject"]) == {"p", "q"}
    assert "Learnt from are 2 of 3 people" in capsys.readouterr().out
    own = rows.assign(database=rows["subject"])
    with pytest.raises(StudyError, match=r"one person in each database, .* or batches: any"):
        contrastive.objective(entry, {"training": own, "validation": rows}, "")


def test_a_batch_has_several_recordings_of_each_person_in_it(rows):
    codes = contrastive.with_codes(rows, "recording", "subject")
    codes = codes[contrastive.have_negatives(codes)].reset_index(drop=True)
    orders = [
        epoch_batches(codes, 24, seed=1, epoch=k, within=[], stretches=("within", 6))
        for k in (0, 0, 1)
    ]
    for parts in orders:
        assert sorted(np.concatenate(parts)) == list(range(48))
        assert list(map(len, parts)) == [24, 24]
        for part in parts:
            told = codes["within"].to_numpy()[part]
            assert all((told[i : i + 6] == told[i]).all() for i in range(0, 24, 6))
    first, again, other = (np.concatenate(parts) for parts in orders)
    assert list(first) == list(again) != list(other)


def test_sessions_and_channels_are_the_tables():
    rows = pd.DataFrame({"recording": ["a@F3", "a@F4", "b1", "b2"], "subject": list("ppqq")})
    table = [
        {"recording": "a", "session": None, "channel": "F*"},
        {"recording": "b1", "session": "b", "channel": "x"},
        {"recording": "b2", "session": "b", "channel": "y"},
    ]
    found = with_sessions(rows, table)
    assert list(found["session"]) == ["a", "a", "b", "b"]
    assert list(found["channel"]) == ["F3", "F4", "x", "y"]
    without = with_sessions(rows, None)
    assert list(without["session"]) == ["a", "a", "b1", "b2"]
    assert list(without["channel"]) == ["F3", "F4", "", ""]


@pytest.mark.parametrize("shape", [pytest.param((16, 24, 3), marks=pytest.mark.slow), (64, 1)])
def test_what_distinguishes_recordings_is_learnt(shape):
    """Eight recordings that differ in how fast they swing, four segments of each."""
    import keras

    keras.utils.set_random_seed(1)
    random = np.random.default_rng(0)
    swing = np.sin(np.arange(shape[-2])[:, None] * np.linspace(0.3, 2, 8)[:, None, None])
    given = np.broadcast_to(swing.reshape(8, *[1] * (len(shape) - 2), -1, 1), (8, *shape))
    pairs = np.stack([given, given], axis=1).repeat(4, axis=0)
    pairs = (pairs + 0.5 * random.standard_normal(pairs.shape)).astype(np.float32)
    codes = np.stack([np.zeros(32), np.arange(8).repeat(4)], axis=1).astype(np.float32)
    network, encoder = contrastive.build(shape, filters=[8, 8], projection=8)
    network.compile(keras.optimizers.Adam(0.005), contrastive.contrastive_loss(0.2))
    losses = network.fit(pairs, codes, batch_size=32, epochs=20, verbose=0).history["loss"]
    assert losses[-1] < losses[0] - 0.5
    assert encoder.output_shape[1] == 2 * 8 * (8 if len(shape) == 3 else 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"input": "samples"}, None),
        ({"views": "subject"}, "new.negatives: with views: subject all of a person"),
        ({"batches": "database"}, "new.batches: with negatives: subject"),
        ({"filters": [12]}, "new.filters: 12 is no multiple of 8"),
        ({"views": "segment", "augment": {}}, "new.augment: two views of one segment"),
        ({"temperature": 0}, "new.temperature"),
        ({"negatives": "times"}, "new.negatives"),
    ],
)
def test_what_cannot_be_is_refused_before_any_job(changes, words):
    config = copy.deepcopy(CONFIG)
    entry = {"kind": "contrastive", "input": "spectrogram", "negatives": "subject"}
    config["encoders"]["new"] = entry | {"views": "recording"} | changes
    schema = load_config_schema(SCHEMAS)
    if words is None:
        entry = complete_config(config, schema, "c")["encoders"]["new"]
        assert (entry["temperature"], entry["batch_size"], entry["projection"]) == (0.2, 128, 256)
        assert ENCODERS["contrastive"] is contrastive
        assert learns_with_sessions(entry)
        return
    with pytest.raises(StudyError, match=words):
        complete_config(config, schema, "c")


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (48, 8, 16), np.uint8)


def trained(folder, images, *, epochs=2, first=None, sessions=None):
    """Weights of an encoder of six people with two recordings of four segments each."""
    import keras

    folder.mkdir(exist_ok=True)
    made = [(f"{p}{r}", k, p) for p in "abcdef" for r in range(2) for k in range(4)]
    rows = pd.DataFrame(made, columns=["recording", "segment", "subject"])
    rows = rows.assign(start_s=0.0, label="x", database="d", quality="ok")
    if not (folder / "0.h5").exists():
        with h5py.File(folder / "0.h5", "w") as file:
            file["images"] = images
            write_table(file, "rows", rows)
    side = dict.fromkeys("abcd", "training") | {"e": "validation", "f": "test"}
    rows = rows.assign(split=rows["subject"].map(side))
    if first is not None:
        rows.loc[0, "split"] = first
    if not (folder / "split.tsv").exists():  # a file written anew is another one to a checkpoint
        rows.to_csv(folder / "split.tsv", sep="\t", index=False)
    files = {name: folder / f"{name}.keras" for name in ("model", "encoder")}
    settings = ENTRY | {"filters": [8], "projection": 8, "batch_size": 16}
    settings |= {"epochs": epochs, "learning_rate": 0.001, "precision": "float32"}
    files["history"] = folder / "history.tsv"
    inputs, split = [str(folder / "0.h5")], folder / "split.tsv"
    options = {"settings": settings, "seed": 1, "threads": 1, "sessions": sessions}
    train_encoder(inputs, split, **files, **options)
    return keras.models.load_model(files["encoder"]).get_weights()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, images):
    return trained(tmp_path_factory.mktemp("contrastive") / "whole", images)


def test_a_training_goes_on_where_it_was(tmp_path, images, whole, capsys):
    first = trained(tmp_path, images, epochs=1)
    assert (tmp_path / "checkpoint.npz").is_file()
    for own, its, early in zip(trained(tmp_path, images), whole, first, strict=True):
        np.testing.assert_allclose(own, its, atol=1e-6)
        assert (np.abs(own - early) > 1e-5).any()
    assert "Going on after epoch 1" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "history.tsv", sep="\t")) == 2


def test_a_checkpoint_of_other_sessions_is_not_taken_up(tmp_path, images, capsys):
    named = [{"recording": f"{p}{r}", "channel": "", "session": r} for p in "abcdef" for r in "01"]
    trained(tmp_path, images, epochs=1, sessions=[one | {"session": None} for one in named])
    trained(tmp_path, images, sessions=named)
    assert "of a training with other settings or images" in capsys.readouterr().out


def test_who_is_held_out_reaches_no_training(tmp_path, images, whole):
    other = images.copy()
    other[40:] = 255 - other[40:]
    for own, its in zip(trained(tmp_path / "other", other), whole, strict=True):
        np.testing.assert_array_equal(own, its)
    with pytest.raises(ArithmeticError, match="is held out and was learnt from"):
        trained(tmp_path / "leak", images, first="test")
