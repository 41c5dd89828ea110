"""Rows of the files that a model is applied to: which channels, and what else must be known."""

import glob
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from biospectra.errors import StudyError, refuse
from biospectra.formats.contents import ChannelInfo
from biospectra.sources.fetch import PHYSIONET
from biospectra.study.new import bids
from biospectra.study.new.discover import Watch, discover, look_into
from biospectra.study.new.found import Found, belonging_to
from biospectra.study.new.kinds import chosen_channels
from biospectra.study.new.rows import rows_of

_MOST_NAMED = 20  # channels


def is_database(place: str) -> bool:
    """Whether a source is a whole database of PhysioNet."""
    return re.fullmatch(r"physionet:[^/]+/[^/]+/?", place) is not None


def rows_of_files(
    place: str | Path,
    settings: dict,
    given: dict,
    say: Callable[[str, str], str],
    mirror: str | None,
    cache: str | Path,
    watch: Watch,
    notes: list[str],
) -> list[dict]:
    """Return the rows of a file, a folder, a pattern or a database.

    Parameters
    ----------
    place : str or Path
        What is meant.
    settings, given, say, mirror, cache, watch
        As for `biospectra.study.new_recordings.new_recordings`.
    notes : list of str
        Grows by what was guessed or left out.
    """
    path, here = Path(place).expanduser(), Path.cwd()
    processes = os.cpu_count() or 1
    one_file = path.is_file()
    if path.is_dir() or is_database(str(place)):
        discovery = discover(
            str(place).rstrip("/"),
            here,
            table=None,
            mirror=mirror or PHYSIONET,
            cache=Path(cache),
            processes=processes,
            rate_hz=None,
            units=None,
            watch=watch,
        )
        every = discovery.found
        notes += discovery.notes
    else:
        files = [path] if one_file else [Path(p) for p in sorted(glob.glob(str(path)))]  # noqa: PTH207
        belonging = belonging_to(files)
        files = [file for file in files if file not in belonging and file.is_file()]
        if not files:
            raise StudyError(
                f"apply: there is no {place}; name a table of recordings, a recording's file, a "
                "folder, or a pattern."
            )
        every = list(_looked_into(files, here, processes, watch))
    told = [one for one in every if one.contents is not None]
    problems = [str(one.problem) for one in every if one.problem is not None]
    if not told or (problems and one_file):
        refuse(problems or [f"apply: {place} holds no recording; README.md lists the formats."])
    notes += [f"left out: {problem}" for problem in problems]
    taken = []
    for one in told:
        try:
            taken.append((one, _channels(one, settings, given, say, notes)))
        except StudyError as error:
            if one_file:
                raise
            notes.append(f"left out: {error}")
            problems.append(str(error))
    refuse(problems if not taken else ())
    refuse(_unknown_rates(taken, given, say))
    people = [one.fields.get("sub", "") for one, _ in taken]
    rows = rows_of([one for one, _ in taken], [own for _, own in taken], {"subject": people})
    facts = {name: value for name, value in given.items() if name != "channel"}
    return [_filled(row) | facts for row in rows]


def _looked_into(files: list[Path], here: Path, processes: int, watch: Watch) -> Iterator[Found]:
    """Look into files, those of a BIDS dataset with its sidecars, each by its dataset or folder."""
    places: dict[Path, list[Path]] = {}
    for file in files:
        root = bids.root_of(file) if bids.entities_of(file.name) else None
        places.setdefault(root or file.parent, []).append(file)
    for folder, own in places.items():
        found, _, _ = look_into(own, folder, here, processes, watch)
        yield from found


def _channels(
    one: Found, settings: dict, given: dict, say: Callable[[str, str], str], notes: list[str]
) -> list[ChannelInfo]:
    """Return the channels that are meant: those named, the only one, or those of the training."""
    assert one.contents is not None
    there = one.contents.channels
    listed = ", ".join(channel.name.strip() for channel in there[:_MOST_NAMED])
    if "channel" in given:
        wanted = str(given["channel"])
        for same in (str, str.strip, lambda name: name.strip().casefold()):
            if own := [channel for channel in there if same(channel.name) == same(wanted)]:
                return own
        if own := chosen_channels(one, "signal", [wanted]):
            return own
        raise StudyError(
            f"{one.source}: has no channel {wanted!r}; its channels are: {listed}. Give one of "
            f"them: {say('channel', 'NAME')}."
        )
    if len(there) == 1:
        return list(there)
    known = [name.casefold() for name in settings["channels"]]
    own = [c for c in there if c.name.strip().casefold() in known and c.name not in one.bad]
    if own:
        taken = ", ".join(channel.name.strip() for channel in own)
        notes.append(f"{one.source}: channel {taken}, as in the training")
        return sorted(own, key=lambda channel: known.index(channel.name.strip().casefold()))
    raise StudyError(
        f"{one.source}: which channel? Add {say('channel', 'NAME')}; its channels are: {listed}."
    )


def _unknown_rates(
    taken: list[tuple[Found, list[ChannelInfo]]], given: dict, say: Callable[[str, str], str]
) -> Iterator[str]:
    for one, own in taken:
        known = "rate_hz" in given or one.given.get("rate_hz")
        if not known and any(channel.rate_hz is None for channel in own):
            yield (
                f"{one.source}: does not say its sampling rate; add {say('rate_hz', 'HZ')}, or "
                "name it in a table of recordings with a column rate_hz."
            )


def _filled(row: dict[str, str]) -> dict:
    """Return a row of strings without its empty cells, numbers as such."""
    kept = {column: cell for column, cell in row.items() if cell}
    kept.pop("annotator", None)
    if "session" in kept:  # of whom nothing is known channels recorded together are one person's
        kept.setdefault("subject", kept["session"])
    return kept | ({"rate_hz": float(kept["rate_hz"])} if "rate_hz" in kept else {})
