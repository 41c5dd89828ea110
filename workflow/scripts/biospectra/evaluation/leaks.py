"""Whether what is held out was learnt from: asked wherever something is trained."""

import pandas as pd

from biospectra.store.dataset import UNLABELLED

LEARNT = ("training", "validation", UNLABELLED)  # splits that reach a training


def refuse_leaks(learnt: pd.DataFrame, held_out: pd.DataFrame, where: str) -> None:
    """Fail where a person or a segment that is held out was learnt from.

    Parameters
    ----------
    learnt, held_out : DataFrame
        With recording, segment and subject.
    where : str
        What the message calls the fold.

    Raises
    ------
    ArithmeticError
        Naming one.
    """
    both = set(held_out["subject"]) & set(learnt["subject"])
    if both:
        raise ArithmeticError(f"{where}: {min(both)} is held out and was learnt from")
    identity = ["recording", "segment"]
    again = learnt[identity].merge(held_out[identity])
    if len(again):
        name = again["recording"].iloc[0]
        raise ArithmeticError(f"{where}: a segment of {name} is held out and was learnt from")
