"""What `biospectra apply` cannot do leaves nothing behind, and ends with one line."""

import pytest

from biospectra.__main__ import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "recordings.tsv").write_text("of before\n")
    return tmp_path


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("new/said", "none: there is no trained model here"),
        ("kept", "none: there is no trained model here"),
        ("taken", "--output taken: taken is a file; name a folder."),
        ("taken/said", "--output taken/said: taken is a file; name a folder."),
    ],
)
def test_nothing_is_left_behind(here, capfd, output, said):
    assert main(["apply", "none", "a.csv", "--output", output]) == 1
    error = capfd.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1
    assert sorted(path.name for path in here.iterdir()) == ["kept", "taken"]
    assert [path.name for path in (here / "kept").iterdir()] == ["recordings.tsv"]
    assert (here / "taken").read_text() == "a file"
