"""Arrays by name: what lies beside one says when its samples were taken, in any spelling."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats.read import read

N = 600
WAVE = np.sin(np.arange(N) / 5)
GAP = np.arange(N) / 300 + 9.0 * (np.arange(N) >= 200)

RATES = {
    "Fs": 300,
    "FS": 300.0,
    "fs": np.array([[300]]),
    "SampleRate": 300,
    "SAMPLERATE": 300,
    "sample_rate_hz": 300,
    "srate": 300,
    "sampling_frequency": 300,
    "SamplingFrequency": "300",
    "sfreq": 300,
    "fsample": 300,
    "dt": 1 / 300,
    "sampling_interval": 1 / 300,
}


def write(path: Path, arrays: dict) -> Path:
    if path.suffix == ".npz":
        np.savez(path, **arrays)
    elif path.suffix == ".mat":
        savemat(path, arrays)
    else:
        with h5py.File(path, "w") as file:
            for name, value in arrays.items():
                file[name] = value
    return path


@pytest.mark.parametrize("ending", ["npz", "mat", "h5"])
@pytest.mark.parametrize("name", RATES)
def test_rates_by_name(tmp_path, ending, name):
    path = write(tmp_path / f"a.{ending}", {"ecg": WAVE, name: RATES[name]})
    got = read(path, variable="ecg")
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.rate_hz == pytest.approx(300)
    with pytest.raises(RecordingError, match="says 300 Hz and the table 250 Hz"):
        read(path, variable="ecg", rate_hz=250)


def test_rates_in_attributes(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["rest/ecg"] = WAVE
        file["rest"].attrs["Sampling Rate (Hz)"] = 300
        file["rest/emg"] = WAVE
        file["rest/emg"].attrs["FS"] = 1000
    assert read(tmp_path / "a.h5", variable="rest/ecg").rate_hz == 300
    assert read(tmp_path / "a.h5", variable="rest/emg").rate_hz == 1000


def test_the_rate_of_the_same_structure_holds(tmp_path):
    structures = {
        "ecg": {"values": WAVE, "fs": 300},
        "emg": {"values": -WAVE, "fs": 1000},
        "info": {"who": "x"},
    }
    path = write(tmp_path / "a.mat", {"data": structures})
    assert read(path, variable="data.ecg.values").rate_hz == 300
    assert read(path, variable="data.emg.values").rate_hz == 1000
    path = write(tmp_path / "b.mat", {"x": WAVE, "info": {"Fs": 300}})
    assert read(path, variable="x").rate_hz == 300
    path = write(tmp_path / "c.mat", {"x": WAVE, "fs": 300, "sampling_rate": 500})
    with pytest.raises(RecordingError, match=r"several rates \(300, 500 Hz\)"):
        read(path, variable="x")
    assert read(path, variable="x", rate_hz=500).rate_hz == 500


def test_one_rate_for_each_channel(tmp_path):
    path = write(tmp_path / "a.npz", {"x": np.stack([WAVE, -WAVE]), "fs": np.array([300, 100])})
    assert [read(path, variable="x", channel=k).rate_hz for k in (0, 1)] == [300, 100]


@pytest.mark.parametrize("ending", ["npz", "mat", "h5"])
@pytest.mark.parametrize(
    "name, unit", [("time", 1), ("t", 1), ("time_ms", 1000), ("timestamps", 1)]
)
@pytest.mark.parametrize("columns", [1, 2])
def test_times_beside_an_array(tmp_path, ending, name, unit, columns):
    ecg = WAVE if columns == 1 else np.stack([WAVE, -WAVE], axis=1)
    path = write(tmp_path / f"a.{ending}", {"ecg": ecg, name: np.round(GAP * unit, 6)})
    got = read(path, channel=0)
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.rate_hz == pytest.approx(300, rel=1e-4)
    assert got.stretches == [(0, 200), (200, N)]
    part = read(path, channel=0, start_s=0.5, duration_s=1)
    np.testing.assert_allclose(part.samples, WAVE[150:450])
    assert part.stretches == [(0, 50), (50, 300)]
    with pytest.raises(RecordingError, match="and the table 1000 Hz"):
        read(path, channel=0, rate_hz=1000)


def test_dates_beside_an_array(tmp_path):
    times = np.datetime64("2024-01-01T00:00:00", "ns") + (GAP * 1e9).astype("timedelta64[ns]")
    got = read(write(tmp_path / "a.npz", {"ecg": WAVE, "time": times}))
    assert (got.rate_hz, got.stretches) == (300, [(0, 200), (200, N)])


def test_times_decide_which_axis_is_time(tmp_path):
    """Eight samples of a hundred channels."""
    array = np.arange(800.0).reshape(8, 100)
    path = write(tmp_path / "a.npz", {"x": array, "t": np.arange(8) / 50})
    got = read(path, channel=3)
    np.testing.assert_array_equal(got.samples, array[:, 3])
    assert got.rate_hz == 50


def test_irregular_times_are_refused(tmp_path):
    beats = np.cumsum(0.8 + 0.1 * np.random.default_rng(1).normal(size=N))
    path = write(tmp_path / "a.npz", {"rr": WAVE, "time": beats})
    with pytest.raises(RecordingError, match="fit no sampling rate"):
        read(path, rate_hz=4)


def test_names_and_units_of_channels(tmp_path):
    """AcqKnowledge's MATLAB export."""
    arrays = {
        "data": np.stack([WAVE, -WAVE], axis=1),
        "isi": 2.0,
        "isi_units": "ms",
        "labels": np.array(["ECG lead II", "EDA"], dtype=object),
        "units": np.array(["mV", "microsiemens"], dtype=object),
        "start_sample": 0.0,
    }
    got = read(write(tmp_path / "a.mat", arrays), channel="EDA", variable="data")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units, got.channel) == (500, "uS", "EDA")


def test_labchart_for_matlab(tmp_path):
    """All blocks of all channels lie in one row."""
    blocks = [WAVE[:200], -WAVE[:200], WAVE[200:], -WAVE[200:]]
    ends = np.cumsum([len(block) for block in blocks]).reshape(2, 2).T
    arrays = {
        "data": np.concatenate(blocks)[None],
        "datastart": ends - np.array([[199, 399]] * 2),
        "dataend": ends,
        "titles": np.array(["ECG ", "Resp"]),
        "samplerate": np.full((2, 2), 1000.0),
        "unittext": np.array(["mV", "V "]),
        "unittextmap": np.array([[1, 1], [2, 2]]),
    }
    path = write(tmp_path / "a.mat", arrays)
    got = read(path, channel="Resp")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units) == (1000, "V")
    assert got.stretches == [(0, 200), (200, N)]


def test_parquet_times(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    stamps = pa.array(np.round(GAP * 1e6).astype(np.int64) + 1_700_000_000_000_000)
    table = pa.table(
        {
            "timestamp": stamps.cast(pa.timestamp("us")),
            "who": ["x"] * N,
            "ecg [mV]": WAVE,
            "sample": np.arange(N) + 4 * (np.arange(N) >= 400),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet", channel="ecg [mV]")
    np.testing.assert_allclose(got.samples, WAVE)
    assert (got.rate_hz, got.units) == (300, "mV")
    assert got.stretches == [(0, 200), (200, 400), (400, N)]
    with pytest.raises(RecordingError, match="says 300 Hz and the table 256 Hz"):
        read(tmp_path / "a.parquet", channel="ecg [mV]", rate_hz=256)


def test_only_the_wanted_part_of_a_dataset_is_read(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = np.arange(40_000.0).reshape(20_000, 2)
        file["fs"] = 1000
    asked = []
    original = h5py.Dataset.__getitem__

    def counting(self, where, **settings):
        found = original(self, where, **settings)
        asked.append(np.size(found))
        return found

    monkeypatch.setattr(h5py.Dataset, "__getitem__", counting)
    got = read(tmp_path / "a.h5", variable="x", channel=1, start_s=2, duration_s=0.1, isolate=False)
    np.testing.assert_array_equal(got.samples, 2 * np.arange(2000, 2100) + 1)
    assert max(asked) <= 100
