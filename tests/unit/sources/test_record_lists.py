"""The tables of the two published studies follow from the databases' own lists of records."""

import csv
import importlib.util
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from biospectra.errors import RecordingError
from biospectra.sources.record_lists import list_records
from support.record_lists import write_record_lists
from support.servers import serve

CONFIG = Path(__file__).resolve().parents[3] / "config"


def maker(study: str):
    """Import a study's make_table.py."""
    spec = importlib.util.spec_from_file_location(study, CONFIG / study / "make_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of(path: Path) -> list[dict]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_record_lists(tmp_path_factory.mktemp("base"))


def test_ecg_rhythm_is_as_its_script_makes_it(base, tmp_path):
    maker("ecg_rhythm").main(str(base), tmp_path / "made.tsv")
    committed = CONFIG / "ecg_rhythm" / "recordings.tsv"
    assert (tmp_path / "made.tsv").read_text() == committed.read_text()


def test_ecg_rhythm_is_as_published():
    rows = rows_of(CONFIG / "ecg_rhythm" / "recordings.tsv")
    assert Counter(row["label"] for row in rows) == {"ARR": 96, "CHF": 30, "NSR": 36}
    assert len({row["recording"] for row in rows}) == 162
    people = defaultdict(set)
    for row in rows:
        people[row["subject"]].add(row["source"].rpartition("/")[2])
    assert len(people) == 80
    assert [sources for sources in people.values() if len(sources) > 1] == [{"201", "202"}]
    assert {(row["start_s"], row["duration_s"]) for row in rows} == {("0", "512")}


def test_biosignals_125k_is_balanced(base, tmp_path, capsys):
    maker("biosignals_125k").main(str(base), tmp_path / "made.tsv")
    rows = rows_of(tmp_path / "made.tsv")
    assert len({row["recording"] for row in rows}) == len(rows)
    segments = Counter()
    for row in rows:
        segments[row["label"], row["database"]] += int(row["duration_s"]) // 5
    by_label = Counter()
    for (label, _), n in segments.items():
        by_label[label] += n
    assert len(segments) == 6
    assert max(segments.values()) < 1.03 * min(segments.values())
    assert set(by_label) == {"ECG", "EEG", "EMG"}
    assert 123_000 < sum(by_label.values()) <= 125_000
    labels = defaultdict(set)
    for row in rows:
        labels[row["subject"]].add(row["label"])
    assert all(len(found) == 1 for found in labels.values())
    assert "GB to download" in capsys.readouterr().out


def test_lists_from_a_server_and_in_folders(base, tmp_path):
    (base / "nested/1.0.0/b").mkdir(parents=True)
    (base / "nested/1.0.0/RECORDS").write_text("a\nb/\n")
    (base / "nested/1.0.0/b/RECORDS").write_text("c\n")
    with serve(base) as server:
        for where in (server.url, base):
            found = list_records("nested/1.0.0", base=where, cache=tmp_path / "cache")
            assert found == ["a", "b/c"]
            with pytest.raises(RecordingError, match="no such"):
                list_records("nested/2.0.0", base=where, cache=tmp_path / "cache")


def test_an_empty_list_is_said(tmp_path):
    (tmp_path / "x/1").mkdir(parents=True)
    (tmp_path / "x/1/RECORDS").write_text("")
    with pytest.raises(RecordingError, match="lists no record"):
        list_records("x/1", base=tmp_path, cache=tmp_path / "cache")


def test_the_local_example_has_the_columns_that_must_be():
    rows = rows_of(CONFIG / "local_example" / "recordings.tsv")
    assert list(rows[0])[:6] == ["recording", "source", "channel", "label", "subject", "database"]
