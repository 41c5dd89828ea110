"""ECG of hospitals: DICOM, HL7 aECG, Philips and GE MUSE XML, ISHNE Holter; with ecgdatakit.

Which of them a file is follows from what is in it.

Format: DICOM waveforms, SCP-ECG, HL7 aECG, Philips XML, GE MUSE XML, ISHNE Holter.
Recognised by: its content.
Units: mV; counts where the file gives no scale.
Annotations: none.
Rates and gaps: each lead its own; NaN where a Holter's lead was off.
Tried with: DICOM: pydicom's test file, equal to its own decoding; SCP-ECG and HL7 aECG: C# ECG
    Toolkit's example and the FDA's, the same recording, equal; SCP-ECG of two more devices;
    Philips XML 1.03 to 1.04.01: sierra-ecg-tools' examples; GE MUSE XML and ISHNE: files built
    from the layout only.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from biospectra.formats.contents import ChannelInfo, Contents
from biospectra.formats.quiet import quietly
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Signal

ENDINGS = (".xml", ".dcm", ".ecg", ".scp")
# What the library calls them; it knows more, which was not tried or is read by others here.
_KINDS = {
    "DICOMWaveformParser": "DICOM",
    "HL7aECGParser": "HL7 aECG",
    "SierraXMLParser": "Philips XML",
    "GEMuseXMLParser": "GE MUSE XML",
    "ISHNEHolterParser": "ISHNE Holter",
    "SCPECGParser": "SCP-ECG",
}
_CUT = ("truncated", "incomplete", "checksum", "crc")  # in a warning: the file is not whole
_WAVEFORMS = b"1.2.840.10008.5.1.4.1.1.9."  # begins what DICOM calls its classes of waveforms
_MARKS = (_WAVEFORMS, b"<AnnotatedECG", b"<restingecgdata", b"<RestingECG", b"ISHNE1.0")
_START = 4096  # bytes in which a mark is


def claims(path: Path) -> bool:
    """Whether a file may be one of them; other XML and DICOM images are not."""
    with path.open("rb") as file:
        start = file.read(_START).replace(b"\0", b"")  # XML may be in UTF-16
    return path.suffix.lower() == ".scp" or any(mark in start for mark in _MARKS)


def read(request: Request) -> Iterator[Signal]:
    """Read leads of a resting ECG or Holter recording in mV; they count from 0.

    Median beats and leads that the device enhanced are left out; where a Holter says that a lead
    was off there is NaN.
    """
    record = _record(request)
    leads = record.leads
    chosen = request.choose([str(lead.label) for lead in leads])
    faults = record.raw_metadata.get("lead_fault_samples")  # ISHNE's lowest count says one

    def one(k: int) -> Signal:
        lead = leads[k]
        samples = np.array(lead.samples, dtype=np.float64)
        if faults and faults[k]:
            samples[samples == samples.min()] = np.nan
        units = "adu" if lead.is_raw else plain_unit(str(lead.units or "")) or "adu"
        rate_hz = request.rate(float(lead.sampling_rate) or None)
        return request.cut(Signal(samples, rate_hz, units, str(lead.label)))

    yield from chosen.signals(one)


def contents(request: Request) -> Contents:
    """List the leads, when recording began, and age and sex where the file has them."""
    record = _record(request)
    channels = [
        ChannelInfo(
            str(lead.label),
            k,
            "adu" if lead.is_raw else plain_unit(str(lead.units or "")) or "adu",
            request.rate(float(lead.sampling_rate)) if lead.sampling_rate else None,
            len(lead.samples),
        )
        for k, lead in enumerate(record.leads)
    ]
    begins = record.recording.date
    told = {"age": record.patient.age, "sex": record.patient.sex}
    remarks = {key: str(value) for key, value in told.items() if value not in (None, "", "U")}
    return Contents(channels, {}, begins.isoformat() if begins else "", remarks)


def _record(request: Request) -> Any:
    """Return what the library makes of a file, whose doubts are errors or remarks."""
    from ecgdatakit.parsing.parser import FileParser

    kind = FileParser.detect_format(request.path)
    if kind is None or kind["parser"] not in _KINDS:
        raise request.error(
            "holds no ECG in a format that is known" + (f" ({kind['name']})" if kind else ""),
            f"known are {', '.join(_KINDS.values())}",
        )
    with quietly("ecgdatakit"), warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        record = FileParser.parse(request.path)
    for doubt in dict.fromkeys(str(one.message) for one in doubts):
        if any(word in doubt.lower() for word in _CUT):
            request.short(doubt)
        elif "raw ADC samples" not in doubt:  # their units say it: adu
            request.remarks.append(doubt)
    if not record.leads:
        raise request.error(
            f"its {_KINDS[kind['parser']]} holds no rhythm", "choose another file or leave it out"
        )
    return record
