"""The table of the recordings' native sampling rates."""

import csv
from pathlib import Path


def native_rates(path: str | Path) -> list[float]:
    """Return the native sampling rates in a table of `native_bands`, each once, in Hz."""
    with Path(path).open(newline="", encoding="utf-8") as table:
        lines = csv.DictReader(table, delimiter="\t")
        return sorted({float(line["native_rate_hz"]) for line in lines})
