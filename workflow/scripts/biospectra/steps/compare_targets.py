"""Compare the models of the same target, on the people that they share."""

import json
from pathlib import Path

from biospectra.evaluation.target_pairs import compare_targets, pairs_of
from biospectra.store.tables import read_tsv


def compare_predictions(
    predictions: dict[str, str], output: str | Path, *, targets: dict, draws: int, seed: int
) -> None:
    """Write how much better one model of a target is than another.

    Parameters
    ----------
    predictions : dict of str to str
        Of each target, the table of held-out recordings.
    output : path
        Written: JSON, for each pair first and second, and what `compare_targets` gives; those that
        share nothing are left out.
    targets : dict
        Of the config.
    draws, seed : int
        Of the bootstrap over people.
    """
    tables = {
        name: read_tsv(path, ["recording", "subject", targets[name]["column"], "predicted"])
        for name, path in predictions.items()
    }
    found = []
    for one, other in pairs_of(targets):
        entries = sorted(
            (targets[one], targets[other]), key=lambda entry: entry["evaluation"] == "holdout"
        )
        pair = compare_targets(tables[one], tables[other], entries[0], draws=draws, seed=seed)
        if pair is not None:
            found.append({"first": one, "second": other} | pair)
    Path(output).write_text(json.dumps(found, indent=2) + "\n")
