"""A study as its user writes it: the config and the table of recordings, checked before any job."""

import copy
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from jsonschema.exceptions import ValidationError

from biospectra.errors import StudyError, refuse
from biospectra.evaluation.split import SPLITS
from biospectra.features.sessions import joining
from biospectra.formats.channels import SEPARATOR, items_of, means_many
from biospectra.models.kinds import exported
from biospectra.signals.annotations import ANNOTATED
from biospectra.study.adapt_defaults import adapt_defaults, few_people
from biospectra.study.check_config import check_references, table_labels
from biospectra.study.check_kinds import check_kinds
from biospectra.study.check_needs import check_needs, check_splits
from biospectra.study.check_recordings import (
    check_databases,
    check_folds,
    check_people,
    check_sessions,
    check_targets,
)
from biospectra.study.check_table import table_problems
from biospectra.study.former_names import with_present_names
from biospectra.study.recordings import check_columns, load_recordings, with_columns
from biospectra.study.schema import complete, load_config_schema, load_schema, problem_in_words

# Within the installed library, or in a clone beside the scripts' folder.
_INSTALLED = Path(__file__).parents[1] / "schemas"
SCHEMAS = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[3] / "schemas"


def complete_config(config: dict, schema: dict, name: str, notes: list[str] | None = None) -> dict:
    """Check a config and return a copy with all defaults filled in.

    Parameters
    ----------
    config : dict
        The user's keys.
    schema : dict
        Schema of `biospectra.study.schema.load_config_schema`.
    name : str
        What the message calls the config, its file.
    notes : list of str, optional
        Grows by what became of defaults that did not go with what was written.

    Raises
    ------
    StudyError
        For an unknown key, a wrong value, or entries that refer to one another wrongly.
    """
    written, renamed = with_present_names(config)
    config = copy.deepcopy(written)
    problems = [
        f"{name}: {where}: {value} is no number to count with."
        for where, value in _not_finite(config)
    ]
    refuse([*problems, *(f"{name}: {_in_a_line(error)}" for error in complete(config, schema))])
    _set_window(config, written, name)
    for checks in ((check_references,), (check_needs, check_kinds)):  # the later ones rely on it
        found = (problem for check in checks for problem in problems_of(check, config))
        refuse(f"{name}: {problem}" for problem in found)
        if check_references in checks:
            changed = adapt_defaults(config, written)
            if notes is not None:
                notes += renamed + changed
    return config


def _set_window(config: dict, written: dict, name: str) -> None:
    """Set the length of segments that are cut around events."""
    around, segments = config["segments"]["around"], written.get("segments") or {}
    if around is None:
        return
    window_s = round(around["to_s"] - around["from_s"], 9)
    if window_s <= 0:
        raise StudyError(
            f"{name}: segments.around: from_s {around['from_s']:g} is not before to_s "
            f"{around['to_s']:g}; correct one of them."
        )
    if segments.get("window_s", window_s) != window_s:
        raise StudyError(
            f"{name}: segments.window_s: it is {segments['window_s']:g}, and segments.around takes "
            f"{window_s:g} s of each event; leave it out."
        )
    config["segments"]["window_s"] = window_s


def _not_finite(value: object, where: str = "") -> Iterator[tuple[str, float]]:
    """Find numbers that are not finite, which no schema refuses."""
    if isinstance(value, float) and not math.isfinite(value):
        yield where, value
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in parts:
        yield from _not_finite(part, f"{where}.{key}".lstrip("."))


def _in_a_line(error: ValidationError) -> str:
    why = problem_in_words(error)
    why += "" if why.endswith((".", "?")) else "."
    where = ".".join(map(str, error.absolute_path)) or "the top level"
    return f"{where}: {why} config/README.md explains each key."


def problems_of(check: Callable[..., object], *arguments) -> tuple[str, ...]:
    """Return what a check says is wrong; nothing where all is well."""
    try:
        check(*arguments)
    except StudyError as error:
        return error.problems
    return ()


def read_study(
    config: dict, schemas: Path, name: str, notes: list[str] | None = None
) -> tuple[dict, pd.DataFrame]:
    """Return the config with all defaults and the table of recordings.

    Parameters
    ----------
    config : dict
        The user's keys.
    schemas : path
        Folder of config.schema.yaml, the kinds' folders and recordings.schema.yaml.
    name : str
        What messages call the config, its file.
    notes : list of str, optional
        Grows by what is not wrong and yet worth knowing.

    Raises
    ------
    StudyError
        For what is wrong with either; names the file, the key or row, and the remedy.
    """
    try:
        config = complete_config(config, load_config_schema(schemas), name, notes)
    except StudyError as error:
        raise StudyError(*error.problems, *table_problems(config, schemas)) from None
    path = config["recordings"]
    check_columns(path, config["columns"])
    recordings = load_recordings(
        path,
        with_columns(load_schema(schemas / "recordings.schema.yaml"), config["columns"]),
        table_labels(config),
        annotated=bool(
            config["segments"]["annotations"]["mapping"] or config["segments"]["around"]
        ),
    )
    learning = ("encoders", "classifiers", "features", "targets")
    if not any(config[section] for section in learning):
        # Nothing is learnt, so nobody is set aside: images of one person are a study too.
        config["split"]["fractions"] = {"training": 1, "validation": 0, "test": 0}
    labelled = recordings[recordings["label"] != config["unlabelled"]]
    if labelled["split"].notna().all():  # the table says who is where, whatever the fractions
        counted = labelled["split"].value_counts(normalize=True)
        shares = {name: float(counted.get(name, 0)) for name in SPLITS}
        told = config | {"split": config["split"] | {"fractions": shares}}
        if not problems_of(check_splits, told):
            config = told
    problems = [
        *problems_of(check_people, labelled, config["split"], path),
        *problems_of(check_folds, config, labelled, name),
        *problems_of(check_databases, config, recordings, name),
        *problems_of(check_targets, config, recordings, name),
    ]
    bad = [
        SEPARATOR.join(dict.fromkeys([*items_of(config["bad_channels"]), *items_of(own)])) or None
        for own in recordings["bad_channels"]
    ]
    recordings["bad_channels"] = pd.Series(bad, recordings.index, dtype=object)
    if config["channels"] == "together":
        single = recordings[~recordings["channel"].map(means_many)]
        problems += [
            f"{path}: recording {name!r} means one channel, {channel!r}, and with channels: "
            "together a row means all of its recording; name a list (C3;C4) or a pattern (EEG *)."
            for name, channel in zip(single["recording"], single["channel"], strict=True)
        ]
    elif joining(config):
        problems += problems_of(check_sessions, recordings, path)
    if config["segments"]["around"] and (recordings["label"] == ANNOTATED).any():
        problems += _unlabelled(config, name)
    refuse(problems)
    if notes is not None:
        notes += few_people(config, labelled)
        notes += [
            f"encoders.{encoder} is an ONNX file already, and is not written for other tools again"
            for encoder in config["encoders"].keys() - exported(config["encoders"])
        ]
    return config, recordings


def _unlabelled(config: dict, name: str) -> Iterator[str]:
    """Name events that segments are cut around and that give no label of the study."""
    event, mapping = (
        config["segments"]["around"]["event"],
        config["segments"]["annotations"]["mapping"],
    )
    for text in event if isinstance(event, list) else [event]:
        if mapping.get(text, text) not in config["labels"]:
            yield (
                f"{name}: segments.around.event: {text!r} is not among the labels "
                f"({', '.join(config['labels'])}); map it to one in segments.annotations.mapping."
            )
