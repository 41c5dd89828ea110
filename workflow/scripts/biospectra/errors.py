"""The one exception that recordings raise."""


class RecordingError(ValueError):
    """A recording cannot be had, read or used.

    The message is one line: which recording or file, what is wrong, and what would be right.
    """

    def __init__(self, subject: object, problem: str, remedy: str) -> None:
        text = f"{subject}: {problem.rstrip('.')}; {remedy}"
        super().__init__(" ".join(text.split()))
