"""Each entry of a study's config, checked by its kind."""

from collections.abc import Iterator

from biospectra.errors import StudyError, refuse
from biospectra.features import kinds as features
from biospectra.models import classifiers
from biospectra.models.kinds import ENCODERS, NETWORKS
from biospectra.transforms import kinds as images

SECTIONS = {
    "images": images.KINDS,
    "features": features.KINDS,
    "encoders": ENCODERS,
    "classifiers": NETWORKS | {"table": classifiers},
}


def check_kinds(config: dict) -> None:
    """Let the kind of each entry refuse what it cannot be.

    Parameters
    ----------
    config : dict
        Complete, with all defaults; what its entries name is there.

    Raises
    ------
    StudyError
        Naming the key and the remedy.
    """
    refuse(_refused(config))


def _refused(config: dict) -> Iterator[str]:
    for section, kinds in SECTIONS.items():
        for name, entry in config[section].items():
            yield from _of_one(kinds, name, entry, config)
    for name, entry in config["targets"].items():
        if "network" in entry:  # its kind takes it for a classifier's
            for problem in _of_one(NETWORKS, name, entry["network"], config):
                yield problem.replace(f"classifiers.{name}", f"targets.{name}.network", 1)


def _of_one(kinds: dict, name: str, entry: dict, config: dict) -> Iterator[str]:
    """Return what an entry's kind refuses of it."""
    check = getattr(kinds[entry["kind"]], "check", None)
    if check is not None:
        try:
            check(name, entry, config)
        except StudyError as error:
            yield from error.problems
