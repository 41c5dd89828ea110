"""Arrays in npz files: what is written is read, and nothing else."""

import numpy as np
import pytest

from biospectra.errors import StudyError
from biospectra.store.arrays import read_arrays, write_arrays


def test_arrays_numbers_and_text_come_back(tmp_path):
    path = tmp_path / "of.any.name"
    table = np.arange(6, dtype=np.float32).reshape(2, 3)
    write_arrays(path, table=table, left=np.ones(2), seed=7, metric="cosine", unread=[object])
    found = read_arrays(path, table="nc", left="n", seed="", metric="")
    np.testing.assert_array_equal(found["table"], table)
    assert found["table"].dtype == np.float32
    assert (found["seed"].item(), found["metric"].item()) == (7, "cosine")
    assert set(found) == {"table", "left", "seed", "metric"}


@pytest.mark.parametrize(
    ("axes", "name"),
    [
        ({"table": "n"}, "table"),
        ({"table": "nc", "left": "c"}, "left"),
        ({"gone": ""}, "gone"),
        ({"unread": "n"}, "Object arrays"),
    ],
)
def test_what_is_of_another_shape_or_missing_is_named(tmp_path, axes, name):
    path = tmp_path / "file.npz"
    write_arrays(path, table=np.ones((2, 3)), left=np.ones(2), unread=[object])
    with pytest.raises(StudyError, match=name) as caught:
        read_arrays(path, **axes)
    assert str(path) in str(caught.value)
