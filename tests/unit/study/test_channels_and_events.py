"""What a study says of channels, events and columns is checked before any job."""

import copy

import pytest

from biospectra.errors import StudyError
from biospectra.study.config import SCHEMAS, read_study

CONFIG = {"study": "s", "labels": ["left", "right"]}
ROWS = [
    {"recording": "r1", "channel": "C3;C4", "label": "left", "subject": "p1"},
    {"recording": "r2", "channel": "*", "label": "right", "subject": "p2", "bad_channels": "Cz"},
]


@pytest.fixture
def read(tmp_path):
    """Read a study of rows and a config's keys."""

    def done(rows=ROWS, **keys):
        columns = list(dict.fromkeys(key for row in rows for key in row))
        lines = ["\t".join([*columns, "source", "database"])]
        for row in rows:
            (tmp_path / f"{row['recording']}.edf").touch()
            cells = [*(row.get(key, "") for key in columns), f"{row['recording']}.edf", "d"]
            lines.append("\t".join(cells))
        (tmp_path / "recordings.tsv").write_text("\n".join(lines) + "\n")
        config = copy.deepcopy(CONFIG) | {"recordings": str(tmp_path / "recordings.tsv")} | keys
        return read_study(config, SCHEMAS, "c.yaml")

    return done


def test_bad_channels_of_the_study_are_those_of_each_recording_too(read):
    _, recordings = read(bad_channels=["EXG*", "Cz"])
    assert recordings["bad_channels"].tolist() == ["EXG*;Cz", "EXG*;Cz"]
    _, recordings = read()
    assert recordings["bad_channels"].tolist() == [None, "Cz"]


def test_channels_together_need_rows_of_several_and_images_without_colours(read):
    config, _ = read(channels="together", images={"spectrogram": {"kind": "spectrogram"}})
    assert config["on_missing_channel"] == "refuse"
    rows = [ROWS[0] | {"channel": "C3"}, ROWS[1]]
    with pytest.raises(StudyError, match=r"'r1' means one channel, 'C3', and with channels: tog"):
        read(rows, channels="together")
    with pytest.raises(StudyError, match=r"images.s.colour_map: with channels: together"):
        read(channels="together", images={"s": {"kind": "scaleogram"}})
    with pytest.raises(StudyError, match="there is no 'all'; there are: one_by_one, tog"):
        read(channels="all")


@pytest.mark.parametrize(
    "joined",
    [
        {"features": {"bands": {"kind": "bands", "join_channels": True}}},
        {
            "encoders": {"net": {"kind": "minirocket", "join_channels": True}},
            "benchmark": {"features": ["net"]},
            "scores": {"folds": 2},
        },
    ],
)
def test_channels_that_are_joined_need_no_session_of_a_row_that_means_many(read, joined):
    fractions = {"training": 1, "validation": 0, "test": 0}
    joined = joined | {"umap": {"seeds": 0}, "split": {"fractions": fractions}}
    more = [row | {key: f"{row[key]}_2" for key in ("recording", "subject")} for row in ROWS]
    read([*ROWS, *more], **joined)
    rows = [ROWS[0] | {"channel": "C3"}, ROWS[1], *more]
    with pytest.raises(StudyError, match="recording 'r1': has no session"):
        read(rows, **joined)


def test_one_channel_of_two_people_is_found_behind_patterns(read, tmp_path):
    rows = [row | {"recording": "r1"} for row in ROWS]
    rows[1]["recording"] = "r2"
    (tmp_path / "r2.edf").symlink_to(tmp_path / "r1.edf")
    with pytest.raises(StudyError, match=r"recording 'r2' has subject 'p2'.*same part of the same"):
        read(rows)


AROUND = {"event": ["T1", "T2"], "from_s": -0.5, "to_s": 4}


def test_segments_around_events_are_as_long_as_said(read):
    config, _ = read(segments={"around": AROUND})
    assert config["segments"]["window_s"] == 4.5
    with pytest.raises(StudyError, match=r"window_s: it is 4, and segments.around takes 4.5"):
        read(segments={"around": AROUND, "window_s": 4})
    with pytest.raises(StudyError, match=r"segments.around: from_s 4 is not before to_s 4"):
        read(segments={"around": AROUND | {"from_s": 4}})


def test_events_give_labels_of_the_study(read):
    rows = [row | {"label": "annotation"} for row in ROWS]
    mapping = {"T1": "left", "T2": "right"}
    read(rows, segments={"around": AROUND, "annotations": {"mapping": mapping}})
    read(rows, segments={"around": AROUND | {"event": "left"}})
    with pytest.raises(StudyError, match=r"around.event: 'T2' is not among the labels"):
        read(rows, segments={"around": AROUND, "annotations": {"mapping": {"T1": "left"}}})
    read(segments={"around": AROUND})  # where the table gives the labels


def test_further_columns_are_those_that_the_config_names(read):
    rows = [ROWS[0] | {"age": "34"}, ROWS[1] | {"age": ""}]
    _, recordings = read(rows, columns=["age"])
    assert recordings["age"].tolist() == ["34", None]
    with pytest.raises(StudyError, match=r"unknown column 'age'.*name further ones in the"):
        read(rows)
    with pytest.raises(StudyError, match=r"there is no column 'sex', which the config's `columns`"):
        read(rows, columns=["age", "sex"])
    with pytest.raises(StudyError, match=r"columns: 'label' is the name of a column of results"):
        read(rows, columns=["label"])
    with pytest.raises(StudyError, match=r"split.stratify: 'sex' is not among the config's"):
        read(rows, columns=["age"], split={"stratify": ["sex"]})
