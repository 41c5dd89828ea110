"""What is wrong with the table of recordings, also where the config is not yet right."""

from pathlib import Path
from typing import Any

from biospectra.errors import StudyError
from biospectra.study.recordings import load_recordings, with_columns
from biospectra.study.schema import load_schema
from biospectra.study.table import read_table_cells


def value_at(config: Any, *keys: str) -> Any:
    """Return what a config says at a place; None where there is no such place.

    Parameters
    ----------
    config : dict or anything else
        As its user wrote it.
    *keys : str
        From the outermost to the one that is meant.

    Returns
    -------
    object
    """
    for key in keys:
        if not isinstance(config, dict):
            return None
        config = config.get(key)
    return config


def label_texts(config: dict) -> dict[str, str]:
    """Return the annotations that label segments, with their labels, as far as the config says.

    Parameters
    ----------
    config : dict
        As its user wrote it.

    Returns
    -------
    dict of str to str
        Of events that segments are cut around the label is empty.
    """
    events = value_at(config, "segments", "around", "event")
    if events:
        return dict.fromkeys(map(str, events if isinstance(events, list) else [events]), "")
    mapping = value_at(config, "segments", "annotations", "mapping")
    return mapping if isinstance(mapping, dict) else {}


def table_problems(config: dict, schemas: Path) -> tuple[str, ...]:
    """Return what is wrong with the table that a config names, whatever is wrong with the config.

    Parameters
    ----------
    config : dict
        As its user wrote it.
    schemas : path
        Folder of recordings.schema.yaml.

    Returns
    -------
    tuple of str
        Each with its remedy; none where the config names no table.
    """
    path = config.get("recordings")
    if not isinstance(path, str):
        return ()
    try:
        cells = read_table_cells(Path(path))
        columns, labels = (_texts(config.get(key)) for key in ("columns", "labels"))
        schema = with_columns(load_schema(schemas / "recordings.schema.yaml"), columns)
        if not labels:  # which the config does not say rightly
            labels = sorted(set(cells.get("label", [])))
        labels += [str(config["unlabelled"])] if config.get("unlabelled") else []
        load_recordings(path, schema, labels, annotated=bool(label_texts(config)))
    except StudyError as error:
        return error.problems
    return ()


def _texts(value: Any) -> list[str]:
    """Return a list of texts; none where it is something else."""
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return [one.strip() for one in value] if is_list else []
