"""The run's figures in one place: summary.json, and a short table of it."""

import json
import textwrap
from pathlib import Path

from biospectra.people import counted, in_words


def summarise(
    segments: list[str],
    split: str | Path,
    rejected: str | Path,
    output: str | Path,
    *,
    study: str,
    split_by: str,
    labels: list[str],
    autoencoders: dict[str, dict[str, str]],
    embeddings: dict[str, str],
    classifiers: dict[str, str],
    maps: dict[str, str],
    audit: str,
    comparison: str | None,
    leakage: str | None,
    side_by_side: str | None,
) -> None:
    """Collect the run's figures.

    Parameters
    ----------
    segments : HDF5 files of the segments
    split : split.tsv
    rejected : rejected.tsv
    output : summary.json
    study, split_by, labels : as in the config
    autoencoders : `history` and `scores` files of each
    embeddings, classifiers : score file of each
    maps : scores of all maps of each table of features
    audit : its scores
    comparison, leakage : their scores; None where the study has none
    side_by_side : the comparison of the autoencoders; None where there is none
    """
    import pandas as pd

    from biospectra.chosen import read_split
    from biospectra.quarantine import read_rejected
    from biospectra.rows import read_rows

    rows, chosen = read_rows(segments), read_split(split)
    result = {
        "study": study,
        "split_by": split_by,
        "rejected_recordings": read_rejected([rejected]),
        "unlabelled_segments": _counts(rows.loc[rows["label"] == "", "quality"]),
        "classes": {
            label: {
                "recordings": int(rows.loc[rows["label"] == label, "recording"].nunique()),
                "subjects": int(rows.loc[rows["label"] == label, "subject"].nunique()),
                "segments": int((rows["label"] == label).sum()),
                "rejected": _counts(rows.query("label == @label and quality != 'ok'")["quality"]),
                "split": _counts(chosen.loc[chosen["label"] == label, "split"]),
            }
            for label in labels
        },
        "autoencoders": {},
        "embeddings": {name: _read(path) for name, path in embeddings.items()},
        "classifiers": {name: _read(path) for name, path in classifiers.items()},
        "maps": {name: _read(path) for name, path in maps.items()},
        "comparison": _read(comparison) if comparison else [],
        "autoencoder_comparison": _read(side_by_side) if side_by_side else None,
        "leakage": _read(leakage) if leakage else None,
        "audit": _read(audit),
    }
    for name, files in autoencoders.items():
        history = pd.read_csv(files["history"], sep="\t")
        best = history.loc[history["val_loss"].idxmin()]
        result["autoencoders"][name] = {
            "epochs": len(history),
            "best_epoch": int(best["epoch"]),
            "training_loss": float(best["loss"]),
            "validation_loss": float(best["val_loss"]),
            "test": _read(files["scores"]),
        }
    Path(output).write_text(json.dumps(result, indent=2) + "\n")


def _counts(values) -> dict[str, int]:
    return {str(name): int(count) for name, count in values.value_counts().sort_index().items()}


def _read(path: str | Path) -> dict:
    return json.loads(Path(path).read_text())


def _balanced(scores: dict | None) -> str:
    if scores is None:
        return "-"
    return in_words(scores["balanced_accuracy"], scores["intervals"]["balanced_accuracy"])


def _reconstructions(autoencoders: dict) -> list[str]:
    """Return the lines on what is restored of images, and on what of samples."""
    lines = []
    for what, baseline, columns in (
        ("images", "mean_training_image", {"mse": "MSE", "psnr_db": "PSNR (dB)", "ssim": "SSIM"}),
        ("samples", "mean_training_signal", {"mse": "MSE", "snr_db": "SNR (dB)"}),
    ):
        own = {name: s["test"] for name, s in autoencoders.items() if baseline in s["test"]}
        if own:
            title = f"reconstruction of test {what}"
            lines += ["", f"{title:<40}" + "".join(f"{c:>11}" for c in columns.values())]
        for name, test in own.items():
            for method in ("autoencoder", "pca", baseline):
                m = test[method]
                title = name if method == "autoencoder" else f"  {method.replace('_', ' ')}"
                title += f" ({m['components']} components)" if "components" in m else ""
                numbers = (f"{m[c]:>11.5f}" if c == "mse" else f"{m[c]:>11.3f}" for c in columns)
                lines.append(f"{title:<40}" + "".join(numbers))
    return lines


def _side_by_side(compared: dict) -> list[str]:
    """Return the lines on autoencoders and PCA on the same test people."""
    title = f"latent, on {compared['people']} test people"
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
            title = f"{pair['first']} less {pair['second']}, linear probe"
            lines.append(f"{title:<70}{in_words(pair['balanced_accuracy'], bounds):>22}")
    return lines


def _separations(embeddings: dict) -> list[str]:
    """Return the lines on how well classes lie apart; there are none for a map of one class."""
    lines = [
        "",
        f"{'separation of classes':<40}{'silhouette':>11}{'k-NN accuracy':>19}"
        f"{'by other people':>17}{'labels shuffled':>17}",
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
                f"{one if strange is None else f'{strange:.2f}':>17}"
                f"{one if mixed is None else f'{mixed:.2f}':>17}"
            )
    fitted = sorted({scores["fit_on"] for scores in embeddings.values()})
    return [*lines, f"UMAP was fitted on {' and '.join(fitted)} segments."]


def table(path: str | Path) -> str:
    """Return summary.json as a short table for the terminal."""
    result = _read(path)
    lines = [f"Study {result['study']}", ""]
    lines.append(
        f"{'class':<14}{'recordings':>11}{'subjects':>10}{'segments':>10}{'rejected':>10}"
        f"{'training':>10}{'validation':>12}{'test':>7}"
    )
    for label, c in result["classes"].items():
        split = c["split"]
        lines.append(
            f"{label:<14}{c['recordings']:>11}{c['subjects']:>10}{c['segments']:>10}"
            f"{sum(c['rejected'].values()):>10}{split.get('training', 0):>10}"
            f"{split.get('validation', 0):>12}{split.get('test', 0):>7}"
        )
    lines += _reconstructions(result["autoencoders"])
    if result["autoencoder_comparison"]:
        lines += _side_by_side(result["autoencoder_comparison"])
    if any(scores["map"]["label"] for scores in result["embeddings"].values()):
        lines += _separations(result["embeddings"])
    if result["classifiers"]:
        lines += [
            "",
            f"{'classifier, people not met':<28}{'people':>7}{'accuracy':>10}{'macro F1':>10}"
            f"{'balanced accuracy':>22}{'by recording':>22}{'chance':>8}",
        ]
        for name, s in result["classifiers"].items():
            lines.append(
                f"{name:<28}{s['people']:>7}{s['accuracy']:>10.3f}{s['macro_f1']:>10.3f}"
                f"{_balanced(s):>22}{_balanced(s['by_recording']):>22}"
                f"{s['baselines']['shuffled']['balanced_accuracy']:>8.3f}"
            )
        why = {s["intervals"]["why_not"] for s in result["classifiers"].values()}
        lines.append("In brackets: 95 % by a bootstrap over people.")
        for name, s in result["classifiers"].items():
            kind = s["evaluation"].replace("_", " ")
            lines += [f"{name} is judged by {kind}."] if kind != "holdout" else []
        for name, s in result["classifiers"].items():
            lines += [f"{name} is {s['optimistic']}."] if s["optimistic"] else []
        lines += [f"No interval: {reason}." for reason in sorted(why - {None})]
        why = {s.get("why_not_by_recording") for s in result["classifiers"].values()}
        lines += [f"No score by recording: {reason}." for reason in sorted(why - {None})]
    for pair in result["comparison"]:
        difference = pair["difference"]
        said = in_words(
            difference["balanced_accuracy"], difference["intervals"]["balanced_accuracy"]
        )
        title = f"{pair['first']} less {pair['second']}, same {counted(pair['people'])}"
        lines.append(f"{title:<55}{said:>22}")
    if result["leakage"]:
        lines += [
            "",
            f"{'what a split adds, ' + result['leakage']['features']:<55}{'balanced':>22}",
        ]
        for name, scores in result["leakage"]["splits"].items():
            title = f"by {name}" + (", optimistic: people on both sides" * scores["optimistic"])
            lines.append(f"{title:<55}{_balanced(scores):>22}")
    lines += ["", "The recorders:", *textwrap.wrap(result["audit"]["paragraph"], 100)]
    return "\n".join(lines)
