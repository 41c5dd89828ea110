"""Which channels of a file are meant: names, numbers, lists, patterns, differences, averages."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from itertools import product

from biospectra.formats.channel_names import usual_name
from biospectra.formats.choice import Choice, Problem, Wanted
from biospectra.words import number_of

SEPARATOR = ";"  # between the channels of a list; names have commas and blanks in them
AVERAGE = "-average"
# What patterns pass over: channels of triggers, which are no signals.
_TRIGGERS = re.compile(r"(?:bdf |edf )?status|sti\s?\d*|stim\w*|trig(?:ger)?s?\d*|markers?|events?")
Channels = str | int | Sequence[str | int] | None


def items_of(channel: Channels) -> list[str]:
    """Return the channels of a list one by one; a text is parted at each `SEPARATOR`.

    Parameters
    ----------
    channel : str, int, sequence of either, or None
        What is asked for.

    Returns
    -------
    list of str

    Examples
    --------
    >>> items_of("C3; EEG *"), items_of(["C3", 4]), items_of(2), items_of(None)
    (['C3', 'EEG *'], ['C3', '4'], ['2'], [])
    """
    if channel is None:
        return []
    parts = str(channel).split(SEPARATOR) if isinstance(channel, str | int | float) else channel
    return [text for text in (str(part).strip() for part in parts) if text]


def is_pattern(text: str) -> bool:
    """Whether a text stands for all names that it fits.

    Parameters
    ----------
    text : str
        One item of a list.

    Returns
    -------
    bool
    """
    return "*" in text or "?" in text


def means_many(channel: Channels) -> bool:
    """Whether several channels may be meant; only a file's header can say which.

    Parameters
    ----------
    channel : str, int, sequence of either, or None
        What is asked for.

    Returns
    -------
    bool

    Examples
    --------
    >>> [means_many(channel) for channel in ("C3", "C3-M2", "C3;C4", "EEG *", ["C3"])]
    [False, False, True, True, True]
    """
    items = items_of(channel)
    listed = channel is not None and not isinstance(channel, str | int | float)
    return listed or len(items) > 1 or any(map(is_pattern, items))


def may_share(one: Channels, other: Channels) -> bool:
    """Whether two may mean the same channel of a file, as far as their names say.

    Parameters
    ----------
    one, other : str, int, sequence of either, or None
        What is asked for.

    Returns
    -------
    bool

    Examples
    --------
    >>> may_share("EEG *", "EEG C3"), may_share("C3;C4", "C4"), may_share("C3", "C3-M2")
    (True, True, False)
    """
    return any(
        a.casefold() == b.casefold() or _fits(a, b) or _fits(b, a)
        for a, b in product(items_of(one), items_of(other))
    )


def _fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern, in which only ``*`` and ``?`` mean anything."""
    if not is_pattern(pattern):
        return False
    plain = translate(pattern.strip().casefold().replace("[", "[[]"))
    return re.match(plain, name.strip().casefold()) is not None


class _Header:
    """The channels of a file, to be asked for by name."""

    def __init__(
        self,
        names: Sequence[str],
        numbers: Sequence[int],
        passed: Iterable[int],
        bad: list[str],
        problem: Problem,
    ) -> None:
        self.names, self.numbers, self.problem = [str(name) for name in names], numbers, problem
        listed = ", ".join(f"{k} {name!r}" for k, name in zip(numbers, names, strict=True))
        self.listed = listed[:600] + ", ..." if len(listed) > 600 else listed
        self.bad = {k for k, name in enumerate(self.names) if any(_same(b, name) for b in bad)}
        self.passed = set(passed)

    def find(self, wanted: str) -> int | None:
        """Return the position of the channel of a name, or else of a number."""
        for same in (str, str.strip, lambda name: name.strip().casefold()):
            hits = [k for k, name in enumerate(self.names) if same(name) == same(wanted)]
            if len(hits) == 1:
                return hits[0]
            if hits:
                raise self.problem(
                    f"{number_of(len(hits), 'channel')} are named {wanted!r}",
                    f"give its number instead: {self.listed}",
                )
        number = wanted.removesuffix(".0")
        if number.lstrip("-").isdigit() and int(number) in self.numbers:
            return list(self.numbers).index(int(number))
        return None

    def _fitting(self, pattern: str) -> list[int]:
        """Return the good channels that fit a pattern, triggers only where it fits nothing else."""
        hits = [
            k
            for k, name in enumerate(self.names)
            if _fits(pattern, name) and k not in self.passed | self.bad
        ]
        signals = [k for k in hits if not _TRIGGERS.fullmatch(self.names[k].strip().casefold())]
        return signals or hits

    def _alias(self, wanted: str) -> list[int]:
        """Return the channels that are usually called so, too."""
        return [k for k, name in enumerate(self.names) if usual_name(name) == usual_name(wanted)]

    def _one(self, wanted: str) -> tuple[int, tuple[str, ...]] | None:
        """Return a channel by its name, its number or the only one that an alias fits."""
        at = self.find(wanted)
        if at is not None:
            return at, ()
        alias = self._alias(wanted)
        if len(alias) != 1:
            return None
        return alias[0], (f"its channel {self.names[alias[0]]!r} is taken for {wanted!r}",)

    def meant(self, item: str) -> list[Wanted]:
        """Return the channels that one item of a list means."""
        at = self.find(item)
        if at is not None:
            return [Wanted(self.names[at], at)]
        if is_pattern(item) and (hits := self._fitting(item)):
            return [Wanted(self.names[k], k) for k in hits]
        if item.casefold().endswith(AVERAGE):
            return self._averaged(item)
        if not is_pattern(item) and (alone := self._one(item)):
            return [Wanted(self.names[alone[0]], alone[0], remarks=alone[1])]
        found = self._difference(item)
        if found:
            return found
        several = ", ".join(repr(self.names[k]) for k in self._alias(item))
        raise self.problem(
            f"has no channel {item!r}" + (f", and may mean {several}" if several else ""),
            f"its channels are: {self.listed}",
        )

    def _averaged(self, item: str) -> list[Wanted]:
        pattern = item[: -len(AVERAGE)].rstrip()
        hits = self._fitting(pattern)
        if len(hits) < 2:
            raise self.problem(
                f"{item!r} averages {number_of(len(hits), 'channel')}",
                f"give a pattern that fits all of them, such as EEG *{AVERAGE}; its channels are: "
                f"{self.listed}",
            )
        return [Wanted(f"{self.names[k]}{AVERAGE}", k, tuple(hits)) for k in hits]

    def _difference(self, item: str) -> list[Wanted]:
        """Return what a difference means, wherever its minus is between two names."""
        minus = " - " if " - " in item else "-"
        found, no = {}, tuple[str, ...]()
        for at in (match.start() for match in re.finditer(re.escape(minus), item)):
            left, right = item[:at].strip(), item[at + len(minus) :].strip()
            subtracted = self._one(right) if right and not is_pattern(right) else None
            if not left or subtracted is None:
                continue
            if is_pattern(left):
                ones = [(k, no) for k in self._fitting(left) if k != subtracted[0]]
            else:
                ones = [one for one in [self._one(left)] if one]
            wanted = [
                Wanted(
                    f"{self.names[k]}-{self.names[subtracted[0]]}",
                    k,
                    (subtracted[0],),
                    said + subtracted[1],
                )
                for k, said in ones
            ]
            if wanted:
                found[f"{left!r} minus {right!r}"] = wanted
        if len(found) > 1:
            raise self.problem(
                f"{item!r} may be {' or '.join(found)}", "put blanks around the minus"
            )
        return next(iter(found.values()), [])


def _same(said: str, name: str) -> bool:
    return said.strip().casefold() == name.strip().casefold() or _fits(said, name)


def choose_channels(
    channel: Channels,
    names: Sequence[str],
    numbers: Sequence[int] | None,
    *,
    passed: Iterable[int],
    bad: list[str],
    problem: Problem,
) -> Choice:
    """Return the channels of a file that are wanted.

    Parameters
    ----------
    channel : str, int, sequence of either, or None
        As `biospectra.formats.read.read` takes it.
    names : sequence of str
        The file's channel names.
    numbers : sequence of int, or None
        Its channel numbers where it has its own; otherwise channels count from 0.
    passed : iterable of int
        Positions of columns that are no signals, such as times; only their names mean them.
    bad : list of str
        Names, or patterns of names, of channels that are left out.
    problem : callable
        Gives the error that names the file, of what is wrong and what would be right.

    Returns
    -------
    Choice

    Raises
    ------
    RecordingError
        Where a channel is not there, with the list of those that are.
    """
    numbers = range(len(names)) if numbers is None else list(numbers)
    header = _Header(names, numbers, passed, bad, problem)
    if not names:
        raise problem("the file has no channels", "choose another file")
    items = items_of(channel)
    if not items:
        alone = [k for k in range(len(names)) if k not in header.passed]
        only = 0 if len(names) == 1 else alone[0] if len(alone) == 1 else None
        if only is None:
            raise problem("no channel is named", f"name one of its channels: {header.listed}")
        return Choice([Wanted(header.names[only], only)], problem)
    if isinstance(channel, str) and len(items) > 1 and header.find(channel.strip()) is not None:
        items = [channel.strip()]
    found = list(dict.fromkeys(one for item in items for one in header.meant(item)))
    good = [one for one in found if not one.positions & header.bad]
    if not good:
        raise problem(
            f"of its channels {SEPARATOR.join(items)!r} all are among bad_channels",
            "name others, or leave the recording out",
        )
    return Choice(good, problem)
