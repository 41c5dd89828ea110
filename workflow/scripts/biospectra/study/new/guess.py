"""Which of the things that names and tables say is the class, and which the person."""

import re
from collections import Counter
from typing import NamedTuple

from biospectra.errors import StudyError
from biospectra.signals.annotations import ANNOTATED
from biospectra.study.new.found import Found, stem_of

MOST_CLASSES = 12
FILE = "file"  # as a field: each file by itself
PATTERN = "pattern"  # before the fields that a pattern finds

_PERSON = re.compile(
    r"(?:sub|subj|subject|s|p|pat|patient|participant|person|proband|vp|user|volunteer|case|child|"
    r"infant|id|rat|mouse|animal)[-_ ]?\d+[a-z]?",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:ses|sess|session|run|r|trial|t|visit|v|day|night|n|block|b|rec|part|take|no)?[-_ ]?\d+",
    re.IGNORECASE,
)
# What columns of tables, keys of headers and entities of BIDS are called, the surest first.
_CALLED = {
    "label": (
        *("label", "class", "diagnosis", "diagnose", "group", "condition", "rhythm", "category"),
        *("reason for admission", "diagnoses", "disease", "pathology", "status", "target"),
        *("state", "stage", "task", "activity"),
    ),
    "subject": (
        *("subject", "subject_id", "participant_id", "participant", "sub", "patient_id", "patient"),
        *("person", "person_id", "subjectid", "patientid", "pid", "subj"),
    ),
    "database": ("database", "dataset", "device", "site", "center", "centre"),
}
# Words by which people call classes; of two candidates that with these is it.
_CLASSES = re.compile(
    r"rest(ing)?|baseline|(eyes)?(open|closed)|e[oc]|task|arithmetic|walk(ing)?|gait|run(ning)?|"
    r"sit(ting)?|stand(ing)?|healthy|controls?|patients?|(ab)?normal|a?fib|af|nsr|chf|arr|sinus|"
    r"myopathy|neuropathy|seizure|(pre|inter)?ictal|sleep|wake|awake|stress|relax(ed)?|pre|post|"
    r"left|right|on|off|positive|negative|cases?|diseased?|sick|epilep(sy|tic)|hc|pd|ad|mci"
)


class Guess(NamedTuple):
    """A column of the table, filled.

    Attributes
    ----------
    values : list of str
        One a file, empty where it is not told.
    origin : str
        Where they are from, for people.
    field : str
        The field they were taken from.
    """

    values: list[str]
    origin: str
    field: str


def field_values(found: list[Found], name: str) -> list[str]:
    """Return what each recording says under the name of a field, in full or of its last part.

    Of several fields, ``folder1+name1``, it is all of them, joined.

    Raises
    ------
    StudyError
        Where no recording has it; names those that there are.
    """
    if name == FILE:
        return [one.name.rpartition(stem_of(one.name))[0] + stem_of(one.name) for one in found]
    if "+" in name:
        parts = [field_values(found, part.strip()) for part in name.split("+")]
        return ["_".join(own) if all(own) else "" for own in zip(*parts, strict=True)]
    known = dict.fromkeys(key for one in found for key in one.fields)
    wanted = name.casefold()
    exact = [key for key in known if key.casefold() == wanted]
    hits = exact or [key for key in known if key.casefold().rpartition(".")[2] == wanted]
    if not hits:
        raise StudyError(f"there is no field {name!r}; there are: {', '.join([*known, FILE])}.")
    return [one.fields.get(hits[0], "") for one in found]


def may_be(column: str, name: str, values: list[str]) -> bool:
    """Whether a field could be a column, so that it is worth to be named to people."""
    different = len(set(values) - {""})
    if column == "label":
        return 1 < different <= min(MOST_CLASSES, max(len(values) - 1, 2))
    part = re.fullmatch(r"(folder|name)\d+", name)
    called = name.rpartition(".")[2].casefold() in _CALLED[column]
    return 1 < different < len(values) and bool(part or called)


def origin_of(name: str) -> str:
    """Say for people where a field is from."""
    if name == FILE:
        return "each file by itself"
    if "+" in name:
        return " and ".join(origin_of(part.strip()) for part in name.split("+"))
    if found := re.fullmatch(r"(folder|name)(\d+)", name):
        if found[1] == "folder":
            return "the folder" if found[2] == "1" else f"the folder {found[2]} deep"
        return f"part {found[2]} of the file's name"
    table, _, column = name.rpartition(".")
    if table == PATTERN:
        return "the pattern"
    return f"{table}, column {column}" if table else f"what is called {column}"


def guess(found: list[Found], asked: dict[str, str]) -> dict[str, Guess]:
    """Say what the classes and the people of recordings are, as far as it can be told.

    Parameters
    ----------
    found : list of Found
        With fields.
    asked : dict of str to str
        The fields that the user names, by column.

    Returns
    -------
    dict of str to Guess
        By column; those that could not be told are left out.
    """
    guesses = {}
    for column, name in asked.items():
        if column == "label" and name == ANNOTATED:
            guesses[column] = Guess([ANNOTATED] * len(found), "each recording's annotations", name)
        else:
            asked_for = "" if name.startswith(f"{PATTERN}.") else ", as asked"
            guesses[column] = Guess(field_values(found, name), origin_of(name) + asked_for, name)
    fields = list(dict.fromkeys(key for one in found for key in one.fields))
    values = {name: [one.fields.get(name, "") for one in found] for name in fields}
    for column in ("subject", "label", "database"):
        name = None if column in guesses else _called(column, values)
        if name is not None:
            guesses[column] = Guess(values[name], origin_of(name), name)
    free = {
        name: own
        for name, own in values.items()
        if re.fullmatch(r"(folder|name)\d+", name)
        and name not in {one.field for one in guesses.values()}
    }
    if "subject" not in guesses:
        _take(guesses, "subject", _named_as_people(free), free)
    if "label" not in guesses:
        _take(guesses, "label", _of_classes(free), free)
    if "subject" not in guesses:
        _take(guesses, "subject", _of_people(free, guesses.get("label")), free)
    return guesses


def _take(guesses: dict, column: str, name: str | None, free: dict[str, list[str]]) -> None:
    if name is not None:
        guesses[column] = Guess(free.pop(name), origin_of(name), name)


def _called(column: str, values: dict[str, list[str]]) -> str | None:
    """Return the field with a name by which people call a column, if its values can be that."""
    for word in _CALLED[column]:
        for name, own in values.items():
            if name.rpartition(".")[2].casefold() != word:
                continue
            different = len(set(own) - {""})
            if column != "label" or 2 <= different <= MOST_CLASSES:
                return name if different else None
    return None


def _named_as_people(free: dict[str, list[str]]) -> str | None:
    """Return the field whose values are ``sub-01`` or ``patient3``, if only one is."""
    named = [name for name, own in free.items() if all(_PERSON.fullmatch(one) for one in own)]
    several = [name for name in named if len(set(free[name])) > 1]
    return (several or named or [None])[0]


def _of_classes(free: dict[str, list[str]]) -> str | None:
    """Return the field of few words, each of several files; of two, that of known words."""
    candidates = []
    for order, (name, own) in enumerate(free.items()):
        counts = Counter(own)
        if not 2 <= len(counts) <= MOST_CLASSES or "" in counts or min(counts.values()) < 2:
            continue
        if any(not re.search(r"[^\W\d_]", one) or _TIME.fullmatch(one) for one in counts):
            continue
        if _one_stem(list(counts)):
            continue
        known = sum(bool(_CLASSES.fullmatch(re.sub(r"\W|\d", "", w).casefold())) for w in counts)
        candidates.append((-known / len(counts), len(counts), order, name))
    return min(candidates)[-1] if candidates else None


def _one_stem(values: list[str]) -> bool:
    """Whether values are one word with different numbers, which count and do not name."""
    return len({re.sub(r"\d+", "", one) for one in values}) == 1


def _of_people(free: dict[str, list[str]], label: Guess | None) -> str | None:
    """Return the field of most values, if some of them have several files.

    A field in which each file has a value of its own may number people or recordings alike, so
    that nothing is guessed from it.
    """
    candidates = []
    for order, (name, own) in enumerate(free.items()):
        different = len(set(own))
        if 2 <= different < len(own) and "" not in own:
            candidates.append((-different, order, name))
    if not candidates:
        return None
    name = min(candidates)[-1]
    if (
        label is None
        and len(candidates) == 1
        and not any(re.search(r"\d", one) for one in free[name])
    ):
        return None  # one field of words: as likely classes without a name that is known
    return name
