"""Classes and people of recordings, guessed from names and tables, and never silently."""

import re

import pytest

from biospectra.errors import StudyError
from biospectra.study.new.found import Found, fields_of, matched, recordings_in, stem_of
from biospectra.study.new.guess import guess
from biospectra.study.new.lookup import add_table
from biospectra.study.new.rows import plain_name, plain_names


def found_of(names: list[str]) -> list[Found]:
    return [
        Found(name, name, None, fields)
        for name, fields in zip(names, fields_of(names), strict=True)
    ]


def guessed(names: list[str], **asked: str) -> dict[str, list[str]]:
    return {column: one.values for column, one in guess(found_of(names), asked).items()}


PEOPLE = ("anna", "ben", "cleo")
LAYOUTS = {
    "name": ([f"{p}_{c}.edf" for p in PEOPLE for c in ("rest", "walk")], 3, 2),
    "folder of the class": ([f"{c}/{k}.edf" for c in ("ill", "well") for k in range(9)], 9, 2),
    "folders": ([f"{c}/s{p}/r{k}.csv" for c in "AB" for p in (1, 2, 3) for k in (1, 2)], 3, 2),
    "person's folder": ([f"sub-{p}/{c}.hea" for p in "123" for c in ("rest", "task")], 3, 2),
    "numbers before words": ([f"{p}{c}.txt.gz" for p in range(11) for c in ("mar", "pie")], 11, 2),
    "runs": ([f"S{p:03}R{r:02}.edf" for p in range(4) for r in range(3)], 4, None),
    "numbers alone": ([f"{k}.hea" for k in range(100, 120)], None, None),
    "a word for each": ([f"{word}.wav" for word in "abcdefgh"], None, None),
    "Subject00_1": ([f"Subject{p:02}_{k}.edf" for p in range(5) for k in (1, 2)], 5, None),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_people_and_classes_of_usual_layouts(layout):
    names, people, classes = LAYOUTS[layout]
    columns = guessed(names)
    assert len(set(columns["subject"])) == people if people else "subject" not in columns
    assert len(set(columns["label"])) == classes if classes else "label" not in columns


def test_which_is_which():
    columns = guessed(LAYOUTS["name"][0])
    assert columns["subject"] == ["anna", "anna", "ben", "ben", "cleo", "cleo"]
    assert columns["label"] == ["rest", "walk"] * 3
    words = [f"{a}_{b}.edf" for a in ("red", "blue", "green", "grey") for b in ("open", "closed")]
    assert set(guessed(words)["label"]) == {"open", "closed"}


def test_what_the_user_says_holds():
    names = [f"{c}/{p}_{k}.edf" for c in ("ill", "well") for p in (1, 2) for k in (1, 2)]
    columns = guessed(names, subject="folder1+name1", label="name2")
    assert set(columns["subject"]) == {"ill_1", "ill_2", "well_1", "well_2"}
    assert columns["label"] == ["1", "2"] * 4
    assert guessed(names, subject="file")["subject"][0] == "ill/1_1"
    with pytest.raises(StudyError, match=r"no field 'colour'; there are: folder1, name1, name2"):
        guessed(names, label="colour")


def test_patterns():
    names = ["ill/12_a.edf", "well/7_b.edf", "well/readme.edf"]
    assert matched(names, "{label}/{subject:d}_{session:a}.edf") == {
        "ill/12_a.edf": {"label": "ill", "subject": "12", "session": "a"},
        "well/7_b.edf": {"label": "well", "subject": "7", "session": "b"},
    }
    mixed = ["a/p1.edf", "a/p.2.xdf", "a/p3.txt.gz"]
    found = matched(mixed, "{label}/{subject}")
    assert [found[name]["subject"] for name in mixed] == ["p1", "p.2", "p3"]
    assert matched(["x/10Amar.txt.gz"], "{subject}{label:3}.txt.gz") == {
        "x/10Amar.txt.gz": {"subject": "10A", "label": "mar"}
    }
    assert matched(["a/b/a_1.edf", "a/b/c_1.edf"], "{subject}/*/{subject}_{}.edf") == {
        "a/b/a_1.edf": {"subject": "a"}
    }
    with pytest.raises(StudyError, match="no column 'person'"):
        matched(names, "{person}.edf")
    with pytest.raises(StudyError, match="names no column"):
        matched(names, "*.edf")


def test_tables_name_files_people_or_parts_of_paths(tmp_path):
    names = [f"{c}/s{p}_{k}.edf" for c in ("one", "two") for p in range(1, 4) for k in (1, 2)]
    by_person, by_file = found_of(names), found_of(names)
    lines = [f"S{p};{20 + p};{'ill' if p > 1 else 'well'}" for p in range(1, 4)]
    lines.append("S9;n/a;n/a")
    (tmp_path / "people.csv").write_text("ID;age;Diagnosis\n" + "\n".join(lines))
    assert add_table(by_person, tmp_path / "people.csv") == 12
    columns = guess(by_person, {})
    assert columns["label"].values == (["well"] * 2 + ["ill"] * 4) * 2
    assert columns["label"].origin == "people.csv, column Diagnosis"
    rows = "\n".join(f"data/{name}\tp{k // 2}\t{k % 2}" for k, name in enumerate(names))
    (tmp_path / "files.tsv").write_text(f"path\tsubject\tclass\n{rows}\n")
    assert add_table(by_file, tmp_path / "files.tsv") == 12
    assert guess(by_file, {})["subject"].values[:3] == ["p0", "p0", "p1"]
    assert set(guess(by_file, {})["label"].values) == {"0", "1"}
    (tmp_path / "other.csv").write_text("name,colour\nx,red\ny,blue\n")
    assert add_table(by_file, tmp_path / "other.csv") == 0


def test_a_list_without_header_as_the_challenges_have_it(tmp_path):
    found = found_of([f"A{k:05}.hea" for k in range(1, 9)])
    rows = "\n".join(f"A{k:05},{'NAO~'[k % 4]}" for k in range(1, 9))
    (tmp_path / "REFERENCE.csv").write_text(rows)
    assert add_table(found, tmp_path / "REFERENCE.csv") == 8
    assert guess(found, {})["label"].values == list("AO~NAO~N")
    assert "subject" not in guess(found, {})  # records and people may be numbered alike


def test_names_become_ids():
    assert plain_name("Größe 1 (rest)") == "Grosse_1_rest"
    assert plain_name("~") == "tilde"
    assert plain_name("μV/ä") == "muV_a"
    assert plain_name("søren") == "soren"
    assert plain_name("-a") == "a"
    assert plain_name("") == ""
    assert stem_of("a/b.txt.gz") == "b"
    assert stem_of("1.5_Hz.edf") == "1.5_Hz"


def test_names_of_other_scripts_stay_apart():
    names = ["α-wave", "β-wave", "Иванова", "Иваненко", "李明", "李伟", "ходить", "ходьба"]
    ids = [plain_name(name) for name in names]
    assert len(set(ids)) == len(names)
    assert ids[:3] == ["alpha-wave", "beta-wave", "iveaenovea"]
    assert all(re.fullmatch(r"[a-z0-9-]+", one) for one in ids)


def test_files_that_belong_to_another_are_no_recordings(tmp_path):
    for name in ("a.dat", "a.atr", "b.mat", "c.edf", ".hidden.edf", "notes.pdf"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.hea").write_text("a 1 250 100\na.dat 16 200 16 0 0 0 0 ECG\n")
    (tmp_path / "b.hea").write_text("b 1 250 100\nb.mat 16+24 200 16 0 0 0 0 ECG\n")
    (tmp_path / "derivatives").mkdir()
    (tmp_path / "derivatives/d.edf").write_bytes(b"x")
    files, others = recordings_in(tmp_path)
    assert [path.name for path in files] == ["a.hea", "b.hea", "c.edf"]
    assert others == {".pdf": 1}


OPEN = {
    "names of two words": [f"{name}.edf" for name in ("anna maria", "anna otto", "bert k")],
    "several of each": [f"{n} {k}.edf" for n in ("anna maria", "anna otto") for k in (1, 2)],
    "words that nobody knows": [f"{a}_{b}.edf" for a in ("anna", "bert") for b in ("cold", "dry")],
    "days": [f"{day}_{n}.edf" for day in (20200101, 20200102) for n in ("anna", "bert")],
}


@pytest.mark.parametrize("layout", OPEN)
def test_what_may_be_either_is_left_open(layout):
    assert guessed(OPEN[layout]) == {}


def test_of_words_that_nobody_knows_the_fewer_are_classes():
    names = [f"{c}/{p}/{k}.edf" for c in ("甲", "乙") for p in ("张", "李", "王") for k in (1, 2)]
    columns = guessed(names)
    assert (len(set(columns["label"])), len(set(columns["subject"]))) == (2, 3)


def test_a_first_name_is_no_person_where_a_second_one_differs():
    people = ("anna_maria", "anna_otto", "bert_maria")
    columns = guessed([f"{p}_{c}.edf" for p in people for c in ("rest", "walk")])
    assert set(columns) == {"label"}
    columns = guessed([f"{p}_{c}.edf" for p in ("anna maria", "anna b") for c in ("rest", "walk")])
    assert set(columns["subject"]) == {"anna maria", "anna b"}


def test_folder_and_name_that_say_other_people():
    names = [f"sub-{p}/sub-{q}_{c}.edf" for p, q in ("12", "21") for c in ("rest", "walk")]
    assert set(guessed(names)) == {"label"}
    names = [f"basel/sub-{p}_{c}.edf" for p in "12" for c in ("rest", "walk")]
    assert set(guessed(names)["subject"]) == {"sub-1", "sub-2"}


def test_values_that_differ_in_signs_alone_are_not_one():
    plain, said = plain_names(["p 1", "p_1", "p 2", "", "s1", "s01", "S1"])
    assert plain == ["", "", "p_2", "", "s1", "s01", "S1"]
    assert said == [
        "'p 1' and 'p_1' differ in signs alone: fill in whether they are one",
        "'s1' and 's01' and 'S1' are alike: give them one name if they are one",
    ]
