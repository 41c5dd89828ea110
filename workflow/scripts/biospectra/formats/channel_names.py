"""What channels are usually called, whatever a file adds to their names."""

import re

# One lead and one place of an electrode under their usual names.
_ALIASES = (("ecg", "ekg", "ii", "mlii"), ("t3", "t7"), ("t4", "t8"), ("t5", "p7"), ("t6", "p8"))
_PREFIX = re.compile(r"^(?:eeg|ecg|ekg|emg|eog|lead)[\s_:]+(?=\S)")


def usual_name(name: str) -> str:
    """Return what a channel is usually called.

    Parameters
    ----------
    name : str
        As a file calls it.

    Returns
    -------
    str

    Examples
    --------
    >>> usual_name("EEG C3-REF"), usual_name("Fp1.."), usual_name("T7")
    ('c3', 'fp1', 't3')
    """
    plain = name.strip().casefold().rstrip(".")
    plain = re.sub(r"(?<=\w)-ref$", "", _PREFIX.sub("", plain)).strip()
    return next((group[0] for group in _ALIASES if plain in group), plain)
