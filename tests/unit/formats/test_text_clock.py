"""Whatever a text file says of when its samples were taken is read, and never overruled."""

import json
from pathlib import Path

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.clocks import Irregular, read_clock
from biospectra.formats.counters import read_counter
from biospectra.formats.read import read

N = 1000
WAVE = np.round(np.sin(np.arange(N) / 7), 4)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def table(names: str, *columns, ahead: tuple[str, ...] = (), sep: str = ",") -> list[str]:
    rows = [sep.join(str(cell) for cell in row) for row in zip(*columns, strict=True)]
    return [*ahead, names, *rows]


def clock(n: int = N, rate_hz: float = 250.0, gap_s: float = 0.0, at: int = N // 2) -> np.ndarray:
    times = np.arange(n) / rate_hz
    times[at:] += gap_s
    return times


def iso(times: np.ndarray, form: str = "%Y-%m-%dT%H:%M:%S", digits: int = 3) -> list[str]:
    stamps = np.datetime64("2024-03-30T23:59:58.000000") + np.round(times * 1e6).astype(
        "timedelta64[us]"
    )
    texts = [str(stamp) for stamp in stamps]
    if form == "clock":
        texts = [text[11:] for text in texts]
    elif form == "day":
        texts = [f"{t[8:10]}.{t[5:7]}.{t[:4]} {t[11:]}" for t in texts]
    elif form == "blank":
        texts = [text.replace("T", " ") for text in texts]
    return [text[: len(text) - 6 + digits] for text in texts]


TIMES = clock(gap_s=60)
FORMS = {
    "seconds": ("Time,ECG", [f"{t:.3f}" for t in TIMES]),
    "seconds in brackets": ("Time [s],ECG", [f"{t:.4f}" for t in TIMES]),
    "milliseconds": ("Time (ms),ECG", [f"{1000 * t:.0f}" for t in TIMES]),
    "milliseconds by name": ("time_ms,ECG", [f"{1000 * t:.0f}" for t in TIMES]),
    "microseconds": ("timestamp_us,ECG", [f"{1e6 * t:.0f}" for t in TIMES]),
    "nanoseconds": ("sensor timestamp [ns],ECG", [f"{1e9 * t:.0f}" for t in TIMES]),
    "minutes": ("Time (min),ECG", [f"{t / 60:.8f}" for t in TIMES]),
    "unix s": ("timestamp,ECG", [f"{1.7e9 + t:.3f}" for t in TIMES]),
    "unix ms": ("timestamp,ECG", [f"{1.7e12 + 1000 * t:.0f}" for t in TIMES]),
    "unix us": ("unix_timestamp,ECG", [f"{1.7e15 + 1e6 * t:.0f}" for t in TIMES]),
    "unix ns": ("time,ECG", [f"{1_700_000_000_000_000_000 + round(1e9 * t)}" for t in TIMES]),
    "iso": ("Timestamp,ECG", iso(TIMES)),
    "iso, quoted": ("Timestamp,ECG", [f'"{t}"' for t in iso(TIMES)]),
    "iso with zone": ("Timestamp,ECG", [f"{t}+02:00" for t in iso(TIMES)]),
    "date and time": ("datetime,ECG", iso(TIMES, "blank", 6)),
    "day first": ("Datum,ECG", iso(TIMES, "day")),
    "over midnight": ("Uhrzeit,ECG", iso(TIMES, "clock")),
    "decimal comma": ("Zeit;EKG", [f"{t:.3f}".replace(".", ",") for t in TIMES]),
    "R's row names": ('"","time","ecg"', [f'"{k}",{t:.3f}' for k, t in enumerate(TIMES, 1)]),
    "behind the samples": ("ECG,Time", None),
}


@pytest.mark.parametrize("form", FORMS)
def test_time_columns(tmp_path, form):
    names, cells = FORMS[form]
    if cells is None:
        lines = table(names, WAVE, [f"{t:.3f}" for t in TIMES])
    elif ";" in names:
        lines = table(names, cells, [str(x).replace(".", ",") for x in WAVE], sep=";")
    else:
        lines = table(names, cells, WAVE)
    path = write(tmp_path / "a.csv", *lines)
    got = read(path)
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.rate_hz == pytest.approx(250, rel=1e-4)
    assert got.stretches == [(0, 500), (500, 1000)]
    assert read(path, rate_hz=250).rate_hz == pytest.approx(250, rel=1e-4)
    with pytest.raises(RecordingError, match=r"says 250 Hz and the table 256 Hz"):
        read(path, rate_hz=256)
    part = read(path, start_s=1, duration_s=2)
    np.testing.assert_allclose(part.samples, WAVE[250:750])
    assert part.stretches == [(0, 250), (250, 500)]


def test_the_rate_of_a_clock_with_rounded_times(tmp_path):
    path = write(
        tmp_path / "a.csv",
        *table("Time,EMG", [f"{t:.5f}" for t in clock(rate_hz=1941.7, gap_s=60)], WAVE),
    )
    assert read(path).rate_hz == pytest.approx(1941.7, abs=0.05)
    assert read(path).stretches == [(0, 500), (500, 1000)]
    with pytest.raises(RecordingError, match=r"says 1941\.\d+ Hz and the table 1000 Hz"):
        read(path, rate_hz=1000)


def test_times_in_a_unit_that_nothing_names(tmp_path):
    path = write(tmp_path / "a.csv", *table("Time,ECG", (4 * np.arange(N)).tolist(), WAVE))
    assert read(path, rate_hz=250).rate_hz == 250  # ms
    with pytest.raises(RecordingError, match="'Time' goes on by 4 from sample to sample"):
        read(path)
    with pytest.raises(RecordingError, match=r"says 0\.25 Hz and the table 300 Hz"):
        read(path, rate_hz=300)
    counted = write(tmp_path / "b.csv", *table("Time,ECG", range(N), WAVE))
    assert read(counted, rate_hz=300).rate_hz == 300  # a running number


@pytest.mark.parametrize("rate_hz", [130.0, 250.0])
def test_a_wearable_whose_stamps_jitter(tmp_path, rate_hz):
    rng = np.random.default_rng(3)
    times = np.arange(N) / rate_hz + rng.normal(0, 0.2 / rate_hz, N)
    times[600:] += 30
    path = write(tmp_path / "a.csv", *table("Phone timestamp,ecg [uV]", iso(times, digits=3), WAVE))
    got = read(path)
    assert got.rate_hz == pytest.approx(rate_hz, rel=0.005)
    assert got.stretches == [(0, 600), (600, 1000)]
    assert read(path, rate_hz=rate_hz).rate_hz == rate_hz
    with pytest.raises(RecordingError, match="and the table"):
        read(path, rate_hz=1.03 * rate_hz)


def test_packets_that_carry_one_stamp(tmp_path):
    packets = np.arange(N) // 10 * 10 / 130
    packets[700:] += 5
    path = write(tmp_path / "a.csv", *table("Phone timestamp,ecg", iso(packets), WAVE))
    got = read(path)
    assert got.rate_hz == pytest.approx(130, rel=0.01)
    assert got.stretches == [(0, 700), (700, 1000)]


@pytest.mark.parametrize("given", [None, 4.0])
def test_intervals_between_beats_are_no_samples(tmp_path, given):
    beats = np.cumsum(0.8 + 0.06 * np.random.default_rng(4).normal(size=N))
    path = write(tmp_path / "a.csv", *table("Time (s),RR", np.round(beats, 3).tolist(), WAVE))
    with pytest.raises(RecordingError, match="fit no sampling rate"):
        read(path, rate_hz=given)


def test_a_running_number_shows_what_was_lost(tmp_path):
    number = np.arange(N) % 256
    number[400:] = (np.arange(400, N) + 13) % 256
    header = [
        "%OpenBCI Raw EEG Data",
        "%Number of channels = 2",
        "%Sample Rate = 250.0 Hz",
        "%First Column = SampleIndex",
        "%Last Column = Timestamp ",
    ]
    rows = [f"{k}, {x}, {-x}, 11:41:34.502" for k, x in zip(number, WAVE, strict=True)]
    got = read(write(tmp_path / "a.txt", *header, *rows), channel="EXG Channel 1")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units) == (250, "uV")
    assert got.stretches == [(0, 400), (400, 1000)]


def test_opensignals_text_with_lost_samples_on_one_of_two_devices(tmp_path):
    """Each device has its own running number, to the left of its channels."""
    device = {"sampling rate": 500, "column": ["nSeq", "CH1"]}
    head = ["# OpenSignals Text File Format", f"# {json.dumps({'A': device, 'B': device})}"]
    second = np.arange(N) % 16
    second[300:] = (second[300:] + 5) % 16
    rows = [
        f"{k % 16}\t{x}\t{b}\t{-x}\t" for k, (x, b) in enumerate(zip(WAVE, second, strict=True))
    ]
    path = write(tmp_path / "a.txt", *head, "# EndOfHeader", *rows)
    first, other = read(path, channel=1), read(path, channel=3)
    np.testing.assert_allclose(other.samples, -WAVE)
    assert (first.rate_hz, first.stretches) == (500, [(0, N)])
    assert other.stretches == [(0, 300), (300, N)]


HEADERS = {
    "# sampling rate: 250 Hz": 250,
    "# fs = 250": 250,
    "Sampling frequency (Hz): 250.0": 250,
    "Abtastrate;0,5 kHz": 500,
    "Fréquence d’échantillonnage,250 hertz": 250,
    "Frecuencia de muestreo,250 hercios": 250,
    "サンプリングレート,250ヘルツ": 250,
    "Частота дискретизации: 250 герц": 250,
    "sample interval: 4 ms": 250,
    "Sampling Rate: 1,000 Hz": 1000,
    "4 msec/sample": 250,
    "250 samples per second": 250,
    '{"srate": 250}': 250,
}


@pytest.mark.parametrize("line", HEADERS)
def test_rates_in_header_lines(tmp_path, line):
    lines = ["Low pass filter: 40 Hz", "Notch,50 Hz", line, "", "ECG\tEMG"]
    path = write(tmp_path / "a.txt", *lines, *(f"{x}\t{-x}" for x in WAVE))
    assert read(path, channel="EMG").rate_hz == HEADERS[line]
    with pytest.raises(RecordingError, match=f"says {HEADERS[line]} Hz and the table 333 Hz"):
        read(path, channel="EMG", rate_hz=333)


def test_a_filter_is_no_rate(tmp_path):
    lines = ["Low pass filter: 40 Hz", "Heart rate: 72", "Number of samples: 1000", "ECG\tEMG"]
    path = write(tmp_path / "a.txt", *lines, *(f"{x}\t{-x}" for x in WAVE))
    with pytest.raises(RecordingError, match="does not say its sampling rate"):
        read(path, channel="EMG")


def test_a_header_and_a_time_column_that_contradict_each_other(tmp_path):
    lines = table("Time,ECG", [f"{t:.3f}" for t in clock()], WAVE, ahead=("# fs = 500",))
    path = write(tmp_path / "a.csv", *lines)
    with pytest.raises(RecordingError, match="header says 500 Hz and its column 'Time' 250 Hz"):
        read(path)
    assert read(path, rate_hz=250).rate_hz == 250


def test_labchart_blocks(tmp_path):
    """A new block with its own header lines begins after each pause; remarks stand behind rows."""
    head = [
        "Interval=\t0.004 s",
        "ExcelDateTime=\t4.5e+004\t3/1/2024 14:30:00.000000",
        "TimeFormat=\tStartOfBlock",
        "DateFormat=\tM/d/yyyy",
        "ChannelTitle=\tECG\tResp",
        "Range=\t10.000 mV\t1.000 V",
        "UnitName=\tmV\tV",
        "TopValue=\t5\t1",
        "BottomValue=\t-5\t-1",
    ]
    rows = [f"{t:.3f}\t{x}\t{-x}" for t, x in zip(clock(500), WAVE[:500], strict=True)]
    again = [f"{t:.3f}\t{x}\t{-x}" for t, x in zip(clock(500), WAVE[500:], strict=True)]
    rows[10] += "\t#* begin of rest; eyes, closed"
    rows[20] += "\t#1 tab\tin a remark\tand more\tand more"
    path = write(tmp_path / "a.txt", *head, *rows, *head, *again)
    got = read(path, channel="Resp")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units) == (250, "V")
    assert got.stretches == [(0, 500), (500, 1000)]


@pytest.mark.parametrize("timed", [False, True])
def test_acqknowledge(tmp_path, timed):
    head = ["rest.acq", "4 msec/sample", "2 channels", "ECG100C", "mV", "EDA", "microsiemens"]
    names, count = (
        ("sec\tCH1\tCH2\t", "\t1000\t1000\t") if timed else ("CH1\tCH2\t", "1000\t1000\t")
    )
    rows = [f"{x}\t{-x}\t" for x in WAVE]
    if timed:
        rows = [f"{t:.3f}\t{row}" for t, row in zip(clock(), rows, strict=True)]
    path = write(tmp_path / "a.txt", *head, names, count, *rows)
    got = read(path, channel="EDA")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units) == (250, "uS")
    write(path, *head, names, count, *rows[:900])
    with pytest.raises(RecordingError, match="promises 1000 samples and holds 900"):
        read(path, channel="EDA")
    assert len(read(path, channel="EDA", on_short_file="use").samples) == 900


def test_delsys_with_a_time_column_for_each_channel(tmp_path):
    """Its channels have rates of their own, and the slow ones end in empty cells."""
    fast, slow = clock(1000, 2000), clock(250, 500)
    rows = [f"{t:.5f},{x}" for t, x in zip(fast, WAVE, strict=True)]
    rows = [f"{row},{slow[k]:.5f},{k}" if k < 250 else f"{row},," for k, row in enumerate(rows)]
    lines = ['X [s],"Trigno 1: EMG 1 [V]",X [s],"Trigno 1: ACC X 1"', *rows]
    path = write(tmp_path / "a.csv", *lines)
    emg, acc = read(path, channel="Trigno 1: EMG 1"), read(path, channel="Trigno 1: ACC X 1")
    assert (emg.rate_hz, emg.units, len(emg.samples)) == (2000, "V", 1000)
    assert acc.rate_hz == 500
    np.testing.assert_array_equal(acc.samples, np.arange(250))


def test_rows_of_events_and_of_other_channels_are_no_samples(tmp_path):
    """Mind Monitor and others write a row for a blink, or for the accelerometer, in between."""
    times = clock()
    rows = []
    for k, (t, x) in enumerate(zip(times, WAVE, strict=True)):
        rows.append(f"{t:.4f},{x},,")
        if k % 5 == 2:
            rows.append(f"{t + 0.001:.4f},,{k},")
        if k % 97 == 0:
            rows.append(f"{t + 0.002:.4f},,,/muse/elements/blink")
    got = read(write(tmp_path / "a.csv", "TimeStamp,RAW_TP9,Acc,Elements", *rows), channel=1)
    np.testing.assert_allclose(got.samples, WAVE)
    assert (got.rate_hz, got.stretches) == (250, [(0, N)])


def test_a_missing_sample_keeps_its_place(tmp_path):
    cells = [f"{x}" for x in WAVE]
    cells[0] = cells[1] = "NA"
    cells[500:503] = ["", "n/a", "NaN"]
    lines = table("time,event,ecg", [f"{t:.3f}" for t in clock()], ["start", *[""] * 999], cells)
    got = read(write(tmp_path / "a.csv", *lines), channel="ecg")
    expected = WAVE.copy()
    expected[[0, 1, 500, 501, 502]] = np.nan
    np.testing.assert_allclose(got.samples, expected)
    assert (got.rate_hz, got.stretches) == (250, [(0, N)])


@pytest.mark.parametrize(
    "name, json_name",
    [
        ("sub-01_task-rest_physio.tsv.gz", "sub-01_task-rest_physio.json"),
        ("sub-01_task-rest_physio.tsv.gz", "task-rest_physio.json"),
        ("sub-01_task-rest_physio.tsv", "sub-01_physio.json"),
    ],
)
def test_bids_physio(tmp_path, name, json_name):
    import gzip

    rows = "".join("n/a\t0\n" if k == 0 else f"{x}\t{k}\n" for k, x in enumerate(WAVE))
    data = rows.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    said = {
        "SamplingFrequency": 62.5,
        "StartTime": -8,
        "Columns": ["cardiac", "trigger"],
        "cardiac": {"Units": "mV"},
    }
    (tmp_path / json_name).write_text(json.dumps(said))
    got = read(tmp_path / name, channel="cardiac")
    np.testing.assert_allclose(got.samples[1:], WAVE[1:])
    assert np.isnan(got.samples[0])
    assert (got.rate_hz, got.units) == (62.5, "mV")
    with pytest.raises(RecordingError, match=r"says 62\.5 Hz and the table 50 Hz"):
        read(tmp_path / name, channel="cardiac", rate_hz=50)


def test_empatica(tmp_path):
    begin = "1544027337.000000"
    eda = write(tmp_path / "EDA.csv", begin, "4.000000", *(f"{x:.6f}" for x in 1 + WAVE))
    got = read(eda)
    np.testing.assert_allclose(got.samples, 1 + WAVE, atol=1e-6)
    assert (got.rate_hz, got.units, got.channel) == (4, "uS", "EDA")
    rows = [f"{k % 64},{-k % 64},63" for k in range(N)]
    acc = write(tmp_path / "x_ACC.csv", ", ".join([begin] * 3), ", ".join(["32.0"] * 3), *rows)
    np.testing.assert_array_equal(read(acc, channel=1).samples, -np.arange(N) % 64)
    assert read(acc, channel="ACC x").rate_hz == 32
    with pytest.raises(RecordingError, match="says 32 Hz and the table 64 Hz"):
        read(acc, channel=1, rate_hz=64)
    ibi = write(tmp_path / "IBI.csv", f"{begin}, IBI", *(f"{k}.5,0.{k}" for k in range(10, 99)))
    with pytest.raises(RecordingError, match="intervals between beats"):
        read(ibi, channel=1, rate_hz=4)


def test_clocks():
    with pytest.raises(Irregular):
        read_clock(np.cumsum(np.random.default_rng(0).exponential(size=500)))
    with pytest.raises(Irregular, match="does not run forward"):
        read_clock(-np.arange(100.0))
    assert read_clock(np.zeros(100)) is None
    assert read_clock(np.array([0.0, 1.0])) is None
    sparse = np.full(1000, np.nan)
    sparse[::50] = np.arange(20) * 0.5
    assert read_clock(sparse).rate_hz == 100


def test_counters():
    breaks, missing = read_counter(np.r_[0:100, 107:200])
    assert (breaks.tolist(), missing.tolist()) == ([100], [7])
    assert read_counter(np.arange(500) % 16)[0].size == 0
    assert read_counter(np.arange(500) % 101)[0].size == 0
    assert read_counter(np.random.default_rng(0).integers(0, 99, 500)) is None
