"""Settings of a network's training that do not go together."""

from biospectra.errors import StudyError


def check_training(entry: dict, config: dict, where: str) -> None:
    """Check how a network among the classifiers is trained.

    Parameters
    ----------
    entry : of the config's `classifiers`
    config : the whole
    where : what a message calls the entry

    Raises
    ------
    StudyError
        Names the key and the remedy.
    """
    if entry["class_weight"] == entry["sampling"] == "balanced":
        raise StudyError(
            f"{where}.class_weight: with sampling balanced too, rare classes would count twice; "
            "take one of them."
        )
    given = entry.get("input") or config["autoencoders"][entry["autoencoder"]]["input"]
    if given not in config["images"] and entry["augment"]["frequency_masks"]:
        raise StudyError(
            f"{where}.augment.frequency_masks: samples have no frequencies to mask; take "
            "time_masks, or an image as input."
        )
