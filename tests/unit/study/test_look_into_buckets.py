"""`biospectra check` looks at recordings in a bucket, and says once what cannot be had there."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from biospectra.sources.bucket_files import SMALL_BYTES
from biospectra.study.look_over import look_over
from support.servers import serve_buckets
from support.tiny import write_edf

HEADER = "recording\tsource\tchannel\tlabel\tsubject\tdatabase"
PLACE = "s3://open.org/ds"
VHDR = (
    "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\n"
    "DataFile=a.eeg\nMarkerFile=a.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\n"
    "NumberOfChannels=1\nSamplingInterval=2000\n[Binary Infos]\nBinaryFormat=INT_16\n"
    "[Channel Infos]\nCh1=LEAD,,0.1,µV\n"
)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of a bucket with EDF files of 300 s, and a study's folder to work in."""
    (tmp_path / "study").mkdir()
    monkeypatch.chdir(tmp_path / "study")
    folder = tmp_path / "open.org/ds"
    folder.mkdir(parents=True)
    samples = np.random.default_rng(0).uniform(-1, 1, 500 * 300)
    for name in ("a", "b", "c", "d"):
        write_edf(folder / f"{name}.edf", samples, 500)
    with serve_buckets(tmp_path, monkeypatch) as running:
        yield running


def looked(*sources: str, channel: str = "LEAD", labels=("rest", "walk"), **further):
    """Write a study of some sources, of two classes in turn, and return what is seen of it."""
    rows = [
        f"r{k}\t{source}\t{channel}\t{labels[k % len(labels)]}\tp{k}\td"
        for k, source in enumerate(sources)
    ]
    Path("recordings.tsv").write_text("\n".join([HEADER, *rows]) + "\n")
    config = {"study": "s", "recordings": "recordings.tsv", "labels": ["rest", "walk"]} | further
    Path("config.yaml").write_text(yaml.safe_dump(config))
    return look_over([Path("config.yaml")], processes=1, watch=lambda steps, n: steps)


def test_headers_of_a_bucket_are_looked_into(server):
    seen = looked(*(f"{PLACE}/{name}.edf" for name in "abcd"))
    assert seen.problems == [] and seen.notes == []
    assert [(row["rate_hz"], row["length_s"]) for row in seen.rows] == [(500, 300)] * 4
    assert max(server.sent.values()) == SMALL_BYTES + 1  # the size is asked for by a first byte


def test_a_channel_that_is_not_in_a_bucket_s_file_is_told(server):
    seen = looked(*(f"{PLACE}/{name}.edf" for name in "abcd"), channel="V9")
    (problem,) = seen.problems
    assert problem.startswith("recordings.tsv, line 2 and 3 more: recording 'r0': a.edf: ")
    assert "LEAD" in problem


def test_a_damaged_file_is_named_by_its_address(server, tmp_path):
    broken = tmp_path / "open.org/ds/b.edf"
    broken.write_bytes(b"x" * broken.stat().st_size)
    (problem,) = looked(*(f"{PLACE}/{name}.edf" for name in "abcd")).problems
    assert problem.startswith(f"recordings.tsv, line 3: {PLACE}/b.edf: ")


def test_what_a_header_names_is_asked_for(server, tmp_path):
    (tmp_path / "open.org/ds/a.vhdr").write_text(VHDR, encoding="utf-8")
    sources = (f"{PLACE}/a.vhdr", *(f"{PLACE}/{name}.edf" for name in "bcd"))
    (problem,) = looked(*sources).problems
    assert problem == (
        f"recordings.tsv, line 2: {PLACE}/a.eeg: the bucket has no such object; correct the path"
    )
    (tmp_path / "open.org/ds/a.eeg").write_bytes(bytes(2 * 500 * 400))
    (tmp_path / "open.org/ds/a.vmrk").write_text(
        "Brain Vision Data Exchange Marker File Version 1.0\n"
    )
    seen = looked(*sources)
    assert seen.problems == []
    assert sorted(row["length_s"] for row in seen.rows) == [300, 300, 300, 400]


def test_annotations_behind_the_beginning_are_not_missed(server, tmp_path):
    """Of an EDF file nothing is said of them; BrainVision's markers are fetched whole."""
    folder = tmp_path / "open.org/ds"
    (folder / "a.vhdr").write_text(VHDR, encoding="utf-8")
    (folder / "a.eeg").write_bytes(bytes(2 * 500 * 400))
    early = "".join(f"Mk{k}=Comment,early,{k},1,0\n" for k in range(1, 12_000))
    marks = "[Marker Infos]\n" + early + "Mk12000=Comment,sits,12000,1,0\n"
    head = "Brain Vision Data Exchange Marker File Version 1.0\n"
    (folder / "a.vmrk").write_text(head + marks)
    assert (folder / "a.vmrk").stat().st_size > SMALL_BYTES
    segments = {"segments": {"annotations": {"mapping": {"Comment/sits": "rest", "goes": "walk"}}}}
    sources = (f"{PLACE}/a.vhdr", *(f"{PLACE}/{name}.edf" for name in "bcd"))
    seen = looked(*sources, labels=("annotation",), **segments)
    assert seen.problems == [] and len(seen.rows) == 4
    (folder / "a.vmrk").write_text(head + "[Marker Infos]\n" + early)
    (problem,) = looked(*sources, labels=("annotation",), **segments).problems
    assert "line 2: recording 'r0': a.vhdr: has no annotation that" in problem


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (404, "the bucket has no such object; correct the path"),
        (403, "the server does not let it be read (403 Forbidden); check the path, and your"),
        (301, "the server does not let it be read (301 Moved Permanently); check the bucket"),
    ],
)
def test_what_cannot_be_had_is_said_once(server, answer, told):
    for name in "abcd":
        server.faults[f"/open.org/ds/{name}.edf"] = answer
    (problem,) = looked(*(f"{PLACE}/{name}.edf" for name in "abcd")).problems
    assert problem.startswith(f"recordings.tsv, line 2 and 3 more: {PLACE}/a.edf: {told}")


def test_a_server_that_is_not_there_is_said_once(server, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    (problem,) = looked(*(f"{PLACE}/{name}.edf" for name in "abcd")).problems
    assert "line 2 and 3 more" in problem and "the server cannot be reached" in problem


@pytest.mark.parametrize("name", ["a.mat", "a.EEG"])
def test_long_files_that_do_not_tell_by_their_beginning_are_left_to_the_run(server, tmp_path, name):
    (tmp_path / "open.org/ds" / name).write_bytes(bytes(SMALL_BYTES + 1))
    seen = looked(f"{PLACE}/{name}", *(f"{PLACE}/{name}.edf" for name in "bcd"))
    assert seen.problems == [] and len(seen.rows) == 3
    assert seen.notes == ["not looked into before fetching: 1 remote recording"]
    assert server.sent[f"/open.org/ds/{name}"] == 1
