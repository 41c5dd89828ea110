"""A recording of several files is read whole and in order, also where it was fetched."""

import shutil
import zipfile
from pathlib import Path

import mne
import numpy as np
import pytest
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.formats.registry import beside
from biospectra.sources.fetch import fetch
from support.servers import serve

DATA = np.round(np.random.default_rng(4).normal(size=(2, 300_000)) * 100) * 1e-6


def write_split_fif(folder: Path, naming: str = "neuromag") -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    raw = mne.io.RawArray(DATA, mne.create_info(["Fz", "Cz"], 300, "eeg"), verbose="error")
    raw.save(folder / "a_raw.fif", split_size="2MB", split_naming=naming, verbose="error")
    files = sorted(folder.glob("*.fif"), key=lambda p: (len(p.name), p.name))
    assert len(files) >= 3
    return files


@pytest.mark.parametrize("naming", ["neuromag", "bids"])
def test_fif_in_parts(tmp_path, naming):
    files = write_split_fif(tmp_path / "there", naming)
    got = read(files[0], channel="Cz")
    np.testing.assert_allclose(got.samples, DATA[1] * 1e6, rtol=1e-5)
    fetched = fetch(str(files[0]), tmp_path / "here", cache=tmp_path / "cache")
    assert [p.name for p in fetched] == [p.name for p in files]
    np.testing.assert_array_equal(read(fetched[0], channel="Cz").samples, got.samples)
    with pytest.raises(RecordingError, match=r"further part .* name the first: a_raw\.fif"):
        read(files[1], channel="Cz")


def test_fif_of_which_a_part_is_missing(tmp_path):
    files = write_split_fif(tmp_path)
    files[-1].unlink()
    with pytest.raises(RecordingError, match=f"next part {files[-1].name} is not there"):
        read(files[0], channel="Cz")


def test_a_pattern_never_begins_with_a_further_part(tmp_path):
    """Sorted by name, ``a_raw-1.fif`` comes before ``a_raw.fif``."""
    files = write_split_fif(tmp_path / "there")
    fetched = fetch(str(tmp_path / "there/a_raw*.fif"), tmp_path / "here", cache=tmp_path / "cache")
    assert fetched[0].name == "a_raw.fif"
    assert {p.name for p in fetched} == {p.name for p in files}


def write_brainvision(folder: Path, name: str, data: str = "$b.eeg") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    counts = np.arange(1000, dtype="<i2")
    lies = folder / data.replace("$b", name)
    lies.parent.mkdir(exist_ok=True)
    counts.tofile(lies)
    (folder / f"{name}.vhdr").write_text(
        f"Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nDataFile={data}\n"
        "MarkerFile=$b.vmrk\nDataFormat=BINARY\nNumberOfChannels=1\nSamplingInterval=4000\n"
        "[Binary Infos]\nBinaryFormat=INT_16\n[Channel Infos]\nCh1=Cz,,1,µV\n"
    )
    (folder / f"{name}.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Marker Infos]\n"
        "Mk1=New Segment,,1,1,0,0\n"
    )
    return folder / f"{name}.vhdr"


def test_parts_that_do_not_know_of_each_other_are_refused(tmp_path):
    for name in ("night", "night-2", "night-3"):
        write_brainvision(tmp_path / "there", name)
    with pytest.raises(RecordingError, match=r"several recordings: night-2\.vhdr, night-3\.vhdr"):
        fetch(str(tmp_path / "there/night*.vhdr"), tmp_path / "here", cache=tmp_path / "cache")
    files = fetch(str(tmp_path / "there/night.*"), tmp_path / "here", cache=tmp_path / "cache")
    assert files[0].name == "night.vhdr"


@pytest.mark.parametrize("data", ["$b.eeg", "data/$b.eeg", "old name.eeg", "data\\$b.eeg"])
@pytest.mark.parametrize("way", ["path", "zip", "http"])
def test_brainvision_is_read_where_it_was_fetched(tmp_path, data, way):
    there = tmp_path / "there"
    path = write_brainvision(there, "a", data.replace("\\", "/"))
    path.write_text(path.read_text().replace(data.replace("\\", "/"), data))
    if way == "zip":
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
            for file in there.rglob("*.*"):
                packed.write(file, f"in/{file.relative_to(there)}")
        source = f"{tmp_path / 'a.zip'}!/in/a.vhdr"
    else:
        source = str(path)
    with serve(there) as server:
        source = f"{server.url}/a.vhdr" if way == "http" else source
        files = fetch(source, tmp_path / "here", cache=tmp_path / "cache")
    assert len(files) == 3
    np.testing.assert_array_equal(read(files[0]).samples, np.arange(1000))
    np.testing.assert_array_equal(read(path).samples, np.arange(1000))


@pytest.mark.parametrize("compressed", [False, True])
def test_an_eeglab_set_that_was_renamed(tmp_path, compressed):
    """The set goes on naming its samples' file by the old name."""
    there = tmp_path / "there"
    there.mkdir()
    samples = np.arange(2000, dtype="<f4").reshape(1000, 2)
    samples.tofile(there / "old name.fdt")
    eeg = {
        "setname": "old",
        "filename": "old name.set",
        "nbchan": 2,
        "trials": 1,
        "pnts": 1000,
        "srate": 250.0,
        "xmin": 0.0,
        "xmax": 999 / 250,
        "data": "old name.fdt",
        "datfile": "old name.fdt",
        "history": "EEG = pop_loadset('filename','older.set'); % from 'older.fdt'",
        "chanlocs": np.array([("Fz",), ("Cz",)], dtype=[("labels", object)]),
        "event": [],
        "epoch": [],
        "icawinv": [],
        "icaweights": [],
        "icasphere": [],
        "icaact": [],
        "icachansind": [],
    }
    path = there / "new.set"
    savemat(path, {"EEG": eeg}, appendmat=False, do_compression=compressed)
    assert [p.name for p in beside(path)] == ["old name.fdt"]
    files = fetch(str(path), tmp_path / "here", cache=tmp_path / "cache")
    assert [p.name for p in files] == ["new.set", "old name.fdt"]
    np.testing.assert_allclose(read(files[0], channel="Cz").samples, samples[:, 1], rtol=1e-5)
    with (there / "old name.fdt").open("ab") as file:
        file.write(b"\x00" * 4)
    with pytest.raises(RecordingError, match=r"promises 8000 bytes in old name\.fdt"):
        read(path, channel="Cz")
    shutil.move(there / "old name.fdt", tmp_path)
    with pytest.raises(RecordingError, match=r"old name\.fdt is not there"):
        read(path, channel="Cz")


def test_names_that_other_programs_stumble_over(tmp_path):
    """Brackets, braces, blanks and quotes in a record's name."""
    import wfdb

    name = "a[1] {x} 'q'*"
    counts = np.arange(500)[:, None]
    wfdb.wrsamp(
        "r",
        250,
        ["mV"],
        ["I"],
        d_signal=counts,
        fmt=["16"],
        adc_gain=[200],
        baseline=[0],
        write_dir=str(tmp_path),
    )
    header = (tmp_path / "r.hea").read_text().splitlines()
    (tmp_path / "r.dat").rename(tmp_path / f"{name.replace(' ', '_')}.dat")
    header[1] = f"{name.replace(' ', '_')}.dat {header[1].split(maxsplit=1)[1]}"
    (tmp_path / f"{name}.hea").write_text("\n".join(header) + "\n")
    np.testing.assert_allclose(read(tmp_path / f"{name}.hea").samples, counts[:, 0] / 200)
