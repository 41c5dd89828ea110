"""Compiling kernels, and keeping what was compiled for other processes."""

import hashlib
import uuid
from functools import lru_cache
from pathlib import Path

import numba


def jit(function):
    """Compile a kernel, with a cache on disk where one can be written.

    The cache is next to the module, or where NUMBA_CACHE_DIR says, or in the user's own. Numba
    forgets a cached kernel when its own file changes; here also when another kernel's does, since
    they are compiled into each other.

    Parameters
    ----------
    function : function
        The kernel.

    Returns
    -------
    function
    """
    options = {"nogil": True, "fastmath": True, "boundscheck": False, "error_model": "numpy"}
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        return numba.njit(**options)(function)
    # Numba has no public way to say so; without these attributes, it caches as it always does.
    index = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(index, "_source_stamp"):
        index._source_stamp = (index._source_stamp, _stamp())
    keep_apart(compiled)
    return compiled


def keep_apart(compiled) -> None:
    """Let processes that compile a function at the same time cache it in files of their own.

    Numba numbers the files of a cache. Two processes that compile one function for other types
    take the same number, and the code of one is then run with the arguments of the other: wrong
    numbers, or the end of the process.

    Parameters
    ----------
    compiled : numba dispatcher
        That has a cache.
    """
    index = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(index, "_data_name_pattern") and not hasattr(index, "_kept_apart"):
        index._kept_apart = True
        name = index._data_name_pattern.replace(
            "{number:d}", f"{uuid.uuid4().hex[:16]}.{{number:d}}"
        )
        index._data_name_pattern = name


@lru_cache(maxsize=1)
def _stamp():
    """Digest of the modules that hold kernels."""
    here = Path(__file__).parent
    sources = [path.read_bytes() for path in sorted(here.glob("*.py"))]
    return hashlib.sha256(b"".join(sources)).hexdigest()
