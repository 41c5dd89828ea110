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
    people = [] if "subject" in guesses else _named_as_people(free)
    contradict = any(_other_numbers(free[people[0]], free[name]) for name in people[1:])
    if people and not contradict:
        _take(guesses, "subject", people[0], free)
    if "label" not in guesses:
        told = "subject" in guesses or contradict
        _take(guesses, "label", _of_classes(free, sure_of_people=told), free)
    if "subject" not in guesses and not contradict:
        _take(guesses, "subject", _of_people(free, guesses.get("label")), free)
    return guesses


def _take(guesses: dict, column: str, name: str | None, free: dict[str, list[str]]) -> None:
    if name is not None:
        guesses[column] = Guess(free.pop(name), origin_of(name), name)


def _called(column: str, values: dict[str, list[str]]) -> str | None:
    """Return the field with a name by which people call a column, if its values can be that."""
    called = [
        (name, own)
        for word in _CALLED[column]
        for name, own in values.items()
        if name.rpartition(".")[2].casefold() == word
    ]
    if column == "subject":  # who is in no table of people still has a name
        called.sort(key=lambda one: one[1].count(""))
    for name, own in called:
        different = len(set(own) - {""})
        if column != "label" or 2 <= different <= MOST_CLASSES:
            return name if different else None
    return None


def _named_as_people(free: dict[str, list[str]]) -> list[str]:
    """Return the fields whose values are ``sub-01`` or ``patient3``, those of several first."""
    named = [name for name, own in free.items() if all(_PERSON.fullmatch(one) for one in own)]
    return sorted(named, key=lambda name: len(set(free[name])) < 2)


def _other_numbers(one: list[str], other: list[str]) -> bool:
    """Whether two fields call people alike and number them otherwise: sub-01/sub-02_rest.edf."""
    plain = ([re.sub(r"[-_ ]", "", value) for value in own] for own in (one, other))
    pairs = set(zip(*plain, strict=True))
    words = {re.sub(r"\d.*", "", text).casefold() for pair in pairs for text in pair}
    numbers = [[int(re.sub(r"\D", "", text)) for text in pair] for pair in pairs]
    return len(words) == 1 and any(a != b for a, b in numbers)


def _of_classes(free: dict[str, list[str]], *, sure_of_people: bool) -> str | None:
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
        known = sum(map(is_class_word, counts))
        candidates.append((-known / len(counts), len(counts), order, name))
    if not candidates:
        return None
    best = min(candidates)
    as_good = [one for one in candidates if one[:2] == best[:2]]
    # Words that nobody knows may be people as well: as many others, or before a running number.
    doubtful = len(as_good) > 1 or _is_counted(best[-1], free)
    return None if not best[0] and not sure_of_people and doubtful else best[-1]


def is_class_word(word: str) -> bool:
    """Whether people call classes so: ``rest``, ``healthy``, ``left``.

    Parameters
    ----------
    word : str
        May have signs and digits besides.

    Returns
    -------
    bool
    """
    return bool(_CLASSES.fullmatch(re.sub(r"\W|\d", "", word).casefold()))


def _is_counted(name: str, free: dict[str, list[str]]) -> bool:
    """Whether a part of files' names is a word behind which numbers stand: ``anna_1``."""
    part, number = name[:4], int(re.sub(r"\D", "", name))
    behind = free.get(f"name{number + 1}", [])
    counted = len(set(behind)) > 1 and all(map(_TIME.fullmatch, behind))
    return part == "name" and (counted or any(map(_are_days, free.values())))


def _are_days(values: list[str]) -> bool:
    """Whether values are dates, 20230131, which name no people."""
    return all(re.fullmatch(r"(?:19|20)\d{6}", one) for one in values)


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
        if 2 <= different < len(own) and "" not in own and not _are_days(own):
            candidates.append((-different, order, name))
    if not candidates:
        return None
    name = min(candidates)[-1]
    words = [other for _, _, other in candidates if _are_words(free[other])]
    if label is None and words and (len(candidates) == len(words) or _is_counted(name, free)):
        return None  # as likely classes without a name that is known
    # Another word that differs within a person may be a part of the name: anna_maria, anna_otto.
    others = [own for other, own in free.items() if other != name and _are_words(own)]
    if _are_words(free[name]) and any(_differ_within(free[name], own) for own in others):
        return None
    return name


def _are_words(values: list[str]) -> bool:
    """Whether values are words, of which nobody knows that they are classes."""
    return not any(re.search(r"\d", one) or is_class_word(one) for one in values)


def _differ_within(people: list[str], others: list[str]) -> bool:
    """Whether one and the same of `people` goes with several of `others`."""
    return len(set(zip(people, others, strict=True))) > len(set(people))
