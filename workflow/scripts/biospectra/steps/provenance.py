"""Where results come from: versions, config, sources, machine, and what each rule cost."""

import csv
import datetime
import json
import os
import platform
import subprocess
from pathlib import Path

from biospectra.job import REMARK, VERSIONS
from biospectra.sources.mirrored import bring_folder
from biospectra.store.file_lists import listed_files_of

COMMIT = "BIOSPECTRA_COMMIT"


def git_state(file: str | Path) -> dict:
    """Return the commit of a file's working tree and whether it was changed since.

    Both are None without git, and where git does not know the file: an installed library may lie
    within a working tree that is not its own. An image of a container, which has no history, says
    its commit by the variable `COMMIT`, if it was told it.
    """
    folder, state = Path(file).parent, {}
    try:
        for key, command in (
            ("known", ["ls-files", "--error-unmatch", str(file)]),
            ("commit", ["rev-parse", "HEAD"]),
            ("changed", ["status", "--porcelain", "--untracked-files=no"]),
        ):
            done = subprocess.run(
                ["git", "-C", str(folder), *command], capture_output=True, text=True, check=True
            )
            state[key] = done.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return {"commit": os.environ.get(COMMIT) or None, "changed": None}
    return {"commit": state["commit"], "changed": bool(state["changed"])}


def machine() -> dict:
    """Describe this machine: its system, processor, cores and memory."""
    cpuinfo, meminfo = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    model = platform.processor()
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    memory_mb = None
    if meminfo.is_file():
        memory_mb = int(meminfo.read_text().split()[1]) // 1024
    return {
        "host": platform.node(),
        "system": platform.platform(),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_mb": memory_mb,
    }


def costs(folder: str | Path) -> dict[str, dict[str, float]]:
    """Return what the jobs of each rule cost, from snakemake's benchmark files.

    Parameters
    ----------
    folder : path
        With `{rule}.tsv` or `{rule}/.../{job}.tsv`.

    Returns
    -------
    dict of str to dict of str to float
        For each rule its jobs, wall_s and cpu_s (sums), and peak_memory_mb (of the largest job;
        None where jobs were over before their memory was looked at).
    """
    found: dict[str, dict] = {}
    for path in sorted(Path(folder).rglob("*.tsv")):
        rule = path.relative_to(folder).parts[0].removesuffix(".tsv")
        with path.open(newline="", encoding="utf-8") as table:
            row = next(csv.DictReader(table, delimiter="\t"), None)
        if row is None:  # of a job that was killed
            continue
        cost = found.setdefault(
            rule, {"jobs": 0, "wall_s": 0.0, "cpu_s": 0.0, "peak_memory_mb": None}
        )
        cost["jobs"] += 1
        cost["wall_s"] = round(cost["wall_s"] + float(row["s"]), 2)
        for key, column in (("cpu_s", "cpu_time"), ("peak_memory_mb", "max_rss")):
            try:
                value = float(row[column])
            except ValueError:  # "NA" of a job too short to be looked at
                continue
            before = cost[key] or 0.0
            cost[key] = round(before + value if key == "cpu_s" else max(before, value), 2)
    return found


def versions(folder: str | Path) -> dict[str, list[str]]:
    """Return the versions of Python and of each library that the jobs ran with, from their logs."""
    found: dict[str, set[str]] = {}
    for path in sorted(Path(folder).rglob("*.log")):
        for line in path.read_text(errors="replace").splitlines():
            if line.startswith(VERSIONS):
                for name, version in json.loads(line.removeprefix(VERSIONS)).items():
                    found.setdefault(name, set()).add(version)
    return {name: sorted(found[name]) for name in sorted(found)}


def remarks(folder: str | Path) -> list[str]:
    """Return what was odd with recordings that were used all the same, from the jobs' logs."""
    found = {
        line.removeprefix(REMARK)
        for path in Path(folder).rglob("*.log")
        for line in path.read_text(errors="replace").splitlines()
        if line.startswith(REMARK)
    }
    return sorted(found)


def sources(folders: list[str]) -> list[dict[str, str]]:
    """Return recording, file and SHA-256 of each source file, from the lists of the downloads."""
    found = []
    for folder in folders:
        for own in listed_files_of(folder).values():
            found += [{key: line[key] for key in ("recording", "file", "sha256")} for line in own]
    return sorted(found, key=lambda row: (row["recording"], row["file"]))


def write_provenance(
    folders: list[str],
    output: str | Path,
    *,
    config: dict,
    table: list[dict],
    snakemake: str,
    logs: str | Path,
    benchmarks: str | Path,
) -> None:
    """Write provenance.json.

    Parameters
    ----------
    folders : list of str
        Folders of the downloads, each with files.tsv.
    output : path
        provenance.json.
    config : dict
        The study's, with all defaults.
    table : list of dict
        The rows of the table of recordings.
    snakemake : str
        Its version.
    logs, benchmarks : path
        Folders of the study's.
    """
    for folder in (logs, benchmarks):
        bring_folder(folder)
    result = {
        "study": config["study"],
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "seed": config["seed"],
        "workflow": git_state(__file__),
        "versions": {"snakemake": [snakemake], **versions(logs)},
        "machine": machine(),
        "rules": costs(benchmarks),
        "config": config,
        "recordings": table,
        "files": sources(folders),
        "remarks": remarks(logs),
    }
    Path(output).write_text(
        json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
