"""A recording's files say what they like: nothing outside its own folder is opened for it."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import wfdb

import biospectra
from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.formats.registry import beside
from biospectra.sources.fetch import fetch

RATE_HZ = 250
SAMPLES = np.random.default_rng(4).normal(size=2000)


@pytest.fixture
def private(tmp_path):
    """A folder of somebody's, with recordings of all formats that name others."""
    folder = tmp_path / "private"
    folder.mkdir()
    write_wfdb(folder, "secret")
    SAMPLES.astype("<f4").tofile(folder / "secret.eeg")
    SAMPLES.astype("<f4").tofile(folder / "secret.fdt")
    SAMPLES.astype("<f8").tofile(folder / "secret.raw")
    with h5py.File(folder / "secret.h5", "w") as file:
        file["ecg"] = SAMPLES
    return folder


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "shared" / "recording"
    folder.mkdir(parents=True)
    return folder


def write_wfdb(folder: Path, name: str) -> Path:
    wfdb.wrsamp(
        name,
        fs=RATE_HZ,
        units=["mV"],
        sig_name=["I"],
        p_signal=SAMPLES[:, None],
        fmt=["16"],
        write_dir=str(folder),
    )
    return folder / f"{name}.hea"


def write_vhdr(path: Path, data: str, markers: str = "") -> Path:
    path.write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\n"
        f"DataFile={data}\n" + f"MarkerFile={markers}\n" * bool(markers) + "DataFormat=BINARY\n"
        "DataOrientation=MULTIPLEXED\nNumberOfChannels=1\nSamplingInterval=4000\n"
        "[Binary Infos]\nBinaryFormat=IEEE_FLOAT_32\n[Channel Infos]\nCh1=Cz,,1,uV\n"
    )
    return path


def write_set(path: Path, data: str) -> Path:
    """Write an EEGLAB set whose samples are in another file."""
    from scipy.io import savemat

    names = ("event", "epoch", "icawinv", "icaweights", "icasphere", "icaact", "icachansind")
    eeg = {name: [] for name in names} | {"setname": "a", "xmin": 0, "xmax": 1999 / RATE_HZ}
    eeg |= {"nbchan": 2, "trials": 1, "pnts": 1000, "srate": RATE_HZ, "data": data, "datfile": data}
    eeg["chanlocs"] = np.array([("Fz",), ("Cz",)], dtype=[("labels", object)])
    savemat(path, {"EEG": eeg}, appendmat=False)
    return path


def refused(path: Path, *says: str, **settings) -> None:
    for isolate in (False, True):
        with pytest.raises(RecordingError) as caught:
            read(path, channel=0, isolate=isolate, **settings)
        assert "outside its own folder" in str(caught.value)
        for word in (path.name, *says):
            assert word in str(caught.value)


UPWARDS = ["{private}/secret{ending}", "../../private/secret{ending}", "sub/../../../x{ending}"]
UPWARDS += ["http://127.0.0.1:9/secret{ending}", "a{ending}::http://127.0.0.1:9/b{ending}"]
UPWARDS += ["C:\\secret{ending}", "..\\..\\private\\secret{ending}", "\\\\host\\secret{ending}"]


@pytest.mark.parametrize("name", UPWARDS)
def test_a_brainvision_header_names_its_own_folder_only(here, private, name):
    wanted = name.format(private=private, ending=".eeg")
    shown = wanted.replace("\\", "/")
    refused(write_vhdr(here / "a.vhdr", wanted), shown)
    SAMPLES.astype("<f4").tofile(here / "a.eeg")
    refused(write_vhdr(here / "b.vhdr", "a.eeg", wanted), shown)
    packed = write_vhdr(here / "c.vhdr", wanted)
    packed.with_name("c.vhdr.gz").write_bytes(gzip.compress(packed.read_bytes()))
    refused(here / "c.vhdr.gz", shown)


@pytest.mark.parametrize("name", UPWARDS[:5])
def test_a_wfdb_header_names_its_own_folder_only(here, private, name):
    wanted = name.format(private=private, ending=".dat")
    header = write_wfdb(here, "a")
    header.write_text(header.read_text().replace("a.dat", wanted))
    refused(header, wanted)
    wanted = name.format(private=private, ending="")
    (here / "many.hea").write_text(f"many/2 1 {RATE_HZ} 4000\n{wanted} 2000\n{wanted} 2000\n")
    refused(here / "many.hea", wanted)
    (here / "deep.hea").write_text(f"deep/1 1 {RATE_HZ} 2000\na 2000\n")  # a, which names a secret
    refused(here / "deep.hea", "a.hea")


@pytest.mark.parametrize("name", UPWARDS[:2])
def test_an_eeglab_set_names_its_own_folder_only(here, private, name):
    wanted = name.format(private=private, ending=".fdt")
    refused(write_set(here / "a.set", wanted), "secret.fdt")


def test_a_fif_file_names_its_own_folder_only(here, private):
    import mne

    info = mne.create_info(["Cz"], RATE_HZ, "eeg")
    raw = mne.io.RawArray(np.tile(SAMPLES, 500)[None] * 1e-6, info, verbose="error")
    raw.save(here / "aaaaaaaaaaaaaaaaaaaaaa_raw.fif", split_size="2MB", verbose="error")
    parts = sorted(here.glob("*.fif"))
    assert len(parts) > 1
    first = here / "aaaaaaaaaaaaaaaaaaaaaa_raw.fif"
    following = b"aaaaaaaaaaaaaaaaaaaaaa_raw-1.fif"
    for wanted in ("../../private/secret_raw.fif", str(private / "s.fif")):
        content = first.read_bytes()
        assert content.count(following) == 1
        path = here / "b_raw.fif"
        path.write_bytes(content.replace(following, wanted.encode()[:32].ljust(32, b"\0")))
        refused(path, wanted[:32])


LINKS = {
    "a.eeg": lambda folder: write_vhdr(folder / "a.vhdr", "a.eeg"),
    "a.dat": lambda folder: write_wfdb(folder, "a"),
    "a.fdt": lambda folder: write_set(folder / "a.set", "a.fdt"),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_out_of_the_folder_are_refused(here, private, name):
    path = LINKS[name](here)
    own = here / name
    if own.exists():
        shutil.move(own, here / "kept")
    else:
        SAMPLES.astype("<f4").tofile(here / "kept")
    own.symlink_to(here / "kept")
    assert read(path, channel=0).samples.size in (1000, 2000)
    own.unlink()
    own.symlink_to(private / f"secret{own.suffix}")
    refused(path, name, "a link to")
    own.unlink()
    (here / "further").symlink_to(private)
    own.symlink_to(here / "further" / f"secret{own.suffix}")
    refused(path, name, "a link to")


def test_annotations_out_of_the_folder_are_refused(here, private):
    path = write_wfdb(here, "a")
    wfdb.wrann("secret", "atr", np.array([10]), symbol=["N"], write_dir=str(private))
    (here / "a.atr").symlink_to(private / "secret.atr")
    refused(path, "a.atr")
    (here / "a.atr").unlink()
    for name in (str(private / "secret.tsv"), "../../private/secret.tsv"):
        with pytest.raises(RecordingError, match="outside its own folder"):
            _ = read(path, annotator=name).annotations


def test_a_device_or_a_pipe_is_no_file_of_samples(here):
    path = write_vhdr(here / "a.vhdr", "a.eeg")
    os.mkfifo(here / "a.eeg")
    with pytest.raises(RecordingError, match=r"a\.eeg is not there|not a file"):
        read(path)
    (here / "a.eeg").unlink()
    (here / "a.eeg").symlink_to("/dev/zero")
    with pytest.raises(RecordingError, match=r"a\.eeg is not there|not a file"):
        read(path)


def test_links_that_a_run_or_a_data_set_makes_are_followed(tmp_path, here):
    """The files of a run are links; those of a DataLad data set lead into its store."""
    store = tmp_path / "set" / ".git" / "annex" / "objects"
    for name in ("a.vhdr", "a.eeg"):
        (store / name / name).mkdir(parents=True)
    write_vhdr(store / "a.vhdr" / "a.vhdr" / "k1", "a.eeg")
    SAMPLES.astype("<f4").tofile(store / "a.eeg" / "a.eeg" / "k2")
    folder = tmp_path / "set" / "sub-01"
    folder.mkdir()
    (folder / "a.vhdr").symlink_to("../.git/annex/objects/a.vhdr/a.vhdr/k1")
    (folder / "a.eeg").symlink_to("../.git/annex/objects/a.eeg/a.eeg/k2")
    assert read(folder / "a.vhdr").samples.size == 2000
    files = fetch(str(folder / "a.vhdr"), here, cache=tmp_path / "cache")
    assert [file.name for file in files] == ["a.vhdr", "a.eeg"]
    assert read(files[0]).samples.size == 2000


def test_what_is_refused_when_read_is_refused_when_fetched(tmp_path, here, private):
    path = write_vhdr(here / "a.vhdr", str(private / "secret.eeg"))
    with pytest.raises(RecordingError, match="outside its own folder"):
        beside(path)
    with pytest.raises(RecordingError, match="outside its own folder"):
        fetch(str(path), tmp_path / "target", cache=tmp_path / "cache")
    (here / "a.eeg").symlink_to(private / "secret.eeg")
    with pytest.raises(RecordingError, match="outside its own folder"):
        fetch(str(write_vhdr(path, "a.eeg")), tmp_path / "target", cache=tmp_path / "cache")


# --- HDF5 -------------------------------------------------------------------------------------


def external_link(file: h5py.File, private: Path) -> None:
    file["ecg"] = h5py.ExternalLink(str(private / "secret.h5"), "/ecg")


def link_to_an_external_link(file: h5py.File, private: Path) -> None:
    file.create_group("device")["far"] = h5py.ExternalLink(str(private / "secret.h5"), "/ecg")
    file["ecg"] = h5py.SoftLink("/device/far")


def external_storage(file: h5py.File, private: Path) -> None:
    file.create_dataset(
        "ecg", (2000,), "f8", external=[(str(private / "secret.raw"), 0, h5py.h5f.UNLIMITED)]
    )


def virtual_dataset(file: h5py.File, private: Path) -> None:
    layout = h5py.VirtualLayout((2000,), "f8")
    layout[:] = h5py.VirtualSource(str(private / "secret.h5"), "ecg", (2000,))
    file.create_virtual_dataset("ecg", layout)


def virtual_dataset_of_nothing(file: h5py.File, private: Path) -> None:
    layout = h5py.VirtualLayout((2000,), "f8")
    layout[:] = h5py.VirtualSource("not_there.h5", "ecg", (2000,))
    file.create_virtual_dataset("ecg", layout, fillvalue=7)


HDF5 = [external_link, link_to_an_external_link, external_storage]
HDF5 += [virtual_dataset, virtual_dataset_of_nothing]


@pytest.mark.parametrize("make", HDF5)
@pytest.mark.parametrize("ending", [".h5", ".mat"])
def test_hdf5_takes_nothing_from_other_files(here, private, make, ending):
    path = here / f"a{ending}"
    with h5py.File(path, "w") as file:
        make(file, private)
        file["fs"] = RATE_HZ
    with pytest.raises(RecordingError, match=r"its '[a-z/]+' is ") as caught:
        read(path, variable="ecg")
    assert "another file" in str(caught.value) or "other files" in str(caught.value)


def unwritten(file: h5py.File) -> None:
    file.create_dataset("ecg", (600_000_000,), "f8")


def unwritten_chunks(file: h5py.File) -> None:
    file.create_dataset("ecg", (600_000_000,), "f8", chunks=(10_000,))


def almost_nothing_of_much(file: h5py.File) -> None:
    data = file.create_dataset("ecg", (600_000_000,), "f8", chunks=(10_000_000,), compression=9)
    data[:10] = 1


def a_hole(file: h5py.File) -> None:
    data = file.create_dataset("ecg", (10_000,), "f8", chunks=(1000,))
    data[:3000] = 1
    data[4000:] = 1


@pytest.mark.parametrize("make", [unwritten, unwritten_chunks, almost_nothing_of_much, a_hole])
def test_a_small_file_that_claims_much_costs_nothing(here, make):
    with h5py.File(here / "a.h5", "w") as file:
        make(file)
        file["fs"] = RATE_HZ
    with pytest.raises(RecordingError, match=r"'/ecg' (claims|were never)|written to its '/ecg'"):
        read(here / "a.h5", variable="ecg")


def test_of_a_large_hdf5_file_only_the_part_is_read(here):
    with h5py.File(here / "a.h5", "w") as file:
        data = file.create_dataset("ecg", (4, 4_000_000), "f8", chunks=(1, 100_000))
        for k in range(4):
            data[k] = np.arange(4_000_000) + k / 10
        file["fs"] = RATE_HZ
    code = (
        "import resource, sys; from biospectra.formats.read import read;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "part = {'start_s': 100, 'duration_s': 4, 'isolate': False};"
        "s = read(sys.argv[1], channel=2, variable='ecg', **part);"
        "print(s.samples[0], len(s.samples),"
        " resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(here / "a.h5")],
        env={"PYTHONPATH": str(Path(biospectra.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    first, size, grown_kb = done.stdout.split()
    assert (float(first), int(size)) == (25_000.2, 1000)
    assert int(grown_kb) < 60_000  # of 128 MB; h5py itself takes most of it
