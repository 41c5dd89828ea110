"""What an HDF5 file claims to hold is in it: no links to others, no more than its bytes can be."""

from typing import Any

import numpy as np

from biospectra.formats.request import Request

# No signal packs to a thousandth; what claims more, from a size on that matters, was never written.
MOST_PER_BYTE, MATTERS = 1000, 1 << 24


def refuse_links(request: Request, file: Any) -> None:
    """Refuse a file that takes anything from other files: links, external storage, virtual data.

    Parameters
    ----------
    request : Request
        For the file.
    file : h5py.File
        Open.

    Raises
    ------
    RecordingError
        Naming the link or dataset.
    """
    import h5py

    # What a visitor returns ends the visit; it must not raise through HDF5.
    def look_at_link(name: str, link: Any) -> tuple[str, str] | None:
        if isinstance(link, h5py.ExternalLink):
            return name, f"a link to another file, {link.filename!r}"
        return None

    def look(name: str, item: Any) -> tuple[str, str] | None:
        if not isinstance(item, h5py.Dataset):
            return None
        if item.is_virtual:
            return name, "a virtual dataset, made of other files' data"
        if item.external:
            return name, f"stored in another file, {item.external[0][0]!r}"
        return None

    found = file.visititems_links(look_at_link) or file.visititems(look)
    if found:
        name, what = found
        raise request.error(
            f"its {name!r} is {what}", "copy what it takes from there into the file itself"
        )


def values_of(request: Request, dataset: Any) -> np.ndarray:
    """Return all of a dataset, once it is known to be there.

    Parameters
    ----------
    request : Request
        For the file.
    dataset : h5py.Dataset
        In it.

    Returns
    -------
    ndarray
    """
    check_written(request, dataset)
    return np.asarray(dataset[()])


def check_written(request: Request, dataset: Any) -> None:
    """Refuse a dataset of which parts were never written: they would read as zeros.

    Parameters
    ----------
    request : Request
        For the file.
    dataset : h5py.Dataset
        In it.

    Raises
    ------
    RecordingError
        Naming the dataset and what it claims.
    """
    claimed, stored = dataset.size * dataset.dtype.itemsize, dataset.id.get_storage_size()
    name, remedy = dataset.name, "the recording was broken off, or the file is damaged"
    if claimed and not stored:
        raise request.error(f"no samples were ever written to its {name!r}", remedy)
    if claimed > MATTERS and claimed > MOST_PER_BYTE * stored:
        raise request.error(
            f"its {name!r} claims {claimed / 1e6:,.0f} MB and holds {stored / 1e6:,.3f} MB", remedy
        )
    if dataset.chunks:
        sizes = zip(dataset.shape, dataset.chunks, strict=True)
        expected = int(np.prod([-(-length // chunk) for length, chunk in sizes]))
        there = dataset.id.get_num_chunks()
        if there < expected:
            raise request.error(
                f"{expected - there} of the {expected} parts of its {name!r} were never written",
                remedy,
            )
