"""The table of recordings by shard, kept in a file for the jobs that other processes run."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from biospectra.sources.cache import atomic_write
from biospectra.study.recordings import shard_of

FOLDER = Path(".snakemake", "biospectra")  # where the run's other notes to itself are


class ShardRows:
    """The rows of a checked table, by shard.

    Parameters
    ----------
    columns : sequence of str
        Names of the cells of a row.
    by_shard : mapping of str to list
        Rows of each shard: the row's number in the table, then its cells.

    Attributes
    ----------
    shards : list of str
        Names of the shards that have rows, sorted.
    """

    def __init__(self, columns: Sequence[str], by_shard: Mapping[str, list[list]]) -> None:
        self.columns = list(columns)
        self.by_shard = by_shard
        self.shards = sorted(by_shard)

    @classmethod
    def of_table(cls, recordings: pd.DataFrame, shards: int) -> "ShardRows":
        """Share the rows of a table out to shards."""
        by_shard: dict[str, list[list]] = {}
        cells = zip(*(recordings[column].tolist() for column in recordings), strict=True)
        for i, (name, row) in enumerate(zip(recordings["recording"], cells, strict=True)):
            by_shard.setdefault(shard_of(name, shards), []).append([i, *row])
        return cls(list(recordings), by_shard)

    def of(self, shard: str, columns: Sequence[str] | None = None) -> list[dict]:
        """Return some columns of a shard's rows, or all."""
        return self._named(self.by_shard[shard], columns)

    def everything(self, columns: Sequence[str] | None = None) -> list[dict]:
        """Return some columns of all rows, or all, in the table's order."""
        return self._named(sorted(row for rows in self.by_shard.values() for row in rows), columns)

    def _named(self, rows: list[list], columns: Sequence[str] | None) -> list[dict]:
        wanted = self.columns if columns is None else list(columns)
        places = [self.columns.index(column) + 1 for column in wanted]
        return [
            {name: row[place] for name, place in zip(wanted, places, strict=True)} for row in rows
        ]


@dataclass
class Kept:
    """A study that has been checked, as a file holds it.

    Attributes
    ----------
    config : dict
        With all defaults.
    facts : dict
        What else follows from the table, as JSON holds it.
    rows : ShardRows
        Read shard by shard, when asked for.
    """

    config: dict
    facts: dict
    rows: ShardRows


class _InFile(Mapping):
    """Rows of shards in a file, each read when it is asked for."""

    def __init__(self, path: Path, spans: dict[str, list[int]], start: int) -> None:
        self.path, self.spans, self.start = path, spans, start

    def __getitem__(self, shard: str) -> list[list]:
        first, length = self.spans[shard]
        with self.path.open("rb") as file:
            file.seek(self.start + first)
            return json.loads(file.read(length))

    def __iter__(self) -> Iterator[str]:
        return iter(self.spans)

    def __len__(self) -> int:
        return len(self.spans)


def kept_file(config: dict) -> Path:
    """Name the file in which a study is kept, by its config as the user gave it.

    Parameters
    ----------
    config : dict
        Before defaults are filled in.
    """
    given = json.dumps(config, sort_keys=True, default=str)
    return FOLDER / f"{hashlib.sha256(given.encode()).hexdigest()[:16]}.study"


def keep_study(path: Path, config: dict, facts: dict, rows: ShardRows) -> None:
    """Write a checked study to a file: a line of JSON, then the rows of each shard.

    Each config that was ever run has a file of its own, which stays: a run beside this one, or one
    that takes months, may still read it, and a job that finds none takes the table as it then is.
    """
    texts = {shard: json.dumps(rows.by_shard[shard]).encode() for shard in rows.shards}
    spans, first = {}, 0
    for shard, text in texts.items():
        spans[shard] = [first, len(text)]
        first += len(text)
    head = {"config": config, "facts": facts, "columns": rows.columns, "spans": spans}
    with atomic_write(path) as part, part.open("wb") as file:
        file.write(json.dumps(head).encode() + b"\n")
        file.writelines(texts.values())


def kept_study(path: Path) -> Kept | None:
    """Return the study that a file holds; None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
            rows = _InFile(path, head["spans"], file.tell())
            return Kept(head["config"], head["facts"], ShardRows(head["columns"], rows))
    except (KeyError, OSError, TypeError, ValueError):
        return None
