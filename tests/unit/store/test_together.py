"""Channels together: one entry for each time, with a plane for each channel."""

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.errors import StudyError
from biospectra.evaluation.reconstruction import reconstruction_errors
from biospectra.models.augmentation import augment_images, augment_samples
from biospectra.steps.feature_table import side_by_side
from biospectra.store.dataset import locate, read_entries, read_inputs, read_signals, select_rows
from biospectra.store.rows import read_rows, write_table
from biospectra.store.tables import write_tsv
from biospectra.store.together import LACKING, first_channel, join_channels, planes_of

COLUMNS = ["recording", "segment", "start_s", "label", "subject", "database", "quality"]
IDS = ["r1@C3", "r1@C4", "r1@Cz", "r2@C3", "r2@Cz", "r2@C4"]


def rows_of(ids=IDS, segments=4) -> pd.DataFrame:
    lines = [(name, k, 0.1 * k, "a", name[:2], "d", "ok") for name in ids for k in range(segments)]
    return pd.DataFrame(lines, columns=COLUMNS)


def pixel(name: str, segment: int) -> int:
    """Return what all pixels of an image are: another value for each recording, channel, time."""
    return 100 * (name[:2] == "r2") + 10 * ["C3", "C4", "Cz"].index(name[3:]) + segment + 1


@pytest.fixture
def stored(tmp_path):
    """Write images and signals of rows, a recording a file; the files of each."""

    def write(rows):
        files = {"images": [], "signal": []}
        for recording, own in rows.groupby(rows["recording"].str[:2]):
            values = [pixel(row.recording, row.segment) for row in own.itertuples()]
            for kind, shape, number in (("images", (2, 3), np.uint8), ("signal", (5,), np.float32)):
                path = tmp_path / f"{recording}_{kind}.h5"
                with h5py.File(path, "w") as file:
                    flat = np.array(values, number).reshape(-1, *[1] * len(shape))
                    file[kind] = np.broadcast_to(flat, (len(own), *shape)).astype(number)
                    write_table(file, "rows", own)
                files[kind].append(str(path))
        return files

    return write


def test_a_time_of_all_channels_is_one_row(stored, tmp_path):
    rows = rows_of()
    rows.loc[(rows["recording"] == "r1@C4") & (rows["segment"] == 1), "quality"] = "flat"
    rows = rows.drop(index=rows[(rows["recording"] == "r2@Cz") & (rows["segment"] == 3)].index)
    planes = planes_of(IDS, "refuse")
    assert planes == ["C3", "C4", "Cz"]
    joined = join_channels(rows, IDS, planes)
    assert joined["recording"].tolist() == ["r1"] * 4 + ["r2"] * 4
    assert joined["quality"].tolist() == ["ok", "flat", "ok", "ok", "ok", "ok", "ok", LACKING]
    write_tsv(joined[joined["quality"] == "ok"].assign(split="test"), tmp_path / "split.tsv")
    files = stored(rows)
    for kind, shape in (("images", (2, 3)), ("signal", (5,))):
        chosen = select_rows(files[kind], tmp_path / "split.tsv", ["test"])
        inputs = read_inputs(chosen.iloc[::-1])[::-1]
        assert inputs.shape == (6, *shape, 3)
        scale = 255 if kind == "images" else 1
        for row, given in zip(chosen.itertuples(), inputs, strict=True):
            expected = [pixel(f"{row.recording}@{c}", row.segment) for c in planes]
            np.testing.assert_allclose(given * scale, np.broadcast_to(expected, given.shape))
    shown = read_entries(first_channel(locate(joined[:1], files["images"])))
    assert shown.shape == (1, 2, 3, 1) and shown.flat[0] == pixel("r1@C3", 0)


def test_a_bad_image_of_one_channel_takes_its_time_out(stored, tmp_path):
    joined = join_channels(rows_of(), IDS, planes_of(IDS, "refuse"))
    write_tsv(joined.assign(split="test"), tmp_path / "split.tsv")
    images = rows_of()
    images.loc[(images["recording"] == "r2@C4") & (images["segment"] == 2), "quality"] = "level"
    chosen = select_rows(stored(images)["images"], tmp_path / "split.tsv", ["test"])
    assert len(chosen) == 7
    assert not ((chosen["recording"] == "r2") & (chosen["segment"] == 2)).any()


def test_a_recording_that_lacks_a_channel_is_refused_or_filled(stored):
    ids = IDS[:-1]  # r2 has no C4
    with pytest.raises(StudyError, match=r"'r2' has no channel C4, which others have"):
        planes_of(ids, "refuse")
    with pytest.raises(
        StudyError, match=r"no channel T3, which the model has learnt from \(1 more"
    ):
        planes_of(ids, "refuse", ["C3", "T3"])
    with pytest.raises(
        StudyError, match=r"one channel alone is asked for of recording 'r3'; name C3"
    ):
        planes_of(["r3"], "zeros", ["C3", "C4"])
    planes = planes_of(ids, "zeros")
    rows = rows_of(ids)
    joined = join_channels(rows, ids, planes)
    assert (joined["quality"] == "ok").all() and len(joined) == 8
    found = locate(joined, stored(rows)["signal"])
    signals = read_signals(found)
    assert signals.shape == (8, 5, 3)
    assert (signals[4:, :, 1] == 0).all() and (signals[:4, :, 1] > 0).all()
    assert (signals[4:, :, 2] == [[pixel("r2@Cz", k)] * 5 for k in range(4)]).all()


def test_channels_that_a_model_does_not_know_are_left_aside(stored):
    planes = planes_of(IDS, "refuse", ["Cz", "C3"])
    rows = rows_of()
    rows.loc[rows["recording"] == "r1@C4", "quality"] = "flat"  # which does not matter
    joined = join_channels(rows, IDS, planes)
    assert (joined["quality"] == "ok").all()
    given = read_inputs(locate(joined[:1], stored(rows)["signal"]))
    np.testing.assert_array_equal(given[0, 0], [pixel("r1@Cz", 0), pixel("r1@C3", 0)])


def test_features_of_channels_stand_side_by_side():
    signals = np.random.default_rng(0).normal(size=(4, 50, 2)).astype(np.float32)
    rows = pd.DataFrame({"channels": ["C3;C4"] * 4})
    table = side_by_side(lambda s: pd.DataFrame({"mean": s.mean(axis=1)}), signals, rows)
    assert list(table) == ["C3_mean", "C4_mean"]
    np.testing.assert_array_equal(table["C4_mean"], signals[..., 1].mean(axis=1))


AUGMENT = {"time_shift_s": 3.0, "gain_db": 6.0, "tilt_db": 3.0, "inverted_share": 0.5, "noise": 0.0}
AUGMENT |= {"time_masks": 1, "time_mask_s": 3.0, "frequency_masks": 1, "frequency_mask_share": 0.4}


def test_channels_of_a_segment_change_alike():
    random = np.random.default_rng(1)
    image = np.repeat(random.uniform(0.3, 0.6, (3, 8, 12, 1)).astype(np.float32), 4, axis=-1)
    how = {"settings": AUGMENT, "step_s": 1.0, "span_db": 60.0, "colour_map": None}
    changed = augment_images(image, np.random.default_rng(2), **how)
    assert changed.shape == image.shape and (changed != image).any()
    np.testing.assert_array_equal(changed, np.repeat(changed[..., :1], 4, axis=-1))
    alone = augment_images(image[..., :1], np.random.default_rng(2), **how)
    assert alone.shape == (3, 8, 12, 1)
    signal = np.repeat(random.normal(size=(3, 20, 1)).astype(np.float32), 2, axis=-1)
    changed = augment_samples(signal, np.random.default_rng(2), settings=AUGMENT, rate_hz=1.0)
    assert changed.shape == signal.shape and (changed != signal).any()
    np.testing.assert_array_equal(changed[..., 0], changed[..., 1])


def test_errors_of_many_planes_are_the_mean_of_each():
    random = np.random.default_rng(0)
    given = random.uniform(size=(2, 16, 16, 5)).astype(np.float32)
    restored = np.clip(given + 0.1 * random.normal(size=given.shape), 0, 1).astype(np.float32)
    found = reconstruction_errors(given, restored)
    alone = [
        reconstruction_errors(given[..., [k]].copy(), restored[..., [k]].copy()) for k in range(5)
    ]
    for name in ("mse", "ssim"):
        mean = np.mean([table[name] for table in alone], axis=0)
        np.testing.assert_allclose(found[name], mean, rtol=1e-5)


def test_rows_of_files_are_those_of_single_channels(stored):
    files = stored(rows_of())
    assert "channels" not in read_rows(files["signal"])
    assert first_channel(read_rows(files["signal"])).equals(read_rows(files["signal"]))
