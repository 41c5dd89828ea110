"""MATLAB files, version 4 to 7.3.

Format: MATLAB 4 to 7.3, LabChart exports.
Recognised by: its content.
Units: an array beside the samples; counts otherwise.
Annotations: a table of events beside it.
Rates and gaps: each array or channel its own; a stretch for each block of LabChart's.
Tried with: files of SciPy, and LabChart's layout.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from biospectra.formats.arrays import array_signals, pick_array, text_list
from biospectra.formats.request import Request
from biospectra.formats.units import plain_unit
from biospectra.signals.signal import Signal, stretches_of

ENDINGS = (".mat",)
_COMPRESSED = 15
_OLD_SIZES = {0: 8, 1: 4, 2: 4, 3: 2, 4: 2, 5: 1}  # bytes of a number, by the type's tens


def read(request: Request) -> Iterator[Signal]:
    """Read rows or columns of a MATLAB array.

    `Request.variable` names it, ``data.ecg`` for a field of a structure; it may be left out
    where there is one only that is no time. The longer axis is time, channels count from 0 along
    the other. A number named fs, srate or the like in the same structure is the rate, or one in
    those around it. In LabChart's files channels have their names, and a stretch for each block.
    """
    with request.path.open("rb") as file:
        start = file.read(128)
    if start.startswith(b"\x89HDF") or b"MATLAB 7.3" in start:
        from biospectra.formats import hdf5

        yield from hdf5.read(request)
        return
    _check_whole(request, start)
    from scipy.io import loadmat

    loaded = loadmat(request.path, squeeze_me=True, struct_as_record=False)
    variables = {name: value for name, value in loaded.items() if not name.startswith("__")}
    if {"data", "datastart", "dataend", "samplerate"} <= set(variables) and not request.variable:
        yield from _labchart(request, variables)
        return
    found: dict[str, Any] = {}
    for name, value in variables.items():
        _collect(found, name, value)
    numeric = [n for n, a in found.items() if a.size > 1 and a.dtype.kind in "iuf"]
    name = pick_array(request, numeric)
    scopes = [name.rpartition(".")[0]]
    while scopes[-1]:
        scopes.append(scopes[-1].rpartition(".")[0])
    beside, *around = (_within(found, scope) for scope in scopes)
    yield from array_signals(request, found[name], name, beside, further=[*around, found])


def _within(found: dict[str, Any], scope: str) -> dict[str, Any]:
    """Return what lies in a structure itself, the empty one for the whole file."""
    return {
        name[len(scope) :].lstrip("."): value
        for name, value in found.items()
        if name.rpartition(".")[0] == scope
    }


def _collect(found: dict[str, Any], name: str, value: Any) -> None:
    """Note numbers and texts, those in structures under their path."""
    if hasattr(value, "_fieldnames"):
        for field in value._fieldnames:
            _collect(found, f"{name}.{field}", getattr(value, field))
    elif isinstance(value, np.ndarray | int | float | str):
        found[name] = np.asarray(value)


def _check_whole(request: Request, start: bytes) -> None:
    """Refuse a file whose elements do not follow each other up to its end."""
    size = request.path.stat().st_size
    if start[124:128].endswith((b"IM", b"MI")):
        at = _last_element(request.path, "little" if start.endswith(b"IM") else "big")
    else:
        at = _last_matrix(request.path, size)
    if at != size:
        raise request.error(
            f"cannot be read as MATLAB's: its parts end at byte {at} of {size}",
            "it was cut or altered; fetch it again",
        )


def _last_element(path: Path, order: Any) -> int:
    """Return where the elements of a file of version 5 end, as far as they are whole."""
    at = 128
    with path.open("rb") as file:
        while True:
            file.seek(at)
            tag = file.read(8)
            if len(tag) < 8:
                return at + len(tag) if tag else at
            kind, length = (int.from_bytes(tag[k : k + 4], order) for k in (0, 4))
            ends = at + 8 + length
            if not 0 < kind < 19 or ends > path.stat().st_size:
                return at
            if kind == _COMPRESSED and not _unpacks(file.read(length)):
                return at
            at = ends


def _unpacks(packed: bytes) -> bool:
    unpacker = zlib.decompressobj()
    try:
        while packed:
            unpacker.decompress(packed, 1 << 24)
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof


def _last_matrix(path: Path, size: int) -> int:
    """Return where the matrices of a file of version 4 end, as far as they are whole."""
    at = 0
    with path.open("rb") as file:
        while at + 20 <= size:
            file.seek(at)
            head = file.read(20)
            order: Any = "little" if int.from_bytes(head[:4], "little") < 5000 else "big"
            kind, rows, columns, imaginary, name = (
                int.from_bytes(head[k : k + 4], order) for k in range(0, 20, 4)
            )
            number = _OLD_SIZES.get(kind % 100 // 10, 0)
            ends = at + 20 + name + rows * columns * number * (2 if imaginary else 1)
            if kind >= 5000 or not number or ends > size:
                return at
            at = ends
    return at


def _labchart(request: Request, variables: dict[str, Any]) -> Iterator[Signal]:
    """Read channels of LabChart's export: all blocks of all channels one after the other."""
    titles = text_list(variables.get("titles", [])) or ["channel 1"]
    names = [title.strip() or f"channel {k + 1}" for k, title in enumerate(titles)]
    data = np.atleast_1d(variables["data"])
    n = len(names)
    starts, ends, rates = (
        np.asarray(variables[name], dtype=np.float64).reshape(n, -1)
        for name in ("datastart", "dataend", "samplerate")
    )
    units = text_list(variables.get("unittext", []))
    maps = np.asarray(variables.get("unittextmap", np.ones((n, 1)))).reshape(n, -1)

    def one(k: int) -> Signal:
        blocks = [j for j in range(starts.shape[1]) if starts[k, j] > 0]
        own = {float(rates[k, j]) for j in blocks}
        if len(own) != 1:
            raise request.error(
                f"channel {names[k]!r} has blocks at {', '.join(f'{r:g}' for r in sorted(own))} Hz",
                "export blocks of one rate",
            )
        parts = [data[int(starts[k, j]) - 1 : int(ends[k, j])].astype(np.float64) for j in blocks]
        samples = np.concatenate(parts)
        promised = int(sum(ends[k, j] - starts[k, j] + 1 for j in blocks))
        if len(samples) < promised:
            request.short(f"promises {promised} samples of {names[k]!r}, and has {len(samples)}")
        at = int(maps[k, blocks[0]]) - 1
        unit = plain_unit(units[at]) if 0 <= at < len(units) else ""
        breaks = np.cumsum([len(part) for part in parts])[:-1]
        signal = Signal(
            samples,
            request.rate(own.pop()),
            unit or "adu",
            names[k],
            stretches_of(breaks, len(samples)),
        )
        return request.cut(signal)

    yield from request.choose(names).signals(one)
