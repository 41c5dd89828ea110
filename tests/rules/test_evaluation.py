"""The rules that ask whether a score can be believed, each run by snakemake."""

import json

import pandas as pd


def test_recorder_describes_the_recordings_as_published(tiny):
    tables = tiny.make("audit/0.tsv", "audit/1.tsv")
    facts = pd.concat([pd.read_csv(path, sep="\t") for path in tables]).set_index("recording")
    assert len(facts) == 8
    assert (facts["native_rate_hz"] == 250).all()
    steps = facts.loc["slow_2":"slow_3", "step"]
    assert facts.loc["slow_3", "step"] == 1e-5 or abs(facts.loc["slow_3", "step"] - 1e-5) < 1e-7
    assert (steps > 0).all()


def test_audit_scores_what_is_not_physiology(tiny):
    scores, picture = tiny.make("audit/audit.json", "audit/audit.png")
    result = json.loads(scores.read_text())
    assert "every recorder reaches" in result["predictors"]["band_above"]["why_not"]
    assert result["segments"]["slow"] == {"one": 30, "two": 30}
    assert result["predictors"]["native_rate"]["balanced_accuracy"] <= 0.5
    assert result["predictors"]["band_below"]["balanced_accuracy"] == 1  # 8 Hz and 40 Hz
    assert result["one_database"] == []
    assert picture.stat().st_size > 10_000
