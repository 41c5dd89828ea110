"""Make recordings.tsv of system B: 162 rows, from three databases' own lists of records.

    python config/ecg_rhythm/make_table.py [BASE]

BASE is an address or a folder laid out as https://physionet.org/files, the default. Of the
databases only their files RECORDS are read (under 1 kB). The recordings come when the study runs:
512 s of each by byte ranges, about 45 MB in all.
"""

import sys
from pathlib import Path

from biospectra.sources.fetch import PHYSIONET
from biospectra.sources.record_lists import list_records, write_recordings

HERE = Path(__file__).resolve().parent
DATABASES = {"mitdb/1.0.0": "ARR", "chfdb/1.0.0": "CHF", "nsrdb/1.0.0": "NSR"}
EXPECTED = {"mitdb/1.0.0": 48, "chfdb/1.0.0": 15, "nsrdb/1.0.0": 18}
ONE_PERSON = {"mitdb_201": "mitdb_201-202", "mitdb_202": "mitdb_201-202"}
DURATION_S = 512  # 65,536 samples at 128 Hz


def rows(base: str, cache: Path):
    """Yield a row for each lead of each record; leads by number, since their names differ."""
    for database, label in DATABASES.items():
        name = database.partition("/")[0]
        records = list_records(database, base=base, cache=cache)
        if len(records) != EXPECTED[database]:
            raise SystemExit(
                f"{database} lists {len(records)} records, not {EXPECTED[database]} as published"
            )
        for record in records:
            for lead in (0, 1):
                yield {
                    "recording": f"{name}_{record}_lead{lead}",
                    "source": f"physionet:{database}/{record}",
                    "channel": lead,
                    "label": label,
                    "subject": ONE_PERSON.get(f"{name}_{record}", f"{name}_{record}"),
                    "database": name,
                    "start_s": 0,
                    "duration_s": DURATION_S,
                }


def main(base: str = PHYSIONET, output: str | Path = HERE / "recordings.tsv") -> None:
    """Write the table."""
    write_recordings(output, rows(base, HERE.parents[1] / "results" / ".cache"))


if __name__ == "__main__":
    main(*sys.argv[1:])
