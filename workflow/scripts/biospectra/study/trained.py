"""The folder of a trained model: results/STUDY/model/NAME."""

import json
from pathlib import Path

from biospectra.errors import StudyError

SETTINGS = "settings.json"
BAND = "native_bands.tsv"  # there only where the study limits all recordings to one band


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
    rows : of the recordings
    by_label : the trained study's cleaning of single classes
    where, how : what the message calls them, and how a class is told

    Raises
    ------
    StudyError
        Naming the first, and the remedy.
    """
    untold = [row["recording"] for row in rows if row.get("label", "unknown") == "unknown"]
    if by_label and untold:
        raise StudyError(
            f"{where}: {untold[0]}: the model learnt from recordings cleaned according to their "
            f"class (resample.by_label), and this one's is not told; {how}, or train a model "
            "without by_label."
        )


def read_settings(folder: str | Path) -> dict:
    """Return the settings that a bundle's model was trained with.

    Raises
    ------
    StudyError
        If there is no such model; names those that there are.
    """
    folder = Path(folder)
    file = folder / SETTINGS
    if not file.is_file():
        there = sorted(path.parent.name for path in folder.parent.glob(f"*/{SETTINGS}"))
        raise StudyError(
            f"{folder}: there is no trained model here; "
            + (
                f"the study has: {', '.join(there)} (--config model=NAME)."
                if there
                else "run snakemake first, which makes results/STUDY/model/NAME of each of the "
                "config's autoencoders."
            )
        )
    return json.loads(file.read_text())
