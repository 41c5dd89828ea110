"""Counts in words: nouns and verbs that agree with them."""

# Nouns whose plural is another than with an s.
_MANY = {"person": "people", "class": "classes", "frequency": "frequencies"}


def number_of(count: float, noun: str, form: str = "") -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count : int
        How many there are.
    noun : str
        Of one of them; words before it stay as they are.
    form : str
        Format of the number, such as "," for thousands.

    Examples
    --------
    >>> number_of(1, "segment"), number_of(2, "segment"), number_of(2, "new person")
    ('1 segment', '2 segments', '2 new people')
    >>> number_of(12345, "file", ",")
    '12,345 files'
    """
    return f"{count:{form}} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of a noun, such as "test people" of "test person"."""
    before, space, last = noun.rpartition(" ")
    return before + space + _MANY.get(last, f"{last}s")


def verb(count: float, one: str, many: str) -> str:
    """Return the form of a verb that agrees with a count, such as "is" or "are"."""
    return one if count == 1 else many


def there_are(count: int, noun: str) -> str:
    """Return a count as the beginning of a sentence.

    Examples
    --------
    >>> there_are(1, "person"), there_are(3, "person")
    ('there is 1 person', 'there are 3 people')
    """
    return f"there {verb(count, 'is', 'are')} {number_of(count, noun)}"


def percent(share: float, form: str = ".0f") -> str:
    """Return a share that was measured in per cent: `percent(0.914)` is "91 %"."""
    return f"{100 * share:{form}} %"


def stated_percent(share: float) -> str:
    """Return a share that somebody chose in per cent, as exactly as they chose it.

    Examples
    --------
    >>> stated_percent(0.9), stated_percent(0.975), stated_percent(0.005)
    ('90 %', '97.5 %', '0.5 %')
    """
    return percent(share, ".6g")
