"""A frozen network of an ONNX file, with what is done to each segment before it."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import numpy as np

from biospectra.errors import StudyError, refused
from biospectra.words import number_of

ENDING = ".onnx"
GRAPH, PREPROCESSING = "network.onnx", "preprocessing.json"  # what its file holds
FLATTEST = 1e-6  # of a standard deviation, below which a segment is flat
FLOAT_TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
}


def is_onnx(file: str | None) -> bool:
    """Return whether the `file` of an entry of the config's `encoders` is one of ONNX."""
    return bool(file) and str(file).lower().endswith(ENDING)


@dataclass(frozen=True)
class Preprocessing:
    """What is done to each segment before an ONNX network, and which of its tensors is read.

    Parameters
    ----------
    shape : tuple of int
        Of one input as the study gives it, channels last.
    standardise, gain, channels, layer : str, float, str, str or None
        As in the config.
    """

    shape: tuple[int, ...]
    standardise: str = "none"
    gain: float = 1.0
    channels: str = "last"
    layer: str | None = None

    def __post_init__(self) -> None:
        known = self.standardise in ("none", "segment") and self.channels in ("first", "last")
        if not (known and isinstance(self.gain, int | float) and min(self.shape) > 0):
            raise ValueError(f"no such preprocessing: {asdict(self)}")

    def of(self, stored: np.ndarray) -> np.ndarray:
        """Return inputs (n, ...), or images as bytes, as the network wants them, float32."""
        given = stored.astype(np.float32)
        if stored.dtype == np.uint8:
            given /= 255
        if self.standardise == "segment":
            axes = tuple(range(1, given.ndim))
            mean, spread = (part(given, axis=axes, keepdims=True) for part in (np.mean, np.std))
            given = (given - mean) / np.maximum(spread, FLATTEST)
        given = given * np.float32(self.gain)
        return np.moveaxis(given, -1, 1) if self.channels == "first" else given


class OnnxNetwork:
    """A network that ONNX Runtime computes on the processor, in the way that a keras.Model is used.

    Parameters
    ----------
    graph : bytes
        Of the ONNX file.
    before : Preprocessing
    path : str or Path
        The file, which errors name.

    Raises
    ------
    StudyError
        If ONNX Runtime is not installed, or the file is no such network, needs other files, or
        takes inputs of another shape.
    """

    def __init__(self, graph: bytes, before: Preprocessing, path: str | Path) -> None:
        self.name, self.trainable_weights = "pretrained", []
        self._graph, self._before, self._path = graph, before, path
        self._session = _session(graph, before.layer, path)
        given = self._session.get_inputs()
        inputs = ", ".join(f"{one.name} {one.type} {one.shape}" for one in given)
        if len(given) != 1 or given[0].type not in FLOAT_TYPES:
            raise StudyError(
                f"{path}: takes {inputs or 'no input'}; an encoder takes one, of floating-point "
                "numbers: export it without the others."
            )
        (self._input,) = given
        wanted = before.of(np.zeros((1, *before.shape), np.float32)).shape[1:]
        known = self._input.shape
        alike = len(known) == len(wanted) + 1 and all(
            not isinstance(a, int) or a == b for a, b in zip(known[1:], wanted, strict=True)
        )
        if not alike:
            raise StudyError(
                f"{path}: takes inputs of shape {tuple(known)}, and this study gives "
                f"{(None, *wanted)} with `channels: {before.channels}`; change `channels`, "
                "segments, resample or the image so that they agree, or take another file."
            )
        self._at_once = known[0] if isinstance(known[0], int) else None
        if self._at_once not in (None, 1):
            raise StudyError(
                f"{path}: takes exactly {number_of(self._at_once, 'segment')} at once; export it "
                "with a free first dimension."
            )
        self.input_shape = (None, *before.shape)
        try:
            made = self.predict_on_batch(np.zeros((1, *before.shape), np.float32))
        except Exception as problem:  # ONNX Runtime's are of many kinds
            raise StudyError(
                f"{path}: cannot encode a segment of shape {before.shape} "
                f"({_first_line(problem)}); export it for segments of that shape, or take another "
                "file."
            ) from problem
        if made.ndim < 2 or len(made) != 1:
            raise StudyError(
                f"{path}: gives {made.shape} of one segment, and an encoder gives (1, ...); name "
                "another tensor of it as `layer`."
            )
        self.output_shape = (None, *made.shape[1:])

    def predict_on_batch(self, stored: np.ndarray) -> np.ndarray:
        """Return the features of inputs (n, ...), or of images as bytes, (n, ...) float32."""
        given = self._before.of(np.asarray(stored)).astype(FLOAT_TYPES[self._input.type])
        parts = [given] if self._at_once is None else np.split(given, len(given))
        said = [self._session.run(None, {self._input.name: part})[0] for part in parts]
        made = (said[0] if len(said) == 1 else np.concatenate(said)).astype(np.float32)
        of_maps = self._before.channels == "first" and made.ndim > 2
        return np.moveaxis(made, 1, -1) if of_maps else made

    def save(self, path: str | Path) -> None:
        """Write the network and its preprocessing as one file, for `read_onnx`."""
        with ZipFile(path, "w") as archive:
            archive.writestr(ZipInfo(PREPROCESSING), json.dumps(asdict(self._before), indent=1))
            archive.writestr(ZipInfo(GRAPH), self._graph)


def read_onnx(path: str | Path) -> OnnxNetwork:
    """Return the network of a file that `OnnxNetwork.save` wrote.

    Raises
    ------
    StudyError
        If the file is damaged, or the network could read other files.
    """
    try:
        with ZipFile(path) as archive:
            if set(archive.namelist()) != {GRAPH, PREPROCESSING}:
                raise ValueError(f"holds {', '.join(sorted(archive.namelist()))}")
            graph, said = archive.read(GRAPH), json.loads(archive.read(PREPROCESSING))
        if set(said) != {field.name for field in fields(Preprocessing)}:
            raise ValueError(f"{PREPROCESSING} has the keys {sorted(said)}")
        before = Preprocessing(**said | {"shape": tuple(map(int, said["shape"]))})
    except Exception as problem:  # a damaged zip or json has errors of its own
        raise refused(path, problem) from problem
    return OnnxNetwork(graph, before, path)


def _session(graph: bytes, layer: str | None, path: str | Path):
    """Return ONNX Runtime's session, of the output of a layer; it runs no code of the file."""
    try:
        import onnx
        import onnxruntime
    except ModuleNotFoundError as error:
        raise StudyError(
            f"{path}: an ONNX network takes the package {error.name}, which is not installed here; "
            'install it where jobs run: pip install "biospectra[onnx]".'
        ) from error
    try:
        model = onnx.load_model_from_string(graph)
    except Exception as problem:
        raise _unknown(path, problem) from problem
    if any(_outside(model)):
        raise StudyError(
            f"{path}: has weights in other files beside it, which are not read; write it as one "
            "file, such as by onnx.save(model, path) after onnx.load."
        )
    if layer is not None:
        made = [name for node in model.graph.node for name in node.output if name]
        if layer not in made:
            raise StudyError(
                f"{path}: makes no tensor {layer!r}; the last are: {', '.join(made[-8:])}. Name "
                "one of its tensors, or leave `layer` out."
            )
        del model.graph.output[:]
        model.graph.output.append(onnx.ValueInfoProto(name=layer))
        graph = model.SerializeToString()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.load_model_format", "ONNX")
    threads = os.environ.get("OMP_NUM_THREADS", "")  # which snakemake sets to a job's
    options.intra_op_num_threads = int(threads) if threads.isdigit() else 0
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # ONNX Runtime's are of many kinds, such as an unknown operator
        raise _unknown(path, problem) from problem


def _unknown(path: str | Path, problem: Exception) -> StudyError:
    return StudyError(
        f"{path}: is no network that ONNX Runtime opens ({_first_line(problem)}); take a whole "
        "copy, or export it again with ONNX's own operators."
    )


def _first_line(problem: Exception) -> str:
    return str(problem).strip().split("\n")[0][:200]


def _outside(message) -> Iterator[bool]:
    """Yield of each tensor within a message of ONNX whether its numbers are in another file."""
    from onnx import TensorProto

    if isinstance(message, TensorProto):
        yield message.data_location == TensorProto.EXTERNAL or bool(message.external_data)
        return
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            # A field of one message, or of many.
            for part in [value] if hasattr(value, "ListFields") else value:
                yield from _outside(part)
