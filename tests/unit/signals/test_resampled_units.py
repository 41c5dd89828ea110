"""A recording becomes one signal of the study, on its scale."""

import h5py
import numpy as np
import pytest
import wfdb

from biospectra.signals.scaling import common_unit
from biospectra.steps import resample as recordings
from biospectra.store.hdf5 import attributes_of
from biospectra.store.original_files import READING
from biospectra.store.quarantine import write_rejected

RATE_HZ = 128
CLEANING = {"highpass_hz": None, "lowpass_hz": None, "notch_hz": None, "baseline": "none"}
IN_UNITS = {"mV": 1, "uV": 1e3, "V": 1e-3, "nV": 1e6, "mmHg": 1}


@pytest.mark.parametrize("scale", ["physical", "robust"])
def test_voltages_of_all_files_are_in_one_unit(tmp_path, monkeypatch, scale):
    samples = np.sin(2 * np.pi * 5 * np.arange(10 * RATE_HZ) / RATE_HZ)
    rows = []
    for units, factor in IN_UNITS.items():
        wfdb.wrsamp(
            units,
            fs=RATE_HZ,
            units=[units],
            sig_name=["II"],
            p_signal=factor * samples[:, None],
            fmt=["32"],
            write_dir=str(tmp_path),
        )
        described = dict.fromkeys([*READING, *recordings.ATTRIBUTES])
        described |= {"channel": "II", "label": "a", "subject": "p", "source": "s"}
        rows.append(described | {"recording": units, "database": "d"})
    files = {units: tmp_path / f"{units}.hea" for units in IN_UNITS}
    monkeypatch.setattr(recordings, "first_files", lambda folder: files)
    monkeypatch.setattr(recordings, "file_hashes", lambda folder: {key: [] for key in files})
    write_rejected({}, tmp_path / "rejected.tsv")
    recordings.resample_shard(
        rows,
        tmp_path,
        tmp_path / "out.h5",
        tmp_path / "left_out.tsv",
        rate_hz=RATE_HZ,
        scale=scale,
        cleaning=CLEANING | {"by_database": {}, "by_label": {}},
        band=None,
        on_bad_recording="stop",
    )
    with h5py.File(tmp_path / "out.h5") as file:
        for units in IN_UNITS:
            kept = units if units == "mmHg" else "mV"
            assert attributes_of(file[units])["units"] == (
                kept if scale == "physical" else "robust"
            )
            np.testing.assert_allclose(file[units]["signal"][()], samples, atol=2e-3)


@pytest.mark.parametrize(
    ("units", "unit", "factor"),
    [("µV", "mV", 1e-3), ("μV", "mV", 1e-3), ("UV", "mV", 1e-3), ("mv", "mV", 1), ("g", "g", 1)],
)
def test_units_are_known_however_they_are_written(units, unit, factor):
    assert common_unit(units) == (unit, factor)
