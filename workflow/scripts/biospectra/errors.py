"""The errors that a user can mend: one line that says what is wrong and the remedy."""


class RecordingError(ValueError):
    """A recording cannot be had, read or used.

    The message is one line: which recording or file, what is wrong, and what would be right.
    """

    def __init__(self, subject: object, problem: str, remedy: str) -> None:
        text = f"{subject}: {problem.rstrip('.')}; {remedy}"
        super().__init__(" ".join(text.split()))
        self.parts = (str(subject), problem, remedy)

    def within(self, subject: str) -> "RecordingError":
        """Return the same error with the name of what contains its subject before it."""
        inner, problem, remedy = self.parts
        return RecordingError(f"{subject}: {inner}", problem, remedy)


class StudyError(ValueError):
    """The study's config or its table of recordings is wrong, or its data do not suffice."""
