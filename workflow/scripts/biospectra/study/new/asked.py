"""What a row of the table asks of a recording: a channel by name, many by a pattern or a list."""

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

from biospectra.errors import RecordingError
from biospectra.formats.channels import SEPARATOR, choose_channels
from biospectra.formats.choice import Choice
from biospectra.formats.contents import ChannelInfo
from biospectra.study.new.found import Found


@dataclass(frozen=True)
class Asked:
    """What one row asks of a recording.

    Attributes
    ----------
    channels : list of ChannelInfo
        The channels of the file that are meant.
    cell : str or None
        As the table says it; None for the name of the only one.
    bad : list of str
        Those that a sidecar calls bad, of which `cell` would mean, too.
    """

    channels: list[ChannelInfo]
    cell: str | None = None
    bad: tuple[str, ...] = ()


def meant_in(one: Found, cell: str, channels: list[ChannelInfo], bad: tuple[str, ...]) -> Choice:
    """Return what a cell means among some channels of a recording, by the rules of all reading.

    Parameters
    ----------
    one : Found
        The recording.
    cell : str
        As a table says it.
    channels : list of ChannelInfo
        Those of the file, or of one of its arrays.
    bad : tuple of str
        Names that are left out.

    Raises
    ------
    RecordingError
        Where it means none.
    """
    return choose_channels(
        cell,
        [channel.name for channel in channels],
        [channel.number for channel in channels],
        passed=(),
        bad=list(bad),
        problem=lambda what, remedy: RecordingError(one.source, what, remedy),
    )


def asked_of(one: Found, own: list[ChannelInfo], bad: list[ChannelInfo]) -> list[Asked]:
    """Return the rows of a recording: one, or as many as it takes to say what differs.

    Channels of several arrays cannot be in one row, nor those whose units or rates the row says.

    Parameters
    ----------
    one : Found
        The recording.
    own : list of ChannelInfo
        The channels that are taken.
    bad : list of ChannelInfo
        Those that would be taken if a sidecar did not call them bad.
    """
    alike: dict[tuple, list[ChannelInfo]] = defaultdict(list)
    for channel in own:
        alike[_cells_of(one, channel)].append(channel)
    return [
        _asked(one, channels, [c for c in bad if _cells_of(one, c) == cells])
        for cells, channels in alike.items()
    ]


def _cells_of(one: Found, channel: ChannelInfo) -> tuple:
    """Return what a row says of a channel beside its name."""
    return channel.variable, channel.rate_hz is None, units_cell(one, channel)


def units_cell(one: Found, channel: ChannelInfo) -> str:
    """Return the units that a table must say of a channel; none where its file says them."""
    said = one.units.get(channel.name, "") or one.given.get("units", "")
    return said if channel.units == "adu" else ""


def _asked(one: Found, own: list[ChannelInfo], bad: list[ChannelInfo]) -> Asked:
    if len(own) + len(bad) == 1:
        return Asked(own)
    assert one.contents is not None
    there = [c for c in one.contents.channels if c.variable == own[0].variable]
    every = [c for c in there if c in own or c in bad]
    if one.columns:  # which the file itself does not name
        return Asked(own, SEPARATOR.join(str(c.number) for c in own))
    for cell in _patterns([c.name for c in every]):
        if (asked := _means(one, cell, there, own)) is not None:
            return asked
    names = [c.name.strip() for c in there]
    by_name = [
        c.name.strip()
        if names.count(c.name.strip()) == 1 and SEPARATOR not in c.name
        else str(c.number)
        for c in every
    ]
    listed = _means(one, SEPARATOR.join(by_name), there, own)
    return listed or Asked(own, SEPARATOR.join(str(c.number) for c in own))


def _means(one: Found, cell: str, there: list[ChannelInfo], own: list[ChannelInfo]) -> Asked | None:
    """Return a cell with the bad channels that it needs, if it then means these channels alone."""
    bad = tuple(name.strip() for name in one.bad if SEPARATOR not in name)
    try:
        meant = {wanted.at for wanted in meant_in(one, cell, there, ()).wanted}
        bad = tuple(name for name in bad if name in {there[k].name.strip() for k in meant})
        good = meant_in(one, cell, there, bad)
    except RecordingError:
        return None
    if [there[wanted.at] for wanted in good.wanted if not wanted.minus] != own:
        return None
    return Asked(own, cell, bad)


def _patterns(names: list[str]) -> list[str]:
    """Return patterns that fit all names, the one that says most first."""
    first, last = min(names), max(names)  # whose common start all have
    same = [a == b for a, b in zip(first, last, strict=False)]
    start = first[: [*same, False].index(False)].lstrip()
    start = re.sub(r"[^\W_]+$", "", start)  # a word is not parted
    return [f"{start}*", "*"] if start.strip() else ["*"]


def asked_for(one: Found, wanted: list[str]) -> list[Asked]:
    """Return what a user's words ask of a recording: one row of each array that has any of them.

    Parameters
    ----------
    one : Found
        The recording.
    wanted : list of str
        Names, numbers, patterns, differences or averages.
    """
    assert one.contents is not None
    bad = tuple(name for name in one.bad if SEPARATOR not in name)
    rows = []
    arrays: dict[str | None, list[ChannelInfo]] = defaultdict(list)
    for channel in one.contents.channels:
        arrays[channel.variable].append(channel)
    for there in arrays.values():
        words, at, made = [], [], False
        for word in wanted:
            try:
                choice = meant_in(one, word, there, bad)
            except RecordingError:
                continue
            words.append(word.strip())
            at += [wanted_one.at for wanted_one in choice.wanted]
            made = made or any(wanted_one.minus for wanted_one in choice.wanted)
        own = [there[k] for k in dict.fromkeys(at)]
        if len(own) == 1 and not made:
            rows.append(Asked(own))
        elif own and not made and len({_cells_of(one, c) for c in own}) > 1:
            rows += asked_of(one, own, [])
        elif own:
            rows.append(Asked(own, SEPARATOR.join(words), _bad_among(one, words, there)))
    return rows


def _bad_among(one: Found, words: list[str], there: list[ChannelInfo]) -> tuple[str, ...]:
    """Return the bad channels that some words would mean, too."""
    meant = {there[k].name for word in words for k in meant_in(one, word, there, ()).positions}
    return tuple(name.strip() for name in one.bad if name in meant)


def not_yet(one: Found, asked: list[Asked], rows: list[dict[str, str]]) -> list[Asked]:
    """Return what is asked of a recording beyond what rows of a table ask of it already.

    Parameters
    ----------
    one : Found
        The recording.
    asked : list of Asked
        What is asked of it.
    rows : list of dict
        Of the table, those of the recording, as a person may have edited them.
    """
    assert one.contents is not None
    there: set[ChannelInfo] = set()
    for row in rows:
        own = [c for c in one.contents.channels if row.get("variable", "") in ("", c.variable)]
        with suppress(RecordingError):
            there |= {own[k] for k in meant_in(one, row["channel"], own, ()).positions}
    known = {row["channel"] for row in rows}
    more = []
    for part in asked:
        rest = [channel for channel in part.channels if channel not in there]
        if rest == part.channels or (part.cell and "-" in part.cell and part.cell not in known):
            more.append(part)
        elif rest:
            more += asked_of(one, rest, [])
    return more
