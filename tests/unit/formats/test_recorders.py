"""Files of recorders and laboratories, as `support.recorders` and their libraries write them."""

import builtins
import struct
import tomllib
from pathlib import Path

import h5py
import numpy as np
import pytest
from packaging.requirements import Requirement

from biospectra.errors import RecordingError
from biospectra.formats import registry as formats
from biospectra.formats.clear_errors import EXTRA_OF
from biospectra.formats.probe import contents_of
from biospectra.formats.read import read
from support import recorders
from support.recorders import EVENT, NAMES, RATE_HZ, counts

ROOT = Path(__file__).resolve().parents[3]
# How each is written, the factor of its counts, its unit, and its event.
KINDS = {
    "a.xdf": (recorders.write_xdf, 1.0, "uV", "go"),
    "a.cnt": (recorders.write_neuroscan, 0.5, "uV", "7"),
    "a.raw": (recorders.write_egi, 1.0, "uV", "go"),
    "a.head": (recorders.write_nicolet, 0.5, "uV", None),
    "a.lay": (recorders.write_persyst, 0.5, "uV", "go"),
    "a.cdt": (recorders.write_curry, 1.0, "uV", "go"),
}


def here(path: Path, **settings):
    return read(path, isolate=False, **settings)


@pytest.mark.parametrize("name", KINDS)
def test_values_rate_unit_and_event(name, tmp_path):
    write, factor, units, event = KINDS[name]
    path = write(tmp_path / name)
    for k in range(2):
        signal = here(path, channel=k)
        np.testing.assert_allclose(signal.samples, counts()[:, k] * factor, rtol=1e-6, atol=1e-6)
        assert (signal.rate_hz, signal.units) == (RATE_HZ, units)
        assert signal.stretches == [(0, 600)]
    notes = [(note.onset_s, note.label) for note in signal.annotations or []]
    expected = [(pytest.approx(EVENT / RATE_HZ, abs=1.01 / RATE_HZ), event)] if event else []
    assert notes == expected
    part = here(path, channel=1, start_s=1.0, duration_s=0.5)
    np.testing.assert_array_equal(part.samples, signal.samples[200:300])
    told = contents_of(path)
    assert [(c.rate_hz, c.units, c.n_samples) for c in told.channels] == [(200, units, 600)] * 2
    names = ["E1", "E2"] if name == "a.raw" else list(NAMES)
    assert [c.name for c in told.channels] == names


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_file_that_was_cut_is_refused_in_one_line(name, share, tmp_path):
    path = KINDS[name][0](tmp_path / name)
    cut = max(tmp_path.iterdir(), key=lambda file: file.stat().st_size)
    whole = cut.read_bytes()
    cut.write_bytes(whole[: int(len(whole) * share) // 4 * 4 + 2])
    with pytest.raises(RecordingError) as told:
        here(path, channel=0)
    said = str(told.value)
    assert str(path) in said and "\n" not in said and ";" in said, said


def test_channels_of_biopac_have_their_own_rates_and_markers(tmp_path):
    path = recorders.write_acq(tmp_path / "a.acq", segments=(0, 200))
    fz, cz = (here(path, channel=name) for name in NAMES)
    np.testing.assert_allclose(fz.samples, counts()[:, 0] * 0.5 + 10)
    np.testing.assert_allclose(cz.samples, counts()[:300, 1] * 0.5 + 10)
    assert (fz.rate_hz, cz.rate_hz, fz.units) == (200, 100, "mV")
    assert fz.stretches == [(0, 200), (200, 600)] and cz.stretches == [(0, 100), (100, 300)]
    assert fz.annotations == cz.annotations == [(EVENT / RATE_HZ, 0.0, "go")]
    assert [c.rate_hz for c in contents_of(path).channels] == [200, 100]
    whole = path.read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 200):
        path.write_bytes(whole[:size])
        with pytest.raises(RecordingError, match=r"a\.acq: .*(headers|promises)"):
            here(path, channel="Fz")


def test_a_pause_of_a_stream_ends_a_stretch(tmp_path):
    stamps = 50 + np.arange(600) / RATE_HZ
    stamps[250:] += 2.0
    streams = (recorders.signal_stream(stamps), recorders.marker_stream(stamps[EVENT : EVENT + 1]))
    signal = here(recorders.write_xdf(tmp_path / "a.xdf", *streams), channel="Fz")
    assert signal.stretches == [(0, 250), (250, 600)]
    assert signal.annotations[0].onset_s == pytest.approx(EVENT / RATE_HZ)


def test_streams_are_named_and_only_one_may_be_left_out(tmp_path):
    stamps = np.arange(600) / RATE_HZ
    path = tmp_path / "a.xdf"
    two = (recorders.signal_stream(stamps, "left"), recorders.signal_stream(stamps, "right", 2))
    recorders.write_xdf(path, *two)
    with pytest.raises(RecordingError, match="name one as variable: left, right"):
        here(path, channel=0)
    assert here(path, channel=0, variable="right").channel == "Fz"
    same = (recorders.signal_stream(stamps), recorders.signal_stream(stamps, number=2))
    recorders.write_xdf(path, *same)
    with pytest.raises(RecordingError, match="name one as variable: EEG 1, EEG 2"):
        here(path, channel=0)
    recorders.write_xdf(path, recorders.marker_stream(stamps[:1]))
    with pytest.raises(RecordingError, match="holds only streams of markers"):
        here(path, channel=0)
    recorders.write_xdf(path, recorders.signal_stream(stamps[:0]))
    with pytest.raises(RecordingError, match="holds only streams without a sample"):
        here(path, channel=0)


def test_markers_are_at_the_samples_of_their_time(tmp_path):
    """A clock that is 0.3 % slow is 18 samples late after half a minute."""
    stamps = 50 + np.arange(6000) / (RATE_HZ * 1.003)
    at = stamps[[100, 5900]]
    path = recorders.write_xdf(
        tmp_path / "a.xdf", recorders.signal_stream(stamps), recorders.marker_stream(at)
    )
    signal = here(path, channel=0)
    assert signal.rate_hz == RATE_HZ
    assert [round(note.onset_s * RATE_HZ, 3) for note in signal.annotations] == [100, 5900]
    faster = recorders.signal_stream(50 + np.arange(600) / (RATE_HZ * 1.02))
    assert here(recorders.write_xdf(tmp_path / "b.xdf", faster), channel=0).rate_hz == 204


def test_a_recording_that_was_broken_off_is_used_where_that_is_said(tmp_path):
    stamps = np.arange(600) / RATE_HZ
    path = recorders.write_xdf(tmp_path / "a.xdf", recorders.signal_stream(stamps)[:200])
    with pytest.raises(RecordingError, match="no footer of its stream 'EEG'"):
        here(path, channel=0)
    signal = here(path, channel=0, on_short_file="use")
    np.testing.assert_array_equal(signal.samples, counts()[:398, 0])
    assert "it was cut, or broken off" in signal.remarks[0]


def test_a_stream_whose_stamps_contradict_its_rate_is_refused(tmp_path):
    path = recorders.write_xdf(tmp_path / "a.xdf", recorders.signal_stream(np.arange(600) / 150))
    with pytest.raises(RecordingError, match="says 200 Hz, and its time stamps 150 Hz"):
        here(path, channel=0)
    assert here(path, channel=0, rate_hz=150).rate_hz == 150


def test_times_of_samples_that_jump_end_a_stretch(tmp_path):
    path = recorders.write_persyst(tmp_path / "a.lay", times="0=10.0\n200=11.0\n400=15.0\n")
    signal = here(path, channel=0)
    assert signal.stretches == [(0, 400), (400, 600)]
    assert signal.annotations == [(1.5, 0.5, "go")]


def test_samples_behind_a_header_in_their_file(tmp_path):
    path = recorders.write_persyst(tmp_path / "a.lay", more="HeaderLength=16\n")
    data = path.with_suffix(".dat")
    data.write_bytes(bytes(16) + data.read_bytes())
    np.testing.assert_array_equal(here(path, channel=0).samples, counts()[:, 0] / 2)


def test_files_beside_a_name_with_brackets_are_found(tmp_path):
    """Brackets are a pattern's elsewhere: the log would be left behind in an archive."""
    path = recorders.write_nihon_kohden(tmp_path / "a [1].EEG")
    logs = [other for other in tmp_path.iterdir() if other.suffix.upper() == ".LOG"]
    assert logs and set(logs) <= set(formats.beside(path))


def test_nihon_kohden_in_blocks(tmp_path):
    path = recorders.write_nihon_kohden(tmp_path / "a.EEG")
    signal = here(path, channel="FZ")
    step = (3199.902 + 3200) / 65535
    expected = (counts()[:, 0] + 32768) * step - 3200
    np.testing.assert_allclose(signal.samples, expected, atol=1e-6)
    assert (signal.rate_hz, signal.units) == (RATE_HZ, "uV")
    assert signal.stretches == [(0, 300), (300, 600)]
    assert (1.0, 0.0, "go") in signal.annotations
    part = here(path, channel="FZ", start_s=1.0, duration_s=1.0)
    np.testing.assert_allclose(part.samples, expected[200:400], atol=1e-6)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(RecordingError, match="promises 9862 bytes, and 9762 are there"):
        here(path, channel="FZ")


def test_what_is_of_another_program_is_said(tmp_path):
    for name, said in (
        ("a.eeg", "name the header, which ends in .vhdr"),
        ("a.cnt", "neither ANT Neuro's nor Neuroscan's"),
        ("a.raw", "no simple binary file of EGI's"),
        ("a.xdf", "is no XDF file"),
        ("a.acq", "headers cannot be read"),
        ("a.head", "no header of Nicolet's"),
        ("a.lay", "no header of Persyst's"),
        ("a.cdt", r"its file a\.cdt\.dpa is not there"),
    ):
        (tmp_path / name).write_bytes(bytes(range(256)) * 40)
        with pytest.raises(RecordingError, match=said):
            here(tmp_path / name, channel=0)


def test_widths_of_samples_that_cannot_be_told_are_refused(tmp_path):
    path = recorders.write_neuroscan(tmp_path / "a.cnt", width=4)
    np.testing.assert_allclose(here(path, channel=0).samples, counts()[:, 0] / 2, rtol=1e-6)
    for width, events in ((2, (300, 301)), (4, tuple(range(100, 112)))):
        recorders.write_neuroscan(path, width=width, n_samples=0, events=events)
        np.testing.assert_allclose(here(path, channel=0).samples, counts()[:, 0] / 2, rtol=1e-6)
    recorders.write_neuroscan(path, n_samples=0)
    with pytest.raises(RecordingError, match="16 or 32 bits cannot be determined"):
        here(path, channel=0)
    egi = recorders.write_egi(tmp_path / "a.raw", version=3)
    with pytest.raises(RecordingError, match="is cut into epochs"):
        here(egi, channel=0)


def test_a_chunk_that_claims_more_than_it_holds(tmp_path):
    path = recorders.write_xdf(tmp_path / "a.xdf")
    content = bytearray(path.read_bytes())
    at = content.find(b"\x03\x00\x01\x00\x00\x00\x04") + 7
    struct.pack_into("<I", content, at, 4_000_000_000)
    path.write_bytes(bytes(content))
    with pytest.raises(RecordingError, match="claims 4000000000 samples"):
        here(path, channel=0)


def test_extras_bring_the_libraries_that_messages_name():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for library, extra in EXTRA_OF.items():
        assert library in {Requirement(line).name.lower() for line in extras[extra]}, library


@pytest.mark.parametrize("name, library", [("a.xdf", "pyxdf"), ("a.cdt", "curryreader")])
def test_a_missing_library_is_named_with_its_extra(name, library, tmp_path, monkeypatch):
    path = KINDS[name][0](tmp_path / name)
    really = builtins.__import__

    def without(wanted, *rest):
        if wanted.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {wanted!r}", name=wanted)
        return really(wanted, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RecordingError, match=rf"{library}.*pip install 'biospectra\[devices\]'"):
        here(path, channel=0)


def test_files_of_one_recording_come_together(tmp_path):
    for name, (write, *_) in KINDS.items():
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        first = write(folder / name)
        assert formats.read_first(sorted(folder.iterdir())) == [first]
        assert set(formats.beside(first)) == set(folder.iterdir()) - {first}
    first = recorders.write_nihon_kohden(tmp_path / "b.EEG")
    assert formats.beside(first) == [tmp_path / "b.LOG"]


def test_nwb_in_microvolts_with_its_trials(tmp_path):
    path = recorders.write_nwb(tmp_path / "a.nwb")
    for name, column in zip(NAMES, counts().T, strict=True):
        signal = here(path, channel=name)
        np.testing.assert_allclose(signal.samples, column / 2 + 1, rtol=1e-12)
        assert (signal.rate_hz, signal.units) == (RATE_HZ, "uV")
        assert signal.annotations == [(EVENT / RATE_HZ, 0.5, "trials")]
    assert [c.name for c in contents_of(path).channels] == list(NAMES)
    stamps = 10 + np.arange(600) / RATE_HZ
    stamps[400:] += 5
    signal = here(recorders.write_nwb(tmp_path / "b.nwb", stamps=stamps), channel=1)
    assert (signal.rate_hz, signal.stretches) == (RATE_HZ, [(0, 400), (400, 600)])
    with pytest.raises(RecordingError, match="600 samples and 599 time stamps"):
        here(recorders.write_nwb(tmp_path / "c.nwb", stamps=stamps[:-1]), channel=1)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordingError, match="not a whole HDF5 file"):
        here(path, channel=0)


def altered(path: Path, before: bytes, after: bytes) -> Path:
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after, 1))
    return path


def number_at(path: Path, form: str, at: int, value: float) -> Path:
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, at, value)
    path.write_bytes(bytes(content))
    return path


def without_scale(path: Path) -> Path:
    with h5py.File(path, "a") as file:
        file["acquisition/EEG/data"].attrs["conversion"] = float("nan")
    return path


DAMAGED = {
    "x.xdf": (lambda p: altered(p, b"srate>200<", b"srate>nan<"), "rate of nan Hz"),
    "a.acq": (lambda p: number_at(p, "<d", 16, 0.0), "gives no time between its samples"),
    "n.nwb": (without_scale, "conversion of 'Fz' is nan"),
    "c.lay": (lambda p: altered(p, b"=0.5", b"=nan"), "its Calibration is nan"),
    "t.lay": (lambda p: altered(p, b"DataType=0", b"DataType=3"), "DataType 3 is not 0 or 7"),
    "n.lay": (lambda p: altered(p, b",0.5,0,0,go", b",go"), "comment '1.5,go' is not onset"),
    "r.lay": (lambda p: altered(p, b"Rate=200", b"Rate=0"), "rate of 0 Hz"),
    "o.lay": (lambda p: altered(p, b"=o.dat", b"=../a/b.dat"), "data file b.dat is not there"),
    "r.head": (lambda p: altered(p, b"freq=200", b"freq=abc"), "is no header of Nicolet's"),
    "n.head": (lambda p: altered(p, b"Fz,Cz", b"Fz"), "names 1 channel of 2"),
    "r.raw": (lambda p: number_at(p, ">h", 20, 0), "rate of 0 Hz"),
    "e.raw": (lambda p: number_at(p, ">h", 34, 30_000), "promises 36122436 bytes"),
    "r.cnt": (lambda p: number_at(p, "<H", 376, 0), "rate of 0 Hz"),
    "e.cnt": (lambda p: number_at(p, "<i", 886, 0), "does not say where its samples end"),
    "c.eeg": (lambda p: number_at(p, "B", 0x91, 3), "has 3 control blocks"),
}
WRITERS = {Path(name).suffix: write for name, (write, *_) in KINDS.items()}
WRITERS |= {".acq": recorders.write_acq, ".nwb": recorders.write_nwb}
WRITERS[".eeg"] = recorders.write_nihon_kohden


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_wrong_with_a_header_is_said(name, tmp_path):
    damage, said = DAMAGED[name]
    path = damage(WRITERS[Path(name).suffix](tmp_path / name))
    with pytest.raises(RecordingError, match=said) as told:
        here(path, channel=0)
    assert (
        "\n" not in str(told.value) and "Error:" not in str(told.value).partition("ValueError")[0]
    )


def test_curry_without_places_of_electrodes_is_refused(tmp_path):
    path = recorders.write_curry(tmp_path / "a.cdt")
    altered(tmp_path / "a.cdt.dpa", b"SENSORS START_LIST", b"SENSRS START_LIST")
    with pytest.raises(RecordingError, match="positions of electrodes, for; export it again"):
        here(path, channel=0)


def test_an_mff_folder_by_its_samples(tmp_path):
    path = recorders.write_mff(tmp_path)
    signal = here(path, channel="E1")
    assert (signal.rate_hz, signal.units) == (RATE_HZ, "uV")
    assert signal.stretches == [(0, 300), (400, 700)]
    for start, first in ((0, 0), (400, 300)):
        part = signal.samples[start : start + 300]
        np.testing.assert_allclose(part, counts()[first : first + 300, 0], rtol=1e-6)
    assert formats.read_first([one for one in path.parent.iterdir() if one.is_file()]) == [path]
    elsewhere = tmp_path / "fetched" / "rec"
    elsewhere.mkdir(parents=True)
    for one in (path, *formats.beside(path)):
        (elsewhere / one.name).write_bytes(one.read_bytes())
    again = here(elsewhere / "signal1.bin", channel="E1")  # whatever its folder is called
    np.testing.assert_array_equal(again.samples, signal.samples)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordingError, match=r"signal1\.bin: "):
        here(path, channel="E1")
    (path.parent / "epochs.xml").unlink()
    with pytest.raises(RecordingError, match=r"is not signal1\.bin in a folder of EGI's"):
        here(path, channel="E1")
