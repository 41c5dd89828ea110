"""Files that are damaged at random: each is read, or refused in one line, and harms nothing else.

Half a minute in all; longer by hand, BIOSPECTRA_FUZZ_S=600, and with another BIOSPECTRA_FUZZ_SEED.
"""

import gzip
import os
import random
import shutil
import struct
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import pytest
import wfdb
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.formats.registry import READERS
from support import hospital, recorders

SECONDS = float(os.environ.get("BIOSPECTRA_FUZZ_S", 30))
SEED = int(os.environ.get("BIOSPECTRA_FUZZ_SEED", 1))
COUNTS = np.random.default_rng(9).integers(-900, 900, (600, 2))
RATE_HZ = 200
CHANNELS = ("Fz", "Cz")


class Format(NamedTuple):
    """A recording to damage.

    Attributes
    ----------
    write : callable
        Writes it into a folder and returns the file to read.
    settings : dict
        To read it with.
    lengths : tuple of str
        Endings of its files whose length is said somewhere.
    sums : tuple of str
        Endings of its files whose content has a checksum.
    """

    write: Callable[[Path], Path]
    settings: dict
    lengths: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()


def edf(folder: Path, bdf: bool = False) -> Path:
    import edfio

    signal, document = (edfio.BdfSignal, edfio.Bdf) if bdf else (edfio.EdfSignal, edfio.Edf)
    signals = [
        signal(COUNTS[:, k] / 4, RATE_HZ, label=name, physical_range=(-8192, 8191.75))
        for k, name in enumerate(CHANNELS)
    ]
    path = folder / ("a.bdf" if bdf else "a.edf")
    document(signals, annotations=[edfio.EdfAnnotation(1.0, None, "blink")]).write(path)
    return path


def gdf(folder: Path) -> Path:
    header = b"GDF 1.25" + b"X".ljust(80) + b"r".ljust(80) + b"2020010112000000"
    header += struct.pack("<q", 512) + bytes(24 + 20) + struct.pack("<qIII", 3, 1, 1, 1)
    header += b"Fz".ljust(16) + bytes(80) + b"uV".ljust(8) + struct.pack("<dd", -16384, 16383.5)
    header += struct.pack("<qq", -32768, 32767) + b" ".ljust(80) + struct.pack("<II", RATE_HZ, 3)
    header += bytes(32)
    events = b"\x01" + RATE_HZ.to_bytes(3, "little") + struct.pack("<IIH", 1, 301, 769)
    (folder / "a.gdf").write_bytes(header + COUNTS[:, 0].astype("<i2").tobytes() + events)
    return folder / "a.gdf"


def record(folder: Path) -> Path:
    wfdb.wrsamp(
        "a",
        fs=RATE_HZ,
        units=["mV", "mV"],
        sig_name=list(CHANNELS),
        d_signal=COUNTS,
        fmt=["16", "16"],
        adc_gain=[200, 200],
        baseline=[0, 0],
        write_dir=str(folder),
    )
    wfdb.wrann("a", "atr", np.arange(50, 600, 50), symbol=["N"] * 11, write_dir=str(folder))
    return folder / "a.hea"


def brainvision(folder: Path) -> Path:
    COUNTS.astype("<i2").tofile(folder / "a.eeg")
    (folder / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nDataFile=a.eeg\n"
        "MarkerFile=a.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\nDataPoints=600\n"
        "NumberOfChannels=2\nSamplingInterval=5000\n[Binary Infos]\nBinaryFormat=INT_16\n"
        "[Channel Infos]\nCh1=Fz,,0.5,uV\nCh2=Cz,,0.5,uV\n"
    )
    (folder / "a.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nDataFile=a.eeg\n"
        "[Marker Infos]\nMk1=New Segment,,1,1,0,0\nMk2=Stimulus,S  1,301,1,0\n"
    )
    return folder / "a.vhdr"


def eeglab(folder: Path, inside: bool = True) -> Path:
    names = ("event", "epoch", "icawinv", "icaweights", "icasphere", "icaact", "icachansind")
    eeg = {name: [] for name in names} | {"setname": "a", "xmin": 0, "xmax": 599 / RATE_HZ}
    eeg |= {"nbchan": 2, "trials": 1, "pnts": 600, "srate": RATE_HZ}
    eeg["chanlocs"] = np.array([(name,) for name in CHANNELS], dtype=[("labels", object)])
    eeg["data"] = COUNTS.T.astype(np.float32) if inside else "a.fdt"
    if not inside:
        COUNTS.astype("<f4").tofile(folder / "a.fdt")
    savemat(folder / "a.set", {"EEG": eeg}, appendmat=False)
    return folder / "a.set"


def fif(folder: Path) -> Path:
    import mne

    info = mne.create_info(list(CHANNELS), RATE_HZ, "eeg")
    raw = mne.io.RawArray(COUNTS.T * 1e-6, info, verbose="error")
    raw.save(folder / "a_raw.fif", verbose="error")
    return folder / "a_raw.fif"


def hdf5(folder: Path) -> Path:
    with h5py.File(folder / "a.h5", "w") as file:
        file.create_dataset("ecg", data=COUNTS[:, 0], chunks=(100,), fletcher32=True)
        file.attrs["fs"] = RATE_HZ
    return folder / "a.h5"


def opensignals(folder: Path) -> Path:
    with h5py.File(folder / "a.hdf5", "w") as file:
        device = file.create_group("00:07:80:00:00:01")
        device.attrs["sampling rate"] = RATE_HZ
        device.create_group("raw")["channel_1"] = COUNTS[:, :1]
        device["raw"]["nSeq"] = np.arange(600)[:, None]
    return folder / "a.hdf5"


def matlab(folder: Path, compressed: bool = False) -> Path:
    content = {"ecg": COUNTS[:, 0].astype(float), "fs": RATE_HZ}
    savemat(folder / "a.mat", content, do_compression=compressed)
    return folder / "a.mat"


def npz(folder: Path) -> Path:
    np.savez(folder / "a.npz", mV=COUNTS[:, 0], fs=RATE_HZ)
    return folder / "a.npz"


def npy(folder: Path) -> Path:
    np.save(folder / "a.npy", COUNTS[:, 0])
    return folder / "a.npy"


def parquet(folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"Fz": COUNTS[:, 0].astype(float), "Cz": COUNTS[:, 1].astype(float)})
    pq.write_table(table, folder / "a.parquet", write_page_checksum=True)
    return folder / "a.parquet"


def sound(folder: Path, name: str) -> Path:
    import soundfile

    soundfile.write(folder / name, COUNTS.astype(np.int16), 8000, subtype="PCM_16")
    return folder / name


def text(folder: Path, packed: bool = False) -> Path:
    lines = "".join(f"{k / RATE_HZ:.3f},{a},{b}\n" for k, (a, b) in enumerate(COUNTS))
    content = f"time,Fz,Cz\n{lines}".encode()
    path = folder / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    return path


def written(write: Callable[[Path], Path], name: str) -> Callable[[Path], Path]:
    return lambda folder: write(folder / name)


ONE, NAMED = {"channel": 0}, {"channel": "Fz"}
RATED = {"rate_hz": RATE_HZ}
FORMATS = {
    "edf": Format(edf, NAMED, (".edf",)),
    "bdf": Format(lambda folder: edf(folder, bdf=True), NAMED, (".bdf",)),
    "gdf": Format(gdf, ONE, (".gdf",)),
    "wfdb": Format(record, NAMED, (".dat",), (".dat",)),
    "brainvision": Format(brainvision, NAMED, (".eeg",)),
    "eeglab": Format(eeglab, NAMED, (".set",)),
    "eeglab, two files": Format(lambda f: eeglab(f, inside=False), NAMED, (".fdt",)),
    "fif": Format(fif, NAMED, (".fif",)),
    "hdf5": Format(hdf5, {}, (".h5",)),
    "opensignals": Format(opensignals, {}, (".hdf5",)),
    "matlab": Format(matlab, {}, (".mat",)),
    "matlab, packed": Format(lambda folder: matlab(folder, True), {}, (".mat",), (".mat",)),
    "npz": Format(npz, {}, (".npz",), (".npz",)),
    "npy": Format(npy, RATED, (".npy",)),
    "parquet": Format(parquet, RATED | NAMED, (".parquet",), ()),
    "wav": Format(lambda folder: sound(folder, "a.wav"), ONE, (".wav",)),
    "flac": Format(lambda folder: sound(folder, "a.flac"), ONE, (".flac",), (".flac",)),
    "text": Format(text, NAMED),
    "text, packed": Format(lambda f: text(f, True), NAMED, (".gz",), (".gz",)),
    "xdf": Format(written(recorders.write_xdf, "a.xdf"), NAMED, (".xdf",)),
    "acq": Format(written(recorders.write_acq, "a.acq"), NAMED),
    "neuroscan": Format(written(recorders.write_neuroscan, "a.cnt"), NAMED),
    "egi": Format(written(recorders.write_egi, "a.raw"), ONE, (".raw",)),
    "nicolet": Format(written(recorders.write_nicolet, "a.head"), NAMED, (".data",)),
    "persyst": Format(written(recorders.write_persyst, "a.lay"), NAMED),
    "curry": Format(written(recorders.write_curry, "a.cdt"), NAMED, (".cdt",)),
    "aecg": Format(written(hospital.write_aecg, "a.xml"), ONE),
    "ishne": Format(written(hospital.write_ishne, "a.ecg"), ONE),
    "dicom": Format(written(hospital.write_dicom, "a.dcm"), ONE),
    "nwb": Format(written(recorders.write_nwb, "a.nwb"), NAMED),
    "nihon kohden": Format(written(recorders.write_nihon_kohden, "a.eeg"), ONE),
}


def test_every_format_is_damaged():
    covered = {".edf", ".bdf", ".gdf", ".hea", ".vhdr", ".set", ".fif", ".h5", ".hdf5", ".mat"}
    covered |= {".npz", ".npy", ".parquet", ".wav", ".flac", ".csv"}
    covered |= {".xdf", ".acq", ".cnt", ".raw", ".head", ".lay", ".cdt", ".eeg"}
    covered |= {".xml", ".ecg", ".dcm", ".nwb"}
    alike = {
        ".rec": ".edf",
        ".dap": ".cdt",
        ".bin": ".raw",
        ".scp": ".dcm",
        ".txt": ".csv",
        ".tsv": ".csv",
    }
    assert {alike.get(ending, ending) for ending in READERS} == covered


STRUCTURE = ("cut", "lost", "extra")
CONTENT = ("bit", "byte", "zeros", "random")


def damage(content: bytes, kind: str, dice: random.Random) -> bytes:
    """Return a file's content, damaged."""
    at = dice.randrange(len(content))
    size = dice.choice((1, 2, 3, 8, 64, 200))
    data = bytearray(content)
    if kind == "cut":
        return bytes(data[:at])
    if kind == "lost":
        return bytes(data[:at] + data[at + size :])
    if kind == "extra":
        return bytes(data[:at] + dice.randbytes(size) + data[at:])
    if kind == "bit":
        data[at] ^= 1 << dice.randrange(8)
    elif kind == "byte":
        data[at] = dice.choice((0, 0x93, 0xFF, 0x2C, 0x39))
    else:
        part = data[at : at + size]
        part[:] = bytes(len(part)) if kind == "zeros" else dice.randbytes(len(part))
        data[at : at + size] = part
    return bytes(data)


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files(name, tmp_path):
    form = FORMATS[name]
    whole = tmp_path / "whole"
    whole.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first = form.write(whole)
    expected = read(first, isolate=True, **form.settings).samples
    files = sorted(whole.iterdir())
    dice, until = random.Random(f"{SEED} {name}"), time.monotonic() + SECONDS / len(FORMATS)
    outcomes: Counter = Counter()
    silent = []
    while time.monotonic() < until or not outcomes:
        here = tmp_path / "here"
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(whole, here)
        kind, victim = dice.choice((*STRUCTURE, *CONTENT)), dice.choice(files)
        content = damage(victim.read_bytes(), kind, dice)
        (here / victim.name).write_bytes(content)
        try:
            signal = read(here / first.name, isolate=True, **form.settings)
            _ = signal.annotations
        except RecordingError as error:
            told = str(error)
            assert "\n" not in told and "Traceback" not in told, told
            assert str(here) in told and 20 < len(told) < 1500, told
            outcomes["crashed" if "crashed its reader" in told else "refused"] += 1
            continue
        same = np.array_equal(signal.samples, expected, equal_nan=True)
        outcomes["the same" if same else "others"] += 1
        telling = form.lengths if kind in STRUCTURE else form.sums
        if not same and victim.suffix in telling and content != victim.read_bytes():
            changed = (a != b for a, b in zip(content, victim.read_bytes(), strict=False))
            at = next((at for at, differs in enumerate(changed) if differs), len(content))
            silent.append(f"{kind} of {victim.name} at {at}, {len(content)} bytes are left")
    assert not silent, f"{len(silent)} of {outcomes}: {silent[:5]}"
