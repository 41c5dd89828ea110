"""Scaleograms: the magnitude of the continuous wavelet transform at the pixels of an image."""

from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from biospectra.transforms.transform import Transform
from biospectra.transforms.wavelets import Wavelet

_Scaling = Literal["amplitude", "energy"]
_FrequencyAxis = Literal["log", "linear"]
Pooling = Literal["point", "mean", "max"]
Edges = Literal["context", "reflect"]
# Windows at a time: bounds memory, keeps spectra in the cache, and is what `forward` takes at once.
WINDOWS_AT_ONCE = 32


class Scaleogram(Transform):
    """A plan that turns windows of signal into scaleograms.

    The transform is ``W(a, b) = integral x(t) conj(psi((t - b) / a)) dt`` over ``sqrt(a)`` for
    ``scaling="energy"`` (PyWavelets' own, a and t in samples), or scaled so that a sinusoid of
    amplitude A peaks at A at every scale for ``"amplitude"``. x(t) is the band-limited signal
    through the samples, faded out between 0.9 and 1 times the Nyquist frequency.

    Parameters
    ----------
    rate_hz : float
        Sampling rate.
    samples : int
        Length of a segment.
    height, width : int
        Pixels of the image: scales by times.
    wavelet : str or Wavelet
        Mother wavelet; by its PyWavelets name.
    frequency_range_hz, period_range_s, scale_range : (float, float), one of the three
        What the rows span, both ends included. Scales are PyWavelets', in samples.
    frequency_axis : {"log", "linear"}
        Spacing of the rows in the quantity given.
    scaling : {"amplitude", "energy"}
        A sinusoid's amplitude (L1), or unit energy of the wavelet at each scale (L2).
    pooling : {"point", "mean", "max"}
        A pixel is the value at the middle of its interval, or the mean or maximum over it.
    limits_db : (float, float)
        Decibels (20 log10 of the magnitude) of pixel values 0 and 255.
    edges : {"context", "reflect"}
        Whether windows bring ``margin`` samples of neighbouring signal on each side, or none
        (``margin`` is 0 and the segment is mirrored at its ends).
    oversample : int
        Points in a pixel's interval that are pooled.

    Attributes
    ----------
    margin : int
        Samples of context on each side of a segment in ``windows``.
    frequency_hz, period_s, scale : ndarray, (height,), float64
        Of each row; row 0 is the highest frequency.
    time_s : ndarray, (width,), float64
        Middle of each column, from the segment's first sample.

    Raises
    ------
    ValueError
        Naming the setting, what is wrong and what would be right.

    Examples
    --------
    A tone of 8 Hz and amplitude 0.1, which is -20 dB, on rows from 32 Hz to 2 Hz:

    >>> import numpy as np
    >>> signal = 0.1 * np.sin(2 * np.pi * 8 * np.arange(2560) / 128)
    >>> plan = Scaleogram(
    ...     rate_hz=128, samples=1280, height=33, width=64, frequency_range_hz=(2, 32)
    ... )
    >>> images = plan.of(signal, starts=[0, 1280])
    >>> images.shape, images.dtype
    ((2, 33, 64), dtype('uint8'))
    >>> float(plan.frequency_hz[images[0, :, 32].argmax()].round(6))
    8.0
    >>> from biospectra.signals.windows import cut
    >>> windows = cut(signal, [640], plan.samples, plan.margin)
    >>> float(plan.decibel(windows).max().round(1))
    -20.0
    """

    def __init__(
        self,
        *,
        rate_hz: float,
        samples: int,
        height: int,
        width: int,
        wavelet: str | Wavelet = "cmor1.5-1.0",
        frequency_range_hz: tuple[float, float] | None = None,
        period_range_s: tuple[float, float] | None = None,
        scale_range: tuple[float, float] | None = None,
        frequency_axis: _FrequencyAxis = "log",
        scaling: _Scaling = "amplitude",
        pooling: Pooling = "point",
        limits_db: tuple[float, float] = (-60.0, 20.0),
        edges: Edges = "context",
        oversample: int = 4,
    ) -> None:
        super().__init__(
            rate_hz=rate_hz, samples=samples, height=height, width=width, limits_db=limits_db
        )
        self._one_of("frequency_axis", frequency_axis, _FrequencyAxis)
        self._one_of("scaling", scaling, _Scaling)
        self._one_of("pooling", pooling, Pooling)
        self._one_of("edges", edges, Edges)
        self.wavelet = wavelet if isinstance(wavelet, Wavelet) else Wavelet(wavelet)
        self.frequency_range_hz, self.period_range_s = frequency_range_hz, period_range_s
        self.scale_range, self.frequency_axis = scale_range, frequency_axis
        self.scaling, self.pooling, self.edges = scaling, pooling, edges
        self.oversample = max(1, int(oversample))
        self.quantity = "Amplitude" if scaling == "amplitude" else "Wavelet coefficient"
        self.quantity += " (dB re 1)"
        # The magnitude of a real wavelet, and of one that is not analytic, follows the phase.
        self.is_steady = self.wavelet.family in ("cmor", "shan", "fbsp")
        self.frequency_hz = self._frequencies()
        self.scale = self.wavelet.centre_frequency * self.rate_hz / self.frequency_hz
        columns = (np.arange(self.width) + 0.5) * self.samples / self.width - 0.5
        self.time_s = columns / self.rate_hz

    @classmethod
    def from_entry(cls, entry: dict[str, Any], rate_hz: float, samples: int) -> Self:
        if entry.get("period_range_s") or entry.get("scale_range"):  # instead of the default
            entry = entry | {"frequency_range_hz": None}
        return super().from_entry(entry, rate_hz, samples)

    def _frequencies(self) -> np.ndarray:
        ranges = {
            "frequency_range_hz": self.frequency_range_hz,
            "period_range_s": self.period_range_s,
            "scale_range": self.scale_range,
        }
        given = {key: ends for key, ends in ranges.items() if ends is not None}
        if len(given) != 1:
            raise ValueError(
                f"frequency_range_hz, period_range_s, scale_range: {len(given)} are given; "
                "give exactly one"
            )
        ((key, (low, high)),) = given.items()
        if not 0 < low < high:
            raise ValueError(f"{key}: is ({low}, {high}); must be (low, high) with 0 < low < high")
        space = np.geomspace if self.frequency_axis == "log" else np.linspace
        if key == "frequency_range_hz":
            rows = space(high, low, self.height)
        elif key == "period_range_s":
            rows = 1 / space(low, high, self.height)
        else:
            rows = self.wavelet.centre_frequency * self.rate_hz / space(low, high, self.height)
        if rows[0] >= self.rate_hz / 2 * (1 - 1e-12):
            raise ValueError(
                f"{key}: asks for a row at {rows[0]:g} Hz, at or above the Nyquist frequency of "
                f"{self.rate_hz / 2:g} Hz (half of rate_hz, {self.rate_hz:g}); stay below it"
            )
        return rows

    @property
    def margin(self) -> int:
        """Samples of context on each side of a segment in ``windows``."""
        return self.reach if self.edges == "context" else 0

    @cached_property
    def reach(self) -> int:
        """Samples on each side that the lowest row is computed from."""
        return max(-(-(group.length - self.samples) // 2) for group, *_ in self.groups)

    @cached_property
    def groups(self) -> list[tuple[Any, int, np.ndarray, tuple[Any, ...], list[Any]]]:
        """Groups of rows, each with where it begins, how spectra are turned, tables and weights."""
        from biospectra.transforms import scaleogram_plan
        from biospectra.transforms.kernels import fft_plan
        from biospectra.transforms.kernels.simd import LANES

        points = self.width * (1 if self.pooling == "point" else self.oversample)
        scales = [self.scale[i : i + LANES] for i in range(0, self.height, LANES)]
        reach = [scaleogram_plan.context(self.wavelet, scale) for scale in scales]
        smallest = np.array([scale.min() for scale in scales])
        groups = []
        for group in scaleogram_plan.groups(self.samples, points, reach, smallest):
            begin = (group.length - self.samples) // 2
            bins = np.arange(group.length // 2 + 1)
            offset = 0.5 * self.samples / points - 0.5
            turn = np.exp(2j * np.pi * bins * (begin + offset) / group.length)
            bands = [
                scaleogram_plan.band(self.wavelet, scales[i], group.length, self.scaling)
                for i in group.blocks
            ]
            tables = fft_plan.tables(group.points)
            groups.append((group, begin, turn.astype(np.complex64), tables, bands))
        return groups

    @cached_property
    def _ways(self) -> list[tuple[Any, np.ndarray] | None]:
        """How spectra of each group are made of many windows."""
        from biospectra.transforms.scaleogram_plan import way

        return [way(group.length, turn, bands) for group, _, turn, _, bands in self.groups]

    def __call__(self, windows: ArrayLike) -> np.ndarray:
        return self._transform(windows, np.uint8)

    def magnitude(self, windows: ArrayLike) -> np.ndarray:
        return self._transform(windows, np.float32)

    def _transform(self, given: ArrayLike, dtype: type) -> np.ndarray:
        from scipy import fft

        from biospectra.transforms.kernels.scaleogram import block, forward
        from biospectra.transforms.kernels.simd import LANES
        from biospectra.transforms.quantise import affine

        windows = self._checked(given)
        if self.edges == "reflect":
            from biospectra.signals.windows import reflected

            index = np.arange(-self.reach, self.samples + self.reach)
            windows = windows[:, reflected(index, self.samples)]
        out: np.ndarray = np.empty((len(windows), self.height, self.width), dtype)
        shape = 2 if self.wavelet.is_complex else int(self.wavelet.is_odd)
        pooling = ("point", "mean", "max").index(self.pooling)
        setting = (shape, self.oversample if pooling else 1, pooling)
        gain = affine(self.limits_db, 10.0)
        for start in range(0, len(windows), WINDOWS_AT_ONCE):
            here = slice(start, start + WINDOWS_AT_ONCE)
            part = windows[here]
            for (group, begin, turn, tables, bands), way in zip(
                self.groups, self._ways, strict=True
            ):
                at = self.reach - begin
                if way is not None and len(part) >= LANES:
                    spectra = np.empty((WINDOWS_AT_ONCE, 2 * len(way[1])), np.float32)
                    forward(part, at, group.length, *way, spectra)
                else:
                    turned = fft.rfft(part[:, at : at + group.length], group.length, axis=1) * turn
                    spectra = turned.view(np.float32)
                for i, band in zip(group.blocks, bands, strict=True):
                    block(
                        spectra,
                        band.weights,
                        band.first,
                        band.last,
                        group.points,
                        tables,
                        setting,
                        gain,
                        out[here].view(np.uint8),
                        out.itemsize,
                        i * LANES,
                    )
        return out

    def response(self, frequency_hz: float) -> np.ndarray:
        at = self.scale * frequency_hz / self.rate_hz
        gain = np.abs(self.wavelet.fourier(at))
        if self.wavelet.is_complex and not self.is_steady:
            gain = gain + np.abs(self.wavelet.fourier(-at))
        if self.scaling == "energy":
            return gain * np.sqrt(self.scale) / (2 if self.wavelet.is_complex else 1)
        return gain / self.wavelet.peak[0]

    def cone_of_influence(
        self, real_before: int = 0, real_after: int = 0
    ) -> tuple[np.ndarray, float]:
        """Return the pixels that depend on signal which is not there.

        Parameters
        ----------
        real_before, real_after : int
            Samples of true signal before and after the segment.

        Returns
        -------
        mask : ndarray, (height, width), bool
            True where the wavelet's e-folding time reaches past the true signal.
        share : float
            Share of pixels in it.

        Examples
        --------
        >>> plan = Scaleogram(
        ...     rate_hz=128, samples=1280, height=33, width=64, frequency_range_hz=(2, 32)
        ... )
        >>> mask, share = plan.cone_of_influence()
        >>> mask.shape, round(share, 3)
        ((33, 64), 0.043)
        >>> plan.cone_of_influence(real_before=1280, real_after=1280)[1]
        0.0
        """
        at = self.time_s * self.rate_hz
        to_end = np.minimum(at + real_before, self.samples - 1 - at + real_after)
        mask = to_end[None, :] < self.wavelet.e_folding * self.scale[:, None]
        return mask, float(mask.mean())
