"""spectrogram, scaleogram, png and examples, each run by snakemake."""

import h5py
import hdf5plugin  # noqa: F401
import numpy as np
import pytest
import yaml

from biospectra.store.hdf5 import attributes_of
from biospectra.store.rows import read_rows
from support.tiny import TONE_HZ

SHARDS = ("0", "1")


def read(paths):
    rows = read_rows(paths)
    images, axes = [], {}
    for path in paths:
        with h5py.File(path) as file:
            images.append(file["images"][()])
            axes = {name: file[name][()] for name in ("frequency_hz", "time_s")}
            settings = attributes_of(file["images"])
    return rows, np.concatenate(images), axes, settings


def test_spectrogram_shows_the_tone_at_its_frequency_and_level(tiny):
    rows, images, axes, settings = read(tiny.make(*(f"spectrogram/{s}.h5" for s in SHARDS)))
    assert images.shape == (120, 32, 64)
    assert images.dtype == np.uint8
    assert axes["frequency_hz"][0] > axes["frequency_hz"][-1]
    np.testing.assert_allclose(np.diff(axes["time_s"]), 2 / 64)
    low_db, high_db = settings["limits_db"]
    for label, tone_hz in TONE_HZ.items():
        own = images[((rows["label"] == label) & (rows["recording"] != f"{label}_0")).to_numpy()]
        mean = own.mean(axis=(0, 2))
        assert axes["frequency_hz"][mean.argmax()] == pytest.approx(tone_hz, abs=2)
        level_db = low_db + mean.max() / 255 * (high_db - low_db)
        assert level_db == pytest.approx(0, abs=1.5)  # amplitude 1 mV


def test_scaleogram_is_rgb_and_shows_the_tone(tiny):
    from biospectra.transforms.colour import colour_table

    rows, images, axes, _ = read(tiny.make(*(f"scaleogram/{s}.h5" for s in SHARDS)))
    assert images.shape == (120, 32, 32, 3)
    table = {tuple(rgb): level for level, rgb in enumerate(colour_table("viridis"))}
    own = images[(rows["recording"] == "fast_1").to_numpy()]
    levels = np.array([table[tuple(pixel)] for pixel in own[4].reshape(-1, 3)]).reshape(32, 32)
    row = levels.mean(axis=1).argmax()
    assert axes["frequency_hz"][row] == pytest.approx(40, rel=0.1)


def test_png_writes_files_and_contact_sheets(tiny):
    import cv2

    folder, slow, fast = tiny.make(
        "png/spectrogram/segments", "png/spectrogram/slow.png", "png/spectrogram/fast.png"
    )
    files = sorted(folder.glob("*/*.png"))
    assert len(files) == 6
    picture = cv2.imread(str(files[0]))
    assert picture.shape == (32, 64, 3)
    for sheet in (slow, fast):
        assert cv2.imread(str(sheet)).shape[1] > 1000


def test_examples_are_drawn(tiny):
    import cv2

    (path,) = tiny.make("png/examples.png")
    picture = cv2.imread(str(path))
    assert picture.shape[1] > picture.shape[0]
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 200


def test_the_mother_wavelets_are_drawn(tiny):
    picture, svg = tiny.make("png/wavelets.png", "png/wavelets.svg")
    drawn = svg.read_text()
    assert ">cmor1.5-1.0<" in drawn
    assert drawn.count(">used here<") == 1
    assert picture.stat().st_size > 50_000


def test_check_transforms_passes_with_the_studys_settings(tiny):
    import pandas as pd

    table, figure = tiny.make("check_transforms.tsv", "check_transforms.png")
    checks = pd.read_csv(table, sep="\t")
    assert checks["passed"].all()
    assert {name.split(":")[0] for name in checks["check"]} == {"spectrogram", "scaleogram"}
    assert figure.stat().st_size > 10_000


def test_the_cone_of_influence_is_masked_where_the_recording_ends(finished):
    study = finished("scaleogram/0.h5")
    config = yaml.safe_load(study.config.read_text())
    config["images"]["scaleogram"] |= {"cone_of_influence": "mask", "colour_map": None}
    study.config.write_text(yaml.safe_dump(config, sort_keys=False))
    (path,) = study.make("scaleogram/0.h5")
    rows = read_rows([path])
    with h5py.File(path) as file:
        share, images = file["cone_share"][()], file["images"][()]
    first = (rows["start_s"] == 0).to_numpy()
    middle = rows["start_s"].between(10, 20).to_numpy()
    assert (share[first] > 0.02).all()
    assert (share[middle] == 0).all()
    assert (images[first][:, -1, 0] == 0).all()
