"""Compiled kernels that processes keep on disk for one another."""

import importlib.util

import numpy as np
import pytest

from biospectra.transforms.kernels.compiled import keep_apart

MODULE = """
import numba

@numba.njit(cache=True)
def total(values):
    sum = 0.0
    for value in values:
        sum += value
    return sum
"""


@pytest.fixture
def process(tmp_path):
    """Return the function that imports a kernel as a process of its own would."""
    path = tmp_path / "kernel.py"
    path.write_text(MODULE)

    def load():
        spec = importlib.util.spec_from_file_location("kernel", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        keep_apart(module.total)
        return module.total

    return load


def test_processes_that_compile_for_other_types_at_once_do_not_mix_their_code(process, tmp_path):
    floats, doubles = np.arange(8, dtype=np.float32), np.arange(4, dtype=np.float64)
    assert process()(doubles) == 6
    (index,) = (tmp_path / "__pycache__").glob("*.nbi")
    seen = index.read_bytes()
    index.unlink()  # as the other process saw it before
    assert process()(floats) == 28
    index.write_bytes(seen)
    again = process()
    assert again(doubles) == 6
    assert sum(again.stats.cache_hits.values()) == 1
