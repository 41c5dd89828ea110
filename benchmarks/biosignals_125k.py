"""The 125,000-segment study (config/biosignals_125k) at a share of its size, from end to end.

    python benchmarks/biosignals_125k.py run [--share 0.01] [--epochs 1] [--training 100]
    python benchmarks/biosignals_125k.py encoder   images a processor second of the encoder

Recordings stand in for those of the databases: of as many people as there, with the native rates
of their recorders, made here as beats, rhythms and bursts of noise that differ from person to
person. `run` prints, for each rule, its jobs, processor seconds and memory at the peak, and what
lies in the results. Everything is written to a temporary folder and removed.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "config" / "biosignals_125k"
WINDOW_S = 5
# What make_table.py finds in the databases' lists: class, people, segments, rows, native rate.
DATABASES = {
    "mitdb": ("ECG", 47, 20_834, 94, 360),
    "ltafdb": ("ECG", 84, 20_834, 84, 128),
    "eegmmidb": ("EEG", 104, 20_833, 936, 160),
    "chbmit": ("EEG", 23, 20_833, 138, 256),
    "grabmyo": ("EMG", 43, 20_833, 20_833, 2048),
    "hd-semg": ("EMG", 20, 20_833, 4_180, 2048),
}


def stand_in(label: str, rate_hz: int, seconds: float, random: np.random.Generator) -> np.ndarray:
    """Return a signal of a class and of a person whom `random` draws, (samples,) float32, in mV."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    noise = random.standard_normal(len(time_s))
    if label == "ECG":
        beat_s, width_s = random.uniform(0.6, 1.1), random.uniform(0.01, 0.03)
        phase_s = (time_s + random.uniform(0, beat_s)) % beat_s - beat_s / 2
        wave = np.exp(-0.5 * (phase_s / width_s) ** 2)
        wave += random.uniform(0.1, 0.3) * np.exp(-0.5 * ((phase_s - 0.25) / 0.05) ** 2)
        signal = wave + 0.02 * noise
    elif label == "EEG":
        rhythm = np.sin(2 * np.pi * random.uniform(8, 12) * time_s + random.uniform(0, 6))
        slow = np.cumsum(noise) / np.sqrt(rate_hz)
        signal = 0.02 * (
            rhythm * random.uniform(0.3, 1) + slow - np.linspace(0, slow[-1], len(slow))
        )
    else:
        burst = np.sin(2 * np.pi * random.uniform(0.2, 0.6) * time_s) > random.uniform(-0.5, 0.5)
        signal = random.uniform(0.2, 1) * np.diff(noise, prepend=0) * (0.05 + burst)
    return signal.astype(np.float32)


def write_study(folder: Path, share: float, epochs: int, training: int | None) -> int:
    """Write stand-ins, their table and the study's config; returns how many segments there are."""
    total, lines = 0, ["recording\tsource\tchannel\trate_hz\tunits\tlabel\tsubject\tdatabase"]
    for name, (label, people, segments, _, rate_hz) in DATABASES.items():
        segments = round(segments * share)
        for person in range(people):
            mine = segments // people + (person < segments % people)
            if mine == 0:
                continue
            total += mine
            random = np.random.default_rng([len(name), people, person])
            file = f"{name}_{person:03d}"
            np.save(folder / f"{file}.npy", stand_in(label, rate_hz, mine * WINDOW_S, random))
            lines.append(f"{file}\t{file}.npy\t0\t{rate_hz}\tmV\t{label}\t{file}\t{name}")
    (folder / "recordings.tsv").write_text("\n".join(lines) + "\n")
    config = yaml.safe_load((STUDY / "config.yaml").read_text())
    config["recordings"] = "recordings.tsv"
    config["shards"] = max(2, round(config["shards"] * min(1, 4 * share)))
    config["networks"]["encode_shards"] = -(-config["shards"] // 2)
    config["encoders"]["convolutional"]["epochs"] = epochs
    if training:
        config["split"]["max_per_class"]["training"] = training
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return total


def run(share: float, epochs: int, training: int | None, cores: int) -> None:
    """Run the study and print what it took."""
    with tempfile.TemporaryDirectory(prefix="biospectra-") as name:
        folder = Path(name)
        segments = write_study(folder, share, epochs, training)
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all"]
        command += ["--snakefile", str(ROOT / "Snakefile"), "--configfile", "config.yaml"]
        begin = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True)
        wall_s = time.perf_counter() - begin
        results = folder / "results" / "biosignals_125k"
        with (results / "split.tsv").open() as file:
            used = sum(1 for _ in csv.DictReader(file, delimiter="\t"))
        print(f"{segments} segments, {wall_s:.0f} s on {cores} core{'s' * (cores > 1)}")
        print("\n| rule | jobs | processor s | peak memory, MB |\n|---|---|---|---|")
        jobs = [row for path in results.glob("benchmarks/**/*.tsv") for row in _read(path, results)]
        by_rule = defaultdict(list)
        for rule, seconds, peak_mb in jobs:
            by_rule[rule].append((seconds, peak_mb))
        for rule, own in sorted(by_rule.items(), key=lambda item: -sum(s for s, _ in item[1])):
            seconds, peaks = zip(*own, strict=True)
            print(f"| {rule} | {len(own)} | {sum(seconds):.0f} | {max(peaks):.0f} |")
        print("\n| in the results | MB | bytes a segment |\n|---|---|---|")
        for below in ("resampled", "segments", "spectrogram", "features"):
            size = sum(file.stat().st_size for file in (results / below).rglob("*.h5"))
            print(f"| {below} | {size / 1e6:.1f} | {size / segments:.0f} |")
        size = sum(file.stat().st_size for file in results.rglob("*") if file.is_file())
        print(f"| all | {size / 1e6:.1f} | {size / segments:.0f} |\n\n{used} rows in split.tsv")


def _read(path: Path, results: Path) -> list[tuple[str, float, float]]:
    """Return rule, processor seconds and peak memory of a job's record."""
    rule = path.relative_to(results / "benchmarks").parts[0].removesuffix(".tsv")
    with path.open() as file:
        lines = list(csv.DictReader(file, delimiter="\t"))
    known = [
        {key: float(line[key]) for key in ("cpu_time", "max_rss") if line[key] != "NA"}
        for line in lines
    ]
    return [(rule, line.get("cpu_time", 0.0), line.get("max_rss", 0.0)) for line in known]


def encoder(images: int = 64) -> None:
    """Print how many images a processor second the study's encoder takes, one thread."""
    from biospectra.models import convolutional, network
    from biospectra.models.quickest import quickest

    entry = yaml.safe_load((STUDY / "config.yaml").read_text())["encoders"]["convolutional"]
    print("| precision | images a processor second |\n|---|---|")
    for precision in ("float32", "mixed_bfloat16"):
        network.start(threads=1, seed=0, precision=precision)
        shape = (480, 640, 1)
        _, made = convolutional.build(
            shape, filters=entry["filters"], kernel_size=None, latent=None
        )
        model, given = quickest(made), np.random.default_rng(0).random((8, *shape), "f4")
        model.predict_on_batch(given)
        begin = time.process_time()
        for _ in range(images // len(given)):
            model.predict_on_batch(given)
        print(f"| {precision} | {images / (time.process_time() - begin):.3g} |", flush=True)


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["run", "encoder"])
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--training", type=int, help="training segments of a class at most")
    parser.add_argument("--cores", type=int, default=1)
    given = parser.parse_args()
    if given.what == "encoder":
        encoder()
    else:
        run(given.share, given.epochs, given.training, given.cores)


if __name__ == "__main__":
    main()
