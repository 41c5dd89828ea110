"""Make a study of a folder, a BIDS dataset or a database of PhysioNet."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from biospectra.errors import StudyError
from biospectra.signals.annotations import ANNOTATED
from biospectra.sources.cache import atomic_write
from biospectra.study.new.asked import Asked, asked_for, asked_of, not_yet
from biospectra.study.new.config_text import config_text, is_as_written
from biospectra.study.new.discover import Discovery, discover
from biospectra.study.new.found import COLUMNS, Found, matched, pattern_columns
from biospectra.study.new.guess import PATTERN, Guess, guess
from biospectra.study.new.kinds import chosen_channels, kind_named, kind_of_study
from biospectra.study.new.made import Made, Wishes
from biospectra.study.new.plan import annotated_classes, plan_study
from biospectra.study.new.rows import merged, plain_name, plain_names, rows_of, table_text
from biospectra.study.table import read_table_cells
from biospectra.words import number_of


def make_study(wishes: Wishes, watch=lambda steps, total: steps) -> Made:
    """Write a study's config and table of recordings.

    Parameters
    ----------
    wishes : Wishes
        What the user says.
    watch : callable
        Takes an iterator of files looked into and their number, and gives them on, to show
        progress.

    Raises
    ------
    StudyError
        Where the study is there already, nothing is found, or a wish cannot be.
    """
    table, config = _files(wishes)
    if wishes.rate_hz is not None and not (0 < wishes.rate_hz < float("inf")):
        raise StudyError(f"--rate-hz {wishes.rate_hz}: is no sampling rate; give a number of Hz.")
    discovery = discover(
        wishes.place,
        table.parent,
        table=wishes.table,
        mirror=wishes.mirror,
        cache=wishes.cache,
        processes=wishes.processes,
        rate_hz=wishes.rate_hz,
        units=wishes.units,
        watch=watch,
    )
    left_out: dict[str, list[str]] = {}
    kind, found, asked = _chosen(discovery, wishes, left_out)
    columns, mapping = _columns(found, discovery, wishes)
    columns, kept = _named(columns, [] if mapping else wishes.labels, found, left_out)
    found, asked = [found[k] for k in kept], [asked[k] for k in kept]
    channels = [[channel for part in own for channel in part.channels] for own in asked]
    old = read_table_cells(table).to_dict("records") if table.exists() else []
    if wishes.channels:
        asked = _not_in(old, found, asked)
    fresh = rows_of(found, asked, {column: list(one.values) for column, one in columns.items()})
    rows, added, filled = merged(old, fresh, channels=bool(wishes.channels))
    plan = plan_study(kind, found, channels, rows, mapping)
    if added or filled:
        _write(table, table_text(rows))
    may_write = not config.exists() or is_as_written(config.read_text(encoding="utf-8"))
    if may_write:
        _write(config, config_text(wishes.study, table.as_posix(), plan, mirror=wishes.mirror))
    return Made(
        discovery=discovery,
        found=found,
        channels=channels,
        columns=columns,
        plan=plan,
        rows=rows,
        added=added,
        filled=filled,
        table=table,
        config=config,
        config_written=may_write,
        left_out=left_out,
    )


def _chosen(
    discovery: Discovery, wishes: Wishes, left_out: dict[str, list[str]]
) -> tuple[str, list[Found], list[list[Asked]]]:
    """Return the study's kind of signal, the recordings that have it, and what is asked of each.

    The others are added to `left_out`, by the reason.
    """
    fitting = list(_fitting(discovery.found, wishes.pattern, left_out))
    told = [one for one in fitting if one.contents is not None]
    if not told:
        raise StudyError(_nothing(discovery, fitting, wishes))
    kind = kind_named(wishes.signal) if wishes.signal else kind_of_study(told)
    asked = [_asked_of(one, kind, wishes) for one in told]
    found = [one for one, own in zip(told, asked, strict=True) if own]
    if not found:
        raise StudyError(_no_channel(told, wishes))
    if len(found) < len(told):
        without = [one.name for one, own in zip(told, asked, strict=True) if not own]
        left_out["no channel of the kind that is asked for"] = without
    return kind, found, [own for own in asked if own]


def _named(
    columns: dict[str, Guess],
    labels: list[str],
    found: list[Found],
    left_out: dict[str, list[str]],
) -> tuple[dict[str, Guess], list[int]]:
    """Return the columns of the recordings that stay, with plain values, and which these are."""
    values = {column: list(one.values) for column, one in columns.items()}
    alike: dict[str, list[str]] = {}
    kept = _named_labels(values, labels, found, left_out, alike)
    values = {column: [own[k] for k in kept] for column, own in values.items()}
    if "session" in values:  # which is told apart within a person and class alone
        parts = [values[c] for c in ("subject", "label", "session") if c in values]
        values["session"] = ["_".join(own) for own in zip(*parts, strict=True)]
    named = {
        c: one._replace(values=values[c], origin="; ".join([one.origin, *alike.get(c, [])]))
        for c, one in columns.items()
    }
    return named, kept


def _not_in(old: list[dict], found: list[Found], asked: list[list[Asked]]) -> list[list[Asked]]:
    """Return what is asked of each recording and not in the table yet."""
    by_source: dict[str, list[dict]] = defaultdict(list)
    for row in old:
        by_source[row["source"]].append(row)
    return [not_yet(one, own, by_source[one.source]) for one, own in zip(found, asked, strict=True)]


def _asked_of(one: Found, kind: str, wishes: Wishes) -> list[Asked]:
    """Return what the rows of a recording ask: what the user names, or what suits the study."""
    if wishes.channels:
        return asked_for(one, wishes.channels)
    return asked_of(one, *chosen_channels(one, kind))


def _files(wishes: Wishes) -> tuple[Path, Path]:
    """Return where table and config go; an error where they may not."""
    if plain_name(wishes.study) != wishes.study:
        raise StudyError(
            f"--study {wishes.study!r}: a name has letters, digits, _, - and . only; "
            f"take {plain_name(wishes.study) or 'another'}."
        )
    folder = wishes.configs / wishes.study
    table, config = folder / "recordings.tsv", folder / "config.yaml"
    there = [path for path in (table, config) if path.exists()]
    if there and not wishes.update:
        raise StudyError(
            f"{there[0]} is there already, and nothing is written over; add --update to add new "
            "files and fill what is empty, or give another --study."
        )
    return table, config


def _columns(
    found: list[Found], discovery: Discovery, wishes: Wishes
) -> tuple[dict[str, Guess], dict[str, str]]:
    """Say what the table's columns are, and which annotations are which classes."""
    said = {column: f"{PATTERN}.{column}" for column in pattern_columns(wishes.pattern or "")}
    columns = guess(found, said | wishes.fields)
    mapping: dict[str, str] = {}
    asked = "label" in columns
    if not asked or columns["label"].field == ANNOTATED:
        people = columns["subject"].values if "subject" in columns else None
        wanted = wishes.labels if asked else []
        mapping = annotated_classes(found, people, wanted, asked=asked)
        if mapping and not asked:
            origin = "each recording's annotations"
            columns["label"] = Guess([ANNOTATED] * len(found), origin, ANNOTATED)
    if "database" not in columns:
        name = plain_name(wishes.database or discovery.name)
        by = "--database" if wishes.database else discovery.named_by
        columns["database"] = Guess([name] * len(found), by, "")
    return columns, mapping


def _write(path: Path, text: str) -> None:
    with atomic_write(path) as part:
        part.write_text(text, encoding="utf-8")


def _fitting(
    found: list[Found], pattern: str | None, left_out: dict[str, list[str]]
) -> Iterator[Found]:
    """Yield the recordings that a pattern fits, with what it finds as fields."""
    if pattern is None:
        yield from found
        return
    fits = matched([one.name for one in found], pattern)
    if not fits:
        shown = ", ".join(one.name for one in found[:3])
        raise StudyError(f"--pattern {pattern!r} fits no file; files are called {shown}.")
    for one in found:
        if one.name in fits:
            one.fields |= {f"{PATTERN}.{column}": cell for column, cell in fits[one.name].items()}
            yield one
        else:
            left_out.setdefault("the pattern does not fit", []).append(one.name)


def _named_labels(
    values: dict[str, list[str]],
    wanted: list[str],
    found: list[Found],
    left_out: dict[str, list[str]],
    alike: dict[str, list[str]],
) -> list[int]:
    """Give classes the names that the user wants, and return which recordings stay.

    Rows are then in the order of the classes, which that of the config follows. What is to be said
    of values that are alike is added to `alike`, by column.
    """
    labels = values.get("label")
    for column in COLUMNS:
        if column in values:
            values[column], alike[column] = plain_names(values[column])
    if labels is None or not wanted:
        return list(range(len(found)))
    names = dict(one.partition("=")[::2] for one in wanted)
    odd = [value for value in names if value not in labels]
    if odd:
        raise StudyError(
            f"--labels {odd[0]}: no file has it; there are: {', '.join(sorted(set(labels)))}."
        )
    values["label"] = [plain_name(names.get(value) or value) for value in labels]
    for one, value in zip(found, labels, strict=True):
        if value not in names:
            reason = f"class {value or 'not given'} is not among --labels"
            left_out.setdefault(reason, []).append(one.name)
    return [k for value in names for k, own in enumerate(labels) if own == value]


def _nothing(discovery: Discovery, fitting: list[Found], wishes: Wishes) -> str:
    broken = [one.problem for one in fitting if one.problem is not None]
    if broken:
        found = number_of(len(broken), "recording")
        return f"{wishes.place}: {found}, of which none can be read; the first: {broken[0]}"
    others = ", ".join(f"{n} {ending}" for ending, n in discovery.others.most_common(5))
    return (
        f"{wishes.place}: there is no recording in it"
        + (f", only {others}" if others else "")
        + "; docs/formats.md lists what can be read."
    )


def _no_channel(told: list[Found], wishes: Wishes) -> str:
    assert told[0].contents is not None
    names = ", ".join(channel.name for channel in told[0].contents.channels[:20])
    asked = f"--channel {' '.join(wishes.channels)}" if wishes.channels else wishes.place
    return f"{asked}: no recording has such a channel; those of {told[0].name} are: {names}."
