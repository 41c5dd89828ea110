"""Compute what the 125,000-segment study takes, from measured rates, and write it into README.md.

    python config/biosignals_125k/plan.py

rates.tsv has the rates, and what each was measured on; jobs are those of snakemake's own plan of
the config, with a table of made-up recordings.
"""

import csv
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BLOCK = re.compile(r"<!-- plan -->\n.*?<!-- end -->", re.DOTALL)
SEGMENTS = 125_000
WHOLE = 307_200  # bytes of a segment's maps in float32
OF_SHARDS = ("download", "resample", "segment", "recorder", "image")
OF_NETWORKS = ("train_encoder", "encode", "reconstruct", "export_encoder")


def jobs_of(config: dict) -> dict[str, int]:
    """Return how many jobs of each rule snakemake plans."""
    with tempfile.TemporaryDirectory(prefix="biospectra-") as name:
        folder = Path(name)
        lines = ["recording\tsource\tchannel\trate_hz\tlabel\tsubject\tdatabase"]
        for i in range(20 * config["shards"]):
            where, label = f"https://example.org/r{i:05d}.npy", config["labels"][i % 3]
            lines.append(f"r{i:05d}\t{where}\t0\t512\t{label}\tp{i:05d}\td{i % 6}")
        (folder / "recordings.tsv").write_text("\n".join(lines) + "\n")
        given = config | {"recordings": "recordings.tsv"}
        (folder / "config.yaml").write_text(yaml.safe_dump(given, sort_keys=False))
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--cores",
            "1",
            "--dry-run",
            "--quiet",
            "rules",
        ]
        command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]
        said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", said.stdout, re.M)}


def plan(config: dict, jobs: dict[str, int], rate: dict[str, float]) -> str:
    """Return the plan as Markdown."""
    share, model = config["split"]["fractions"], config["encoders"]["convolutional"]
    training, validation = share["training"] * SEGMENTS, share["validation"] * SEGMENTS
    # A test person gives no more than max_per_class; what is left out is not encoded.
    test = min(share["test"] * SEGMENTS, 3 * config["split"]["max_per_class"]["test"])
    encoded = training + validation + test
    mapped = 2 * 3 * 256  # of test, and of training, on which the map is fitted
    epoch = training + validation / 3  # forth alone is a third of forth and back
    hours = {}
    for where in ("float32", "bfloat16", "gpu"):
        trained = epoch * model["epochs"] * rate[f"train_{where}"]
        hours[where] = trained / 3600, encoded * rate[f"encode_{where}"] / 3600
    made = sum(rate[rule] for rule in OF_SHARDS if rule in rate) * SEGMENTS / 3600
    networks = sum(jobs.get(rule, 0) for rule in OF_NETWORKS)
    starts = networks * rate["start_network"] + (jobs["total"] - networks) * rate["start"]
    disk = {
        "images": SEGMENTS * rate["images"],
        "segments and resampled signals": SEGMENTS * (rate["segments"] + rate["resampled"]),
        "features: means of all, maps of those that are mapped": encoded * rate["features"]
        + mapped * rate["map"],
    }
    lines = [
        f"{jobs['total']} jobs: {config['shards']} of each of {', '.join(OF_SHARDS)}; "
        f"{jobs['encode']} of encode; one or a few of the rest.\n",
        "| | hours |\n|---|---|",
        f"| to the images, core hours | {made:.2f} |",
        f"| starts of all jobs, core hours | {starts / 3600:.2f} |",
        f"| {model['epochs']} epochs on one GPU (H200) | {hours['gpu'][0]:.2f} |",
        f"| encoding on one GPU | {hours['gpu'][1]:.2f} |",
        f"| {model['epochs']} epochs, core hours in bfloat16; float32 | "
        f"{hours['bfloat16'][0]:.0f}; {hours['float32'][0]:.0f} |",
        f"| encoding, core hours in bfloat16; float32 | "
        f"{hours['bfloat16'][1]:.1f}; {hours['float32'][1]:.1f} |",
        "\n| on disk | GB |\n|---|---|",
        *(f"| {name} | {size / 1e9:.1f} |" for name, size in disk.items()),
        f"| all, beside 17 GB of downloads | {sum(disk.values()) / 1e9:.1f} |",
        f"| (whole maps of all segments, which are not kept) | ({encoded * WHOLE / 1e9:.0f}) |",
        "\nMemory that is asked for: 8 GB for training, 6 GB for encoding, 1 to 4 GB for the rest, "
        f"{4 + 6 * encoded * rate['features'] / 1e9:.0f} GB for a classifier on the features.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Compute the plan and write it between its marks."""
    with (HERE / "rates.tsv").open() as file:
        rate = {row["what"]: float(row["value"]) for row in csv.DictReader(file, delimiter="\t")}
    config = yaml.safe_load((HERE / "config.yaml").read_text())
    text = plan(config, jobs_of(config), rate)
    readme = HERE / "README.md"
    block = f"<!-- plan -->\n{text}\n<!-- end -->"
    readme.write_text(BLOCK.sub(lambda _: block, readme.read_text()))
    print(text)


if __name__ == "__main__":
    main()
