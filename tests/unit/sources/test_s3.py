"""Objects of a public bucket: one, a header with what it names, a folder, and what is refused."""

from types import SimpleNamespace
from urllib.parse import quote

import pytest
import requests

from biospectra.errors import RecordingError
from biospectra.sources.fetch import fetch, files_read
from biospectra.sources.s3 import size_of_object
from support.servers import serve_buckets

LISTED = """<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{keys}{more}</ListBucketResult>"""


def listed(*keys: str, more: str = "") -> str:
    """Return what a server says of a bucket's keys; `more` is its token where there are others."""
    entries = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
    token = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
    return LISTED.format(keys=entries, more=token)


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """A server whose folder `open.org` is a bucket, found by the variable that boto3 knows."""
    (tmp_path / "open.org" / "ds" / "sub 1").mkdir(parents=True)
    with serve_buckets(tmp_path, monkeypatch) as server:
        yield server


def test_an_object_is_fetched_once(bucket, tmp_path):
    (tmp_path / "open.org/ds/sub 1/a?#.csv").write_text("0.1\n")
    source = "s3://open.org/ds/sub 1/a?#.csv"
    for folder in ("x", "y"):
        (file,) = fetch(source, tmp_path / folder, cache=tmp_path / "cache")
        assert (file.name, file.read_text()) == ("a?#.csv", "0.1\n")
    assert bucket.asked[f"/open.org/{quote('ds/sub 1/a?#.csv')}"] == 1
    assert files_read(source) == []


def test_what_a_header_names_comes_with_it(bucket, tmp_path):
    folder = tmp_path / "open.org/ds/sub 1"
    (folder / "a.vhdr").write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\n"
        "DataFile=a.eeg\nMarkerFile=a.vmrk\n"
    )
    for name in ("a.eeg", "a.vmrk"):
        (folder / name).write_text(name)
    files = fetch("s3://open.org/ds/sub 1/a.vhdr", tmp_path / "x", cache=tmp_path / "cache")
    assert sorted(file.name for file in files) == ["a.eeg", "a.vhdr", "a.vmrk"]
    assert files[0].name == "a.vhdr"


def test_a_folder_is_fetched_whole(bucket, tmp_path):
    for name in ("a.set", "a.fdt"):
        (tmp_path / "open.org/ds/sub 1" / name).write_text(name)
    asked = "/open.org?list-type=2&prefix=ds%2Fsub+1%2F"
    bucket.faults[asked] = "says " + listed("ds/sub 1/", "ds/sub 1/a.set", more="t")
    bucket.faults[f"{asked}&continuation-token=t"] = "says " + listed("ds/sub 1/a.fdt")
    files = fetch("s3://open.org/ds/sub 1/", tmp_path / "x", cache=tmp_path / "cache")
    assert [file.relative_to(tmp_path).as_posix() for file in files] == ["x/a.set", "x/a.fdt"]


@pytest.mark.parametrize(
    ("source", "answer", "told"),
    [
        ("s3://", None, "write s3://BUCKET/PATH"),
        ("s3://open.org/../other/a.csv", None, "write s3://BUCKET/PATH"),
        ("s3://open.org/ds/none.csv", None, "no such file"),
        ("s3://open.org/ds/", 403, "check the bucket's name and region"),
        ("s3://open.org/ds/", 301, "check the bucket's name and region"),  # it is in another
        ("s3://open.org/ds/", f"says {listed()}", "nothing below it"),
        ("s3://open.org/ds/", "says <html>", "cannot be listed"),
        ("s3://open.org/ds/", f"says {listed('ds/../../a')}", "lead out of it"),
    ],
)
def test_what_cannot_be_had_is_told(source, answer, told, bucket, tmp_path):
    if answer is not None:
        bucket.faults["/open.org?list-type=2&prefix=ds%2F"] = answer
    with pytest.raises(RecordingError, match=told) as refused:
        fetch(source, tmp_path / "x", cache=tmp_path / "cache")
    assert "s3://" in str(refused.value)


def test_an_answer_of_another_region_is_not_taken_for_the_file(bucket, tmp_path):
    bucket.faults["/open.org/ds/a.csv"] = 301  # without a place to go to
    with pytest.raises(
        RecordingError, match=r"refuses it \(301 .*check the bucket's name and region"
    ):
        fetch("s3://open.org/ds/a.csv", tmp_path / "x", cache=tmp_path / "cache")
    del bucket.faults["/open.org/ds/a.csv"]
    (tmp_path / "open.org/ds/a.csv").write_text("0.1\n")
    (file,) = fetch("s3://open.org/ds/a.csv", tmp_path / "x", cache=tmp_path / "cache")
    assert file.read_text() == "0.1\n"


@pytest.mark.parametrize("headers", [{}, {"Content-Range": "bytes 0-0/*"}])
def test_a_server_that_does_not_say_a_length_is_named(headers, bucket, monkeypatch):
    answer = SimpleNamespace(status_code=200, headers=headers)
    monkeypatch.setattr(requests.Session, "get", lambda *given, **how: answer)
    with pytest.raises(RecordingError, match=r"s3://open.org/a.csv: .* not say how long it is"):
        size_of_object("s3://open.org/a.csv")
