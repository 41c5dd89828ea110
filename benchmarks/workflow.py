"""The workflow at scale: the signal-to-image step end to end on two cores, and planning alone.

    python benchmarks/workflow.py published RECORDING     125,000 spectrograms of 640x480
    python benchmarks/workflow.py length RECORDING        a recording of 1 minute, 1 hour, 24 hours
    python benchmarks/workflow.py count RECORDING         10, 100, 1,000 recordings of ten minutes,
                                                          and the same signal in ten recordings
    python benchmarks/workflow.py plan                    dry run and start of a job, of tables
                                                          of 200, 20,000 and 200,000 rows

RECORDING is a WFDB record, whose first channel is repeated as often as needed. `--share 0.1` runs
a tenth of the size. Everything is written to a temporary folder and removed.
"""

import argparse
import csv
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
WINDOW_S = 5
CORES = 2


def write_recordings(folder: Path, source: str, lengths_s: list[float]) -> float:
    """Write recordings of some lengths as .npy; returns the sampling rate in Hz."""
    import wfdb

    record = wfdb.rdrecord(source, channels=[0], physical=False)
    signal = record.d_signal[:, 0].astype(np.int16)
    with (folder / "recordings.tsv").open("w") as table:
        table.write("recording\tsource\tchannel\trate_hz\tlabel\tsubject\tdatabase\n")
        for number, length_s in enumerate(lengths_s):
            start = 997 * number % len(signal)
            samples = round(length_s * record.fs)
            repeated = np.resize(np.roll(signal, -start), samples)
            np.save(folder / f"r{number:05d}.npy", repeated)
            table.write(f"r{number:05d}\tr{number:05d}.npy\t0\t{record.fs}\tECG\tp{number}\tdb\n")
    return record.fs


def run(source: str, lengths_s: list[float], shards: int) -> dict:
    """Make the spectrograms of some recordings; returns what it took."""
    with tempfile.TemporaryDirectory(prefix="biospectra-") as name:
        folder = Path(name)
        write_recordings(folder, source, lengths_s)
        (folder / "config.yaml").write_text(
            "study: bench\nrecordings: recordings.tsv\nlabels: [ECG]\n"
            f"shards: {shards}\nimages:\n  spectrogram: {{kind: spectrogram}}\n"
        )
        listed = subprocess.run(
            [sys.executable, "-c", SHARDS, str(len(lengths_s)), str(shards)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        command = [sys.executable, "-m", "snakemake", "--cores", str(CORES)]
        command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]
        command += ["--quiet", "all", "--"]
        command += [f"results/bench/spectrogram/{shard}.h5" for shard in listed]
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True)
        wall_s = time.perf_counter() - start
        results = folder / "results" / "bench"
        by_rule: dict[str, tuple[float, float]] = {}
        for path in results.glob("benchmarks/**/*.tsv"):
            rule = path.relative_to(results / "benchmarks").parts[0]
            with path.open() as file:
                line = next(csv.DictReader(file, delimiter="\t"))
            seconds, peak_mb = by_rule.get(rule, (0.0, 0.0))
            memory = 0.0 if line["max_rss"] == "NA" else float(line["max_rss"])
            by_rule[rule] = (seconds + float(line["s"]), max(peak_mb, memory))
        busy_s = sum(seconds for seconds, _ in by_rule.values())
        return {
            "segments": int(sum(length_s // WINDOW_S for length_s in lengths_s)),
            "wall_s": wall_s,
            "snakemake": 1 - busy_s / (CORES * wall_s),
            "disk_gb": sum(f.stat().st_size for f in results.rglob("*.h5")) / 1e9,
            "images_gb": sum(f.stat().st_size for f in results.glob("spectrogram/*.h5")) / 1e9,
            "rules": by_rule,
        }


SHARDS = """
import sys
from biospectra.study.recordings import shard_of
print(*sorted({shard_of(f"r{i:05d}", int(sys.argv[2])) for i in range(int(sys.argv[1]))}))
"""


def write_table(folder: Path, rows: int, shards: int) -> None:
    """Write a study of recordings that are nowhere, for planning alone."""
    with (folder / "recordings.tsv").open("w") as table:
        table.write("recording\tsource\tchannel\trate_hz\tlabel\tsubject\tdatabase\n")
        for i in range(rows):
            where = f"https://example.org/r{i:06d}.npy"
            table.write(f"r{i:06d}\t{where}\t0\t128\t{'ABC'[i // 10 % 3]}\tp{i // 10}\tdb{i % 3}\n")
    (folder / "config.yaml").write_text(
        "study: bench\nrecordings: recordings.tsv\nlabels: [A, B, C]\n"
        f"shards: {shards}\nimages:\n  spectrogram: {{kind: spectrogram}}\n"
    )


def timed(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run snakemake without any job; returns seconds by the clock and of the processor."""
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--quiet", "all"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*command, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    wall_s, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def plan(rows: int) -> str:
    """Return a row of what planning a study of so many recordings takes, and a job's start."""
    shards = max(4, rows // 100)
    with tempfile.TemporaryDirectory(prefix="biospectra-") as name:
        folder = Path(name)
        write_table(folder, rows, shards)
        planned = timed(folder, "--dry-run")
        subprocess.run(
            [sys.executable, "-c", KEEP, str(folder / "config.yaml")], cwd=folder, check=True
        )
        # What Slurm's executor runs on a node, but for the job itself.
        job = ["--mode", "remote", "--nolock", "--allowed-rules", "download", "--dry-run"]
        shard = "0" * len(str(shards - 1))
        started = timed(folder, *job, "--target-jobs", f"download:shard={shard}")
    seconds = " | ".join(f"{wall:.1f} ({processor:.1f})" for wall, processor in (planned, started))
    return f"| {rows:,} | {shards:,} | {seconds} |"


KEEP = """
import sys

import yaml

from biospectra.study.config import SCHEMAS, read_study
from biospectra.study.fold_assignments import fold_assignments
from biospectra.study.kept_rows import ShardRows, keep_study, kept_file

name = sys.argv[1]
given = yaml.safe_load(open(name))
config, table = read_study(given, SCHEMAS, name)
facts = {"assignments": fold_assignments(config, table), "channels": ["0"]}
keep_study(kept_file(given), config, facts, ShardRows.of_table(table, config["shards"]))
"""


def report(title: str, took: dict) -> None:
    """Print a row of the table, and the seconds and peak memory of each rule."""
    rules = ", ".join(
        f"{rule} {seconds:.0f} s {peak_mb:.0f} MB"
        for rule, (seconds, peak_mb) in sorted(took["rules"].items())
    )
    print(
        f"| {title} | {took['segments']} | {took['wall_s']:.0f} | {took['snakemake']:.0%} | "
        f"{took['images_gb']:.2f} | {took['disk_gb']:.2f} | {rules} |",
        flush=True,
    )


def main() -> None:
    """Run the benchmark that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["published", "length", "count", "plan"])
    parser.add_argument("recording", nargs="?")
    parser.add_argument("--share", type=float, default=1.0)
    given = parser.parse_args()
    share = given.share
    if given.what == "plan":
        print("| rows | shards | dry run, s (processor) | start of a job, s (processor) |")
        print("|---|---|---|---|")
        for rows in (200, 20_000, 200_000):
            print(plan(round(rows * share)), flush=True)
        return
    if given.recording is None:
        parser.error("RECORDING is missing: a WFDB record")
    print("| | segments | wall, s | not in jobs | images, GB | all, GB | jobs: seconds, peak |")
    print("|---|---|---|---|---|---|---|")
    if given.what == "published":
        count = round(1000 * share)
        report("published set", run(given.recording, [125 * WINDOW_S] * count, shards=16))
    elif given.what == "length":
        for title, length_s in (("1 minute", 60), ("1 hour", 3600), ("24 hours", 86400)):
            report(title, run(given.recording, [length_s * share], shards=1))
    else:
        for count in (10, 100, 1000):
            lengths_s = [600 * share] * count
            report(f"{count} of 10 minutes", run(given.recording, lengths_s, shards=16))
        report("same in 10", run(given.recording, [60000 * share] * 10, shards=16))


if __name__ == "__main__":
    if "plan" not in sys.argv and shutil.disk_usage(tempfile.gettempdir()).free < 25e9:
        print("Less than 25 GB are free in the temporary folder; TMPDIR names another.")
    main()
