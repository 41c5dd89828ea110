"""PTB-XL on a folder of its layout: the table from its two tables, and the whole study."""

import csv
import importlib.util
import json

import numpy as np
import pytest
import wfdb
import yaml

from biospectra.study.table import read_table_cells
from support.harness import ROOT, Workflow, jobs_of

SPEC = importlib.util.spec_from_file_location("ptbxl_table", ROOT / "config/ptbxl/make_table.py")
TABLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TABLE)
LEADS = TABLE.LEADS.split(";")
STATEMENTS = {"NORM": "NORM", "IMI": "MI", "AMI": "MI", "LVH": "HYP", "SR": "", "AFIB": ""}
RATE_HZ, PEOPLE = 100, 120
CNNS = ("superclasses_cnn", "statements_cnn", "age_cnn")


def write_database(folder, records: bool = True) -> None:
    """Write both tables and, if wanted, recordings whose spectra hold their statements."""
    rng = np.random.default_rng(0)
    folder.mkdir(parents=True)
    with (folder / "scp_statements.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "description", "diagnostic", "diagnostic_class"])
        for code, superclass in STATEMENTS.items():
            writer.writerow([code, f"{code} in words", "1.0" if superclass else "", superclass])
    rows = []
    for k in range(PEOPLE):
        codes = {
            code for code, p in (("IMI", 0.3), ("LVH", 0.3), ("AFIB", 0.2)) if rng.random() < p
        }
        codes |= {"NORM"} if not codes & {"IMI", "LVH"} and rng.random() < 0.8 else set()
        codes |= {"SR"} if "AFIB" not in codes else set()
        name = f"records100/00000/{k + 1:05d}_lr"
        age = 300 if k == 7 else int(rng.integers(20, 80))
        rows.append(
            {
                "ecg_id": k + 1,
                "patient_id": f"{1000 + k}.0",
                "age": f"{age}.0",
                "sex": k % 2,
                "scp_codes": str(dict.fromkeys(sorted(codes), 100.0)),
                "strat_fold": k % 10 + 1,
                "filename_lr": name,
                "filename_hr": name.replace("100", "500"),
            }
        )
        if not records:
            continue
        time_s = np.arange(10 * RATE_HZ) / RATE_HZ
        tones = {"IMI": 6, "LVH": 12, "AFIB": 25, "NORM": 40}
        signal = 0.3 * rng.normal(size=(time_s.size, len(LEADS)))
        for code, hz in tones.items():
            if code in codes:
                phase = rng.uniform(0, 6, len(LEADS))
                signal += 0.25 * np.sin(2 * np.pi * hz * time_s[:, None] + phase)
        signal += 0.4 * min(age, 89) / 80 * np.sin(2 * np.pi * 2 * time_s)[:, None]
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        wfdb.wrsamp(
            place.name,
            fs=RATE_HZ,
            units=["mV"] * len(LEADS),
            sig_name=LEADS,
            p_signal=signal,
            fmt=["16"] * len(LEADS),
            write_dir=str(place.parent),
        )
    with (folder / "ptbxl_database.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_the_table_follows_the_protocol(tmp_path):
    write_database(tmp_path / "db", records=False)
    TABLE.main(tmp_path / "db", tmp_path / "recordings.tsv")
    table = read_table_cells(tmp_path / "recordings.tsv")
    assert len(table) == PEOPLE
    splits = table["split"].value_counts().to_dict()
    assert splits == {"training": 96, "validation": 12, "test": 12}
    first = table.iloc[0]
    assert first["source"] == "physionet:ptb-xl/1.0.3/records100/00000/00001_lr"
    assert first["subject"] == "ptbxl_1000" and first["sex"] == "male"
    assert table["age"].iloc[7] == ""  # above 89
    for cell, codes in zip(table["superclass"], table["statements"], strict=True):
        expected = {STATEMENTS[code] for code in codes.split(";")} - {""}
        assert set(cell.split(";")) - {""} == expected


@pytest.mark.slow
def test_a_database_of_its_layout_runs_from_end_to_end(tmp_path):
    write_database(tmp_path / "mirror" / "ptb-xl" / "1.0.3")
    TABLE.main(tmp_path / "mirror" / "ptb-xl" / "1.0.3", tmp_path / "recordings.tsv")
    config = yaml.safe_load((ROOT / "config/ptbxl/config.yaml").read_text())
    config |= {"recordings": "recordings.tsv", "physionet_mirror": str(tmp_path / "mirror")}
    config |= {"shards": 2, "scores": {"draws": 200}}
    small = {"filters": [16, 16], "dense": 16, "epochs": 12, "batch_size": 16}
    for name in CNNS:
        config["targets"][name]["network"] = config["targets"][name]["network"] | small
    study = Workflow(tmp_path)
    study.config.write_text(yaml.safe_dump(config))
    planned = jobs_of(study.run("-n").stdout)
    assert planned["predict_target"] == planned["train_target"] == 3
    assert planned["score_target"] == 6
    study.run()
    found = json.loads((tmp_path / "results/ptbxl/summary.json").read_text())["targets"]
    assert set(found) == {"superclasses", "statements", "age", *CNNS}
    assert set(found["statements_cnn"]["labels"]) == set(found["statements"]["labels"])
    assert found["superclasses_cnn"]["macro_auroc"]["value"] > 0.7
    assert found["age_cnn"]["people"] == found["age"]["people"]
    assert set(found["superclasses"]["labels"]) == {"HYP", "MI", "NORM"}
    assert set(found["statements"]["labels"]) == {"AFIB", "IMI", "LVH", "NORM", "SR"}
    assert found["superclasses"]["macro_auroc"]["value"] > 0.9
    assert found["age"]["left_out"] == 1
    summary = json.loads((tmp_path / "results/ptbxl/summary.json").read_text())
    assert set(summary["target_leakage"]) == {"superclasses", "age"}
    compared = summary["target_pairs"]
    assert {pair["second"] for pair in compared} == set(CNNS)
    assert "macro AUROC" in (tmp_path / "results/ptbxl/study.html").read_text()
    # A test person as a new one: what is said of each segment is what the study says.
    source = tmp_path / "mirror/ptb-xl/1.0.3/records100/00000/00010_lr.hea"
    new = tmp_path / "new.tsv"
    new.write_text(f"recording\tsource\tchannel\nx\t{source}\t{TABLE.LEADS}\n")
    study.run("apply", "--config", "apply_to=new.tsv", "model=classifiers")
    applied = tmp_path / "results/ptbxl/apply/classifiers/new"
    said = read_table_cells(applied / "recordings.tsv").iloc[0]
    for name, column in (("statements", "p_IMI"), ("statements_cnn", "p_IMI"), ("age_cnn", "")):
        known = read_table_cells(tmp_path / f"results/ptbxl/target/{name}/predictions.tsv")
        own = known[known["recording"] == "ptbxl_00010"].iloc[0]
        new_name = f"predicted_{name}" + f"_{column}" * bool(column)
        expected = float(own[column or "predicted"])
        assert float(said[new_name]) == pytest.approx(expected, rel=0.02, abs=2e-3)
        if column:
            assert said[f"predicted_{name}"] == (own["predicted"] or "none")
    assert "statements_cnn" in (applied / "report.html").read_text()
