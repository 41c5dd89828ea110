"""Encoders and tables of features side by side: scores by person and labels, and what they hold."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from biospectra.evaluation.caveats import TRANSDUCTIVE
from biospectra.evaluation.label_efficiency import ALL, Drawn, labelled_people
from biospectra.evaluation.leaks import LEARNT, refuse_leaks
from biospectra.evaluation.side_by_side import (
    Benchmarked,
    correct_readouts,
    pairs_by_share,
    read_out,
    scores_by_share,
)
from biospectra.evaluation.significance import READOUTS
from biospectra.features.joined import MOST_HELD, read_encoded_rows, read_joined
from biospectra.models.classifiers import makers_of
from biospectra.models.projection import projection_of
from biospectra.store.cost import seconds_of_jobs
from biospectra.store.dataset import read_split
from biospectra.store.features import StoredFeatures, holds_table
from biospectra.store.rows import recording_of
from biospectra.store.tables import write_tsv

IN_MEMORY = 2  # folds of features at once


def benchmark_encoders(
    folded: dict[str, list[str]],
    splits: list[str],
    recorders: list[str],
    *,
    scores: str | Path,
    table: str | Path,
    jobs: dict[str, list[list[str]]],
    twins: list[tuple[str, str]],
    transductive: list[str],
    labels: list[str],
    classifier: str,
    tune: bool,
    pooling: str,
    label_shares: list[float],
    label_draws: int,
    window_s: float,
    sessions: list[dict] | None,
    draws: int,
    seed: int,
    threads: int,
) -> None:
    """Measure encoders and tables of features, each alone, by one classifier, on the same people.

    Parameters
    ----------
    folded : dict of str to list of str
        By name: for each fold the features of the encoder that did not learn from its people; of a
        table the same file for all.
    splits : list of str
        The split of each fold.
    recorders : list of str
        Tables of `biospectra.steps.recorder.describe_recorders`.
    scores : path
        Written: JSON with classifier, tuned, people, segments, why_no_interval, chance, methods,
        pairs and twins. Of each method kind, columns, seconds, shares (by share of labelled people:
        balanced_accuracy, the mean over draws, interval, standard_deviation over draws, people;
        tuned_share, of the folds of all draws, in which a strength could be chosen, and strengths,
        how often each was), person, recorder and database (with p_value_holm, corrected for all
        that was read out).
    table : path
        Written: tab-separated, a row for each method and share.
    jobs : dict of str to list of list of str
        For each fold the records that snakemake kept of the jobs which made the features.
    twins : list of tuple of str
        Encoders and the same untrained.
    transductive : list of str
        Encoders that learn from samples of the people whom a fold holds out.
    labels : list of str
        The classes.
    classifier, pooling : str
        The candidate, and the pooling of encoders' maps, as for a classifier of kind table.
    tune : bool
        Whether its strength of regularisation is chosen among the people whose labels are learnt
        from, by `biospectra.evaluation.cross_validation.choose_candidate`; person, recorder and
        database are read out with scikit-learn's default.
    label_shares, label_draws : list of float or int
        Shares of the training people whose labels are learnt from, and draws of each.
    window_s : float
        Length of a segment.
    sessions : list of dict or None
        Where channels are joined, as for `biospectra.features.joined.read_joined`.
    draws, seed : int
        Of the bootstrap over people, of the classifier and of labelled people.
    threads : int
        Of the classifier.
    """
    rows = _common_rows(folded, sessions)
    fold = _folds(rows, splits)
    code = rows["label"].map({label: i for i, label in enumerate(labels)}).to_numpy()
    people = rows["subject"].to_numpy(str)
    shares = sorted({*label_shares, ALL})
    drawn = Drawn(code, people, labels, draws=draws, seed=seed)
    options = {"seed": seed, "threads": threads}
    (probe,) = makers_of([classifier], tune=False, **options).values()
    common = Benchmarked(
        rows=rows,
        fold=fold,
        code=code,
        labelled=labelled_people(rows, fold, shares, draws=label_draws, seed=seed),
        groups={
            "recorder": _recorders(rows, recorders, sessions),
            "database": rows["database"].to_numpy(str),
        },
        makers=makers_of([classifier], tune=tune, **options),
        probe=probe,
        window_s=window_s,
        folds=len(splits),
        draws=draws,
        seed=seed,
    )
    methods, samples = {}, {}
    for name, files in folded.items():
        print(f"{name} ...", flush=True)
        values = _reader(files, rows, pooling, sessions, seed)
        by_share, samples[name] = scores_by_share(values, common, drawn)
        methods[name] = {
            "kind": _kind_of(name, files[0], transductive),
            "columns": int(values(0).shape[1]),
            "seconds": seconds_of_jobs(jobs.get(name, [])),
            "shares": by_share,
            **read_out(values, common),
        }
    correct_readouts(methods)
    result = {
        "classifier": classifier,
        "tuned": tune,
        "people": len(set(people)),
        "segments": len(rows),
        "why_no_interval": drawn.why_not,
        "chance": 1 / len(labels),
        "methods": methods,
        "pairs": pairs_by_share(list(folded), shares, samples, drawn.fewest),
        "twins": [list(pair) for pair in twins],
    }
    Path(scores).write_text(json.dumps(result, indent=2) + "\n")
    write_tsv(pd.DataFrame(_lines(methods)), table, "%.4f")


def _kind_of(name: str, file: str, transductive: list[str]) -> str:
    if holds_table(file):
        return "table"
    return TRANSDUCTIVE if name in transductive else "encoder"


def _common_rows(folded: dict[str, list[str]], sessions: list[dict] | None) -> pd.DataFrame:
    """Return the rows that all features have, in the order of the first."""
    common = None
    for files in folded.values():
        table = holds_table(files[0])
        own = read_encoded_rows(files[0], None if table else sessions)
        keys = pd.MultiIndex.from_frame(own[["recording", "segment"]])
        if common is None:
            common = own
        else:
            mine = pd.MultiIndex.from_frame(common[["recording", "segment"]])
            common = common[mine.isin(keys)]
    return common.reset_index(drop=True)


def _folds(rows: pd.DataFrame, splits: list[str]) -> np.ndarray:
    """Return in which fold each row is held out, by its person."""
    of: dict[str, int] = {}
    for k, path in enumerate(splits):
        split = read_split(path)
        test = split[split["split"] == "test"]
        refuse_leaks(split[split["split"].isin(LEARNT)], test, f"fold {k}")
        of |= dict.fromkeys(test["subject"], k)
    return rows["subject"].map(of).to_numpy(int)


def _reader(
    files: list[str], rows: pd.DataFrame, pooling: str, sessions: list[dict] | None, seed: int
):
    """Return the function that gives the features of a fold, in the order of the rows."""
    wanted = pd.MultiIndex.from_frame(rows[["recording", "segment"]])

    @lru_cache(IN_MEMORY)
    def read(path: str) -> np.ndarray | StoredFeatures:
        projections = [projection_of(path, pooling, seed)]
        values, own, _ = read_joined(
            [path],
            pooling=pooling,
            projections=projections,
            sessions=sessions,
            most=MOST_HELD // IN_MEMORY,
        )
        place = pd.MultiIndex.from_frame(own[["recording", "segment"]]).get_indexer(wanted)
        return values[place]

    return lambda k: read(files[k])


def _recorders(rows: pd.DataFrame, recorders: list[str], sessions: list[dict] | None) -> np.ndarray:
    """Name the recorder of each row: its native rate and its converter's step."""
    given = {"sep": "\t", "dtype": {"recording": str}, "keep_default_na": False}
    facts = pd.concat([pd.read_csv(path, **given) for path in recorders])
    if not rows["recording"].isin(facts["recording"]).all():  # of several channels
        session = {one["recording"]: one["session"] or one["recording"] for one in sessions or []}
        whole = [recording_of(name) for name in facts["recording"]]
        facts = facts.assign(recording=[session.get(name, name) for name in whole])
    facts = facts.drop_duplicates("recording").set_index("recording")
    own = facts.loc[rows["recording"]]
    pairs = zip(own["native_rate_hz"], own["step"], strict=True)
    return np.array([f"{rate:g} Hz, step {step:.2g}" for rate, step in pairs])


def _lines(methods: dict[str, dict]):
    for name, about in methods.items():
        for at in about["shares"]:
            low, high = at["interval"] or (None, None)
            line = {"features": name, "kind": about["kind"], "columns": about["columns"]}
            line |= {"labelled_share": at["share"], "labelled_people": at["people"]}
            line |= {"balanced_accuracy": at["balanced_accuracy"], "low": low, "high": high}
            line |= {"standard_deviation": at["standard_deviation"]}
            line |= {"tuned_share": at["tuned_share"], "strength": next(iter(at["strengths"]), "")}
            line |= {"seconds": about["seconds"]}
            for what, key in READOUTS.items():
                line |= {what: about[what].get(key), f"{what}_chance": about[what].get("chance")}
                line |= {f"{what}_p_holm": about[what].get("p_value_holm")}
            yield line
