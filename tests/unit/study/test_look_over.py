"""What is wrong with a study is told all at once, of its config, its table and its rows."""

from pathlib import Path

import pytest
import yaml

from biospectra.errors import StudyError
from biospectra.study import look_over as looking
from biospectra.study.config import SCHEMAS, read_study
from biospectra.study.look_over import look_over

COLUMNS = ["recording", "source", "channel", "label", "subject", "database"]
ROWS = [
    [f"{person}_{label}", f"{person}_{label}.csv", "ECG", label, person, "d"]
    for person in "abc"
    for label in ("rest", "walk")
]
CONFIG = {"study": "s", "recordings": "recordings.tsv", "labels": ["rest", "walk"]}


@pytest.fixture
def problems(tmp_path, monkeypatch):
    """A function that writes a study and returns what is said of it, and what a run says."""
    monkeypatch.chdir(tmp_path)
    for name in (row[1] for row in ROWS):
        lines = [f"{k / 100:.2f},{k % 7}" for k in range(1000)]
        Path(name).write_text("\n".join(["Time (s),ECG (mV)", *lines]) + "\n")

    def look(*, rows=ROWS, header=COLUMNS, files=False, **keys) -> list[str]:
        if not files:  # which takes a process of its own
            monkeypatch.setattr(looking, "_look_into_files", lambda *given: None)
        table = "\n".join("\t".join(row) for row in [header, *rows]) + "\n"
        Path("recordings.tsv").write_text(table)
        config = CONFIG | keys
        Path("config.yaml").write_text(yaml.safe_dump(config))
        seen = look_over([Path("config.yaml")], processes=1, watch=lambda steps, n: steps)
        try:
            read_study(config, SCHEMAS, "config.yaml")
        except StudyError as error:
            assert set(error.problems) <= set(seen.problems)
        else:
            assert not seen.problems
        return seen.problems

    return look


def changed(line: int, column: str, cell: str) -> list[list[str]]:
    rows = [list(row) for row in ROWS]
    rows[line - 2][COLUMNS.index(column)] = cell
    return rows


def test_a_study_that_is_well(problems):
    assert problems(files=True) == []


def test_faults_of_config_and_table_together(problems):
    said = "\n".join(problems(rows=changed(3, "recording", "a_rest"), segments={"window_s": -1}))
    assert "segments.window_s: -1 is less than" in said
    assert "line 3: recording 'a_rest' also appears in line 2" in said
    said = "\n".join(problems(recordings="none.tsv", shards=0))
    assert "shards: 0 is less than" in said
    assert "none.tsv: the table of recordings cannot be read" in said


def test_faults_of_cells_and_of_rows_together(problems):
    rows = [[*row, ""] for row in changed(7, "recording", "b_rest")]
    rows[0][-1], rows[1][4] = "fast", ""
    said = "\n".join(problems(rows=rows, header=[*COLUMNS, "rate_hz"]))
    assert "line 2: rate_hz: 'fast' is not a number" in said
    assert "line 3: subject is empty" in said
    assert "line 7: recording 'b_rest' also appears in line 4" in said


def test_faults_of_columns_together(problems):
    columns = ["recording", "source", "channel", "label", "person", "site"]
    said = problems(rows=changed(2, "recording", "a b"), header=columns)
    assert "columns 'subject', 'database' are missing" in said[0]
    assert "unknown columns 'person', 'site'" in said[1]
    assert "line 2: recording: 'a b' does not match" in said[2]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"labels": "rest"}, "labels: 'rest' is not of type 'array'"),
        ({"labels": [True, False]}, "labels.0: True is not of type 'string'"),
        ({"bad_channels": 5}, "bad_channels: 5 is not of type 'array'"),
        ({"segments": {"window_s": "10 s"}}, "segments.window_s: '10 s' is not of type 'number'"),
        ({"segments": [5]}, "segments: [5] is not of type 'object'"),
        ({"segments": {"annotations": 5}}, "segments.annotations: 5 is not of type 'object'"),
        ({"features": ["bands"]}, "features: ['bands'] is not of type 'object'"),
        ({"columns": "age"}, "columns: 'age' is not of type 'array'"),
        ({"on_short_file": "maybe"}, "on_short_file: there is no 'maybe'"),
    ],
)
def test_values_of_a_wrong_type(problems, keys, said):
    told = problems(**keys)
    assert [one for one in told if not one.startswith("config.yaml: ")] == []
    assert any(said in one for one in told)


def test_a_key_that_stands_twice(problems, tmp_path):
    problems()
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text() + "segments:\n  window_s: 5\n  window_s: 10\n")
    with pytest.raises(StudyError, match="key 'window_s' appears twice, again in line"):
        look_over([path], processes=1, watch=lambda steps, n: steps)
