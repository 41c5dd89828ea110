"""Small ECG files as hospitals' devices write them, from their published layouts.

Each function writes the leads I and II, 600 samples at 500 Hz, and returns the file.
"""

import base64
import struct
from pathlib import Path

import numpy as np

RATE_HZ, LEADS, UV = 500, ("I", "II"), 5.0  # of a count
_MDC = "2.16.840.1.113883.6.24"  # the codes of leads


def counts() -> np.ndarray:
    """Return what is written, (600, 2) int64."""
    return np.random.default_rng(7).integers(-400, 400, (600, 2))


def write_aecg(path: Path) -> Path:
    """Write HL7 aECG: digits scaled in microvolts."""
    sequences = ""
    for name, column in zip(LEADS, counts().T, strict=True):
        digits = " ".join(map(str, column.tolist()))
        scale = f'<scale value="{UV}" unit="uV"/>'
        sequences += (
            f'<component><sequence><code code="MDC_ECG_LEAD_{name}" codeSystem="{_MDC}"/>'
            f'<value xsi:type="SLIST_PQ"><origin value="0" unit="uV"/>{scale}'
            f"<digits>{digits}</digits></value></sequence></component>\n"
        )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<AnnotatedECG xmlns="urn:hl7-org:v3" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        '<effectiveTime><low value="20261127120000"/><high value="20261127120010"/></effectiveTime>'
        '<component><series><code code="RHYTHM" codeSystem="2.16.840.1.113883.5.4"/>'
        '<effectiveTime><low value="20261127120000"/><high value="20261127120010"/></effectiveTime>'
        "<component><sequenceSet><component><sequence>"
        '<code code="TIME_ABSOLUTE" codeSystem="2.16.840.1.113883.5.4"/><value xsi:type="GLIST_TS">'
        f'<head value="20261127120000.000"/><increment value="{1 / RATE_HZ}" unit="s"/></value>'
        f"</sequence></component>\n{sequences}</sequenceSet></component></series></component>\n"
        "</AnnotatedECG>\n"
    )
    return path


def write_muse(path: Path) -> Path:
    """Write GE MUSE XML: little-endian counts in base64."""
    leads = ""
    for name, column in zip(LEADS, counts().T, strict=True):
        data = base64.b64encode(column.astype("<i2").tobytes()).decode()
        leads += (
            f"<LeadData><LeadByteCountTotal>1200</LeadByteCountTotal><LeadID>{name}</LeadID>"
            f"<LeadAmplitudeUnitsPerBit>{UV}</LeadAmplitudeUnitsPerBit>"
            "<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadSampleCountTotal>600"
            "</LeadSampleCountTotal><LeadSampleSize>2</LeadSampleSize>"
            f"<WaveFormData>\n{data}\n</WaveFormData></LeadData>\n"
        )
    path.write_text(
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<RestingECG>\n'
        "<PatientDemographics><PatientAge>63</PatientAge><AgeUnits>YEARS</AgeUnits>"
        "<Gender>FEMALE</Gender></PatientDemographics>\n"
        "<Waveform><WaveformType>Rhythm</WaveformType><NumberofLeads>2</NumberofLeads>"
        f"<SampleType>CONTINUOUS_SAMPLES</SampleType><SampleBase>{RATE_HZ}</SampleBase>"
        f"<SampleExponent>0</SampleExponent>\n{leads}</Waveform>\n</RestingECG>\n"
    )
    return path


def write_ishne(path: Path, *, off: slice = slice(0)) -> Path:
    """Write an ISHNE Holter file; where a lead was off stands the lowest count."""
    header = bytearray(512)
    struct.pack_into("<iiii", header, 0, 0, 600, 522, 522)
    header[16:18] = struct.pack("<h", 1)
    struct.pack_into("<h", header, 146, 2)
    for at, values in ((148, (5, 6)), (172, (0, 0)), (196, (5000, 5000))):
        struct.pack_into("<12h", header, at, *values, *[-9] * 10)
    struct.pack_into("<h", header, 262, RATE_HZ)
    written = counts()
    written[off, 0] = -32768
    path.write_bytes(b"ISHNE1.0" + b"\0\0" + bytes(header) + written.astype("<i2").tobytes())
    return path


def write_dicom(path: Path) -> Path:
    """Write a DICOM waveform with its own library: rhythm, then a median beat."""
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    def code(value: str, scheme: str = "MDC") -> list[Dataset]:
        one = Dataset()
        one.CodeValue, one.CodingSchemeDesignator, one.CodeMeaning = value, scheme, value
        return [one]

    def group(values: np.ndarray, label: str) -> Dataset:
        one = Dataset()
        one.MultiplexGroupLabel, one.WaveformOriginality = label, "ORIGINAL"
        one.NumberOfWaveformChannels, one.NumberOfWaveformSamples = 2, len(values)
        one.SamplingFrequency, one.WaveformBitsAllocated = RATE_HZ, 16
        one.WaveformSampleInterpretation = "SS"
        one.ChannelDefinitionSequence = []
        for name in LEADS:
            channel = Dataset()
            channel.ChannelSourceSequence = code(f"2:{LEADS.index(name) + 1}")
            channel.ChannelSourceSequence[0].CodeMeaning = f"Lead {name}"
            channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor = UV, 1
            channel.ChannelBaseline, channel.WaveformBitsStored = 0, 16
            channel.ChannelSensitivityUnitsSequence = code("uV", "UCUM")
            one.ChannelDefinitionSequence.append(channel)
        one.WaveformData = values.astype("<i2").tobytes()
        return one

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.9.1.1"
    meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID = generate_uid(), ExplicitVRLittleEndian
    data = FileDataset(str(path), {}, file_meta=meta, preamble=bytes(128))
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, generate_uid()
    data.Modality, data.PatientAge, data.PatientSex = "ECG", "063Y", "F"
    data.AcquisitionDateTime = "20261127120000"
    data.WaveformSequence = [group(counts(), "RHYTHM"), group(counts()[:50], "MEDIAN BEAT")]
    data.save_as(path, enforce_file_format=True)
    return path
