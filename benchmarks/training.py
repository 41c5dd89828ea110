"""A training step of system A's network: how much of the machine it uses, and of it the input.

    python benchmarks/training.py [--threads 1] [--rounds 5] [--layers]

480x640, batches of 8, as published. Operations are those of the published layers, of which training
needs fewer (see biospectra.models.folded). Rates are per processor second, so that other work on
the machine does not lower them; with more threads than one they count what threads spend waiting
too.
"""

import argparse
import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from side_by_side import have, measure

BATCH = 8
FILTERS = [64, 64, 64, 64]
IMAGE, SAMPLES = (480, 640, 1), (2560, 1)
MATRIX = 2048


def step_flops(shape: tuple[int, ...]) -> float:
    """Floating-point operations of a training step: two for each weight that meets a value.

    The backward pass takes each convolution twice more, for its weights and for its input; the
    first one has no input to learn from. Pooling, ReLU and Adam are left out: below 1 %.
    """
    taps, stages = 9, len(FILTERS)
    size = int(np.prod(shape[:-1]))
    shrink = 4 if len(shape) == 3 else 2
    channels = [shape[-1], *FILTERS]
    forward = [2 * taps * size / shrink**i * channels[i] * channels[i + 1] for i in range(stages)]
    channels = [*reversed(FILTERS), FILTERS[0]]
    forward += [
        2 * taps * size / shrink ** (stages - i) * channels[max(i - 1, 0)] * channels[i]
        for i in range(stages)
    ]
    forward.append(2 * taps * size * FILTERS[0] * shape[-1])
    return BATCH * (3 * sum(forward) - forward[0])


def torch_network(torch):
    """System A's network in PyTorch."""
    nn, layers, channels = torch.nn, [], 1
    for count in FILTERS:
        layers += [nn.Conv2d(channels, count, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        channels = count
    for count in reversed(FILTERS):
        layers += [nn.ConvTranspose2d(channels, count, 3, padding=1), nn.ReLU()]
        layers.append(nn.Upsample(scale_factor=2))
        channels = count
    return nn.Sequential(*layers, nn.Conv2d(channels, 1, 3, padding=1), nn.Sigmoid())


def torch_step(torch, bfloat16: bool):
    """Return a function that does one training step, and the network's number of weights."""
    network = torch_network(torch).to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(network.parameters(), 1e-3)
    images = torch.rand(BATCH, 1, *IMAGE[:2]).to(memory_format=torch.channels_last)

    def step():
        adam.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            restored = network(images)
        torch.nn.functional.mse_loss(restored.float(), images).backward()
        adam.step()

    return step, sum(weights.numel() for weights in network.parameters())


def torch_times(threads: int, policies: list[str], rounds: int) -> tuple[dict, set[int]]:
    """Time PyTorch's steps; the times and the number of weights, nothing where it is not there."""
    torch = have("torch")
    if torch is None:
        return {}, set()
    torch.set_num_threads(threads)
    made = {f"PyTorch, {p}": _counted(torch_step(torch, p != "float32")) for p in policies}
    steps = {name: step for name, (step, _) in made.items()}
    return measure(steps, rounds, clock=time.process_time), {count for _, count in made.values()}


def keras_step(shape: tuple[int, ...], policy: str, *, published: bool = False):
    """Return a function that does one training step, and the network's number of weights.

    In the form that training takes, or layer by layer as published.
    """
    import keras

    from biospectra.models.convolutional import build
    from biospectra.models.quickest import quickest

    keras.mixed_precision.set_global_policy(policy)
    autoencoder, _ = build(shape, filters=FILTERS)
    autoencoder = autoencoder if published else quickest(autoencoder)
    autoencoder.compile(keras.optimizers.Adam(1e-3), "mse")
    inputs = np.random.default_rng(0).random((BATCH, *shape), np.float32)
    return partial(autoencoder.train_on_batch, inputs, inputs), autoencoder.count_params()


def layer_steps(policy: str) -> tuple[dict, dict]:
    """Return for each layer a function that runs it forth and back, and its operations, by name.

    Layers are those of the form that training takes, where what is folded into a convolution has
    its name; operations are the published convolution's. The pass back is a training step's: for
    the weights and, but for the first layer, the input.
    """
    import keras
    import tensorflow as tf

    from biospectra.models.convolutional import build
    from biospectra.models.folded import fold_layers

    keras.mixed_precision.set_global_policy(policy)
    autoencoder = build(IMAGE, filters=FILTERS)[0]
    published = {layer.name: layer for layer in autoencoder.layers}
    layers = fold_layers(autoencoder).layers[1:]
    dtype = policy.removeprefix("mixed_")
    steps, flops = {}, {}
    for layer in layers:
        given = tf.cast(tf.random.uniform((BATCH, *layer.input.shape[1:])), dtype)

        @tf.function
        def step(layer=layer, given=given):
            with tf.GradientTape() as tape:
                tape.watch(given)
                made = layer(given, training=True)
                total = tf.reduce_sum(tf.cast(made * made, "float32"))
            wanted = [weight.value for weight in layer.trainable_variables]
            wanted += [] if layer is layers[0] else [given]
            slopes = tape.gradient(total, wanted)
            return [tf.reduce_sum(tf.cast(slope, "float32")) for slope in slopes]

        steps[layer.name] = (lambda step=step: [one.numpy() for one in step()], 1)
        passes = 2 if layer is layers[0] else 3
        flops[layer.name] = BATCH * passes * layer_flops(published[layer.name])
    return steps, flops


def layer_flops(layer) -> float:
    """Operations of a layer's pass forth over one image: two for each weight that meets a value."""
    if not layer.weights:
        return 0
    return 2 * int(np.prod(layer.weights[0].shape)) * int(np.prod(layer.output.shape[1:-1]))


def matrix_multiply(dtype: str):
    """Return a function that multiplies two square matrices in TensorFlow."""
    import tensorflow as tf

    a, b = (tf.cast(tf.random.uniform((MATRIX, MATRIX)), dtype) for _ in range(2))
    multiply = tf.function(lambda: tf.reduce_sum(tf.cast(tf.linalg.matmul(a, b), "float32")))
    return lambda: [float(multiply()) for _ in range(4)]


def readers(folder: Path, recording: np.ndarray) -> dict:
    """Return functions that read another batch of images and of samples each time."""
    import h5py
    import pandas as pd

    from biospectra.signals.windows import cut
    from biospectra.store.dataset import read_stored
    from biospectra.store.images import append_images, create_images
    from biospectra.store.reader import Files
    from biospectra.transforms.kinds import make_transform

    transform = make_transform(
        {"kind": "spectrogram", "height": 480, "width": 640, "limits_db": (-70, 0)}, 512, 2560
    )
    starts = np.arange(0, len(recording) - 2560, 2560)
    windows = cut(recording, starts, 2560, transform.margin)
    with h5py.File(folder / "images.h5", "w") as file:
        append_images(create_images(file, (480, 640), "zstd"), transform(windows))
    with h5py.File(folder / "segments.h5", "w") as file:  # in chunks, as rule segment does
        file.create_dataset("signal", data=cut(recording, starts, 2560, 0), chunks=(16, 2560))
    random, files = np.random.default_rng(0), Files()

    def read(name):
        order = random.permutation(len(starts))[:BATCH]
        return read_stored(pd.DataFrame({"file": str(folder / name), "index": order}), files)

    return {name: partial(read, name) for name in ("images.h5", "segments.h5")}


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--layers", action="store_true", help="time each layer by itself instead")
    given = parser.parse_args()
    from biospectra.models import network

    best = network.start(threads=given.threads, seed=1, precision="auto")
    if given.layers:
        report_layers(best, given.rounds)
        return
    policies = list(dict.fromkeys(["float32", best]))
    # In a process of its own: TensorFlow's and PyTorch's libraries do not load together everywhere.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        others, weights = pool.submit(torch_times, given.threads, policies, given.rounds).result()
    print("PyTorch: done", flush=True)
    contenders = {}
    for policy in policies:
        dtype = policy.removeprefix("mixed_")
        contenders[f"matrix multiplication, {dtype}"] = (matrix_multiply(dtype), 4)
        contenders[f"TensorFlow, {policy}"], count = _counted(keras_step(IMAGE, policy))
        plain = keras_step(IMAGE, policy, published=True)
        contenders[f"layer by layer, {policy}"] = (plain[0], 1)
        assert weights <= {count}, f"not the same network: {count} weights and {weights}"
    contenders[f"the twin, {best}"], _ = _counted(keras_step(SAMPLES, best))
    # A tone in noise compresses no better than a recording does.
    time_s = np.arange(512 * 2560) / 512
    recording = 0.3 * np.sin(2 * np.pi * 9 * time_s)
    recording += 0.1 * np.random.default_rng(0).standard_normal(len(time_s))
    with tempfile.TemporaryDirectory(prefix="biospectra-") as folder:
        for name, read in readers(Path(folder), recording.astype(np.float32)).items():
            contenders[f"reading {name}"] = (lambda read=read: [read() for _ in range(20)], 20)
        times = measure(contenders, given.rounds, clock=time.process_time)
    report(times | others, best)


def _counted(made):
    function, weights = made
    return (function, 1), weights


def report(times: dict, best: str) -> None:
    """Print a table of rates, and the share of a step that reading takes."""
    print(
        "\n| | processor s | GFLOP/s | of matrix multiplication | images/s |\n|---|---|---|---|---|"
    )
    for name, (_, median_ms) in times.items():
        if name.startswith("reading"):
            continue
        seconds = median_ms / 1e3
        dtype = name.split(", ")[1].removeprefix("mixed_")
        of = times[f"matrix multiplication, {dtype}"][1] / 1e3
        if name.startswith("matrix"):
            flops, images = 2 * MATRIX**3, ""
        else:
            flops = step_flops(SAMPLES if "twin" in name else IMAGE)
            images = f"{BATCH / seconds:.3g}"
        share = flops / seconds / (2 * MATRIX**3 / of)
        print(f"| {name} | {seconds:.3g} | {flops / seconds / 1e9:.0f} | {share:.0%} | {images} |")
    for file, step in (("images.h5", f"TensorFlow, {best}"), ("segments.h5", f"the twin, {best}")):
        read_ms, step_ms = times[f"reading {file}"][1], times[step][1]
        print(
            f"\nReading a batch of {file}: {read_ms:.3g} ms, {read_ms / (read_ms + step_ms):.2%} "
            f"of reading and a step ({step}), which run side by side."
        )


def report_layers(policy: str, rounds: int) -> None:
    """Print where a training step's time goes: each layer by itself, forth and back."""
    steps, flops = layer_steps(policy)
    dtype = policy.removeprefix("mixed_")
    contenders = steps | {"multiplication": (matrix_multiply(dtype), 4)}
    times = measure(contenders, rounds, clock=time.process_time)
    rate = 2 * MATRIX**3 / times.pop("multiplication")[1]
    whole = sum(median_ms for _, median_ms in times.values())
    print(f"\n{policy}, a batch of {BATCH}")
    print(
        "\n| layer | processor ms | of all layers | of the operations | of matrix multiplication |"
    )
    print("|---|---|---|---|---|")
    for name, (_, ms) in times.items():
        done, of_rate = "", ""
        if flops[name]:
            done = f"{flops[name] / sum(flops.values()):.1%}"
            of_rate = f"{flops[name] / ms / rate:.0%}"
        print(f"| {name} | {ms:.0f} | {ms / whole:.1%} | {done} | {of_rate} |")


if __name__ == "__main__":
    main()
