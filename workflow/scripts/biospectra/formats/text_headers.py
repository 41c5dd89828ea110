"""What the header lines of text files say: rate, names, units, whatever program wrote them."""

import json
import re
from dataclasses import dataclass, field

from biospectra.formats.time_units import epoch_unit, time_unit
from biospectra.formats.units import is_unit, plain_unit

_HZ = r"(k?)(?:Hz|hertz|hercios?|hércios|герц\w*|赫兹|ヘルツ|헤르츠|sps|samples?\s*/\s*s\w*)"
_NUMBER = r"(\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
_SAMPLING = (
    r"sampl|abtast|[ée]chantillon|muestr|campiona|amostra|bemonster|meetfreq|próbkow|дискретиз|"
    r"örnekle|vzorkov|采样|サンプリング|サンプル|샘플링"
)
_OFTEN = r"rate|fr[ée]q|frec|ta[sx]a|tasso|velocit|częst|част|率|レート|周波数|hz"
_KEYED = re.compile(
    rf"(?:\b(?:fs|sfreq|srate|rate_hz|sps)\b|^\W*rate\b|(?={_SAMPLING})[^\d]*?(?:{_OFTEN})|"
    rf"(?:{_OFTEN})[^\d]*?(?:{_SAMPLING}))[^\d.]{{0,40}}?{_NUMBER}\s*(k?)(?:Hz|hertz|sps)?",
    re.IGNORECASE,
)
_SPELLED = re.compile(rf"(?<![\w.-])(?<!\d,){_NUMBER}\s*{_HZ}(?!\w)", re.IGNORECASE)
_PER_SECOND = re.compile(rf"{_NUMBER}\s*samples?\s*(?:per|/)\s*s(?:ec(?:ond)?)?\b", re.IGNORECASE)
_INTERVAL = re.compile(
    r"(?:interval|period|time\s*step|\bdt\b|abtastintervall)[^\d.]{0,30}?"
    rf"{_NUMBER}\s*([numµμ]?s(?:ec(?:ond)?s?)?|milliseconds?|microseconds?)\b",
    re.IGNORECASE,
)
_A_SAMPLE = re.compile(rf"{_NUMBER}\s*([a-zµμ]+)\s*/\s*sample", re.IGNORECASE)
_FILTERS = re.compile(
    r"filter|notch|cut-?off|corner|band|pass\b|(?:high|low)[ -]?(?:pass|cut)|mains|line freq|"
    r"tiefpass|hochpass|filtre|filtro|fréquence de coupure|rejection|decimat|original|display",
    re.IGNORECASE,
)
_CHANNEL_LINE = re.compile(r"channel\s+\d+\s*:\s*'([^']+)'", re.IGNORECASE)
_UNITS = re.compile(r"\bunits?:\s*([^\s,;]+)", re.IGNORECASE)
_DELSYS = re.compile(
    r"^\W*Label:\s*(.+?)\s+Sampling frequency:\s*([\d.,]+)(?:.*\bUnit:\s*(\S+))?", re.IGNORECASE
)


_E4 = {"BVP": "", "ACC": "g/64", "EDA": "uS", "TEMP": "degC", "HR": "bpm"}  # by a file's name


@dataclass
class Header:
    """What header lines say.

    Attributes
    ----------
    rates : list of (str, float)
        A line and the rate in Hz that it names.
    names, units : list of str or None
        Of the columns, where they are not in a line of their own.
    unit : str
        Of a file's only channel; empty where no line says it.
    title : str
        Its name; empty where no line says it.
    units_by_name : dict of str
        Units of columns by what their names begin with.
    rows : int or None
        How many samples are promised.
    counted : bool
        Whether a row with the number of samples stands before them.
    begins_s : float
        When the first sample was taken, on the clock of the recording's annotation files.
    """

    rates: list[tuple[str, float]] = field(default_factory=list)
    names: list[str] | None = None
    units: list[str] | None = None
    unit: str = ""
    title: str = ""
    units_by_name: dict[str, str] = field(default_factory=dict)
    rows: int | None = None
    counted: bool = False
    begins_s: float = 0.0


def empatica(lines: list[str], stem: str) -> Header | None:
    """Return what Empatica's E4 says in two lines without names: when it began and its rate.

    Parameters
    ----------
    lines : list of str
        The first lines of a file.
    stem : str
        Its name, which ends with what it holds: BVP, ACC, EDA, TEMP or HR.

    Returns
    -------
    Header or None

    Raises
    ------
    ValueError
        Where it holds intervals between beats instead of samples.
    """
    rows = [[cell.strip() for cell in line.split(",")] for line in lines[:3]]
    if len(rows) == 3 and len(rows[0]) == 2 and rows[0][1].upper() == "IBI":
        raise ValueError("it holds intervals between beats, which are not sampled at a rate")
    try:
        begins, rates, samples = ([float(cell) for cell in row] for row in rows)
    except ValueError:
        return None
    rate_hz = rates[0]
    if len(set(begins)) > 1 or len(set(rates)) > 1 or not len(begins) == len(rates) == len(samples):
        return None
    if epoch_unit(begins[0]) != 1.0 or not 0 < rate_hz <= 10_000 or epoch_unit(max(samples)):
        return None
    kind = next((k for k in _E4 if stem.upper().endswith(k)), "")
    unit = _E4.get(kind, "")
    names = [f"{kind} {axis}" for axis in "xyz"] if len(begins) == 3 and kind else [kind]
    names = names if len(names) == len(begins) else [""] * len(begins)
    return Header(rates=[(lines[1], rate_hz)], names=names, units=[unit] * len(begins))


def read_header(
    lines: list[str], separator: str | None, width: int, decimal: str, names_at: int | None
) -> Header:
    """Return what header lines say.

    Parameters
    ----------
    lines : list of str
        All before the first row of samples.
    separator : str or None
        Between cells; None for blanks.
    width : int
        Number of columns, without empty ones at the end.
    decimal : str
        The decimal sign of the samples, ``.`` or ``,``.
    names_at : int or None
        The line that seems to name the columns.

    Returns
    -------
    Header
    """
    header = Header()
    if decimal == ".":  # then a comma in 1,000 Hz stands between thousands
        lines = [re.sub(r"(?<!\d)(\d{1,3}),(\d{3})(?=\s*k?H)", r"\1\2", one) for one in lines]
    for read in (_opensignals, _labchart, _biopac, _openbci):
        if read(header, lines, separator, width):
            break
    else:
        _channel_lines(header, lines, width)
    others = [line for k, line in enumerate(lines) if k != names_at]
    if not header.rates:
        header.rates = _rates(others)
    if not header.unit:
        _key_and_unit(header, others)
    return header


def _opensignals(header: Header, lines: list[str], separator: str | None, width: int) -> bool:
    """OpenSignals (biosignalsplux, BITalino): JSON, of one or several devices side by side."""
    for line in lines:
        if "sampling rate" not in line or not line.lstrip("# ").startswith("{"):
            continue
        try:
            devices = list(json.loads(line.lstrip("# ")).values())
            header.names = [str(name) for device in devices for name in device["column"]]
            header.rates = [(line, float(device["sampling rate"])) for device in devices]
        except (ValueError, KeyError, TypeError, AttributeError):
            header.names, header.rates = None, []
            continue
        return True
    return False


def _labchart(header: Header, lines: list[str], separator: str | None, width: int) -> bool:
    """LabChart: ``Interval=``, ``ChannelTitle=`` and ``UnitName=``, again in each block."""
    cells = [[cell.strip() for cell in line.split(separator or "\t")] for line in lines]
    keyed = {row[0].lower(): row[1:] for row in cells if row[0].endswith("=")}
    if "interval=" not in keyed and "channeltitle=" not in keyed:
        return False
    titles = keyed.get("channeltitle=", [])
    while titles and not titles[-1]:
        titles.pop()
    ahead = max(0, width - len(titles)) if titles else width
    if titles and ahead <= 2:
        header.names = [*["Time", "Date"][:ahead], *titles]
        ranges = [cell.rpartition(" ")[2] for cell in keyed.get("range=", [])]
        units = [plain_unit(unit) for unit in keyed.get("unitname=", ranges)[: len(titles)]]
        header.units = [""] * ahead + [unit.strip("*") for unit in units]
    interval = " ".join(keyed.get("interval=", []))
    found = re.match(rf"\s*{_NUMBER}\s*(\S*)", interval)
    if found:
        unit_s = time_unit(found[2] or "s") or 1.0
        header.rates = [(interval, 1 / (_float(found[1]) * unit_s))]
    return True


def _biopac(header: Header, lines: list[str], separator: str | None, width: int) -> bool:
    """AcqKnowledge: ``0.5 msec/sample``, ``2 channels``, then a name and a unit for each."""
    plain = [line.strip().strip('"') for line in lines]
    rate = next((k for k, line in enumerate(plain) if _A_SAMPLE.fullmatch(line)), None)
    rate = (
        rate
        if rate is not None
        else next((k for k, line in enumerate(plain) if _PER_SECOND.fullmatch(line)), None)
    )
    count = next((k for k, line in enumerate(plain) if re.fullmatch(r"\d+ channels?", line)), None)
    if rate is None or count is None:
        return False
    n = int(plain[count].split()[0])
    pairs = [line for line in plain[count + 1 :] if line][: 2 * n]
    if len(pairs) == 2 * n:
        ahead = max(0, width - n)
        header.names = ["time", *[""] * ahead][:ahead] + pairs[::2]
        header.units = [""] * ahead + [plain_unit(unit) for unit in pairs[1::2]]
        first = [line.split(separator)[0] for line in plain[count + 1 + 2 * n :]]
        if ahead:
            header.units[0] = next((cell for cell in first if time_unit(cell)), "")
    header.rates = _rates([plain[rate]])
    header.counted = True
    return True


def _openbci(header: Header, lines: list[str], separator: str | None, width: int) -> bool:
    """OpenBCI's raw files: lines with %; the older ones name no columns."""
    if not any(re.match(r"%\s*OpenBCI", line, re.IGNORECASE) for line in lines):
        return False
    found = [re.match(r"%\s*Number of channels\s*=\s*(\d+)", line) for line in lines]
    header.units_by_name = {"EXG Channel": "uV"}
    n = next((int(m[1]) for m in found if m), 0)
    named = any("First Column" in line for line in lines)
    if named and 0 < n < width:
        rest = [f"column {k}" for k in range(n + 1, width)]
        if "Timestamp" in " ".join(lines):
            rest[-1:] = ["Timestamp"]
        header.names = ["Sample Index", *(f"EXG Channel {k}" for k in range(n)), *rest]
        header.units = ["", *["uV"] * n, *[""] * len(rest)]
    return True


def _channel_lines(header: Header, lines: list[str], width: int) -> None:
    """Lines that name channels one by one, with their unit or rate (EMG databases, Delsys)."""
    named = [(m[1], _UNITS.search(line)) for line in lines if (m := _CHANNEL_LINE.search(line))]
    if len(named) == width:
        header.names = [name for name, _ in named]
        header.units = [plain_unit(unit[1]) if unit else "" for _, unit in named]
    for line in lines:
        found = _DELSYS.match(line)
        if found:
            header.rates.append((line, _float(found[2])))
            header.units_by_name[found[1]] = plain_unit(found[3] or "")


def _rates(lines: list[str]) -> list[tuple[str, float]]:
    """Return the sampling rates that lines name, those that say what they are before others."""
    told: list[tuple[str, float]] = []
    spelled: list[tuple[str, float]] = []
    for line in lines:
        interval = _A_SAMPLE.search(line) or _INTERVAL.search(line)
        unit_s = time_unit(interval[2]) if interval else None
        if interval and unit_s and _float(interval[1]) > 0:
            told.append((line, 1 / (_float(interval[1]) * unit_s)))
            continue
        for pattern, found in ((_PER_SECOND, told), (_KEYED, told), (_SPELLED, spelled)):
            match = pattern.search(line)
            if match and not _FILTERS.search(line):
                kilo = match.lastindex == 2 and bool(match[2])
                found.append((line, _float(match[1]) * (1000 if kilo else 1)))
                break
    rates = told or spelled
    return [(line, rate) for line, rate in rates if rate > 0]


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _key_and_unit(header: Header, lines: list[str]) -> None:
    """Find the line that has nothing but a key and a unit (``Unit,µV``), and the one before it."""
    before = ""
    for line in lines:
        value = re.sub("[=:]", ",", line.strip().lstrip("#% ")).partition(",")[2]
        if value and is_unit(value) and re.search(r"V$", plain_unit(value)):
            header.unit, header.title = plain_unit(value), before
        before = value.strip().strip('"') if value and "," not in value else ""
        before = "" if is_unit(before) or _SPELLED.search(before) else before
