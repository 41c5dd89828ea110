"""A study made of a folder, a BIDS dataset or a database: written, valid, and told."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from biospectra.__main__ import main
from biospectra.errors import StudyError
from biospectra.formats.contents import ChannelInfo, Contents
from biospectra.study.config import SCHEMAS, complete_config, read_study
from biospectra.study.new.asked import asked_of
from biospectra.study.new.config_text import config_text, is_as_written
from biospectra.study.new.found import Found
from biospectra.study.new.kinds import SIGNAL_KINDS, kind_of
from biospectra.study.new.made import Wishes
from biospectra.study.new.make import make_study
from biospectra.study.new.plan import plan_study, width_of
from biospectra.study.new.printed import report
from biospectra.study.new.rows import merged, rows_of, table_text
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.own_recordings import PEOPLE, ecg, write_own_recordings, write_recording
from support.servers import serve, write_sums

SCHEMA = load_config_schema(SCHEMAS)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in, with somebody's recordings in six formats."""
    monkeypatch.chdir(tmp_path)
    write_own_recordings(tmp_path / "my_recordings")
    return tmp_path


def table_of(made) -> pd.DataFrame:
    return pd.read_csv(made.table, sep="\t", dtype=str, keep_default_na=False)


def config_of(made) -> dict:
    return yaml.safe_load(made.config.read_text())


def accepted(made) -> dict:
    """The config as the run completes it, after all of its checks."""
    return read_study(config_of(made), SCHEMAS, str(made.config))[0]


def test_a_folder_of_six_formats(here):
    made = make_study(Wishes("my_recordings", "walking"))
    table = table_of(made)
    assert list(table["recording"]) == [f"{p}_{c}" for p in PEOPLE for c in ("rest", "walk")]
    assert list(table["subject"]) == [p for p in PEOPLE for _ in range(2)]
    assert list(table["label"]) == ["rest", "walk"] * 6
    assert list(table["channel"][::2]) == ["ECG", "II", "channel_1", "ECG", "ecg", "ecg"]
    assert table["source"][0] == "../../my_recordings/anna_rest.edf"
    config = accepted(made)
    assert config["labels"] == ["rest", "walk"]
    assert config["resample"]["rate_hz"] == 250
    assert config["segments"]["window_s"] == 10
    assert config["classifiers"]["bands_and_beats"]["evaluation"] == "cross_validation"
    assert set(config["split"]["fractions"].values()) == {1, 0}
    told = report(made, Wishes("my_recordings", "walking"))
    for line in (
        "label     2 (rest, walk), from part 2",
        "channels: Status, V1",
        "biospectra check",
    ):
        assert line in told


def test_nothing_is_written_over_and_edits_stay(here):
    wishes = Wishes("my_recordings", "walking", labels=["rest"])
    first = make_study(wishes)
    assert len(first.rows) == 6
    with pytest.raises(StudyError, match=r"recordings\.tsv is there already.*--update"):
        make_study(wishes)
    text = first.table.read_text().replace("anna_rest\t", "first\t").replace("\tben\t", "\tben2\t")
    kept = [line for line in text.splitlines() if not line.startswith("cleo")]
    first.table.write_text("\n".join(kept) + "\n")
    write_recording(here / "my_recordings/gina_rest.edf", ecg("rest", 9))
    again = make_study(Wishes("my_recordings", "walking", labels=["rest"], update=True))
    table = table_of(again)
    assert list(table["recording"][:2]) == ["first", "ben_rest"]
    assert list(table["subject"][:2]) == ["anna", "ben2"]
    assert set(table["recording"][-2:]) == {"cleo_rest", "gina_rest"}
    assert (again.added, again.config_written) == (2, True)
    edited = again.config.read_text().replace("window_s: 10", "window_s: 20")
    again.config.write_text(edited)
    last = make_study(Wishes("my_recordings", "walking", update=True))
    assert not last.config_written
    assert again.config.read_text() == edited
    assert "stayed as it was edited" in report(last, Wishes("my_recordings", "walking"))


def test_a_column_that_is_not_told_stays_empty_until_it_is(here):
    for path in sorted((here / "my_recordings").glob("*.edf")):
        path.rename(path.with_name(path.name.replace("rest", "1").replace("walk", "2")))
    edf = Wishes("my_recordings", "two", pattern="{subject}_{}.edf")
    made = make_study(edf)
    assert set(table_of(made)["label"]) == {""}
    assert "--label name2  2: 1, 2" in report(made, edf)
    with pytest.raises(StudyError, match="labels: is empty; fill it in"):
        accepted(made)
    config = config_of(made) | {"labels": ["rest"]}
    with pytest.raises(StudyError, match="line 2 and 1 more: label is empty; fill it in"):
        read_study(config, SCHEMAS, "c.yaml")
    named = Wishes(
        "my_recordings",
        "two",
        pattern="{subject}_{label}.edf",
        labels=["2=walk", "1=rest"],
        update=True,
    )
    made = make_study(named)
    assert list(table_of(made)["label"]) == ["rest", "walk"]
    assert made.filled == 2
    config = accepted(made)
    assert config["labels"] == ["rest", "walk"]
    assert not config["classifiers"]  # one person of each class: images alone


def test_people_who_differ_in_signs_alone_are_told_and_left_open(here):
    for name, person in (("a", "p 1"), ("b", "p_1"), ("c", "p 2")):
        (here / "mine" / person).mkdir(parents=True)
        for label in ("rest", "walk"):
            write_recording(here / f"mine/{person}/{name}_{label}.edf", ecg(label, 1))
    wishes = Wishes("mine", "signs", fields={"subject": "folder1", "label": "name2"})
    made = make_study(wishes)
    assert sorted(table_of(made)["subject"]) == ["", "", "", "", "p_2", "p_2"]
    told = report(made, wishes)
    assert "'p 1' and 'p_1' differ in signs alone: fill in whether they are one" in told
    assert "subject (the person) of 4 rows: fill in the column" in told


def test_wishes_that_cannot_be(here):
    def refused(**wishes):
        with pytest.raises(StudyError) as error:
            make_study(Wishes(**({"place": "my_recordings", "study": "new"} | wishes)))
        return str(error.value)

    assert "take a_b" in refused(study="a b")
    assert "there is no such folder" in refused(place="nowhere")
    assert "is a file; give the folder" in refused(place="my_recordings/anna_rest.edf")
    assert "fits no file; files are called anna_rest.edf" in refused(pattern="{label}.txt")
    assert "no recording has such a channel" in refused(channels=["EEG *"])
    assert "no file has it; there are: rest, walk" in refused(labels=["run"])
    assert "there is no such kind; there are: ecg, eeg" in refused(signal="meg")
    (here / "letters").mkdir()
    (here / "letters/a.pdf").write_bytes(b"x")
    assert "there is no recording in it, only 1 .pdf" in refused(place="letters")
    (here / "letters/a.edf").write_bytes(b"x")
    assert "1 recording, of which none can be read; the first: " in refused(place="letters")
    (here / "table.csv").write_text("a,b\n1,2\n")
    assert "none of its columns names a file" in refused(table=here / "table.csv")
    assert not (here / "config").exists()


def test_broken_files_are_told_and_left_out(here):
    (here / "my_recordings/zoe_rest.edf").write_bytes(b"0       " + b"nonsense" * 40)
    np.save(here / "my_recordings/yan_rest.npy", np.zeros(9000))
    (here / "my_recordings/notes.txt").write_text("Anna wore the belt too loosely.\n")
    (here / "my_recordings/none.csv").write_text("")
    (here / "my_recordings/xia_rest.csv").symlink_to("elsewhere.csv")
    wishes = Wishes("my_recordings", "walking")
    made = make_study(wishes)
    told = report(made, wishes)
    assert re.search(r"Could not be read\n.*\n  my_recordings/zoe_rest.edf: cannot be read", told)
    assert "my_recordings/xia_rest.csv: is a link to a file that is not there" in told
    assert "text files that are not recordings: none.csv, notes.txt" in told
    assert "rate_hz, which yan_rest.npy do not say: add --rate-hz HZ" in told
    assert "yan_rest" in set(table_of(made)["recording"])


def of_kind(kind: str, rates: list[float], people: int, seconds: float, channels: int = 2):
    """Recordings of a kind, as they are found: of each rate and of each of two classes."""
    found, taken, columns = [], [], {"label": [], "subject": [], "database": []}
    for label in ("one", "two"):
        for k in range(people):
            rate = rates[k % len(rates)]
            own = [
                ChannelInfo(f"c{n}", n, "mV", rate, round(rate * seconds)) for n in range(channels)
            ]
            found.append(Found(f"{label}{k}.edf", f"{label}{k}.edf", None, {}, Contents(own)))
            taken.append(own)
            for column, value in (("label", label), ("subject", f"p{k}"), ("database", "d")):
                columns[column].append(value)
    asked = [asked_of(one, own, []) for one, own in zip(found, taken, strict=True)]
    return plan_study(kind, found, taken, rows_of(found, asked, columns), {})


@pytest.mark.parametrize("kind", SIGNAL_KINDS)
@pytest.mark.parametrize(
    ("rates", "people", "seconds"),
    [
        ([250.0], 2, 600),
        ([360.0, 128.0], 9, 300),
        ([173.61], 25, 23.6),
        ([2048.0], 30, 0.8),
        ([44100.0], 4, 12),
        ([4.0], 6, 7200),
        ([1000 / 3], 3, 61),
    ],
)
def test_configs_suit_their_signals(kind, rates, people, seconds):
    plan = of_kind(kind, rates, people, seconds)
    text = config_text("made", "config/made/recordings.tsv", plan)
    assert max(map(len, text.splitlines())) < 110
    assert is_as_written(text)
    assert not is_as_written(text.replace("seed", "sEed").replace("kind: bands", "kind: fourier"))
    config = complete_config(yaml.safe_load(text), SCHEMA, "made")
    rate_hz, window_s = config["resample"]["rate_hz"], config["segments"]["window_s"]
    assert rate_hz <= min(rates)
    assert window_s * rate_hz >= 128 or window_s <= seconds
    samples = window_s * rate_hz
    assert samples == pytest.approx(round(samples))
    assert round(samples) % config["images"]["spectrogram"]["width"] == 0
    for image in config["images"].values():
        assert image["frequency_range_hz"][1] < rate_hz / 2
    evaluation = config["classifiers"]["band_powers"]["evaluation"] if kind != "ecg" else None
    if evaluation is not None:
        few = "leave_one_person_out" if people < 6 else "cross_validation"
        assert evaluation == (few if people < 20 else "holdout")
    if people >= 3:  # the networks, whose lines are comments
        lines = [re.sub(r"^#(?=  |\w+:$)", "", line) for line in text.splitlines()]
        full = yaml.safe_load("\n".join(lines))
        full = complete_config(full, SCHEMA, "full")
        assert set(full["classifiers"]) > {"scaleogram_cnn", "encoder_features"}


def test_the_transforms_take_what_the_config_says():
    from biospectra.transforms.kinds import make_transform

    for kind, rate in (("ecg", 250.0), ("eeg", 173.61), ("emg", 1000.0), ("sound", 4000.0)):
        plan = of_kind(kind, [rate], 6, 60)
        text = config_text("made", "r.tsv", plan)
        config = complete_config(yaml.safe_load(text), SCHEMA, "made")
        samples = round(plan.rate_hz * plan.window_s)
        for entry in config["images"].values():
            transform = make_transform(entry, plan.rate_hz, samples)
            assert transform.frequency_hz.shape == (128,)


def test_long_recordings_are_thinned_and_short_ones_get_shorter_segments():
    sleep = of_kind("sleep", [100.0], 20, 8 * 3600)
    assert sleep.step_s == 120
    assert sleep.segments <= 20_000
    assert of_kind("emg", [1000.0], 6, 0.8).window_s == 0.5
    assert of_kind("ecg", [300.0], 6, 9.0).window_s == 5


def test_widths_divide_and_can_be_halved():
    assert width_of(3600) == 144
    assert width_of(1024) == 128
    assert width_of(2500) == 100
    assert width_of(1021) is None


@pytest.mark.parametrize(
    ("name", "units", "kind"),
    [
        ("EEG Fp1-Ref", "uV", "eeg"),
        ("C3-M2", "uV", "eeg"),
        ("Cz", "uV", "eeg"),
        ("MLII", "mV", "ecg"),
        ("aVF", "mV", "ecg"),
        ("V5", "mV", "ecg"),
        ("EKG", "mV", "ecg"),
        ("EOG left", "uV", "eog"),
        ("E1-M2", "uV", "eog"),
        ("EMG chin", "uV", "emg"),
        ("Recto Femoral", "mV", "emg"),
        ("PLETH", "adu", "ppg"),
        ("Resp nasal", "adu", "respiration"),
        ("ABP", "mmHg", "pressure"),
        ("acc_x", "g", "motion"),
        ("x", "g", "motion"),
        ("channel 0", "FS", "sound"),
        ("Flexo-Extension", "deg", None),
        ("SpO2", "%", None),
        ("Status", "adu", None),
        ("time", "s", None),
        ("mV", "mV", "signal"),
        ("column 3", "adu", "signal"),
    ],
)
def test_kinds_of_channels(name, units, kind):
    assert kind_of(ChannelInfo(name, 0, units, 250.0, 1000)) == kind


def test_a_bids_dataset_of_mne_bids(tmp_path, monkeypatch):
    import mne
    from mne_bids import BIDSPath, write_raw_bids

    monkeypatch.chdir(tmp_path)
    mne.set_log_level("error")
    names, kinds = ["Fz", "Cz", "Oz", "VEOG", "STI"], ["eeg"] * 3 + ["eog", "stim"]
    for person in range(1, 5):
        for task in ("rest", "count"):
            info = mne.create_info(names, 250, kinds)
            info["line_freq"] = 50
            info["bads"] = ["Oz"] if person == 3 else []
            data = np.random.default_rng(person).standard_normal((5, 250 * 30)) * 1e-5
            raw = mne.io.RawArray(data, info)
            raw.set_annotations(mne.Annotations([2, 14], [10, 12], ["easy", "hard"]))
            path = BIDSPath(
                subject=f"{person:02}", session="a", task=task, run="1", datatype="eeg", root="data"
            )
            settings = {"allow_preload": True, "verbose": False, "overwrite": True}
            write_raw_bids(raw, path, format="EDF" if person % 2 else "BrainVision", **settings)
    people = pd.read_csv("data/participants.tsv", sep="\t")
    people["group"] = ["control", "patient"] * 2
    people.to_csv("data/participants.tsv", sep="\t", index=False)

    made = make_study(Wishes("data", "grouped"))
    table = table_of(made)
    assert set(table["channel"]) == {"Fz;Cz;Oz"}
    assert sorted(set(table["subject"])) == ["sub-01", "sub-02", "sub-03", "sub-04"]
    groups = dict(zip(table["subject"], table["label"], strict=True))
    assert groups == {f"sub-0{k + 1}": ("control", "patient")[k % 2] for k in range(4)}
    assert len(table) == 8
    bad = dict(zip(table["subject"], table["bad_channels"], strict=True))
    assert bad == {"sub-01": "", "sub-02": "", "sub-03": "Oz", "sub-04": ""}
    config = accepted(made)
    assert config["bad_channels"] == ["Oz"]  # so that the others can be joined
    assert config["features"]["bands"]["join_channels"]
    told = report(made, Wishes("data", "grouped"))
    assert "channels marked as bad: sub-03" in told
    assert "other candidates for the class: --label task" in told

    tasks = accepted(make_study(Wishes("data", "tasks", fields={"label": "task"}, channels=["Cz"])))
    assert tasks["labels"] == ["count", "rest"]
    events = make_study(Wishes("data", "events", fields={"label": "annotation"}))
    assert events.plan.mapping == {"easy": "easy", "hard": "hard"}
    assert set(table_of(events)["annotator"].str.rpartition("_")[2]) == {"events.tsv"}


def write_eeg(path: Path, people: int, names: list[str], others=()) -> None:
    """Write two EDF files of each person, with channels of EEG and others by name and unit."""
    import edfio

    random = np.random.default_rng(0)
    path.mkdir(exist_ok=True)
    for person in range(1, people + 1):
        for task in ("rest", "count"):
            signals = [
                edfio.EdfSignal(random.standard_normal(100 * 20), 100, label=name, **told)
                for name, told in [(n, {"physical_dimension": "uV"}) for n in names] + list(others)
            ]
            edfio.Edf(signals).write(path / f"p{person}_{task}.edf")


SCALP = [f"{row}{k}" for row in ("F", "FC", "C", "CP", "P", "PO") for k in (1, 2, 3, 4, "z")]
NO_SIGNALS = [
    ("Status", {}),
    ("Trigger", {}),
    ("Temperature", {"physical_dimension": "degC"}),
    ("TEMP", {"physical_dimension": "C"}),
]


@pytest.mark.parametrize(
    ("names", "others", "cell"),
    [
        ([f"EEG {name}-REF" for name in SCALP], NO_SIGNALS, "EEG *"),
        (SCALP, [], "*"),
        (SCALP, NO_SIGNALS[:2], "*"),  # which a pattern passes over
        (SCALP, NO_SIGNALS, ";".join(SCALP)),
        (["EEG 1", "EEG 2;a"], [("EEG event", {})], "EEG 1;1"),
    ],
)
def test_a_recording_of_many_channels_is_one_row(tmp_path, monkeypatch, names, others, cell):
    monkeypatch.chdir(tmp_path)
    write_eeg(tmp_path / "data", 3, names, others)
    wishes = Wishes("data", "tasks", signal="eeg")
    made = make_study(wishes)
    assert len(made.rows) == 6
    assert {row["channel"] for row in made.rows} == {cell}
    assert {len(own) for own in made.channels} == {len(names)}
    config = accepted(made)
    assert config["features"]["bands"]["join_channels"]
    told = report(made, wishes)
    assert all(name in told.partition("Left out")[2] for name, _ in others)


def test_recordings_of_another_kind_are_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for k in range(10):
        name = "EMG" if k == 0 else "EEG Fz"
        lines = (f"{i / 250:.3f},{(7 * i * (k + 1)) % 101}" for i in range(1500))
        (tmp_path / f"mine/p{k}_rest.csv").write_text("\n".join([f"time,{name}", *lines]))
    wishes = Wishes("mine", "mine")
    told = report(make_study(wishes), wishes)
    assert "1 recording of another kind than EEG is taken with what it holds" in told
    assert "should not be in it: p0_rest.csv" in told


def test_what_the_user_names_stands_in_the_table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_eeg(tmp_path / "data", 2, SCALP)
    for k, (words, cell) in enumerate(
        [(["C3-Cz"], "C3-Cz"), (["c*"], "c*"), (["F1", "P?", "none"], "F1;P?"), (["C3"], "C3")]
    ):
        made = make_study(Wishes("data", f"s{k}", channels=words))
        assert {row["channel"] for row in made.rows} == {cell}
        accepted(made)


def test_update_keeps_tables_of_one_row_a_channel(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_eeg(tmp_path / "data", 2, ["C3", "C4", "Cz"])
    made = make_study(Wishes("data", "tasks"))
    rows = [
        row | {"recording": f"{row['recording']}_{name}", "channel": name, "label": ""}
        for row in made.rows
        for name in ("C3", "C4")
    ]
    made.table.write_text(table_text(rows))
    write_eeg(tmp_path / "data", 3, ["C3", "C4", "Cz"])
    table = table_of(make_study(Wishes("data", "tasks", update=True)))
    assert list(table["channel"]) == ["C3", "C4"] * 4 + ["*"] * 2
    assert list(table["recording"][:2]) == ["p1_count_C3", "p1_count_C4"]
    assert list(table["label"]) == ["count", "count", "rest", "rest"] * 2 + ["count", "rest"]
    # More channels of the old files: those that no row has.
    more = table_of(make_study(Wishes("data", "tasks", update=True, channels=["*"])))
    assert list(more["channel"][10:]) == ["Cz"] * 4
    assert more["recording"].is_unique


def test_marks_of_bad_channels_that_a_person_took_back_stay_so():
    row = {"recording": "a", "source": "a.edf", "channel": "*", "label": "x", "bad_channels": ""}
    rows, added, filled = merged([row], [row | {"bad_channels": "C3"}])
    assert (rows, added, filled) == ([row], 0, 0)


def test_physiology_of_bids_takes_rate_and_columns_from_its_sidecar(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/dataset_description.json").write_text('{"Name": "Breath"}')
    (tmp_path / "data/task-rest_physio.json").write_text(
        '{"SamplingFrequency": 50, "StartTime": 0, "Columns": ["cardiac", "respiratory"]}'
    )
    random = np.random.default_rng(0)
    for person in (1, 2):
        for task in ("rest", "walk"):
            folder = tmp_path / f"data/sub-{person}/func"
            folder.mkdir(parents=True, exist_ok=True)
            values = pd.DataFrame(random.standard_normal((3000, 2)))
            name = f"sub-{person}_task-{task}_physio.tsv.gz"
            values.to_csv(folder / name, sep="\t", header=False, index=False)
    (tmp_path / "data/task-walk_physio.json").write_text(
        '{"SamplingFrequency": 50, "StartTime": 0, "Columns": ["cardiac", "respiratory"]}'
    )
    made = make_study(Wishes("data", "breath", signal="respiration"))
    table = table_of(made)
    assert table["recording"][0] == "sub-1_task-rest_physio"
    assert set(table["channel"]) == {"1"}
    assert set(table["rate_hz"]) == {"50"}
    assert set(table["label"]) == {"rest", "walk"}


def test_hypnograms_go_with_the_recordings_beside_them(tmp_path, monkeypatch):
    import edfio

    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    for k in range(4):
        signal = edfio.EdfSignal(
            ecg("rest", k, 120), 250, label="EEG Fpz-Cz", physical_dimension="uV"
        )
        edfio.Edf([signal]).write(tmp_path / f"data/SC4{k}01E0-PSG.edf")
        stages = [("Sleep stage W", 0), ("Sleep stage 2", 60)]
        notes = [edfio.EdfAnnotation(onset_s, 60, text) for text, onset_s in stages]
        edfio.Edf([], annotations=notes).write(tmp_path / f"data/SC4{k}01EC-Hypnogram.edf")
    made = make_study(Wishes("data", "night", fields={"subject": "name1"}))
    table = table_of(made)
    assert list(table["recording"]) == [f"SC4{k}01E0-PSG" for k in range(4)]
    assert list(table["annotator"]) == [f"SC4{k}01EC-Hypnogram.edf" for k in range(4)]
    assert set(table["label"]) == {"annotation"}
    assert made.plan.mapping == {"Sleep stage 2": "Sleep_stage_2", "Sleep stage W": "Sleep_stage_W"}
    assert accepted(made)["classifiers"]["band_powers"]["evaluation"] == "leave_one_person_out"
    assert "annotations of recordings beside them, from 4 files" in report(
        made, Wishes("data", "night")
    )
    assert main(["check", str(made.config)]) == 0


def test_names_with_brackets_and_blanks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my files [1]").mkdir()
    for person in ("Zoë", "Ada"):
        for label in ("rest", "walk"):
            write_recording(tmp_path / f"my files [1]/{person}_{label}.edf", ecg(label, 1))
    made = make_study(Wishes("my files [1]", "2024", configs=Path("my studies: #1")))
    assert config_of(made)["study"] == "2024"
    assert list(table_of(made)["recording"]) == ["Ada_rest", "Ada_walk", "Zoe_rest", "Zoe_walk"]
    assert set(table_of(made)["subject"]) == {"Ada", "Zoe"}
    accepted(made)


def test_files_of_one_name_are_called_by_their_folders(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for person in ("ada", "ben", "cleo"):
        (tmp_path / "mine" / person).mkdir(parents=True)
        for label in ("rest", "walk"):
            write_recording(tmp_path / f"mine/{person}/{label}.edf", ecg(label, 1))
    made = make_study(Wishes("mine", "mine"))
    expected = [f"{who}_{label}" for who in ("ada", "ben", "cleo") for label in ("rest", "walk")]
    assert list(table_of(made)["recording"]) == expected


@pytest.mark.parametrize("remote", [True, False])
def test_a_database_of_physionet(tmp_path, monkeypatch, remote):
    import edfio
    import wfdb

    monkeypatch.chdir(tmp_path)
    database = tmp_path / "mirror/testdb/1.0.0"
    (database / "sleep").mkdir(parents=True)
    records = []
    for k in range(6):
        write_recording(database / f"r{k}.hea", ecg("rest", k))
        wfdb.wrann(f"r{k}", "atr", np.array([5]), symbol=["N"], write_dir=str(database))
        records.append(f"r{k}")
    signal = edfio.EdfSignal(ecg("walk", 9), 250, label="ECG", physical_dimension="mV")
    edfio.Edf([signal]).write(database / "sleep/s1.edf")
    records.append("sleep/s1.edf")
    (database / "RECORDS").write_text("\n".join(records) + "\n")
    rows = [f"{name},p{k // 2},{('af', 'sinus')[k % 2]}" for k, name in enumerate(records)]
    (database / "subject-info.csv").write_text("record,subject,rhythm\n" + "\n".join(rows) + "\n")
    write_sums(database)
    place = "physionet:testdb/1.0.0"
    if remote:
        with serve(tmp_path / "mirror") as server:
            wishes = Wishes(place, "test", mirror=server.url)
            made = make_study(wishes)
        asked = {path.rpartition(".")[2] for path in server.asked}
        assert asked == {"0/RECORDS", "txt", "csv", "hea", "edf"}
        assert server.sent["/testdb/1.0.0/sleep/s1.edf"] == 256 + 512
    else:
        wishes = Wishes(place, "test", mirror=str(tmp_path / "mirror"))
        made = make_study(wishes)
    table = table_of(made)
    assert list(table["source"]) == [f"{place}/{record}" for record in records]
    assert list(table["channel"]) == ["II"] * 6 + ["ECG"]
    assert list(table["subject"]) == [f"p{k // 2}" for k in range(7)]
    assert list(table["label"]) == ["af", "sinus"] * 3 + ["af"]
    config = accepted(made)
    assert config["physionet_mirror"] == wishes.mirror
    assert "subject-info.csv describes 7 records" in report(made, wishes)


def test_the_command_makes_a_study_and_looks_it_over(here, capsys):
    assert main(["new", "my_recordings", "--study", "walking"]) == 0
    assert "12 recordings in my_recordings: ECG" in capsys.readouterr().out
    assert main(["check", "config/walking/config.yaml"]) == 0
    assert capsys.readouterr().out.startswith("All well: config/walking/config.yaml")
    assert main(["new", "my_recordings", "--study", "walking"]) == 1
    assert "is there already" in capsys.readouterr().err


def test_everything_that_is_wrong_is_listed_at_once(here, capsys):
    main(["new", "my_recordings", "--study", "walking"])
    table, config = here / "config/walking/recordings.tsv", here / "config/walking/config.yaml"
    text = table.read_text().replace("anna_rest.edf\tECG", "anna_rest.edf\tEEG")
    text = text.replace("ben_walk.hea", "gone.hea").replace("\twalk\tdan", "\trun\tdan")
    text = text.replace("eva_walk\t", "eva_rest\t")
    table.write_text(text)
    (here / "my_recordings/cleo_rest.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    edited = config.read_text().replace("cmor1.5-1.0", "no-such")
    config.write_text(edited.replace("features: [bands, beats]", "features: [bands, bets]"))
    capsys.readouterr()
    assert main(["check", "config/walking/config.yaml"]) == 1
    told = capsys.readouterr().out
    for problem in (
        "there is no feature table 'bets'",
        "line 2: recording 'anna_rest': anna_rest.edf: has no channel 'EEG'; its channels are",
        "there is no file 'config/walking/../../my_recordings/gone.hea'",
        "label 'run' is not among the config's labels",
        "recording 'eva_rest' also appears in line"
        if "also appears" in told
        else "'eva_rest' stands",
        "cleo_rest.h5: ",
    ):
        assert problem in told


def test_files_are_compared_with_what_table_and_config_ask_of_them(here, capsys):
    main(["new", "my_recordings", "--study", "walking", "--label", "name2"])
    table = here / "config/walking/recordings.tsv"
    lines = [line.split("\t") for line in table.read_text().splitlines()]
    lines[0] += ["start_s", "duration_s", "rate_hz"]
    lines[1] += ["10", "300", ""]
    lines[2] += ["", "", "500"]
    lines[3] += ["36", "", "250"]
    for line in lines[4:]:
        line += ["", "", ""]
    table.write_text("\n".join("\t".join(line) for line in lines) + "\n")
    capsys.readouterr()
    assert main(["check", "config/walking/config.yaml"]) == 1
    told = capsys.readouterr().out
    assert "line 2: recording 'anna_rest': anna_rest.edf: 10 to 310 s was asked for" in told
    assert "the file says 250 Hz and the table 500 Hz" in told
    assert "Note: 1 recording shorter than a segment of 10 s will be left out" in told


def test_the_command_starts_quickly_and_without_heavy_libraries():
    code = (
        "import sys; from biospectra.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(*sorted({'numpy', 'pandas', 'scipy', 'mne'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "workflow/scripts",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == ""
    assert "make a study of a folder" in done.stdout


def test_channels_that_some_lack_are_told_where_they_are_joined(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_eeg(tmp_path / "data", 2, ["C3", "C4", "Cz"])
    made = make_study(Wishes("data", "tasks"))
    assert main(["check", str(made.config)]) == 0
    rows = [row | {"bad_channels": "C4" * (row["subject"] == "p2")} for row in made.rows]
    made.table.write_text(table_text(rows))
    assert main(["check", str(made.config)]) == 1
    told = capsys.readouterr().out
    assert "1 problem in" in told
    assert "channel 'C4' is not there, or bad, in recording 'p2_count' and 1 more" in told
    assert "features.bands.join_channels needs the same of all" in told
    text = made.config.read_text().replace("join_channels: true", "join_channels: false")
    net = {"encoders": {"net": {"kind": "minirocket", "join_channels": True}}}
    made.config.write_text(text + yaml.safe_dump(net | {"benchmark": {"features": ["net"]}}))
    assert main(["check", str(made.config)]) == 1
    assert "encoders.net.join_channels needs the same of all" in capsys.readouterr().out
    text += "channels: together\non_missing_channel: zeros\n"
    text = text.replace("wavelet: cmor1.5-1.0", "wavelet: cmor1.5-1.0\n    colour_map: null")
    made.config.write_text(text.replace("join_channels: false", "join_channels: true"))
    assert main(["check", str(made.config)]) == 0
