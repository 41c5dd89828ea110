"""A database of PhysioNet before its signals are fetched: its lists, its tables, its headers."""

import re
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from biospectra.errors import RecordingError
from biospectra.formats import edf, wfdb_record
from biospectra.formats.contents import Contents
from biospectra.formats.request import Request
from biospectra.formats.wfdb_annotations import ANNOTATORS
from biospectra.sources.cache import Cache, put
from biospectra.sources.http import Absent, download
from biospectra.sources.physionet import checksums
from biospectra.sources.record_lists import list_records

# Names of tables that say something of records or people; others may be as large as signals.
_TABLES = re.compile(
    r"(participants|subjects?|patients?|records?|reference|labels?|meta_?data|clinical|info|"
    r"demographics|diagnos\w*|[\w-]*(_database|[-_]info|[-_]metadata))\.(csv|tsv)",
    re.IGNORECASE,
)
_MAIN_BYTES = 256  # of an EDF file's header, and as many again for each signal


class Database:
    """A database on PhysioNet's server, on a mirror or in a folder.

    Parameters
    ----------
    name : str
        ``DATABASE/VERSION``.
    base : str
        Address or folder laid out as https://physionet.org/files.
    cache : Path
        Folder for downloads.

    Raises
    ------
    RecordingError
        Where the name is none.
    """

    def __init__(self, name: str, *, base: str, cache: Path) -> None:
        if not re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", name):
            raise RecordingError(f"physionet:{name}", "is no database", "write NAME/VERSION")
        self.name, self.base = name, str(base)
        self.cache = Cache(cache)
        self.remote = bool(re.match(r"https?://", self.base))
        self.records = list_records(name, base=self.base, cache=cache)
        self.files = (
            checksums(f"{self.base.rstrip('/')}/{name}/", self.cache) if self.remote else {}
        )

    def get(self, name: str, span: tuple[int, int] | None = None) -> Path:
        """Return one of the database's files, or the part of it from byte to byte."""
        if not self.remote:
            path = Path(self.base).expanduser() / self.name / name
            if not path.is_file():
                raise Absent(path, "there is no such file", "correct the database's list")
            return path
        place = f"{self.base.rstrip('/')}/{self.name}/{quote(name)}"
        return download(place, self.cache, span=span, sha256=None if span else self.files.get(name))

    def tables(self) -> list[str]:
        """Name the database's own tables that may say something of its records."""
        if self.remote:
            known = [name for name in self.files if "/" not in name]
        else:
            known = [p.name for p in (Path(self.base).expanduser() / self.name).iterdir()]
        return sorted(name for name in known if _TABLES.fullmatch(name))

    def is_annotated(self, record: str) -> bool:
        """Whether a record's annotations are listed."""
        return any(f"{record}.{ending}" in self.files for ending in ANNOTATORS)

    def contents(self, record: str, folder: Path) -> Contents:
        """Return what a record's header says, of which nothing else is fetched.

        Parameters
        ----------
        record : str
            As the database lists it.
        folder : Path
            Where headers go.

        Raises
        ------
        RecordingError
            Where it has no header that can be read by itself.
        """
        ending = PurePosixPath(record).suffix.lower()
        if ending in (".edf", ".bdf"):
            main = self.get(record, (0, _MAIN_BYTES))
            with main.open("rb") as file:
                n_signals = file.read(_MAIN_BYTES)[252:]
            try:
                size = _MAIN_BYTES * (1 + int(n_signals))
            except ValueError:
                raise RecordingError(record, "is no EDF file", "leave it out") from None
            path = self._placed(record, folder, (0, size))
            return edf.contents(Request(path), header_alone=True)
        if ending in ("", ".hea") or f"{record}.hea" in self.files or not self.files:
            name = record if ending == ".hea" else f"{record}.hea"
            header = self._placed(name, folder)
            # Of a record in segments the first one says which signals there are.
            for other in wfdb_record.sidecars(header).named[:1]:
                if other.endswith(".hea"):
                    self._placed(str(PurePosixPath(name).parent / other), folder)
            return wfdb_record.contents(Request(header), header_alone=True)
        raise RecordingError(
            record, "cannot be looked into before it is fetched", "list it in the table by hand"
        )

    def _placed(self, name: str, folder: Path, span: tuple[int, int] | None = None) -> Path:
        """Return a file under its own name: where it lies, or fetched into a folder."""
        path = self.get(name, span)
        return put(path, folder / name) if self.remote else path
