"""The summary as a short table for the terminal."""

import json
import textwrap
from pathlib import Path

from biospectra.evaluation.caveats import encoders_caveat
from biospectra.evaluation.significance import above_chance
from biospectra.report.encoders import benchmark_lines
from biospectra.report.significance import group_lines, p_in_words, p_stated, significance_lines
from biospectra.report.style import in_words
from biospectra.report.targets import (
    leakage_lines,
    pair_lines,
    target_group_lines,
    target_lines,
)
from biospectra.report.uncertainty import drift_in_words, uncertainty_lines
from biospectra.words import number_of


def read_json(path: str | Path) -> dict:
    return json.loads(Path(path).read_text())


def _balanced(scores: dict | None) -> str:
    if scores is None:
        return "-"
    return in_words(scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"])


def _reconstructions(encoders: dict) -> list[str]:
    """Return the lines on what is restored of images, and on what of samples."""
    lines = []
    for what, baseline, columns in (
        ("images", "mean_training_image", {"mse": "MSE", "psnr_db": "PSNR (dB)", "ssim": "SSIM"}),
        ("samples", "mean_training_signal", {"mse": "MSE", "snr_db": "SNR (dB)"}),
    ):
        tests = {name: s["test"] for name, s in encoders.items() if s["test"]}
        own = {name: test for name, test in tests.items() if baseline in test}
        if own:
            title = f"reconstruction of test {what}"
            lines += ["", f"{title:<40}" + "".join(f"{c:>11}" for c in columns.values())]
        for name, test in own.items():
            for method in ("autoencoder", "pca", baseline):
                m = test[method]
                title = name if method == "autoencoder" else f"  {method.replace('_', ' ')}"
                title += (
                    f" ({number_of(m['components'], 'component')})" if "components" in m else ""
                )
                numbers = (f"{m[c]:>11.5f}" if c == "mse" else f"{m[c]:>11.3f}" for c in columns)
                lines.append(f"{title:<40}" + "".join(numbers))
    return lines


def _side_by_side(compared: dict) -> list[str]:
    """Return the lines on autoencoders and PCA on the same test people."""
    title = f"latent, on {number_of(compared['people'], 'test person')}"
    error = f"{compared['image'][:11]} MSE"
    lines = ["", f"{title:<40}{'numbers':>9}{error:>17}{'SNR (dB)':>10}{'linear probe':>22}"]
    for name, m in compared["methods"].items():
        other = m["image"] != compared["image"]  # whose pixels do not compare
        mse = "-" if other or m["mse"] is None else f"{m['mse']:.5f}"
        snr = "-" if m["snr_db"] is None else f"{m['snr_db']:.2f}"
        probe = in_words(m["balanced_accuracy"], m["intervals"]["balanced_accuracy"])
        lines.append(f"{name:<40}{m['latent']:>9}{mse:>17}{snr:>10}{probe:>22}")
    lines += [f"The probes are {compared['optimistic']}."] if compared["optimistic"] else []
    for pair in compared["pairs"]:
        networks = not any(pair[side].startswith("pca_") for side in ("first", "second"))
        if pair["same_latent"] and networks:
            bounds = pair["intervals"]["balanced_accuracy"]
            title = f"{pair['first']} minus {pair['second']}, linear probe"
            lines.append(f"{title:<70}{in_words(pair['balanced_accuracy'], bounds):>22}")
    return lines


def _separations(embeddings: dict) -> list[str]:
    """Return the lines on how well classes lie apart; there are none for a map of one class."""
    lines = [
        "",
        f"{'separation of classes':<40}{'silhouette':>11}{'k-NN accuracy':>19}"
        f"{'other people only':>19}{'shuffled labels':>17}",
    ]
    for name, scores in embeddings.items():
        for space in ("feature_space", "map"):
            s = scores[space]["label"]
            if s is None:
                continue
            strange = s["knn_accuracy_other_people"]
            mixed = None if strange is None else s["shuffled"]["knn_accuracy"]["mean"]
            one = "one person"  # of a class, who is not told from it
            lines.append(
                f"{name + ', ' + space.replace('_', ' '):<40}{s['silhouette']:>11.3f}"
                f"{in_words(s['knn_accuracy'], s['intervals']['knn_accuracy']):>19}"
                f"{one if strange is None else f'{strange:.2f}':>19}"
                f"{one if mixed is None else f'{mixed:.2f}':>17}"
            )
    fitted = sorted({scores["fit_on"] for scores in embeddings.values()})
    return [*lines, f"UMAP was fitted on {' and '.join(fitted)} segments."]


def repeats_in_words(classifiers: dict[str, dict]) -> list[str]:
    """Return a line for each classifier that was cross-validated over several fold assignments."""
    lines = []
    for name, scores in classifiers.items():
        again = scores.get("repeats")
        if again:
            own = again["by_segment"]["balanced_accuracy"]
            low, high = min(own["values"]), max(own["values"])
            lines.append(
                f"{name}, balanced accuracy over {again['assignments']} assignments of people to "
                f"folds: mean {own['mean']:.3f}, standard deviation "
                f"{own['standard_deviation']:.3f}, from {low:.3f} to {high:.3f}."
            )
    return lines


def resting_on_one_person(classifiers: dict[str, dict]) -> list[str]:
    """Return a line for classifiers with a class of which one person was asked."""
    alike: dict[str, list[str]] = {}
    for name, scores in classifiers.items():
        alone = [label for label, c in scores["classes"].items() if c["people"] == 1]
        if alone:
            instead = (
                "; evaluation: leave_one_person_out tests everyone"
                if scores["evaluation"] == "holdout"
                else ""
            )
            said = f"the score of {', '.join(alone)} rests on one person{instead}."
            alike.setdefault(said, []).append(name)
    return [f"{', '.join(names)}: {said}" for said, names in alike.items()]


def drift_line(path: str | Path) -> str:
    """Return what a file says of new people who differ as a group, as a paragraph; "" if none."""
    text = drift_in_words(read_json(path))
    return "\n".join(["", *textwrap.wrap(text, 100), ""]) if text else ""


def _wrapped(lines: list[str]) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, 100, subsequent_indent="  ")]


def _classes(result: dict) -> list[str]:
    """Return the lines on what the study is made of: recordings, people and segments by class."""
    lines = [
        f"{'class':<14}{'recordings':>11}{'subjects':>10}{'segments':>10}{'rejected':>10}"
        f"{'training':>10}{'validation':>12}{'test':>7}"
    ]
    for label, c in result["classes"].items():
        split = c["split"]
        lines.append(
            f"{label:<14}{c['recordings']:>11}{c['subjects']:>10}{c['segments']:>10}"
            f"{sum(c['rejected'].values()):>10}{split.get('training', 0):>10}"
            f"{split.get('validation', 0):>12}{split.get('test', 0):>7}"
        )
    without = result.get("without_label", {"segments": 0})
    if without["segments"]:
        lines.append(
            f"Without a label, for encoders only: {number_of(without['segments'], 'segment')} of "
            f"{number_of(without['subjects'], 'person')} "
            f"({number_of(without['recordings'], 'recording')})."
        )
    return lines


def _classifiers(classifiers: dict, pairs: list[dict]) -> list[str]:
    """Return the lines on the classifiers: their scores, and what there is to say of them."""
    if not classifiers:
        return []
    lines = [
        "",
        f"{'classifier, held-out people':<28}{'people':>7}{'accuracy':>10}{'macro F1':>10}"
        f"{'balanced accuracy':>22}{'by recording':>22}{'chance':>8}{'p':>9}",
    ]
    chance = above_chance(classifiers)
    for name, s in classifiers.items():
        lines.append(
            f"{name:<28}{s['people']:>7}{s['accuracy']:>10.3f}{s['macro_f1']:>10.3f}"
            f"{_balanced(s):>22}{_balanced(s['by_recording']):>22}"
            f"{s['baselines']['majority']['balanced_accuracy']:>8.3f}"
            f"{p_in_words(chance[name]['p_value_holm']):>9}"
        )
    lines.append(
        "In brackets: 95 % by a bootstrap over people. Chance: what always predicting one class "
        "gives, in balanced accuracy."
    )
    told = significance_lines(classifiers, pairs)
    lines += _wrapped([*told, *resting_on_one_person(classifiers)])
    for name, s in classifiers.items():
        kind = s["evaluation"].replace("_", " ")
        lines += [f"{name} is evaluated by {kind}."] if kind != "holdout" else []
    lines += repeats_in_words(classifiers)
    lines += _wrapped([*uncertainty_lines(classifiers), *group_lines(classifiers)])
    for name, s in classifiers.items():
        lines += [f"{name} is {s['optimistic']}."] if s["optimistic"] else []
    why = {s["intervals"]["why_not"] for s in classifiers.values()}
    lines += [f"No interval: {reason}." for reason in sorted(why - {None})]
    why = {s.get("why_not_by_recording") for s in classifiers.values()}
    return lines + [f"No score by recording: {reason}." for reason in sorted(why - {None})]


def _targets(result: dict) -> list[str]:
    """Return the lines on what is predicted of targets."""
    if not result.get("targets"):
        return []
    compared = pair_lines(result.get("target_pairs", []))
    leaking = leakage_lines(result.get("target_leakage", {}))
    scores = [*target_lines(result["targets"]), *target_group_lines(result["targets"])]
    return ["", "targets", *_wrapped([*scores, *compared, *leaking])]


def _pairs(pairs: list[dict]) -> list[str]:
    """Return the lines on how classifiers differ, each pair on the same people."""
    lines = []
    for pair in pairs:
        difference = pair["difference"]
        said = in_words(
            difference["balanced_accuracy"], difference["intervals"]["balanced_accuracy"]
        )
        title = (
            f"{pair['first']} minus {pair['second']}, same {number_of(pair['people'], 'person')}"
        )
        p_value = p_stated(pair["p_value_holm"]) if "p_value_holm" in pair else ""
        lines.append(f"{title:<55}{said:>22}{p_value:>13}")
        if pair.get("over_channels"):
            lines.append(f"  ({pair['over_channels']} by the mean over channels)")
    return lines


def _leakage(leakage: dict | None) -> list[str]:
    """Return the lines on what splits that are not by person add to a score."""
    if not leakage:
        return []
    lines = ["", f"{'what each split adds, ' + leakage['features']:<55}{'balanced':>22}"]
    for name, scores in leakage["splits"].items():
        title = "by person, shuffled labels" if name == "shuffled" else f"by {name}"
        title += " (optimistic: same people)" * scores["optimistic"]
        lines.append(f"{title:<55}{_balanced(scores):>22}")
    return lines


def table(path: str | Path) -> str:
    """Return summary.json as a short table for the terminal."""
    result = read_json(path)
    lines = [f"Study {result['study']}", "", *_classes(result)]
    lines += _reconstructions(result["encoders"])
    if result["autoencoder_comparison"]:
        lines += _side_by_side(result["autoencoder_comparison"])
    if any(scores["map"]["label"] for scores in result["embeddings"].values()):
        lines += _separations(result["embeddings"])
    lines += _wrapped([encoders_caveat(result.get("transductive", [])) or ""])
    lines += _classifiers(result["classifiers"], result["comparison"])
    lines += _targets(result)
    lines += _pairs(result["comparison"])
    if result.get("encoder_benchmark"):
        lines += benchmark_lines(result["encoder_benchmark"])
        lines += textwrap.wrap(result["encoder_benchmark"]["paragraph"], 100)
    lines += _leakage(result["leakage"])
    lines += ["", "The recorders:", *textwrap.wrap(result["audit"]["paragraph"], 100)]
    return "\n".join(lines)
