"""One part of one channel under two people or two classes is refused before any job."""

from pathlib import Path

import pytest

from biospectra.errors import StudyError
from biospectra.study.config import SCHEMAS
from biospectra.study.recordings import load_recordings
from biospectra.study.schema import load_schema

COLUMNS = (
    "recording",
    "source",
    "channel",
    "label",
    "subject",
    "database",
    "start_s",
    "duration_s",
)


@pytest.fixture
def load(tmp_path):
    """A function that writes a table of rows and reads it as a study does."""
    (tmp_path / "a.csv").write_text("1\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")

    def read(*rows: tuple) -> int:
        path = Path(tmp_path / "recordings.tsv")
        lines = ["\t".join(map(str, (f"r{k}", *row))) for k, row in enumerate(rows)]
        path.write_text("\n".join(["\t".join(COLUMNS), *lines]) + "\n")
        schema = load_schema(SCHEMAS / "recordings.schema.yaml")
        return len(load_recordings(path, schema, ["x", "y"], annotated=True))

    return read


FIRST = ("a.csv", "0", "x", "ann", "d")
WRONG = {
    "two subjects": [FIRST, ("a.csv", "0", "x", "bob", "d")],
    "two labels": [FIRST, ("a.csv", "0", "y", "ann", "d")],
    "by another name": [FIRST, ("link.csv", "0", "x", "bob", "d")],
    "parts that overlap": [(*FIRST, 0, 60), ("a.csv", "0", "x", "bob", "d", 59, 10)],
    "a part of the whole": [FIRST, ("a.csv", "0", "x", "bob", "d", 59, 10)],
    "an address": [
        ("https://ann:pw@host.org/a.csv", "0", "x", "ann", "d"),
        ("https://ann:pw@host.org/a.csv", "0", "x", "bob", "d"),
    ],
}
RIGHT = {
    "two channels": [FIRST, ("a.csv", "1", "x", "bob", "d")],
    "parts one after the other": [(*FIRST, 0, 60), ("a.csv", "0", "y", "ann", "d", 60, 10)],
    "one person twice": [FIRST, FIRST],
    "labels from annotations": [FIRST, ("a.csv", "0", "annotation", "ann", "d")],
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_both_names(load, case):
    with pytest.raises(
        StudyError, match=r"line 3: recording 'r1' has \w+ '\w+', and line 2"
    ) as told:
        load(*WRONG[case])
    assert "recording 'r0'" in str(told.value)
    assert "pw@" not in str(told.value)


@pytest.mark.parametrize("case", RIGHT)
def test_what_can_be_is_not(load, case):
    assert load(*RIGHT[case]) == 2
