"""A finished study of planted numbers, and the numbers that a text says."""

import copy
import re
from functools import cache

from biospectra.report.paper.run import Run
from biospectra.study.config import complete_config
from biospectra.study.schema import load_config_schema
from support.harness import ROOT
from support.tiny import CONFIG

# What texts say whatever the study: definitions, limits of the methods, names.
SAID_ALWAYS = (
    *("Intervals of 95 %", "95 % interval", "fewer than 3 people", "the level of 0.05"),
    *("1st to the 99th percentile", "(0 to 1 for images)", "at 0.5 Hz or above", "1 Hz wide"),
    *("50 or 60 Hz", "above 1 Hz", "--cores 8", "above 1 is unusual", "catch22", "SHA-256"),
    *("macro F1", "dB re 1 unit", "an interval needs at least 3", "a factor of 1.41"),
)
_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*\w)")


@cache
def _config() -> dict:
    schema = load_config_schema(ROOT / "workflow/schemas")
    return complete_config(copy.deepcopy(CONFIG), schema, "config.yaml")


def scores(balanced: float, **changes) -> dict:
    """Return scores of a classifier, with an interval unless told otherwise."""
    own = {"accuracy": 0.71, "balanced_accuracy": balanced, "macro_f1": 0.69}
    classes = {"slow": {"people": 7}, "fast": {"people": 6}}
    result = {
        "segments": 173,
        "people": 13,
        **own,
        "intervals": {"balanced_accuracy": [0.61, 0.83], "why_not": None},
        "baselines": {
            "majority": {"balanced_accuracy": 0.5},
            "shuffled": {"balanced_accuracy": 0.49, "p_value": 0.0123},
        },
        "classes": classes,
        "by_recording": None,
        "model": "logistic_regression",
        "evaluation": "holdout",
        "optimistic": None,
        "repeats": None,
    }
    return result | changes


def finished_run(summary: dict | None = None, config: dict | None = None) -> Run:
    """Return a run of the tiny study with planted numbers.

    Parameters
    ----------
    summary, config : dict, optional
        Keys of the summary, or sections of the config, in place of the planted ones.
    """
    whole = copy.deepcopy(_config())
    whole["encoders"], whole["classifiers"] = {}, {"table": whole["classifiers"]["table"]}
    for section, entries in (config or {}).items():
        whole[section] = whole[section] | entries if isinstance(entries, dict) else entries
    classes = {
        "slow": {"recordings": 21, "subjects": 17, "segments": 311, "rejected": {"flat": 23}},
        "fast": {"recordings": 22, "subjects": 16, "segments": 331, "rejected": {}},
    }
    split = {"training": 101, "validation": 37, "test": 41}
    table = [
        {"recording": f"r{i}", "source": f"physionet:mitdb/1.0.0/{100 + i}", "split": None}
        for i in range(2)
    ]
    rows = [
        {
            "recording": f"r{i}",
            "channel": "II",
            "labels": "slow",
            "subject": f"s{i}",
            "database": "mit_bih",
            "session": "",
            "duration_s": 47.5 + 20 * i,
            "stretches": 1,
            "native_rate_hz": 360.0,
            "bandwidth_hz": 180.0,
            "units": "mV",
            "segments": 9,
            "rejected": 1,
            "remarks": "",
        }
        for i in range(2)
    ]
    return Run(
        {
            "study": "tiny",
            "classes": {name: own | {"split": split} for name, own in classes.items()},
            "rejected_recordings": {},
            "encoders": {},
            "embeddings": {},
            "classifiers": {"table": scores(0.7317)},
            "comparison": [],
            "leakage": None,
            "audit": {"paragraph": "Nothing predicts the class.", "lowest_nyquist_hz": 180.0},
        }
        | (summary or {}),
        {
            "written": "2026-01-02T03:04:05+00:00",
            "seed": 29,
            "workflow": {"commit": "abc", "changed": False},
            "versions": {"snakemake": ["9.27.1"], "numpy": ["2.4.6"]},
            "machine": {"processor": "P", "cores": 43, "memory_mb": 53, "system": "Linux"},
            "config": whole,
            "recordings": table,
            "files": [{"recording": "r0", "file": "r0/100.dat", "sha256": "0"}],
            "remarks": [],
        },
        rows,
        {"training": 19, "validation": 8, "test": 13},
    )


def numbers_said(text: str) -> list[str]:
    """Return the numbers of a text, as it writes them, without those that it always says."""
    text = re.sub(r"`[^`]*`|\[@[^]]*\]|\[FILL IN: [^]]*\]|^#.*$", " ", text, flags=re.M)
    text = re.sub(r"^\| (?:L[\d.]+ |\d+[a-g]? )", "| ", text, flags=re.M)  # numbers of items
    text = re.sub(r"\bL\d(?:\.\d)? ", " ", text)
    for always in SAID_ALWAYS:
        text = text.replace(always, " ")
    return _NUMBER.findall(text)


def numbers_of(*sources: object) -> set[float]:
    """Return all numbers in dicts and lists, lengths of the lists and dicts included."""
    found: set[float] = set()
    waiting: list[object] = list(sources)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found.add(len(value))
            waiting.extend(value.values())
        elif isinstance(value, list | tuple):
            found.add(len(value))
            waiting.extend(value)
        elif isinstance(value, str):
            found.update(map(float, _NUMBER.findall(value)))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.update((value, 100 * value))
    return found


def is_among(said: str, known: set[float]) -> bool:
    """Return whether a number is one of those known, rounded to the digits that it has."""
    digits = len(said.partition(".")[2].partition("e")[0])
    value = float(said)
    half = 0.5000001 * 10.0**-digits if "e" not in said else 0.01 * abs(value)
    return any(abs(value - number) <= half for number in known)
