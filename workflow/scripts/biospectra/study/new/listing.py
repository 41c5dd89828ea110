"""Recordings that were found, as a table and in rows of names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from biospectra.formats.contents import ChannelInfo
from biospectra.study.new.found import Found
from biospectra.study.new.kinds import longest_s

MOST_LISTED = 8  # names, or errors
_LONG = 24  # letters of a name


def some(names: Iterable[str], most: int = MOST_LISTED) -> str:
    """Return names in a row, the first of many."""
    names = list(dict.fromkeys(names))
    return ", ".join(names[:most]) + (f", ... ({len(names)} in all)" if len(names) > most else "")


def few(names: Iterable[str], most: int = 5) -> str:
    """Return names in a row, the first of many, without their number."""
    names = [n if len(n) <= _LONG else f"{n[:_LONG]}..." for n in dict.fromkeys(names)]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def aligned(rows: Sequence[Sequence[str]], header: Sequence[str]) -> str:
    """Return a table whose columns are as wide as they need."""
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[k]) for row in table) for k in range(len(header))]
    lines = ("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in table)
    return "\n".join(f"  {line.rstrip()}" for line in lines)


def ending_shown(name: str) -> str:
    """Return the ending of a name in capitals, as formats are called."""
    suffixes = PurePosixPath(name).suffixes[-2:]
    if not suffixes:
        return "WFDB"
    shown = suffixes if suffixes[-1].lower() == ".gz" else suffixes[-1:]
    return {"HEA": "WFDB", "VHDR": "BrainVision"}.get(text := "".join(shown)[1:].upper(), text)


def found_table(
    found: list[Found], channels: list[list[ChannelInfo]], labels: list[str], people: list[str]
) -> str:
    """Return a table of the recordings that could be looked into, those alike in one row."""
    groups: dict[tuple, list[int]] = defaultdict(list)
    for k, (one, own) in enumerate(zip(found, channels, strict=True)):
        rates = sorted({channel.rate_hz for channel in own if channel.rate_hz})
        groups[
            ending_shown(one.name),
            ", ".join(f"{rate:g} Hz" for rate in rates)
            or (f"{one.given['rate_hz']} Hz, as said" if one.given.get("rate_hz") else "not said"),
            _channels(own, len(one.contents.channels if one.contents else [])),
            some([channel.units for channel in own], 3),
        ].append(k)
    rows = []
    for (ending, rate, names, units), members in groups.items():
        lengths = [longest_s(found[k], channels[k]) for k in members]
        low, high = min(lengths), max(lengths)
        length = f"{low:.4g} s" if high - low < 0.05 * high else f"{low:.4g} to {high:.4g} s"
        label = sorted({labels[k] or "?" for k in members})
        who = {people[k] for k in members if people[k]}
        rows.append(
            (
                str(len(members)),
                ending,
                rate,
                names,
                units,
                length if high else "not known",
                few(label),
                str(len(who)) if who else "?",
            )
        )
    header = ("files", "format", "rate", "channels taken", "units", "length", "class", "people")
    return aligned(rows, header)


def _channels(own: list[ChannelInfo], there: int) -> str:
    names = ", ".join(channel.name.strip() for channel in own[:4])
    return f"{len(own)} of {there}: {names}{', ...' if len(own) > 4 else ''}"
