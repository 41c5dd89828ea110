"""A real Slurm on this machine alone: installed from Debian's packages, started without systemd."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CONF = Path("/etc/slurm/slurm.conf")  # the srun within a job looks nowhere else
MARK = "# written by biospectra's tests"
MUNGE_SOCKET = Path("/run/munge/munge.socket.2")
CPUS, MEMORY_MB = 8, 64000  # what the node claims to have, so that no rule has to wait for ever


class Unavailable(Exception):
    """Slurm cannot be had here; says why."""


def install() -> None:
    """Install Slurm and munge where they are missing."""
    if os.geteuid() != 0:
        raise Unavailable("starting a Slurm takes root")
    if CONF.is_file() and MARK not in CONF.read_text():
        raise Unavailable(f"this machine has a Slurm of its own ({CONF})")
    if shutil.which("slurmctld") and shutil.which("munged"):
        return
    if not shutil.which("apt-get"):
        raise Unavailable("slurmctld and munged are missing, and there is no apt-get")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "slurm-wlm", "munge"],
    ):
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=240
            )
        except subprocess.TimeoutExpired:
            raise Unavailable(f"`{' '.join(command)}` took too long") from None
        if done.returncode:
            reason = (done.stderr.strip() or "no message").splitlines()[-1]
            raise Unavailable(f"`{' '.join(command)}` failed: {reason}")


def configuration(folder: Path, host: str) -> str:
    """Return a slurm.conf for one node on loopback, with memory kills but without cgroups."""
    return f"""{MARK}
ClusterName=biospectra
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherParams=OverMemoryKill
JobAcctGatherFrequency=task=1
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=300
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={CPUS} RealMemory={MEMORY_MB} State=UNKNOWN
PartitionName=tests Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def end_with_the_tests() -> None:
    """Have Linux end this process when the one that started it ends, even when that is killed."""
    set_death_signal = 1  # PR_SET_PDEATHSIG
    ctypes.CDLL(None).prctl(set_death_signal, signal.SIGTERM)


class Slurm:
    """The daemons, which live as long as the tests."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="biospectra-slurm-"))
        self.started: list[subprocess.Popen] = []

    def _start(self, *command: str) -> None:
        log = (self.folder / f"{Path(command[0]).name}.out").open("w")
        self.started.append(
            subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=end_with_the_tests)
        )

    def start(self) -> None:
        """Start munge, the controller and the node, and wait until the node is idle."""
        host = socket.gethostname().split(".")[0]
        CONF.parent.mkdir(parents=True, exist_ok=True)
        CONF.write_text(configuration(self.folder, host))
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        if subprocess.run(["munge", "-n"], capture_output=True).returncode:
            Path("/run/munge").mkdir(exist_ok=True)
            shutil.chown("/run/munge", "munge", "munge")
            MUNGE_SOCKET.unlink(missing_ok=True)
            self._start("runuser", "-u", "munge", "--", "munged", "--foreground", "--force")
            self._wait("munge", "-n", word="MUNGE")
        self._start("slurmctld", "-D", "-c")
        self._start("slurmd", "-D", "-N", host)
        self._wait("sinfo", "--noheader", "--format=%T", word="idle")

    def _wait(self, *command: str, word: str, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done = subprocess.run(command, capture_output=True, text=True)
            if word in done.stdout:
                return
            time.sleep(0.2)
        logs = [path.read_text()[-300:] for path in sorted(self.folder.glob("*.log"))]
        raise Unavailable(f"{command[0]} never said {word!r}: {done.stdout}{done.stderr}{logs}")

    def stop(self) -> None:
        """End what was started, and leave no configuration behind."""
        subprocess.run(["scancel", "--partition=tests"], capture_output=True)
        for process in reversed(self.started):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        CONF.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def jobs(self) -> list[dict[str, str]]:
        """List the jobs that the controller remembers, oldest first, by scontrol's field names."""
        done = subprocess.run(
            ["scontrol", "show", "jobs", "--oneliner"], capture_output=True, text=True, check=True
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("JobId=")]
        jobs = [dict(word.split("=", 1) for word in line.split() if "=" in word) for line in lines]
        return sorted(jobs, key=lambda job: int(job["JobId"]))
