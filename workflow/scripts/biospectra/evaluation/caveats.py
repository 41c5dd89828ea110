"""Why a score is higher than held-out people would give, in one line for figures and summaries."""

from collections.abc import Sequence

TRANSDUCTIVE = "transductive encoder"  # what a comparison of features calls one


def transductive_encoders(config: dict, names: Sequence[str]) -> list[str]:
    """Name those of some encoders that learn from samples of the people whom they are judged on.

    Parameters
    ----------
    config : dict
        The study's, with all defaults.
    names : sequence of str
        Encoders, or tables of features, which are none.
    """
    return [name for name in names if config["encoders"].get(name, {}).get("transductive")]


def caveat(
    evaluation: str, split_by: str, by_label: dict, transductive: Sequence[str] = ()
) -> str | None:
    """Say why scores are higher than held-out people would give; None where they do not.

    Parameters
    ----------
    evaluation, split_by : str
        Evaluation and split by of `judge`.
    by_label : dict
        The cleaning of single classes, which writes the class into the signal.
    transductive : sequence of str
        The transductive encoders that were read.
    """
    why = []
    if evaluation == "holdout" and split_by != "subject":
        why.append(f"split by {split_by}, so that the same people are in training and test")
    if by_label:
        why.append("cleaned by class (resample.by_label)")
    if transductive:
        named = ", ".join(transductive)
        why.append(f"transductive, as {named} learnt from samples of test people, without labels")
    return f"optimistic: {'; '.join(why)}" if why else None


def encoders_caveat(transductive: Sequence[str]) -> str | None:
    """Say of transductive encoders what holds for all that is measured of them; None of none.

    Parameters
    ----------
    transductive : sequence of str
        As of `transductive_encoders`.
    """
    why = caveat("holdout", "subject", {}, transductive)
    return f"What is measured of {', '.join(transductive)} alone is {why}." if why else None


def map_caveat(
    fit_on: str, split_by: str, by_label: dict, transductive: Sequence[str] = ()
) -> str | None:
    """Say why classes lie further apart on a map than those of held-out people; None if not.

    Parameters
    ----------
    fit_on : str
        Whose segments it was fitted on, "test" or "training".
    split_by, by_label, transductive : str, dict or sequence of str
        As for `caveat`.
    """
    split_by = split_by if fit_on == "training" else "subject"
    return caveat("holdout", split_by, by_label, transductive)
