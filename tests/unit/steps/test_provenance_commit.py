"""Provenance names the commit of the workflow, in a container as well."""

import subprocess

from biospectra.steps.provenance import COMMIT, git_state


def test_a_clone_says_its_commit_and_whether_it_was_changed(tmp_path, monkeypatch):
    monkeypatch.setenv(COMMIT, "of an image")
    file = tmp_path / "a.py"
    file.write_text("1\n")
    told = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "a.py"], [*told, "commit", "-q", "-m", "a"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert git_state(file) == {"commit": head, "changed": False}
    file.write_text("2\n")
    assert git_state(file) == {"commit": head, "changed": True}


def test_an_image_without_a_history_says_what_it_was_told(tmp_path, monkeypatch):
    (tmp_path / "a.py").touch()
    monkeypatch.setenv(COMMIT, "0123abc")
    assert git_state(tmp_path / "a.py") == {"commit": "0123abc", "changed": None}
    monkeypatch.setenv(COMMIT, "")  # as of a build that was not told it
    assert git_state(tmp_path / "a.py") == {"commit": None, "changed": None}
