"""A job's log holds everything, its screen what a person can act on."""

import subprocess
import sys

import pytest

from biospectra import job
from biospectra.store.reader import Files
from support.harness import ROOT

CODE = """
from biospectra.job import logged, progress
from biospectra.errors import StudyError
with logged({log!r}):
    print("to the log")
    for item in progress(range(3), total=3, unit="segments", every_s=0):
        pass
    {last}
"""


def run(tmp_path, last):
    log = tmp_path / "job.log"
    code = CODE.format(log=str(log), last=last)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "workflow/scripts",
        capture_output=True,
        text=True,
    )
    return done, log.read_text()


def test_output_and_progress_go_to_the_log(tmp_path):
    done, log = run(tmp_path, "pass")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "to the log" in log
    assert "3/3 segments" in log


def test_a_users_error_is_one_line_on_the_screen(tmp_path):
    done, log = run(tmp_path, 'raise StudyError("class b has no segment")')
    assert done.returncode == 1
    assert done.stderr == "Error: class b has no segment\n"
    assert "Traceback" in log


def test_another_error_names_its_log(tmp_path):
    done, log = run(tmp_path, "1 / 0")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ZeroDivisionError: division by zero (traceback in ")
    assert "Traceback" in log


@pytest.mark.parametrize(
    ("said", "most"), [("2", 2), ("3,1", 3), ("64", 4), ("0", 4), ("all", 4), (None, 4)]
)
def test_a_job_uses_the_processors_that_it_was_given(monkeypatch, said, most):
    monkeypatch.setattr(job.os, "sched_getaffinity", lambda _: {0, 1, 4, 5}, raising=False)
    if said is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert job.processors() == most
    assert Files().threads == most
