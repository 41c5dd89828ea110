"""Recordings that cannot be used: carried on without, and listed with the reason."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.job import tell
from biospectra.store.tables import as_it_was, defused

STOP, SKIP = "stop", "skip"


class Quarantine:
    """The recordings of a shard that are left out, and whether leaving out is allowed.

    Parameters
    ----------
    on_bad_recording : {"stop", "skip"}
        "skip" lists each and goes on, "stop" goes on to find all of them and ends in `settle`.
    """

    def __init__(self, on_bad_recording: str):
        self.skip = on_bad_recording == SKIP
        self.reasons: dict[str, str] = {}
        self.faults: list[RecordingError] = []

    @contextmanager
    def watch(self, recording: str) -> Iterator[None]:
        """Put a recording's id before what goes wrong with it, and note it."""
        try:
            yield
        except ValueError as error:
            if isinstance(error, RecordingError):
                named = error.within(f"recording {recording}")
            else:
                named = RecordingError(f"recording {recording}", str(error), "correct or omit it")
            self.reasons[recording] = str(error)
            self.faults.append(named)
            if self.skip:
                tell(f"Skipped: {named}")

    def settle(self) -> None:
        """Tell all faults at once and end with the last, unless they may be left out.

        Raises
        ------
        RecordingError
            The last fault.
        """
        if self.skip or not self.faults:
            return
        *others, last = self.faults
        for fault in others:
            tell(f"Error: {fault}")
            print(fault)
        raise last

    def add(self, path: str | Path) -> None:
        """Take over what an earlier step left out."""
        self.reasons |= read_rejected([path])

    def write(self, path: str | Path) -> None:
        """Write the recordings left out and why."""
        write_rejected(self.reasons, path)


def write_rejected(reasons: dict[str, str], path: str | Path) -> None:
    """Write a tab-separated table of recordings and the reason why each is left out."""
    with Path(path).open("w", newline="", encoding="utf-8") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n")
        writer.writerow(["recording", "reason"])
        writer.writerows((name, defused(reason)) for name, reason in reasons.items())


def read_rejected(paths: Iterable[str | Path]) -> dict[str, str]:
    """Read tables of `write_rejected`: the reason of each recording."""
    reasons = {}
    for path in paths:
        with Path(path).open(newline="", encoding="utf-8") as table:
            for line in csv.DictReader(table, delimiter="\t"):
                reasons[line["recording"]] = as_it_was(line["reason"])
    return reasons
