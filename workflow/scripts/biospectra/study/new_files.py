"""Rows of the files that a model is applied to: which channels, and what else must be known."""

import glob
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from biospectra.errors import RecordingError, StudyError, refuse
from biospectra.formats.channels import SEPARATOR, choose_channels, means_many
from biospectra.job import processors
from biospectra.sources.fetch import PHYSIONET
from biospectra.study.new import bids
from biospectra.study.new.asked import Asked
from biospectra.study.new.discover import Watch, discover, look_into
from biospectra.study.new.found import Found, belonging_to
from biospectra.study.new.rows import rows_of

_MOST_NAMED = 20  # channels


def is_collection(place: str) -> bool:
    """Whether a source is a whole database of PhysioNet, or all below an address of a bucket."""
    return re.fullmatch(r"physionet:[^/]+/[^/]+/?|s3://.*/", place) is not None


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
    """Return the rows of a file, a folder, a pattern, a database or all below a bucket's address.

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
    processes = processors()
    one_file = path.is_file()
    if path.is_dir() or is_collection(str(place)):
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
        refuse(problems or [f"apply: {place} holds no recording; see docs/formats.md."])
    notes += [f"left out: {problem}" for problem in problems]
    taken = []
    for one in told:
        try:
            taken.append((one, _asked(one, settings, given, say, notes)))
        except RecordingError as error:
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


def _asked(
    one: Found, settings: dict, given: dict, say: Callable[[str, str], str], notes: list[str]
) -> list[Asked]:
    """Return what is asked of a file: what was named, its only channel, or as in the training."""
    assert one.contents is not None
    there = one.contents.channels

    def problem(what: str, remedy: str) -> RecordingError:
        return RecordingError(one.source, what, f"{remedy}; add {say('channel', 'NAME')}")

    def meant(text: str) -> Asked:
        names, numbers = [c.name for c in there], [c.number for c in there]
        options = {"passed": (), "bad": list(one.bad), "problem": problem}
        choice = choose_channels(text, names, numbers, **options)
        channels = [there[k] for k in choice.positions]
        alone = len(channels) == 1 and not choice.wanted[0].minus
        bad = tuple(one.bad) if len(channels) > 1 else ()
        return Asked(channels, None if alone else text, bad)

    if "channel" in given:
        return [meant(str(given["channel"]))]
    if len(there) == 1:
        return [Asked(list(there))]
    known, many = [text for text in settings["channels"] if not text.isdigit()], []
    for text in filter(means_many, known):
        with suppress(RecordingError):
            meant(text)
            many.append(text)
    found = []
    for text in [*(text for text in known if not means_many(text)), SEPARATOR.join(many)]:
        if not text:
            continue
        with suppress(RecordingError):
            asked = meant(text)
            by_number = SEPARATOR.join(str(channel.number) for channel in asked.channels)
            asked = replace(asked, cell=by_number if one.columns else text)
            if asked.channels not in [other.channels for other in found]:  # by another name
                found.append(asked)
    if not found:
        listed = ", ".join(channel.name.strip() for channel in there[:_MOST_NAMED])
        raise problem("which channel is meant", f"its channels are: {listed}")
    taken = ", ".join(one.cell or one.channels[0].name for one in found)
    notes.append(f"{one.source}: channel {taken}, as in the training")
    return found


def _unknown_rates(
    taken: list[tuple[Found, list[Asked]]], given: dict, say: Callable[[str, str], str]
) -> Iterator[str]:
    for one, own in taken:
        known = "rate_hz" in given or one.given.get("rate_hz")
        channels = [channel for asked in own for channel in asked.channels]
        if not known and any(channel.rate_hz is None for channel in channels):
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
