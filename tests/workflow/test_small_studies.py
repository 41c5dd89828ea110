"""The real recordings go from their sources to judged segments, few of them rejected."""

from collections import Counter, defaultdict

import numpy as np

from biospectra.formats.read import read
from biospectra.signals.cleaning import clean_signal
from biospectra.signals.quality import assess, find_defects
from biospectra.signals.resampling import resample_signal
from biospectra.sources.fetch import fetch
from support import small_studies
from support.data import needs_data

pytestmark = needs_data
OPTIONAL = ("start_s", "duration_s", "rate_hz", "variable")


def counts_of(rows: list[dict], tmp_path) -> dict[str, Counter]:
    """Fetch, read, clean, resample and judge every row; returns reasons by database."""
    base = small_studies.write_mirror(tmp_path / "mirror")
    counts = defaultdict(Counter)
    for row in rows:
        part = {key: row[key] for key in ("start_s", "duration_s") if row[key] != ""}
        files = fetch(
            row["source"],
            tmp_path / "files" / row["recording"],
            cache=tmp_path / "cache",
            physionet_base=base,
            **part,
        )
        given = {key: row[key] for key in OPTIONAL if row[key] != ""}
        signal = read(files[0], channel=row["channel"], **given)
        defects = find_defects(signal.samples, signal.rate_hz)
        ready = resample_signal(clean_signal(signal, baseline="highpass"), 512).samples
        windows = ready[: ready.size // 2560 * 2560].reshape(-1, 2560)
        starts_s = 5.0 * np.arange(len(windows))
        found = assess(windows, rate_hz=512, starts_s=starts_s, defects=defects)
        counts[row["database"]].update(found.tolist())
    return counts


def test_biosignals(tmp_path):
    rows = small_studies.biosignals_rows()
    rows = [row for k, row in enumerate(rows) if k % 4 == 0 or row["database"] == "emgdb"]
    counts = counts_of(rows, tmp_path)
    assert set(counts) == {"mitdb", "cinc2017", "eegmat", "emg_lower_limb", "emgdb"}
    for database, found in counts.items():
        assert found["ok"] >= 0.98 * found.total(), (database, found)


def test_ecg_rhythm(tmp_path):
    rows = small_studies.ecg_rhythm_rows()
    counts = counts_of([row for k, row in enumerate(rows) if k > 40 or k % 8 == 0], tmp_path)
    assert set(counts) == {"mitdb", "chfdb", "nsrdb"}
    for database, found in counts.items():
        assert found["ok"] >= 0.98 * found.total(), (database, found)


def test_tables_are_whole(tmp_path):
    for rows in (small_studies.biosignals_rows(), small_studies.ecg_rhythm_rows()):
        names = [row["recording"] for row in rows]
        assert len(set(names)) == len(names)
        people = {row["subject"]: row["label"] for row in rows}
        assert all(people[row["subject"]] == row["label"] for row in rows)
        path = small_studies.write_small_study(tmp_path / "recordings.tsv", rows)
        assert path.read_text().startswith("recording\tsource\tchannel\tlabel\tsubject\tdatabase")
