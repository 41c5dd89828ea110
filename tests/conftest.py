"""What all tests share."""

from pathlib import Path

import pytest
from harness import REAL


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real recordings; the test skips where it is absent."""
    if not REAL.is_dir():
        pytest.skip(f"the real recordings are not there ({REAL})")
    return REAL
