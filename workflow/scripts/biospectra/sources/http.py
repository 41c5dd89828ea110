"""Fetch over HTTP, from a network that breaks and servers that are busy."""

import re
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from biospectra.errors import RecordingError
from biospectra.sources.bucket import SCHEME
from biospectra.sources.cache import Cache, verify
from biospectra.sources.locks import locked
from biospectra.sources.s3 import CHECK_BUCKET, web_address
from biospectra.words import number_of

ATTEMPTS = 6
BACKOFF_S = 0.5  # then twice as long each time
TIMEOUT_S = 60
_BLOCK = 1 << 14  # at most so much is lost of a transfer that breaks
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_MOVED = {301, 302, 303, 307, 308}
_MOST_MOVES = 10


class Absent(RecordingError):
    """The server says that there is no such file."""


def download(
    url: str,
    cache: Cache,
    *,
    sha256: str | None = None,
    span: tuple[int, int] | None = None,
) -> Path:
    """Return the cached file of an address, fetched if need be.

    A transfer that breaks goes on where it stopped, in this run or the next. An address without
    a checksum is taken from the cache for good once it is there. A server may send on within its
    host, and to another host only where a checksum says what has to come; never from https to http.

    Parameters
    ----------
    url : str
        ``http://``, ``https://`` or ``s3://BUCKET/KEY``.
    cache : Cache
        Where it goes.
    sha256 : str or None
        What it must hash to.
    span : tuple of int or None
        (start, stop) bytes, for a part of the file.

    Raises
    ------
    Absent
        Where the server answers 404 or 410.
    RecordingError
        Where it cannot be had, or is not what it should be.
    """
    address = f"{url}#{span[0]}-{span[1]}" if span else url
    if found := cache.find(address, sha256):
        return found
    part = cache.folder / "partial" / cache.key(address)
    with locked(part.with_suffix(".lock")):
        if found := cache.find(address, sha256):  # another job was quicker
            return found
        _transfer(url, part, span, anywhere=sha256 is not None)
        try:
            _refuse_web_page(url, part)
            verify(part, url, sha256)
        except RecordingError:
            part.unlink()
            raise
        finally:
            part.with_suffix(".version").unlink(missing_ok=True)
        return cache.add(part, address)


def _transfer(url: str, part: Path, span: tuple[int, int] | None, *, anywhere: bool) -> None:
    """Bring all bytes of an address into a file, whatever is there already.

    `anywhere` lets the server send on to another host.
    """
    import requests
    from urllib3.exceptions import HTTPError

    failures = 0
    said = ""
    with requests.Session() as session:
        while failures < ATTEMPTS:
            if failures:
                time.sleep(_wait_s(failures, said))
            before = part.stat().st_size if part.exists() else 0
            try:
                said = _attempt(session, url, part, span, anywhere)
            except requests.exceptions.InvalidURL as problem:
                raise RecordingError(url, f"is no address ({problem})", "correct it") from problem
            except (requests.RequestException, HTTPError) as problem:
                said = _brief(problem)
            if not said:
                return
            after = part.stat().st_size if part.exists() else 0
            failures = 1 if after > before else failures + 1
    raise RecordingError(
        url, f"cannot be fetched, tried {ATTEMPTS} times ({said})", "check address and network"
    )


def _follow(session, url: str, headers: dict[str, str], anywhere: bool):
    """Return the answer of an address, or of where its server redirects to."""
    at = web_address(url)
    for _ in range(_MOST_MOVES):
        answer = session.get(
            at, headers=headers, stream=True, timeout=TIMEOUT_S, allow_redirects=False
        )
        if answer.status_code not in _MOVED or "Location" not in answer.headers:
            return answer
        answer.close()
        target = urljoin(at, answer.headers["Location"])
        why, same = _move(at, target)
        if why or not (same or anywhere):
            raise RecordingError(
                url,
                f"its server redirects to {target}, {why or 'another host'}",
                "give the address that it leads to, if you trust it, or the file's sha256",
            )
        login = urlsplit(at).netloc.rpartition("@")[0]
        if same and login and "@" not in urlsplit(target).netloc:
            target = target.replace("://", f"://{login}@", 1)
        at = target
    raise RecordingError(url, f"its server redirects more than {_MOST_MOVES} times", "correct it")


def _move(url: str, target: str) -> tuple[str, bool]:
    """Return why one must not go from one address to another, and whether the host is one.

    A host and those below it (``www.`` and the like) count as one.
    """
    before, after = urlsplit(url), urlsplit(target)
    usual = {"http": 80, "https": 443}
    if after.scheme not in usual or not after.hostname:
        return "which is not a web address", False
    if before.scheme == "https" and after.scheme == "http":
        return "where anybody on the way could change it", False
    ports = before.port or usual[before.scheme], after.port or usual[after.scheme]
    short, long = sorted((before.hostname or "", after.hostname), key=len)
    one_host = short == long or long.endswith(f".{short}")
    return "", one_host and (ports[0] == ports[1] or ports == (80, 443))


def _attempt(session, url: str, part: Path, span: tuple[int, int] | None, anywhere: bool) -> str:
    """Fetch what is missing; return what went wrong, or nothing."""
    version = part.with_suffix(".version")
    have = part.stat().st_size if part.exists() and version.exists() else 0
    first, stop = span or (0, None)
    headers = {"Accept-Encoding": "identity"}
    if span or have:
        headers["Range"] = f"bytes={first + have}-{stop - 1 if stop is not None else ''}"
    if have and version.read_text():
        headers["If-Range"] = version.read_text()
    with _follow(session, url, headers, anywhere) as answer:
        if answer.status_code == 416:
            part.unlink(missing_ok=True)
            if span and not have:
                raise _too_short(url, stop, first)
            return "the file changed on the server"
        if answer.status_code in (404, 410):
            raise Absent(url, f"the server has no such file ({answer.status_code})", "correct it")
        if answer.status_code in _BUSY:
            return f"{answer.status_code} {answer.reason}, {answer.headers.get('Retry-After', '')}"
        if not 200 <= answer.status_code < 300:  # S3 says 301, and no place, of another region
            remedy = "check the address, and whether the database asks for an account"
            if url.startswith(SCHEME):
                remedy = CHECK_BUCKET
            raise RecordingError(
                url, f"the server refuses it ({answer.status_code} {answer.reason})", remedy
            )
        partial = answer.status_code == 206
        skip = 0 if partial else first  # the server takes no ranges: read up to the part
        told = re.match(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if partial and told and int(told[1]) != first + have:
            return "the server sent a different part from the one requested"
        if partial and told and stop and told[2] != "*" and int(told[2]) < stop:
            raise _too_short(url, stop, int(told[2]))
        if not partial:
            have = 0
        version.write_text(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")
        left = None if stop is None else stop - first - have
        with part.open("ab" if have else "wb") as out:
            # Not decoded: of a .gz file some servers say that its encoding is gzip.
            for block in answer.raw.stream(_BLOCK, decode_content=False):
                kept = block[min(skip, len(block)) :]
                skip -= len(block) - len(kept)
                kept = kept if left is None else kept[:left]
                out.write(kept)
                if left is not None:
                    left -= len(kept)
                    if left == 0:
                        break
    if left and not partial:
        raise _too_short(url, stop, stop - left)
    return f"{number_of(left, 'byte')} missing" if left else ""


def _too_short(url: str, promised: int, there: int) -> RecordingError:
    return RecordingError(
        url,
        f"its header promises {promised} bytes, but it has only about {there}",
        "ask for an earlier part, or tell those who maintain the database",
    )


def _wait_s(failures: int, said: str) -> float:
    asked = re.search(r", (\d+)$", said)
    longest = min(60.0, float(asked[1])) if asked else 0.0
    return max(longest, BACKOFF_S * 2 ** (failures - 1))


def _brief(problem: Exception) -> str:
    """Return the innermost cause in a few words."""
    text = str(problem)
    inner = re.findall(r"(?:Error|error)[^:]*: ([^()'\"]+)", text)
    return (inner[-1] if inner else text or type(problem).__name__).strip()[:160]


def _refuse_web_page(url: str, part: Path) -> None:
    ending = Path(urlsplit(url).path).suffix.lower()
    with part.open("rb") as file:
        start = file.read(512).lstrip().lower()
    if ending not in (".html", ".htm") and start.startswith((b"<!doctype html", b"<html")):
        raise RecordingError(
            url,
            "the server sent a web page instead of the file",
            "check the address, and whether you have to sign in",
        )
