"""The functions of the rules, of which snakemake calls some in few studies alone."""

import json
import re
import subprocess
import sys

import pandas as pd
import yaml

from support.harness import ROOT, jobs_of
from support.tiny import CONFIG

# What snakemake gives to a Snakefile.
GIVEN = {
    *("branch", "collect", "config", "exists", "glob_wildcards", "local", "lookup", "report"),
    *("rules", "storage", "temp", "workflow", "WorkflowError"),
}
NO_PYTHON = re.compile(r"(use rule|rule|module|pathvars|wildcard_constraints|onstart|onsuccess)\b")
# Of a rule that is there in some studies alone.
RULE_IF = re.compile(r"^if (.+):\n\n(?=    (use )?rule )", re.MULTILINE)


def python_of(text: str) -> list[str]:
    """Return a rule file's lines, without its rules."""
    lines, kept = [], True
    for line in RULE_IF.sub(r"needed = \1\nrule:\n", text).splitlines():
        if re.match(r"[^\s#)]", line):
            kept = not NO_PYTHON.match(line)
        lines += [line] if kept else []
    return lines


def test_all_names_that_rules_functions_use_are_there(tmp_path):
    rules = ROOT / "workflow" / "rules"
    included = re.findall(r'include: "rules/(\w+\.smk)"', (rules.parent / "Snakefile").read_text())
    included.remove("apply.smk")  # which takes the others' place
    together = tmp_path / "rules.py"
    lines = [line for name in included for line in python_of((rules / name).read_text())]
    together.write_text("\n".join(lines))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,E9"),
            *("--output-format", "json", str(together)),
        ],
        capture_output=True,
        text=True,
    )
    said = [one["message"] for one in json.loads(done.stdout)]
    names = {re.sub(r"Undefined name `(\w+)`", r"\1", message) for message in said}
    assert names - GIVEN == set()
    assert "workflow" in names  # the functions were looked at


def test_a_study_with_every_part_that_may_be_left_out_is_planned(fresh):
    small = CONFIG["encoders"]["small"] | {"transductive": True, "gpus": 2}
    age, network = {"column": "age", "kind": "number"}, {"kind": "fine_tuned", "encoder": "other"}
    network |= {"gpus": 1}
    folds = {"kind": "cnn", "input": "samples", "evaluation": "cross_validation", "gpus": 2}
    parts = {
        "columns": ["age"],
        "encoders": {"small": small, "other": CONFIG["encoders"]["small"]},
        "networks": {"encode_shards": 1, "export": ["onnx"]},
        "benchmark": {"features": ["small", "bands"]},
        "scores": {"folds": 2, "calibration_people": 0.5, "repeats": 2},
        "classifiers": CONFIG["classifiers"] | {"folds_of_samples": folds},
        "targets": {
            "age": age | {"features": "bands", "evaluation": "cross_validation"},
            "age_by_network": age | {"network": network | {"explain": True}},
            "age_in_folds": age | {"network": network, "evaluation": "leave_one_database_out"},
            "age_of_encoder": age | {"features": "other", "evaluation": "cross_validation"},
        },
        "leakage": CONFIG["leakage"] | {"targets": ["age"]},
    }
    fresh.config.write_text(yaml.safe_dump(CONFIG | parts))
    table = pd.read_csv(fresh.folder / "recordings.tsv", sep="\t", dtype=str, keep_default_na=False)
    # Without given splits people are shared out, and there may be folds.
    table = table.drop(columns="split").assign(age=[str(40 + k) for k in range(len(table))])
    table.to_csv(fresh.folder / "recordings.tsv", sep="\t", index=False)
    said = fresh.run("-n").stdout
    planned = set(jobs_of(said))
    assert {
        *("benchmark_encoders", "join_features", "join_fold_features", "train_target"),
        *("score_target", "compare_targets", "target_leakage", "map_by_target"),
        *("train_final_classifier", "compare_autoencoders", "label_efficiency", "bundle"),
        *("train_fold_target", "join_target_folds", "train_final_target"),
    } <= planned
    page = re.search(r"rule study_page:\n    input: (.+)", said)[1]  # which leads to them
    for name in parts["targets"]:
        assert f"target/{name}/predictions.tsv" in page and f"target/{name}/scores.json" in page
    # Training asks for the GPUs of its entry, what computes with a network for one of them, and
    # nothing else for any.
    asked = gpus_of(said)
    trained, used = (
        ("train_encoder", "train_fold_encoder"),
        ("reconstruct", "encode", "encode_fold"),
    )
    assert {asked[rule, "small"] for rule in trained} == {"2"}
    assert {asked[rule, "small"] for rule in used} == {"1"}
    of_small = trained + used
    assert {asked[rule, "other"] for rule in of_small if (rule, "other") in asked} == {"0"}
    assert asked["compare_autoencoders", None] == "1"
    assert asked["train_fold_classifier", "folds_of_samples"] == "2"
    assert asked["explain", "samples_cnn"] == "0"
    assert {rule for rule, _ in asked} <= {*of_small, "compare_autoencoders", "explain"} | {
        *("train_classifier", "train_fold_classifier", "train_final_classifier"),
        *("train_target", "train_fold_target", "train_final_target", "explain_target"),
    }
    assert asked["explain_target", "age_by_network"] == "1"
    assert asked["train_fold_target", "age_in_folds"] == "1"


def gpus_of(plan: str) -> dict[tuple[str, str | None], str]:
    """Return how many GPUs planned jobs ask for, by rule and encoder, classifier or target."""
    found = {}
    for rule, job in re.findall(r"^(?:local)?rule (\w+):\n((?:    .+\n)+)", plan, re.MULTILINE):
        entry = re.search(r"    wildcards:.*\b(?:model|name|target)=([\w]+)", job)
        if gpus := re.search(r"    resources:.*\bgpu=(\d+)", job):
            found[rule, entry and entry[1]] = gpus[1]
    return found
