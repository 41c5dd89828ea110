"""Why a score is higher than held-out people would give, in one line for figures and summaries."""


def caveat(evaluation: str, split_by: str, by_label: dict) -> str | None:
    """Say why scores are higher than held-out people would give; None where they do not.

    Parameters
    ----------
    evaluation, split_by : str
        Evaluation and split by of `judge`.
    by_label : dict
        The cleaning of single classes, which writes the class into the signal.
    """
    why = []
    if evaluation == "holdout" and split_by != "subject":
        why.append(f"split by {split_by}, so that people are in training and test")
    if by_label:
        why.append("cleaned by class (resample.by_label)")
    return f"optimistic: {'; '.join(why)}" if why else None


def map_caveat(fit_on: str, split_by: str, by_label: dict) -> str | None:
    """Say why classes lie further apart on a map than those of held-out people; None if not.

    Parameters
    ----------
    fit_on : str
        Whose segments it was fitted on, "test" or "training".
    split_by, by_label : str or dict
        Split by and by label of `optimistic`.
    """
    return caveat("holdout", split_by if fit_on == "training" else "subject", by_label)
