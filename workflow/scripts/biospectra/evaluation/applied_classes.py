"""What a trained model says of the classes of new recordings, segment by segment and pooled."""

import numpy as np
import pandas as pd

PLACE = ["x", "y", "novelty"]


def class_columns(name: str, labels: list[str]) -> list[str]:
    """Name the columns of a classifier's probabilities, one for each class.

    Examples
    --------
    >>> class_columns("net", ["rest", "sums"])
    ['net_p_rest', 'net_p_sums']
    """
    return [f"{name}_p_{label}" for label in labels]


def most_likely(probability: np.ndarray, labels: list[str]) -> list[str]:
    """Return the class of the largest probability (n, classes), "" where there is none."""
    known = np.isfinite(probability).all(axis=1)
    best = np.where(known[:, None], probability, 0).argmax(axis=1)
    return [labels[k] if there else "" for k, there in zip(best, known, strict=True)]


def pooled_by_recording(
    judged: pd.DataFrame, recordings: list[str], labels: list[str], classifiers: list[str]
) -> pd.DataFrame:
    """Return a row for each recording, those shorter than a segment included.

    Its segments, how many were rejected and why, the median place and novelty, the share of
    segments whose novelty is above 1, whether it is unlike the training (most segments are), the
    median novelty of amplitude and polarity, and of each classifier the class that the mean
    probabilities give, those means, and the standard deviations of its segments.
    """
    lines = []
    for recording in recordings:
        own = judged[judged["recording"] == recording]
        good = own[own["quality"] == "ok"]
        rejected = own.loc[own["quality"] != "ok", "quality"].value_counts()
        novel = good["novelty"].dropna()
        line = {
            "recording": recording,
            "label": own["label"].iloc[0] if len(own) else "",
            "segments": len(own),
            "rejected": len(own) - len(good),
            "reasons": ", ".join(f"{why} ({count})" for why, count in rejected.items()),
            **good[PLACE].median().to_dict(),
            "novel_share": float((novel > 1).mean()) if len(novel) else np.nan,
            "unlike_training": bool(novel.median() > 1) if len(novel) else "",
            "signal_novelty": good["signal_novelty"].median(),
        }
        for name in classifiers:
            columns = class_columns(name, labels)
            mean, spread = good[columns].mean(), good[columns].std(ddof=0)
            known = bool(mean.notna().all())
            line[name] = labels[int(mean.to_numpy().argmax())] if known else ""
            line |= mean.to_dict()
            line |= {f"{name}_sd_{label}": spread[f"{name}_p_{label}"] for label in labels}
        lines.append(line)
    return pd.DataFrame(lines)
