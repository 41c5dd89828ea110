"""What a study of some recordings should be: rate, segments, images, and how it is evaluated."""

import math
from collections import Counter
from dataclasses import dataclass

from biospectra.formats.channels import items_of, means_many
from biospectra.formats.contents import ChannelInfo
from biospectra.study.new.found import Found
from biospectra.study.new.guess import MOST_CLASSES
from biospectra.study.new.kinds import SIGNAL_KINDS, SignalKind
from biospectra.study.new.rows import people_by_label, plain_name

# With fewer people in a class, each person is held out by themselves; with more than the second
# number, one part of them is set aside for the test.
FEW, MANY = 6, 20
_MOST_SEGMENTS = 20_000  # of a first run; images of more take hours on two cores
_RATES_HZ = (8000, 4000, 2000, 1000, 800, 640, 512, 500, 400, 320, 256, 250, 200, 160, 128, 100)
_SLOW_HZ = (80, 64, 50, 40, 32, 25, 20, 16, 10, 8, 4)
_FEWEST_SAMPLES = 128  # of a segment
_LASTING_S = 20  # of an annotation in a recording, to be a state and not a moment
HEIGHT = 128
_WIDTHS = (64, 320)  # the narrowest and the widest image
_WIDTH = 160


@dataclass(frozen=True)
class Plan:
    """What the config says.

    Attributes
    ----------
    kind : SignalKind
        Of the signals.
    rate_hz, native_hz : float, list of float
        Of the study, and of the recordings, ascending.
    window_s, step_s : float
        Length of a segment, and from one to the next.
    range_hz : (float, float)
        Lowest and highest row of images.
    width : int
        Columns of the spectrogram, which divide the samples of a segment.
    taper_s : float
        The spectrogram's window.
    labels : dict of str to int
        People of each class.
    mapping : dict of str to str
        From annotations to classes, where these label the segments.
    evaluation : str or None
        How classifiers are evaluated; None where there is nothing to tell apart.
    joined : bool
        Whether features of all channels of a session stand in one row.
    left_out : list of str
        Channels that are bad in some recordings, and must be left out of all to join the others.
    shards : int
        Units of work.
    segments : int
        How many there will be, about.
    """

    kind: SignalKind
    rate_hz: float
    native_hz: list[float]
    window_s: float
    step_s: float
    range_hz: tuple[float, float]
    width: int
    taper_s: float
    labels: dict[str, int]
    mapping: dict[str, str]
    evaluation: str | None
    joined: bool
    left_out: list[str]
    shards: int
    segments: int


def plan_study(
    kind: str,
    found: list[Found],
    channels: list[list[ChannelInfo]],
    rows: list[dict[str, str]],
    mapping: dict[str, str],
) -> Plan:
    """Return what suits the recordings.

    Parameters
    ----------
    kind : str
        Of the signals, a key of `SIGNAL_KINDS`.
    found : list of Found
        The recordings.
    channels : list of list of ChannelInfo
        Those of each that are taken.
    rows : list of dict
        The table.
    mapping : dict of str to str
        From annotations to classes; empty where labels are not from annotations.
    """
    suited = SIGNAL_KINDS[kind]
    lengths = []
    for one, own in zip(found, channels, strict=True):
        given_hz = float(one.given.get("rate_hz") or 0)
        lengths += [
            (channel.n_samples / rate, rate)
            for channel in own
            if (rate := channel.rate_hz or given_hz)
        ]
    native_hz = sorted({rate for _, rate in lengths})
    lowest_hz = min(native_hz, default=suited.highest_rate_hz)
    highest_hz = min(lowest_hz, suited.highest_rate_hz)
    least_s = _FEWEST_SAMPLES / highest_hz
    window_s = _window(suited.window_s, least_s, sorted(length for length, _ in lengths))
    rate_hz, width = _rate(highest_hz, lowest_hz, window_s)
    labels = _people_annotated(found, rows, mapping, window_s) if mapping else people_by_label(rows)
    total = sum(max(0, int(length // window_s)) for length, _ in lengths)
    bad = sorted({name for row in rows for name in items_of(row.get("bad_channels"))})
    joined = not mapping and _joined(rows, found, channels, bad)
    thinner = max(1, math.ceil(total / _MOST_SEGMENTS))
    hours = sum(length for length, _ in lengths) / 3600
    return Plan(
        kind=suited,
        rate_hz=rate_hz,
        native_hz=native_hz,
        window_s=window_s,
        step_s=window_s * thinner,
        range_hz=_range(suited.range_hz, rate_hz),
        width=width,
        taper_s=min(suited.taper_s, window_s / 2),
        labels=labels,
        mapping=mapping,
        evaluation=_evaluation(labels),
        joined=joined,
        left_out=bad if joined else [],
        shards=min(64, max(2, math.ceil(hours / 4), len(rows) // 200)),
        segments=total // thinner,
    )


def annotated_classes(
    found: list[Found], people: list[str] | None, wanted: list[str], *, asked: bool
) -> dict[str, str]:
    """Return which annotations are which classes.

    Where nobody says, they are those that last, in three people or at least two; none where fewer
    than two are left, as of a list of moments.

    Parameters
    ----------
    found : list of Found
        The recordings.
    people : list of str or None
        Of each; None where they are not told.
    wanted : list of str
        ``TEXT`` or ``TEXT=NAME``, as the user says.
    asked : bool
        Whether the user wants classes from annotations, and then also from short ones.
    """
    if wanted:
        pairs = [one.rpartition("=") if "=" in one else (one, "", one) for one in wanted]
        return {text: plain_name(name or text) for text, _, name in pairs}
    who = people or [one.name for one in found]
    least_s = 0.5 if asked else _LASTING_S
    lasting: dict[str, set[str]] = {}
    for one, person in zip(found, who, strict=True):
        for text, (_, seconds) in (one.contents.annotations if one.contents else {}).items():
            if seconds >= least_s and plain_name(text):
                lasting.setdefault(text, set()).add(person)
    for fewest in (3, 2):
        several = sorted(text for text, own in lasting.items() if len(own) >= fewest)
        if 1 < len(several) <= MOST_CLASSES:
            return {text: plain_name(text) for text in several}
    return {}


def _people_annotated(
    found: list[Found], rows: list[dict[str, str]], mapping: dict[str, str], window_s: float
) -> dict[str, int]:
    """Return of how many people each class has some segments; of all, where nobody can know yet."""
    person = {row["source"]: row["subject"] for row in rows}
    if not any(one.contents and one.contents.annotations for one in found):
        people = len(set(person.values()) - {""})
        return dict.fromkeys(mapping.values(), min(people, MANY - 1))
    labels: dict[str, set[str]] = {label: set() for label in mapping.values()}
    for one in found:
        for text, (count, seconds) in (one.contents.annotations if one.contents else {}).items():
            if text in mapping and (seconds >= window_s or (not seconds and count >= 10)):
                labels[mapping[text]].add(person.get(one.source, ""))
    return {label: len(own - {""}) for label, own in labels.items()}


def _window(usual_s: float, least_s: float, lengths_s: list[float]) -> float:
    """Return the length of a segment.

    It is less than usual where half the recordings are shorter, and more where the usual length
    would hold too few samples for an image.
    """
    wanted_s = usual_s
    if lengths_s:
        wanted_s = min(wanted_s, lengths_s[len(lengths_s) // 2])
    if wanted_s == usual_s >= least_s:
        return usual_s
    digits = 10.0 ** math.floor(math.log10(max(wanted_s, least_s)))
    if wanted_s < least_s:
        return min(step for step in (1, 2, 5, 10) if step * digits >= least_s) * digits
    return max(step for step in (1, 2, 5) if step * digits <= wanted_s) * digits


def _rate(wanted_hz: float, lowest_hz: float, window_s: float) -> tuple[float, int]:
    """Return the study's rate and the width of its spectrograms.

    It is the recordings' own, or the highest usual one below it, of which segments are whole
    samples that an image's columns divide.
    """
    usual = [rate for rate in (*_RATES_HZ, *_SLOW_HZ) if rate <= wanted_hz]
    own = [lowest_hz] if lowest_hz <= wanted_hz else [wanted_hz]
    for rate_hz in (*own, *usual):
        samples = window_s * rate_hz
        if abs(samples - round(samples)) < 1e-6 and (width := width_of(round(samples))):
            return rate_hz, width
    samples = max(4, round(window_s * wanted_hz))
    return samples / window_s, samples


def width_of(samples: int) -> int | None:
    """Return the divisor of a segment's samples that makes the best width of an image, if any.

    One that can be halved four times serves autoencoders of any depth.
    """
    fewest, most = _WIDTHS
    able = [width for width in range(fewest, most + 1) if samples % width == 0]
    if not able:
        return None

    def cost(width: int) -> float:
        halvings = min(4, (width & -width).bit_length() - 1)
        return abs(math.log2(width / _WIDTH)) + 0.5 * (4 - halvings)

    return min(able, key=cost)


def _range(wanted_hz: tuple[float, float], rate_hz: float) -> tuple[float, float]:
    """Return the lowest and highest row: those of the kind, below nine tenths of Nyquist."""
    low, high = wanted_hz
    reach = 0.45 * rate_hz  # up to where resampling is flat
    if high > reach:
        digits = 10.0 ** (math.floor(math.log10(reach)) - 1)
        high = math.floor(reach / digits + 1e-9) * digits
    return (low if low < high / 2 else round(high / 20, 6)), round(high, 6)


def _evaluation(labels: dict[str, int]) -> str | None:
    if len(labels) < 2 or min(labels.values()) < 2:
        return None
    fewest = min(labels.values())
    if fewest < FEW:
        return "leave_one_person_out"
    return "cross_validation" if fewest < MANY else "holdout"


def _joined(
    rows: list[dict[str, str]],
    found: list[Found],
    channels: list[list[ChannelInfo]],
    bad: list[str],
) -> bool:
    """Whether all sessions have the same channels, several of them, each once.

    What is bad in some recordings does not count, if most channels are good in all.
    """
    of_source = {
        one.source: [c.name.strip() for c in mine]
        for one, mine in zip(found, channels, strict=True)
    }
    own: dict[str, list[str]] = {}
    for row in rows:
        many = means_many(row["channel"])
        session = row.get("session") or (row["recording"] if many else "")
        names = of_source.get(row["source"], []) if many else [row["channel"]]
        own.setdefault(session, []).extend(name for name in names if name not in bad)
    if "" in own or not own:
        return False
    kinds = Counter(tuple(sorted(names)) for names in own.values())
    names = next(iter(kinds))
    alike = len(kinds) == 1 and len(names) > 1 and len(set(names)) == len(names)
    return alike and len(bad) <= len(names)
