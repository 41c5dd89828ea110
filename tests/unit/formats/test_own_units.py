"""Samples come in the unit that their file gives them, whatever kind of channel they are of."""

from pathlib import Path

import edfio
import mne
import numpy as np
import pytest
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.signals.scaling import common_unit

N = 1000
WAVE = np.round(200 * np.sin(np.arange(N) / 6)).astype(int)
CHANNELS = [
    ("Cz", "µV"),
    ("EKG", "µV"),
    ("EOG", "mV"),
    ("EMG", "uV"),
    ("GSR", "µS"),
    ("Resp", ""),
    ("Temp", "C"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize("form", ["INT_16", "INT_32", "IEEE_FLOAT_32"])
def test_brainvision(tmp_path, encoding, form):
    """Channels whose coordinates are 0,0,0 lie nowhere on the head, and keep their unit."""
    kind = {"INT_16": "<i2", "INT_32": "<i4", "IEEE_FLOAT_32": "<f4"}[form]
    np.tile(WAVE[:, None], (1, len(CHANNELS))).astype(kind).tofile(tmp_path / "a b.eeg")
    infos = [f"Ch{k}={name},,0.5,{unit}" for k, (name, unit) in enumerate(CHANNELS, 1)]
    places = [f"Ch{k}={int(k == 1)},0,0" for k in range(1, len(CHANNELS) + 1)]
    page = "Codepage=UTF-8\n" if encoding == "utf-8" else ""
    text = (
        f"Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\n{page}"
        "DataFile=$b.eeg\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\n"
        f"NumberOfChannels={len(CHANNELS)}\nSamplingInterval=3906.25\n[Binary Infos]\n"
        f"BinaryFormat={form}\n[Channel Infos]\n" + "\n".join(infos) + "\n[Coordinates]\n"
    )
    (tmp_path / "a b.vhdr").write_bytes((text + "\n".join(places) + "\n").encode(encoding))
    expected = ["uV", "uV", "mV", "uV", "uS", "uV", "C"]
    for (name, _), unit in zip(CHANNELS, expected, strict=True):
        got = read(tmp_path / "a b.vhdr", channel=name)
        np.testing.assert_allclose(got.samples, WAVE / 2)
        assert (got.rate_hz, got.units) == (256, unit)


@pytest.mark.parametrize("symbol", [",", "."])
def test_brainvision_as_text(tmp_path, symbol):
    rows = [
        f"{a / 4:.2f} {b / 2:.1f}".replace(".", symbol) for a, b in zip(WAVE, -WAVE, strict=True)
    ]
    (tmp_path / "a.dat").write_text("Fz Cz\n" + "\n".join(rows) + "\n")
    (tmp_path / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nDataFile=a.dat\n"
        "DataFormat=ASCII\nDataOrientation=MULTIPLEXED\nNumberOfChannels=2\n"
        f"SamplingInterval=2000\n[ASCII Infos]\nDecimalSymbol={symbol}\nSkipLines=1\n"
        "SkipColumns=0\n[Channel Infos]\nCh1=Fz,,1,mV\nCh2=Cz,,1,µV\n"
    )
    got = read(tmp_path / "a.vhdr", channel="Fz")
    np.testing.assert_allclose(got.samples, WAVE / 4, atol=0.005)
    assert (got.rate_hz, got.units) == (500, "mV")


def test_brainvision_agrees_with_mne(tmp_path):
    np.stack([WAVE, -WAVE], axis=1).astype("<i2").tofile(tmp_path / "a.eeg")
    (tmp_path / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        "DataFile=a.eeg\nMarkerFile=a.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\n"
        "NumberOfChannels=2\nSamplingInterval=4000\n[Binary Infos]\nBinaryFormat=INT_16\n"
        "[Channel Infos]\nCh1=Fz,,0.1,µV\nCh2=C\\1z,,2.5,mV\n"
    )
    (tmp_path / "a.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nDataFile=a.eeg\n"
        "[Marker Infos]\nMk1=New Segment,,1,1,0,20200101000000000000\nMk2=Comment,a\\1b,11,5,0\n"
        "Mk3=New Segment,,501,1,0,20200101000100000000\n"
    )
    raw = mne.io.read_raw_brainvision(tmp_path / "a.vhdr", verbose="error")
    for k, factor in ((0, 1e6), (1, 1e3)):
        got = read(tmp_path / "a.vhdr", channel=k)
        np.testing.assert_allclose(got.samples, raw.get_data(picks=[k])[0] * factor)
        assert got.channel == raw.ch_names[k]
    assert got.stretches == [(0, 500), (500, N)]
    assert [(a.onset_s, a.label) for a in got.annotations] == [
        (a["onset"], a["description"]) for a in raw.annotations
    ]


@pytest.mark.parametrize(
    "bytes_of_unit", ["µV".encode(), "µV".encode("latin-1"), b"?V", b"\xe6V", b"uV"]
)
def test_edf(tmp_path, bytes_of_unit):
    signal = edfio.EdfSignal(
        WAVE / 2, 250, label="ECG", physical_dimension="uV", physical_range=(-1000, 1000)
    )
    edfio.Edf([signal]).write(tmp_path / "a.edf")
    data = bytearray((tmp_path / "a.edf").read_bytes())
    at = 256 + 16 + 80
    data[at : at + 8] = bytes_of_unit.ljust(8)
    (tmp_path / "a.edf").write_bytes(data)
    got = read(tmp_path / "a.edf")
    assert got.units == "uV"
    assert common_unit(got.units) == ("mV", 1e-3)
    np.testing.assert_allclose(got.samples, WAVE / 2, atol=0.02)


@pytest.mark.parametrize(
    "low, high", [(b"-1000,0", b"1000,0"), (b"-1.0E+03", b"1.0E+03"), (b"-1000\x00", b"+1000")]
)
def test_edf_with_limits_that_other_programs_accept(tmp_path, low, high):
    signal = edfio.EdfSignal(WAVE / 2, 250, label="ECG", physical_range=(-1000, 1000))
    edfio.Edf([signal]).write(tmp_path / "a.edf")
    data = bytearray((tmp_path / "a.edf").read_bytes())
    at = 256 + 16 + 80 + 8
    data[at : at + 16] = low.ljust(8) + high.ljust(8)
    data[244:252] = b"1,0".ljust(8)
    (tmp_path / "a.edf").write_bytes(data)
    got = read(tmp_path / "a.edf")
    np.testing.assert_allclose(got.samples, WAVE / 2, atol=0.02)
    assert got.rate_hz == 250
    data[at : at + 8] = b"low     "
    (tmp_path / "a.edf").write_bytes(data)
    with pytest.raises(RecordingError, match="'low' for the physical limits"):
        read(tmp_path / "a.edf")


def test_edf_agrees_with_edfio(tmp_path):
    """Several rates, and parts of it."""
    rng = np.random.default_rng(2)
    signals = [
        edfio.EdfSignal(rng.normal(size=2560), 256, label="a", physical_range=(-5, 6)),
        edfio.EdfSignal(rng.normal(size=100), 10, label="b", physical_range=(-6, 7)),
    ]
    edfio.Edf(signals).write(tmp_path / "a.edf")
    written = edfio.read_edf(tmp_path / "a.edf")
    for k in (0, 1):
        got = read(tmp_path / "a.edf", channel=k, start_s=1.5, duration_s=6.1)
        rate = round(got.rate_hz)
        np.testing.assert_allclose(
            got.samples, written.signals[k].data[round(1.5 * rate) :][: round(6.1 * rate)]
        )


@pytest.mark.parametrize("kind", ["EEG", "ECG", "EMG", "EOG", "MISC", ""])
def test_eeglab(tmp_path, kind):
    channels = np.array(
        [("Fz", "EEG"), ("other", kind)], dtype=[("labels", object), ("type", object)]
    )
    eeg = {
        "setname": "a",
        "nbchan": 2,
        "trials": 1,
        "pnts": N,
        "srate": 250.0,
        "xmin": 0.0,
        "xmax": (N - 1) / 250,
        "data": np.stack([WAVE, -WAVE]).astype(np.float32),
        "chanlocs": channels,
        "event": [],
        "epoch": [],
        "icawinv": [],
        "icaweights": [],
        "icasphere": [],
        "icaact": [],
        "icachansind": [],
    }
    savemat(tmp_path / "a.set", {"EEG": eeg}, appendmat=False)
    got = read(tmp_path / "a.set", channel="other")
    np.testing.assert_allclose(got.samples, -WAVE, atol=1e-3)
    assert got.units == "uV"


FIF = {
    "eeg": ("uV", 1e6),
    "ecg": ("uV", 1e6),
    "eog": ("uV", 1e6),
    "emg": ("uV", 1e6),
    "gsr": ("uS", 1e6),
    "mag": ("fT", 1e15),
    "misc": ("adu", 1),
    "temperature": ("degC", 1),
}


def test_fif(tmp_path):
    info = mne.create_info(list(FIF), 250, list(FIF))
    data = np.tile(WAVE / 1e3, (len(FIF), 1))
    raw = mne.io.RawArray(data, info, verbose="error")
    raw.save(Path(tmp_path) / "a_raw.fif", fmt="double", verbose="error")
    for name, (unit, factor) in FIF.items():
        got = read(tmp_path / "a_raw.fif", channel=name)
        np.testing.assert_allclose(got.samples, WAVE / 1e3 * factor)
        assert got.units == unit


def test_a_voltage_of_no_known_scale_is_refused():
    assert common_unit("microvolts") == ("mV", 1e-3)
    assert common_unit("mmHg") == ("mmHg", 1)
    for unit in ("xV", "10uV", "kilovolts"):
        with pytest.raises(ValueError, match="voltage of no known scale"):
            common_unit(unit)
