"""What the files of a table's rows say against it: told from their headers, all at once."""

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.formats.channels import items_of
from biospectra.formats.contents import Contents
from biospectra.formats.probe import probe_files
from biospectra.formats.registry import beside, read_first
from biospectra.formats.request import Request
from biospectra.signals.annotations import ANNOTATED
from biospectra.study.recordings import matching_files
from biospectra.study.table import REMOTE, read_table_cells
from biospectra.words import number_of

LONGEST_S = 60.0  # that the start of a run takes for it
_AT_ONCE = 32  # files between two looks at the clock, for each process
_ASKED = ("channel", "bad_channels", "variable", "annotator", "start_s", "duration_s", "rate_hz")
Watch = Callable[[Iterator, int], Iterable]


@dataclass
class FilesSeen:
    """What was seen of the files of a table's rows.

    Attributes
    ----------
    problems : list of str
        All that is wrong, each from the place in the table on.
    remarks : list of str
        What was taken for what.
    rows : list of dict
        Of each row whose file says what it asks for: recording, label, subject, channels, rate_hz
        and length_s.
    fine : list of int
        The numbers of these rows.
    left : int
        How many rows there was no time for.
    """

    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)
    fine: list[int] = field(default_factory=list)
    left: int = 0


def file_of(source: str) -> Path | None:
    """Return the local file that is read first of a source; None where it is not at hand."""
    if not source or source.startswith(REMOTE) or "!/" in source:
        return None
    paths = [Path(file) for file in matching_files(source)]
    first = (read_first(paths) or paths)[0] if len(paths) > 1 else next(iter(paths), None)
    plain = first and Path(os.path.normpath(first))
    return plain if plain and plain.exists() and plain.samefile(first) else first


def check_rows(
    rows: Sequence[tuple[str, dict, Path]],
    *,
    on_short_file: str,
    bad_channels: Sequence[str] = (),
    mapping: Iterable[str] = (),
    begun: Collection[Path] = (),
    processes: int,
    watch: Watch = lambda steps, total: steps,
    longest_s: float = float("inf"),
) -> FilesSeen:
    """Compare rows of a table with what their files hold.

    Parameters
    ----------
    rows : sequence of (str, dict, Path)
        Where in the table each is, its filled cells, and the file that is read first.
    on_short_file : str
        Of the config.
    bad_channels : sequence of str
        Of the config.
    mapping : iterable of str
        Annotations of which a recording with labels from these must have one; none for all.
    begun : collection of Path
        Files of which only the beginning is there: most of their annotations may lie behind it.
    processes : int
        How many files are looked into at once.
    watch : callable
        Takes an iterator of files looked into and their number, and gives them on.
    longest_s : float
        When to leave the other files alone.

    Returns
    -------
    FilesSeen
    """
    seen = FilesSeen()
    asked: dict[tuple, list[int]] = defaultdict(list)
    for number, (_, said, file) in enumerate(rows):
        asked[file, said.get("variable"), said.get("annotator")].append(number)
    requests = [
        Request(file, variable=v, annotator=a, on_short_file=on_short_file) for file, v, a in asked
    ]
    answers = watch(_until(longest_s, requests, processes), len(requests))
    alike: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)  # said once
    told = 0
    for answer, numbers in zip(answers, asked.values(), strict=False):
        told += len(numbers)
        own = [rows[number][:2] for number in numbers]
        if isinstance(answer, RecordingError):
            seen.problems.append(f"{own[0][0]}{_and_more(own)}: {answer}")
            continue
        for number, (where, said) in zip(numbers, own, strict=True):
            unseen = rows[number][2] in begun and "annotator" not in said
            needed = set() if unseen else set(mapping)
            try:
                row = _check_row(answer, said, needed, [*bad_channels], seen.remarks)
            except RecordingError as error:
                alike[error.parts[1:]].append((where, error.parts[0]))
            except ValueError:  # a number that is none, as the table's own check says
                continue
            else:
                seen.rows.append(row)
                seen.fine.append(number)
    for (problem, remedy), places in alike.items():
        where, name = places[0]
        seen.problems.append(f"{where}{_and_more(places)}: {name}: {problem}; {remedy}")
    seen.left = len(rows) - told
    return seen


def _until(
    longest_s: float, requests: Sequence[Request], processes: int
) -> Iterator[Contents | RecordingError]:
    """Say what files hold, in order, as long as there is time."""
    end = time.monotonic() + longest_s
    step = _AT_ONCE * processes
    for k in range(0, len(requests), step):
        if time.monotonic() >= end:
            return
        yield from probe_files(requests[k : k + step], processes=processes)


def _and_more(places: Sequence) -> str:
    return f" and {len(places) - 1} more" if len(places) > 1 else ""


def _check_row(
    contents: Contents, said: dict, mapping: set[str], bad_channels: list[str], remarks: list[str]
) -> dict:
    """Compare a row with what its file holds, and return what it takes.

    Raises
    ------
    RecordingError
        As reading it would.
    """
    numbers = {
        column: float(said[column])
        for column in ("start_s", "duration_s", "rate_hz")
        if column in said
    }
    name = f"recording {said.get('recording', '')!r}: {Path(said['source']).name}"
    bad = [*bad_channels, *items_of(said.get("bad_channels"))]
    request = Request(Path(name), said.get("channel"), bad, **numbers)
    channels = contents.channels
    chosen = request.choose([c.name for c in channels], [c.number for c in channels])
    for text in (text for one in chosen.wanted for text in one.remarks):
        remarks += [text] if text not in remarks else []
    for k in chosen.positions:
        rate_hz = request.rate(channels[k].rate_hz)
        start, stop = request.span(channels[k].n_samples, rate_hz)
    if said.get("label") == ANNOTATED and mapping and not mapping & set(contents.annotations):
        there = ", ".join(list(contents.annotations)[:10]) or "none"
        raise request.error(
            "has no annotation that the config's segments.annotations.mapping or around names",
            f"its annotations are: {there}",
        )
    return {
        **{column: said.get(column) for column in ("recording", "label", "subject")},
        "channels": frozenset(one.name for one in chosen.wanted),
        "rate_hz": rate_hz,
        "length_s": (stop - start) / rate_hz,
    }


def check_before_run(
    rows: Sequence[dict],
    config: dict,
    *,
    made: Callable[[str], Path],
    cache: Path,
    processes: int,
    longest_s: float = LONGEST_S,
) -> tuple[list[str], list[str]]:
    """Look into the files of a study that are still to be read, before any job.

    A file is looked into once: what was fine is remembered, and what has been read is left alone.
    Of recordings that are still to be fetched nothing can be said, and those that may be bad
    (`on_bad_recording: skip`) are the jobs' business.

    Parameters
    ----------
    rows : sequence of dict
        The table, checked, with the shard of each row.
    config : dict
        Complete.
    made : callable
        Gives the file that what is read of a shard goes to.
    cache : Path
        Remembers which rows were fine, each with the size and time of its files.
    processes : int
        How many files are looked into at once.
    longest_s : float
        When to leave the other files to the jobs.

    Returns
    -------
    problems, notes : list of str
    """
    if config["on_bad_recording"] == "skip":
        return [], []
    known = set(cache.read_text().split()) if cache.is_file() else set()
    read_s = {shard: _time_of(made(shard)) for shard in {row["shard"] for row in rows}}
    asked, keys = [], []
    for row in rows:
        said = {column: cell for column, cell in row.items() if cell is not None}
        file = None
        with suppress(RecordingError):  # of a header that leads elsewhere, as its job says
            file = file_of(str(said["source"]))
        if file is None or _time_of(file) < read_s[row["shard"]]:
            continue
        stats = [path.stat() for path in _all_of(file) if path.is_file()]
        key = _key(said, stats, config)
        if key not in known:
            asked.append((str(said["recording"]), said, file))
            keys.append(key)
    seen = check_rows(
        asked,
        on_short_file=config["on_short_file"],
        bad_channels=config["bad_channels"],
        processes=processes,
        longest_s=longest_s,
    )
    if seen.fine:
        cache.parent.mkdir(parents=True, exist_ok=True)
        with cache.open("a") as file:
            file.writelines(f"{keys[number]}\n" for number in seen.fine)
    left = (
        f"not looked into within {longest_s:g} s: {number_of(seen.left, 'recording')}; the jobs "
        "that read them will do so"
    )
    return _with_lines(seen.problems, config), [left] * bool(seen.left)


def _time_of(path: Path) -> float:
    """Return when a file was written, in s; 0 where it is not there."""
    return path.stat().st_mtime if path.is_file() else 0.0


def _all_of(file: Path) -> list[Path]:
    """Return the files of a recording, as far as that can be known without reading it."""
    with suppress(RecordingError, OSError, ValueError):
        return [file, *beside(file)]
    return [file]


def _key(said: dict, stats: list[os.stat_result], config: dict) -> str:
    """Name a row with its files as they are: another one where any of them changes."""
    cells = [str(said.get(column)) for column in ("source", *_ASKED)]
    cells += [f"{stat.st_size} {stat.st_mtime_ns}" for stat in stats]
    cells += [config["on_short_file"], *config["bad_channels"]]
    return hashlib.sha256("\n".join(cells).encode()).hexdigest()[:24]


def _with_lines(problems: list[str], config: dict) -> list[str]:
    """Return problems, each by the line of the table in place of its recording's name."""
    if not problems:
        return []
    table = Path(config["recordings"])
    lines = {name: line for line, name in read_table_cells(table)["recording"].items()}

    def placed(problem: str) -> str:
        name = problem.partition(":")[0].partition(" and ")[0]
        return f"{table}, line {lines[name]}{problem.removeprefix(name)}"

    return [placed(problem) for problem in problems]
