"""Make recordings.tsv of PTB-XL at 100 Hz, from the database's two tables.

    python config/ptbxl/make_table.py FOLDER

FOLDER holds ptbxl_database.csv and scp_statements.csv of PTB-XL 1.0.3. The recordings come from
PhysioNet when the study runs, or from `physionet_mirror`.
"""

import ast
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from biospectra.sources.record_lists import write_recordings

HERE = Path(__file__).resolve().parent
DATABASE = "ptb-xl/1.0.3"
LEADS = "I;II;III;AVR;AVL;AVF;V1;V2;V3;V4;V5;V6"
SEX = {"0": "male", "1": "female"}
OLDEST = 89  # years; who is older has 300 in the table
# The benchmark's protocol: nine folds to learn from, of which the ninth is for choices.
VALIDATION, TEST = 9, 10


def superclasses(statements: Path) -> dict[str, str]:
    """Return the diagnostic superclass of each statement that has one."""
    with statements.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    at = rows[0].index("diagnostic_class")
    return {row[0]: row[at] for row in rows[1:] if row[at]}


def rows(folder: Path) -> Iterator[dict]:
    """Yield a row for each recording."""
    classes = superclasses(folder / "scp_statements.csv")
    with (folder / "ptbxl_database.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            codes = sorted(ast.literal_eval(row["scp_codes"]))
            fold, age = int(float(row["strat_fold"])), float(row["age"] or "nan")
            split = {VALIDATION: "validation", TEST: "test"}.get(fold, "training")
            yield {
                "recording": f"ptbxl_{int(row['ecg_id']):05d}",
                "source": f"physionet:{DATABASE}/{row['filename_lr']}",
                "channel": LEADS,
                "label": "ECG",
                "subject": f"ptbxl_{int(float(row['patient_id']))}",
                "database": "ptbxl",
                "split": split,
                "age": f"{age:g}" if age <= OLDEST else "",
                "sex": SEX.get(row["sex"].partition(".")[0], ""),
                "superclass": ";".join(sorted({classes[one] for one in codes if one in classes})),
                "statements": ";".join(codes),
            }


def main(folder: str | Path, output: str | Path = HERE / "recordings.tsv") -> None:
    """Write the table."""
    write_recordings(output, list(rows(Path(folder))))


if __name__ == "__main__":
    main(*sys.argv[1:])
