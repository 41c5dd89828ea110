"""What kind of signal a channel is, and what suits each kind."""

import re
from collections import Counter
from dataclasses import dataclass

from biospectra.errors import StudyError
from biospectra.formats.contents import ChannelInfo
from biospectra.study.new.found import Found

MOST_CHANNELS = 64  # of a recording, where nobody says which


@dataclass(frozen=True)
class SignalKind:
    """What suits a kind of signal.

    Attributes
    ----------
    name : str
        What people call it.
    window_s : float
        Length of a segment.
    windows : str
        Other lengths, and what for.
    highest_rate_hz : float
        Of the study; recordings of higher rates are brought down to it.
    range_hz : (float, float)
        Lowest and highest row of images.
    highpass_hz : float or None
        Corner of the high-pass.
    taper_s : float
        The spectrogram's window.
    """

    name: str
    window_s: float
    windows: str
    highest_rate_hz: float
    range_hz: tuple[float, float]
    highpass_hz: float | None
    taper_s: float


SIGNAL_KINDS = {
    "ecg": SignalKind(
        *(
            "ECG",
            10,
            "10 for rhythm and beats, 5 for single beats, 30 for short runs of arrhythmia",
        ),
        *(500, (0.5, 50), 0.5, 1),
    ),
    "eeg": SignalKind(
        *("EEG", 4, "4 for rhythms such as alpha, 2 for fast changes, 30 for stages of sleep"),
        *(256, (1, 45), 0.5, 1),
    ),
    "sleep": SignalKind(
        *(
            "EEG in sleep",
            30,
            "30 for stages of sleep as they are scored, 4 for rhythms such as alpha",
        ),
        *(128, (0.5, 35), 0.3, 2),
    ),
    "emg": SignalKind(
        *("EMG", 1, "1 for a contraction, 0.25 for control of a prosthesis, 5 for fatigue"),
        *(2000, (20, 450), 20, 0.125),
    ),
    "eog": SignalKind(
        *("EOG", 4, "4 for eye movements, 30 for stages of sleep"), *(128, (0.2, 30), 0.1, 1)
    ),
    "ppg": SignalKind(
        *("PPG", 10, "10 for some ten beats, 30 for variability"), *(128, (0.5, 10), 0.3, 4)
    ),
    "pressure": SignalKind(
        *("blood pressure", 10, "10 for some ten beats, 30 for variability"),
        *(128, (0.3, 20), None, 4),
    ),
    "respiration": SignalKind(
        *("respiration", 60, "60 for some breaths, 300 for patterns of breathing"),
        *(32, (0.05, 3), None, 20),
    ),
    "eda": SignalKind(
        *("skin conductance", 60, "60 for some responses, 10 for one response"),
        *(16, (0.02, 2), None, 20),
    ),
    "motion": SignalKind(
        *("motion", 5, "5 for some steps, 2 for one step"), *(100, (0.5, 20), 0.3, 1)
    ),
    "sound": SignalKind(
        *("sound", 2, "2 for some heart sounds or a breath, 10 for rhythm"),
        *(8000, (25, 2000), 20, 0.05),
    ),
    "signal": SignalKind(
        *("signals", 5, "long enough for the slowest that matters"), *(2000, (0.5, 200), None, 0.5)
    ),
}
_TEN_TWENTY = r"(?:fp|af|ft|fc|tp|cp|po|[fctpo])(?:z|\d{1,2}h?)|[am][12]|nz|iz"
# By name, the first that fits; before them the name loses a word such as EEG in front.
_NAMES = (
    (
        None,
        r"(time|t|stamp|counter|nseq|di|i|o|sti)\d*$|.*(status|trigger|marker|event|stim|annot)|"
        r"(trig|temp|batt)\b|.*(temperature|battery)",
    ),
    ("eeg", rf"(?:eeg\W*)?(?:{_TEN_TWENTY})(?:\W*(?:{_TEN_TWENTY}|ref|le|cle|avg))*$|.*eeg"),
    ("eog", r".*eog|[el]og|e[12](\W.*)?$|(loc|roc)\b"),
    ("ecg", r".*(ecg|ekg)|m?(l?i{1,3}|lii?)$|av[rlf]$|m?(c?v)[1-9]r?$|ml(i|ii|iii)$|lead\W*\w+$"),
    (
        "emg",
        r".*(emg|femor|biceps|triceps|vast(o|us)|tibial|gastroc|soleus|deltoid|semitend|trapez|"
        r"masseter|frontalis|flexor|extensor|gluteus|chin|muscle)",
    ),
    ("ppg", r".*(ppg|pleth|bvp|pulse)"),
    ("respiration", r".*(resp|airflow|nasal|thor|abd|breath|chest)"),
    ("eda", r".*(eda|gsr|scl|skin|conduct)"),
    ("pressure", r"(abp|art|bp|icp|cvp|pap)\b|.*pressure"),
    ("motion", r".*(acc|gyr|accel|imu)|[xyz]$"),
    ("sound", r".*(pcg|phono|sound|audio|mic|steth)"),
)
_NO_SIGNAL = frozenset(["deg", "°", "°c", "c", "degc", "%", "rpm", "bpm", "s", "ms"])
_OF_BIDS = {
    "eeg": "eeg",
    "ecog": "eeg",
    "seeg": "eeg",
    "dbs": "eeg",
    "emg": "emg",
    "ecg": "ecg",
    "eog": "eog",
    "veog": "eog",
    "heog": "eog",
    "ppg": "ppg",
    "resp": "respiration",
    "gsr": "eda",
    "audio": "sound",
}
_NO_KIND = frozenset(
    ["trig", "misc", "sysclock", "other", "ref", "eyegaze", "pupil", "temp", "photo"]
)
_LEADS = ("mlii", "ii", "lead ii", "ecg", "ekg", "i", "lead i", "mli", "ml2", "v5", "v2")
_TYPICAL = ("c3", "c4", "o1", "o2", "f3", "f4", "p3", "p4", "cz", "fz", "pz", "oz", "t3", "t4")
_MOST_OF = 0.8  # of the recordings have the kind of the study
SLEEP_S = 3 * 3600  # EEG that is recorded so long is of sleep


def kind_of(channel: ChannelInfo, hint: str = "") -> str | None:
    """Return the key in `SIGNAL_KINDS` of a channel, None of what is no signal to look at.

    Parameters
    ----------
    channel : ChannelInfo
        Its name and its units tell.
    hint : str
        What a BIDS sidecar calls its type.
    """
    if hint:
        kind = hint.casefold()
        if kind in _OF_BIDS or kind in _NO_KIND:
            return _OF_BIDS.get(kind)
    name = channel.name.casefold().strip()
    for kind, pattern in _NAMES:
        if re.match(pattern, name) and not (kind == "eeg" and channel.units == "FS"):
            return None if channel.units.casefold() in _NO_SIGNAL else kind
    if channel.units == "FS":
        return "sound"
    return None if channel.units.casefold() in _NO_SIGNAL else "signal"


def kinds_of(one: Found) -> list[str | None]:
    """Return the kind of each channel of a recording; where names tell nothing, its path's."""
    assert one.contents is not None
    kinds = [kind_of(channel, one.kinds.get(channel.name, "")) for channel in one.contents.channels]
    named = re.findall("ecg|ekg|eeg|emg", one.source.casefold())
    if not named:
        return kinds
    return [named[-1].replace("ekg", "ecg") if kind == "signal" else kind for kind in kinds]


def kind_of_study(found: list[Found]) -> str:
    """Return the kind that nearly all recordings have, of several that of most channels."""
    files: Counter[str] = Counter()
    channels: Counter[str] = Counter()
    for one in found:
        own = [kind for kind in kinds_of(one) if kind is not None]
        files.update(set(own))
        channels.update(own)
    if not files:
        return "signal"
    best = max(files, key=lambda kind: (kind != "signal", files[kind], channels[kind]))
    if files[best] < _MOST_OF * len(found):
        return "signal"
    if best == "eeg" and sorted(longest_s(one) for one in found)[len(found) // 2] >= SLEEP_S:
        return "sleep"
    return best


def longest_s(one: Found, channels: list[ChannelInfo] | None = None) -> float:
    """Return the length of a recording's longest channel, in s; 0 where no rate is known.

    Parameters
    ----------
    one : Found
        The recording.
    channels : list of ChannelInfo, optional
        Those that count; all by default.
    """
    assert one.contents is not None
    given_hz = float(one.given.get("rate_hz") or 0)
    own = one.contents.channels if channels is None else channels
    known = [c.n_samples / (c.rate_hz or given_hz) for c in own if c.rate_hz or given_hz]
    return max(known, default=0.0)


def chosen_channels(one: Found, kind: str) -> tuple[list[ChannelInfo], list[ChannelInfo]]:
    """Return the channels of a recording that the study takes where nobody says which.

    Of an ECG it is one lead, II if it is there; of other signals all of the kind, but of more than
    `MOST_CHANNELS` those at the usual places.

    Parameters
    ----------
    one : Found
        The recording.
    kind : str
        The study's, a key of `SIGNAL_KINDS`.

    Returns
    -------
    good : list of ChannelInfo
        Without those that a sidecar calls bad.
    bad : list of ChannelInfo
        Those it calls so.
    """
    assert one.contents is not None
    kinds = dict(zip(one.contents.channels, kinds_of(one), strict=True))
    every = one.contents.channels
    good = [channel for channel in every if channel.name not in one.bad]
    same = "eeg" if kind == "sleep" else kind
    if kind == "signal" and same not in [kinds[c] for c in good]:  # the recording's own kind
        same = next(filter(None, kinds.values()), kind)
    if same not in [kinds[c] for c in good]:
        own = [channel for channel in every if kinds[channel] is not None]
    else:
        own = [channel for channel in every if kinds[channel] == same]
    bad = [channel for channel in own if channel not in good]
    own = [channel for channel in own if channel in good]
    if same == "ecg":
        return sorted(own, key=lambda channel: _rank(channel, _LEADS))[:1], []
    if len(own) > MOST_CHANNELS:
        usual = sorted(own, key=lambda channel: _rank(channel, _TYPICAL))[:MOST_CHANNELS]
        return [channel for channel in own if channel in usual], []
    return own, bad


def _rank(channel: ChannelInfo, order: tuple[str, ...]) -> tuple[int, int]:
    name = re.sub(r"^(eeg|ecg)\W+(?=\w)", "", channel.name.casefold().strip())
    name = re.split(r"\W*(?:ref|le)$|[-\u2013]", name)[0] or name
    return (order.index(name) if name in order else len(order), channel.number)


def kind_named(word: str) -> str:
    """Return the key of a kind that a user names.

    Raises
    ------
    StudyError
        Where there is none of the name.
    """
    for key, kind in SIGNAL_KINDS.items():
        if word.casefold() in (key, kind.name.casefold()):
            return key
    raise StudyError(
        f"--signal {word}: there is no such kind; there are: {', '.join(SIGNAL_KINDS)}."
    )
