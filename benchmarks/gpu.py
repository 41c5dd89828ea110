"""System A's training on this machine's GPU: with data there, from its files, and PyTorch's.

    python benchmarks/gpu.py [--batch 64] [--images 1024] [--height 480] [--width 640]
    KERAS_BACKEND=jax python benchmarks/gpu.py
    python benchmarks/gpu.py --height 64 --width 64 --images 64 --batch 8 --steps 5

Makes its images with this project's engine. "Resident" trains on batches that lie on the device,
"end to end" on what is read, unpacked and sent there batch by batch, as the workflow does, "made on
the device" on windows of signal whose images are made there; PyTorch trains the same network on
resident batches, as it is and compiled. Each in a process of its own, as
a library may take a GPU's whole memory; what fails there, or takes longer than --most-s, is a row
that says so. Under five minutes on a GPU; on a processor make it small.
"""

import argparse
import multiprocessing
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from biospectra.job import processors

THREADS = processors()
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))  # before side_by_side, which takes one core
from training import FILTERS, torch_network  # noqa: E402

RATE_HZ, SAMPLES = 512, 2560
TIMED_S = 20  # at most, with resident data
EPOCHS = 3  # that are timed, after one in which the network is compiled


def device() -> str:
    """Name the card, or the processor where there is none."""
    try:
        ask = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        cpuinfo = Path("/proc/cpuinfo")
        lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        return f"no GPU: {names[0] if names else 'processor'}, {THREADS} threads"


def make_images(images: Path, windows: Path, count: int, height: int, width: int) -> float:
    """Write spectrograms of a wandering tone in noise, and the windows that they are made of.

    Returns
    -------
    float
        Images a second.
    """
    from biospectra.signals.windows import cut
    from biospectra.store.hdf5 import create
    from biospectra.store.images import append_images, create_images
    from biospectra.store.made_images import Making, create_windows
    from biospectra.transforms.kinds import make_transform

    random = np.random.default_rng(0)
    time_s = np.arange(count * SAMPLES) / RATE_HZ
    phase = 2 * np.pi * (9 * time_s + 40 * np.sin(2 * np.pi * time_s / 31))
    signal = 0.3 * np.sin(phase) + 0.1 * random.standard_normal(len(time_s))
    signal = signal.astype(np.float32)
    entry = {"kind": "spectrogram", "height": height, "width": width, "limits_db": [-90, 0]}
    plan = make_transform(entry, RATE_HZ, SAMPLES)
    plan.of(signal, starts=[0])  # compiles it
    parts = [np.arange(i, min(i + 64, count)) * SAMPLES for i in range(0, count, 64)]
    begin = time.perf_counter()
    with create(images) as file:
        stored = create_images(file, (height, width))
        for starts in parts:
            append_images(stored, plan.of(signal, starts=starts))
    took_s = time.perf_counter() - begin
    with create(windows) as file:
        stored = create_windows(file, Making(plan, entry))
        for starts in parts:
            append_images(stored, cut(signal, starts, SAMPLES, plan.margin))
    return count / took_s


def reading_rates(rows, batch: int) -> dict[str, float]:
    """Return images a second: through HDF5, as before, and beside it with one thread and all."""
    import h5py
    import hdf5plugin  # noqa: F401

    from biospectra.store.dataset import read_stored
    from biospectra.store.reader import Files

    order = rows.sample(frac=1, random_state=1)
    parts = [order.iloc[i : i + batch] for i in range(0, len(order), batch)]

    def through_hdf5():
        with h5py.File(rows["file"].iloc[0], rdcc_nbytes=0) as file:
            for part in parts:
                np.stack([file["images"][i] for i in sorted(part["index"])])

    def beside_hdf5(files):
        for part in parts:
            read_stored(part, files)

    every, one = Files(), Files(1)
    contenders = {
        "through HDF5": through_hdf5,
        "beside it, 1 thread": lambda: beside_hdf5(one),
        f"beside it, {every.threads} threads": lambda: beside_hdf5(every),
    }
    times = {name: [] for name in contenders}
    for _ in range(4):
        for name, read in contenders.items():
            begin = time.perf_counter()
            read()
            times[name].append(time.perf_counter() - begin)
    return {name: len(rows) / sorted(own[1:])[1] for name, own in times.items()}


def rate_of(step, wait, batch: int, steps: int) -> float:
    """Return images a second of a step of training: of so many, or of what `TIMED_S` holds."""
    for _ in range(2):
        step(0)
    wait()
    begin, done = time.perf_counter(), 0
    while done < steps and time.perf_counter() < begin + TIMED_S:
        step(done)
        done += 1
    wait()
    return done * batch / (time.perf_counter() - begin)


def alone(function, *asked, most_s: float):
    """Return what a function gives in a process of its own, and why it gave nothing, or None."""
    spawning = multiprocessing.get_context("spawn")
    receiver, sender = spawning.Pipe(duplex=False)
    process = spawning.Process(target=answer, args=(sender, function, asked))
    process.start()
    sender.close()
    try:
        if not receiver.poll(most_s):
            return None, f"took longer than {most_s:g} s"
        return receiver.recv()
    except EOFError:
        process.join()
        return None, f"the process ended ({process.exitcode})"
    finally:
        if process.is_alive():  # what it has started, such as compilers, goes with it
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.join()


def answer(sender, function, asked) -> None:
    """Send what a function gives and None, or None and why it gave nothing."""
    os.setsid()
    os.dup2(2, 1)  # what libraries say is not part of the table
    try:
        sender.send((function(*asked), None))
    except BaseException as error:  # of any library
        lines = str(error).strip().splitlines() or [""]
        sender.send((None, f"{type(error).__name__}: {lines[0][:100]}"))


def keras_rates(stored, windows, height: int, width: int, batch: int, steps: int) -> dict:
    """Return images a second, resident and end to end, and what they were measured with."""
    from biospectra.models import feeding, network
    from biospectra.models.convolutional import build
    from biospectra.models.quickest import quickest

    policy = network.start(threads=THREADS, seed=1, precision="auto")
    import keras

    class Clock(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.took_s = []

        def on_epoch_begin(self, epoch, logs=None):
            self.begin = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.took_s.append(time.perf_counter() - self.begin)

        def rate(self, images: int) -> float:
            """Return images a second, of an epoch of so many, without the first epoch."""
            return images / sorted(self.took_s[1:])[EPOCHS // 2]

    class Resident(keras.utils.PyDataset):
        def __init__(self, own):
            super().__init__()
            self.own = own

        def __len__(self):
            return steps

        def __getitem__(self, number):
            return (self.own[number % len(self.own)],)

    with network.strategy().scope():
        autoencoder, _ = build((height, width, 1), filters=FILTERS)
        networks = [feeding.fed(quickest(autoencoder), rows) for rows in (stored, windows)]
        for learner in networks:
            learner.compile(keras.optimizers.Adam(1e-3), "mse")
    clock, shared = Clock(), {"epochs": 1 + EPOCHS, "verbose": 0, "shuffle": False}

    def end_to_end(learner, rows):
        batches = feeding.input_batches(rows, batch, target="input", seed=1)
        waiting = feeding.report_waiting(batches)
        with network.one_step_behind(learner):
            learner.fit(batches, callbacks=[waiting, clock], **shared)
        return clock.rate(len(rows)), waiting.waited_s / waiting.spent_s

    batches = feeding.input_batches(stored, batch, target="input", seed=1)
    own = [keras.ops.convert_to_tensor(batches[i][0]) for i in range(min(4, len(stored) // batch))]
    networks[0].fit(Resident(own), callbacks=[clock], **shared)
    resident = clock.rate(steps * batch)
    (whole, waited), (made, _) = map(end_to_end, networks, (stored, windows))
    title = network.BACKENDS[keras.backend.backend()]
    return {
        "with": f"{title} {network.backend().__version__}, {policy}",
        "on": ", ".join(network.gpus()) or "the processor",
        "resident": resident,
        "end to end": whole,
        "made on the device": made,
        "waiting": waited,
    }


def torch_rate(height: int, width: int, batch: int, steps: int, compiled: bool) -> dict:
    """Return PyTorch's images a second with resident data."""
    import torch

    torch.set_num_threads(THREADS)
    where = "cuda" if torch.cuda.is_available() else "cpu"
    bfloat16 = where == "cuda" and torch.cuda.is_bf16_supported()
    bfloat16 = bfloat16 or (where == "cpu" and "avx512_bf16" in _flags())
    torch.backends.cudnn.benchmark = True
    layout = {"memory_format": torch.channels_last}
    images = torch.rand(batch, 1, height, width).to(where).to(**layout)

    model = torch_network(torch).to(where).to(**layout)
    adam = torch.optim.Adam(model.parameters(), 1e-3, fused=where == "cuda")
    forward = torch.compile(model) if compiled else model

    def step(_):
        adam.zero_grad(set_to_none=True)
        with torch.autocast(where, torch.bfloat16, enabled=bfloat16):
            restored = forward(images)
        torch.nn.functional.mse_loss(restored.float(), images).backward()
        adam.step()

    def wait():
        if where == "cuda":
            torch.cuda.synchronize()

    form = f"{'compiled' if compiled else 'eager'}, {'bfloat16' if bfloat16 else 'float32'}"
    rate = rate_of(step, wait, batch, steps)
    return {f"PyTorch {torch.__version__} {form}, resident": rate}


def _flags() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.read_text() if cpuinfo.is_file() else ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--height", type=int, default=480)
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--images", type=int, default=1024, help="on disk")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=30, help="timed with resident data")
    parser.add_argument("--peers", choices=["compiled", "eager", "none"], default="compiled")
    parser.add_argument("--most-s", type=float, default=80, help="of each of the three trainings")
    given = parser.parse_args()
    if given.images < given.batch:
        parser.error("images: must be a batch at least")
    import pandas as pd

    size = (given.height, given.width)
    print(f"{device()}\n{given.height}x{given.width}, batches of {given.batch}\n")
    with tempfile.TemporaryDirectory(prefix="biospectra-") as folder:
        # Of its own: what was killed while it compiled leaves half a file, which is then loaded.
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = f"{folder}/inductor"
        paths = [Path(folder) / f"{name}.h5" for name in ("images", "windows")]
        made = make_images(*paths, given.images, *size)
        rows, windows = (
            pd.DataFrame({"file": str(path), "index": range(given.images)}) for path in paths
        )
        print("| | images/s | end to end is, times |\n|---|---|---|")
        show({"images made and stored": made})
        read = reading_rates(rows, given.batch)
        show({f"read {name}": rate for name, rate in read.items()})
        asked = (rows, windows, *size, given.batch, given.steps)
        keras, why = alone(keras_rates, *asked, most_s=given.most_s)
        whole = keras and keras["end to end"]
        if keras:
            ways = ("resident", "end to end", "made on the device")
            show({f"{keras['with']}, {way}": keras[way] for way in ways}, whole)
        else:
            print(f"| this project | not run: {why} | |")
        for compiled in {"none": (), "eager": (False,), "compiled": (False, True)}[given.peers]:
            asked = (*size, given.batch, given.steps, compiled)
            rates, why = alone(torch_rate, *asked, most_s=given.most_s)
            if rates:
                show(rates, whole)
            else:
                print(f"| PyTorch, {'compiled' if compiled else 'eager'} | not run: {why} | |")
    if keras:
        waited = f"it waited {keras['waiting']:.1%} of a step for its batch"
        print(f"\nComputed on {keras['on']}; {waited}.")


def show(rates: dict[str, float], whole: float | None = None) -> None:
    """Print lines of the table, with how many times each the rate from end to end is."""
    for name, rate in rates.items():
        print(f"| {name} | {rate:.4g} | {f'{whole / rate:.3g}' if whole else ''} |", flush=True)


if __name__ == "__main__":
    main()
