"""What is wrong with a config or a table is said at once, in one message, before any job."""

import pytest
import yaml

from biospectra.errors import StudyError
from biospectra.study.config import read_study
from support.harness import ROOT

HEADER = "recording\tsource\tchannel\trate_hz\tlabel\tsubject\tdatabase\tsplit"


@pytest.fixture
def study(fresh, monkeypatch):
    """A folder with the tiny study, in which one stands."""
    monkeypatch.chdir(fresh.folder)
    return fresh


def read(study):
    return read_study(yaml.safe_load(study.config.read_text()), ROOT / "workflow/schemas", "c.yaml")


def refused(study) -> str:
    """Return the message with which a study is refused."""
    with pytest.raises(StudyError) as caught:
        read(study)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def change_config(study, **changes):
    config = yaml.safe_load(study.config.read_text())
    for path, value in changes.items():
        at = config
        *parents, key = path.split("__")
        for parent in parents:
            at = at[parent]
        at[key] = value
    study.config.write_text(yaml.safe_dump(config, sort_keys=False))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epoch": 3}, ["c.yaml", "epoch"]),
        ({"resample__rate_hz": float("nan")}, ["resample.rate_hz", "nan"]),
        (
            {"images__spectrogram__limits_db": [-float("inf"), 0]},
            ["spectrogram.limits_db.0", "inf"],
        ),
        ({"resample__notch_hz": "50 Hz"}, ["resample.notch_hz", "50 Hz"]),
        ({"resample__highpass_hz": 70}, ["resample.highpass_hz", "below 64 Hz"]),
        (
            {"resample__by_label": {"slow": {"highpass_hz": 30, "lowpass_hz": 20}}},
            ["resample.by_label.slow.lowpass_hz", "20 Hz", "30 Hz"],
        ),
        (
            {"resample__by_database": {"three": {"highpass_hz": 1}}},
            ["resample.by_database", "'three'", "one, two"],
        ),
        ({"umap__metric": "euclid"}, ["umap.metric", "'euclidean'"]),
        ({"encoders__small__epochs": "three"}, ["encoders.small.epochs", "three"]),
        ({"encoders__small__input": "spectogram"}, ["spectogram", "spectrogram, scaleogram"]),
        ({"encoders__small__latent": 1030}, ["encoders.small", "1030", "1024"]),
        ({"encoders__small": {"input": "samples", "filters": [4] * 9}}, ["512", "window_s"]),
        ({"classifiers__table__features": "fouriers"}, ["classifiers.table.features", "fourier"]),
        ({"images__scaleogram__height": 1}, ["images.scaleogram.height"]),
        (
            {"images__scaleogram__scale_range": [1, 40]},
            ["scaleogram.scale_range", "Nyquist"],
        ),
        ({"images__spectrogram__window_s": 3}, ["spectrogram.window_s", "longer than the segment"]),
        ({"images__spectrogram__width": 60}, ["images.spectrogram.width", "32, 64"]),
        ({"images__scaleogram__spacing": "log"}, ["'spacing' is now called 'frequency_axis'"]),
        ({"images__scaleogram__normalisation": "energy"}, ["'normalisation' is now", "'scaling'"]),
        (
            {"images__scaleogram__frequency_range_hz": [4, 80]},
            ["images.scaleogram.frequency_range_hz", "80 Hz", "Nyquist", "resample.rate_hz"],
        ),
        (
            {"images__spectrogram__frequency_range_hz": [60, 4]},
            ["images.spectrogram.frequency_range_hz", "low < high"],
        ),
        ({"split": {"fractions": {"training": 0.9, "validation": 0.2, "test": 0.2}}}, ["1.3"]),
        ({"images__spectrogram__height": 8}, ["encoders.small.input", "8x64", "11"]),
        ({"recordings": "nowhere.tsv"}, ["nowhere.tsv", "recordings"]),
    ],
)
def test_config(study, changes, words):
    change_config(study, **changes)
    message = refused(study)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("line", "replacement", "words"),
    [
        (0, HEADER.replace("label", "class"), ["line 1", "label"]),
        (0, HEADER.replace("database", "database\tcolour"), ["line 1", "colour"]),
        (2, "slow_0\tslow_1.edf\tLEAD\t\tslow\tperson_2\tone\t", ["line 3", "slow_0", "line 2"]),
        (2, "slow_1\tslow_1.edf\tLEAD\t\tmiddle\tperson_2\tone\t", ["line 3", "middle", "slow"]),
        (2, "slow_1\tslow_1.edf\tLEAD\t\tslow\tperson_1\tone\ttest", ["person_1", "line 2"]),
        (2, "slow_1\tslow_9.edf\tLEAD\t\tslow\tperson_2\tone\t", ["line 3", "slow_9.edf"]),
        (2, "slow_1\tslow_1.edf\tLEAD\tfast\tslow\tperson_2\tone\t", ["line 3", "rate_hz"]),
        (2, "slow_1\tslow_1.edf\tLEAD\tnan\tslow\tperson_2\tone\t", ["line 3", "rate_hz"]),
        (2, "slow_1\tslow_1.edf\tLEAD\t-5\tslow\tperson_2\tone\t", ["line 3", "rate_hz"]),
        (2, "slow/1\tslow_1.edf\tLEAD\t\tslow\tperson_2\tone\t", ["line 3", "slow/1"]),
        (2, "slow_1\tslow_1.edf\tLEAD\t\tslow\t\tone\t", ["line 3", "subject"]),
        (2, "slow_1\tslow_1.edf\tLEAD\t\tslow\tperson_2\tone\ttesting", ["testing"]),
    ],
)
def test_table(study, line, replacement, words):
    path = study.folder / "recordings.tsv"
    lines = path.read_text().splitlines()
    lines[line] = replacement
    path.write_text("\n".join(lines) + "\n")
    message = refused(study)
    for word in ["recordings.tsv", *words]:
        assert word in message


@pytest.mark.parametrize(
    ("kept", "by", "words"),
    [
        (slice(2, None), "subject", ["class slow has no subject for training"]),
        (slice(None), "segment", ["split.by is segment"]),
    ],
)
def test_people(study, kept, by, words):
    path = study.folder / "recordings.tsv"
    header, *rows = path.read_text().splitlines()
    rows = [row.replace("\ttraining", "\tvalidation") if by == "subject" else row for row in rows]
    path.write_text("\n".join([header, *rows[kept]]) + "\n")
    change_config(study, split={"by": by})
    message = refused(study)
    for word in ["recordings.tsv", *words]:
        assert word in message


@pytest.mark.parametrize("asking", ["classifiers.folds.evaluation", "leakage.features"])
def test_one_person_of_a_class_cannot_be_held_out(study, asking):
    path = study.folder / "recordings.tsv"
    header, *rows = path.read_text().splitlines()
    rows = ["\t".join(row.split("\t")[:-1]) + "\t" for row in rows]
    slow = [row for row in rows if row.startswith("slow_0")]
    path.write_text("\n".join([header, *slow, *rows[4:]]) + "\n")
    classifiers = {}
    if asking.startswith("classifiers"):
        kind = {"kind": "table", "features": "fourier", "evaluation": "cross_validation"}
        classifiers, leakage = {"folds": kind}, {}
    else:
        leakage = {"features": "fourier"}
    alone = {"fractions": {"training": 1, "validation": 0, "test": 0}}
    change_config(
        study,
        split=alone,
        encoders={},
        umap={"seeds": 0},
        classifiers=classifiers,
        leakage=leakage,
    )
    message = refused(study)
    for word in (asking, "class slow has only one person", "add people"):
        assert word in message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_may_come_from_a_spreadsheet(study, encoding, end):
    path = study.folder / "recordings.tsv"
    path.write_bytes(end.join(path.read_text().splitlines()).encode(encoding))
    assert len(read(study)[1]) == 8


@pytest.mark.parametrize(
    ("file", "changed", "words"),
    [
        ("config.yaml", ("epochs: 2", "epochs: two"), ["WorkflowError", "config.yaml: ", "epochs"]),
        ("recordings.tsv", ("slow_1.edf", "gone.edf"), ["recordings.tsv, line 3", "gone"]),
    ],
)
def test_the_user_sees_one_line_and_nothing_is_made(study, file, changed, words):
    path = study.folder / file
    path.write_text(path.read_text().replace(*changed))
    done = study.run("-n", check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    for word in words:
        assert word in done.stdout
    assert not (study.folder / "results").exists()


def test_a_study_that_only_makes_images_needs_one_person(study):
    table = study.folder / "recordings.tsv"
    table.write_text("\n".join(table.read_text().splitlines()[:2]) + "\n")
    assert "class slow has no subject for validation" in refused(study)
    change_config(study, encoders={}, classifiers={}, features={}, leakage={})
    assert len(read(study)[1]) == 1


def test_a_table_that_names_every_split_says_the_shares_and_leaves_out_what_has_no_class(study):
    config, _ = read(study)
    assert config["split"]["fractions"] == {"training": 0.5, "validation": 0.25, "test": 0.25}
    change_config(study, labels=["slow"], unlabelled="fast")
    change_config(study, classifiers={}, leakage={})
    config, recordings = read(study)
    assert (recordings["label"] == "fast").sum() == 4
    table = study.folder / "recordings.tsv"
    table.write_text(table.read_text().replace("\tvalidation\n", "\ttraining\n"))
    assert "class slow has no subject for validation" in refused(study)
    change_config(study, encoders={}, umap={"seeds": 0})
    assert read(study)[0]["split"]["fractions"]["validation"] == 0
