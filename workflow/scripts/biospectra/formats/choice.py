"""The channels that are wanted of a file, and those that are made from several."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from biospectra.errors import RecordingError
from biospectra.signals.signal import Signal

Problem = Callable[[str, str], RecordingError]


@dataclass(frozen=True)
class Wanted:
    """A channel of a file, or one that is made from several.

    Attributes
    ----------
    name : str
        What it is called.
    at : int
        Its position in the file.
    minus : tuple of int
        The channels whose mean is subtracted; none for a channel as it is.
    remarks : tuple of str
        What was taken for what.
    """

    name: str
    at: int
    minus: tuple[int, ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def positions(self) -> set[int]:
        """The channels that it is made from."""
        return {self.at, *self.minus}


@dataclass(frozen=True)
class Choice:
    """The channels that are wanted of a file.

    Attributes
    ----------
    wanted : list of Wanted
    problem : callable
        Gives the error that names the file, of what is wrong and what would be right.
    """

    wanted: list[Wanted]
    problem: Problem

    @property
    def positions(self) -> list[int]:
        """The file's channels that must be read, each once."""
        return list(dict.fromkeys(k for one in self.wanted for k in (one.at, *one.minus)))

    def signals(self, read_one: Callable[[int], Signal]) -> Iterator[Signal]:
        """Give the wanted channels one after the other.

        Parameters
        ----------
        read_one : callable
            Gives the channel at a position; it is asked once for each.

        Returns
        -------
        iterator of Signal
        """
        uses = Counter(k for one in self.wanted for k in one.positions)
        kept: dict[int, Signal] = {}
        references: dict[tuple[int, ...], np.ndarray] = {}
        for one in self.wanted:
            for k in (one.at, *one.minus):
                if k not in kept:
                    kept[k] = read_one(k)
            signal = kept[one.at]
            if one.minus:
                if one.minus not in references:
                    references = {one.minus: self._mean([kept[k] for k in one.minus])}
                signal = self._referred(signal, references[one.minus], one, kept)
            uses.subtract(one.positions)
            for k in one.positions:
                if not uses[k]:
                    del kept[k]
            yield replace(signal, remarks=[*signal.remarks, *one.remarks])

    def _mean(self, signals: list[Signal]) -> np.ndarray:
        first = signals[0]
        total = np.zeros(len(first.samples))
        for other in signals:
            self._check_alike(first, other)
            total += other.samples
        return total / len(signals)

    def _check_alike(self, one: Signal, other: Signal) -> None:
        for what, a, b in (
            ("Hz", one.rate_hz, other.rate_hz),
            ("units", one.units, other.units),
            ("samples", len(one.samples), len(other.samples)),
        ):
            if a != b:
                raise self.problem(
                    f"{one.channel!r} and {other.channel!r} cannot be subtracted: one has "
                    f"{a} {what}, the other {b}",
                    "choose channels of one rate and unit",
                )

    def _referred(
        self, signal: Signal, reference: np.ndarray, one: Wanted, kept: dict[int, Signal]
    ) -> Signal:
        stretches = signal.stretches
        for k in one.minus:
            self._check_alike(signal, kept[k])
            if kept[k].stretches != stretches:
                both = product(stretches, kept[k].stretches)
                common = [(max(a, c), min(b, d)) for (a, b), (c, d) in both]
                stretches = [(a, b) for a, b in common if a < b]
        samples = signal.samples - reference
        return replace(signal, samples=samples, channel=one.name, stretches=stretches)
