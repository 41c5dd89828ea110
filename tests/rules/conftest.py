"""The tiny study that the rule tests share; each test asks snakemake for its own rule's files."""

import pytest
from harness import Workflow
from tiny import write_study


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Workflow:
    """A folder with the tiny study."""
    folder = tmp_path_factory.mktemp("tiny")
    write_study(folder)
    return Workflow(folder)
