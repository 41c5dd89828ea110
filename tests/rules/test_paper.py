"""The texts, the table and the RO-Crate that the rule paper writes of the tiny study."""

import csv
import json
import re
import shutil
import subprocess

import pytest

from support.papers import is_among, numbers_of, numbers_said
from support.tiny import RATE_HZ, SECONDS

TEXTS = ("methods.md", "model_info_sheet.md", "reforms.md", "tripod_ai.md", "datasheet.md")


def rows_of(path) -> list[dict]:
    with path.open(newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def test_each_number_of_the_texts_is_in_the_results(tiny):
    made = tiny.make(
        "summary.json", "provenance.json", "split.tsv", "paper/recordings.tsv", "paper/methods.md"
    )
    summary, provenance = (json.loads(path.read_text()) for path in made[:2])
    split, recordings = (rows_of(path) for path in made[2:4])
    known = numbers_of(summary, provenance)
    for name in {row["split"] for row in split}:
        own = [row for row in split if row["split"] == name]
        known |= {len(own), len({row["subject"] for row in own})}
    classes = summary["classes"].values()
    known |= {
        sum(c["segments"] for c in classes),
        sum(sum(c["rejected"].values()) for c in classes),
        *(100 * sum(c["rejected"].values()) / c["segments"] for c in classes),
    }
    known |= {len({row[key] for row in recordings}) for key in ("recording", "subject", "database")}
    known |= {RATE_HZ, SECONDS, 4}  # what the recordings were made with; of each database and class
    for name in TEXTS:
        text = (made[4].parent / name).read_text()
        assert [said for said in numbers_said(text) if not is_among(said, known)] == [], name


def test_scores_stand_beside_their_classifiers(tiny):
    summary, methods, card = tiny.make("summary.json", "paper/methods.md", "model/small")
    lines = methods.read_text().splitlines()
    card_lines = (card / "README.md").read_text().splitlines()
    for name, scores in json.loads(summary.read_text())["classifiers"].items():
        value = f"{scores['balanced_accuracy']:.2f}"
        (line,) = (line for line in lines if line.startswith(f"- `{name}`: the balanced"))
        assert f"balanced accuracy was {value} " in line
        assert f"over {scores['segments']} segments of {scores['people']} people" in line
        (line,) = (line for line in card_lines if line.startswith(f"- `{name}`, evaluated"))
        assert f"balanced accuracy {value} " in line


def test_the_table_describes_each_recording(tiny):
    (path,) = tiny.make("paper/recordings.tsv")
    rows = rows_of(path)
    assert len(rows) == 8
    for row in rows:
        assert float(row["duration_s"]) == pytest.approx(SECONDS)
        assert float(row["native_rate_hz"]) == RATE_HZ
        assert row["units"] == "mV"
        assert row["recording"].startswith(row["labels"])
        assert int(row["segments"]) + int(row["rejected"]) == SECONDS // 2


def test_the_crate_names_what_is_there_and_what_made_it(tiny):
    (path,) = tiny.make("ro-crate-metadata.json")
    entities = {e["@id"]: e for e in json.loads(path.read_text())["@graph"]}
    root = entities["./"]
    for identifier, entity in entities.items():
        if identifier != path.name and entity["@type"] != "Dataset" and "File" in entity["@type"]:
            assert (path.parent / identifier).stat().st_size == int(entity["contentSize"])
        linked = json.dumps(entity)
        for other in json.loads(f"[{','.join(_links(linked))}]"):
            assert other in entities or other.startswith("http"), (identifier, other)
    run = entities[_one(root["mentions"])]
    assert run["@type"] == "CreateAction"
    assert entities[run["instrument"]["@id"]]["@type"][-1] == "ComputationalWorkflow"
    assert root["mainEntity"] == run["instrument"]
    made = {link["@id"] for link in run["result"]}
    assert {"summary.json", "paper/methods.md", "model/small/", "png/examples.png"} <= made
    assert {link["@id"] for link in run["object"]} >= {"paper/workflow/config.json"}
    definition = entities[run["instrument"]["@id"]]
    assert "paper/workflow/rules/study.smk" in {link["@id"] for link in definition["hasPart"]}


def _links(text: str) -> list[str]:
    return re.findall(r'{"@id": ("[^"]*")}', text)


def _one(links) -> str:
    return (links[0] if isinstance(links, list) else links)["@id"]


@pytest.mark.slow
def test_a_validator_accepts_the_crate(tiny):
    """Needs rocrate-validator (`pip install roc-validator`) and a network for its vocabulary."""
    if (command := shutil.which("rocrate-validator")) is None:
        pytest.skip("rocrate-validator is not installed")
    (path,) = tiny.make("ro-crate-metadata.json")
    done = subprocess.run(
        [command, "-y", "validate", "-p", "workflow-run-crate", "--skip-availability-check", "."],
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "service not known" in done.stdout:
        pytest.skip("the vocabulary of RO-Crate cannot be fetched without a network")
    assert "is a valid workflow-run-crate" in done.stdout, done.stdout
