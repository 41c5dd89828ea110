"""What a header promises is held against what is there; an interrupted recorder's may be used."""

import gzip
import struct
from pathlib import Path

import edfio
import numpy as np
import pytest
import soundfile
import wfdb
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats.read import read

RNG = np.random.default_rng(8)
COUNTS = RNG.integers(-900, 900, (3000, 2))


def write_edf(path: Path, seconds: int = 10) -> Path:
    signals = [
        edfio.EdfSignal(
            COUNTS[: 300 * seconds, k] / 4,
            300,
            label=f"C{k}",
            physical_dimension="uV",
            physical_range=(-8192, 8191.75),
        )
        for k in (0, 1)
    ]
    edfio.Edf(signals).write(path)
    return path


def write_wfdb(folder: Path, **settings) -> Path:
    settings = {"fmt": ["16", "16"], "units": ["mV", "mV"], "sig_name": ["I", "II"]} | settings
    wfdb.wrsamp(
        "r",
        fs=300,
        d_signal=COUNTS,
        adc_gain=[200, 200],
        baseline=[0, 0],
        write_dir=str(folder),
        **settings,
    )
    return folder / "r.hea"


def write_brainvision(folder: Path, points: str = "", orientation: str = "MULTIPLEXED") -> Path:
    data = COUNTS if orientation == "MULTIPLEXED" else COUNTS.T
    np.ascontiguousarray(data).astype("<i2").tofile(folder / "a.eeg")
    (folder / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nDataFile=a.eeg\n"
        f"MarkerFile=a.vmrk\nDataFormat=BINARY\nDataOrientation={orientation}\n{points}"
        "NumberOfChannels=2\nSamplingInterval=4000\n[Binary Infos]\nBinaryFormat=INT_16\n"
        "[Channel Infos]\nCh1=Fz,,0.5,µV\nCh2=Cz,,0.5,µV\n"
    )
    (folder / "a.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nDataFile=a.eeg\n"
        "[Marker Infos]\nMk1=New Segment,,1,1,0,0\nMk2=Stimulus,S  1,2801,1,0\n"
    )
    return folder / "a.vhdr"


def write_fif(path: Path) -> Path:
    import mne

    info = mne.create_info(["Fz", "Cz"], 300, "eeg")
    mne.io.RawArray(COUNTS.T * 1e-6, info, verbose="error").save(path, verbose="error")
    return path


def cut(path: Path, size: int) -> Path:
    path.write_bytes(path.read_bytes()[:size])
    return path


def is_kept(path: Path, n: int, expected: np.ndarray, said: str, **settings) -> None:
    """An error by default; with the option what is there, and a remark."""
    with pytest.raises(RecordingError, match=said) as caught:
        read(path, channel=1, **settings)
    assert "on_short_file: use" in str(caught.value)
    got = read(path, channel=1, on_short_file="use", **settings)
    assert len(got.samples) == n
    np.testing.assert_allclose(got.samples, expected[:n], atol=0.2)
    assert len(got.remarks) == 1


def test_an_edf_cut_in_its_last_record(tmp_path):
    path = write_edf(tmp_path / "a.edf")
    cut(path, path.stat().st_size - 301)
    is_kept(path, 2700, COUNTS[:, 1] / 4, "10 data records are promised, and 9 and a part")


def test_an_edf_of_a_recorder_that_was_interrupted(tmp_path):
    path = write_edf(tmp_path / "a.edf")
    data = bytearray(path.read_bytes())
    data[236:244] = b"-1      "
    path.write_bytes(data)
    assert len(read(path, channel=1).samples) == 3000
    assert read(path, channel=1).remarks == [
        "its header leaves open how many data records it has: 10"
    ]
    cut(path, len(data) - 301)
    is_kept(path, 2700, COUNTS[:, 1] / 4, "the last of 10 data records is 301 bytes short")


@pytest.mark.parametrize("more", [b"\x00", bytes(1200)])
def test_an_edf_with_more_than_it_promises(tmp_path, more):
    path = write_edf(tmp_path / "a.edf")
    path.write_bytes(path.read_bytes() + more)
    with pytest.raises(RecordingError, match=f"10 data records, and {len(more)} bytes? more"):
        read(path, channel=1, on_short_file="use")


def test_a_wfdb_record_cut(tmp_path):
    path = write_wfdb(tmp_path)
    cut(tmp_path / "r.dat", 9001)
    is_kept(path, 2250, COUNTS[:, 1] / 200, "promises 12000 bytes in r.dat, which has 9001")


@pytest.mark.parametrize("at", [5, 6001, 11_998])
def test_a_wfdb_record_whose_samples_do_not_add_up(tmp_path, at):
    """A byte lost, and one too many at the end."""
    path = write_wfdb(tmp_path)
    data = (tmp_path / "r.dat").read_bytes()
    (tmp_path / "r.dat").write_bytes(data[:at] + data[at + 1 :] + b"\x00")
    with pytest.raises(RecordingError, match="samples were lost or altered"):
        read(path, channel=0)
        read(path, channel=1)
    header = path.read_text().splitlines()
    path.write_text("\n".join([header[0], *(" ".join(h.split()[:5]) for h in header[1:])]))
    assert len(read(path, channel=0).samples) == 3000  # without a checksum nothing can tell


def test_a_wfdb_header_without_a_length(tmp_path):
    path = write_wfdb(tmp_path)
    path.write_text(path.read_text().replace("r 2 300 3000", "r 2 300"))
    np.testing.assert_allclose(read(path, channel=1).samples, COUNTS[:, 1] / 200)
    cut(tmp_path / "r.dat", 9001)
    path.write_text("r 2 300\nr.dat 16 200/mV 16 0 0 0 0 I\nr.dat 16 200/mV 16 0 0 0 0 II\n")
    is_kept(path, 2250, COUNTS[:, 1] / 200, "ends within a sample, after 2250")


@pytest.mark.parametrize("fmt", ["212", "24", "80"])
def test_a_wfdb_record_of_any_width_without_a_length(tmp_path, fmt):
    counts = np.clip(COUNTS[:2999, :1], -100, 100)
    wfdb.wrsamp(
        "r",
        fs=300,
        units=["mV"],
        sig_name=["I"],
        d_signal=counts,
        fmt=[fmt],
        adc_gain=[200],
        baseline=[0],
        write_dir=str(tmp_path),
    )
    path = tmp_path / "r.hea"
    path.write_text(path.read_text().replace("r 1 300 2999", "r 1 300"))
    got = read(path)
    np.testing.assert_allclose(got.samples[:2999], counts[:, 0] / 200)
    assert len(got.samples) in (2999, 3000)  # one and a half bytes a sample


def test_segments_whose_lengths_do_not_add_up(tmp_path):
    write_wfdb(tmp_path).rename(tmp_path / "r_1.hea")
    (tmp_path / "r_1.hea").write_text((tmp_path / "r_1.hea").read_text().replace("r 2", "r_1 2"))
    (tmp_path / "all.hea").write_text("all/2 2 300 4000\nr_1 3000\n~ 500\n")
    with pytest.raises(RecordingError, match="promises 4000 samples and its segments 3500"):
        read(tmp_path / "all.hea", channel=0)


def test_brainvision_cut_in_a_frame(tmp_path):
    path = write_brainvision(tmp_path)
    cut(tmp_path / "a.eeg", 11_603)
    is_kept(path, 2900, COUNTS[:, 1] / 2, "a.eeg holds 2900 samples a channel and 3 bytes")


def test_brainvision_shorter_than_it_says(tmp_path):
    path = write_brainvision(tmp_path, "DataPoints=3000\n")
    cut(tmp_path / "a.eeg", 11_600)
    is_kept(path, 2900, COUNTS[:, 1] / 2, "holds 2900 samples a channel .* 3000 are promised")


def test_brainvision_shorter_than_its_markers(tmp_path):
    path = write_brainvision(tmp_path)
    cut(tmp_path / "a.eeg", 8000)
    is_kept(path, 2000, COUNTS[:, 1] / 2, "one is at sample 2801 of 2000")


def test_brainvision_whose_channels_lie_one_after_the_other(tmp_path):
    path = write_brainvision(tmp_path, "DataPoints=3000\n", "VECTORIZED")
    np.testing.assert_allclose(read(path, channel=1).samples, COUNTS[:, 1] / 2)
    cut(tmp_path / "a.eeg", 11_600)
    with pytest.raises(RecordingError, match="holds 2900 samples"):
        read(path, channel=1, on_short_file="use")  # where a channel begins is not known


@pytest.mark.parametrize("change", ["insert", "remove", "cut", "append"])
@pytest.mark.parametrize("at", [0.3, 0.6, 0.95])
def test_fif_with_bytes_too_many_or_too_few(tmp_path, change, at):
    path = write_fif(tmp_path / "a_raw.fif")
    data = path.read_bytes()
    k = int(at * len(data))
    path.write_bytes(
        {
            "insert": data[:k] + b"\x07" + data[k:],
            "remove": data[:k] + data[k + 1 :],
            "cut": data[:k],
            "append": data + b"\x00\x01",
        }[change]
    )
    with pytest.raises(RecordingError, match=r"cannot be read as FIF: a_raw\.fif"):
        read(path, channel=1)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
def test_half_a_wav(tmp_path, subtype):
    path = tmp_path / "a.wav"
    soundfile.write(path, COUNTS / 1000, 8000, subtype=subtype)
    size = path.stat().st_size
    cut(path, size // 2)
    with pytest.raises(RecordingError, match="not as long as its header says"):
        read(path, channel=1)
    got = read(path, channel=1, on_short_file="use")
    assert 1400 < len(got.samples) < 1510
    np.testing.assert_allclose(got.samples, COUNTS[: len(got.samples), 1] / 1000, atol=1e-3)
    assert "are promised" in got.remarks[0]


@pytest.mark.parametrize("byte", [0, 255])
def test_a_wav_that_does_not_say_how_long_it_is(tmp_path, byte):
    """A recorder writes the lengths when it is done; to a pipe it cannot."""
    path = tmp_path / "a.wav"
    soundfile.write(path, COUNTS / 1000, 8000, subtype="PCM_16")
    data = bytearray(path.read_bytes())
    at = data.index(b"data")
    data[4:8] = data[at + 4 : at + 8] = bytes([byte] * 4)
    path.write_bytes(data)
    is_kept(path, 3000, COUNTS[:, 1] / 1000, "does not say how long it is; 12000 bytes")


def test_half_a_flac(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, COUNTS / 1000, 8000, subtype="PCM_16")
    cut(path, path.stat().st_size // 2)
    for part in ({}, {"duration_s": 0.01}):
        with pytest.raises(RecordingError):
            read(path, channel=1, **part)


@pytest.mark.parametrize("change", ["cut", "append"])
@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.mat", "old.mat"])
def test_arrays_of_another_length(tmp_path, change, name):
    path = tmp_path / name
    if name == "a.npy":
        np.save(path, COUNTS)
    elif name == "a.npz":
        np.savez(path, x=COUNTS, fs=300)
    else:
        savemat(path, {"x": COUNTS, "fs": 300.0}, format="4" if name == "old.mat" else "5")
    data = path.read_bytes()
    path.write_bytes(data[:-7] if change == "cut" else data + b"\x01\x02\x03")
    if name == "a.npz" and change == "append":
        return  # what a zip file's directory does not name is no part of it
    with pytest.raises(RecordingError):
        read(path, channel=0, variable="x" if name != "a.npy" else None, rate_hz=300)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("at", [200, 3000])
def test_a_mat_file_with_a_byte_less(tmp_path, compressed, at):
    path = tmp_path / "a.mat"
    savemat(path, {"x": COUNTS, "fs": 300.0}, do_compression=compressed)
    data = path.read_bytes()
    path.write_bytes(data[:at] + data[at + 1 :])
    with pytest.raises(RecordingError, match="cannot be read"):
        read(path, channel=0, variable="x")


def test_a_flipped_bit_in_compressed_data(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, x=COUNTS, fs=300)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(RecordingError):
        read(path, channel=0, variable="x")
    packed = tmp_path / "a.csv.gz"
    data = bytearray(gzip.compress("\n".join(f"{a},{b}" for a, b in COUNTS).encode()))
    data[-6] ^= 1  # of the checksum
    packed.write_bytes(data)
    with pytest.raises(RecordingError, match="compressed file is damaged"):
        read(packed, channel=0, rate_hz=300)


def write_gdf(path: Path) -> Path:
    header = b"GDF 1.25" + b"X".ljust(80) + b"r".ljust(80) + b"2020010112000000"
    header += struct.pack("<q", 512) + bytes(24 + 20) + struct.pack("<qIII", 10, 1, 1, 1)
    header += b"Fz".ljust(16) + bytes(80) + b"uV".ljust(8) + struct.pack("<dd", -16384, 16383.5)
    header += struct.pack("<qq", -32768, 32767) + b" ".ljust(80) + struct.pack("<II", 300, 3)
    header += bytes(32)
    events = b"\x01" + (300).to_bytes(3, "little") + struct.pack("<IIH", 1, 601, 769)
    path.write_bytes(header + COUNTS[:, 0].astype("<i2").tobytes() + events)
    return path


def test_a_gdf_that_ends_early(tmp_path):
    path = write_gdf(tmp_path / "a.gdf")
    np.testing.assert_allclose(read(path).samples, COUNTS[:, 0] / 2, atol=1e-6)
    cut(path, 512 + 600 * 7 + 100)
    with pytest.raises(RecordingError, match="promises 10 data records, and 7 are there"):
        read(path)
