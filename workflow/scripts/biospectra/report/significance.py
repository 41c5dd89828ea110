"""Whether scores can be chance, what would have been found, and scores of groups, in words."""

from biospectra.evaluation.significance import ALPHA, EXCHANGED
from biospectra.report.html import html_table
from biospectra.report.style import in_words
from biospectra.words import number_of


def p_in_words(value: float) -> str:
    """Return a p-value as text.

    Examples
    --------
    >>> p_in_words(0.0004), p_in_words(0.034)
    ('< 0.001', '0.034')
    """
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def p_stated(value: float) -> str:
    """Return a p-value with its name.

    Examples
    --------
    >>> p_stated(0.0004), p_stated(0.034)
    ('p < 0.001', 'p = 0.034')
    """
    return f"p {p_in_words(value)}" if value < 0.001 else f"p = {p_in_words(value)}"


def significance_lines(classifiers: dict[str, dict], pairs: list[dict]) -> list[str]:
    """Return what the p-values are of, and what so many people would have let be found.

    Parameters
    ----------
    classifiers : dict of str to dict
        Scores of each.
    pairs : list of dict
        Of `biospectra.steps.compare.compare`.
    """
    null = {name: s["baselines"]["shuffled"] for name, s in classifiers.items()}
    null = {name: own for name, own in null.items() if "exchanged" in own}
    if not null:
        return []
    how = " or ".join(dict.fromkeys(EXCHANGED[own["exchanged"]] for own in null.values()))
    many = f", corrected for {len(null)} classifiers (Holm)" if len(null) > 1 else ""
    folded = any(classifiers[name].get("evaluation", "holdout") != "holdout" for name in null)
    many += "; of a cross-validation, chance is spread 1.4 times as far" if folded else ""
    lines = [
        f"p: how often {how}, with the predictions unchanged, gives as good a balanced accuracy by "
        f"segment{many}; "
        "no model is retrained."
    ]
    powerless = {name: own for name, own in null.items() if own["smallest_p_value"] > ALPHA}
    least: dict[str, list[str]] = {}
    for name, own in powerless.items():
        least.setdefault(f"{own['smallest_p_value']:.2f}", []).append(name)
    for value, of in least.items():
        lines.append(
            f"{', '.join(of)}: with so few people no p-value can be below {value}, whatever the "
            "score."
        )
    found = [name for name in null if name not in powerless]
    told = [
        f"{min(null[name]['detectable'], 1):.2f} ({name})"
        for name in found
        if null[name]["detectable"] < 1
    ]
    if told:
        lines.append(
            "With this many people, a balanced accuracy of this size would be distinguished from "
            f"chance (5 %, power about 80 %): {', '.join(told)}."
        )
    apart = [
        f"{pair['difference']['detectable']:.2f} ({pair['first']}, {pair['second']})"
        for pair in pairs
        if pair["difference"].get("detectable")
    ]
    if apart:
        lines.append(
            "A difference of this size between two classifiers would be detected (5 %, power "
            f"about 80 %): {', '.join(apart)}."
        )
    return lines


def _groups(classifiers: dict[str, dict]) -> list[tuple[str, str, str, dict]]:
    return [
        (name, column, group, own)
        for name, scores in classifiers.items()
        for column, groups in (
            *({"database": scores["by_database"]} if "by_database" in scores else {}).items(),
            *scores.get("by_column", {}).items(),
        )
        for group, own in groups.items()
    ]


def group_lines(classifiers: dict[str, dict]) -> list[str]:
    """Return a line for each classifier and column with the scores of its groups."""
    lines: dict[tuple[str, str], list[str]] = {}
    for name, column, group, own in _groups(classifiers):
        bounds = own["intervals"]["balanced_accuracy"]
        people = number_of(own["people"], "person")
        text = f"{group}: {in_words(own['balanced_accuracy'], bounds)} of {people}"
        text += " (too few to say)" if own["too_few"] else ""
        lines.setdefault((name, column), []).append(text)
    return [
        f"{name}, balanced accuracy by {column}: {'; '.join(texts)}."
        for (name, column), texts in lines.items()
    ]


def group_table(classifiers: dict[str, dict]) -> str:
    """Return the scores of the groups of databases and columns as HTML; "" where there are none."""
    rows = [
        [
            *(name, column, group, own["people"], own["classes"]),
            in_words(own["balanced_accuracy"], own["intervals"]["balanced_accuracy"]),
            f"too few to say: {own['too_few']}" if own["too_few"] else "",
        ]
        for name, column, group, own in _groups(classifiers)
    ]
    header = ["Classifier", "Column", "Group", "People", "Classes", "Balanced accuracy", ""]
    note = (
        '<p class="note">By segment, over the people of each group; in brackets 95 % by people.</p>'
    )
    return html_table(header, rows) + note if rows else ""
