"""What is told of a study that was made: what was found, guessed, left out and written."""

from biospectra.signals.annotations import ANNOTATED
from biospectra.study.new.found import Found
from biospectra.study.new.guess import FILE, may_be
from biospectra.study.new.kinds import SIGNAL_KINDS, kinds_of, longest_s
from biospectra.study.new.listing import MOST_LISTED, few, found_table, some
from biospectra.study.new.made import Made, Wishes
from biospectra.words import number_of, verb


def report(made: Made, wishes: Wishes) -> str:
    """Return what a person is told of a study that was made.

    Parameters
    ----------
    made : Made
        The study.
    wishes : Wishes
        What was asked for.
    """
    found, discovery = made.found, made.discovery
    told = {c: one.values for c, one in made.columns.items()}
    empty = [""] * len(found)
    labels, people = told.get("label", empty), told.get("subject", empty)
    parts = [
        f"{number_of(len(found), 'recording')} in {wishes.place}: {made.plan.kind.name}",
        found_table(found, made.channels, labels, people),
        _section("Guessed (please check)", _guesses(made)),
        _section("Also read", [f"  {note}" for note in discovery.notes]),
        _section("Could not be read", _problems(discovery.found)),
        _section("Left out", _left_out(made)),
        _section("Still missing", _open(made)),
        _section("Written", _written(made)),
        _section("Next", [f"  {line}" for line in _next(made, wishes)]),
    ]
    return "\n\n".join(part for part in parts if part)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, *lines]) if lines else ""


def _guesses(made: Made) -> list[str]:
    lines = []
    for column, one in made.columns.items():
        values = [value for value in one.values if value]
        line = f"  {column:<9} {len(set(values))} ({few(values)}), from {one.origin}"
        if missing := len(one.values) - len(values):
            line += f"; missing for {missing}"
        lines.append(line)
    lines += _people_of_several_classes(made) + _of_another_kind(made)
    others = [name.rpartition(".")[2] for name in _candidates(made, "label")]
    if others and "label" in made.columns:
        lines.append(f"  other candidates for the class: --label {' or '.join(others[:6])}")
    named = [k for k in range(len(made.found)) if "label" in made.columns]
    if named:
        k = named[len(named) // 2]
        said = ", ".join(f"{c} {one.values[k] or '?'}" for c, one in made.columns.items())
        lines.append(f"  for example {made.found[k].name}: {said}")
    if made.plan.mapping:
        texts = ", ".join(f"{text} is {label}" for text, label in made.plan.mapping.items())
        lines.append(f"  classes from annotations: {texts}")
    return lines


def _people_of_several_classes(made: Made) -> list[str]:
    """Say that the same number in the files of two classes was taken for one person."""
    if not {"label", "subject"} <= set(made.columns) or made.plan.mapping:
        return []
    own: dict[str, set[str]] = {}
    pairs = zip(made.columns["subject"].values, made.columns["label"].values, strict=True)
    for person, label in pairs:
        own.setdefault(person, set()).add(label)
    both = [person for person, labels in own.items() if person.isdigit() and len(labels) > 1]
    fields = [made.columns[c].field for c in ("label", "subject")]
    if not both or not all(field.startswith(("folder", "name")) for field in fields):
        return []
    return [
        f"  numbers {some(both, 3)} appear in several classes and are taken as one person each; "
        f"if numbering\n  restarts in each class, add --subject {'+'.join(fields)}"
    ]


def _of_another_kind(made: Made) -> list[str]:
    """Say which recordings have other signals than the study, such as the EMG beside an EEG."""
    key = next(key for key, kind in SIGNAL_KINDS.items() if kind == made.plan.kind)
    same = {"eeg" if key == "sleep" else key, "signal", None}
    others = []
    for one, own in zip(made.found, made.channels, strict=True):
        kinds = dict(zip(one.contents.channels, kinds_of(one), strict=True)) if one.contents else {}
        taken = {kinds.get(channel) for channel in own}
        others += [one.name] if taken and not taken & same else []
    if key == "signal" or not 0 < len(others) < len(made.found):
        return []
    count = len(others)
    it, them = verb(count, "it", "they"), verb(count, "it", "them")
    return [
        f"  {number_of(count, 'recording')} of another kind than {made.plan.kind.name} "
        f"{verb(count, 'is', 'are')} taken with what {it} {verb(count, 'holds', 'hold')};\n  take "
        f"{them} out of the table if {it} should not be in it: {few(others, 3)}"
    ]


def _problems(found: list[Found]) -> list[str]:
    broken = [one for one in found if one.problem is not None]
    lines = [f"  {one.problem}" for one in broken[: 3 * MOST_LISTED]]
    return lines + (
        [f"  ... and {len(broken) - len(lines)} more"] if len(broken) > len(lines) else []
    )


def _left_out(made: Made) -> list[str]:
    lines = [f"  {why}: {some(names, 4)}" for why, names in made.left_out.items()]
    if made.discovery.lists:
        lines.append(f"  text files that are not recordings: {some(made.discovery.lists, 4)}")
    if made.discovery.others:
        others = [f"{count} {ending}" for ending, count in made.discovery.others.most_common(6)]
        lines.append(f"  unsupported formats: {', '.join(others)}")
    bad = [f"{one.name} {name}" for one in made.found for name in one.bad]
    if bad:
        everywhere = ", ".join(made.plan.left_out)
        more = f"; {everywhere} of all recordings, so that channels can be joined" * bool(
            everywhere
        )
        lines.append(f"  channels marked as bad: {some(bad, 4)}{more}")
    others = {
        channel.name
        for one, own in zip(made.found, made.channels, strict=True)
        if one.contents is not None
        for channel in one.contents.channels
        if channel not in own and channel.name not in one.bad
    }
    if others:
        lines.append(
            f"  channels: {some(sorted(others))}; --channel takes others, --channel '*' all"
        )
    short = [
        one.name
        for one, own in zip(made.found, made.channels, strict=True)
        if 0 < longest_s(one, own) < made.plan.window_s
    ]
    if short:
        lines.append(
            f"  when it runs, shorter than a segment of {made.plan.window_s:g} s: {some(short, 4)}"
        )
    return lines


def _open(made: Made) -> list[str]:
    """Return what the table lacks, and how it may be told."""
    lines = []
    rows = made.rows
    for column, what in (("label", "class"), ("subject", "person")):
        without = [row["recording"] for row in rows if not row[column]]
        if not without:
            continue
        hints = _hints(made, column)
        lines.append(
            f"  {column} (the {what}) of {number_of(len(without), 'row')}: fill in the column"
            + (", or add one of" if hints else "")
        )
        lines += hints
    if (
        "label" in made.columns
        and made.columns["label"].field == ANNOTATED
        and not made.plan.mapping
    ):
        lines.append("  which annotation is which class: add --labels '(N=normal' '(AFIB=AF' ...")
    without = {row["source"] for row in rows if not row.get("rate_hz")}
    silent = [
        one.name
        for one, own in zip(made.found, made.channels, strict=True)
        if one.source in without and not all(channel.rate_hz for channel in own)
    ]
    if silent:
        lines.append(f"  rate_hz, which {some(silent, 3)} do not say: add --rate-hz HZ")
    return lines


def _hints(made: Made, column: str) -> list[str]:
    """Return options that would fill a column, each with what it would give."""
    told = {
        name: f"{len(values)}: {few(values)}" for name, values in _candidates(made, column).items()
    }
    if column == "subject":
        told[FILE] = "each file is another person"
    annotations = {t for one in made.found if one.contents for t in one.contents.annotations}
    if column == "label" and len(annotations) > 1:
        told[ANNOTATED] = f"{len(annotations)}: {few(sorted(annotations))}"
    elif column == "label" and made.discovery.annotated:
        many = made.discovery.annotated
        told[ANNOTATED] = f"{number_of(many, 'recording')} {verb(many, 'has', 'have')} some"
    last = [name.rpartition(".")[2] for name in told]
    short = {n: own if last.count(own) == 1 else n for n, own in zip(told, last, strict=True)}
    shown = {n: f"'{own}'" if " " in own else own for n, own in short.items()}
    width = max(map(len, shown.values()), default=0)
    lines = [f"    --{column} {shown[name]:<{width}}  {text}" for name, text in told.items()]
    if column == "label" and lines:
        lines.append("    with --labels VALUE=NAME ... to rename them, and to take only some")
    return lines


def _candidates(made: Made, column: str) -> dict[str, list[str]]:
    """Return the values of fields that could be a column, each way to part recordings once."""
    taken = [one.values for one in made.columns.values()]
    found = {}
    for name in dict.fromkeys(key for one in made.found for key in one.fields):
        values = [one.fields.get(name, "") for one in made.found]
        if may_be(column, name, values) and not any(_alike(values, own) for own in taken):
            taken.append(values)
            found[name] = sorted(set(values) - {""})
    return found


def _alike(values: list[str], others: list[str]) -> bool:
    """Whether two fields part recordings in the same way."""
    pairs = len(set(zip(values, others, strict=True)))
    return pairs == len(set(values)) == len(set(others))


def _written(made: Made) -> list[str]:
    news = number_of(len(made.rows), "row")
    if made.added < len(made.rows):
        news += f", {made.added} of them new, {number_of(made.filled, 'empty cell')} filled"
    lines = [f"  {made.table} ({news})"]
    if made.config_written:
        lines.append(f"  {made.config} ({_in_words(made)})")
    else:
        lines.append(f"  {made.config} stayed as it was edited")
    return lines


def _in_words(made: Made) -> str:
    plan = made.plan
    how = {
        None: "images only: too few classes or people for a classifier",
        "leave_one_person_out": "each person held out in turn",
        "cross_validation": "cross-validation by person",
        "holdout": "people set aside for the test",
    }[plan.evaluation]
    if not plan.native_hz:
        return "without a rate as yet"
    segments = number_of(plan.segments, "segment")
    return f"{plan.rate_hz:g} Hz, about {segments} of {plan.window_s:g} s, {how}"


def _next(made: Made, wishes: Wishes) -> list[str]:
    if _open(made):
        again = f"biospectra new {wishes.place} --study {wishes.study} --update"
        return [f"{again} OPTION ... # of those above", f"or fill in {made.table}, then: {again}"]
    return [
        f"biospectra check {made.config}",
        f"snakemake --cores {wishes.processes} --configfile {made.config}",
    ]
