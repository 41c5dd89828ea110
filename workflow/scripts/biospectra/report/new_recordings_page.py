"""The page about new recordings: what was said of each, and the segments that decided it."""

import base64
import html
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.report.html import html_table, whole_page
from biospectra.report.new_targets import notes_on_targets, target_answer, targets_table
from biospectra.report.style import class_colours
from biospectra.report.thumbnails import drawn_out, thumbnails
from biospectra.report.uncertainty import answer, promises
from biospectra.store.dataset import locate, read_entries, read_signals
from biospectra.store.images import axes_of
from biospectra.store.rows import CHANNEL_MARK, of_whole_recordings
from biospectra.store.together import first_channel
from biospectra.words import number_of, percent

BESIDE = "\N{NO-BREAK SPACE}"
MOST_SHOWN = 40  # recordings with their segments
FOR, AGAINST = 3, 1  # segments shown of a recording
COLOUR_MAP = "viridis"  # of images with levels
SIZE = (240, 180)  # of a segment's image, pixels
LONGEST_STRIP = 1200  # segments
_STYLE = """
figure { display: inline-block; margin: 0 0.8rem 0.8rem 0; vertical-align: top; width: 240px; }
figcaption { font-size: 0.8rem; color: #333; } figure img { display: block; }
svg { display: block; background: #fafafa; } .unlike { color: #a33; font-weight: 600; }
.strip { margin: 0.3rem 0; } .key span { display: inline-block; margin-right: 1rem; }
.key i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.3em; }
"""


def write_new_recordings_page(
    page: str | Path,
    judged: pd.DataFrame,
    summary: pd.DataFrame,
    about: pd.DataFrame,
    settings: dict,
    *,
    folder: Path,
    picture: str | Path | None,
    calibrated: str | None,
    uncertainty: dict[str, dict | None],
    targets: dict[str, dict[str, float] | None],
    drift: str,
) -> None:
    """Write the page.

    Parameters
    ----------
    page : path
        Written: HTML that needs no other file and no network.
    judged, summary : DataFrame
        What is said of each segment, and of each recording.
    about : DataFrame
        Attributes of each recording.
    settings : dict
        The trained model's.
    folder : Path
        With segments.h5 and images/NAME.h5.
    picture : path or None
        The map, a PNG.
    calibrated : str or None
        What novelty is 1 beyond, in words; None where it is not measured.
    uncertainty : dict of str to dict or None
        By classifier, how sure it may be, of `biospectra.evaluation.uncertainty`.
    targets : dict of str to dict or None
        By target, the threshold of each label; None of a number.
    drift : str
        How the new people differ as a group from those of the study; "" where they do not.
    """
    labels, names = settings["labels"], list(settings["classifiers"])
    title = f"New recordings through the model {settings['model']} of the study {settings['study']}"
    parts = [
        *_notes(names, calibrated, uncertainty, targets),
        _key(labels),
    ]
    if drift:
        parts.append(f'<p class="unlike">{html.escape(drift)}</p>')
    parts += ["<h2>Recordings</h2>", _overview(summary, about, names, targets)]
    if picture:
        shown = base64.b64encode(Path(picture).read_bytes()).decode()
        shown = f'<img alt="map" style="max-width:100%" src="data:image/png;base64,{shown}">'
        parts.append(f"<h2>Map</h2>{shown}")
    whole = of_whole_recordings(judged)["recording"]
    for recording in summary["recording"][:MOST_SHOWN]:
        own = judged[whole == recording].reset_index(drop=True)
        line = summary[summary["recording"] == recording].iloc[0]
        parts += [f"<h2>{html.escape(recording)}</h2>", _verdict(line, names, labels)]
        parts.append(targets_table(line.to_dict(), targets))
        parts += [_strip(own, name, labels) for name in names]
        parts.append(_deciding(own, names, labels, folder, settings))
    if len(summary) > MOST_SHOWN:
        more = f"Segments of the first {MOST_SHOWN} recordings are shown; segments.tsv has all."
        parts.append(f'<p class="note">{more}</p>')
    Path(page).write_text(whole_page(title, "".join(parts), _STYLE), encoding="utf-8")


def _notes(
    names: list[str], calibrated: str | None, uncertainty: dict[str, dict | None], targets: dict
) -> list[str]:
    notes = []
    if names:
        notes.append(
            "Each classifier's probabilities are means over a recording's good segments, with the "
            "standard deviation between segments. A model knows only its own classes and chooses "
            "among them, whatever it is given."
        )
    notes += promises(uncertainty)
    notes += notes_on_targets(targets)
    if calibrated:
        notes.append(
            f"Novelty above 1: further from the training data than {calibrated}. A recording is "
            "unlike the training where most of its segments are; its predicted classes are then "
            "no evidence."
        )
    return [f'<p class="note">{html.escape(note)}</p>' for note in notes]


def _key(labels: list[str]) -> str:
    colours = class_colours(labels)
    items = (
        f'<span><i style="background:{colours[label]}"></i>{html.escape(label)}</span>'
        for label in labels
    )
    return f'<p class="key">{"".join(items)}</p>'


def _overview(summary: pd.DataFrame, about: pd.DataFrame, names: list[str], targets: dict) -> str:
    by_recording = of_whole_recordings(about).groupby("recording")
    facts = by_recording.first().assign(channel=by_recording["channel"].agg(", ".join))
    rows = []
    for line in summary.to_dict("records"):
        own = facts.loc[line["recording"]]
        rejected = f"{line['rejected']}: {line['reasons']}" if line["rejected"] else "0"
        rows.append(
            [
                line["recording"],
                own["channel"],
                f"{own['native_rate_hz']:g} Hz",
                own["units"],
                int(line["segments"]),
                rejected,
                _number(line["novelty"]),
                "unlike the training" if line["unlike_training"] is True else "",
                *(answer(line, name) for name in names),
                *(target_answer(line, *target) for target in targets.items()),
            ]
        )
    header = ["recording", "channel", "rate", "units", "segments", "rejected", "novelty", ""]
    return html_table([*header, *names, *targets], rows)


def _cell(value) -> str:
    return (value or "–") if isinstance(value, str) else _number(value)


def _number(value) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


def _verdict(line: pd.Series, names: list[str], labels: list[str]) -> str:
    """Return what is said of one recording."""
    rows, columns = [], {"set": "set of classes"}
    columns |= {f"calibrated_p_{label}": f"corrected {label}" for label in labels}
    columns = {
        kind: title
        for kind, title in columns.items()
        if any(f"{name}_{kind}" in line for name in names)
    }
    for name in names:
        said = [
            f"{_number(line[f'{name}_p_{label}'])}{BESIDE}±{BESIDE}{_number(line[f'{name}_sd_{label}'])}"
            for label in labels
        ]
        said += [_cell(line.get(f"{name}_{kind}")) for kind in columns]
        rows.append([name, line[name] or "no good segment", *said])
    text = ""
    if names:
        text = html_table(["classifier", "class", *labels, *columns.values()], rows)
    if not pd.isna(line["novelty"]):
        shown = (
            f"Novelty {line['novelty']:.2f}; above 1 in {percent(line['novel_share'])} of segments"
        )
        unlike = line["unlike_training"] is True
        end = ': <span class="unlike">unlike the training</span>.' if unlike else "."
        text = f"<p>{shown}{end}</p>{text}"
    if line["signal_novelty"] > 1:
        shown = f"Amplitude or polarity unlike the training ({line['signal_novelty']:.2f})."
        text += f'<p class="unlike">{shown}</p>'
    if line["rejected"]:
        of_all = f"{line['rejected']} of {number_of(line['segments'], 'segment')} rejected"
        text += f'<p class="note">{html.escape(of_all)}: {html.escape(line["reasons"])}.</p>'
    return text


def _strip(own: pd.DataFrame, name: str, labels: list[str]) -> str:
    """Return a strip with a cell a segment, in the colour of the class that it is given."""
    if not len(own) or not own[name].astype(bool).any():
        return ""
    colours = class_colours(labels)
    shown = own.iloc[np.unique(np.linspace(0, len(own) - 1, min(len(own), LONGEST_STRIP)).round())]
    cells = "".join(
        f'<rect x="{k}" y="0" width="1" height="1" fill="{colours[said] if said else "#ccc"}"/>'
        for k, said in enumerate(shown[name])
    )
    times = f"{own['start_s'].iloc[0]:g} to {own['start_s'].iloc[-1]:g} s"
    return (
        f'<div class="strip"><svg viewBox="0 0 {len(shown)} 1" preserveAspectRatio="none" '
        f'width="100%" height="12">{cells}</svg><small>{html.escape(name)}, segments from '
        f"{times}</small></div>"
    )


def deciding_segments(
    own: pd.DataFrame, names: list[str], labels: list[str]
) -> tuple[str, pd.DataFrame]:
    """Return the class that classifiers give a recording on the whole, and who speaks for it.

    Parameters
    ----------
    own : DataFrame
        Its segments, with probabilities.
    names, labels : list of str
        Classifiers and classes.

    Returns
    -------
    label : str
        Of the largest mean probability; "" where there is none.
    chosen : DataFrame
        Segments whose mean probability of it, `share`, is largest, `FOR` at most, and those that
        speak most `against` it, `AGAINST` at most, if they give another class.
    """
    means = pd.DataFrame(
        {label: own[[f"{name}_p_{label}" for name in names]].mean(axis=1) for label in labels}
    ).dropna()
    # Channels of one time, of which the same is said, are one segment to look at.
    told = pd.DataFrame({"start_s": own["start_s"], "share": means[labels[0]]}).loc[means.index]
    means = means[~told.duplicated()]
    if not names or not len(means):
        return "", own.iloc[:0]
    label = labels[int(means.mean().to_numpy().argmax())]
    order = means[label].sort_values(ascending=False, kind="stable").index
    others = means.loc[order][means.loc[order].idxmax(axis=1) != label].index[::-1]
    best = [k for k in order if k not in others][:FOR] or list(order[:FOR])
    against = [k for k in others if k not in best][:AGAINST]
    chosen = own.loc[[*best, *against]].assign(share=means[label], against=False)
    chosen.loc[against, "against"] = True
    return label, chosen


def _deciding(
    own: pd.DataFrame, names: list[str], labels: list[str], folder: Path, settings: dict
) -> str:
    label, chosen = deciding_segments(own, names, labels)
    if not len(chosen):  # what there is to see, if nothing is said
        chosen = own[own["quality"] == "ok"].iloc[:FOR].assign(share=np.nan, against=False)
    if not len(chosen):
        return ""
    rows = first_channel(locate(chosen, [folder / "segments.h5"]))
    pictures, axes = [""] * len(rows), None
    image = next(iter(settings["images"]), None)
    if image is not None:
        file = folder / "images" / f"{image}.h5"
        axes = axes_of(file)
        seen = first_channel(locate(chosen, [file]))
        uris = thumbnails(read_entries(seen), COLOUR_MAP, SIZE)
        pictures = [f'<img alt="{html.escape(image)}" src="{uri}">' for uri in uris]
    levels, _ = drawn_out(read_signals(rows))
    figures = []
    shown = zip(chosen.to_dict("records"), pictures, levels, strict=True)
    for one, picture, line in shown:
        channel = str(one["recording"]).partition(CHANNEL_MARK)[2]
        said = f"{channel} from {one['start_s']:g} s".strip()
        if label:
            side = "speaks against" if one["against"] else "speaks for"
            said += f", {side} {label} ({one['share']:.2f})"
        figures.append(
            f"<figure>{picture}{_line(line)}<figcaption>{html.escape(said)}</figcaption></figure>"
        )
    note = f"Segments of {settings['segments']['window_s']:g} s"
    if axes is not None:
        high, low = axes["frequency_hz"][0], axes["frequency_hz"][-1]
        note += f"; {image}: {low:.3g} Hz (bottom) to {high:.3g} Hz (top)"
    return f'<p class="note">{html.escape(note)}</p>{"".join(figures)}'


def _line(levels: np.ndarray) -> str:
    """Return a signal (points,) int8 as a drawing."""
    x = np.linspace(0, SIZE[0], len(levels))
    y = 30 - 28 * levels.astype(float) / 127
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return (
        f'<svg width="{SIZE[0]}" height="60"><polyline points="{points}" fill="none" '
        'stroke="black" stroke-width="0.7"/></svg>'
    )
