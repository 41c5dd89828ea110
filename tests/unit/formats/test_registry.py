"""A format is one module and one word, and what it needs beside it is found everywhere alike."""

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats import registry as formats
from biospectra.formats.read import read as read_recording
from biospectra.formats.sidecars import Sidecars
from biospectra.signals.signal import Signal
from biospectra.sources.fetch import fetch

ROOT = Path(__file__).resolve().parents[3]


def test_every_format_has_its_endings_and_its_reader():
    endings = [ending for module in formats.FORMATS for ending in module.ENDINGS]
    assert len(endings) == len(set(endings))
    assert all(re.fullmatch(r"\.[a-z0-9]+", ending) for ending in endings)
    assert all(callable(module.read) for module in formats.FORMATS)


def test_the_files_of_a_recording_come_with_it(tmp_path, monkeypatch):
    """Its samples lie in a file that the header names, in a folder below."""

    def sidecars(path):
        return Sidecars([path.read_text().strip()], ["*.note"])

    def read(request):
        samples = np.loadtxt(request.path.parent / request.path.read_text().strip())
        yield request.cut(Signal(samples, 10.0, "adu", "only"))

    monkeypatch.setitem(formats.READERS, ".counts", read)
    monkeypatch.setitem(formats.SIDECARS, ".counts", sidecars)
    there = tmp_path / "there"
    (there / "data").mkdir(parents=True)
    (there / "a.counts").write_text("data/a.dat\n")
    (there / "data" / "a.dat").write_text("1\n2\n3\n")
    (there / "a.note").write_text("a note")
    (there / "other.txt").write_text("another recording")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for path in there.rglob("*"):
            packed.write(path, f"in/{path.relative_to(there)}")
    for k, source in enumerate([there / "a.counts", f"{tmp_path / 'a.zip'}!/in/a.counts"]):
        folder = tmp_path / f"fetched {k}"
        files = fetch(str(source), folder, cache=tmp_path / "cache")
        assert [str(file.relative_to(folder)) for file in files] == [
            "a.counts",
            "data/a.dat",
            "a.note",
        ]
        np.testing.assert_array_equal(read_recording(files[0]).samples, [1, 2, 3])


@pytest.mark.parametrize("name", ["../a.dat", "/etc/passwd", "in/../../a.dat", "C:\\a.dat"])
def test_no_header_leads_out_of_its_folder(tmp_path, name):
    (tmp_path / "a.hea").write_text(f"a 1 300 10\n{name} 16 200/mV 16 0 0 0 0 I\n")
    with pytest.raises(RecordingError, match="outside its own folder"):
        formats.beside(tmp_path / "a.hea")
