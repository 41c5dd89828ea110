"""Defaults that do not go with what a user wrote: they give way, and it is said."""

from collections.abc import Iterator

import pandas as pd

from biospectra.models.classifiers import tables_of
from biospectra.signals.annotations import ANNOTATED
from biospectra.words import number_of

SHARE_OF_NYQUIST = 0.9  # the highest row, where the default's lies above
FEWEST_COLUMNS = 32  # of an image
FEW_TEST_PEOPLE = 3  # of a class: with fewer there is no interval, and a score says little
RANGES = ("frequency_range_hz", "period_range_s", "scale_range")  # one says them all


def adapt_defaults(config: dict, written: dict) -> list[str]:
    """Let defaults give way to what was written, in place, and return what was changed, in words.

    What a user wrote is never changed, and refused where it cannot be.

    Parameters
    ----------
    config : dict
        With all defaults.
    written : dict
        What the user wrote of it.
    """
    return [*_below_nyquist(config, written), *_sizes(config, written), *_maps(config, written)]


def _own(written: dict, section: str, name: str) -> dict:
    return (written.get(section) or {}).get(name) or {}


def _below_nyquist(config: dict, written: dict) -> Iterator[str]:
    """Bring the default bands and rows to below half the sampling rate."""
    rate_hz = config["resample"]["rate_hz"]
    nyquist_hz = rate_hz / 2
    for section in ("features", "images"):
        for name, entry in config[section].items():
            own = _own(written, section, name)
            where = f"{section}.{name}"
            bands_hz = entry.get("bands_hz")
            if bands_hz and "bands_hz" not in own:
                kept = [(low, min(high, nyquist_hz)) for low, high in bands_hz.values()]
                kept = [(low, high) for low, high in kept if low < high]
                if kept != [tuple(ends) for ends in bands_hz.values()]:
                    named = {f"{low:g}-{high:g}": [low, high] for low, high in kept}
                    entry["bands_hz"] = named
                    yield f"{where}.bands_hz: at {rate_hz:g} Hz the bands are {', '.join(named)}."
            low_hz, high_hz = entry.get("frequency_range_hz") or (0, 0)
            top_hz = SHARE_OF_NYQUIST * nyquist_hz
            if high_hz >= nyquist_hz > 0 and low_hz < top_hz and not set(RANGES) & set(own):
                entry["frequency_range_hz"] = [low_hz, top_hz]
                yield (
                    f"{where}.frequency_range_hz: at {rate_hz:g} Hz it is [{low_hz:g}, {top_hz:g}]."
                )


def _sizes(config: dict, written: dict) -> Iterator[str]:
    """Give images sizes that their encoder halves evenly, and that divide a segment's samples."""
    samples = round(config["segments"]["window_s"] * config["resample"]["rate_hz"])
    for name, entry in config["images"].items():
        readers = [
            (key, 2 ** len(one["filters"]))
            for key, one in config["encoders"].items()
            if one["input"] == name and one["kind"] == "convolutional"
        ]
        key, factor = max(readers, key=lambda one: one[1], default=("", 1))
        for side in ("height", "width"):
            size = entry.get(side)
            if size is None or side in _own(written, "images", name):
                continue
            if side == "width" and entry["kind"] == "spectrogram":
                fits = [n for n in _divisors(samples) if n % factor == 0 and n <= size]
                fitting = max(fits, default=size)
                why = f"segments of {samples} samples"
            else:
                fitting = -(-size // factor) * factor
                why = f"encoders.{key}, which halves it {len(bin(factor)) - 3} times"
            if fitting != size and fitting >= FEWEST_COLUMNS:
                entry[side] = fitting
                yield f"images.{name}.{side}: it is {fitting}, not {size}, for {why}."


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]


def _maps(config: dict, written: dict) -> Iterator[str]:
    if (
        config["features"]
        and config["umap"]["seeds"]
        and config["split"]["fractions"]["test"] == 0
        and "seeds" not in (written.get("umap") or {})
    ):
        config["umap"]["seeds"] = 0
        yield "umap.seeds: it is 0, as maps are drawn of test people, and there are none."


def few_people(config: dict, recordings: pd.DataFrame) -> list[str]:
    """Say where a hold-out leaves a class next to no test people, and what would be better.

    Parameters
    ----------
    config : dict
        With all defaults.
    recordings : DataFrame
        The table of recordings.
    """
    encoders = set(config["encoders"])
    held_out = [
        name
        for name, entry in config["classifiers"].items()
        if entry["kind"] == "table"
        and entry["evaluation"] == "holdout"
        and not encoders & set(tables_of(entry))
    ]
    if not held_out or config["split"]["by"] != "subject":
        return []
    if (recordings["label"] == ANNOTATED).any() or recordings["split"].notna().any():
        return []
    people = recordings.groupby("label", sort=False)["subject"].nunique()
    label, count = people.idxmin(), int(people.min())
    if count < 2 or count * config["split"]["fractions"]["test"] >= FEW_TEST_PEOPLE:
        return []
    return [
        f"class {label} has {number_of(count, 'person')}, of whom a hold-out tests about "
        f"{max(1, round(count * config['split']['fractions']['test']))}; evaluation: "
        f"leave_one_person_out of classifiers.{held_out[0]} tests each of them, with a model that "
        "has learnt from all others."
    ]
