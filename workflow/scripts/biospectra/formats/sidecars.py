"""Which further files belong to a header that is read first."""

import re
from pathlib import Path

# Formats of several files, and the one among them that is read first.
HEADERS = (".hea", ".vhdr", ".set")
# Endings of WFDB annotation files, the most telling first.
ANNOTATORS = ("atr", "qrs", "ecg", "ari", "st", "apn", "hyp")
# What a WFDB header says when its files hold a part of the published record.
PART_COMMENT = "# biospectra: samples {} to {} of {} of the published record"
_PART = re.compile(r"# biospectra: samples (\d+) to \d+ of \d+ of the published record")


def named_in(header: Path) -> list[str]:
    """Return the file names that a header names, as far as its format does.

    Parameters
    ----------
    header
        A WFDB header (.hea), a BrainVision header (.vhdr) or anything else, which names none.
        EEGLAB's .set files name theirs in MATLAB's binary form; see `beside`.

    Returns
    -------
    list of str
        Relative to the header; segments of a WFDB record as their headers.
    """
    if header.suffix.lower() == ".hea":
        return _wfdb_names(header.read_text("latin-1"))
    if header.suffix.lower() == ".vhdr":
        text = header.read_text("latin-1")
        stem = header.name[: -len(header.suffix)]
        found = re.findall(r"(?im)^(?:DataFile|MarkerFile)\s*=\s*(.+?)\s*$", text)
        return [name.replace("$b", stem) for name in found]
    return []


def _wfdb_names(text: str) -> list[str]:
    lines = [line.split() for line in text.splitlines() if line.strip() and line[0] != "#"]
    if not lines:
        return []
    segmented = "/" in lines[0][0]
    names = [words[0] for words in lines[1:]]
    names = [f"{name}.hea" for name in names if name != "~"] if segmented else names
    return [name for name in dict.fromkeys(names) if name != "~"]


def first_sample(header_text: str) -> int:
    """Return which sample of the published record a WFDB record begins with."""
    found = _PART.search(header_text)
    return int(found[1]) if found else 0


def beside(path: Path) -> list[Path]:
    """Return the local files that belong to one that is read first, without itself.

    Those that it names, and for formats of several files those of the same name beside it.
    """
    found: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        header = waiting.pop(0)
        for name in named_in(header):
            other = header.parent / name
            if other.is_file() and other not in found and other != path:
                found[other] = None
                if other.suffix == ".hea":
                    waiting.append(other)
    if path.suffix.lower() in HEADERS:
        stem = path.name[: -len(path.suffix)]
        for other in sorted(path.parent.iterdir()):
            if other.name.startswith(f"{stem}.") and other != path and other.is_file():
                found[other] = None
    return list(found)
