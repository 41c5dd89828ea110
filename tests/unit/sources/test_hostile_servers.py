"""What a server or an address may not do: send elsewhere, weaken the line, tell a password."""

import hashlib
import stat
from pathlib import Path

import pytest

from biospectra.errors import RecordingError, StudyError, redacted
from biospectra.sources import http as downloads
from biospectra.sources.cache import Cache
from biospectra.sources.fetch import fetch
from biospectra.sources.http import _move
from support.servers import serve

CONTENT = b"1\n2\n3\n" * 100


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(downloads, "BACKOFF_S", 0.001)
    monkeypatch.setattr(downloads, "ATTEMPTS", 2)


@pytest.fixture
def servers(tmp_path):
    """Two servers, of one file each."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_bytes(CONTENT)
    with serve(tmp_path / "one") as one, serve(tmp_path / "two") as two:
        yield one, two


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_server_may_send_on_within_its_host(servers, tmp_path):
    one, _ = servers
    one.faults = {"/old.csv": "to /older.csv", "/older.csv": f"to {one.url}/a.csv"}
    (file,) = fetch(f"{one.url}/old.csv", tmp_path / "here", cache=tmp_path / "cache")
    assert (file.name, file.read_bytes()) == ("old.csv", CONTENT)


def test_another_host_needs_a_checksum(servers, tmp_path):
    one, two = servers
    one.faults = {"/old.csv": f"to {two.url}/a.csv"}
    with pytest.raises(RecordingError, match=r"redirects to .*, another host; give the address"):
        fetch(f"{one.url}/old.csv", tmp_path / "here", cache=tmp_path / "cache")
    assert two.asked == {}
    (file,) = fetch(
        f"{one.url}/old.csv",
        tmp_path / "here",
        cache=tmp_path / "cache",
        sha256=hashlib.sha256(CONTENT).hexdigest(),
    )
    assert file.read_bytes() == CONTENT


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a.csv"])
def test_what_is_no_address_of_the_web_is_not_followed(servers, tmp_path, target):
    one, _ = servers
    one.faults = {"/old.csv": f"to {target}"}
    checksum = hashlib.sha256(CONTENT).hexdigest()
    with pytest.raises(RecordingError, match="which is not a web address"):
        fetch(f"{one.url}/old.csv", tmp_path / "here", cache=tmp_path / "cache", sha256=checksum)


def test_a_circle_of_servers_ends(servers, tmp_path):
    one, _ = servers
    one.faults = {"/old.csv": "to /old.csv"}
    with pytest.raises(RecordingError, match="redirects more than 10 times"):
        fetch(f"{one.url}/old.csv", tmp_path / "here", cache=tmp_path / "cache")


@pytest.mark.parametrize(
    "url, target, why, same",
    [
        ("https://a.org/x", "http://a.org/x", "where anybody on the way", False),
        ("https://a.org/x", "https://a.org/y", "", True),
        ("http://a.org/x", "https://a.org/x", "", True),
        ("http://a.org/x", "https://www.a.org:443/x", "", True),
        ("https://a.org/x", "https://files.a.org/x", "", True),
        ("https://a.org/x", "https://nota.org/x", "", False),
        ("https://a.org/x", "https://a.org.evil.net/x", "", False),
        ("https://a.org/x", "https://a.org@evil.net/x", "", False),
        ("http://a.org:8000/x", "http://a.org:9000/x", "", False),
        ("http://a.org:8000/x", "https://a.org/x", "", False),
    ],
)
def test_where_a_server_may_send_to(url, target, why, same):
    found, is_same = _move(url, target)
    assert found.startswith(why) and bool(found) == bool(why)
    assert is_same == same


PASSWORD = "hunter2"


def test_a_password_works_and_is_told_nowhere(servers, tmp_path, capfd):
    one, _ = servers
    one.faults = {"/a.csv": f"login ann:{PASSWORD}", "/old.csv": f"to {one.url}/a.csv"}
    host = one.url.removeprefix("http://")
    cache = tmp_path / "cache"
    for name in ("a.csv", "old.csv"):  # a password is for the host, so it goes where that sends on
        url = f"http://ann:{PASSWORD}@{host}/{name}"
        (file,) = fetch(url, tmp_path / "here", cache=cache)
        assert file.read_bytes() == CONTENT
    with pytest.raises(RecordingError) as caught:
        fetch(f"http://ann:{PASSWORD}@{host}/no.csv", tmp_path / "here", cache=cache)
    with pytest.raises(RecordingError) as refused:
        fetch(f"http://ann:wrong{PASSWORD}@{host}/a.csv", tmp_path / "here", cache=tmp_path / "c")
    told = [*(str(e.value) for e in (caught, refused)), *caught.value.parts, *refused.value.parts]
    told += capfd.readouterr()
    told += [text for path in files_below(cache) for text in (path.name, path.read_text("latin-1"))]
    assert not [text for text in told if PASSWORD in text]
    # The name of a note must not depend on it either, or it could be guessed from that.
    assert Cache(cache).key(f"http://ann:{PASSWORD}@{host}/a.csv") == Cache(cache).key(
        f"{one.url}/a.csv"
    )


@pytest.mark.parametrize(
    "text, clean",
    [
        ("https://ann:pw@host/a", "https://host/a"),
        ("tried https://ann:p@w@host/a.csv twice", "tried https://host/a.csv twice"),
        ("http://ann:p/w@host/a", "http://host/a"),
        ("http://token@host/a", "http://host/a"),
        ("https://host/a?access_token=xy&part=2", "https://host/a?access_token=***&part=2"),
        ("https://host/a?X-Amz-Signature=xy", "https://host/a?X-Amz-Signature=***"),
        ("https://host:80/a@b.csv?monkey=1", "https://host:80/a@b.csv?monkey=1"),
        ("mail@host.org, physionet:a/1/b", "mail@host.org, physionet:a/1/b"),
    ],
)
def test_addresses_lose_what_is_secret(text, clean):
    assert redacted(text) == clean
    assert clean in str(StudyError(text))
    assert clean in str(RecordingError(text, "is bad", "mend it").within("recording a"))


def test_the_cache_is_its_owners_alone(tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o755)
    Cache(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    Cache(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
