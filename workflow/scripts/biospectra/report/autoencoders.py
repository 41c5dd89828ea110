"""The figure of autoencoders side by side: error and probe over the size of the latent."""

import json
from itertools import cycle
from pathlib import Path

from biospectra.report.style import class_colours, figure, headline, legend_below, look
from biospectra.words import number_of


def draw_autoencoders(scores: str | Path, paths: list[str]) -> None:
    """Draw what is restored, as an image and as samples, and the probe, over the latent's size.

    Parameters
    ----------
    scores : path
        JSON of `biospectra.steps.compare_autoencoders.compare_autoencoders`.
    paths : list of path
        The figure, in several formats.
    """
    result = json.loads(Path(scores).read_text())
    methods = result["methods"]
    families = sorted(
        dict.fromkeys(about["family"] for about in methods.values()), key=lambda f: "PCA" in f
    )
    panels = _panels(result)
    with figure(paths, height_cm=7.8 + 0.5 * len(families)) as drawing:
        axes = drawing.subplots(1, len(panels), squeeze=False)[0]
        by_panel = dict(zip(panels, axes, strict=True))
        for key, (title, shown) in panels.items():
            _families(by_panel[key], key, shown, families, _looks(methods))
            by_panel[key].set(xscale="log", xlabel="Size of the latent")
            by_panel[key].set_title(title, fontsize="small")
            _ticks(by_panel[key], list(methods.values()))
        _references(by_panel, result)
        entries = {}
        for axis in axes:
            entries |= dict(zip(*axis.get_legend_handles_labels()[::-1], strict=True))
        legend_below(drawing, list(entries.values()), list(entries))
        people = number_of(result["people"], "test person")
        who = f"{number_of(result['segments'], 'segment')} of {people}"
        headline(drawing, who, result["optimistic"])


def _panels(result: dict) -> dict[str, tuple[str, dict[str, dict]]]:
    """Return the panels that there is something for: title and methods, by the score's key."""
    titles = {
        "mse": f"As {result['image']}: MSE (pixels 0 to 1)",
        "snr_db": "As samples: SNR (dB)",
        "balanced_accuracy": "Linear probe: balanced accuracy",
    }
    shown = {
        key: {
            name: about
            for name, about in result["methods"].items()
            # Pixels of another image, of other limits, do not compare.
            if about[key] is not None and (key != "mse" or about["image"] == result["image"])
        }
        for key in titles
    }
    return {key: (title, shown[key]) for key, title in titles.items() if shown[key]}


def _looks(methods: dict[str, dict]) -> dict[str, dict]:
    """Return how each method's line looks, by its input and architecture."""
    colours = class_colours(list(dict.fromkeys(about["input"] for about in methods.values())))
    kinds = dict.fromkeys(about.get("architecture") for about in methods.values())
    markers = dict(zip(filter(None, kinds), cycle("o^Dv")))
    return {name: _style(about, colours, markers) for name, about in methods.items()}


def _families(
    axis, key: str, shown: dict[str, dict], families: list[str], looks: dict[str, dict]
) -> None:
    """Draw a score of each family over the size of the latent."""
    for place, family in enumerate(families):
        own = {name: about for name, about in shown.items() if about["family"] == family}
        shift = 1.04 ** (place - (len(families) - 1) / 2)  # so that bars stay apart
        if own:
            own = dict(sorted(own.items(), key=lambda item: item[1]["latent"]))
            _line(axis, own, key, shift, family, looks[next(iter(own))])


def _references(by_panel: dict, result: dict) -> None:
    """Scale each panel's axis, and draw what its score is to be seen beside."""
    from matplotlib.ticker import LogLocator

    ink = look()
    if "mse" in by_panel:
        error = by_panel["mse"]
        error.set_yscale("log")
        error.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        error.yaxis.set_major_formatter("{x:g}")
        error.yaxis.set_minor_formatter("")
    if "snr_db" in by_panel and result["snr_of_image_db"] is not None:
        by_panel["snr_db"].axhline(
            result["snr_of_image_db"],
            linestyle=":",
            color=ink.muted,
            label=f"the {result['image']} itself, with the true phase",
        )
    if "balanced_accuracy" in by_panel:
        chance = {"linestyle": "--", "color": ink.muted, "linewidth": 0.8, "label": "chance"}
        by_panel["balanced_accuracy"].axhline(result["chance"], **chance)
        by_panel["balanced_accuracy"].set_ylim(0, 1.04)


def _style(about: dict, colours: dict, markers: dict) -> dict:
    """Return how a family's line looks: its input's colour, and its architecture's marker."""
    style = {"color": colours[about["input"]], "linestyle": "-", "marker": "s"}
    if "architecture" in about:
        style["marker"] = markers[about["architecture"]]
    else:  # PCA
        style["linestyle"] = "--"
    return style | ({"markerfacecolor": look().paper} if about.get("corrupted", True) else {})


def _line(axis, own: dict[str, dict], key: str, shift: float, family: str, style: dict) -> None:
    """Draw one family's points, joined, with their intervals, and name its networks."""
    x = [about["latent"] * shift for about in own.values()]
    last = list(own.values())[-1]
    named = f": {', '.join(own)}" if "architecture" in last else ""
    named = f" ({last['latent']} at most)" if last.get("capped") else named
    axis.plot(x, [about[key] for about in own.values()], label=family + named, **style)
    for at, about in zip(x, own.values(), strict=True):
        bounds = about["intervals"][key]
        if bounds:
            axis.plot([at, at], bounds, color=style["color"], linewidth=1, alpha=0.7)


def _ticks(axis, methods: list[dict]) -> None:
    """Put ticks at round sizes, more of them where few powers of ten are spanned."""
    from matplotlib.ticker import LogLocator

    sizes = [about["latent"] for about in methods]
    low, high = min(sizes) / 1.6, max(sizes) * 1.6
    subs = (1, 2, 5) if high < 100 * low else (1,)
    axis.set_xlim(low, high)
    axis.xaxis.set_major_locator(LogLocator(subs=subs, numticks=8))
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.xaxis.set_minor_formatter("")
    axis.tick_params(axis="x", labelsize="small")
