"""Look over a study: its config, its table and every file of it, and list all that is wrong."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml

from biospectra.errors import RecordingError, StudyError
from biospectra.formats.channels import means_many
from biospectra.formats.request import ON_SHORT_FILE
from biospectra.job import processors
from biospectra.sources.bucket import SCHEME
from biospectra.sources.bucket_files import is_begun, lay_recording
from biospectra.sources.cache import Cache
from biospectra.study.check_files import Watch, check_rows, file_of
from biospectra.study.check_table import label_texts, table_problems, value_at
from biospectra.study.config import SCHEMAS, complete_config, problems_of, read_study
from biospectra.study.schema import load_config_schema
from biospectra.study.table import REMOTE, read_table_cells
from biospectra.words import number_of

_AT_ONCE = 8  # recordings asked of a server


@dataclass
class LookedOver:
    """What was seen of a study.

    Attributes
    ----------
    problems : list of str
        All that is wrong.
    notes : list of str
        What is not wrong and yet worth knowing.
    rows : list of dict
        Of each recording whose file could be looked into: label, subject, rate_hz and length_s.
    """

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: list[dict] = field(default_factory=list)


def look_over(paths: list[Path], *, processes: int | None = None, watch: Watch) -> LookedOver:
    """Look over a study.

    Parameters
    ----------
    paths : list of Path
        Its config, or several, of which the later ones have the last word.
    processes : int, optional
        How many files are looked into at once; one a processor by default.
    watch : callable
        Takes an iterator of files looked into and their number, and gives them on, to show
        progress.

    Raises
    ------
    StudyError
        Where there is no config.
    """
    name = " ".join(map(str, paths))
    config: dict = {}
    for path in paths:
        _update(config, _read(path))
    problems = [*problems_of(complete_config, config, load_config_schema(SCHEMAS), name)]
    if not isinstance(config.get("recordings"), str):
        return LookedOver(problems)
    table = Path(config["recordings"])
    problems += table_problems(config, SCHEMAS)
    try:
        cells = read_table_cells(table)
    except StudyError:  # as the problems say
        return LookedOver(problems)
    notes: list[str] = []
    if not problems:
        problems += problems_of(read_study, config, SCHEMAS, name, notes)
    seen = LookedOver(problems, notes)
    window_s = value_at(config, "segments", "window_s")
    short = str(config.get("on_short_file") or ON_SHORT_FILE[0])
    bad = value_at(config, "bad_channels")
    _look_into_files(
        seen,
        cells,
        table,
        label_texts(config),
        float(window_s) if isinstance(window_s, int | float) else 5.0,
        short if short in ON_SHORT_FILE else ON_SHORT_FILE[0],
        [str(name) for name in bad] if isinstance(bad, list) else [],
        processes,
        watch,
    )
    seen.problems += _lacking(seen.rows, config, cells)
    return seen


def _lacking(rows: list[dict], config: dict, cells: pd.DataFrame) -> Iterator[str]:
    """Say which recordings lack channels that others have, where channels are joined."""
    parts = {part: value_at(config, part) for part in ("features", "encoders")}
    joins = [
        f"{part}.{key}.join_channels"
        for part, entries in parts.items()
        for key in (entries if isinstance(entries, dict) else ())
        if value_at(entries, key, "join_channels")
    ]
    if config.get("channels") == "together":
        joins = [] if config.get("on_missing_channel") == "zeros" else ["channels: together"]
    if not joins or "channel" not in cells or "recording" not in cells:
        return
    many = set(cells["recording"][cells["channel"].map(means_many)])
    own = {row["recording"]: row["channels"] for row in rows if row["recording"] in many}
    lacking: dict[str, list[str]] = {}
    for channel in sorted(frozenset().union(*own.values())):
        without = [name for name, channels in own.items() if channel not in channels]
        if without:
            lacking[channel] = without
    for channel, without in lacking.items():
        some = f"{without[0]!r}" + (f" and {len(without) - 1} more" if len(without) > 1 else "")
        yield (
            f"{config['recordings']}: channel {channel!r} is not there, or bad, in recording "
            f"{some}, and {joins[0]} needs the same of all; name it in the config's bad_channels, "
            "or leave these recordings out."
        )


class _EachKeyOnce(yaml.SafeLoader):
    """Refuses a key that appears twice, of which YAML takes the last in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for k, key in enumerate(keys):
            if key in keys[:k] and key != "<<":
                line = node.value[k][0].start_mark.line + 1
                raise yaml.YAMLError(f"key {key!r} appears twice, again in line {line}")
        return super().construct_mapping(node, deep)


def _read(path: Path) -> dict:
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), Loader=_EachKeyOnce)
    except OSError as problem:
        raise StudyError(f"{path}: cannot be read ({problem.strerror}); give a config.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        said = " ".join(str(problem).split())
        raise StudyError(f"{path}: is not YAML ({said}); correct it.") from None
    if not isinstance(config, dict):
        raise StudyError(f"{path}: names no keys; config/README.md lists them.")
    return config


def _update(config: dict, other: dict) -> None:
    """Put one config over another, as snakemake does."""
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            _update(config[key], value)
        else:
            config[key] = value


def _look_into_files(
    seen: LookedOver,
    cells: pd.DataFrame,
    table: Path,
    mapping: dict,
    window_s: float,
    on_short_file: str,
    bad_channels: list[str],
    processes: int | None,
    watch: Watch,
) -> None:
    """Add what the files of a table's rows say against it."""
    rows, in_buckets, begun, remote = [], [], set(), 0
    for line, row in cells.iterrows():
        said = {column: cell for column, cell in row.items() if cell}
        source, where = said.get("source", ""), f"{table}, line {line}"
        if source.startswith(SCHEME) and "!/" not in source:
            in_buckets.append((where, said))
        elif source.startswith(REMOTE) or "!/" in source:
            remote += 1
        elif source and (file := file_of(str(table.parent / Path(source).expanduser()))):
            rows.append((where, said, file))  # else the table's check says so
    with ExitStack() as stack:
        folder = ""
        if in_buckets:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            found, problems = _from_buckets(in_buckets, Path(folder), watch)
            remote += sum(file is None for _, _, file in found)
            rows += [(where, said, file) for where, said, file in found if file is not None]
            begun = {file for _, _, file in found if file is not None and is_begun(file)}
            seen.problems += problems
        told = check_rows(
            rows,
            on_short_file=on_short_file,
            bad_channels=bad_channels,
            mapping=mapping,
            begun=begun,
            processes=processes or processors(),
            watch=watch,
        )
    laid = f"{folder}/objects/"
    seen.problems += [text.replace(laid, SCHEME) if folder else text for text in told.problems]
    seen.notes += told.remarks
    seen.rows += told.rows
    short = [row["recording"] for row in told.rows if row["length_s"] < window_s]
    if short:
        listed = ", ".join(short[:5]) + (", ..." if len(short) > 5 else "")
        seen.notes.append(
            f"{number_of(len(short), 'recording')} shorter than a segment of {window_s:g} s will "
            f"be left out: {listed}"
        )
    if remote:
        seen.notes.append(
            f"not looked into before fetching: {number_of(remote, 'remote recording')}"
        )


def _from_buckets(
    rows: list[tuple[str, dict]], folder: Path, watch: Watch
) -> tuple[list[tuple[str, dict, Path | None]], list[str]]:
    """Bring of the rows' recordings as much as tells what they hold.

    Returns
    -------
    found : list of (str, dict, Path or None)
        Where each row is, its cells, and the file that is read first; None where nothing but the
        whole recording tells what it holds.
    problems : list of str
        Of the others.
    """
    fresh = Cache(folder / "fetched")

    def lay(row: tuple[str, dict]) -> Path | RecordingError | None:
        said = row[1]
        try:
            return lay_recording(said["source"], said.get("annotator"), folder / "objects", fresh)
        except RecordingError as error:
            return error

    found, alike = [], defaultdict(list)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = watch(pool.map(lay, rows), len(rows))
        for (where, said), answer in zip(rows, answers, strict=True):
            if isinstance(answer, RecordingError):
                alike[answer.parts[1:]].append((where, answer.parts[0]))
            else:
                found.append((where, said, answer))
    laid, problems = f"{folder / 'objects'}/", []
    for (problem, remedy), places in alike.items():
        (where, subject), more = places[0], len(places) - 1
        also = f" and {more} more" if more else ""
        problems.append(f"{where}{also}: {subject.replace(laid, SCHEME)}: {problem}; {remedy}")
    return found, problems


def looked_over_text(seen: LookedOver, name: str) -> str:
    """Return what a person is told of a study that was looked over."""
    notes = [f"Note: {note}." for note in seen.notes]
    if seen.problems:
        count = f"{number_of(len(seen.problems), 'problem')} in {name}"
        return "\n".join([count, *(f"  {problem}" for problem in seen.problems), *notes])
    lines = [f"All well: {name}"]
    if seen.rows:
        table = pd.DataFrame(seen.rows)
        by_label = table.groupby("label", sort=False)
        told = pd.DataFrame(
            {
                "recordings": by_label.size(),
                "people": by_label["subject"].nunique(),
                "minutes": (by_label["length_s"].sum() / 60).map("{:.1f}".format),
                "rates (Hz)": by_label["rate_hz"].agg(
                    lambda rates: ", ".join(f"{rate:g}" for rate in sorted(set(rates)))
                ),
            }
        )
        lines.append(told.rename_axis("class").reset_index().to_string(index=False))
    return "\n".join([*lines, *notes])
