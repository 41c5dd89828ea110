"""What a reader is asked for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from biospectra.errors import RecordingError
from biospectra.formats.channels import Channels, choose_channels, items_of
from biospectra.formats.choice import Choice
from biospectra.signals.signal import (
    Annotation,
    Signal,
    leave_out_gaps,
    shift_annotations,
    shift_stretches,
)

HIGHEST_RATE_HZ = 1e8
ON_SHORT_FILE = ("stop", "use")  # what becomes of a file that is shorter than it promises
Load = Callable[[], list[Annotation] | None]


@dataclass(frozen=True)
class Request:
    """Which channels and which part of a file a reader shall read."""

    path: Path
    channel: Channels = None
    bad_channels: Channels = None
    start_s: float | None = None
    duration_s: float | None = None
    rate_hz: float | None = None
    units: str | None = None
    gain: float | None = None
    variable: str | None = None
    annotator: str | None = None
    on_short_file: str = "stop"
    labels: "Callable[[Request, datetime | None, float], list[Annotation]] | None" = None
    remarks: list[str] = field(default_factory=list, compare=False)

    def error(self, problem: str, remedy: str) -> RecordingError:
        """Return an error that names this file.

        Parameters
        ----------
        problem, remedy : str
            What is wrong, and what would be right.

        Returns
        -------
        RecordingError
        """
        return RecordingError(self.path, problem, remedy)

    def short(self, problem: str) -> None:
        """Note that the file holds less than it promises, where the user wants what there is.

        Parameters
        ----------
        problem : str
            What it promises and what it holds.

        Raises
        ------
        RecordingError
            Unless `on_short_file` is ``use``.
        """
        if self.on_short_file != "use":
            raise self.error(
                problem, "fetch it again, or take what there is with on_short_file: use"
            )
        self.remarks.append(problem)

    def choose(
        self,
        names: Sequence[str],
        numbers: Sequence[int] | None = None,
        *,
        passed: Iterable[int] = (),
    ) -> Choice:
        """Return the channels that are wanted, which `Choice.signals` then gives one by one.

        Parameters
        ----------
        names : sequence of str
            The file's channel names.
        numbers : sequence of int, optional
            Its channel numbers where it has its own; otherwise channels count from 0.
        passed : iterable of int
            Positions of columns that are no signals, which no pattern means.

        Returns
        -------
        Choice

        Raises
        ------
        RecordingError
            Where the channel is not there, with the list of those that are.
        """
        return choose_channels(
            self.channel,
            names,
            numbers,
            passed=passed,
            bad=items_of(self.bad_channels),
            problem=self.error,
        )

    def rate(self, found: float | None = None, tolerance: float = 1e-3) -> float:
        """Return the sampling rate: the file's own, or the table's where the file has none.

        Parameters
        ----------
        found : float or None
            What the file says, in Hz.
        tolerance : float
            Relative difference that is no contradiction. Beyond 0.001 the file's clock jitters, and
            the table's rate holds where there is one.

        Returns
        -------
        float
            In Hz.

        Raises
        ------
        RecordingError
            Where there is no rate, it is absurd, or table and file disagree.
        """
        given = None if self.rate_hz is None else float(self.rate_hz)
        for value, where in ((found, "the file"), (given, "rate_hz in the table")):
            if value is not None and not 0 < value <= HIGHEST_RATE_HZ:
                raise self.error(
                    f"a sampling rate of {value:g} Hz ({where}) is invalid",
                    "correct it, or leave the recording out",
                )
        if found is None and given is None:
            raise self.error(
                "the file does not say its sampling rate", "fill the column rate_hz in the table"
            )
        if found is not None and given is not None and abs(found - given) > tolerance * found:
            raise self.error(
                f"the file says {found:g} Hz and the table {given:g} Hz",
                "correct rate_hz in the table or leave it empty",
            )
        if found is None or (given is not None and tolerance > 1e-3):
            return float(given or 0)
        return float(found)

    def span(self, n_samples: int, rate_hz: float, first_s: float = 0.0) -> tuple[int, int]:
        """Return the (start, stop) samples that ``start_s`` and ``duration_s`` mean.

        Parameters
        ----------
        n_samples : int
        rate_hz : float
            Length and rate of the channel in the file.
        first_s : float
            When the file's first sample is, for a file that is a part of a longer recording.

        Returns
        -------
        start, stop : int

        Raises
        ------
        RecordingError
            Where the wanted part does not lie in the file.
        """
        if n_samples < 1:
            raise self.error("holds no samples", "choose another file or leave it out")
        length_s = n_samples / rate_hz
        start_s = 0.0 if self.start_s is None else float(self.start_s) - first_s
        start = round(start_s * rate_hz)
        if not 0 <= start < n_samples:
            raise self.error(
                f"start_s {self.start_s:g} s is outside the recording",
                f"it holds {first_s:g} to {first_s + length_s:g} s",
            )
        if self.duration_s is None:
            return start, n_samples
        stop = start + round(float(self.duration_s) * rate_hz)
        if stop <= start:
            raise self.error(
                f"duration_s {self.duration_s:g} s holds no sample", "give a longer duration_s"
            )
        if stop > n_samples + 1:
            raise self.error(
                f"{start_s + first_s:g} to {start_s + first_s + self.duration_s:g} s was asked for",
                f"it ends at {first_s + length_s:.6g} s; give a shorter duration_s",
            )
        return start, min(stop, n_samples)

    def cut(
        self, signal: Signal, *, lost: Sequence[tuple[int, float]] = (), begins_s: float = 0.0
    ) -> Signal:
        """Return the wanted part of a signal that was read whole.

        Parameters
        ----------
        signal : Signal
            All of it; its annotations are on the true clock, from its first sample on.
        lost : sequence of (int, float)
            Samples before which there is a gap that is left out, and the seconds that it lasted.
        begins_s : float
            When the first sample was taken, on the clock of annotations in a file of their own.

        Returns
        -------
        Signal
        """
        start, stop = self.span(len(signal.samples), signal.rate_hz)
        rate_hz = signal.rate_hz
        load = self.annotations(
            signal.load_annotations,
            rate_hz,
            start,
            stop,
            lost=[(at / rate_hz, lost_s) for at, lost_s in lost],
            begins_s=begins_s,
        )
        return replace(
            signal,
            samples=signal.samples[start:stop],
            stretches=shift_stretches(signal.stretches, start, stop),
            load_annotations=load,
        )

    def annotations(
        self,
        own: Load,
        rate_hz: float,
        start: int,
        stop: int,
        *,
        lost: Sequence[tuple[float, float]] = (),
        begins_s: float = 0.0,
        begins: datetime | None = None,
        by_ending: bool = False,
    ) -> Load:
        """Return what loads the annotations of the part that is read.

        They are the file's own, or those of the file that `annotator` names.

        Parameters
        ----------
        own : callable
            Loads the recording's own annotations, in true seconds from its first sample.
        rate_hz : float
            Samples a second.
        start, stop : int
            The part.
        lost : sequence of (float, float)
            (at_s, lost_s) of gaps, as `leave_out_gaps` takes them.
        begins_s : float
            When the first sample was taken, on the clock of a table of events.
        begins : datetime or None
            When the recording began, where its file says it.
        by_ending : bool
            Whether `own` knows what to do with an annotator that is no file's name.

        Returns
        -------
        callable
            Gives a list of Annotation, or None.

        Raises
        ------
        RecordingError
            Of what is returned: where `annotator` names nothing that is there.
        """

        def load() -> list[Annotation] | None:
            found: list[Annotation] | None
            if self.labels is not None:
                found = self.labels(self, begins, begins_s)
            elif self.annotator is None or by_ending:
                found = own()
            else:
                raise self.error(
                    f"its annotator {self.annotator!r} is no file of annotations",
                    "name an EDF+ file or a table of events beside it",
                )
            return shift_annotations(leave_out_gaps(found, lost), start / rate_hz, stop / rate_hz)

        return load
