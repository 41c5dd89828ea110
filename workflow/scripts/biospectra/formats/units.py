"""Units as files write them."""

import re

from biospectra.formats.time_units import time_unit

_VOLTS = {"volt": "V", "volts": "V", "siemens": "S", "micromho": "uS"}
_VOLTS |= dict.fromkeys(("microsiemens", "microsiemen", "usiemens"), "uS")
_VOLTS |= {f"{prefix}volts": f"{one}V" for prefix, one in (("micro", "u"), ("milli", "m"))}
_VOLTS |= {name.removesuffix("s"): unit for name, unit in _VOLTS.items() if "volts" in name}
_VOLTS |= {f"{one}{end}": f"{one}V" for one in "mun" for end in ("v", "volt", "volts")}
_VOLTS |= {f"{word}v": f"{one}V" for word, one in (("micro", "u"), ("milli", "m"), ("nano", "n"))}
# As other scripts write them: Cyrillic (Russian, Ukrainian), Chinese, Japanese.
_VOLTS |= {"мкв": "uV", "мв": "mV", "нв": "nV", "в": "V", "мксм": "uS", "мс": "ms"}
_VOLTS |= {"с": "s", "сек": "s", "мкс": "us", "мин": "min"}
_VOLTS |= {
    "微伏": "uV",
    "毫伏": "mV",
    "伏": "V",
    "伏特": "V",
    "毫秒": "ms",
    "秒": "s",
    "微秒": "us",
}
_VOLTS |= {"マイクロボルト": "uV", "ミリボルト": "mV", "ミリ秒": "ms"}
_WIDE = str.maketrans("（）［］", "()[]")
# What stands in brackets behind a name and is a unit; C7[0] and EMG (L) are names.
_UNIT = re.compile(
    r"""(?:[fpnumkMG]|da|µ|μ)?(?:V|Hz|Pa|Ohm|Ω|g|N|m|m/s|rad|rad/s|g/s)(?:/(?:cm|m|s|s\^?2|s²|√Hz))?
    |[fpnumµμ](?:A|S|T|s|l|L|W|J|M|mho)(?:/cm|/m)?|s|sec|msec|min|MV|UV|NV|MS|SEC|MSEC
    |(?:micro|milli)?(?:volts?|siemens)|micromho
    |mmHg|cmH2O|bpm|brpm|rpm|%|‰|deg|°|°C|°F|degC|degF|C|K|deg/s|°/s|dps|lx|lux|dB|dBFS|FS|ppm
    |adu|a\.u\.|a\.u|au|arb|NU|n\.u\.|counts?|ADC|LSB|raw|px|ARU""",
    re.VERBOSE,
)
_BRACKETS = re.compile(r"\s*[\[({<]\s*([^\[\](){}<>]{1,14}?)\s*[\])}>]\s*$")
_BEHIND = re.compile(r"(?:(?:_|\s*,\s*|\s+in\s+|\s*/\s*)([numµμ][vV]|V)|\s+(?:-\s+)?([numµμ]V))$")


def plain_unit(text: str) -> str:
    """Return a unit in its plain spelling: ``uV`` for microvolts in any code page; may be empty.

    Parameters
    ----------
    text : str
        As the file has it. A letter that no code page gives back before V, S, A or T was a µ.

    Returns
    -------
    str
    """
    text = text.translate(_WIDE).strip().strip("'\"").strip("\x00 ")
    text = text[1:-1].strip() if re.fullmatch(r"\(.*\)|\[.*\]", text) else text
    text = text.replace("Â", "").replace("µ", "u").replace("μ", "u")
    if re.fullmatch(r"(?:[^\x20-\x7e]+|\?+)[VSAT]", text):
        text = f"u{text[-1]}"
    return _VOLTS.get(text.lower(), text)


def is_unit(text: str) -> bool:
    """Whether a text is a unit rather than a part of a name.

    Parameters
    ----------
    text : str
        As the file has it.

    Returns
    -------
    bool
    """
    is_word = len(text.strip()) > 3 and time_unit(text) is not None  # mSecs, minutes
    return bool(_UNIT.fullmatch(plain_unit(text)) or _UNIT.fullmatch(text.strip()) or is_word)


def split_unit(name: str) -> tuple[str, str]:
    """Return a column's name and the unit in it: ``ECG (mV)`` is ECG in mV.

    Parameters
    ----------
    name : str
        What stands in the header. ``C7[0]`` is a name; in ``ecg_mV`` the unit stays in it.

    Returns
    -------
    name, unit : str
        The unit is empty where there is none.
    """
    name = name.translate(_WIDE)
    found = _BRACKETS.search(name)
    if found and is_unit(found[1]):
        return name[: found.start()].strip() or name.strip(), plain_unit(found[1])
    if re.fullmatch(r"[numµμ]?V", name.strip()):
        return name.strip(), plain_unit(name)
    behind = _BEHIND.search(name)
    return name.strip(), plain_unit(behind[1] or behind[2]) if behind else ""
