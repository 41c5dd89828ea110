"""Channels as they are asked for: names, lists, patterns, differences, averages and aliases."""

import gzip

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.read import read, read_channels
from biospectra.formats.request import Request

RATE_HZ = 128
NAMES = ["EEG C3", "EEG C4", "EEG M2", "ECG"]
SAMPLES = dict(zip(NAMES, np.random.default_rng(5).normal(size=(4, 640)), strict=True))
EEG = np.stack([SAMPLES[name] for name in NAMES[:3]])


def write(path) -> None:
    """Write the channels in the format of the file's name."""
    data = np.stack(list(SAMPLES.values()))
    if path.suffix in (".edf", ".bdf"):
        import edfio

        kinds = {"physical_range": (-6, 6), "physical_dimension": "uV"}
        given = SAMPLES.items()
        if path.suffix == ".bdf":
            kind, whole = edfio.BdfSignal, edfio.Bdf
        else:
            kind, whole = edfio.EdfSignal, edfio.Edf
        signals = [kind(values, RATE_HZ, label=name, **kinds) for name, values in given]
        notes = [edfio.EdfAnnotation(1, 2, "rest")]
        whole(signals, annotations=notes).write(path)
    elif path.suffix == ".hea":
        import wfdb

        wfdb.wrsamp(
            path.stem,
            fs=RATE_HZ,
            units=["uV"] * 4,
            sig_name=NAMES,
            p_signal=data.T,
            fmt=["32"] * 4,
            write_dir=str(path.parent),
        )
    elif path.suffix == ".vhdr":
        import pybv

        pybv.write_brainvision(
            data=data * 1e-6,
            sfreq=RATE_HZ,
            ch_names=NAMES,
            fname_base=path.stem,
            folder_out=str(path.parent),
        )
    elif path.suffix == ".fif":
        import mne

        raw = mne.io.RawArray(data * 1e-6, mne.create_info(NAMES, RATE_HZ, "eeg"), verbose="error")
        raw.save(path, fmt="double", verbose="error")
    elif path.suffix == ".h5":
        import h5py

        with h5py.File(path, "w") as file:
            file["eeg"] = data.T
            file["eeg"].attrs["fs"] = float(RATE_HZ)
            file["eeg"].attrs["labels"] = NAMES
    elif path.suffix == ".npz":
        np.savez(path, eeg=data, fs=RATE_HZ, labels=NAMES)
    elif path.suffix == ".mat":
        from scipy.io import savemat

        savemat(path, {"eeg": data, "fs": RATE_HZ, "labels": np.array(NAMES, dtype=object)})
    elif path.suffix == ".parquet":
        import pandas as pd

        time_s = np.arange(640) / RATE_HZ
        pd.DataFrame({"time": time_s, **SAMPLES, "note": "x"}).to_parquet(path)
    elif path.suffix == ".csv":
        time_s = np.arange(640) / RATE_HZ
        lines = [",".join(map(repr, row)) for row in np.vstack([time_s, data]).T.tolist()]
        path.write_text("\n".join([",".join(["time (s)", *NAMES]), *lines]) + "\n")
    else:
        import soundfile

        soundfile.write(path, data.T / 8, RATE_HZ, subtype="DOUBLE")


FORMATS = (".edf", ".bdf", ".hea", ".vhdr", ".fif", ".h5", ".npz", ".mat", ".parquet", ".csv")


@pytest.mark.parametrize("ending", [*FORMATS, ".wav"])
def test_all_channels_at_once_are_those_read_one_by_one(tmp_path, ending):
    path = tmp_path / f"a_raw{ending}"
    write(path)
    every = read(path, channel="*", isolate=False)
    assert len(every) == 4
    for signal, (name, expected) in zip(every, SAMPLES.items(), strict=True):
        alone = read(path, channel=signal.channel, isolate=False)
        np.testing.assert_array_equal(signal.samples, alone.samples)
        assert (signal.rate_hz, signal.units) == (alone.rate_hz, alone.units)
        assert signal.annotations == alone.annotations
        factor = 8 if ending == ".wav" else 1
        np.testing.assert_allclose(factor * signal.samples, expected, atol=3e-4)
        assert ending == ".wav" or signal.channel == name
    part = read(path, channel=[every[3].channel, 0 if ending == ".hea" else every[0].channel])
    np.testing.assert_array_equal(part[0].samples, every[3].samples)
    some = read(path, channel="*", start_s=1, duration_s=2, isolate=True)
    for signal, whole in zip(some, every, strict=True):
        np.testing.assert_array_equal(signal.samples, whole.samples[RATE_HZ : 3 * RATE_HZ])


def test_channels_that_are_made_from_several(tmp_path):
    write(tmp_path / "a.npz")
    [difference] = [read(tmp_path / "a.npz", channel="C3-M2")]
    np.testing.assert_allclose(difference.samples, EEG[0] - EEG[2], rtol=1e-12)
    assert difference.channel == "EEG C3-EEG M2"
    averaged = read(tmp_path / "a.npz", channel="EEG *-average")
    for k, signal in enumerate(averaged):
        np.testing.assert_allclose(signal.samples, EEG[k] - EEG.mean(axis=0), atol=1e-12)
    left = read(tmp_path / "a.npz", channel="EEG *-average", bad_channels="EEG M2")
    assert [signal.channel for signal in left] == ["EEG C3-average", "EEG C4-average"]
    np.testing.assert_allclose(left[0].samples, EEG[0] - EEG[:2].mean(axis=0), atol=1e-12)
    referred = read(tmp_path / "a.npz", channel="EEG *-EEG M2")
    assert [signal.channel for signal in referred] == ["EEG C3-EEG M2", "EEG C4-EEG M2"]
    np.testing.assert_allclose(referred[1].samples, EEG[1] - EEG[2], rtol=1e-12)


def test_a_gap_of_one_is_a_gap_of_the_difference(tmp_path):
    data = np.ones((2, 640))
    data[1, 100:400] = np.nan
    np.savez(tmp_path / "a.npz", eeg=data, fs=RATE_HZ, labels=["A", "B"])
    assert read(tmp_path / "a.npz", channel="A-B").stretches == [(0, 100), (400, 640)]


def test_channels_of_two_rates_have_no_difference(tmp_path):
    import edfio

    signals = [
        edfio.EdfSignal(np.arange(256.0), 128, label="C3", physical_dimension="uV"),
        edfio.EdfSignal(np.arange(128.0), 64, label="M2", physical_dimension="uV"),
    ]
    edfio.Edf(signals).write(tmp_path / "a.edf")
    with pytest.raises(RecordingError, match=r"cannot be subtracted: one has 128.0 Hz, the other"):
        read(tmp_path / "a.edf", channel="C3-M2")
    assert [s.rate_hz for s in read(tmp_path / "a.edf", channel="*")] == [128, 64]


def test_the_file_is_opened_once_for_all_its_channels(tmp_path, monkeypatch):
    from pathlib import Path

    write(tmp_path / "a.edf")
    write(tmp_path / "b.csv")
    opened = []
    plain = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: opened.append(self.name) or plain(self, *a, **k)
    )
    for name in ("a.edf", "b.csv"):
        counts = []
        for channel in (NAMES[0], "*"):
            opened.clear()
            for _ in read_channels(tmp_path / name, channel=channel, isolate=False):
                pass
            counts.append(opened.count(name))
        assert counts[0] == counts[1]


def test_a_compressed_file_gives_all_its_channels_and_annotations(tmp_path):
    write(tmp_path / "a.edf")
    (tmp_path / "b.edf.gz").write_bytes(gzip.compress((tmp_path / "a.edf").read_bytes()))
    found = read(tmp_path / "b.edf.gz", channel="EEG *")
    assert [signal.channel for signal in found] == NAMES[:3]
    assert [[a.label for a in signal.annotations] for signal in found] == [["rest"]] * 3


def test_annotations_are_those_of_the_channel_that_is_asked_for_late(tmp_path):
    """The process that reads has gone on to the next channel, and to another file."""
    import edfio

    signals = [
        edfio.EdfSignal(np.arange(256.0), 128, label="fast"),
        edfio.EdfSignal(np.arange(128.0), 64, label="slow"),
    ]
    for name in ("a", "b"):
        edfio.Edf(signals, annotations=[edfio.EdfAnnotation(1, 0, name)]).write(
            tmp_path / f"{name}.edf"
        )
    first, second = read(tmp_path / "a.edf", channel="*", isolate=True)
    other = read(tmp_path / "b.edf", channel="*", isolate=True)
    assert [a.label for a in second.annotations] == ["a"]
    assert [a.label for a in other[0].annotations] == ["b"]
    assert [a.label for a in first.annotations] == ["a"]


def wanted(channel, names, **given):
    """Return the names of what is meant, and what is said of it."""
    choice = Request("x.edf", channel, **given).choose(names)
    return [one.name for one in choice.wanted], [
        text for one in choice.wanted for text in one.remarks
    ]


@pytest.mark.parametrize(
    "channel, names, found",
    [
        ("C3-M2", ["C3-M2", "C3", "M2"], ["C3-M2"]),  # a channel really so named
        ("EEG *", ["EEG *", "EEG C3"], ["EEG *"]),
        ("a;b", ["a;b", "a", "b"], ["a;b"]),
        ("1", ["a", "b"], ["b"]),
        ("*", ["EEG Cz", "Status", "STI 014"], ["EEG Cz"]),
        ("STI*", ["EEG Cz", "Status", "STI 014"], ["STI 014"]),
        ("e?g *", ["EEG Cz", "ECG", "EMG a"], ["EEG Cz", "EMG a"]),
        ("T[3]", ["T[3]", "T3"], ["T[3]"]),
        ("Fp1; Cz;Cz", ["Cz", "Fp1"], ["Fp1", "Cz"]),
        ("F3 - C-3", ["F3", "C-3", "F3 - C"], ["F3-C-3"]),
        ("*-A2", ["C3-A2", "C4-A2", "A2"], ["C3-A2", "C4-A2"]),
    ],
)
def test_what_a_channel_means(channel, names, found):
    assert wanted(channel, names) == (found, [])


@pytest.mark.parametrize(
    "channel, names, found",
    [
        ("ECG", ["MLII", "V1"], "MLII"),
        ("EKG", ["ECG", "Resp"], "ECG"),
        ("II", ["I", "ECG II", "ECG III"], "ECG II"),
        ("MLII", ["EKG"], "EKG"),
        ("C3", ["EEG C3-REF", "EEG C4-REF"], "EEG C3-REF"),
        ("C3", ["C3..", "C4.."], "C3.."),
        ("T3", ["EEG T7", "EEG T8"], "EEG T7"),
    ],
)
def test_an_alias_is_taken_where_one_channel_fits_and_said(channel, names, found):
    assert wanted(channel, names) == ([found], [f"its channel {found!r} is taken for {channel!r}"])


def test_an_alias_is_not_taken_where_the_name_is_there_or_several_fit():
    assert wanted("ECG", ["ECG", "MLII"]) == (["ECG"], [])
    with pytest.raises(RecordingError, match="has no channel 'ECG', and may mean 'II', 'MLII'"):
        wanted("ECG", ["II", "MLII"])


def test_an_alias_is_said_with_the_signal(tmp_path):
    write(tmp_path / "a.hea")
    assert read(tmp_path / "a.hea", channel="MLII").remarks == [
        "its channel 'ECG' is taken for 'MLII'"
    ]


@pytest.mark.parametrize(
    "channel, bad, said",
    [
        ("C3", "C3", "all are among bad_channels"),
        ("C3;Cz", None, "has no channel 'Cz'"),
        ("X*", None, r"has no channel 'X\*'; its channels are: 0 'C3'"),
        ("C3-average", None, "'C3-average' averages 0 channels; give a pattern"),
        ("C3-M1", None, "has no channel 'C3-M1'"),
        ("A-B-C", None, "may be 'A' minus 'B-C' or 'A-B' minus 'C'; put blanks around"),
    ],
)
def test_what_cannot_be_meant_is_said(channel, bad, said):
    with pytest.raises(RecordingError, match=said):
        wanted(channel, ["C3", "M2", "A", "B-C", "A-B", "C"], bad_channels=bad)


def test_bad_channels_are_left_out_by_name_and_pattern():
    names = ["Fp1", "Fp2", "Cz", "EXG1", "EXG2"]
    assert wanted("*", names, bad_channels=["fp1", "EXG*"])[0] == ["Fp2", "Cz"]
    assert wanted("Fp1;Cz", names, bad_channels="Fp1;Oz")[0] == ["Cz"]
