"""What one should use, encoders or tables of features, in words made from their scores."""

from biospectra.evaluation.caveats import TRANSDUCTIVE, encoders_caveat
from biospectra.evaluation.significance import READOUTS
from biospectra.report.encoders import at_share, probe_in_words, shares_of, untrained_of
from biospectra.report.significance import p_stated
from biospectra.report.style import in_words
from biospectra.words import number_of, percent, stated_percent

FEW_LABELLED = 0.1  # share of labelled people that is told of in words, or the next above it


def advice(result: dict) -> str:
    """Say what one should use, from the numbers alone.

    Parameters
    ----------
    result : dict
        As of `biospectra.steps.benchmark_encoders.benchmark_encoders`.

    Returns
    -------
    str
        A paragraph.
    """
    share, methods = shares_of(result)[-1], result["methods"]
    best = _best(result, share)
    own = at_share(methods[best], share)
    compared, value = _compared(result), in_words(own["balanced_accuracy"], own["interval"])
    said = [
        f"Of {number_of(len(compared), 'set')} of features, each alone under "
        f"{probe_in_words(result)}, {best} predicts the class best: balanced accuracy {value}"
        if len(compared) > 1
        else f"Under {probe_in_words(result)}, {best} predicts the class with a balanced accuracy "
        f"of {value}"
    ]
    said[0] += (
        f" on {number_of(result['people'], 'person')}, each held out once (chance "
        f"{result['chance']:.2f})."
    )
    encoder, table = (_best(result, share, kind) for kind in ("encoder", "table"))
    if encoder and table:
        found = difference(result, encoder, table, share)
        value = in_words(found["balanced_accuracy"], found["interval"])
        said.append(f"The best encoder minus the best table, {encoder} minus {table}, is {value}.")
    for trained, untrained in result["twins"]:
        if trained not in _compared(result):
            continue
        found = difference(result, trained, untrained, share)
        value = in_words(found["balanced_accuracy"], found["interval"])
        verdict = {1: "training helps", -1: "training harms", 0: "no gain by training is shown"}
        said.append(f"{trained} minus the same untrained is {value}: {verdict[_shown(found)]}.")
    few = next((one for one in shares_of(result) if one >= FEW_LABELLED), share)
    if few < share:
        first = _best(result, few)
        there = at_share(methods[first], few)
        said.append(
            f"With the labels of {stated_percent(few)} of the training people "
            f"({there['people']:.1f} on average), {first} is best, "
            f"{in_words(there['balanced_accuracy'], there['interval'])}."
        )
    said += _tuning(result)
    said += _held(encoder or best, methods[encoder or best])
    said.append(_use(result, best, encoder, table, share))
    met = [name for name in methods if methods[name]["kind"] == TRANSDUCTIVE]
    marked = encoders_caveat(met)
    said += [marked + " It is left out here." * (len(met) < len(methods))] if marked else []
    if result["why_no_interval"]:
        said.append(f"There are no intervals: {result['why_no_interval']}.")
    return " ".join(said)


def difference(result: dict, first: str, second: str, share: float) -> dict:
    """Return the paired difference of two methods, whichever was named first."""
    for pair in result["pairs"]:
        if pair["share"] == share and {pair["first"], pair["second"]} == {first, second}:
            if pair["first"] == first:
                return pair
            bounds = pair["interval"]
            turned = None if bounds is None else [-bounds[1], -bounds[0]]
            return pair | {
                "first": first,
                "second": second,
                "balanced_accuracy": -pair["balanced_accuracy"],
                "interval": turned,
            }
    raise KeyError((first, second, share))


def _best(result: dict, share: float, kind: str | None = None) -> str | None:
    """Name the method with the highest score, of a kind, or of all that are `_compared`."""
    own = {
        name: at_share(result["methods"][name], share)["balanced_accuracy"]
        for name in _compared(result)
        if kind in (None, result["methods"][name]["kind"])
    }
    return max(own, key=own.get) if own else None


def _compared(result: dict) -> list[str]:
    """Name the methods but transductive encoders; all where there is no other."""
    methods = result["methods"]
    return [name for name in methods if methods[name]["kind"] != TRANSDUCTIVE] or list(methods)


def _shown(found: dict) -> int:
    """Return 1 or -1 where the interval of a difference lies on one side of 0, and else 0."""
    low, high = found["interval"] or (0, 0)
    return int(low > 0) - int(high < 0)


def _tuning(result: dict) -> list[str]:
    """Say how a tuned classifier was tuned, and where it could not be."""
    if not result["tuned"]:
        return []
    shares = next(iter(result["methods"].values()))["shares"]  # the same people for all features
    untuned = [at for at in shares if at["tuned_share"] < 1]
    said = (
        "The regularisation was chosen in each fold by cross-validation among the people whose "
        "labels are learnt from"
    )
    if untuned:
        where = (
            f"with {stated_percent(at['share'])}{' of the labels' if at is untuned[0] else ''} in "
            f"{percent(1 - at['tuned_share'])}{' of the folds' if at is untuned[0] else ''}"
            for at in untuned
        )
        said += f"; where a class has one labelled person it is C = 1: {', '.join(where)}"
    return [f"{said}."]


def _held(name: str, about: dict) -> list[str]:
    """Say what else can be read out of features."""
    parts = []
    for what, key in READOUTS.items():
        found = about[what]
        if "why_not" not in found:
            sure = f", {p_stated(found['p_value_holm'])}" if "p_value_holm" in found else ""
            parts.append(f"the {what}, {found[key]:.2f} (chance {found['chance']:.2f}{sure})")
    return [f"Predicted from {name} as well: {'; '.join(parts)}."] if parts else []


def _use(result: dict, best: str, encoder: str | None, table: str | None, share: float) -> str:
    """Say what to take: the table, unless an encoder is shown to be better than it."""
    if encoder is None or table is None:
        alike = [
            name
            for name in _compared(result)
            if name != best and _shown(difference(result, best, name, share)) < 1
        ]
        if not alike:
            return f"Use {best} here."
        return f"These people do not show that {best} is better than {' or '.join(alike)}."
    shown = _shown(difference(result, encoder, table, share))
    if shown > 0:
        plain = " (untrained: nothing has to be trained)" if encoder in untrained_of(result) else ""
        return f"Use {encoder} here{plain}."
    if shown < 0:
        return f"Use {table} here, which needs no training."
    return (
        f"These people do not show which of {encoder} and {table} is better: use {table}, which "
        "needs no training."
    )
