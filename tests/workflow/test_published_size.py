"""The plan of the 125,000-segment study follows from its config and the measured rates."""

import csv
import importlib.util
import re

import yaml

from support.harness import ROOT

FOLDER = ROOT / "config" / "biosignals_125k"


def load_plan():
    spec = importlib.util.spec_from_file_location("plan_125k", FOLDER / "plan.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_has_the_plan_of_the_config_and_the_rates():
    module, readme = load_plan(), (FOLDER / "README.md").read_text()
    with (FOLDER / "rates.tsv").open() as file:
        rate = {row["what"]: float(row["value"]) for row in csv.DictReader(file, delimiter="\t")}
    config = yaml.safe_load((FOLDER / "config.yaml").read_text())
    total = int(re.search(r"(\d+) jobs: ", readme)[1])
    jobs = {"total": total, "encode": 8, **dict.fromkeys(["train_encoder", "reconstruct"], 1)}
    jobs["export_encoder"] = 1
    assert f"<!-- plan -->\n{module.plan(config, jobs, rate)}\n<!-- end -->" in readme
    of_shards = config["shards"] * len(module.OF_SHARDS)
    assert of_shards < total < of_shards + 60
    training_s = (100_000 + 12_500 / 3) * 10 / 1339  # images a second
    assert f"one GPU (H200) | {training_s / 3600:.2f} |" in readme
