"""5 s of signal at 512 Hz to a 640x480 spectrogram on disk, beside other ways to do it.

    python benchmarks/spectrograms.py [RECORDING]

biospectra writes HDF5; the others write a PNG a segment, as people do. One core, files in memory
(/dev/shm where there is one). RECORDING is a WFDB record (its first channel, brought to 512 Hz);
without one, the signal is made up: band-limited noise with a heartbeat's spikes.
"""

import io
import sys
import tempfile
from pathlib import Path

from side_by_side import have, measure, one_core, table

one_core()

import h5py  # noqa: E402
import numpy as np  # noqa: E402
from scipy import fft  # noqa: E402
from scipy.signal import ShortTimeFFT, get_window, resample_poly  # noqa: E402

from biospectra.report.png import write_png  # noqa: E402
from biospectra.signals.windows import cut  # noqa: E402
from biospectra.store import images as image_store  # noqa: E402
from biospectra.transforms.spectrogram import Spectrogram  # noqa: E402

RATE_HZ, SAMPLES, HEIGHT, WIDTH, COUNT = 512, 2560, 480, 640, 32
LIMITS_DB = (-50.0, 20.0)


def recording():
    """A signal of COUNT segments, its median 0 and its robust deviation 1."""
    if len(sys.argv) > 1:
        import wfdb

        record = wfdb.rdrecord(sys.argv[1], channels=[0])
        signal = resample_poly(record.p_signal[:, 0], RATE_HZ, round(record.fs))
    else:
        random = np.random.default_rng(0)
        signal = resample_poly(random.normal(size=COUNT * SAMPLES // 4), 4, 1)
        signal[::430] += 20
    signal = signal[: COUNT * SAMPLES] - np.median(signal)
    return (signal / np.median(np.abs(signal)) / 1.4826).astype(np.float32)


def matplotlib_figure(signal, path):
    """A figure a segment: specgram, no axes, saved at 640 by 480."""
    figure = plt.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.specgram(signal, NFFT=256, Fs=RATE_HZ, noverlap=252, pad_to=960)
    axes.axis("off")
    figure.savefig(path)
    plt.close(figure)


def stft_and_pillow(signal, path):
    """SciPy's STFT at the same hop and FFT length, decibels, 8 bits, Pillow's PNG."""
    amplitude = np.abs(STFT.stft(signal))[1:481, :WIDTH]
    decibel = 20 * np.log10(np.maximum(amplitude, 1e-10))
    low, high = LIMITS_DB
    level = np.clip((decibel - low) * 255 / (high - low), 0, 255).astype(np.uint8)
    Image.fromarray(level[::-1]).save(path, "PNG")


if __name__ == "__main__":
    matplotlib, pillow = have("matplotlib"), have("PIL")
    signal = recording()
    starts = np.arange(0, signal.size - SAMPLES + 1, SAMPLES)
    count = len(starts)
    plan = Spectrogram(
        rate_hz=RATE_HZ,
        samples=SAMPLES,
        height=HEIGHT,
        width=WIDTH,
        window_s=0.5,
        limits_db=LIMITS_DB,
    )
    windows = cut(signal, starts, SAMPLES, plan.margin)
    images = plan(windows)
    frames = np.random.default_rng(0).normal(size=(WIDTH, 960)).astype(np.float32)
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        folder = Path(folder)

        def store(compression, pictures=None):
            with h5py.File(folder / "images.h5", "w") as file:
                dataset = image_store.create_images(file, (HEIGHT, WIDTH), compression)
                made = pictures
                if made is None:
                    made = plan(cut(signal, starts, SAMPLES, plan.margin))
                image_store.append_images(dataset, made)

        def size_kb(compression):
            store(compression)
            return (folder / "images.h5").stat().st_size / count / 1e3

        runs = {
            "biospectra, signal to HDF5 (zstd)": (lambda: store("zstd"), count),
            "biospectra, signal to HDF5 (gzip)": (lambda: store("gzip"), count),
            "biospectra, signal to HDF5 (none)": (lambda: store("none"), count),
            "of that: signal to uint8": (lambda: plan(windows), count),
            "of that: uint8 to HDF5 (zstd)": (lambda: store("zstd", images), count),
            "floor: the FFTs alone, SciPy float32": (lambda: fft.rfft(frames, 960), 1),
            "read back, shuffled": (
                lambda: image_store.read_images(folder / "read.h5", order),
                count,
            ),
            "uint8 to PNG, grey": (lambda: write_png(folder / "grey.png", images[0]), 1),
            "uint8 to PNG, viridis": (lambda: write_png(folder / "v.png", images[0], "viridis"), 1),
        }
        order = np.random.default_rng(0).permutation(count)
        segment = signal[:SAMPLES]
        if pillow:
            from PIL import Image

            taper = get_window("hann", 256)
            STFT = ShortTimeFFT(taper, 4, RATE_HZ, mfft=960, scale_to="magnitude")
            runs["ShortTimeFFT and Pillow PNG"] = (
                lambda: stft_and_pillow(segment, io.BytesIO()),
                1,
            )
        if matplotlib:
            matplotlib.use("Agg")
            from matplotlib import pyplot as plt

            runs["matplotlib specgram and savefig"] = (
                lambda: matplotlib_figure(segment, io.BytesIO()),
                1,
            )
        store("zstd")
        (folder / "images.h5").rename(folder / "read.h5")
        times = measure(runs, 9)
        table("640x480 spectrogram", times, "biospectra, signal to HDF5 (zstd)")
        print("\nkB an image:", {c: round(size_kb(c), 1) for c in ("zstd", "gzip", "none")})
