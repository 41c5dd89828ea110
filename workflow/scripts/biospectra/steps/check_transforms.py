"""The self-test of a study's settings: known signals against closed forms.

Tones, a chirp, an impulse and an alias are made at the recordings' own sampling rates and go the
way of a recording: resampled, cut with context, and transformed with the study's settings.
"""

import csv
from dataclasses import astuple
from pathlib import Path

from biospectra.errors import StudyError
from biospectra.evaluation.transform_checks import run_checks
from biospectra.report.transform_checks import draw, verdict


def check_study(
    images: dict[str, dict],
    *,
    rate_hz: float,
    window_s: float,
    native_rates_hz: list[float],
    table: str | Path,
    figures: list[str],
    colour_map: str,
) -> None:
    """Check the transforms of a study with its own settings.

    Parameters
    ----------
    images : dict of str to dict
        The config's `images`.
    rate_hz, window_s : float
        Sampling rate and length of a segment.
    native_rates_hz : list of float
        Native rates hz of the recordings.
    table : path
        Written: check, expected, found, tolerance and passed, tab-separated.
    figures : list of path
        Written: pictures of known signals, in several formats.
    colour_map : str
        Of the pictures.

    Raises
    ------
    StudyError
        Naming the image and what is wrong with it.
    """
    from biospectra.signals.resampling import resample

    checks, panels = run_checks(
        images,
        rate_hz=rate_hz,
        samples=round(window_s * rate_hz),
        native_rates_hz=native_rates_hz,
        resample=resample,
    )
    with Path(table).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["check", "expected", "found", "tolerance", "passed"])
        writer.writerows(astuple(one) for one in checks)
    draw(panels, figures, colour_map)
    for one in checks:
        print(f"{verdict(one)}: {one.check}: {one.found} (expected {one.expected})")
    failed = [one for one in checks if not one.passed]
    if failed:
        first = failed[0]
        said = (
            first.found
            if first.check.endswith("settings")
            else (f"found {first.found}, expected {first.expected}")
        )
        raise StudyError(
            f"images.{first.check}: {said}; {len(failed)} of {len(checks)} checks failed, change "
            "the image's settings in the config."
        )
