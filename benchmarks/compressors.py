"""How 640x480 spectrograms compress: filters before zstd, zstd levels, gzip, lossless JPEG; PNG.

    python benchmarks/compressors.py [RECORDING]

What ``image_store`` and ``png`` chose from. RECORDING as in ``spectrograms.py``. "Differences" are
taken before HDF5 sees the image, to show what a filter for them would be worth: a file written so
is not read back as an image by HDF5 alone.
"""

import io
import sys
from pathlib import Path

from side_by_side import have, measure, one_core, table

one_core()

import h5py  # noqa: E402
import hdf5plugin  # noqa: E402
import numpy as np  # noqa: E402
from spectrograms import HEIGHT, LIMITS_DB, RATE_HZ, SAMPLES, WIDTH, recording  # noqa: E402

from biospectra.signals.windows import cut  # noqa: E402
from biospectra.transforms.colour import colour, colour_table  # noqa: E402
from biospectra.transforms.spectrogram import Spectrogram  # noqa: E402

BYTE_DELTA = 35  # Blosc2's number for differences of bytes, which hdf5plugin has no name for


def pictures():
    """Images of a recording: (n, 480, 640), uint8."""
    signal = recording()
    plan = Spectrogram(
        rate_hz=RATE_HZ,
        samples=SAMPLES,
        height=HEIGHT,
        width=WIDTH,
        window_s=0.5,
        limits_db=LIMITS_DB,
    )
    starts = np.arange(0, signal.size - SAMPLES + 1, SAMPLES)
    return plan(cut(signal, starts, SAMPLES, plan.margin))


def hdf5():
    """Write and read with each filter, in memory."""
    differences = images.copy()
    differences[:, :, 1:] -= images[:, :, :-1]
    blosc = dict(hdf5plugin.Blosc2(cname="zstd", clevel=1))
    *options, _, coder = blosc["compression_opts"]
    byte_delta = {**blosc, "compression_opts": (*options, BYTE_DELTA, coder)}
    bit_shuffle = hdf5plugin.Blosc2(cname="zstd", clevel=1, filters=hdf5plugin.Blosc2.BITSHUFFLE)
    filters = {
        "zstd 1": (images, hdf5plugin.Zstd(clevel=1)),
        "zstd 2": (images, hdf5plugin.Zstd(clevel=2)),
        "zstd 3": (images, hdf5plugin.Zstd(clevel=3)),
        "bit shuffle, zstd 1 (Blosc2)": (images, bit_shuffle),
        "byte delta, zstd 1 (Blosc2)": (images, byte_delta),
        "differences in time, zstd 1": (differences, hdf5plugin.Zstd(clevel=1)),
        "differences in time, gzip 1": (
            differences,
            {"compression": "gzip", "compression_opts": 1},
        ),
        "gzip 1": (images, {"compression": "gzip", "compression_opts": 1}),
        "lossless JPEG (FciDecomp)": (images, hdf5plugin.FciDecomp()),
        "none": (images, {}),
    }
    writes, reads, sizes = {}, {}, {}
    for name, (data, options) in filters.items():

        def write(data=data, options=options):
            file = h5py.File(io.BytesIO(), "w")
            chunks = (1, *data.shape[1:])
            return file, file.create_dataset("images", data=data, chunks=chunks, **options)

        _, dataset = write()
        sizes[name] = round(dataset.id.get_storage_size() / len(images) / 1e3, 1)
        writes[name] = (write, len(images))
        reads[name] = (lambda d=dataset: [d[i] for i in range(len(images))], len(images))
    table("HDF5, write an image", measure(writes, 5), "zstd 2")
    table("HDF5, read an image", measure(reads, 5), "zstd 2")
    print("\nkB an image:", sizes)


def png():
    """Encode to PNG in memory."""
    import cv2

    palette = colour_table("viridis").tobytes()
    rgb = colour(images[0], "viridis")[:, :, ::-1].copy()
    run_length = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, 3]

    def by_pillow(level, coloured):
        file, picture = io.BytesIO(), image_module.fromarray(images[0])
        if coloured:
            picture.putpalette(palette)
        picture.save(file, "PNG", compress_level=level)
        return file.getvalue()

    ways = {
        "OpenCV, grey": lambda: cv2.imencode(".png", images[0])[1],
        "OpenCV, grey, run length": lambda: cv2.imencode(".png", images[0], run_length)[1],
        "OpenCV, RGB": lambda: cv2.imencode(".png", rgb)[1],
    }
    if have("PIL"):
        from PIL import Image as image_module

        ways["Pillow, palette, level 2"] = lambda: by_pillow(2, True)
        ways["Pillow, palette, default"] = lambda: by_pillow(6, True)
        ways["Pillow, grey, default"] = lambda: by_pillow(6, False)
    times = measure({name: (way, 1) for name, way in ways.items()}, 15)
    table("PNG, one image", times, "OpenCV, grey")
    print("\nkB an image:", {name: round(len(way()) / 1e3, 1) for name, way in ways.items()})


if __name__ == "__main__":
    print(Path(sys.argv[1]).name if len(sys.argv) > 1 else "made-up signal")
    images = pictures()
    hdf5()
    png()
