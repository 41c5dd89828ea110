"""The tiny study in a folder of its own, for each test."""

import pytest
from harness import Workflow
from tiny import write_study


@pytest.fixture
def tiny(tmp_path) -> Workflow:
    """A folder with the tiny study, nothing made yet."""
    write_study(tmp_path)
    return Workflow(tmp_path)
