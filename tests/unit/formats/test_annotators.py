"""Labels come from the annotator that is named, at the time they were given for."""

import datetime
from pathlib import Path

import edfio
import mne
import numpy as np
import pytest
import wfdb

from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.signals.annotations import label_segments
from biospectra.sources.fetch import fetch
from support.servers import serve, write_sums

MINUTES = list("NNAAANNAAN")


def write_record(folder: Path, *, annotators=("qrs", "apn")) -> Path:
    """Ten minutes at 10 Hz: beats, and a label of each minute."""
    folder.mkdir(parents=True, exist_ok=True)
    wfdb.wrsamp(
        "a01",
        fs=10,
        units=["mV"],
        sig_name=["ECG"],
        d_signal=np.arange(6000)[:, None] % 97,
        fmt=["16"],
        adc_gain=[200],
        baseline=[0],
        write_dir=str(folder),
    )
    beats = np.arange(5, 6000, 9)
    given = {
        "qrs": (beats, ["N"] * len(beats)),
        "apn": (np.arange(10) * 600, MINUTES),
        "atr": (beats, ["V"] * len(beats)),
    }
    for name in annotators:
        at, symbols = given[name]
        wfdb.wrann("a01", name, at, symbol=symbols, write_dir=str(folder))
    return folder / "a01.hea"


def labels(path: Path, **settings) -> list[str]:
    return [a.label for a in read(path, channel=0, **settings).annotations]


def test_the_annotator_is_named_where_there_are_several(tmp_path):
    path = write_record(tmp_path)
    assert labels(path, annotator="apn") == MINUTES
    assert set(labels(path, annotator=".qrs")) == {"N"}
    signal = read(path, channel=0)  # whoever wants no annotations need not choose
    with pytest.raises(RecordingError, match="several annotators have labelled it: apn, qrs"):
        _ = signal.annotations
    with pytest.raises(RecordingError, match="has no annotator 'st'; its annotators are: apn, qrs"):
        labels(path, annotator="st")


@pytest.mark.parametrize("name", ["qrs", "apn", "atr"])
def test_the_only_annotator_need_not_be_named(tmp_path, name):
    assert labels(write_record(tmp_path, annotators=[name]))


def test_an_annotator_of_any_name_counts(tmp_path):
    path = write_record(tmp_path)
    (tmp_path / "a01.apn").rename(tmp_path / "a01.mine")
    assert labels(path, annotator="mine") == MINUTES
    with pytest.raises(RecordingError, match="mine, qrs"):
        labels(path)


def test_labels_of_epochs_last_until_the_next(tmp_path):
    signal = read(write_record(tmp_path), channel=0, annotator="apn", start_s=30)
    starts = np.arange(0, 560, 10.0)
    found, _ = label_segments(signal.annotations, starts, 10, {"N": "normal", "A": "apnoea"})
    minutes = [int((start + 30) // 60) for start in starts]
    expected = ["apnoea" if MINUTES[k] == "A" else "normal" for k in minutes]
    assert found.tolist() == expected


def test_the_annotator_comes_with_the_recording(tmp_path):
    write_record(tmp_path / "mirror" / "apnea" / "1.0.0")
    write_sums(tmp_path / "mirror" / "apnea" / "1.0.0")
    with serve(tmp_path / "mirror") as server:
        for k, (source, base) in enumerate(
            [
                ("physionet:apnea/1.0.0/a01", server.url),
                ("physionet:apnea/1.0.0/a01", tmp_path / "mirror"),
                (f"{server.url}/apnea/1.0.0/a01.hea", None),
                (str(tmp_path / "mirror/apnea/1.0.0/a01.hea"), None),
            ]
        ):
            settings = {"physionet_base": base} if base else {}
            files = fetch(
                source,
                tmp_path / f"here{k}",
                cache=tmp_path / "cache",
                annotator="apn",
                **settings,
            )
            assert labels(files[0], annotator="apn") == MINUTES
        with pytest.raises(RecordingError):
            fetch(
                "physionet:apnea/1.0.0/a01",
                tmp_path / "there",
                cache=tmp_path / "cache",
                physionet_base=server.url,
                annotator="st",
            )


# --- files of their own ----------------------------------------------------------------------

STAGES = [(0, 30, "Sleep stage W"), (30, 60, "Sleep stage 2"), (90, 30, "Sleep stage R")]


def write_night(folder: Path, *, late_s: int = 0) -> Path:
    """A night of Sleep-EDF: signals in one file, stages in another that begins later."""
    folder.mkdir(parents=True, exist_ok=True)
    start = datetime.time(23, 0, 0)
    signal = edfio.EdfSignal(np.arange(12000.0) % 97, 100, label="EEG Fpz-Cz")
    edfio.Edf([signal], starttime=start).write(folder / "SC4001E0-PSG.edf")
    notes = [edfio.EdfAnnotation(onset - late_s, lasts, text) for onset, lasts, text in STAGES]
    later = (datetime.datetime(2000, 1, 1, 23) + datetime.timedelta(seconds=late_s)).time()
    edfio.Edf([], annotations=notes[late_s > 0 :], starttime=later).write(
        folder / "SC4001EC-Hypnogram.edf"
    )
    return folder / "SC4001E0-PSG.edf"


@pytest.mark.parametrize("late_s", [0, 20])
def test_a_hypnogram_beside_a_polysomnogram(tmp_path, late_s):
    path = write_night(tmp_path, late_s=late_s)
    got = read(path, channel=0, annotator="SC4001EC-Hypnogram.edf")
    expected = [(float(a), float(b), text) for a, b, text in STAGES][late_s > 0 :]
    assert [tuple(a) for a in got.annotations] == expected
    part = read(path, channel=0, annotator="SC4001EC-Hypnogram.edf", start_s=40, duration_s=60)
    assert [a.onset_s for a in part.annotations] == [-10, 50]
    assert read(path, channel=0).annotations is None


def test_annotations_of_another_night_are_refused(tmp_path):
    path = write_night(tmp_path)
    with pytest.raises(RecordingError, match="is not beside it"):
        _ = read(path, channel=0, annotator="SC4002EC-Hypnogram.edf").annotations
    other = tmp_path / "SC4001EC-Hypnogram.edf"
    data = bytearray(other.read_bytes())
    data[168:176] = b"01.03.91"
    other.write_bytes(data)
    with pytest.raises(RecordingError, match="name the file of annotations that belongs to it"):
        _ = read(path, channel=0, annotator=other.name).annotations
    with pytest.raises(RecordingError, match="outside its own folder"):
        _ = read(path, channel=0, annotator="../other.edf").annotations


def test_a_hypnogram_comes_with_the_recording(tmp_path):
    write_night(tmp_path / "mirror" / "sleep" / "1.0.0" / "sc")
    write_sums(tmp_path / "mirror" / "sleep" / "1.0.0")
    with serve(tmp_path / "mirror") as server:
        for k, source in enumerate(
            [
                "physionet:sleep/1.0.0/sc/SC4001E0-PSG.edf",
                f"{server.url}/sleep/1.0.0/sc/SC4001E0-PSG.edf",
                str(tmp_path / "mirror/sleep/1.0.0/sc/SC4001E0-PSG.edf"),
            ]
        ):
            files = fetch(
                source,
                tmp_path / f"here{k}",
                cache=tmp_path / "cache",
                physionet_base=server.url,
                annotator="SC4001EC-Hypnogram.edf",
            )
            assert len(labels(files[0], annotator="SC4001EC-Hypnogram.edf")) == 3


def test_events_of_bids(tmp_path):
    """Onsets count from the scan's start, which the physiology began 8 s before."""
    rows = "".join(f"{k}\n" for k in range(3000))
    (tmp_path / "sub-1_task-x_physio.tsv").write_text(rows)
    (tmp_path / "sub-1_task-x_physio.json").write_text(
        '{"SamplingFrequency": 50, "StartTime": -8, "Columns": ["cardiac"]}'
    )
    (tmp_path / "sub-1_task-x_events.tsv").write_text(
        "onset\tduration\ttrial_type\n0\t10\trest\n10.5\tn/a\ttone\nn/a\t1\tlost\n"
    )
    got = read(tmp_path / "sub-1_task-x_physio.tsv", annotator="sub-1_task-x_events.tsv")
    assert [tuple(a) for a in got.annotations] == [(8.0, 10.0, "rest"), (18.5, 0.0, "tone")]


def test_events_over_a_gap_end_with_the_piece_before(tmp_path):
    """The samples lie one after the other, and what annotates them is in true time."""
    times = np.arange(2000) / 100 + 60.0 * (np.arange(2000) >= 1000)
    rows = "".join(f"{t:.2f},{k % 7}\n" for k, t in enumerate(times))
    (tmp_path / "a.csv").write_text("time,ecg\n" + rows)
    (tmp_path / "a_events.csv").write_text(
        "onset,duration,label\n5,1,before\n8,100,over\n30,2,within\n72,3,after\n"
    )
    got = read(tmp_path / "a.csv", annotator="a_events.csv")
    assert got.stretches == [(0, 1000), (1000, 2000)]
    expected = {"before": (5, 1), "over": (8, 40), "within": (10, 0), "after": (12, 3)}
    assert {a.label: (a.onset_s, a.duration_s) for a in got.annotations} == expected


# --- FIF -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("crop_s", [0.0, 4.0])
def test_fif_that_was_cropped(tmp_path, dated, crop_s):
    raw = mne.io.RawArray(
        np.random.default_rng(1).normal(size=(1, 5000)) * 1e-6,
        mne.create_info(["ECG"], 250, "ecg"),
        verbose="error",
    )
    if dated:
        raw.set_meas_date(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    notes = mne.Annotations(
        [6.0, 8.0], [1.0, 2.0], ["stimulus", "BAD_ACQ_SKIP"], orig_time=raw.info["meas_date"]
    )
    raw.set_annotations(notes, verbose="error")
    raw.crop(crop_s).save(tmp_path / "a_raw.fif", verbose="error")
    got = read(tmp_path / "a_raw.fif")
    skip = (round((8 - crop_s) * 250), round((10 - crop_s) * 250))
    assert got.stretches == [(0, skip[0]), (skip[1], len(got.samples))]
    (stimulus,) = {(a.onset_s, a.duration_s) for a in got.annotations if a.label == "stimulus"}
    assert stimulus == (6 - crop_s, 1.0)


@pytest.mark.parametrize("ending", [".wav", ".hdf5"])
def test_events_beside_sound_and_opensignals(ending, tmp_path):
    import h5py
    import soundfile

    (tmp_path / "a.tsv").write_text("onset\tduration\ttrial_type\n3.5\t1\tgo\n")
    path = tmp_path / f"a{ending}"
    if ending == ".wav":
        soundfile.write(path, np.zeros(6000), 1000)
    else:
        with h5py.File(path, "w") as file:
            device = file.create_group("00:07")
            device.attrs["sampling rate"] = 1000
            device["raw/channel_1"] = np.arange(6000)[:, None]
            numbers = np.arange(6000) % 4096
            numbers[2000:] = (numbers[2000:] + 500) % 4096  # half a second was lost
            device["raw/nSeq"] = numbers[:, None]
    signal = read(path, annotator="a.tsv", start_s=1)
    assert signal.annotations == [(2.5 if ending == ".wav" else 2.0, 1.0, "go")]
