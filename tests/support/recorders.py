"""Small files as recorders write them, byte by byte from their published layouts.

Each function writes two channels of counts, 200 a second, and returns the file to read.
"""

import struct
from pathlib import Path

import numpy as np

RATE_HZ = 200
NAMES = ("Fz", "Cz")
EVENT = 300  # the sample of the one event that each file has


def counts(n: int = 600) -> np.ndarray:
    """Return what is written, (n, 2) int64."""
    return np.random.default_rng(9).integers(-900, 900, (n, 2))


def _chunk(tag: int, content: bytes) -> bytes:
    body = struct.pack("<H", tag) + content
    return b"\x04" + struct.pack("<I", len(body)) + body


def stream(number: int, head: str, stamps: np.ndarray, values: list[bytes]) -> list[bytes]:
    """Return the chunks of an XDF stream: header, samples in twos, footer."""
    own = struct.pack("<I", number)
    chunks = [_chunk(2, own + f"<?xml version='1.0'?><info>{head}</info>".encode())]
    for at in range(0, len(stamps), 2):
        rows = [
            b"\x08" + struct.pack("<d", stamp) + value
            for stamp, value in zip(stamps[at : at + 2], values[at : at + 2], strict=True)
        ]
        chunks.append(_chunk(3, own + b"\x04" + struct.pack("<I", len(rows)) + b"".join(rows)))
    count = f"<sample_count>{len(stamps)}</sample_count>"
    return [*chunks, _chunk(6, own + f"<info>{count}</info>".encode())]


def signal_stream(stamps: np.ndarray, name: str = "EEG", number: int = 1) -> list[bytes]:
    """Return the chunks of a stream of two channels in microvolts."""
    channels = "".join(
        f"<channel><label>{one}</label><unit>microvolts</unit></channel>" for one in NAMES
    )
    head = f"<name>{name}</name><type>EEG</type><channel_count>2</channel_count>"
    head += f"<nominal_srate>{RATE_HZ}</nominal_srate><channel_format>float32</channel_format>"
    head += f"<desc><channels>{channels}</channels></desc>"
    values = [row.astype("<f4").tobytes() for row in counts(len(stamps))]
    return stream(number, head, stamps, values)


def marker_stream(stamps: np.ndarray, label: str = "go", number: int = 2) -> list[bytes]:
    """Return the chunks of a stream of markers."""
    head = "<name>Markers</name><type>Markers</type><channel_count>1</channel_count>"
    head += "<nominal_srate>0</nominal_srate><channel_format>string</channel_format>"
    text = b"\x01" + bytes([len(label)]) + label.encode()
    return stream(number, head, stamps, [text] * len(stamps))


def write_xdf(path: Path, *streams: list[bytes]) -> Path:
    """Write an XDF file of streams; by default signals and one marker."""
    if not streams:
        stamps = 1000 + np.arange(600) / RATE_HZ
        streams = (signal_stream(stamps), marker_stream(stamps[EVENT : EVENT + 1]))
    head = _chunk(1, b"<?xml version='1.0'?><info><version>1.0</version></info>")
    path.write_bytes(b"XDF:" + head + b"".join(b"".join(chunks) for chunks in streams))
    return path


def write_acq(path: Path, *, segments: tuple[int, ...] = (0,)) -> Path:
    """Write an AcqKnowledge 3.7 file in the library's own structures; Cz at half the rate."""
    from bioread import headers

    def part(kind: type, **fields: object) -> bytes:
        made = kind.for_revision(38, "<")._struct_class()
        for name, value in fields.items():
            setattr(made, name, value)
        return bytes(made)

    graph = {"lVersion": 38, "nChannels": 2, "dSampleTime": 1000 / RATE_HZ}
    length = len(part(headers.GraphHeader))
    content = part(headers.GraphHeader, lExtItemHeaderLen=length, **graph)
    values = counts()
    for k, name in enumerate(NAMES):
        channel = {"lChanHeaderLen": len(part(headers.ChannelHeader)), "nNum": k + 1}
        channel |= {"szCommentText": name.encode(), "szUnitsText": b"mV", "nChanOrder": k + 1}
        channel |= {"dAmplScale": 0.5, "dAmplOffset": 10.0, "nVarSampleDivider": k + 1}
        content += part(headers.ChannelHeader, lBufLength=600 // (k + 1), **channel)
    content += part(headers.ForeignHeader, nLength=4)
    content += part(headers.ChannelDTypeHeader, nSize=2, nType=2) * 2
    rows = [values[at, :1] if at % 2 else [values[at, 0], values[at // 2, 1]] for at in range(600)]
    content += np.concatenate(rows).astype("<i2").tobytes()
    notes = [(at, f"Segment {k}") for k, at in enumerate(segments, 1)] + [(EVENT, "go")]
    content += part(headers.MarkerHeader, lMarkers=len(notes))
    for at, text in notes:
        item = part(headers.MarkerItemHeader, lSample=at, nTextLength=len(text))
        content += item + text.encode() + b"\0"
    path.write_bytes(content)
    return path


def write_neuroscan(
    path: Path, *, width: int = 2, n_samples: int = 600, events: tuple[int, ...] = (EVENT,)
) -> Path:
    """Write a Neuroscan file, whose counts are half a microvolt."""
    setup = bytearray(900)
    setup[:12] = b"Version 3.0\0"
    setup[225:247] = b"11/27/26\0\0" + b"12:00:00\0\0\0\0"
    struct.pack_into("<H", setup, 370, 2)
    struct.pack_into("<H", setup, 376, RATE_HZ)
    struct.pack_into("<i", setup, 864, n_samples)
    data = counts().astype(f"<i{width}").tobytes()
    struct.pack_into("<i", setup, 886, 900 + 75 * 2 + len(data))
    electrodes = b""
    for name in NAMES:
        one = bytearray(75)
        one[: len(name)] = name.encode()
        struct.pack_into("<f", one, 59, 1.0)
        struct.pack_into("<f", one, 71, 102.4)
        electrodes += bytes(one)
    first = 900 + 75 * 2
    table = b"".join(struct.pack("<HBbi", 7, 0, 0, first + at * 2 * width) for at in events)
    head = struct.pack("<Bii", 1, len(table), 0)
    path.write_bytes(bytes(setup) + electrodes + data + head + table)
    return path


def write_egi(path: Path, *, version: int = 2) -> Path:
    """Write a simple binary file of EGI's, in microvolts, with an event called go."""
    head = struct.pack(">ihhhhhhihhhhh", version, 2026, 11, 27, 12, 0, 0, 0, RATE_HZ, 2, 1, 0, 0)
    head += struct.pack(">ih", 600, 1) + b"go  "
    events = np.zeros((600, 1), np.int64)
    events[EVENT] = 1
    path.write_bytes(head + np.hstack([counts(), events]).astype(">i2").tobytes())
    return path


def write_nicolet(path: Path) -> Path:
    """Write a Nicolet header and its samples, whose counts are half a microvolt."""
    path.write_text(
        "start_ts=2026-11-27 12:00:00.000\nnum_samples=600\n"
        f"sample_freq={RATE_HZ}\nconversion_factor=0.5\nnum_channels=2\n"
        f"elec_names=[{','.join(NAMES)}]\npat_id=1\nadm_id=1\nrec_id=1\nduration_in_sec=3\n"
        "sample_bytes=2\n"
    )
    counts().astype("<i2").tofile(path.with_suffix(".data"))
    return path


def write_persyst(path: Path, *, times: str = "", more: str = "") -> Path:
    """Write a Persyst header and its samples, whose counts are half a microvolt."""
    channels = "".join(f"{name}={k}\n" for k, name in enumerate(NAMES, 1))
    path.write_text(
        f"[FileInfo]\nFile={path.stem}.dat\nFileType=Interleaved\nSamplingRate={RATE_HZ}\n{more}"
        "Calibration=0.5\nWaveformCount=2\nDataType=0\n\n[Patient]\nBirthDate=\nSex=\nHand=\n"
        f"\n[SampleTimes]\n{times}\n[ChannelMap]\n{channels}\n"
        f"[Comments]\n{EVENT / RATE_HZ},0.5,0,0,go\n"
    )
    counts().astype("<i2").tofile(path.with_suffix(".dat"))
    return path


def write_curry(path: Path) -> Path:
    """Write a recording of Curry 8 in microvolts, with an event of type 4."""
    said = {"DataByteOrder": "INTEL", "AmplifierInfo": "", "FileVersion": 800, "NumSamples": 600}
    said |= {"NumTrials": 1, "NumChannels": 2, "SampleTimeUsec": 5000, "SampleFreqHz": RATE_HZ}
    said |= {"DataSampOrder": "SAMP", "DataFormat": 6, "TriggerOffsetUsec": 0, "StartYear": 2026}
    said |= {"StartMonth": 11, "StartDay": 27, "StartHour": 12, "StartMin": 0, "StartSec": 0}
    said["StartMillisec"] = 0
    lines = "\n".join(f"   {key:<20} = {value}" for key, value in said.items())
    group = "   DataUnit = uV\n   NumChanThisGroup = 2\n"
    path.with_name(f"{path.name}.dpa").write_text(
        f"DATA_PARAMETERS START\n{lines}\nDATA_PARAMETERS END\n\n"
        f"DEVICE_PARAMETERS START\n{group}DEVICE_PARAMETERS END\n\n"
        f"LABELS START\nLABELS END\n\nLABELS START_LIST\t# Do not edit!\n"
        + "\n".join(NAMES)
        + "\nLABELS END_LIST\n\nSENSORS START\n   ListNrColumns = 3\n   ListNrRows = 2\n"
        "SENSORS END\n\nSENSORS START_LIST\t# Do not edit!\n  0\t 0\t 90\n  0\t 10\t 90\n"
        "SENSORS END_LIST\n"
    )
    row = f"{EVENT}\t0\t4\t{EVENT}\t{EVENT}\t0\t0\t0\t0\t0\t0"
    path.with_name(f"{path.name}.cef").write_text(
        f"NUMBER_LIST START_LIST\t# Do not edit!\n  {row}\nNUMBER_LIST END_LIST\n\n"
        "REMARK_LIST START_LIST\t# Do not edit!\ngo\nREMARK_LIST END_LIST\n"
    )
    counts().astype("<f4").tofile(path)
    return path


def write_nihon_kohden(path: Path) -> Path:
    """Write a Nihon Kohden file of two blocks with its log; 0.09766 uV a count."""
    device, table = b"EEG-1100C V01.00", 0x400
    content = bytearray(0x1800)
    content[:16] = content[0x81:0x91] = device
    content[0x91], content[0x17FE] = 1, 1
    struct.pack_into("<I", content, 0x92, table)
    content[table + 17] = 2
    for block in range(2):
        at = len(content)
        struct.pack_into("<I", content, table + 18 + 20 * block, at)
        head = bytearray(0x27 + 20)
        struct.pack_into("<HI", head, 0x1A, RATE_HZ, 15)  # tenths of a second
        head[0x26], head[0x27], head[0x31] = 2, 16, 17  # the numbers of Fz and Cz
        own = np.pad(counts()[300 * block : 300 * block + 300], ((0, 0), (0, 1)))
        content += head + (own + 0x8000).astype("<u2").tobytes()
    path.write_bytes(bytes(content))
    log = bytearray(0x400)
    log[:16], log[0x91] = device, 1
    struct.pack_into("<I", log, 0x92, 0x300)
    log[0x301:0x311], log[0x312] = device, 1
    log[0x314 : 0x314 + 45] = b"go".ljust(20, b"\0") + b"000001".ljust(25, b"\0")
    path.with_suffix(".LOG").write_bytes(bytes(log))
    return path


def write_nwb(path: Path, *, stamps: np.ndarray | None = None) -> Path:
    """Write NWB's layout with h5py: one electrical series of two electrodes, one trial."""
    import h5py

    with h5py.File(path, "w") as file:
        series = file.create_group("acquisition/EEG")
        series.attrs["neurodata_type"] = "ElectricalSeries"
        data = series.create_dataset("data", data=counts().astype("<i2"))
        data.attrs.update({"unit": "volts", "conversion": 5e-7, "offset": 1e-6})
        if stamps is None:
            series["starting_time"] = 10.0
            series["starting_time"].attrs["rate"] = float(RATE_HZ)
        else:
            series["timestamps"] = stamps
        series["electrodes"] = [1, 0]
        table = file.create_group("general/extracellular_ephys/electrodes")
        table["label"] = NAMES[::-1]
        trials = file.create_group("intervals/trials")
        trials["start_time"], trials["stop_time"] = [10 + EVENT / RATE_HZ], [12.0]
        images = file.create_group("acquisition/video")
        images.attrs["neurodata_type"] = "ImageSeries"
        images["data"] = np.zeros((10, 2))
    return path


def write_mff(folder: Path, *, pause_s: float = 0.5) -> Path:
    """Write an MFF folder with mffpy, of a net of 257 electrodes that paused half way."""
    from datetime import UTC, datetime

    from mffpy.bin_writer import BinWriter
    from mffpy.writer import Writer

    values = np.zeros((257, 600), np.float32)
    values[:2] = counts().T
    signals = BinWriter(sampling_rate=RATE_HZ)
    signals.add_block(values[:, :300])
    signals.add_block(values[:, 300:], offset_us=round(pause_s * 1e6))
    made = Writer(str(folder / "a.mff"))
    made.addxml("fileInfo", recordTime=datetime(2026, 11, 27, tzinfo=UTC))
    made.addbin(signals)
    made.add_coordinates_and_sensor_layout("HydroCel GSN 256 1.0")
    made.write()
    return folder / "a.mff" / "signal1.bin"
