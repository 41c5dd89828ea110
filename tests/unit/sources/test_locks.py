"""One job at a time: others wait, and one that is killed holds nothing up."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from biospectra.sources.locks import locked

HOLD = """
import sys, time
from pathlib import Path
from biospectra.sources.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_only_one_is_within_at_a_time(tmp_path):
    within, most = [], []

    def work(k):
        with locked(tmp_path / "new" / ".lock"):
            within.append(k)
            most.append(len(within))
            time.sleep(0.02)
            within.remove(k)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    assert most == [1] * 8


def test_a_job_that_is_killed_lets_go(tmp_path):
    lock = tmp_path / ".lock"
    job = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE)
    assert job.stdout.readline() == b"held\n"
    job.kill()
    job.wait()
    with locked(lock):
        assert lock.exists()
