"""Results, sources and jobs in an S3 storage: moto's server on this machine stands for it."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from biospectra.__main__ import main
from biospectra.sources.fetch import fetch
from biospectra.study.table import read_table_cells
from support.harness import ROOT, Workflow
from support.tiny import write_edf

pytestmark = pytest.mark.slow
PLUGINS = ROOT / "tests/support/plugins"
CONFIG = """\
study: tiny
recordings: recordings.tsv
labels: [slow, fast]
shards: 2
resample: {rate_hz: 128}
segments: {window_s: 5}
images:
  spectrogram: {kind: spectrogram, height: 32, width: 32}
features:
  fourier: {kind: fourier}
classifiers:
  table: {kind: table, features: fourier, candidates: [logistic_regression]}
umap: {seeds: 0}
"""
SCORES = "results/tiny/classifier/table/scores.json"


@pytest.fixture
def bucket(monkeypatch):
    """A bucket on a server of this machine, as boto3 and snakemake's plugin find it."""
    boto3 = pytest.importorskip("boto3", reason="requirements-s3.txt is not installed")
    server = pytest.importorskip("moto.server", reason="requirements-s3.txt is not installed")
    pytest.importorskip(
        "snakemake_storage_plugin_s3", reason="requirements-s3.txt is not installed"
    )
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    told = {"AWS_ENDPOINT_URL_S3": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "a"}
    told |= {"SNAKEMAKE_STORAGE_S3_ENDPOINT_URL": f"http://{host}:{port}"}
    for name, value in (told | {"AWS_SECRET_ACCESS_KEY": "b"}).items():
        monkeypatch.setenv(name, value)
    resource = boto3.resource("s3", region_name="us-east-1")
    resource.create_bucket(Bucket="bucket")
    yield resource.Bucket("bucket")
    running.stop()


class InBucket(Workflow):
    """A workflow whose results lie in a bucket."""

    longest_s = 900

    def command(self, *arguments):
        provider = ["--default-storage-provider", "s3"]
        prefix = ["--default-storage-prefix", "s3://bucket/run"]
        return super().command(*arguments, *provider, *prefix)


def write_study(folder: Path, bucket) -> None:
    """Write a study whose recordings lie in the bucket."""
    rows = ["recording\tsource\tchannel\trate_hz\tlabel\tsubject\tdatabase"]
    random = np.random.default_rng(0)
    time_s = np.arange(128 * 30) / 128
    for k in range(6):
        label, tone_hz = (("slow", 5), ("fast", 12))[k % 2]
        samples = np.sin(2 * np.pi * tone_hz * time_s) + 0.3 * random.standard_normal(time_s.size)
        file = io.BytesIO()
        np.save(file, samples.astype(np.float32))
        bucket.put_object(Key=f"data/r{k}.npy", Body=file.getvalue())
        rows.append(f"r{k}\ts3://bucket/data/r{k}.npy\t0\t128\t{label}\tp{k}\tdb")
    (folder / "recordings.tsv").write_text("\n".join(rows) + "\n")
    (folder / "config.yaml").write_text(CONFIG)


def keys_of(bucket) -> dict[str, object]:
    """Return when each object of the results was written, by its path."""
    found = bucket.objects.filter(Prefix="run/")
    return {entry.key.removeprefix("run/"): entry.last_modified for entry in found}


def read(bucket, key: str):
    return json.loads(bucket.Object(f"run/{key}").get()["Body"].read())


def test_a_study_in_a_bucket_is_killed_and_goes_on(bucket, tmp_path):
    write_study(tmp_path, bucket)
    study = InBucket(tmp_path)
    run = study.begin()
    end = time.monotonic() + InBucket.longest_s
    while not any("resampled" in key for key in keys_of(bucket)):
        assert run.poll() is None and time.monotonic() < end, "nothing was there to be killed"
        time.sleep(0.5)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    before = keys_of(bucket)
    study.run("--unlock")
    shown = study.run().stdout
    after = keys_of(bucket)
    kept = [key for key in before if "/recordings/" in key]
    assert kept and {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert "s3://bucket/run/results/tiny/summary.json" in shown
    assert not (tmp_path / "results/tiny").exists()  # downloads are kept beside it
    assert read(bucket, SCORES)["accuracy"] == 1
    assert {"download", "resample", "classify"} <= set(
        read(bucket, "results/tiny/provenance.json")["rules"]
    )
    assert "results/tiny/study.html" in after
    again = study.run("--dry-run").stdout
    assert "Nothing to be done" in again
    samples = np.sin(2 * np.pi * 12 * np.arange(128 * 20) / 128)
    samples += 0.3 * np.random.default_rng(7).standard_normal(samples.size)
    np.save(tmp_path / "new.npy", samples)
    given = ["apply_to=new.npy", "rate_hz=128", "model=classifiers"]
    said = study.run("apply", "--config", *given).stdout
    folder = "results/tiny/apply/classifiers/new"
    assert f"s3://bucket/run/{folder}/report.html" in said
    lines = bucket.Object(f"run/{folder}/recordings.tsv").get()["Body"].read().decode()
    header, row = (line.split("\t") for line in lines.splitlines())
    assert dict(zip(header, row, strict=True))["table"] == "fast"
    assert not (tmp_path / "results/tiny").exists()


def test_a_study_is_made_of_a_dataset_without_a_login(bucket, tmp_path, monkeypatch):
    random = np.random.default_rng(0)
    objects = {"dataset_description.json": b'{"Name": "Two groups"}'}
    people = "participant_id\tgroup\n"
    for k in range(4):
        people += f"sub-{k}\t{('young', 'old')[k % 2]}\n"
        write_edf(tmp_path / "a.edf", random.uniform(-1, 1, 500 * 300), 500)
        name = f"sub-{k}/eeg/sub-{k}_task-rest_eeg.edf"
        objects[name] = (tmp_path / "a.edf").read_bytes()
    objects["participants.tsv"] = people.encode()
    for name, body in objects.items():
        bucket.put_object(Key=f"ds1/{name}", Body=body, ACL="public-read")
    bucket.Acl().put(ACL="public-read")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    assert main(["new", "s3://bucket/ds1/", "--study", "groups", "--channel", "LEAD"]) == 0
    table = read_table_cells(tmp_path / "config/groups/recordings.tsv")
    assert list(table["label"]) == ["young", "old"] * 2
    assert table["source"][2] == "s3://bucket/ds1/sub-0/eeg/sub-0_task-rest_eeg.edf"
    (file,) = fetch(table["source"][2], tmp_path / "fetched")
    assert file.stat().st_size == (tmp_path / "a.edf").stat().st_size


def test_jobs_run_on_nodes_that_share_no_disk(bucket, tmp_path, monkeypatch):
    for part in ("Snakefile", "workflow", "envs"):
        of = ROOT / part
        copy = shutil.copytree if of.is_dir() else shutil.copy
        copy(of, tmp_path / part)
    for git in (["init", "--quiet"], ["add", "."]):  # a clone, of which git lists the files
        subprocess.run(["git", *git], cwd=tmp_path, check=True)
    write_study(tmp_path, bucket)
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    command = [sys.executable, "-m", "snakemake", "--configfile", "config.yaml", "--jobs", "2"]
    command += ["--executor", "elsewhere", "--shared-fs-usage", "none"]
    command += ["--default-storage-provider", "s3", "--default-storage-prefix", "s3://bucket/run"]
    targets = [SCORES, "results/tiny/spectrogram/0.h5"]
    done = subprocess.run(
        [*command, *targets], cwd=tmp_path, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-6000:]
    assert set(targets) <= set(keys_of(bucket))
    assert read(bucket, SCORES)["accuracy"] == 1
    assert not (tmp_path / "results/tiny").exists()  # downloads are kept beside it
