"""Images in HDF5: one image a chunk, compressed.

Differences along time before zstd would halve the files again, but no filter that HDF5 readers
have undoes them as fast as zstd alone reads (benchmarks/README.md): images are stored as they are.
"""

from pathlib import Path

import numpy as np

from biospectra.store.hdf5 import CHECKSUMMED, attributes_of, opened
from biospectra.store.made_images import MADE_OF, entries_of, making_of

COMPRESSIONS = ("zstd", "gzip", "none")
# A tenth smaller than level 1 for a tenth of time; level 3 asks twice that for less.
ZSTD_LEVEL = 2


def create_images(group, shape, compression="zstd"):
    """Create an empty dataset ``images`` that images are appended to.

    Parameters
    ----------
    group : h5py.File or h5py.Group
    shape : (height, width) or (height, width, 3)
    compression : "zstd", "gzip" or "none"
        zstd is read by any h5py that has imported ``hdf5plugin``, gzip by any HDF5 tool.

    Returns
    -------
    h5py.Dataset, (0, height, width) or (0, height, width, 3), uint8
    """
    options = {}
    if compression == "zstd":
        import hdf5plugin

        options = dict(hdf5plugin.Zstd(clevel=ZSTD_LEVEL))
    elif compression == "gzip":
        options = {"compression": "gzip", "compression_opts": 1}
    elif compression != "none":
        raise ValueError(
            f"compression: is {compression!r}; must be one of {', '.join(COMPRESSIONS)}"
        )
    shape = tuple(shape)
    return group.create_dataset(
        "images",
        (0, *shape),
        np.uint8,
        maxshape=(None, *shape),
        chunks=(1, *shape),
        **options,
        **CHECKSUMMED,  # of what is compressed, so it costs next to nothing
    )


def append_images(dataset, images):
    """Append images to a dataset of ``create_images``, or windows to one of ``create_windows``.

    Parameters
    ----------
    dataset : h5py.Dataset, (m, height, width[, 3]), uint8, or (m, length), float32
    images : array, (n, height, width[, 3]), uint8, or (n, length), float32
    """
    images = np.ascontiguousarray(images)
    if images.dtype != dataset.dtype or images.shape[1:] != dataset.shape[1:]:
        raise ValueError(
            f"images: are {images.dtype} of shape {images.shape[1:]}; must be {dataset.dtype} of "
            f"shape {dataset.shape[1:]}"
        )
    start = dataset.shape[0]
    dataset.resize(start + len(images), axis=0)
    dataset[start:] = images


def read_images(path, index=None):
    """Read images.

    Parameters
    ----------
    path : path or h5py.Dataset
        A file with a dataset ``images``, or that dataset; or of windows, which images are made of.
    index : sequence of int, (n,), optional
        Which images, in any order and with repeats; all by default.

    Returns
    -------
    array, (n, height, width) or (n, height, width, 3), uint8
    """
    import hdf5plugin  # noqa: F401  registers the zstd filter

    if not isinstance(path, str | Path):
        return _read(path, index)
    with opened(path) as file:
        return _read(entries_of(file), index)


def _read(dataset, index):
    making = making_of(dataset)
    if index is None:
        return dataset[:] if making is None else making(dataset[:])
    index = np.asarray(index, np.int64)
    out = np.empty((index.size, *dataset.shape[1:]), dataset.dtype)
    for entry, number in zip(out, index, strict=True):
        dataset.read_direct(entry, np.s_[int(number)])
    return out if making is None else making(out)


def axes_of(path):
    """Return what the pixels of an image file stand for.

    Parameters
    ----------
    path : str or path
        A file of images, or of windows that they are made of, and their frequencies and times.

    Returns
    -------
    dict or None
        ``frequency_hz`` (height,), ``time_s`` (width,), ``limits_db`` (2,), the ``quantity`` that
        pixels stand for, ``settings`` of the image, and its ``colour_map``, None where it has one
        channel. None for a file without images, such as one of segments.
    """
    with opened(path) as file:
        if "frequency_hz" not in file:
            return None
        settings = attributes_of(entries_of(file))
        settings.pop(MADE_OF, None)
        quantity = settings.pop("quantity")
        colour_map = settings.get("colour_map")
        return {
            "frequency_hz": file["frequency_hz"][()],
            "time_s": file["time_s"][()],
            "limits_db": settings["limits_db"],
            "quantity": quantity,
            "settings": settings,
            "colour_map": None if colour_map == "none" else colour_map,
        }


def read_restored(path):
    """Read examples of what an autoencoder restored.

    Parameters
    ----------
    path : path
        A file of `biospectra.steps.reconstruct.write_examples`.

    Returns
    -------
    given : ndarray, (n, height, width, channels), uint8, or (n, samples, 1), float32
    restored : ndarray of its shape, float32
    rows : DataFrame
        Row of each segment.
    rate_hz : float or None
        Sampling rate of the samples; None for images.
    units : str or None
        Of the samples, if the file says; None for images.
    """
    from biospectra.store.rows import read_table

    with opened(path) as file:
        given = file["images" if "images" in file else "signal"]
        said = attributes_of(given)
        of_samples = said.get("rate_hz"), said.get("units")
        return given[()], file["restored"][()], read_table(file, "rows"), *of_samples
