"""People whose segments a test shares out."""

import numpy as np
import pandas as pd


def segments_of(people: int, *, each: int = 4) -> pd.DataFrame:
    """Return rows of training segments of people, who are of two classes in turn."""
    person, segment = np.divmod(np.arange(people * each), each)
    return pd.DataFrame(
        {
            "recording": [f"r{i}" for i in person],
            "segment": segment,
            "start_s": 0.0,
            "label": np.where(person % 2, "a", "b"),
            "subject": [f"p{i}" for i in person],
            "database": "one",
            "split": "training",
        }
    )
