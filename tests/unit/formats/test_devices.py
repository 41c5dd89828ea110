"""Tables as wearables and laboratory programs write them are read as they are."""

import datetime

import numpy as np
import pytest

from biospectra.formats.read import read

N = 2000
WAVE = np.round(100 * np.sin(np.arange(N) / 9), 3)


def lines(head: str, row) -> str:
    return head + "".join(row(k, x) for k, x in enumerate(WAVE))


def mind_monitor() -> str:
    """Packets of twelve rows, and rows for blinks between them."""
    text = "TimeStamp,Delta_TP9,RAW_TP9,Battery,Elements\n"
    begin, rng = datetime.datetime(2021, 1, 1, 12), np.random.default_rng(1)
    for k, x in enumerate(WAVE):
        late_s = float(k // 12 * 12 / 256 + rng.normal(0, 0.004))
        stamp = f"{begin + datetime.timedelta(seconds=late_s):%Y-%m-%d %H:%M:%S.%f}"[:-3]
        text += f"{stamp},0.5,{x},80,\n"
        if k % 301 == 7:
            text += f"{stamp},,,,/muse/elements/blink\n"
    return text


def fast_and_slow(k: int, x: float) -> str:
    slow = f"{k / 148.148148:.6f},{k}" if k < 150 else ","
    return f"{k / 1925.925926:.6f},{x},{slow}\n"


# Text, channel, rate, unit and sign of its samples.
DEVICES = {
    "Apple Watch": (
        lines(
            'Name,John Doe\nDate of Birth,"Jan 1, 1980"\nRecorded Date,2019-03-28 11:35:24 +0100\n'
            'Classification,Sinus Rhythm\nSymptoms,\nSoftware Version,1.22\nDevice,"Watch"\n'
            "Sample Rate,512.414 hertz\n\nLead,Lead I\nUnit,µV\n\n",
            lambda k, x: f"{x:.3f}\n",
        ),
        "Lead I",
        512.414,
        "uV",
        1,
    ),
    "Apple Watch, all cells quoted": (
        lines(
            '"Name","X"\n"Abtastrate","512 Hertz"\n"Ableitung","Ableitung I"\n"Einheit","µV"\n\n',
            lambda k, x: f'"{x:.3f}"\n'.replace(".", ","),
        ),
        "Ableitung I",
        512,
        "uV",
        1,
    ),
    "Shimmer": (
        lines(
            "sep=\t\nS_Timestamp_FormattedUnix_CAL\tS_ECG_CAL\tS_Sample_Counter\t\n"
            "yyyy/mm/dd hh:mm:ss.000\tmV\tno units\t\n",
            lambda k, x: f"2019/08/15 12:20:{30 + k / 256:06.3f}\t{x}\t{k}\t\n",
        ),
        "S_ECG_CAL",
        256,
        "mV",
        1,
    ),
    "Shimmer in ms since 1970": (
        lines(
            "sep=\t\nS_Timestamp_Unix_CAL\tS_ECG_CAL\t\nms\tmV\t\n",
            lambda k, x: f"{1565871630000 + k * 1000 / 256:.6f}\t{x}\t\n",
        ),
        "S_ECG_CAL",
        256,
        "mV",
        1,
    ),
    "OpenBCI": (
        lines(
            "%OpenBCI Raw EXG Data\n%Number of channels = 2\n%Sample Rate = 250 Hz\n"
            "Sample Index, EXG Channel 0, EXG Channel 1, Timestamp, Timestamp (Formatted)\n",
            lambda k, x: (
                f"{k % 256}, {x}, {-x}, {1.6e9 + k // 10 * 0.04 + k % 10 * 1e-4:.6f}, "
                f"2020-09-13 14:26:{k // 250 % 60:02d}.{k % 250 * 4:03d}\n"
            ),
        ),
        "EXG Channel 1",
        250,
        "uV",
        -1,
    ),
    "Mind Monitor": (mind_monitor(), "RAW_TP9", 256, "adu", 1),
    "Emotiv": (
        lines(
            "title:rec, recorded:01.01.20 10.10.10, sampling:128, subject:x, labels:COUNTER AF3\n"
            "Timestamp,EEG.Counter,EEG.AF3,EEG.F7\n",
            lambda k, x: f"{1577873410 + k / 128:.6f},{k % 128},{x},{-x}\n",
        ),
        "EEG.F7",
        128,
        "adu",
        -1,
    ),
    "LabChart with decimal commas": (
        lines(
            "Interval=\t0,001 s\nExcelDateTime=\t4,2e4\t1/1/2020\nTimeFormat=\tStartOfBlock\n"
            "ChannelTitle=\tECG\tResp\nRange=\t10,000 mV\t10,000 V\n",
            lambda k, x: f"{k / 1000:.3f}\t{x}\t{-x}\n".replace(".", ","),
        ),
        "Resp",
        1000,
        "V",
        -1,
    ),
    "AcqKnowledge with commas": (
        lines(
            "f.acq\n1 msec/sample\n2 channels\nECG\nmV\nRSP, X\nVolts\nmilliSec,CH1,CH2,\n"
            ",2000,2000,\n",
            lambda k, x: f"{k},{x},{-x},\n",
        ),
        "RSP, X",
        1000,
        "V",
        -1,
    ),
    "AcqKnowledge without times": (
        lines(
            "f.acq\n1000 samples/second\n1 channels\nECG\nmV\nCH1\n2000\n", lambda k, x: f"{x}\n"
        ),
        "ECG",
        1000,
        "mV",
        1,
    ),
    "EMGworks": (
        lines(
            "Label: T 1: EMG 1 Sampling frequency: 1925.925926 Number of points: 2000 start: 0 "
            "Unit: Volts Domain: Time\nLabel: T 1: Acc 1.X Sampling frequency: 148.148148 Number "
            "of points: 150 start: 0 Unit: g Domain: Time\n\n"
            "X[s],T 1: EMG 1,X[s],T 1: Acc 1.X\n",
            fast_and_slow,
        ),
        "T 1: EMG 1",
        1925.925926,
        "V",
        1,
    ),
    "PhysioNet's samples as CSV": (
        lines("'sample interval','ECG I'\n'0.002 sec','mV'\n", lambda k, x: f"{k},{x}\n"),
        "ECG I",
        500,
        "mV",
        1,
    ),
    "rdsamp with dates, over midnight": (
        lines(
            "       Time      Date\tMLII\tV5\n(hh:mm:ss.mmm) (dd/mm/yyyy)\t(mV)\t(mV)\n",
            lambda k, x: (
                f"[23:59:{58 + k / 250:06.3f} 31/12/1999]\t{x}\t{-x}\n"
                if k < 500
                else f"[00:00:{(k - 500) / 250:06.3f} 01/01/2000]\t{x}\t{-x}\n"
            ),
        ),
        "V5",
        250,
        "mV",
        -1,
    ),
    "numpy.savetxt": (
        lines("# time ecg\n", lambda k, x: f"{k / 250:.18e} {x:.18e}\n"),
        "ecg",
        250,
        "adu",
        1,
    ),
    "a spreadsheet's days": (
        lines("Time,ECG\n", lambda k, x: f"{44000 + k / 250 / 86400:.10f},{x}\n"),
        "ECG",
        250,
        "adu",
        1,
    ),
    "a date and a time": (
        lines("Date,Time,ECG\n", lambda k, x: f"2020-01-01,12:00:{k / 250:06.3f},{x}\n"),
        "ECG",
        250,
        "adu",
        1,
    ),
    "morning and afternoon": (
        lines(
            "Time,ECG\n",
            lambda k, x: (
                f"11:59:{58 + k / 250:06.3f} AM,{x}\n"
                if k < 500
                else f"12:00:{(k - 500) / 250:06.3f} PM,{x}\n"
            ),
        ),
        "ECG",
        250,
        "adu",
        1,
    ),
    "whole seconds": (
        lines("time,hr\n", lambda k, x: f"{k // 3600:02d}:{k // 60 % 60:02d}:{k % 60:02d},{x}\n"),
        "hr",
        1,
        "adu",
        1,
    ),
}


@pytest.mark.parametrize("device", DEVICES)
def test_devices(tmp_path, device):
    text, channel, rate_hz, units, sign = DEVICES[device]
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    got = read(tmp_path / "a.csv", channel=channel)
    np.testing.assert_allclose(got.samples, sign * WAVE, atol=1e-9)
    assert got.rate_hz == pytest.approx(rate_hz, rel=1e-5)
    assert (got.channel, got.units) == (channel, units)
    assert got.stretches == [(0, N)]
