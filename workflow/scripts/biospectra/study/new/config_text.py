"""The config of a study, as text with comments for the person who edits it."""

import json
import math
import re
import zlib

from biospectra.study.new.plan import FEW, HEIGHT, Plan
from biospectra.words import number_of

_MARK = "# As written: "
_MARK_SAYS = "; while this holds, `biospectra new ... --update` may write the config anew."


def config_text(name: str, table: str, plan: Plan, *, mirror: str | None = None) -> str:
    """Return the config.

    Parameters
    ----------
    name : str
        The study's.
    table : str
        Path of its table of recordings, as the config shall say it.
    plan : Plan
        What suits the recordings.
    mirror : str, optional
        Where PhysioNet's files are, if not at PhysioNet.
    """
    parts = [
        _head(name, table, plan, mirror),
        _signals(plan),
        _images(plan),
        _learning(plan),
    ]
    text = "\n".join(part for part in parts if part)
    return f"{text}\n{_MARK}{_checksum(text)}{_MARK_SAYS}\n"


def is_as_written(text: str) -> bool:
    """Whether nobody has edited a config since it was written."""
    body, mark, end = text.rpartition(f"\n{_MARK}")
    return bool(mark) and end.startswith(_checksum(body))


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _number(value: float) -> str:
    return f"{value:.10g}"


def _head(name: str, table: str, plan: Plan, mirror: str | None) -> str:
    labels = ", ".join(_quoted(label) for label in plan.labels)
    if labels:
        people = ", ".join(f"{label} {n}" for label, n in plan.labels.items())
        said = f" # in the order of figures and tables; people: {people}"
    else:
        said = " # fill in the table's column `label`, then name its classes here"
    return (
        f"# {plan.kind.name}. Made by `biospectra new`; every value is yours to change, and "
        "config/README.md\n# explains each key.\n"
        f"study: {_quoted(name)}\n"
        f"recordings: {_quoted(table)}\n"
        f"labels: [{labels}]{said}\n"
        f"shards: {plan.shards} # units of work, which run side by side\n"
        + _left_out(plan)
        + (f"physionet_mirror: {_quoted(mirror)}\n" if mirror else "")
    )


def _left_out(plan: Plan) -> str:
    if not plan.left_out:
        return ""
    named = ", ".join(map(_quoted, plan.left_out))
    return (
        f"bad_channels: [{named}] # bad in some recordings; channels are joined where all "
        "recordings have them\n"
    )


def _quoted(text: str) -> str:
    """Return text as YAML takes it for text: not for a number, a date, a truth or a comment."""
    plain = re.fullmatch(r"[A-Za-z][\w./-]*(://[\w./:-]+)?", text)
    odd = text.casefold() in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    return text if plain and not odd else json.dumps(text, ensure_ascii=False)


def _signals(plan: Plan) -> str:
    kind = plan.kind
    rates = ", ".join(_number(rate) for rate in plan.native_hz) or "not known"
    lines = [
        "resample:",
        f"  rate_hz: {_number(plan.rate_hz)} # native: {rates}",
    ]
    if kind.highpass_hz is None or kind.highpass_hz >= plan.rate_hz / 2:
        lines.append("  highpass_hz: null # keeps slow changes")
    else:
        lines.append(f"  highpass_hz: {_number(kind.highpass_hz)} # removes drift; null for none")
    lines.append("  notch_hz: auto # removes mains hum where there is some; null for none")
    if len(plan.native_hz) > 1:
        lines.append(
            "  common_band: true # recordings of several rates: all get the band of the lowest"
        )
    lines += [
        "  scale: robust # physical keeps mV, so that amplitudes compare between recordings",
        "",
        "segments:",
        f"  window_s: {_number(plan.window_s)} # {kind.windows}",
    ]
    if plan.step_s > plan.window_s:
        every = round(plan.step_s / plan.window_s)
        lines.append(
            f"  step_s: {_number(plan.step_s)} # one segment in {every}, about {plan.segments} in "
            f"all; {_number(plan.window_s)} takes each"
        )
    else:
        lines.append(f"  step_s: {_number(plan.step_s)} # less makes segments overlap")
    if plan.mapping:
        lines += ["  annotations:", "    mapping: # of an annotation to a class"]
        lines += [
            f"      {json.dumps(text, ensure_ascii=False)}: {_quoted(label)}"
            for text, label in plan.mapping.items()
        ]
    return "\n".join(lines) + "\n"


def _images(plan: Plan) -> str:
    low, high = map(_number, plan.range_hz)
    nyquist = _number(plan.rate_hz / 2)
    return f"""images:
  spectrogram:
    kind: spectrogram
    height: {HEIGHT}
    width: {plan.width} # it divides the {round(plan.window_s * plan.rate_hz)} samples of a segment
    window_s: {_number(plan.taper_s)} # longer resolves frequencies better, shorter times
    frequency_range_hz: [{low}, {high}] # below {nyquist}, half of resample.rate_hz
  scaleogram:
    kind: scaleogram
    height: {HEIGHT}
    width: 128
    wavelet: cmor1.5-1.0
    frequency_range_hz: [{low}, {high}]
"""


def _learning(plan: Plan) -> str:
    if plan.evaluation is None:
        return (
            "# A classifier needs two classes of two people each. Until then the study makes "
            "images only.\n"
        )
    low, high = plan.range_hz
    fewest = min(plan.labels.values())
    beats = plan.kind.name == "ECG" and plan.window_s >= 10
    lines = []
    if plan.evaluation != "holdout":
        lines += [
            f"split: # too few to set some aside, with {number_of(fewest, 'person')} in a class: "
            "all take turns",
            "  fractions: {training: 1, validation: 0, test: 0}",
            "",
        ]
    lines += [
        "umap:",
        "  seeds: 0 # 3 draws maps beside PCA and t-SNE, which takes minutes and test people",
        "",
        "features:",
        "  bands: # power in bands of frequency",
        "    kind: bands",
        f"    bands: {min(24, max(6, round(3 * math.log2(high / low))))}",
        f"    frequency_range_hz: [{_number(low)}, {_number(high)}]",
    ]
    if plan.joined:
        lines.append("    join_channels: true # of a session, one row with all its channels")
    if beats:
        lines += ["  beats: # heart beats: rhythm and shape", "    kind: beats"]
        lines += ["    join_channels: true"] if plan.joined else []
    lines += [
        "",
        "classifiers:",
        f"  {'bands_and_beats' if beats else 'band_powers'}:",
        "    kind: table",
        f"    features: {'[bands, beats]' if beats else 'bands'}",
        f"    evaluation: {plan.evaluation} # {_EVALUATIONS[plan.evaluation]}",
        "    candidates: [logistic_regression, random_forest]",
        *_networks(plan, fewest),
        "",
        "leakage: # what a split with the same people in training and test would add",
        "  features: bands",
        "  classifier: k_nearest_neighbours",
    ]
    return "\n".join(lines) + "\n"


_EVALUATIONS = {
    "leave_one_person_out": f"cross_validation suits {FEW} people a class or more",
    "cross_validation": "folds of people; holdout sets some people aside for the test",
    "holdout": "sets people aside for the test; cross_validation holds out all in turn",
}


def _networks(plan: Plan, fewest: int) -> list[str]:
    """Return networks, each line a comment: they take minutes, and people for each split."""
    if fewest < 3:
        return [f"# Networks need three people in each class; one has {fewest}."]
    halvings = min(4, (plan.width & -plan.width).bit_length() - 1)
    filters = ", ".join(["32"] * max(1, halvings))
    judged, each = [], ""
    if plan.evaluation != "holdout":
        judged = [f"#    evaluation: {plan.evaluation} # a training a fold, and one on all people"]
        each = " each"
    return [
        f"# Networks take minutes{each}, or a GPU. To train them, remove the #.",
        "#  scaleogram_cnn:",
        "#    kind: cnn",
        "#    input: scaleogram",
        *judged,
        "#  encoder_features:",
        "#    kind: table",
        "#    features: convolutional",
        *judged,
        "#",
        "#encoders:",
        "#  convolutional: # learns features from images, without labels",
        "#    input: spectrogram",
        f"#    filters: [{filters}]",
    ]
