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
            check = getattr(kinds[entry["kind"]], "check", None)
            if check is not None:
                try:
                    check(name, entry, config)
                except StudyError as error:
                    yield from error.problems
