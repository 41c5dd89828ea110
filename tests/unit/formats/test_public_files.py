"""Recorders' own files, where MNE's testing data are installed: `mne.datasets.testing.data_path()`.

Each is compared with the same recording in another format, which other code reads.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from biospectra.formats.read import read

FOLDER = os.environ.get("MNE_DATASETS_TESTING_PATH", "~/mne_data")
TESTING = Path(FOLDER).expanduser() / "MNE-testing-data"
pytestmark = pytest.mark.skipif(not TESTING.is_dir(), reason=f"MNE's files are not in {TESTING}")

# Of each the same recording in another format, and how far samples may be apart, in uV.
PAIRS = {
    "antio/CA_208/test_CA_208_start_stop.cnt": ("antio/CA_208/test_CA_208_start_stop.vhdr", 0.01),
    "antio/NA_271_bips/test-na-271-legacy.cnt": ("antio/NA_271_bips/test-na-271.vhdr", 0.01),
    "NihonKohden/MB0400FU.EEG": ("NihonKohden/MB0400FU.EDF", 0.011),
    "curry/test_bdf_stim_channel Curry 8.cdt": ("BDF/test_bdf_stim_channel.bdf", 0.001),
    "curry/test_bdf_stim_channel Curry 7.dap": ("BDF/test_bdf_stim_channel.bdf", 0.001),
}


@pytest.mark.parametrize("name", PAIRS)
def test_as_another_format_has_it(name):
    other, limit = PAIRS[name]
    for k in range(3):
        one, same = (read(TESTING / path, channel=k) for path in (name, other))
        assert (one.units, one.rate_hz) == (same.units, same.rate_hz) and one.units == "uV"
        np.testing.assert_allclose(one.samples, same.samples, rtol=0, atol=limit)


def test_where_an_amplifier_was_stopped_a_stretch_ends():
    folder = TESTING / "antio/CA_208"
    stopped = read(folder / "test_CA_208_start_stop.cnt", channel="Fp1")
    assert stopped.stretches == [(0, 3828), (3828, 7656), (7656, 11_087)]
    cut = read(folder / "test_CA_208_amp_disconnection.cnt", channel="Fp1")
    assert cut.stretches == [(0, 6075), (6075, 9572)]
