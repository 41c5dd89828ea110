"""The errors that a user can mend: one line that says what is wrong and the remedy."""

import re
from collections.abc import Iterable

# A password in an address (https://name:word@host/), and what is named like one in its query.
# A word with a slash in it is no address any more, but it is secret all the same.
_LOGIN = re.compile(r"(?<=://)(?:[^/\s?#]*|[^/\s?#@:]*:(?!\d+(?:[/\s]|$))\S*)@(?=[^/\s])")
_SECRET = re.compile(
    r"([?&](?:[\w.-]*[._-])?(?:token|secret|passw\w*|(?:api|access)?key|signature|sig|credential)=)"
    r"[^&\s#'\"]+",
    re.IGNORECASE,
)


def without_login(text: str) -> str:
    """Return a text whose addresses have no name and password."""
    return _LOGIN.sub("", text)


def redacted(text: str) -> str:
    """Return a text whose addresses have no name, password or token.

    Examples
    --------
    >>> redacted("https://ann:pw@host.org/a.edf?token=abc&part=2")
    'https://host.org/a.edf?token=***&part=2'
    """
    return _SECRET.sub(r"\1***", without_login(text))


class RecordingError(ValueError):
    """A recording cannot be had, read or used.

    The message is one line: which recording or file, what is wrong, and what would be right.
    """

    def __init__(self, subject: object, problem: str, remedy: str) -> None:
        text = redacted(f"{subject}: {problem.rstrip('.')}; {remedy}")
        super().__init__(" ".join(text.split()))
        self.parts = (redacted(str(subject)), redacted(problem), redacted(remedy))

    def within(self, subject: str) -> "RecordingError":
        """Return the same error with the name of what contains its subject before it."""
        inner, problem, remedy = self.parts
        return RecordingError(f"{subject}: {inner}", problem, remedy)


class StudyError(ValueError):
    """The study's config or its table of recordings is wrong, or its data do not suffice.

    Parameters
    ----------
    *problems : str
        What is wrong, each with its remedy.

    Attributes
    ----------
    problems : tuple of str
        All of them; the message is the first and how many more there are.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = tuple(redacted(problem) for problem in problems)
        more = len(problems) - 1
        said = f" (And {more} more; `biospectra check` lists them all.)" if more else ""
        super().__init__(self.problems[0] + said)


def refuse(problems: Iterable[str]) -> None:
    """Raise a `StudyError` of problems, if there are any."""
    found = list(problems)
    if found:
        raise StudyError(*found)


def refused(path: object, problem: object) -> StudyError:
    """Return the error for a model's file that is missing or damaged, or could run code.

    Parameters
    ----------
    path : str or Path
        The file.
    problem : Exception or str
        What is wrong with it; of an exception's message the first line.
    """
    if isinstance(problem, FileNotFoundError):
        problem = "is missing"
    elif isinstance(problem, Exception):
        first = str(problem).strip().split("\n")[0]
        problem = f"cannot be opened safely ({type(problem).__name__}: {first[:150]})"
    return StudyError(
        f"{path}: {problem}; take a whole copy from a source you trust, or delete it and run "
        "snakemake, which makes it again."
    )
