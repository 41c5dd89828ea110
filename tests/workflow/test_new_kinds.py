"""A kind of each sort, added as CONTRIBUTING.md says: its module, its schema file and one word."""

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
import yaml

from biospectra.store.hdf5 import attributes_of
from biospectra.store.images import axes_of, read_images
from support.harness import ROOT, Workflow
from support.tiny import CONFIG, RATE_HZ, write_study

NEW = ROOT / "tests" / "new_kinds"
NAIVE_BAYES = """def _naive_bayes(seed: int, threads: int):
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB()


"""
# Where a new kind's word stands, what is there before, and what it becomes.
WORDS = [
    (
        "transforms/kinds.py",
        "from biospectra.transforms.transform import",
        "from biospectra.transforms.box_bank import BoxBank\n"
        "from biospectra.transforms.transform import",
    ),
    ("transforms/kinds.py", '{"spectrogram"', '{"box_bank": BoxBank, "spectrogram"'),
    ("formats/registry.py", "    brainvision,\n", "    brainvision,\n    counts,\n"),
    ("formats/registry.py", "= (wfdb_record,", "= (counts, wfdb_record,"),
    ("features/kinds.py", "import bands,", "import moments, bands,"),
    ("features/kinds.py", "KINDS = {", 'KINDS = {"moments": moments, '),
    ("models/kinds.py", "    cnn,\n", "    bottleneck,\n    softmax,\n    cnn,\n"),
    ("models/kinds.py", "ENCODERS = {", 'ENCODERS = {"bottleneck": bottleneck, '),
    ("models/kinds.py", "NETWORKS = {", 'NETWORKS = {"softmax": softmax, '),
    ("models/classifiers.py", "Callable] = {", 'Callable] = {"naive_bayes": _naive_bayes,'),
    ("models/classifiers.py", "# By their names", NAIVE_BAYES + "# By their names"),
]
STUDY = {
    "images": CONFIG["images"] | {"mine": {"kind": "box_bank", "box_s": 0.5}},
    "encoders": {
        "new": {"kind": "bottleneck", "input": "spectrogram", "epochs": 2, "precision": "float32"}
    },
    "features": {"moments": {"kind": "moments"}},
    "classifiers": {
        "bayes": {"kind": "table", "features": "moments", "candidates": ["naive_bayes"]},
        "net": {"kind": "softmax", "input": "spectrogram", "epochs": 4, "precision": "float32"},
        "tuned": {"kind": "fine_tuned", "encoder": "new", "pooling": "flat", "epochs": 2},
    },
    "leakage": {},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Workflow:
    """A copy of the workflow with the new kinds, and the tiny study made of them."""
    folder = tmp_path_factory.mktemp("new_kinds")
    for part in ("workflow", "envs", "profiles"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Snakefile", folder)
    shutil.copytree(NEW, folder / "workflow", dirs_exist_ok=True)
    library = folder / "workflow/scripts/biospectra"
    for module, before, after in WORDS:
        text = (library / module).read_text()
        assert text.count(before) == 1, (module, before)
        (library / module).write_text(text.replace(before, after))
    write_study(folder)
    _as_counts(folder, "slow_3")
    made = Workflow(folder, folder / "Snakefile")
    made.config.write_text(yaml.safe_dump(CONFIG | STUDY, sort_keys=False))
    return made


def _as_counts(folder: Path, name: str) -> None:
    """Write a recording in the new format, its samples in a folder below."""
    samples = pd.read_csv(folder / f"{name}.txt.gz", sep="\t")["lead (mV)"]
    (folder / "data").mkdir()
    np.savetxt(folder / "data" / f"{name}.dat", samples)
    (folder / f"{name}.counts").write_text(f"{RATE_HZ} data/{name}.dat\n")
    table = (folder / "recordings.tsv").read_text()
    before = f"{name}.txt.gz\tlead\t{RATE_HZ}\t"
    assert before in table
    (folder / "recordings.tsv").write_text(table.replace(before, f"{name}.counts\tonly\t\t"))


@pytest.mark.slow
def test_each_makes_its_results(study):
    checks, sheet, moments, bayes, net, tuned, encoder = study.make(
        "check_transforms.tsv",
        "png/mine/slow.png",
        "features/moments.tsv",
        "classifier/bayes/predictions.tsv",
        "classifier/net/predictions.tsv",
        "classifier/tuned/predictions.tsv",
        "encoder/new/encoder.keras",
    )
    checks = pd.read_csv(checks, sep="\t")
    mine = checks[checks["check"].str.startswith("mine: ")]
    assert len(mine) == 10  # settings; a row and a level of three tones; chirp, impulse, alias
    assert mine["passed"].all()
    (images, *_) = (study.folder / "results/tiny/mine").glob("*.h5")
    pixels, frequency_hz = read_images(images), axes_of(images)["frequency_hz"]
    assert pixels.shape[1:] == (40, 32)
    found_hz = set(np.round(frequency_hz[pixels.mean(axis=2).argmax(axis=1)]).tolist())
    assert found_hz <= {8.0, 39.0, 40.0, 41.0}  # the study's two tones
    assert sheet.stat().st_size > 1000
    assert {"moment_1", "moment_4"} < set(pd.read_csv(moments, sep="\t"))
    assert "naive_bayes" in (bayes.parent / "choice.tsv").read_text()
    for predictions in (bayes, net, tuned):
        assert len(pd.read_csv(predictions, sep="\t")) == 30
    right = pd.read_csv(net, sep="\t").eval("predicted == label")
    assert right.mean() > 0.9  # 8 Hz and 40 Hz
    import keras

    assert keras.models.load_model(encoder).output_shape == (None, 8)


def test_a_recording_of_the_new_format_is_fetched_whole_and_read(study):
    found = study.make(*(f"resampled/{shard}.h5" for shard in range(CONFIG["shards"])))
    channels = {}
    for path in found:
        with h5py.File(path) as file:
            channels |= {name: attributes_of(group)["channel"] for name, group in file.items()}
    assert channels["slow_3"] == "only"
    (samples,) = (study.folder / "results/tiny/recordings").rglob("data/slow_3.dat")
    assert samples.is_file()


@pytest.mark.slow
def test_each_goes_through_the_whole_study(study):
    study.run()
    summary = json.loads((study.folder / "results/tiny/summary.json").read_text())
    assert set(summary["classifiers"]) == set(STUDY["classifiers"])
    assert set(summary["encoders"]) == {"new"}
    assert "Nothing to be done" in study.run().stdout


@pytest.mark.parametrize(
    ("part", "entry", "words"),
    [
        ("features", {"kind": "moments", "order": 3}, ["features.new", "did you mean 'orders'?"]),
        ("images", {"kind": "box_bank", "box": 1}, ["images.new", "did you mean 'box_s'?"]),
        (
            "images",
            {"kind": "box_bank", "frequency_range_hz": [2, 80]},
            ["images.new.frequency_range_hz", "resample.rate_hz, 128"],
        ),
        ("features", {"kind": "moment"}, ["features.new.kind", "did you mean 'moments'?"]),
        (
            "encoders",
            {"kind": "bottleneck", "input": "spectrogram", "units": 4096},
            ["encoders.new.units", "take fewer"],
        ),
    ],
)
def test_each_refuses_what_it_cannot_be(study, tmp_path, part, entry, words):
    config = copy.deepcopy(CONFIG | STUDY)
    config[part]["new"] = entry
    wrong = Workflow(study.folder, study.snakefile)
    wrong.config = tmp_path / "wrong.yaml"
    wrong.config.write_text(yaml.safe_dump(config))
    done = wrong.run("-n", check=False)
    assert done.returncode != 0
    for word in words:
        assert word in done.stdout


def test_each_is_documented_from_its_schema_file(study):
    shutil.copytree(ROOT / "docs", study.folder / "docs", dirs_exist_ok=True)
    readme = Path(study.folder, "config/README.md")
    readme.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "config/README.md", readme)
    script, library = study.folder / "docs/config_tables.py", study.folder / "workflow/scripts"
    subprocess.run([sys.executable, script], check=True, env={"PYTHONPATH": str(library)})
    for line in (
        "`kind: box_bank`. Sinu",
        "`kind: moments`. The moments",
        "| `units` | `8` |",
        "| `dropout` | `0` |",
    ):
        assert line in readme.read_text()
