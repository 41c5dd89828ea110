"""What is restored is measured alike as an image and as samples."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.evaluation.bootstrap import mean_interval
from biospectra.evaluation.both_domains import IMAGE_ITSELF, errors_in_both_domains
from biospectra.transforms.spectrogram import Spectrogram

RATE_HZ, SAMPLES = 128, 256
SETTINGS = {
    "kind": "spectrogram",
    "height": 32,
    "width": 64,
    "window": "hann",
    "window_s": 0.5,
    "scaling": "amplitude",
    "frequency_axis": "linear",
    "frequency_range_hz": None,
    "limits_db": [-70, 0],
    "compression": "none",
}


def tones(samples: int) -> np.ndarray:
    time_s = np.arange(samples) / RATE_HZ
    return 0.5 * np.sin(2 * np.pi * 10 * time_s) + 0.2 * np.sin(2 * np.pi * 41 * time_s + 1)


@pytest.mark.parametrize("scaling", ["amplitude", "psd"])
@pytest.mark.parametrize("height", [32, 50])
def test_the_exact_magnitudes_with_the_true_phase_give_the_samples(scaling, height):
    limits_db = (-200.0, 20.0)
    transform = Spectrogram(
        rate_hz=RATE_HZ,
        samples=SAMPLES,
        height=height,
        width=64,
        scaling=scaling,
        limits_db=limits_db,
    )
    windows = tones(SAMPLES + 2 * transform.margin).astype(np.float32)[None]
    images = (transform.decibel(windows) + 200) / 220
    back = transform.invert(images, windows)
    true = windows[:, transform.margin : transform.margin + SAMPLES]
    np.testing.assert_allclose(back, true, atol=2e-3)  # but for the mean, which no row shows


@pytest.fixture
def study(tmp_path):
    """Resampled recordings in two shards, and rows of their segments."""
    random, rows = np.random.default_rng(0), []
    for shard, names in enumerate((["b", "a"], ["c"])):
        with h5py.File(tmp_path / f"{shard}.h5", "w") as file:
            for name in names:
                group = file.create_group(name)
                signal = tones(1024) + 0.05 * random.standard_normal(1024)
                group["signal"] = signal.astype(np.float32)
                group["stretches"] = np.array([[0, 1024]])
                group.attrs["rate_hz"] = RATE_HZ
                rows += [
                    {"recording": name, "segment": i, "start_s": 2.0 * i, "label": "x"}
                    for i in (2, 0, 3)
                ]
    rows = pd.DataFrame(rows).assign(subject=lambda t: t["recording"])
    return rows, [str(tmp_path / f"{shard}.h5") for shard in (0, 1)]


def measured(study, **restorers) -> pd.DataFrame:
    given = {"of_images": {}, "of_samples": {}} | restorers
    table = errors_in_both_domains(*study, SETTINGS, rate_hz=RATE_HZ, samples=SAMPLES, **given)
    assert (table["method"].value_counts() == 9).all()
    return table


def test_what_is_restored_whole_has_no_error(study):
    whole = {"whole": lambda given: given}
    table = measured(study, of_images=whole).query("method == 'whole'")
    assert (table["mse"] == 0).all()
    assert (table["ssim"] > 0.999).all()
    assert table["snr_db"].to_numpy() == pytest.approx(  # the image's own limit, and no more
        measured(study)["snr_db"].to_numpy()
    )
    assert table["snr_db"].between(20, 45).all()
    table = measured(study, of_samples=whole).query("method == 'whole'")
    assert (table["mse"] == 0).all()  # the true neighbours and all
    assert (table["snr_db"] > 100).all()


def test_a_known_error_is_found_in_both_terms(study):
    table = measured(study, of_samples={"half": lambda given: given / 2})
    half = table.query("method == 'half'")
    assert half["snr_db"].to_numpy() == pytest.approx(20 * np.log10(2), abs=1e-4)
    step = 20 * np.log10(2) / 70  # 6 dB darker, but for the edges, which see true neighbours
    assert half["mse"].mean() == pytest.approx(step**2, rel=0.25)
    table = measured(study, of_images={"dark": lambda given: np.maximum(given - step, 0)})
    dark = table.query("method == 'dark'")
    assert dark["mse"].to_numpy() == pytest.approx(step**2, rel=0.1)
    assert dark["snr_db"].to_numpy() == pytest.approx(20 * np.log10(2), abs=0.3)


def test_an_image_that_leads_back_to_no_samples_says_so(study):
    whole = {"whole": lambda given: given}
    log = SETTINGS | {"frequency_axis": "log"}
    table = errors_in_both_domains(
        *study, log, rate_hz=RATE_HZ, samples=SAMPLES, of_images=whole, of_samples=whole
    )
    assert table.loc[table["method"] == IMAGE_ITSELF, "snr_db"].isna().all()


def test_a_mean_over_people():
    people = np.repeat([f"p{i}" for i in range(12)], 5)
    values = np.repeat(np.arange(12.0), 5)
    low, high = mean_interval(values, people, np.full(60, "x"), draws=4000, seed=1)
    # Of the mean of 12 independent people, by Student's t.
    error = 2.201 * np.std(np.arange(12), ddof=1) / np.sqrt(12)
    assert (high - low) / 2 == pytest.approx(error, rel=0.1)
    assert mean_interval(values, people, people, draws=100, seed=1) is None
