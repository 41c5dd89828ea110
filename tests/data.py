"""Where the real recordings are, for tests that use them."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the real recordings are not beside the checkout ({DATA})"
)
