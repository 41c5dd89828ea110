"""Names that keys of the config once had, and still may have."""

import copy
from collections.abc import Iterator

from biospectra.errors import refuse

OF_SECTION = ("autoencoders", "encoders")  # former and present name
OF_KEY = ("autoencoder", "encoder")  # of entries of `classifiers`


def with_present_names(config: dict) -> tuple[dict, list[str]]:
    """Return a config under the names that its keys have now, and what was renamed.

    Parameters
    ----------
    config : dict
        The user's keys, not yet checked; it is not changed.

    Returns
    -------
    config : dict
        A copy.
    notes : list of str
        A line where a former name was found.

    Raises
    ------
    StudyError
        If a key stands there under both names.
    """
    config, renamed = copy.deepcopy(config), []
    refuse(_twice(config))
    former, present = OF_SECTION
    if former in config:
        entries = config.pop(former)
        if isinstance(entries, dict):
            entries = entries | (config.get(present) or {})
        config[present] = {} if entries is None else entries
        renamed.append(f"{former} is called {present} now")
    former, present = OF_KEY
    for name, entry in _entries(config, "classifiers"):
        if former in entry:
            entry[present] = entry.pop(former)
            renamed.append(f"classifiers.{name}.{former} is called {present} now")
    return config, renamed


def _twice(config: dict) -> Iterator[str]:
    former, present = OF_SECTION
    both = dict(_entries(config, former)).keys() & dict(_entries(config, present)).keys()
    for name in sorted(both):
        yield (
            f"{former}.{name}: {present}.{name} is there, too, and both names mean the same; "
            "take one of them out."
        )
    former, present = OF_KEY
    for name, entry in _entries(config, "classifiers"):
        if {former, present} <= entry.keys():
            yield f"classifiers.{name}.{former}: the former name of {present}; take it out."


def _entries(config: dict, section: str) -> list[tuple[str, dict]]:
    """List a section's entries by name, those aside that are none, which the schema refuses."""
    entries = config.get(section)
    if not isinstance(entries, dict):
        return []
    return [(name, entry) for name, entry in entries.items() if isinstance(entry, dict)]
