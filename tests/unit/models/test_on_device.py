"""Images that networks make of windows of signal are those that are stored ahead."""

import os
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pandas as pd
import pytest
import yaml

from biospectra.errors import StudyError
from biospectra.models import feeding
from biospectra.models.on_device import image_layer
from biospectra.models.saved_network import load_network
from biospectra.signals.windows import cut
from biospectra.steps.image import image_shard
from biospectra.steps.reconstruct import reconstruct
from biospectra.steps.train_encoder import train_encoder
from biospectra.store.dataset import input_shape, read_entries, read_inputs, select_rows
from biospectra.store.hdf5 import create, opened, put_dataset, set_attributes
from biospectra.store.images import axes_of, read_images, read_restored
from biospectra.store.rows import RECORDING_COLUMNS, read_rows, write_table
from biospectra.study.config import SCHEMAS, complete_config
from biospectra.study.schema import load_config_schema
from biospectra.transforms.images import images_of
from biospectra.transforms.kinds import make_transform

RATE_HZ, SAMPLES, SEGMENTS = 128, 256, 6
SHARED = {"height": 16, "width": 32, "limits_db": [-70, 5], "compression": "zstd"}
SPECTROGRAM = {"kind": "spectrogram", **SHARED}
SCALEOGRAM = {"kind": "scaleogram", **SHARED, "frequency_range_hz": [1, 50], "colour_map": None}
PLANS = {
    "linear": SPECTROGRAM | {"window": "blackmanharris"},
    "a range": SPECTROGRAM | {"frequency_range_hz": [2, 30], "scaling": "psd", "width": 256},
    "log": SPECTROGRAM | {"frequency_axis": "log", "frequency_range_hz": [1, 60]},
    "mel": SPECTROGRAM | {"frequency_axis": "mel", "scaling": "psd", "window": "boxcar"},
    "a long window": SPECTROGRAM | {"window_s": 1.5, "height": 8},
    "complex": SCALEOGRAM | {"height": 33},
    "complex, linear": SCALEOGRAM | {"wavelet": "cgau3", "frequency_axis": "linear"},
    "even, maximum": SCALEOGRAM | {"wavelet": "mexh", "pooling": "max"},
    "odd, mean": SCALEOGRAM | {"wavelet": "gaus1", "pooling": "mean", "scaling": "energy"},
    "reflected": SCALEOGRAM | {"edges": "reflect", "period_range_s": [0.02, 0.5]},
    "in colours": SCALEOGRAM | {"colour_map": "viridis"},
}


def signal_of(seed: int) -> np.ndarray:
    """A rising tone, noise and a wandering level, then silence: (samples of a recording,)."""
    random = np.random.default_rng(seed)
    t = np.arange(SEGMENTS * SAMPLES) / RATE_HZ
    signal = np.sin(2 * np.pi * (4 + seed) * t * (1 + t / 20)) + 0.02 * random.standard_normal(
        t.size
    )
    signal += 0.02 * np.cumsum(random.standard_normal(t.size))
    signal[-SAMPLES - 40 :] = 0
    return signal.astype(np.float32)


@pytest.fixture(params=PLANS)
def entry(request):
    return PLANS[request.param]


def test_a_layer_makes_the_plans_images(entry):
    plan = make_transform(entry, RATE_HZ, SAMPLES)
    # At the recording's start and end a window is mirrored; elsewhere it has its true neighbours.
    starts = [0, 100, 2 * SAMPLES + 1, (SEGMENTS - 1) * SAMPLES]
    windows = cut(signal_of(1), starts, SAMPLES, plan.margin)
    expected, _ = images_of(windows, [0] * 4, [0] * 4, plan, entry)
    layer = image_layer(plan, entry.get("colour_map"))
    made = keras.ops.convert_to_numpy(layer(windows[..., None])) * 255
    if entry.get("colour_map"):
        assert made.shape == (4, 16, 32, 3)
        assert np.mean(np.abs(made - expected) > 0.01) < 1e-3
        return
    assert made.shape == (*expected.shape, 1)
    off = np.abs(made[..., 0] - expected)
    assert off.max() < 1.01
    assert np.mean(off > 0.5) < 2e-3
    assert len(np.unique(expected)) > 60


def test_channels_together_are_made_each_by_itself():
    plan = make_transform(SPECTROGRAM, RATE_HZ, SAMPLES)
    windows = np.stack([cut(signal_of(k), [0, 300], SAMPLES, plan.margin) for k in (1, 2)], axis=-1)
    windows[1, :, 1] = 0  # a channel that is not there
    made = keras.ops.convert_to_numpy(image_layer(plan)(windows)) * 255
    for channel in (0, 1):
        off = np.abs(made[..., channel] - plan(np.ascontiguousarray(windows[..., channel])))
        assert off.max() < 1.01
    assert not made[1, ..., 1].any()


def write_shard(folder, entries: dict[str, dict]) -> dict[str, str]:
    """Write three people's segments and their images by each entry, and split.tsv."""
    rows = pd.DataFrame(
        [(f"r{k}", i, 2.0 * i, "ab"[i % 2], f"s{k}") for k in range(3) for i in range(SEGMENTS)],
        columns=["recording", "segment", "start_s", "label", "subject"],
    ).assign(database="d", quality="ok")
    recordings = pd.DataFrame(
        [dict.fromkeys(RECORDING_COLUMNS, "x") | {"recording": f"r{k}"} for k in range(3)]
    )
    with create(folder / "resampled.h5") as file:
        for k in range(3):
            group = file.create_group(f"r{k}")
            put_dataset(group, "signal", signal_of(k))
            put_dataset(group, "stretches", np.array([[0, SEGMENTS * SAMPLES]]))
            set_attributes(group, {"rate_hz": float(RATE_HZ)})
    with create(folder / "segments.h5") as file:
        put_dataset(
            file, "signal", np.concatenate([signal_of(k).reshape(-1, SAMPLES) for k in range(3)])
        )
        write_table(file, "rows", rows)
        write_table(file, "recordings", recordings)
    rows["split"] = [["training", "validation", "test"][int(s[1])] for s in rows["subject"]]
    rows.to_csv(folder / "split.tsv", sep="\t", index=False)
    files = {}
    for name, entry in entries.items():
        files[name] = str(folder / f"{name}.h5")
        given = folder / "segments.h5", folder / "resampled.h5"
        image_shard(*given, files[name], rate_hz=RATE_HZ, settings=entry)
    return files


@pytest.mark.parametrize("entry", [SPECTROGRAM, SCALEOGRAM | {"colour_map": "magma"}])
def test_a_file_of_windows_reads_as_one_of_images(tmp_path, entry):
    files = write_shard(tmp_path, {"ahead": entry, "later": entry | {"made": "on_device"}})
    with opened(files["later"]) as file:
        assert "images" not in file
        assert file["windows"].dtype == np.float32
    axes = {name: axes_of(path) for name, path in files.items()}
    assert axes["later"]["settings"].pop("made") == "on_device"
    for key in ("frequency_hz", "time_s", "limits_db", "quantity", "settings", "colour_map"):
        np.testing.assert_equal(axes["later"][key], axes["ahead"][key])
    ahead, later = (read_rows([files[name]]) for name in ("ahead", "later"))
    assert ahead["quality"].tolist() == later["quality"].tolist()
    assert (later["quality"] == "one_level").sum() == (3 if entry is SPECTROGRAM else 0)
    for read in (read_entries, read_inputs):
        np.testing.assert_array_equal(read(later), read(ahead))
    for index in ([4, 0], None):
        np.testing.assert_array_equal(*(read_images(path, index) for path in files.values()))
    assert input_shape(later) == (16, 32, 3 if entry.get("colour_map") else 1)


SETTINGS = {
    **{"kind": "convolutional", "filters": [4], "kernel_size": 3, "latent": None, "gpus": 0},
    **{"batch_size": 4, "epochs": 3, "learning_rate": 0.02, "patience": None},
    **{"precision": "float32", "corrupt": {"noise": 0, "mask": 0}},
}


def test_a_network_learns_from_images_that_were_never_stored(tmp_path, capsys, monkeypatch):
    # Where a GPU is, its layer makes them; the processor stands in for one.
    monkeypatch.setattr(feeding, "gpus", lambda: ["a GPU"])
    files = write_shard(
        tmp_path, {"ahead": SPECTROGRAM, "later": SPECTROGRAM | {"made": "on_device"}}
    )
    losses, split = {}, tmp_path / "split.tsv"
    for name, path in files.items():
        train_encoder(
            [path],
            split,
            model=tmp_path / "model.keras",
            encoder=tmp_path / "encoder.keras",
            history=tmp_path / "history.tsv",
            settings=SETTINGS,
            seed=3,
            threads=1,
        )
        said = capsys.readouterr().out
        assert ("made of windows of signal by the layer spectrogram" in said) == (name == "later")
        losses[name] = pd.read_csv(tmp_path / "history.tsv", sep="\t")["val_loss"].to_numpy()
    np.testing.assert_allclose(losses["later"], losses["ahead"], rtol=1e-3)
    assert losses["later"][-1] < 0.9 * losses["later"][0]
    # The network that is kept is of Keras's own layers alone, and takes images.
    encoder = load_network(tmp_path / "encoder.keras")
    every = {
        name: select_rows([path], split, ["training", "validation", "test"])
        for name, path in files.items()
    }
    encoded = [said for *_, said in feeding.predictions(encoder, every["later"], 4)]
    expected = encoder.predict_on_batch(read_inputs(every["ahead"]))
    np.testing.assert_allclose(np.concatenate(encoded), expected, atol=0.02)
    examples = tmp_path / "examples.h5"
    reconstruct(
        [files["later"]],
        split,
        tmp_path / "model.keras",
        table=tmp_path / "table.tsv",
        scores=tmp_path / "scores.json",
        examples=examples,
        settings=SETTINGS,
        threads=1,
    )
    given, restored, *_ = read_restored(examples)
    model = load_network(tmp_path / "model.keras")
    expected = model.predict_on_batch(given.astype(np.float32) / 255)
    np.testing.assert_allclose(restored, expected, atol=0.02)
    assert axes_of(examples)["settings"]["made"] == "on_device"


def test_what_is_changed_is_changed_as_an_image_and_processors_read_images(tmp_path, monkeypatch):
    files = write_shard(
        tmp_path, {"ahead": SPECTROGRAM, "later": SPECTROGRAM | {"made": "on_device"}}
    )
    rows = {
        name: select_rows([path], tmp_path / "split.tsv", ["training"])
        for name, path in files.items()
    }

    def noisy(given, random):
        return given + random.standard_normal(given.shape, np.float32)

    def same(change):
        options = {"target": "input", "seed": 1, "change": change}
        batches = [feeding.input_batches(own, 2, **options)[0] for own in rows.values()]
        for ahead, later in zip(*batches, strict=True):
            np.testing.assert_array_equal(ahead, later)

    same(None)
    monkeypatch.setattr(feeding, "gpus", lambda: ["a GPU"])
    same(noisy)
    (windows,) = feeding.input_batches(rows["later"], 2, target="input", seed=1)[0]
    assert windows.shape == (2, SAMPLES + 2 * 28, 1)


CONFIG = """
study: s
recordings: r.tsv
labels: [a, b]
images: {cwt: {kind: scaleogram, made: on_device, cone_of_influence: mask}}
"""


def test_images_with_a_cone_are_refused(tmp_path):
    with pytest.raises(
        StudyError, match=r"images.cwt.made: on_device .* cone_of_influence is mask"
    ):
        complete_config(yaml.safe_load(CONFIG), load_config_schema(SCHEMAS), "c.yaml")


OF_A_BACKEND = """
import sys

import numpy as np

sys.modules["tensorflow"] = None  # not there
from test_on_device import *

for entry in PLANS.values():
    test_a_layer_makes_the_plans_images(entry)
"""


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_other_backends_make_the_same_images(name):
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    here = os.path.dirname(__file__)  # noqa: PTH120
    path = os.pathsep.join([here, *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", OF_A_BACKEND],
        env=os.environ | {"KERAS_BACKEND": name, "PYTHONPATH": path},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
