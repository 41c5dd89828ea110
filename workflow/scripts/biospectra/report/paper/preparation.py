"""How recordings became segments, in the past tense of a methods section."""

from biospectra.report.paper.document import plain
from biospectra.report.paper.references import DATABASE, OF_DATABASE
from biospectra.report.paper.run import Run
from biospectra.report.paper.words import (
    choices,
    listing,
    median_and_range,
    sentence,
)
from biospectra.signals.cleaning import DRIFT_HZ
from biospectra.store.rows import recording_of
from biospectra.words import number_of, stated_percent

BASELINES = {
    "offset": "the median of each recording was subtracted",
    "median": "a running median of each recording was subtracted",
}
REASONS_IN_WORDS = {
    "mains_hum": "mains hum",
    "spikes": "spikes",
    "peak_to_peak": "peak-to-peak range",
    "out_of_range": "amplitude",
    "clipped": "clipping",
    "flat": "flat signal",
    "non_finite": "missing samples",
    "annotations": "no single label",
}


def people_and_recordings(run: Run) -> str:
    """Say who was recorded, and how much was left out."""
    classes = [
        f"{label} ({number_of(own['recordings'], 'recording')} of "
        f"{number_of(own['subjects'], 'person')})"
        for label, own in run.summary["classes"].items()
    ]
    text = (
        f"The study read {number_of(len(run.used), 'recording')} of "
        f"{number_of(len(run.subjects), 'person')}. "
        f"{'The only class was' if len(classes) == 1 else 'The classes were'} {listing(classes)}. "
    )
    without = run.summary.get("without_label", {"segments": 0})
    if without["segments"]:
        text += (
            f"A further {number_of(without['segments'], 'segment')} of "
            f"{number_of(without['subjects'], 'person')} had no label; only encoders "
            "learnt from them. "
        )
    rows = run.recordings
    if rows:
        several = len(rows) != len(run.used)
        table = run.provenance["recordings"]
        parts = any(row.get("start_s") or row.get("duration_s") for row in table)
        text += (
            f"{'Channels' if several else 'Recordings'}{', or the parts used of them,' * parts} "
            "lasted "
            f"{median_and_range([row['duration_s'] for row in rows], 's')} and had been sampled at "
            f"{choices([row['native_rate_hz'] for row in rows], 'Hz')}. "
        )
        if several:
            text += f"In all, {number_of(len(rows), 'channel')} were used. "
    rejected = run.summary["rejected_recordings"]
    if not rejected:
        return text + "No recording was excluded."
    counted = len({recording_of(name) for name in rejected} & run.used)
    text += (
        f"{number_of(len(rejected), 'recording')} {_was(len(rejected))} excluded; the datasheet "
        "gives the reason for each. "
    )
    if counted:
        text += f"Of these, {counted} {_was(counted)} read, but had no segment that could be used."
    return text.strip()


def sources_in_words(run: Run) -> str:
    """Say where the recordings come from, and cite what can be cited."""
    text = f"The recordings belonged to {number_of(len(run.databases), 'database')}: "
    text += f"{listing(run.databases)}."
    if not run.on_physionet:
        return text
    cited = [
        f"{name}, version {version} [@{DATABASE}{name}]"
        + (f" [@{OF_DATABASE[name]}]" if name in OF_DATABASE else "")
        for name, version in run.on_physionet.items()
    ]
    return text + f" From PhysioNet [@goldberger2000] came {listing(cited)}."


def _filters(settings: dict) -> list[str]:
    done = [BASELINES[settings["baseline"]]] if settings.get("baseline") in BASELINES else []
    high, low, notch = (settings.get(key) for key in ("highpass_hz", "lowpass_hz", "notch_hz"))
    if settings.get("baseline") == "highpass":
        high = max(DRIFT_HZ, high or 0.0)
    if high and low:
        done.append(f"a band-pass filter from {high:g} to {low:g} Hz was applied")
    elif high:
        done.append(f"a high-pass filter with its corner at {high:g} Hz was applied")
    elif low:
        done.append(f"a low-pass filter with its corner at {low:g} Hz was applied")
    if notch == "auto":
        done.append("notch filters 1 Hz wide removed 50 or 60 Hz and harmonics where detected")
    elif notch:
        done.append(f"notch filters 1 Hz wide removed {notch:g} Hz and its harmonics")
    return done


def cleaning(run: Run) -> str:
    """Say how recordings were filtered, resampled and scaled."""
    settings = run.config["resample"]
    done = _filters(settings)
    text = f"{sentence(listing(done))} " if done else "Recordings were not filtered. "
    if any("filter" in step for step in done):
        text += "The filters ran forwards and backwards, without a phase shift. "
    for key, what in (("by_database", "database"), ("by_label", "class")):
        for name, own in settings[key].items():
            others = listing(_filters(settings | own)) or "no filter was applied"
            text += f"Recordings of {what} {plain(name)} were cleaned differently: {others}. "
    text += f"Signals were resampled to {settings['rate_hz']:g} Hz. "
    if settings["common_band"]:
        text += (
            "All recordings were limited to the lowest Nyquist frequency among them, "
            f"{run.summary['audit']['lowest_nyquist_hz']:g} Hz. "
        )
    if settings["scale"] == "robust":
        return text + (
            "Each recording was divided by half its range from the 1st to the 99th percentile, so "
            "that amplitude compares within a recording only."
        )
    units = listing(sorted({plain(row["units"]) for row in run.recordings}))
    return text + f"Physical units were kept ({units}; voltages in mV)."


def segmenting(run: Run) -> str:
    """Say how segments were cut, labelled and rejected."""
    settings = run.config["segments"]
    around = settings["around"]
    if around:
        events = around["event"] if isinstance(around["event"], list) else [around["event"]]
        text = (
            f"Segments reached from {around['from_s']:g} s to {around['to_s']:g} s relative to the "
            f"onset of each event ({listing(map(plain, events))}). "
        )
    else:
        text = (
            f"Recordings were cut into segments of {settings['window_s']:g} s, which started every "
            f"{settings['step_s']:g} s"
            + "".join(
                f"; of class {label} every {step:g} s"
                for label, step in settings["step_s_by_label"].items()
            )
            + ". "
        )
    if settings["annotations"]["mapping"]:
        text += "Annotations of the recordings gave the segments their labels. "
    return text + _quality(run)


def _quality(run: Run) -> str:
    limits = run.config["segments"]["quality"]
    told = [
        f"more than {stated_percent(limits['flat_share'])} of it did not move",
        f"more than {stated_percent(limits['clipped_share'])} of it was clipped",
    ]
    if limits["spike_ratio"]:
        told.append(
            f"a step between samples was more than {limits['spike_ratio']:g} times the one that "
            "one in a thousand of the recording's steps exceeds"
        )
    if limits["hum_share"]:
        told.append(
            f"mains hum held more than {stated_percent(limits['hum_share'])} of the power above 1 "
            "Hz"
        )
    if limits["peak_to_peak_uv"]:
        told.append(f"its peak-to-peak range exceeded {limits['peak_to_peak_uv']:g} µV")
    if limits["max_abs"]:
        unit = "mV, or the unit of the file" if _physical(run) else "times the recording's scale"
        told.append(f"a sample exceeded {limits['max_abs']:g} {unit}")
    text = f"A segment was rejected if {', '.join(told)}, or samples were missing. "
    why = run.rejected_segments
    found = [
        f"{REASONS_IN_WORDS.get(reason, reason)}: {count}" for reason, count in sorted(why.items())
    ]
    listed = f" ({', '.join(found)})" if found else ""
    total = number_of(run.segments, "segment")
    return text + f"Of {total}, {sum(why.values())} {_was(sum(why.values()))} rejected{listed}."


def _physical(run: Run) -> bool:
    return run.config["resample"]["scale"] == "physical"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def splitting(run: Run) -> str:
    """Say who trained, validated and tested."""
    settings = run.config["split"]
    unit = {"subject": "person", "recording": "recording", "segment": "segment"}[settings["by"]]
    counts = {split: run.in_split(split) for split in ("training", "validation", "test")}
    if not counts["validation"] and not counts["test"]:
        return (
            "Nobody was set aside. Cross-validation used "
            f"{number_of(counts['training'], 'segment')} of "
            f"{number_of(run.people.get('training', 0), 'person')}."
        )
    given = [bool(row.get("split")) for row in run.provenance["recordings"]]
    how = "at random"
    if any(given):
        how = "as the table of recordings says" + ("" if all(given) else ", the others at random")
    text = (
        f"Each {unit} was assigned, {how}, to training, validation or test: "
        + listing(
            f"{number_of(count, 'segment')} of "
            f"{number_of(run.people.get(split, 0), 'person')} in {split}"
            for split, count in counts.items()
        )
        + ". "
    )
    if unit == "person":
        text += "No person was in more than one of them. "
    else:
        text += "One person could be in several of them, which makes scores optimistic. "
    most = {split: count for split, count in settings["max_per_class"].items() if count}
    if most:
        text += "At most " + listing(f"{count} ({split})" for split, count in most.items())
        text += " segments of a class were taken, evenly from its recordings. "
    if settings["stratify"]:
        text += f"Splits were stratified by {listing(settings['stratify'])}. "
    return text.strip()
