"""Find recordings in a folder or a database, and look into each."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from biospectra.errors import RecordingError, StudyError
from biospectra.formats.contents import Contents
from biospectra.formats.probe import probe_files
from biospectra.formats.request import Request
from biospectra.sources.bucket import SCHEME
from biospectra.sources.fetch import PHYSIONET
from biospectra.sources.headers import Database
from biospectra.study.new import bids
from biospectra.study.new.bucket import is_bucket, lay_out, named_in_bucket
from biospectra.study.new.found import TEXT, Found, fields_of, recordings_in
from biospectra.study.new.listing import some
from biospectra.study.new.lookup import add_table
from biospectra.words import number_of

_AT_ONCE = 8  # headers asked of a server
_FEWEST_SAMPLES = 50  # of a text file that is a recording and not a list


@dataclass
class Discovery:
    """What there is.

    Attributes
    ----------
    found : list of Found
        The recordings, those that could not be looked into with the reason.
    name : str
        Of the collection.
    named_by : str
        Where that is from, for people.
    others : Counter
        Files that no reader knows, by ending.
    lists : list of str
        Text files that are no recordings.
    notes : list of str
        What else was read, for people.
    annotated : int
        Recordings of whose annotations it is only known that they are there.
    """

    found: list[Found]
    name: str
    named_by: str
    others: Counter[str] = field(default_factory=Counter)
    lists: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    annotated: int = 0


Watch = Callable[[Iterator, int], Iterable]


def discover(
    place: str,
    table_folder: Path,
    *,
    table: Path | None,
    mirror: str | None,
    cache: Path,
    processes: int,
    rate_hz: float | None,
    units: str | None,
    watch: Watch,
) -> Discovery:
    """Find the recordings of a place, and look into each.

    Parameters
    ----------
    place : str
        A folder, ``physionet:DATABASE/VERSION`` or ``s3://BUCKET/PREFIX``.
    table_folder : Path
        Where the table of recordings goes, from which its sources are said.
    table : Path or None
        That describes recordings or people.
    mirror : str or None
        Where PhysioNet's files are.
    cache : Path
        For downloads.
    processes : int
        How many files are looked into at once.
    rate_hz, units : float or None, str or None
        Of files that do not say theirs.
    watch : callable
        Shows progress.

    Raises
    ------
    StudyError
        Where there is no such place.
    """
    if place.startswith("physionet:"):
        found = _database(place.removeprefix("physionet:"), mirror or PHYSIONET, cache, watch)
    elif is_bucket(place):
        found = _bucket(f"{place.rstrip('/')}/", table_folder, cache, processes, watch)
    else:
        found = _folder(Path(place).expanduser(), table_folder, processes, watch)
    for one in found.found:
        if rate_hz is not None:
            one.given["rate_hz"] = f"{rate_hz:.10g}"
        if units is not None:
            one.given["units"] = units
    if table is not None:
        told = add_table(found.found, table)
        if not told:
            raise StudyError(
                f"--table {table}: none of its columns names a file, record or person that was "
                f"found, such as {found.found[0].name if found.found else 'any'}."
            )
        found.notes.append(f"{table.name} describes {number_of(told, 'recording')}")
    return found


def _folder(folder: Path, table_folder: Path, processes: int, watch: Watch) -> Discovery:
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder}: is a file; give the folder that it is in, {folder.parent}.")
    if not folder.is_dir():
        raise StudyError(
            f"{folder}: there is no such folder; give one, physionet:NAME/VERSION or s3://BUCKET/PATH."
        )
    files, others = recordings_in(folder)
    of_bids = bids.is_dataset(folder)
    odd: list[str] = []
    if of_bids:  # whose further files are no recordings
        named = bids.only_recordings(files)
        odd = [path.name for path in files if path not in named and path.suffix not in TEXT]
        files, others = named, Counter[str]()
    found, lists, notes = look_into(files, folder, table_folder, processes, watch)
    if of_bids:
        name, by = bids.name_of(folder), "dataset_description.json"
    else:
        name, by = folder.resolve().name, "the folder"
    kept = [one for one in found if one.name not in lists]
    for name_of_list in lists:  # what lies beside the recordings may be about them
        if not of_bids and name_of_list.lower().endswith((".csv", ".tsv")):
            try:
                told_of = add_table(kept, folder / name_of_list)
            except StudyError:  # empty, or too large: it is named with what is left out
                continue
            if 2 * told_of >= len(kept):
                notes.append(f"{name_of_list} describes {number_of(told_of, 'recording')}")
    if odd:
        notes.append(f"left out, as BIDS has no recordings of such names: {some(odd, 4)}")
    return Discovery(kept, name, by, others, lists, notes)


def _bucket(place: str, table_folder: Path, cache: Path, processes: int, watch: Watch) -> Discovery:
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer, PurePosixPath(place.removeprefix(SCHEME)).name)
        in_part = lay_out(place, folder, cache, watch)
        found = _folder(folder, table_folder, processes, watch)
        named_in_bucket(found.found, folder, place)
    if in_part:
        found.notes.append(
            f"of {number_of(in_part, 'long file')} the header alone, and no annotations that are "
            "in it"
        )
    return found


def look_into(
    files: list[Path], folder: Path, table_folder: Path, processes: int, watch: Watch
) -> tuple[list[Found], list[str], list[str]]:
    """Look into files, and return the recordings, the names of text files that are none, and notes.

    Parameters
    ----------
    files : list of Path
        In the folder, at any depth; of a BIDS dataset recordings alone.
    folder, table_folder : Path
        From which names, and from which sources are said.
    processes : int
        How many are looked into at once.
    watch : callable
        Shows progress.
    """
    names = [path.relative_to(folder).as_posix() for path in files]
    found = [
        Found(_source(path, table_folder), name, path, fields)
        for path, name, fields in zip(files, names, fields_of(names), strict=True)
    ]
    of_bids = bids.is_dataset(folder) and len(bids.only_recordings(files)) == len(files)
    notes = bids.describe(found, folder) if of_bids else []
    requests = [
        Request(path, annotator=one.given.get("annotator"))
        for path, one in zip(files, found, strict=True)
    ]
    told = watch(probe_files(requests, processes=processes), len(files))
    lists = []
    for one, answer in zip(found, told, strict=True):
        if isinstance(answer, Contents):
            one.contents = _named(answer, one.columns)
            one.fields |= answer.remarks
        else:
            one.problem = answer
        if one.name.lower().removesuffix(".gz").endswith(TEXT) and _is_a_list(one):
            lists.append(one.name)
    notes += filter(None, map(bids.other_rate, found))
    return _with_annotations(found, notes), lists, notes


def _with_annotations(found: list[Found], notes: list[str]) -> list[Found]:
    """Give recordings the files of annotations alone that lie beside them, such as hypnograms.

    A file goes with the recording of its folder whose name begins most alike.
    """
    alone = [one for one in found if one.contents is not None and not one.contents.channels]
    others = [one for one in found if one.contents is not None and one.contents.channels]
    for one in alone:
        assert one.path is not None and one.contents is not None
        near = [other for other in others if other.path and other.path.parent == one.path.parent]
        alike = [_alike_from_the_start(one.name, other.name) for other in near]
        if alike and alike.count(max(alike)) == 1:
            mine = near[alike.index(max(alike))]
            mine.given["annotator"] = one.path.name
            assert mine.contents is not None
            mine.contents = replace(mine.contents, annotations=one.contents.annotations)
    if alone:
        notes.append(f"annotations of recordings beside them, from {number_of(len(alone), 'file')}")
    return [one for one in found if one not in alone]


def _alike_from_the_start(one: str, other: str) -> int:
    """Return how many letters two names share at their beginning."""
    same = [a == b for a, b in zip(one, other, strict=False)]
    return same.index(False) if False in same else len(same)


def _source(path: Path, table_folder: Path) -> str:
    """Return the path from the table's folder, or the whole of one that lies elsewhere."""
    here, absolute = Path.cwd().resolve(), path.absolute()
    if absolute.is_relative_to(here):
        return Path(os.path.relpath(absolute, table_folder.absolute())).as_posix()
    return absolute.as_posix()


def _is_a_list(one: Found) -> bool:
    """Whether a text file is about recordings and none itself."""
    if one.contents is None:
        return one.path is None or one.path.exists()  # a link may lead nowhere
    return (
        max((channel.n_samples for channel in one.contents.channels), default=0) < _FEWEST_SAMPLES
    )


def _named(contents: Contents, names: list[str]) -> Contents:
    """Give channels the names that a sidecar says, where there are as many."""
    if len(names) != len(contents.channels):
        return contents
    channels = [
        replace(channel, name=name) for channel, name in zip(contents.channels, names, strict=True)
    ]
    return replace(contents, channels=channels)


def _database(name: str, base: str, cache: Path, watch: Watch) -> Discovery:
    database = Database(name, base=base, cache=cache)
    records = database.records
    found = [
        Found(f"physionet:{name}/{record}", record, None, fields)
        for record, fields in zip(records, fields_of(records), strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as pool:

        def look(one: Found) -> Found:
            try:
                one.contents = database.contents(one.name, Path(folder))
                one.fields |= one.contents.remarks
            except RecordingError as problem:
                one.problem = problem
            except Exception as problem:  # whatever a library makes of a broken header
                one.problem = RecordingError(
                    one.source, f"its header cannot be read ({problem})"[:300], "leave it out"
                )
            return one

        for _ in watch(pool.map(look, found), len(found)):
            pass
    notes = []
    for table in database.tables():
        if told := add_table(found, database.get(table), name=table):
            notes.append(f"{table} describes {number_of(told, 'record')}")
    annotated = sum(database.is_annotated(record) for record in records)
    return Discovery(
        found, name.partition("/")[0], "the database", notes=notes, annotated=annotated
    )
