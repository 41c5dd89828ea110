"""A real Slurm for the tests of this folder, and the workflow as a cluster's user runs it."""

import shutil

import pytest
import yaml

from support.harness import ROOT, Workflow
from support.slurm import Slurm, Unavailable, install
from support.tiny import write_study


@pytest.fixture(scope="session")
def slurm():
    """A running Slurm of one node; the test skips, with the reason, where it can't be had."""
    cluster = None
    try:
        install()
        cluster = Slurm()
        cluster.start()
        yield cluster
    except Unavailable as reason:
        pytest.skip(f"no Slurm: {reason}")
    finally:
        if cluster is not None:
            cluster.stop()


class OnCluster(Workflow):
    """A copy of the workflow, whose profile was filled in, and a tiny study."""

    longest_s = 1500  # on two cores the whole study's jobs wait for one another

    def __init__(self, folder):
        for part in ("workflow", "envs", "config"):
            (folder / part).symlink_to(ROOT / part)
        shutil.copy(ROOT / "Snakefile", folder)
        profile = yaml.safe_load((ROOT / "profiles/slurm/config.yaml").read_text())
        profile["default-resources"]["slurm_partition"] = "tests"
        del profile["default-resources"]["slurm_account"]  # there is no accounting here
        profile["use-conda"] = False
        profile["latency-wait"] = 10
        # The tests' own: no account, no accounting to ask, and quick polls.
        profile |= {"slurm-no-account": True, "slurm-status-command": "squeue"}
        profile |= {
            "slurm-init-seconds-before-status-checks": 2,
            "slurm-keep-successful-logs": True,
        }
        (folder / "profiles/slurm").mkdir(parents=True)
        (folder / "profiles/slurm/config.yaml").write_text(yaml.safe_dump(profile))
        write_study(folder)
        super().__init__(folder, folder / "Snakefile")

    def command(self, *arguments) -> list[str]:
        """Return the command line with the profile for Slurm."""
        python, *module, given, config = super().command()[:5]
        assert module == ["-m", "snakemake"]
        command = [python, ROOT / "tests/cluster/quick_polls.py", given, config]
        command += ["--snakefile", self.snakefile, "--profile", "profiles/slurm", *arguments]
        return list(map(str, command))


@pytest.fixture
def study(slurm, tmp_path) -> OnCluster:
    """The workflow and a tiny study in a folder of their own."""
    return OnCluster(tmp_path)
