"""The folder of a trained model: results/STUDY/model/NAME.

It may come from anyone, and nothing in it is run: arrays and JSON, networks in Keras's safe mode,
scikit-learn by skops, tables of text. What reads each of them refuses everything else:
`biospectra.models.saved_network`, `saved_estimator`, `embedding` and `novelty`, and this module.
"""

import json
import re
from pathlib import Path

from biospectra.errors import StudyError, refused
from biospectra.store.native_rates import native_rates

FORMAT = 4  # of the folder; another one for every change that an older version would misread
SETTINGS = "settings.json"
UMAP, MAP, NOVELTY = "umap.npz", "map.tsv", "novelty.npz"
SIGNAL = "signal_novelty.npz"  # the novelty of amplitude and polarity; older models have none
PEOPLE = "people.npz"  # of whom new recordings as a group are compared; older models have none
BAND = "native_bands.tsv"  # there only where the study limits all recordings to one band
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # of a study, as its config's schema has it
WITHOUT_ENCODER = "classifiers"  # the model of a study that has no encoder
# Of the settings, by name.
NAMED_PARTS = ("images", "features", "encoders", "classifiers", "targets")
_KINDS_OF_SETTINGS: dict[type, tuple[str, ...]] = {
    dict: ("files", "resample", "segments", *NAMED_PARTS),
    list: ("labels", "units", "channels", "joined", "joined_names"),
    int: ("seed",),
}


def encoder_file(name: str) -> str:
    """Name the file of an encoder in the folder."""
    return f"encoder_{name}.keras"


def classifier_file(name: str, entry: dict) -> str:
    """Name the file of a classifier in the folder."""
    return f"classifier_{name}.{'skops' if entry['kind'] == 'table' else 'keras'}"


def uncertainty_file(name: str) -> str:
    """Name the file in the folder that says how sure a classifier may be."""
    return f"uncertainty_{name}.json"


def target_file(name: str, entry: dict) -> str:
    """Name the file in the folder of what predicts a target."""
    return f"target_{name}.{'keras' if 'network' in entry else 'skops'}"


def thresholds_file(name: str) -> str:
    """Name the file in the folder of the labels of a target, each with its threshold."""
    return f"thresholds_{name}.json"


def model_folder(config: dict, results: Path) -> Path:
    """Return the folder that the config's `model` means: a folder, or a model of the study's.

    Parameters
    ----------
    config : dict
        The study's keys, with the `model` named on the command line, if there is one.
    results : path
        The folder that holds each study's results.

    Raises
    ------
    StudyError
        If `model` is left out and the study has several or none.
    """
    models = results / str(config["study"]) / "model"
    named = config.get("model")
    if named is not None:
        folder = Path(str(named))
        return folder if (folder / SETTINGS).is_file() else models / folder
    there = sorted(path.parent for path in models.glob(f"*/{SETTINGS}"))
    if len(there) != 1:
        listed = ", ".join(path.name for path in there) or "none yet"
        raise StudyError(
            f"model: which of the trained models of {models}? There are: {listed}; "
            "add model=NAME to --config."
        )
    return there[0]


def refuse_untold(rows: list[dict], by_label: dict, where: str, how: str) -> None:
    """Refuse recordings whose class is not told to a model that was cleaned by class.

    Parameters
    ----------
    rows : list of dict
        Rows of the recordings.
    by_label : dict
        The trained study's cleaning of single classes.
    where, how : str
        What the message calls them, and how a class is told.

    Raises
    ------
    StudyError
        Naming the first, and the remedy.
    """
    untold = [row["recording"] for row in rows if row.get("label", "unknown") == "unknown"]
    if by_label and untold:
        raise StudyError(
            f"{where}: {untold[0]}: the model learnt from recordings cleaned according to their "
            f"class (resample.by_label), and this one's is not given; {how}, or train a model "
            "without by_label."
        )


def write_settings(folder: str | Path, settings: dict) -> None:
    """Write the settings of a model beside its files, which are all there, with their sizes."""
    folder = Path(folder)
    files = {file.name: file.stat().st_size for file in sorted(folder.iterdir())}
    text = json.dumps({"format": FORMAT, "files": files, **settings}, indent=2)
    (folder / SETTINGS).write_text(text + "\n")


def read_settings(folder: str | Path) -> dict:
    """Return the settings that a model was trained with, after a look at whether it is whole.

    Raises
    ------
    StudyError
        If there is no such model, naming those that there are; if it is of another format; if a
        file is missing or shorter than it was.
    """
    folder = Path(folder)
    file = folder / SETTINGS
    if not file.is_file():
        there = sorted(path.parent.name for path in folder.parent.glob(f"*/{SETTINGS}"))
        below = sorted(path.parent for path in folder.glob(f"*/{SETTINGS}"))
        raise StudyError(
            f"{folder}: there is no trained model here; "
            + (
                f"take one of those in it: {', '.join(map(str, below))}."
                if below
                else f"the study has: {', '.join(there)} (--config model=NAME)."
                if there
                else "run snakemake first, which makes results/STUDY/model/NAME: NAME is an "
                f"encoder of the config, or {WITHOUT_ENCODER} where it has none."
            )
        )
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
        made = settings.get("format", "none")
    except (AttributeError, RecursionError, ValueError) as problem:
        raise refused(file, problem) from problem
    if made != FORMAT:
        raise StudyError(
            f"{folder}: a model of format {made}, and this version of biospectra reads format "
            f"{FORMAT}; run snakemake in the study that it comes from, which makes it again, or "
            "use the version that made it."
        )
    _check_whole(folder, settings)
    return settings


def _check_whole(folder: Path, settings: dict) -> None:
    """Raise StudyError unless the settings are complete and all files are there as written."""
    try:
        for kind, keys in _KINDS_OF_SETTINGS.items():
            wrong = [key for key in keys if not isinstance(settings[key], kind)]
            if wrong:
                raise TypeError(f"{wrong[0]} is {settings[wrong[0]]!r}")
        study, files = settings["study"], settings["files"]
        needed = [encoder_file(name) for name in settings["encoders"]]
        needed += [classifier_file(*named) for named in settings["classifiers"].items()]
        needed += [target_file(*named) for named in settings["targets"].items()]
        needed += map(thresholds_file, settings["targets"])
        needed += [NOVELTY, MAP] if settings["novelty"] else []
        needed += [UMAP] if settings["model"] in settings["encoders"] else []
        needed += [BAND] if settings["resample"]["common_band"] else []
        # Models made before there were any have none of these.
        later = [PEOPLE, SIGNAL, *map(uncertainty_file, settings["classifiers"])]
        needed += [name for name in later if name in files]
        sizes = {name: files[name] for name in needed}
        named = [
            study,
            settings["model"],
            *(name for part in NAMED_PARTS for name in settings[part]),
        ]
    except (AttributeError, KeyError, TypeError) as problem:
        raise refused(folder / SETTINGS, problem) from problem
    odd = [name for name in named if not NAME.fullmatch(str(name))]
    if odd:
        what = "a study" if odd[0] == study else "a part"
        raise refused(folder / SETTINGS, f"names {what} {odd[0]!r}, which is not allowed as a name")
    for name, size in sizes.items():
        path = folder / name
        if not path.is_file():
            raise refused(path, "is missing")
        if path.stat().st_size != size:
            raise refused(path, f"has {path.stat().st_size} bytes, not the {size} that it had")


def read_map(folder: str | Path):
    """Return the map, a DataFrame: a row for each segment that is on it, label, x and y."""
    import pandas as pd

    path = Path(folder) / MAP
    columns = {"label": str, "x": float, "y": float}
    try:
        found = pd.read_csv(path, sep="\t", dtype=columns, keep_default_na=False)
        return found[list(columns)]
    except (KeyError, OSError, ValueError) as problem:
        raise refused(path, problem) from problem


def native_bands_file(folder: str | Path, settings: dict) -> Path | None:
    """Return the table of native bands, if the model's study limited all recordings to one."""
    if not settings["resample"]["common_band"]:
        return None
    path = Path(folder) / BAND
    try:
        rates_hz = native_rates(path)
    except (KeyError, OSError, TypeError, ValueError) as problem:
        raise refused(path, problem) from problem
    if not rates_hz:
        raise refused(path, "has no row")
    return path
