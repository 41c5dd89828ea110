"""Where the real recordings are, for tests that use them."""

import pytest

from support.harness import ROOT

DATA = ROOT.parent / "shared" / "data"

needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the real recordings are not beside the checkout ({DATA})"
)
