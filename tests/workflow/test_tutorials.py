"""The tutorials of the site: each runs, draws, and shows what its page says."""

import os
import runpy
import subprocess
import sys
import sysconfig

import numpy as np
import pytest

from support.harness import ROOT

TUTORIALS = ROOT / "docs/tutorials"
SCRIPTS = sorted(path.stem for path in TUTORIALS.glob("*.py"))
NEW = ("first", "second", "third")  # recordings of 7_apply
FIGURES = dict(zip(SCRIPTS, (1, 2, 2, 1, 1, 1, 1, 0), strict=True))


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run a tutorial away from the repository; return what it has computed."""
    import matplotlib.pyplot as plt

    def run(name: str) -> dict:
        monkeypatch.chdir(tmp_path)
        shown = []
        monkeypatch.setattr(plt, "show", lambda: shown.extend(plt.get_fignums()))
        with plt.rc_context({"backend": "agg"}):
            made = runpy.run_path(str(TUTORIALS / f"{name}.py"))
            for number in plt.get_fignums():
                plt.figure(number).canvas.draw()
            plt.close("all")
        assert len(set(shown)) == FIGURES[name]
        return made

    return run


def test_rhythms_stand_out_in_the_columns_that_the_page_names(run):
    table = run("1_ecg_rhythms")["table"]
    assert table["rr_rmssd"].idxmin() == "sinus rhythm"
    assert table["qrs_width_largest_s"].idxmax() == "bigeminy"
    assert table["p_likeness"].idxmin() == "atrial fibrillation"


def test_the_rhythm_of_a_state_is_read_off_its_image(run, capsys):
    run("2_eeg_states")
    closed, asleep = (line.split()[-2] for line in capsys.readouterr().out.splitlines())
    assert float(closed) == pytest.approx(10, abs=0.5)
    assert 0.5 < float(asleep) < 1.7


def test_a_tiring_muscles_bands_change_places(run):
    difference_db = run("3_emg_tasks")["balance_db"]
    assert np.polyfit(range(20), difference_db, 1)[0] * 20 < -10


def test_a_sound_is_read_as_it_was_written(run):
    made = run("4_sound")
    written = made["sound"] * 0.8 / np.abs(made["sound"]).max()
    np.testing.assert_allclose(made["signal"].samples, written, atol=2**-15)


@pytest.mark.slow
def test_random_segments_give_a_score_that_does_not_hold_for_new_people(run):
    scores = run("5_honest_split")["scores"]
    assert scores["random segments"].mean() > 0.95
    assert scores["held-out people"].mean() == pytest.approx(0.5, abs=0.15)


@pytest.mark.slow
def test_features_without_labels_hold_what_band_powers_hold_little_of(run):
    means = {line.get_label(): line.get_ydata() for line in run("6_encoders")["axis"].lines}
    for name in ("components of images", "scattering"):
        assert (means[name][2:] > means["band powers"][2:]).all()


@pytest.mark.slow
def test_a_folder_becomes_predictions(tmp_path):
    environment = {
        **os.environ,
        "MPLBACKEND": "agg",
        "PYTHONPATH": str(ROOT / "workflow/scripts"),
        "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
    }
    command = [sys.executable, str(TUTORIALS / "7_apply.py")]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    (columns,) = (line for line in lines if line[:2] == ["recording", "segments"])
    rows = {line[0]: dict(zip(columns, line, strict=False)) for line in lines}
    found = [
        (rows[name]["band_powers"], rows[name]["unlike_training"]) for name in rows if name in NEW
    ]
    assert found[:2] == [("open", "False"), ("closed", "False")]
    assert found[2][1] == "True"


def test_the_default_studys_page_says_where_its_results_are_not_there(run, capsys):
    assert run("8_default_study")["scores"].empty
    assert "`make run` makes it first" in capsys.readouterr().out


def test_a_tutorial_can_be_read_on_a_few_screens():
    assert all(len((TUTORIALS / f"{name}.py").read_text().splitlines()) < 90 for name in SCRIPTS)
