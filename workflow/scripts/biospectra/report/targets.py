"""Several labels at once and numbers: scores in words and as tables."""

import html
from collections.abc import Sequence

from biospectra.evaluation.target_chance import holm_of_targets
from biospectra.report.html import html_table
from biospectra.report.significance import p_in_words, p_stated
from biospectra.report.style import in_words
from biospectra.words import number_of

SCORE_TITLES = {
    "macro_auroc": "macro AUROC",
    "macro_average_precision": "average precision",
    "macro_f1": "F1",
    "mean_absolute_error": "mean absolute error",
    "baseline_error": "that of the median",
    "r2": "R²",
    "correlation": "correlation",
}
LEAKING = {
    "segment": "with random segments held out",
    "recording": "with whole recordings",
    "person": "with whole people",
}


def _named(own: dict) -> str:
    """Name a target's column, and how many labels it has."""
    if own["kind"] == "number":
        return own["column"]
    return f"{own['column']}, {len(own['labels'])} label{'s' * (len(own['labels']) > 1)}"


def _score(found: dict) -> str:
    return "–" if found["value"] is None else in_words(found["value"], found["interval"])


def target_lines(targets: dict[str, dict]) -> list[str]:
    """Return a line for each target with its scores on held-out people.

    Parameters
    ----------
    targets : dict of str to dict
        Scores of each, of `biospectra.evaluation.target_scores.score_target`.
    """
    lines = []
    for name, own in targets.items():
        said = ", ".join(
            f"{title} {_score(own[key])}" for key, title in SCORE_TITLES.items() if key in own
        )
        count = own["left_out"]
        left = f"; {number_of(count, 'recording')} without a value" if count else ""
        lines.append(
            f"{name} ({_named(own)}), by recording, of "
            f"{number_of(own['people'], 'held-out person')} "
            f"({own['evaluation'].replace('_', ' ')}): {said}"
            f"{chance_in_words(name, targets)}{left}."
        )
    return lines


def chance_in_words(name: str, targets: dict[str, dict]) -> str:
    """Say what chance gives of a target, and how often as much; "" where it is not known.

    Parameters
    ----------
    name : str
        The target.
    targets : dict of str to dict
        As for `target_lines`, for how many of which the p-value is corrected.
    """
    found = targets[name].get("chance")
    if not found:
        return ""
    corrected = holm_of_targets(targets)
    text = f"; by chance {SCORE_TITLES[found['score']]} {found['mean']:.2f}, "
    text += p_stated(found["p_value"])
    several = f" ({p_in_words(corrected[name])} for {len(corrected)} targets, Holm)"
    return text + several * (len(corrected) > 1)


def _target_groups(targets: dict[str, dict]) -> list[tuple[str, str, str, str, dict]]:
    """Return name, score, column, group and what it scored, of each group of each target."""
    return [
        (name, next(key for key in SCORE_TITLES if key in own), column, group, of_group)
        for name, own in targets.items()
        for column, groups in own.get("by_column", {}).items()
        for group, of_group in groups.items()
    ]


def target_group_lines(targets: dict[str, dict]) -> list[str]:
    """Return a line for each target and column with the scores of its groups.

    Parameters
    ----------
    targets : dict of str to dict
        As for `target_lines`.
    """
    lines: dict[str, list[str]] = {}
    for name, key, column, group, own in _target_groups(targets):
        text = f"{group}: {_score(own[key])} of {number_of(own['people'], 'person')}"
        text += " (too few to say)" if own["too_few"] else ""
        lines.setdefault(f"{name}, {SCORE_TITLES[key]} by {column}", []).append(text)
    return [f"{start}: {'; '.join(texts)}." for start, texts in lines.items()]


def _groups_table(targets: dict[str, dict]) -> str:
    rows = [
        [
            *(name, column, group, own["people"], SCORE_TITLES[key], _score(own[key])),
            f"too few to say: {own['too_few']}" if own["too_few"] else "",
        ]
        for name, key, column, group, own in _target_groups(targets)
    ]
    header = ["Target", "Column", "Group", "People", "Score", "Of the group", ""]
    return html_table(header, rows) if rows else ""


def pair_lines(pairs: list[dict]) -> list[str]:
    """Return a line for each two models of the same target: by how much one is better.

    Parameters
    ----------
    pairs : list of dict
        Of `biospectra.evaluation.target_pairs.compare_targets`, with the names of both.
    """
    lines = []
    for pair in pairs:
        said = ", ".join(
            f"{SCORE_TITLES[key]} {_difference(found)}"
            for key, found in pair["differences"].items()
        )
        lines.append(
            f"{pair['first']} minus {pair['second']}, on the same "
            f"{number_of(pair['people'], 'person')} (in "
            f"brackets 95 %): {said}."
        )
    return lines


def _difference(found: dict) -> str:
    if found["value"] is None:
        return "–"
    bounds = found["interval"]
    said = f" [{bounds[0]:+.2f}, {bounds[1]:+.2f}]" if bounds else ""
    return f"{found['value']:+.2f}{said}"


def _groups(targets: dict[str, dict]) -> list[dict[str, dict]]:
    """Return the targets in groups of the same column, kind and superclasses."""
    groups: dict[tuple, dict[str, dict]] = {}
    for name, own in targets.items():
        same = own["kind"], own["column"], tuple(own.get("superclasses", ()))
        groups.setdefault(same, {})[name] = own
    return list(groups.values())


def _scores_table(group: dict[str, dict], corrected: dict[str, float]) -> str:
    """Return the scores of the models of one target side by side, with their corrected p-values."""
    first = next(iter(group.values()))
    known = [key for key in SCORE_TITLES if key in first]
    header = ["Target", "Model", "Evaluation", "People", *(SCORE_TITLES[key] for key in known)]
    header += ["By chance", "p", "p, Holm"]
    rows = [
        [
            name,
            own.get("model", ""),
            own["evaluation"].replace("_", " "),
            own["people"],
            *(_score(own[key]) for key in known),
            *_chance_cells(own, corrected.get(name)),
        ]
        for name, own in group.items()
    ]
    return f"<h4>{html.escape(_named(first))}</h4>{html_table(header, rows)}"


def _chance_cells(own: dict, corrected: float | None) -> list[str]:
    found = own.get("chance")
    if not found or corrected is None:
        return ["–", "–", "–"]
    return [f"{found['mean']:.2f}", p_in_words(found["p_value"]), p_in_words(corrected)]


def leakage_lines(found: dict[str, dict]) -> list[str]:
    """Return a line for each target: its score by random segments, by recording and by person.

    Parameters
    ----------
    found : dict of str to dict
        Of `biospectra.evaluation.target_leakage.target_leakage`.
    """
    lines = []
    for name, own in found.items():
        key = next(iter(own["gap"]))
        scores = ", ".join(
            f"{_score(own['splits'][unit][key])} {words}" for unit, words in LEAKING.items()
        )
        lines.append(
            f"{name}, {SCORE_TITLES[key]} in cross-validation of "
            f"{number_of(own['people'], 'person')}: {scores}. "
            f"Random segments minus whole people: {_difference(own['gap'][key])}."
        )
    return lines


def target_tables(
    targets: dict[str, dict], pairs: Sequence[dict] = (), leaking: dict[str, dict] | None = None
) -> str:
    """Return the scores and each label's confusion as HTML; "" where there are none.

    Parameters
    ----------
    targets : dict of str to dict
        As for `target_lines`.
    pairs : sequence of dict
        As for `pair_lines`.
    leaking : dict of str to dict, optional
        As for `leakage_lines`.
    """
    corrected = holm_of_targets(targets)
    text = "".join(_scores_table(group, corrected) for group in _groups(targets))
    notes = [*pair_lines(list(pairs)), *leakage_lines(leaking or {})]
    left = [f"{name} {own['left_out']}" for name, own in targets.items() if own["left_out"]]
    notes += [f"Left out, as they have no value: recordings of {', '.join(left)}."] if left else []
    text += "".join(f"<p>{html.escape(line)}</p>" for line in notes)
    keys = ("true_positive", "false_negative", "false_positive", "true_negative")
    for name, own in targets.items():
        if own["kind"] != "labels":
            continue
        rows = [
            [
                label,
                found["people"],
                *(
                    _score(found[key]) if key in found else found["why_not"]
                    for key in ("auroc", "average_precision", "f1")
                ),
                found["threshold"],
                *(found["counts"][key] for key in keys),
            ]
            for label, found in own["labels"].items()
        ]
        header = [name, "People who have it", "AUROC", "Average precision", "F1", "Threshold"]
        header += [key.replace("_", " ").capitalize() for key in keys]
        text += html_table(header, rows)
    text += _groups_table(targets)
    if text:
        text += (
            '<p class="note">By recording, of held-out people; in brackets 95 % by a bootstrap '
            "over people. Means over labels (macro) are of those that some have and some have not. "
            "Thresholds are those of the largest F1 on validation people, or on the people of the "
            "other folds. By chance: the mean macro AUROC, or absolute error, where people "
            "exchange what their recordings have; p: how often that is as good as the score, with "
            "the predictions unchanged; of a cross-validation, chance is spread 1.4 times as far. "
            "Holm: corrected for the number of targets.</p>"
        )
    return text
