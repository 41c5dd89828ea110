"""Arrays of MATLAB, NumPy, HDF5, NWB and EEGLAB as people's programs lay them out."""

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from biospectra.errors import RecordingError
from biospectra.formats import read as formats

N, RATE_HZ = 600, 200
T = np.arange(N) / RATE_HZ
BOTH = np.column_stack([np.sin(2 * np.pi * 5 * T), 2 * np.cos(2 * np.pi * 3 * T)])


def read(path, **given):
    return formats.read(path, isolate=False, **given)


@pytest.mark.parametrize(
    ("beside", "rate_hz"),
    [
        ({"ecg_fs": 200, "emg_fs": 1000}, 200),
        ({"fsECG": 200.0, "fsEMG": 1000.0}, 200),
        ({"Fs_kHz": 0.2}, 200),
        ({"dt_ms": 5}, 200),
        ({"fs": np.array([200, 200])}, 200),
    ],
)
def test_rates_by_their_names(tmp_path, beside, rate_hz):
    savemat(tmp_path / "a.mat", {"ecg": BOTH[:, 0], **beside})
    np.savez(tmp_path / "a.npz", ecg=BOTH[:, 0], **beside)
    for name in ("a.mat", "a.npz"):
        signal = read(tmp_path / name, variable="ecg")
        assert signal.rate_hz == pytest.approx(rate_hz)
        np.testing.assert_allclose(signal.samples, BOTH[:, 0])


def test_which_axis_is_time(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "square.npz", data=rng.random((40, 40)), fs=200)
    with pytest.raises(RecordingError, match="40 x 40, and nothing says which axis is time"):
        read(tmp_path / "square.npz", channel=0)
    data = rng.random((40, 30))  # channels, samples
    np.savez(tmp_path / "told.npz", data=data, fs=200, ch_names=[f"E{k}" for k in range(40)])
    signal = read(tmp_path / "told.npz", channel="E7")
    np.testing.assert_array_equal(signal.samples, data[7])
    assert not signal.remarks
    np.savez(tmp_path / "open.npz", data=data, fs=200)
    signal = read(tmp_path / "open.npz", channel=7)
    np.testing.assert_array_equal(signal.samples, data[:, 7])
    assert "the longer axis is taken for time" in signal.remarks[0]
    np.save(tmp_path / "none.npy", np.float64(3))
    with pytest.raises(RecordingError, match="one or two dimensions"):
        read(tmp_path / "none.npy", rate_hz=200)


def matlab_73(path, *, labels=(), empty=False):
    """Write a structure as MATLAB 7.3 does: columns first, texts as codes, cells as references."""
    with h5py.File(path, "w", userblock_size=512) as file:

        def put(group, name, value, kind):
            item = group.create_dataset(name, data=value)
            item.attrs["MATLAB_class"] = np.bytes_(kind)
            return item

        group = file.create_group("data")
        put(group, "signal", BOTH.T, "double")
        put(group, "fs", [[float(RATE_HZ)]], "double")
        put(group, "who", np.array([[ord(c)] for c in "anna"], "u2"), "char")
        if empty:
            put(group, "marks", np.array([0, 0], "u8"), "double").attrs["MATLAB_empty"] = 1
        codes = [np.array([[ord(c)] for c in label], "u2") for label in labels]
        cells = [put(file, f"#refs#/{k}", code, "char").ref for k, code in enumerate(codes)]
        put(group, "labels", np.array([cells], h5py.ref_dtype), "cell")
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(116) + b"\0" * 8 + b"\x00\x02IM")


def test_structures_of_matlab_73(tmp_path):
    matlab_73(tmp_path / "a.mat", labels=["ECG", "EMG"], empty=True)
    signal = read(tmp_path / "a.mat", channel="EMG")
    assert (signal.channel, signal.rate_hz) == ("EMG", RATE_HZ)
    np.testing.assert_array_equal(signal.samples, BOTH[:, 1])


def test_hdf5_packed_and_with_names(tmp_path):
    counts = np.rint(BOTH.T * 1000).astype("i2")
    counts[0, :5] = -9999
    with h5py.File(tmp_path / "a.h5", "w") as file:
        data = file.create_dataset("g/data", data=counts)
        data.attrs.update({"scale_factor": 1e-3, "add_offset": 2.0, "_FillValue": np.int16(-9999)})
        file["g"].attrs["fs"] = RATE_HZ
        file["g/channel_names"] = np.array(["ECG", "EMG"], "S")
    signal = read(tmp_path / "a.h5", channel="ECG")
    assert np.isnan(signal.samples[:5]).all()
    np.testing.assert_allclose(signal.samples[5:], BOTH[5:, 0] + 2, atol=6e-4)


@pytest.mark.parametrize("told", ["electrodes", "timestamps", ""])
def test_nwb_with_time_along_the_second_axis(tmp_path, told):
    with h5py.File(tmp_path / "a.nwb", "w") as file:
        series = file.create_group("acquisition/series")
        series.attrs["neurodata_type"] = "ElectricalSeries"
        series.create_dataset("data", data=BOTH.T).attrs["unit"] = "volts"
        if told == "timestamps":
            series["timestamps"] = T
        else:
            series.create_dataset("starting_time", data=0.0).attrs["rate"] = float(RATE_HZ)
        if told == "electrodes":
            series["electrodes"] = [0, 1]
    signal = read(tmp_path / "a.nwb", channel=1, **({"duration_s": 1} if told else {}))
    if told:
        np.testing.assert_allclose(signal.samples, 1e6 * BOTH[:RATE_HZ, 1])
        assert "it was turned" in signal.remarks[0]
    else:
        assert f"2 samples of {N} channels" in signal.remarks[0]


SET = {"nbchan": 2.0, "trials": 1.0, "pnts": float(N), "srate": float(RATE_HZ), "xmin": 0.0}
SET |= {"xmax": 3.0, "setname": "a", "event": [], "icawinv": [], "icaweights": []}
SET |= {"icasphere": [], "icaact": [], "ref": "common", "data": BOTH.T.astype("f4")}
PLACES = np.array([("Cz", "EEG"), ("EKG", "ECG")], dtype=[("labels", object), ("type", object)])


def test_a_set_named_from_where_one_stands(tmp_path, monkeypatch):
    savemat(tmp_path / "a.set", {"EEG": SET | {"chanlocs": PLACES}})
    monkeypatch.chdir(tmp_path)
    np.testing.assert_allclose(read("a.set", channel="EKG").samples, BOTH[:, 1], rtol=1e-5)


@pytest.mark.parametrize(
    "content", [{"a": np.arange(5)}, {"EEG": np.arange(5.0)}, {"EEG": {}}, {"EEG": {"data": "x"}}]
)
def test_a_set_that_is_none(tmp_path, content):
    savemat(tmp_path / "a.set", content)
    with pytest.raises(RecordingError, match="holds no data set of EEGLAB") as found:
        read(tmp_path / "a.set")
    assert "Error" not in str(found.value) and "object" not in str(found.value)


def test_a_set_of_epochs(tmp_path):
    epochs = np.stack([BOTH.T[:, : N // 2], BOTH.T[:, N // 2 :]], 2).astype("f4")
    whole = SET | {"chanlocs": PLACES, "trials": 2.0, "pnts": N / 2, "data": epochs}
    savemat(tmp_path / "a.set", {"EEG": whole})
    with pytest.raises(RecordingError, match=r"holds 2 epochs .* segments.around"):
        read(tmp_path / "a.set", channel=0)
