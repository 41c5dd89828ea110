"""Channels side by side against a table of what each has when."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from biospectra.features.sessions import join_sessions

CHANNELS = ("left", "right", "chin")
STEP_S = 0.1  # multiples of it are no exact floats


@given(
    have=st.dictionaries(
        st.tuples(st.sampled_from(["one", "two"]), st.sampled_from(CHANNELS)),
        st.sets(st.integers(0, 12), max_size=8),
        min_size=1,
    ),
    seed=st.integers(0, 9),
)
def test_a_row_is_a_time_that_all_channels_have(have, seed):
    sessions = [
        {"recording": f"{session}_{channel}", "session": session, "channel": channel}
        for session in ("one", "two")
        for channel in CHANNELS
    ]
    entries = [(s, c, at) for (s, c), times in have.items() for at in sorted(times)]
    random = np.random.default_rng(seed)
    values = {entry: random.normal(size=2) for entry in entries}
    rows = pd.DataFrame(
        [(f"{s}_{c}", at, at * STEP_S + random.choice([-1e-9, 0, 1e-9])) for s, c, at in entries],
        columns=["recording", "segment", "start_s"],
    )
    features = pd.DataFrame([values[entry] for entry in entries], columns=["mean", "peak"])
    joined, kept, left_out = join_sessions(features.astype(float), rows, sessions)
    times = {(s, at) for s, _, at in entries}
    whole = {(s, at) for s, at in times if all((s, c, at) in values for c in CHANNELS)}
    assert list(joined) == [f"{c}_{name}" for c in CHANNELS for name in ("mean", "peak")]
    found = list(
        zip(kept["recording"], (kept["start_s"] / STEP_S).round().astype(int), strict=True)
    )
    assert set(found) == whole and len(found) == len(whole)
    assert left_out == len(times - whole)
    for (session, at), row in zip(found, joined.to_numpy(), strict=True):
        np.testing.assert_array_equal(
            row, np.concatenate([values[session, c, at] for c in CHANNELS])
        )
