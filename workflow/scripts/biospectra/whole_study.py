"""A study checked before any job: its config, its table, and what they need together."""

from pathlib import Path

import pandas as pd

from biospectra.enough import check_people
from biospectra.folds import check_folds
from biospectra.sessions import check_sessions
from biospectra.study import complete_config, load_schema, read_recordings


def read_study(config: dict, schemas: Path, name: str) -> tuple[dict, pd.DataFrame]:
    """Return the config with all defaults and the table of recordings.

    Parameters
    ----------
    config : the user's keys
    schemas : folder of config.schema.yaml and recordings.schema.yaml
    name : what messages call the config, its file

    Raises
    ------
    StudyError
        For what is wrong with either; names the file, the key or row, and the remedy.
    """
    config = complete_config(config, load_schema(schemas / "config.schema.yaml"), name)
    path = config["recordings"]
    recordings = read_recordings(
        path,
        load_schema(schemas / "recordings.schema.yaml"),
        config["labels"],
        annotated=bool(config["segments"]["annotations"]["mapping"]),
    )
    if not (config["autoencoders"] or config["classifiers"] or config["features"]):
        # Nothing is learnt, so nobody is set aside: images of one person are a study too.
        config["split"]["fractions"] = {"training": 1, "validation": 0, "test": 0}
    check_people(recordings, config["split"], path)
    check_folds(config, recordings, name)
    if any(table["join_channels"] for table in config["features"].values()):
        check_sessions(recordings, path)
    return config, recordings
