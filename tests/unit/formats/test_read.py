"""Each format, as its own library writes it, reads back in physical units with its rate."""

import gzip
import subprocess
import sys
import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest
import wfdb

from biospectra.errors import RecordingError
from biospectra.formats import read as formats
from biospectra.formats.read import read
from support.data import DATA, needs_data

RNG = np.random.default_rng(5)
SAMPLES = np.round(RNG.normal(scale=200, size=(3000, 2))).astype(int)  # counts, 300 Hz, 10 s


def write_opensignals(path: Path, devices: dict | None = None, sequence=None) -> Path:
    """Write what OpenSignals writes: {device: {N: samples}}."""
    with h5py.File(path, "w") as file:
        for device, channels in (devices or {"00:07:80:AA:BB:CC": {1: SAMPLES[:, 0]}}).items():
            group = file.create_group(device)
            group.attrs["sampling rate"] = np.int32(300)
            group.attrs["resolution"] = np.array([16] * len(channels), dtype=np.int32)
            for n, samples in channels.items():
                data = (np.asarray(samples) + 32768).astype(np.uint16)[:, None]
                group[f"raw/channel_{n}"] = data
                group[f"raw/channel_{n}"].attrs["label"] = f"CH{n}"
            numbers = np.arange(len(data)) if sequence is None else sequence
            group["raw/nSeq"] = numbers.astype(np.uint16)[:, None]
    return path


def test_opensignals(tmp_path):
    path = write_opensignals(
        tmp_path / "a.h5", {"AA": {2: SAMPLES[:, 0], 5: SAMPLES[:, 1]}, "BB": {6: -SAMPLES[:, 0]}}
    )
    for channel in (5, "5", "channel_5", "CH5", "5.0"):
        got = read(path, channel=channel)
        np.testing.assert_array_equal(got.samples, SAMPLES[:, 1] + 32768)
        assert (got.rate_hz, got.units, got.channel) == (300, "adu", got.channel)
    np.testing.assert_array_equal(read(path, channel=6).samples, -SAMPLES[:, 0] + 32768)
    with pytest.raises(RecordingError, match="has no channel '1'; its channels are: 2 "):
        read(path, channel=1)
    with pytest.raises(RecordingError, match="has no device 'CC'; its devices are: AA, BB"):
        read(path, channel=2, variable="CC")


def test_opensignals_with_one_channel_on_two_devices(tmp_path):
    path = write_opensignals(
        tmp_path / "a.h5", {"AA": {1: SAMPLES[:, 0]}, "BB": {1: SAMPLES[:, 1]}}
    )
    with pytest.raises(RecordingError, match="several devices have a channel_1"):
        read(path, channel=1)
    np.testing.assert_array_equal(
        read(path, channel=1, variable="BB").samples, SAMPLES[:, 1] + 32768
    )


def test_opensignals_lost_samples_end_a_stretch(tmp_path):
    sequence = np.arange(3000) % 1024
    sequence[2000:] = (sequence[2000:] + 7) % 1024
    path = write_opensignals(tmp_path / "a.h5", sequence=sequence)
    assert read(path).stretches == [(0, 2000), (2000, 3000)]
    assert read(path, start_s=5, duration_s=3).stretches == [(0, 500), (500, 900)]


def write_edf(path: Path, bdf: bool = False, annotations=(), samples=SAMPLES):
    import edfio

    signal, document = (edfio.BdfSignal, edfio.Bdf) if bdf else (edfio.EdfSignal, edfio.Edf)
    channels = [
        signal(
            samples[:, k] / 4.0,
            300,
            label=label,
            physical_dimension="uV",
            physical_range=(-8192, 8191.75),
        )
        for k, label in enumerate(("Fp1", "EMG Left"))
    ]
    channels.append(signal(np.arange(len(samples) // 3) / 100, 100, label="Slow"))
    document(
        channels,
        annotations=[edfio.EdfAnnotation(*a) for a in annotations] if annotations else None,
    ).write(path)
    return path


@pytest.mark.parametrize("bdf", [False, True])
def test_edf_and_bdf(tmp_path, bdf):
    notes = [(1.5, None, "blink"), (4.0, 2.5, "Schlaf Größe")]
    path = write_edf(tmp_path / ("a.bdf" if bdf else "a.edf"), bdf, notes)
    for channel in ("EMG Left", "emg left", 1):
        got = read(path, channel=channel)
        np.testing.assert_allclose(got.samples, SAMPLES[:, 1] / 4, atol=0.126)
        assert (got.rate_hz, got.units, got.channel) == (300, "uV", "EMG Left")
        assert got.annotations == [(1.5, 0.0, "blink"), (4.0, 2.5, "Schlaf Größe")]
    assert read(path, channel="Slow").rate_hz == 100
    part = read(path, channel=0, start_s=3.5, duration_s=2)
    np.testing.assert_allclose(part.samples, SAMPLES[1050:1650, 0] / 4, atol=0.126)
    assert part.annotations == [(0.5, 2.5, "Schlaf Größe")]


def test_edf_of_a_recorder_that_did_not_come_to_its_end(tmp_path):
    path = write_edf(tmp_path / "a.edf")
    data = bytearray(path.read_bytes())
    data[236:244] = b"-1      "
    path.write_bytes(data)
    assert read(path, channel=0).samples.size == 3000


def test_edf_with_a_rate_that_is_no_integer(tmp_path):
    import edfio

    samples = SAMPLES[:1736, 0] / 4.0
    signal = edfio.EdfSignal(samples, 173.6, label="Fz", physical_range=(-900, 900))
    edfio.Edf([signal], data_record_duration=5).write(tmp_path / "a.edf")
    got = read(tmp_path / "a.edf", start_s=2.5, duration_s=5)
    assert got.rate_hz == pytest.approx(173.6)
    np.testing.assert_allclose(got.samples, samples[434 : 434 + 868], atol=0.02)


def test_edf_without_annotations(tmp_path):
    got = read(write_edf(tmp_path / "a.edf"), channel=0)
    assert got.annotations is None
    assert got.stretches == [(0, 3000)]


def test_discontinuous_edf(tmp_path):
    """Records 0 to 3, a pause of 10 s, records 4 to 9."""
    path = write_edf(tmp_path / "a.edf", annotations=[(2, 3, "long"), (6, 1, "later")])
    data = bytearray(path.read_bytes())
    data[192:197] = b"EDF+D"
    signals = int(data[252:256])
    sizes = [int(data[256 + 216 * signals + 8 * k :][:8]) for k in range(signals)]
    labels = [bytes(data[256 + 16 * k :][:16]).strip() for k in range(signals)]
    k = labels.index(b"EDF Annotations")
    for record in range(4, 10):
        at = 256 * (signals + 1) + 2 * (record * sum(sizes) + sum(sizes[:k]))
        stamp = bytes(data[at : at + 2 * sizes[k]])
        moved = stamp.replace(b"+%d\x14" % record, b"+%d\x14" % (record + 10), 1)
        data[at : at + 2 * sizes[k]] = moved[: 2 * sizes[k]]
    path.write_bytes(data)
    got = read(path, channel=0)
    assert got.stretches == [(0, 1200), (1200, 3000)]
    assert read(path, channel=0, start_s=3, duration_s=4).stretches == [(0, 300), (300, 1200)]
    # both annotations lie before the pause ends: they are cut where the recording stopped
    assert got.annotations == [(2.0, 2.0, "long"), (4.0, 0.0, "later")]


FORMATS = {"16": 2000, "24": 2000, "32": 2000, "80": 100, "212": 2000, "508": 100, "516": 2000}


@pytest.mark.parametrize("fmt", [*FORMATS, "524"])
def test_wfdb_formats(tmp_path, fmt):
    counts = np.clip(SAMPLES, -100, 100)
    wfdb.wrsamp(
        "r",
        fs=300,
        units=["mV", "uV"],
        sig_name=["I", "II"],
        d_signal=counts,
        fmt=[fmt] * 2,
        adc_gain=[200, 10],
        baseline=[0, 5],
        write_dir=str(tmp_path),
    )
    got = read(tmp_path / "r.hea", channel="II", start_s=2, duration_s=4)
    np.testing.assert_allclose(got.samples, (counts[600:1800, 1] - 5) / 10)
    assert (got.rate_hz, got.units) == (300, "uV")
    assert got.annotations is None


@pytest.mark.parametrize("fmt", [8, 61, 160])
def test_wfdb_formats_that_wfdb_does_not_write(tmp_path, fmt):
    counts = np.cumsum(np.clip(SAMPLES[:, 0], -100, 100)) % 3000 if fmt != 8 else None
    if fmt == 8:
        steps = np.clip(SAMPLES[:, 0], -100, 100)
        counts = np.cumsum(steps) + 0
        steps[0], first = 0, counts[0]
        data = steps.astype(np.int8).tobytes()
    elif fmt == 61:
        data, first = counts.astype(">i2").tobytes(), counts[0]
    else:
        data, first = (counts + 32768).astype("<u2").tobytes(), counts[0]
    (tmp_path / "r.dat").write_bytes(data)
    (tmp_path / "r.hea").write_text(f"r 1 300 3000\nr.dat {fmt} 200/mV 16 0 {first} 0 0 ECG\n")
    got = read(tmp_path / "r.hea")
    np.testing.assert_allclose(got.samples, counts / 200)


@pytest.mark.parametrize(
    "stamp",
    ["2013-04-04 03:04:25", "12:30:00 2013-04-04", "12:30:00 04/04/2013", "12:30", "4.4.2013"],
)
def test_wfdb_dates_of_all_kinds(tmp_path, stamp):
    """The trap of CinC 2017: wfdb refuses an ISO date, the recording is fine."""
    write_wfdb(tmp_path, "r")
    header = tmp_path / "r.hea"
    lines = header.read_text().splitlines()
    header.write_text("\r\n".join([f"{lines[0]} {stamp}", *lines[1:]]) + "\r\n")
    np.testing.assert_allclose(read(header, channel=1).samples, SAMPLES[:, 1] / 200)


def write_wfdb(folder: Path, name: str, samples=SAMPLES, labels=("I", "II")) -> None:
    wfdb.wrsamp(
        name,
        fs=300,
        units=["mV"] * len(labels),
        sig_name=list(labels),
        d_signal=samples,
        fmt=["16"] * len(labels),
        adc_gain=[200] * len(labels),
        baseline=[0] * len(labels),
        write_dir=str(folder),
    )


def test_wfdb_segments_with_a_gap(tmp_path):
    write_wfdb(tmp_path, "r_1", SAMPLES[:1000])
    write_wfdb(tmp_path, "r_2", SAMPLES[1000:])
    (tmp_path / "r.hea").write_text("r/3 2 300 3900\nr_1 1000\n~ 900\nr_2 2000\n")
    got = read(tmp_path / "r.hea", channel="II")
    assert got.stretches == [(0, 1000), (1900, 3900)]
    np.testing.assert_allclose(got.samples[:1000], SAMPLES[:1000, 1] / 200)
    np.testing.assert_allclose(got.samples[1900:], SAMPLES[1000:, 1] / 200)
    part = read(tmp_path / "r.hea", channel="II", start_s=2, duration_s=6)
    assert part.stretches == [(0, 400), (1300, 1800)]


def test_wfdb_segments_of_varying_layout(tmp_path):
    write_wfdb(tmp_path, "r_1", SAMPLES[:1000])
    write_wfdb(tmp_path, "r_2", SAMPLES[1000:, :1], labels=("I",))
    (tmp_path / "r_layout.hea").write_text(
        "r_layout 2 300 0\n~ 0 200/mV 16 0 0 0 0 I\n~ 0 200/mV 16 0 0 0 0 II\n"
    )
    (tmp_path / "r.hea").write_text("r/3 2 300 3000\nr_layout 0\nr_1 1000\nr_2 2000\n")
    np.testing.assert_allclose(read(tmp_path / "r.hea", channel="I").samples, SAMPLES[:, 0] / 200)
    assert read(tmp_path / "r.hea", channel="II").stretches == [(0, 1000)]


def test_wfdb_segments_in_other_units_are_refused(tmp_path):
    write_wfdb(tmp_path, "r_1", SAMPLES[:1000])
    write_wfdb(tmp_path, "r_2", SAMPLES[1000:])
    second = tmp_path / "r_2.hea"
    second.write_text(second.read_text().replace("/mV", "/uV"))
    (tmp_path / "r.hea").write_text("r/2 2 300 3000\nr_1 1000\nr_2 2000\n")
    with pytest.raises(RecordingError, match="'II' in mV and in uV"):
        read(tmp_path / "r.hea", channel="II")
    assert read(tmp_path / "r.hea", channel="II", start_s=5).units == "uV"


def test_wfdb_segments_are_read_once_for_all_channels(tmp_path, monkeypatch):
    three = np.column_stack([SAMPLES, SAMPLES[::-1, 0]])
    write_wfdb(tmp_path, "r_1", three[:1000], ("I", "II", "V"))
    write_wfdb(tmp_path, "r_2", three[1000:, [2, 0]], ("V", "I"))
    layout = "".join(f"~ 0 200/mV 16 0 0 0 0 {name}\n" for name in ("I", "II", "V"))
    (tmp_path / "r_layout.hea").write_text(f"r_layout 3 300 0\n{layout}")
    (tmp_path / "r.hea").write_text("r/3 3 300 3000\nr_layout 0\nr_1 1000\nr_2 2000\n")
    records, really = [], wfdb.rdrecord
    monkeypatch.setattr(wfdb, "rdrecord", lambda *a, **k: records.append(a[0]) or really(*a, **k))
    one, two, three_only = read(tmp_path / "r.hea", channel="I;II;V", isolate=False)
    assert len(records) == 2
    np.testing.assert_allclose(one.samples, three[:, 0] / 200)
    np.testing.assert_allclose(three_only.samples, three[:, 2] / 200)
    np.testing.assert_allclose(two.samples[:1000], three[:1000, 1] / 200)
    assert np.isnan(two.samples[1000:]).all()


def test_wfdb_signals_of_several_rates(tmp_path):
    """Three samples of the first signal and one of the second in each frame."""
    frames = np.column_stack([SAMPLES[:, 0].reshape(1000, 3), SAMPLES[:1000, 1]])
    frames.astype("<i2").tofile(tmp_path / "r.dat")
    (tmp_path / "r.hea").write_text(
        "r 2 100 1000\nr.dat 16x3 200/mV 16 0 0 0 0 ECG\nr.dat 16 200/mV 16 0 0 0 0 RESP\n"
    )
    fast = read(tmp_path / "r.hea", channel="ECG")
    assert fast.rate_hz == 300
    np.testing.assert_allclose(fast.samples, SAMPLES[:, 0] / 200)
    np.testing.assert_allclose(
        read(tmp_path / "r.hea", channel="ECG", start_s=1 / 300, duration_s=2).samples,
        SAMPLES[1:601, 0] / 200,
    )
    slow = read(tmp_path / "r.hea", channel="RESP")
    assert slow.rate_hz == 100
    np.testing.assert_allclose(slow.samples, SAMPLES[:1000, 1] / 200)


def test_wfdb_annotations(tmp_path):
    write_wfdb(tmp_path, "r")
    wfdb.wrann(
        "r",
        "atr",
        np.array([3, 150, 900, 1800]),
        symbol=["+", "N", "+", "V"],
        aux_note=["(N", "", "(AFIB", ""],
        write_dir=str(tmp_path),
    )
    got = read(tmp_path / "r.hea", channel=0, start_s=1, duration_s=8)
    assert [(a.onset_s, a.label) for a in got.annotations] == [
        (pytest.approx(-0.99), "(N"),
        (2.0, "(AFIB"),
        (5.0, "V"),
    ]
    assert got.annotations[0].duration_s == pytest.approx(2.99)
    assert got.annotations[1].duration_s == np.inf


@pytest.mark.parametrize(
    "name, lines, units",
    [
        ("a.csv", ["{0},{1}"], "adu"),
        ("a.csv", ["ECG,EMG", "{0},{1}"], "adu"),
        ("a.tsv", ["time of day: noon", "ECG\tEMG (mV)", "{0}\t{1}"], "mV"),
        ("a.csv", ["sep=;", "ECG [uV];EMG [µV]", "{0};{1}"], "uV"),
        ("a.txt", ["# ECG EMG", "{0} {1}"], "adu"),
        (
            "a.txt",
            ["Channel 4: 'ECG', units: V", "Channel 5: 'EMG', units: mV,", "{0}\t{1}"],
            "mV",
        ),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text(tmp_path, name, lines, units, packed, encoding, end):
    rows = [*lines[:-1], *(lines[-1].format(a, b / 8) for a, b in SAMPLES[:50])]
    data = (end.join(rows) + end).encode(encoding)
    path = tmp_path / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(data) if packed else data)
    got = read(path, channel=1 if len(lines) == 1 else "EMG", rate_hz=300)
    np.testing.assert_allclose(got.samples, SAMPLES[:50, 1] / 8)
    assert (got.rate_hz, got.units) == (300, units)


def test_text_with_decimal_commas_and_empty_cells(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a;b\n1,5;2\n;3\n2,5;4\n;5\n;\n")
    np.testing.assert_array_equal(read(path, channel="a", rate_hz=10).samples, [1.5, np.nan, 2.5])
    np.testing.assert_array_equal(read(path, channel="b", rate_hz=10).samples, [2, 3, 4, 5])
    path.write_text("1\n2\nnone\n4\n")
    np.testing.assert_array_equal(read(path, rate_hz=10).samples, [1, 2, np.nan, 4])


def test_opensignals_text(tmp_path):
    """Its header is JSON, and each row ends with a tab."""
    path = tmp_path / "a.txt"
    header = '{"00:07": {"column": ["nSeq", "DI", "CH1"], "sampling rate": 200, "device": "x"}}'
    rows = "".join(f"{k}\t0\t{value}\t\n" for k, value in enumerate(SAMPLES[:50, 0]))
    path.write_text(f"# OpenSignals Text File Format\n# {header}\n# EndOfHeader\n{rows}")
    got = read(path, channel="CH1")
    np.testing.assert_array_equal(got.samples, SAMPLES[:50, 0])
    assert got.rate_hz == 200
    path.write_text("a\tb\n1\t2\t\n3\t4\t\n")
    np.testing.assert_array_equal(read(path, channel="b", rate_hz=10).samples, [2, 4])


@pytest.mark.parametrize("axis", [0, 1])
def test_numpy(tmp_path, axis):
    array = SAMPLES if axis == 0 else SAMPLES.T
    np.savez(tmp_path / "a.npz", mV=array, fs=300, label="x")
    got = read(tmp_path / "a.npz", channel=1)
    np.testing.assert_array_equal(got.samples, SAMPLES[:, 1])
    assert (got.rate_hz, got.units) == (300, "mV")
    np.savez_compressed(tmp_path / "b.npz", first=array, second=-array)
    got = read(tmp_path / "b.npz", channel=0, variable="second", rate_hz=10, units="mV", gain=2)
    np.testing.assert_array_equal(got.samples, -SAMPLES[:, 0] / 2)
    assert got.units == "mV"
    np.save(tmp_path / "c.npy", array)
    np.testing.assert_array_equal(
        read(tmp_path / "c.npy", channel=0, rate_hz=300).samples, SAMPLES[:, 0]
    )


@pytest.mark.parametrize("version", ["4", "5"])
def test_matlab(tmp_path, version):
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"val": SAMPLES.T, "fs": 300}, format=version)
    got = read(tmp_path / "a.mat", channel=1)
    np.testing.assert_array_equal(got.samples, SAMPLES[:, 1])
    assert got.rate_hz == 300


def test_matlab_structures(tmp_path):
    from scipy.io import savemat

    inner = {"ecg": SAMPLES[:, 0].astype(float), "emg": SAMPLES[:, 1], "srate": 300.0, "who": "a"}
    savemat(tmp_path / "a.mat", {"data": inner})
    got = read(tmp_path / "a.mat", variable="data.emg")
    np.testing.assert_array_equal(got.samples, SAMPLES[:, 1])
    assert got.rate_hz == 300
    with pytest.raises(RecordingError, match=r"name one as variable: data\.ecg, data\.emg"):
        read(tmp_path / "a.mat")


def test_matlab_7_3(tmp_path):
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["data/ecg"] = SAMPLES.T.astype(float)
        file["data/fs"] = np.array([[300.0]])
    with (tmp_path / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(116))
    got = read(tmp_path / "a.mat", channel=1, variable="data/ecg")
    np.testing.assert_array_equal(got.samples, SAMPLES[:, 1])
    assert got.rate_hz == 300


def test_any_hdf5(tmp_path):
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file["eeg/left"] = SAMPLES
        file["eeg"].attrs["sampling_rate"] = 300
        file["other"] = np.arange(10)
    got = read(tmp_path / "a.hdf5", channel=1, variable="/eeg/left")
    np.testing.assert_array_equal(got.samples, SAMPLES[:, 1])
    assert got.rate_hz == 300
    with pytest.raises(RecordingError, match="name one as variable: eeg/left, other"):
        read(tmp_path / "a.hdf5", channel=1)


def test_parquet(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"t": ["x"] * 3, "ecg": [1, None, 3], "emg": [0.5, 1.5, 2.5]})
    pq.write_table(table, tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet", channel="ecg", rate_hz=300)
    np.testing.assert_array_equal(got.samples, [1, np.nan, 3])
    assert read(tmp_path / "a.parquet", channel=2, rate_hz=300).channel == "emg"
    with pytest.raises(RecordingError, match="choose a column of numbers"):
        read(tmp_path / "a.parquet", channel="t", rate_hz=300)


@pytest.mark.parametrize("ending", ["wav", "flac"])
def test_sound(tmp_path, ending):
    import soundfile

    soundfile.write(tmp_path / f"a.{ending}", SAMPLES / 1024, 44100, subtype="PCM_16")
    got = read(tmp_path / f"a.{ending}", channel=1, start_s=0.01, duration_s=0.02)
    np.testing.assert_allclose(got.samples, SAMPLES[441:1323, 1] / 1024, atol=1e-4)
    assert (got.rate_hz, got.units) == (44100, "FS")
    got = read(tmp_path / f"a.{ending}", channel=1, gain=0.5, units="Pa")
    np.testing.assert_allclose(got.samples, SAMPLES[:, 1] / 512, atol=1e-3)
    assert got.units == "Pa"


def test_fif_with_a_skip(tmp_path):
    import mne

    info = mne.create_info(["Fz", "Cz"], 300, "eeg")
    raw = mne.io.RawArray(SAMPLES.T * 1e-6, info, verbose="error")
    raw.set_annotations(
        mne.Annotations([2.0, 4.0], [0.5, 1.0], ["seizure", "BAD_ACQ_SKIP"]), verbose="error"
    )
    raw.save(tmp_path / "a_raw.fif", verbose="error")
    got = read(tmp_path / "a_raw.fif", channel="Cz")
    np.testing.assert_allclose(got.samples[:1200], SAMPLES[:1200, 1], rtol=1e-5, atol=1e-4)
    assert (got.rate_hz, got.units) == (300, "uV")
    assert got.stretches == [(0, 1200), (1500, 3000)]
    assert got.annotations[0] == (2.0, 0.5, "seizure")


def write_brainvision(folder: Path) -> Path:
    SAMPLES.astype("<i2").tofile(folder / "a.eeg")
    (folder / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\n"
        "DataFile=a.eeg\nMarkerFile=a.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\n"
        "NumberOfChannels=2\nSamplingInterval=4000\n\n[Binary Infos]\nBinaryFormat=INT_16\n\n"
        "[Channel Infos]\nCh1=Fz,,0.5,µV\nCh2=Cz,,0.5,µV\n"
    )
    (folder / "a.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\n"
        "DataFile=a.eeg\n\n[Marker Infos]\nMk1=New Segment,,1,1,0,20200101000000000000\n"
        "Mk2=Stimulus,S  1,501,1,0\nMk3=New Segment,,2001,1,0,20200101000100000000\n"
    )
    return folder / "a.vhdr"


def test_brainvision(tmp_path):
    got = read(write_brainvision(tmp_path), channel="Cz")
    np.testing.assert_allclose(got.samples, SAMPLES[:, 1] / 2, atol=1e-9)
    assert (got.rate_hz, got.units) == (250, "uV")
    assert got.stretches == [(0, 2000), (2000, 3000)]
    assert (2.0, "Stimulus/S  1") in [(a.onset_s, a.label) for a in got.annotations]


def write_gdf(path: Path, units: str = "uV") -> Path:
    """Write a GDF 1.25 file: one record of a second after the other, then an event table."""
    n = 2
    header = b"GDF 1.25" + b"X patient".ljust(80) + b"recording".ljust(80)
    header += b"2020010112000000" + np.int64(256 * (n + 1)).tobytes() + bytes(24 + 20)
    header += np.int64(10).tobytes() + np.array([1, 1], np.uint32).tobytes()
    header += np.uint32(n).tobytes()
    header += b"Fz".ljust(16) + b"Cz".ljust(16) + bytes(80 * n) + units.encode().ljust(8) * n
    header += np.array([-16384.0] * n + [16383.5] * n).tobytes()
    header += np.array([-32768] * n + [32767] * n, np.int64).tobytes() + b" ".ljust(80) * n
    header += np.array([300] * n + [3] * n, np.int32).tobytes() + bytes(32 * n)
    records = SAMPLES.reshape(10, 300, 2).transpose(0, 2, 1).astype("<i2").tobytes()
    events = b"\x01" + (300).to_bytes(3, "little") + np.uint32(1).tobytes()
    events += np.uint32(601).tobytes() + np.uint16(769).tobytes()
    path.write_bytes(header + records + events)
    return path


def test_gdf(tmp_path):
    got = read(write_gdf(tmp_path / "a.gdf"), channel="Cz", start_s=1, duration_s=5)
    np.testing.assert_allclose(got.samples, SAMPLES[300:1800, 1] / 2, atol=1e-6)
    assert (got.rate_hz, got.units) == (300, "uV")
    assert [(a.onset_s, a.label) for a in got.annotations] == [(1.0, "769")]


def test_gdf_in_other_units(tmp_path):
    """MNE would take millivolts for volts."""
    got = read(write_gdf(tmp_path / "a.gdf", "mV"), channel="Cz")
    np.testing.assert_allclose(got.samples, SAMPLES[:, 1] / 2, atol=1e-6)
    assert got.units == "mV"


def test_eeglab(tmp_path):
    from scipy.io import savemat

    channels = np.array([("Fz",), ("Cz",)], dtype=[("labels", object)])
    events = np.array(
        [("boundary", 1501.0, 0.0), ("rare", 2101.0, 1.0)],
        dtype=[("type", object), ("latency", object), ("duration", object)],
    )
    eeg = {
        "setname": "a",
        "nbchan": 2,
        "trials": 1,
        "pnts": 3000,
        "srate": 300.0,
        "xmin": 0.0,
        "xmax": 10.0,
        "data": SAMPLES.T.astype(np.float32),
        "chanlocs": channels,
        "event": events,
        "epoch": [],
        "icawinv": [],
        "icaweights": [],
        "icasphere": [],
        "icaact": [],
        "icachansind": [],
    }
    savemat(tmp_path / "a.set", {"EEG": eeg}, appendmat=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = read(tmp_path / "a.set", channel="Cz")
    np.testing.assert_allclose(got.samples, SAMPLES[:, 1], atol=1e-3)
    assert (got.rate_hz, got.units) == (300, "uV")
    assert got.stretches == [(0, 1500), (1500, 3000)]


def test_a_compressed_file_of_any_format(tmp_path):
    path = write_edf(tmp_path / "a.edf", annotations=[(1.5, None, "blink")])
    packed = tmp_path / "a.edf.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    got = read(packed, channel=0)
    np.testing.assert_array_equal(got.samples, read(path, channel=0).samples)
    assert got.annotations == [(1.5, 0.0, "blink")]


def test_a_package_that_is_not_installed_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    (tmp_path / "a.wav").write_bytes(b"x")
    with pytest.raises(
        RecordingError, match="soundfile, which is not installed; pip install"
    ) as caught:
        read(tmp_path / "a.wav", isolate=False)
    assert "soundfile" in str(caught.value)


def test_no_heavy_library_is_imported_before_it_is_needed():
    code = (
        "import sys; import biospectra.formats.read, biospectra.sources.fetch;"
        "heavy = {'scipy', 'pandas', 'mne', 'wfdb', 'h5py', 'requests', 'edfio', 'pyarrow'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(formats.__file__).parents[2])},
    )
    assert done.stdout.strip() == "set()"


@needs_data
@pytest.mark.parametrize(
    "path, settings, expected",
    [
        ("ecg_mitdb/102.hea", {"channel": "V5"}, (360, "mV", 216_000)),
        ("ecg_mitdb/201.hea", {"channel": "MLII"}, (360, "mV", 650_000)),
        ("ecg_cinc2017/A00044.hea", {}, (300, "mV", 9000)),
        ("eeg_eegmat/Subject00_1.edf", {"channel": 0}, (500, "uV", 31_000)),
        (
            "emg_lower_limb/1Amar.txt.gz",
            {"channel": "Vasto Medial", "rate_hz": 1000},
            (1000, "mV", 12_973),
        ),
        ("emg_emgdb/emg_healthy.npz", {}, (4000, "mV", 50_860)),
        ("ecg_chf_nsr_bits/chfdb_chf01.npz", {}, (250, "adu", 2500)),
    ],
)
def test_real_recordings(path, settings, expected):
    got = read(DATA / path, **settings)
    assert (got.rate_hz, got.units, len(got.samples)) == expected
    assert np.isfinite(got.samples).all()


@needs_data
def test_every_real_recording_reads():
    for path in sorted(DATA.glob("*/*")):
        if path.name.lower().removesuffix(".gz").endswith((".hea", ".edf", ".txt", ".npz")):
            got = read(path, channel=0, rate_hz=1000 if ".txt" in path.name else None)
            assert got.samples.size > 1000, path


@pytest.mark.parametrize("fact", ["start_s", "duration_s"])
def test_infinity_is_refused_by_name(tmp_path, fact):
    path = write_opensignals(tmp_path / "a.h5")
    with pytest.raises(RecordingError, match=f"{fact} cannot be infinite"):
        read(path, channel=1, **{fact: float("inf")})


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_what_is_no_file_of_numpy_is_not_called_a_pickle(tmp_path, name):
    (tmp_path / name).write_bytes(b"no samples here" * 20)
    with pytest.raises(RecordingError, match="is no file of NumPy's"):
        read(tmp_path / name)
