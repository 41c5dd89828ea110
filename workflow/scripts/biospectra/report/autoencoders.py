"""The figure of autoencoders side by side: error and probe over the size of the latent."""

import json
from itertools import cycle
from pathlib import Path

from biospectra.report.style import COLOURS, figure


def draw_autoencoders(scores: str | Path, paths: list[str]) -> None:
    """Draw what is restored, as an image and as samples, and the probe, over the latent's size.

    Parameters
    ----------
    scores : path
        JSON of `biospectra.steps.compare_autoencoders.compare_autoencoders`.
    paths : list of path
        The figure, in several formats.
    """
    from matplotlib.ticker import LogLocator

    result = json.loads(Path(scores).read_text())
    methods = result["methods"]
    inputs = list(dict.fromkeys(about["input"] for about in methods.values()))
    colours = {given: COLOURS[i % len(COLOURS)] for i, given in enumerate(inputs)}
    kinds = dict.fromkeys(about.get("architecture") for about in methods.values())
    markers = dict(zip(filter(None, kinds), cycle("o^Dv")))
    families = sorted(
        dict.fromkeys(about["family"] for about in methods.values()), key=lambda f: "PCA" in f
    )
    panels = {
        "mse": f"Error as {result['image']} (MSE of pixels, 0 to 1)",
        "snr_db": "As samples: signal to noise (dB)",
        "balanced_accuracy": "Linear probe (balanced accuracy)",
    }
    shown = {
        key: [
            about
            for about in methods.values()
            # Pixels of another image, of other limits, do not compare.
            if about[key] is not None and (key != "mse" or about["image"] == result["image"])
        ]
        for key in panels
    }
    panels = {key: title for key, title in panels.items() if shown[key]}
    with figure(paths, figsize=(0.3 + 4.1 * len(panels), 4.6)) as drawing:
        axes = drawing.subplots(1, len(panels), squeeze=False)[0]
        for axis, (key, title) in zip(axes, panels.items(), strict=True):
            for place, family in enumerate(families):
                own = [about for about in shown[key] if about["family"] == family]
                shift = 1.04 ** (place - (len(families) - 1) / 2)  # so that bars stay apart
                if own:
                    own = sorted(own, key=lambda about: about["latent"])
                    style = _style(own[0], colours, markers)
                    _line(axis, own, key, shift, family, style)
            axis.set(xscale="log", xlabel="Size of the latent (numbers)", title=title)
        for axis in axes:
            _ticks(axis, list(methods.values()))
        if "mse" in panels:
            axes[0].set_yscale("log")
            axes[0].yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5, 7)))
            axes[0].yaxis.set_major_formatter("{x:g}")
            axes[0].yaxis.set_minor_formatter("")
        if "snr_db" in panels and result["snr_of_image_db"] is not None:
            axis = axes[list(panels).index("snr_db")]
            axis.axhline(result["snr_of_image_db"], linestyle=":", color="0.4", linewidth=1)
            axis.annotate(
                f"the {result['image']} itself, true phase",
                (0.02, result["snr_of_image_db"]),
                xycoords=("axes fraction", "data"),
                textcoords="offset points",
                xytext=(0, 3),
                fontsize=8,
                color="0.4",
            )
        axes[-1].axhline(result["chance"], linestyle="--", color="0.5", linewidth=1)
        axes[-1].set_ylim(0, 1.04)
        handles, names = axes[-1].get_legend_handles_labels()
        drawing.legend(handles, names, loc="outside lower center", ncols=min(4, len(names)))
        drawing.suptitle(_caption(result), fontsize=10)


def _style(about: dict, colours: dict, markers: dict) -> dict:
    """Return how a family's line looks: its input's colour, and its architecture's marker."""
    style = {"color": colours[about["input"]], "linestyle": "-", "marker": "s"}
    if "architecture" in about:
        style["marker"] = markers[about["architecture"]]
    else:  # PCA
        style["linestyle"] = "--"
    return style | ({"markerfacecolor": "white"} if about.get("corrupted", True) else {})


def _line(axis, own: list[dict], key: str, shift: float, family: str, style: dict) -> None:
    """Draw one family's points, joined, with their intervals."""
    x = [about["latent"] * shift for about in own]
    most = f" ({own[-1]['latent']} at most)" if own[-1].get("capped") else ""
    axis.plot(x, [about[key] for about in own], markersize=5, label=family + most, **style)
    for at, about in zip(x, own, strict=True):
        bounds = about["intervals"][key]
        if bounds:
            axis.plot([at, at], bounds, color=style["color"], linewidth=1, alpha=0.7)


def _ticks(axis, methods: list[dict]) -> None:
    """Put a tick at each size that was asked for, and at others that are not too near these."""
    kept: list[int] = []
    for about in sorted(methods, key=lambda about: bool(about.get("capped"))):
        size = about["latent"]
        if all(max(size, other) > 1.6 * min(size, other) for other in kept):
            kept.append(size)
    sizes = [about["latent"] for about in methods]
    axis.set_xticks(kept, [f"{size:,}" for size in kept])
    axis.minorticks_off()
    axis.set_xlim(min(sizes) / 1.5, max(sizes) * 1.5)


def _caption(result: dict) -> str:
    text = f"{result['segments']} segments of {result['people']} test people"
    if result["why_no_interval"]:
        text += f"; no intervals: {result['why_no_interval']}"
    else:
        text += "; bars: 95 % by a bootstrap over people"
    return f"{text}\n{result['optimistic']}" if result["optimistic"] else text
