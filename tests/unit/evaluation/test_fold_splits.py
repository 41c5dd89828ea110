"""Encoders of a cross-validation: who is held out reaches no training, theirs or a classifier's."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import outer_folds
from biospectra.evaluation.fold_splits import (
    fold_of_splits,
    split_of_all,
    split_of_fold,
    watched_people,
)
from biospectra.models.augmentation import CHANGES
from biospectra.steps.classify import classify
from biospectra.steps.train_encoder import train_encoder
from biospectra.store.rows import write_table
from support.people import segments_of

FOLDS = 3
SETTINGS = {
    "kind": "vicreg",
    "filters": [8],
    "projection": 8,
    "views": "recording",
    "augment": dict.fromkeys(CHANGES, 0),
    "batches": "any",
    "epochs": 2,
    "batch_size": 8,
    "learning_rate": 0.001,
    "patience": None,
    "precision": "float32",
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Two classes of 9 people each, 4 segments a person."""
    return segments_of(18)


@pytest.fixture(scope="module")
def splits(rows) -> list[pd.DataFrame]:
    return [split_of_fold(rows, k, folds=FOLDS, seed=1) for k in range(FOLDS)]


def test_each_fold_holds_out_whole_people_and_watches_some(rows, splits):
    fold = outer_folds(rows, "cross_validation", folds=FOLDS, seed=1)
    for k, split in enumerate(splits):
        assert list(split["split"] == "test") == list(fold == k)
        assert (split.groupby("subject")["split"].nunique() == 1).all()
        watched = split[split["split"] == "validation"].drop_duplicates("subject")
        assert sorted(watched["label"]) == ["a", "b"]  # of 12 people
        assert split.drop(columns="split").equals(rows.drop(columns="split"))
    assert list(fold_of_splits(rows, splits)) == list(fold)


def test_what_is_kept_for_new_recordings_learns_from_everybody(rows):
    apart = rows["split"].mask(rows["segment"] == 3, "unused")
    free = rows[:8].assign(recording="more", label="none", split="unlabelled")
    given = pd.concat([rows.assign(split=apart), free], ignore_index=True)
    made = split_of_all(given, seed=1)
    assert set(made.loc[given["split"] == "unused", "split"]) == {"unused"}
    used = made[:72][apart != "unused"]
    assert set(used["split"]) == {"training", "validation"}
    assert (used.groupby("subject")["split"].nunique() == 1).all()
    watched = used[used["split"] == "validation"].drop_duplicates("subject")
    assert sorted(watched["label"]) == ["a", "b"]  # of 18 people
    stops = set(watched["subject"])
    own = [s in stops for s in made["subject"][72:]]
    assert made["split"][72:].tolist() == ["unused" if stop else "unlabelled" for stop in own]


def test_as_many_folds_as_the_people_make_are_asked_for(rows):
    with pytest.raises(StudyError, match=r"scores.folds.* 9 folds .*take 9"):
        split_of_fold(rows, 0, folds=10, seed=1)


def test_rows_that_the_study_does_not_use_have_no_part_in_a_fold(rows, splits):
    more = pd.concat([rows, rows.assign(segment=rows["segment"] + 4, split="unused")])
    made = split_of_fold(more.reset_index(drop=True), 1, folds=FOLDS, seed=1)
    assert made["split"].tolist() == [*splits[1]["split"], *["unused"] * 72]


def test_each_person_or_database_is_held_out_with_all_that_is_of_these_people(rows):
    two = rows.assign(database=np.where(rows["segment"] < 2, "one", "two"))
    two.loc[two["subject"].isin(["p0", "p1", "p2"]), "database"] = "one"
    two.loc[two["subject"].isin(["p3", "p4", "p5"]), "database"] = "two"
    first = split_of_fold(two, 0, evaluation="leave_one_database_out", folds=2, seed=1)
    by_person = first.groupby("subject")["split"].agg(lambda own: ",".join(sorted(set(own))))
    assert (first["split"] == "test").equals(two["database"] == "one")
    assert set(by_person[["p0", "p1", "p2"]]) == {"test"}
    assert set(by_person[["p3", "p4", "p5"]]) == {"training", "validation"}
    assert set(by_person[["p6", "p17"]]) == {"left_out,test"}  # nothing of them is learnt from
    alone = [
        split_of_fold(rows, k, evaluation="leave_one_person_out", folds=18, seed=1)
        for k in range(18)
    ]
    assert [split.loc[split["split"] == "test", "subject"].nunique() for split in alone] == [1] * 18
    assert sorted(fold_of_splits(rows, alone)) == sorted(np.repeat(np.arange(18), 4))
    with pytest.raises(StudyError, match=r"18 of the table's 19 people .*out of the table"):
        split_of_fold(rows, 0, evaluation="leave_one_person_out", folds=19, seed=1)


def test_rows_without_a_class_are_learnt_from_unless_their_person_is_held_out(rows, splits):
    more = rows.assign(recording="more", label="none", split="unlabelled", database="two")
    stranger = more[:4].assign(subject="stranger", recording="other")
    both = pd.concat([rows, more, stranger], ignore_index=True)
    made = split_of_fold(both, 0, folds=FOLDS, seed=1)
    assert made["split"][:72].tolist() == splits[0]["split"].tolist()
    known = made[made["subject"] != "stranger"].groupby("subject")["split"].agg(set)
    pairs = [{"training", "unlabelled"}, {"validation", "unused"}, {"test", "unused"}]
    assert all(own in pairs for own in known)
    assert all(pair in list(known) for pair in pairs)
    assert set(made["split"][-4:]) == {"unlabelled"}
    two = both.assign(database=np.where(both["subject"] < "p5", "one", "two"))
    left = {"evaluation": "leave_one_database_out", "folds": 2, "seed": 1}
    held = [set(split_of_fold(two, k, **left)["split"][-4:]) for k in range(2)]
    assert held == [{"unlabelled"}, {"unused"}]  # with the second its recorder is held out


def test_nobody_who_is_the_last_of_a_class_is_watched():
    people = pd.DataFrame({"subject": [f"p{i}" for i in range(40)], "label": "many"})
    people.loc[:0, "label"], people.loc[1:2, "label"] = "one", "two"
    for seed in range(20):
        watched = watched_people(people, np.random.default_rng(seed))
        own = people.set_index("subject").loc[watched, "label"].value_counts()
        assert len(watched) == 4
        assert own["many"] >= 3
        assert own.get("two", 0) <= 1
        assert "one" not in own
    pair = pd.DataFrame({"subject": ["p", "q"], "label": ["a", "b"]})
    assert len(watched_people(pair, np.random.default_rng(0))) == 1  # there is no other


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (lambda s: [s[0].assign(split=s[0]["split"].where(s[0].index > 0, "training")), *s[1:]],
         "is held out and was learnt from"),
        (lambda s: s[:2], "held out in no fold"),
        (lambda s: [s[0], s[0], s[2]], "another fold holds out too"),
        (lambda s: [s[0][::-1], *s[1:]], "other segments"),
    ],
)  # fmt: skip
def test_a_leak_is_an_error(rows, splits, wrong, what):
    first = np.flatnonzero(splits[0]["split"] == "test")[0]
    moved = [split.iloc[np.roll(np.arange(72), -first)].reset_index(drop=True) for split in splits]
    own = rows.iloc[np.roll(np.arange(72), -first)].reset_index(drop=True)
    with pytest.raises(ArithmeticError, match=what):
        fold_of_splits(own, wrong(moved))


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (72, 8, 16), np.uint8)


@pytest.fixture(scope="module")
def first(tmp_path_factory, rows, splits, images):
    return weights_after(tmp_path_factory.mktemp("fold") / "0", rows, splits[0], images)


def test_an_encoder_learns_from_rows_without_a_class(tmp_path, rows, splits, images, first):
    some = (splits[0]["split"] == "training") & (splits[0]["segment"] < 2)
    told = splits[0].assign(split=splits[0]["split"].mask(some, "unlabelled"))
    again = weights_after(tmp_path / "again", rows, told, images)
    for own, its in zip(first, again, strict=True):
        np.testing.assert_array_equal(own, its)


def weights_after(folder, rows, split, images, **changes):
    import keras

    folder.mkdir()
    with h5py.File(folder / "0.h5", "w") as file:
        file["images"] = images
        write_table(file, "rows", rows.drop(columns="split").assign(quality="ok"))
    split.to_csv(folder / "split.tsv", sep="\t", index=False)
    files = {name: folder / f"{name}.keras" for name in ("model", "encoder")}
    train_encoder(
        [str(folder / "0.h5")],
        folder / "split.tsv",
        **files,
        history=folder / "history.tsv",
        settings=SETTINGS | changes,
        seed=1,
        threads=2,
    )
    return keras.models.load_model(files["encoder"]).get_weights()


def test_an_encoder_does_not_depend_on_the_people_held_out(tmp_path, rows, splits, images, first):
    random = np.random.default_rng(1)
    other = images.copy()
    test = (splits[0]["split"] == "test").to_numpy()
    other[test] = random.integers(0, 256, other[test].shape, np.uint8)
    again = weights_after(tmp_path / "again", rows, splits[0], other)
    for own, its in zip(first, again, strict=True):
        np.testing.assert_array_equal(own, its)
    other[splits[0]["split"] == "training"] //= 2  # the comparison does notice
    changed = weights_after(tmp_path / "changed", rows, splits[0], other)
    assert any((own != its).any() for own, its in zip(first, changed, strict=True))


def test_only_a_transductive_encoder_learns_from_the_people_held_out(
    tmp_path, capfd, rows, splits, images, first
):
    plain = {"epochs": 1, "transductive": True}
    told = weights_after(tmp_path / "told", rows, splits[0], images, **plain)
    assert "transductive: it learns from samples of" in capfd.readouterr().err
    everybody = splits[0].replace({"split": {"test": "training"}})  # as for new recordings
    weights_after(tmp_path / "everybody", rows, everybody, images, **plain)
    assert "transductive" not in capfd.readouterr().err
    other = images.copy()
    other[(splits[0]["split"] == "test").to_numpy()] //= 2
    changed = weights_after(tmp_path / "changed", rows, splits[0], other, **plain)
    assert any((own != its).any() for own, its in zip(told, changed, strict=True))
    leak = splits[0].copy()
    leak.loc[leak.index[leak["split"] == "test"][0], "split"] = "training"
    with pytest.raises(ArithmeticError, match="is held out and was learnt from"):
        weights_after(tmp_path / "leak", rows, leak, images, transductive=False)


def test_each_fold_is_judged_by_its_own_encoders_features(tmp_path, rows, splits):
    """What the class means differs from fold to fold, so that another fold's features mislead."""
    code = (rows["label"] == "a").to_numpy()
    paths = []
    for k, split in enumerate([rows, *splits]):
        values = np.random.default_rng(k).normal(size=(72, 5)).astype(np.float32)
        if k:
            values[:, k] += 20 * (code - 0.5)
        paths.append(tmp_path / f"{k}.h5")
        with h5py.File(paths[-1], "w") as file:
            file["features"] = values
            write_table(file, "rows", split)
    written = {name: tmp_path / name for name in ("model", "choice", "predictions", "cost")}
    settings = {
        "labels": ["b", "a"],
        "names": ["logistic_regression"],
        "tune": False,
        "pooling": "time",
        "centred": False,
        "evaluation": "cross_validation",
        "folds": FOLDS,
        "seed": 1,
        "threads": 1,
    }
    classify(paths[:1], [[path] for path in paths[1:]], **written, **settings)
    table = pd.read_csv(written["predictions"], sep="\t")
    assert (table["predicted"] == table["label"]).all()
    classify(paths[:1], **written, **settings)  # the first file's are noise
    table = pd.read_csv(written["predictions"], sep="\t")
    assert (table["predicted"] == table["label"]).mean() < 0.8
    with pytest.raises(ArithmeticError, match="other fold"):
        classify(paths[:1], [[paths[1]], [paths[1]], [paths[3]]], **written, **settings)
