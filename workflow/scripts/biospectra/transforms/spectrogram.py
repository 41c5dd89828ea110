"""Spectrograms whose rows and columns are the pixels of an image."""

from functools import cached_property
from math import ceil
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from biospectra.transforms.transform import Transform
from biospectra.words import number_of

_Scaling = Literal["amplitude", "psd"]
_FrequencyAxis = Literal["linear", "log", "mel"]
# SciPy's windows that need no parameter. Listed, as checking a config must not need SciPy.
Window = Literal[
    "barthann", "bartlett", "blackman", "blackmanharris", "bohman", "boxcar", "cosine",
    "exponential", "flattop", "hamming", "hann", "lanczos", "nuttall", "parzen", "taylor", "triang",
    "tukey",
]  # fmt: skip


class Spectrogram(Transform):
    """A plan that turns windows of signal into spectrograms.

    Columns: the hop is ``samples / width``, a whole number; column j's frame has its middle in the
    middle of the j-th stretch of a hop. Rows on the linear axis are bins of an FFT of length
    ``fft_length``, chosen so that ``height`` bins span ``frequency_range_hz``: without a range,
    bins 1 to ``height`` of an FFT of length ``2 height``, which is every bin but DC, Nyquist in
    row 0. Rows on the log and mel axes are the same transform taken exactly at the row's
    frequency. Nothing is interpolated.

    Parameters
    ----------
    rate_hz : float
        Sampling rate.
    samples : int
        Length of a segment.
    height, width : int
        Pixels of the image: frequencies by times.
    window : str or tuple
        Taper: a window of `scipy.signal.get_window`, by its full name, or with its parameters as a
        tuple.
    window_s : float
        Its length in s; rounded to whole samples.
    scaling : {"amplitude", "psd"}
        A sinusoid's amplitude, in the signal's unit; or the one-sided power spectral density, in
        the unit's square per Hz (that of ``scipy.signal.spectrogram(scaling="density",
        detrend=False)``).
    frequency_axis : {"linear", "log", "mel"}
        Spacing of the rows; mel is ``2595 log10(1 + f / 700 Hz)``.
    frequency_range_hz : (float, float), optional
        What the rows span. On the linear axis the spacing of rows is that of the nearest FFT
        length that is fast, within half a per cent; ``frequency_hz`` says where rows are.
    limits_db : (float, float)
        Decibels of pixel values 0 and 255: 20 log10 of an amplitude, 10 log10 of a density.

    Attributes
    ----------
    margin : int
        Samples of context on each side of a segment in ``windows``.
    frequency_hz, period_s : ndarray, (height,), float64
        Of each row; row 0 is the highest frequency.
    time_s : ndarray, (width,), float64
        Middle of each column, from the segment's first sample.
    taper : ndarray, (length,), float64
        The window's values.
    hop, first, fft_length : int
        In samples: from one frame to the next; where column 0's begins, from the segment's start;
        None on the log and mel axes.
    bins : ndarray, (height,), int64
        Of the FFT in each row; not on the log and mel axes.

    Raises
    ------
    ValueError
        Naming the setting, what is wrong and what would be right.

    Examples
    --------
    A tone of 50 Hz and amplitude 0.1, which is -20 dB, through a plan of 64 rows by 32 columns:

    >>> import numpy as np
    >>> signal = 0.1 * np.sin(2 * np.pi * 50 * np.arange(2560) / 256)
    >>> plan = Spectrogram(rate_hz=256, samples=1280, height=64, width=32)
    >>> images = plan.of(signal, starts=[0, 1280])
    >>> images.shape, images.dtype
    ((2, 64, 32), dtype('uint8'))
    >>> float(plan.frequency_hz[images[0, :, 16].argmax()])
    50.0
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
        window: Window | tuple[Any, ...] = "hann",
        window_s: float = 0.5,
        scaling: _Scaling = "amplitude",
        frequency_axis: _FrequencyAxis = "linear",
        frequency_range_hz: tuple[float, float] | None = None,
        limits_db: tuple[float, float] = (-60.0, 20.0),
    ) -> None:
        super().__init__(
            rate_hz=rate_hz, samples=samples, height=height, width=width, limits_db=limits_db
        )
        self._one_of("scaling", scaling, _Scaling)
        self._one_of("frequency_axis", frequency_axis, _FrequencyAxis)
        if isinstance(window, str):
            self._one_of("window", window, Window)
        if self.samples % self.width:
            fits = [w for w in range(1, self.samples + 1) if self.samples % w == 0]
            near_widths = sorted(sorted(fits, key=lambda w: abs(w - self.width))[:3])
            raise ValueError(
                f"width: {samples} samples cannot be cut into {width} whole hops; the nearest "
                f"widths that work are {', '.join(map(str, near_widths))}"
            )
        self._length = max(1, round(window_s * rate_hz))
        if self._length > samples:
            raise ValueError(
                f"window_s: {window_s:g} s is {number_of(self._length, 'sample')}, longer than "
                f"the segment of {samples} ({samples / rate_hz:g} s); must be no longer"
            )
        self.window, self.window_s, self.scaling = window, window_s, scaling
        self.frequency_axis, self.frequency_range_hz = frequency_axis, frequency_range_hz
        self.is_power = scaling == "psd"
        self.quantity = "Density (dB re 1²/Hz)" if self.is_power else "Amplitude (dB re 1)"
        self.lowest_hz = 4 * self.rate_hz / self._length
        self.hop = self.samples // self.width
        self.first = (self.hop - self._length) // 2  # of column 0's frame, from the segment's
        columns = self.first + np.arange(self.width) * self.hop
        self.time_s = (columns + (self._length - 1) / 2) / self.rate_hz
        self._set_rows()
        self.no_inverse = self._no_inverse()

    @property
    def margin(self) -> int:
        """Samples of context on each side of a segment in ``windows``."""
        return max(0, -self.first, self.first + self._length - self.hop)

    def _set_rows(self) -> None:
        """Set `frequency_hz`, and on the linear axis the bins of which FFT they are."""
        nyquist = self.rate_hz / 2
        self.fft_length: int | None = None
        if self.frequency_range_hz is None and self.frequency_axis == "linear":
            self._set_bins(2 * self.height, 1)
            return
        low, high = self.frequency_range_hz or (self.rate_hz / self._length, nyquist)
        if not 0 <= low < high or (low == 0 and self.frequency_axis == "log"):
            raise ValueError(
                f"frequency_range_hz: is ({low:g}, {high:g}); must be (low, high) with 0 <= low < "
                "high, and low above 0 on the log axis"
            )
        if high > nyquist:
            raise ValueError(
                f"frequency_range_hz: {high:g} Hz is above the Nyquist frequency of {nyquist:g} Hz "
                f"(half of rate_hz, {self.rate_hz:g}); stay at or below it"
            )
        if self.frequency_axis == "linear":
            from biospectra.transforms.kernels.fft_plan import pass_cost

            wanted = self.rate_hz * self.height / (high - low)
            least, most = ceil(max(0.995 * wanted, 2 * self.height)), ceil(1.005 * wanted)
            lengths = range(least, max(least, most) + 1)
            size = min(lengths, key=lambda n: (pass_cost(n), abs(n - wanted)))
            first = max(1, round(low * size / self.rate_hz))
            self._set_bins(size, min(first, size // 2 - self.height + 1))
        elif self.frequency_axis == "log":
            self.frequency_hz = np.geomspace(high, low, self.height)
        else:
            top, bottom = (2595 * np.log10(1 + f / 700) for f in (high, low))
            mel = np.linspace(top, bottom, self.height)
            self.frequency_hz = 700 * (10 ** (mel / 2595) - 1)

    def _set_bins(self, size: int, first: int) -> None:
        self.fft_length = size
        self.bins = np.arange(first, first + self.height)[::-1]
        self.frequency_hz = self.bins * (self.rate_hz / size)

    def _no_inverse(self) -> str | None:
        if self.fft_length is None:
            return "only spectrograms with a linear frequency axis lead back to samples"
        if self.fft_length < self._length:
            return (
                f"a spectrogram of {self.height} rows holds fewer numbers than its window of "
                f"{number_of(self._length, 'sample')}"
            )
        return None

    @cached_property
    def taper(self) -> np.ndarray:
        """The window's values, (length,) float64."""
        from scipy.signal import get_window

        try:
            return get_window(self.window, self._length)
        except (ValueError, TypeError) as error:
            raise ValueError(f"window: is {self.window!r}; SciPy says: {error}") from error

    @cached_property
    def row_gain(self) -> np.ndarray:
        """What each row's |X|^2 is multiplied by."""
        edge = (self.frequency_hz == 0) | np.isclose(self.frequency_hz, self.rate_hz / 2, 1e-12)
        if self.is_power:
            gain = np.where(edge, 1.0, 2.0) / (self.rate_hz * np.sum(self.taper**2))
        else:
            gain = np.where(edge, 1.0, 4.0) / self.taper.sum() ** 2
        return gain.astype(np.float32)

    @cached_property
    def waves(self) -> np.ndarray:
        """Tapered cosines and sines of each row's frequency, (2 height, length) float32."""
        phase = np.outer(self.frequency_hz / self.rate_hz, np.arange(self._length))
        waves = np.exp(-2j * np.pi * phase) * self.taper
        return np.concatenate([waves.real, waves.imag]).astype(np.float32)

    @cached_property
    def _fft(self) -> tuple[np.ndarray, tuple[int, np.ndarray, np.ndarray]]:
        """Taper times the first pass of the FFT, and the tables of its other passes."""
        from biospectra.transforms.kernels import fft_plan

        size, length = self.fft_length or 0, self._length
        ways = max(
            w for w in range(1, size + 1) if size % w == 0 and size // w >= min(length, size)
        )
        turn = np.outer(np.arange(length), np.arange(ways)) / size
        turns = self.taper[:, None] * np.exp(-2j * np.pi * turn)
        turns = np.stack([turns.real, turns.imag], -1).astype(np.float32)
        return turns, (size // ways, *fft_plan.passes(size // ways))

    def __call__(self, windows: ArrayLike) -> np.ndarray:
        return self._transform(windows, np.uint8, 2)

    def magnitude(self, windows: ArrayLike) -> np.ndarray:
        return self._transform(windows, np.float32, int(self.is_power))

    def _transform(self, given: ArrayLike, dtype: type, kind: int) -> np.ndarray:
        from biospectra.transforms.kernels import spectrogram as kernels
        from biospectra.transforms.quantise import affine

        windows = self._checked(given)
        level = affine(self.limits_db, 10.0)
        out: np.ndarray = np.empty((len(windows), self.height, self.width), dtype)
        pixels = out.reshape(len(windows), self.height * self.width).view(np.uint8)
        if self.fft_length:
            turns, passes = self._fft
            kernels.images(
                windows,
                self.margin + self.first,
                self.hop,
                turns,
                self.fft_length,
                passes,
                self.bins,
                # Two columns share an FFT: their spectra come out doubled, their power fourfold.
                self.row_gain / 4,
                kind,
                level,
                pixels,
            )
        else:
            frames = np.lib.stride_tricks.sliding_window_view(windows, self._length, 1)
            frames = frames[:, self.margin + self.first :: self.hop][:, : self.width]
            padded = np.zeros((self._length, -(-self.width // 16) * 16), np.float32)
            for image, frame in zip(pixels, frames, strict=True):
                padded[:, : self.width] = frame.T
                re, im = (self.waves @ padded).reshape(2, self.height, -1)
                kernels.finish(re, im, self.row_gain, kind, level, image, self.width)
        return out

    def response(self, frequency_hz: float) -> np.ndarray:
        turn = np.outer(self.frequency_hz - frequency_hz, np.arange(self._length)) / self.rate_hz
        amplitude = np.abs(np.exp(-2j * np.pi * turn) @ self.taper) / self.taper.sum()
        if not self.is_power:
            return amplitude
        total = self.taper.sum() ** 2
        return amplitude**2 / 2 * total / (self.rate_hz * np.sum(self.taper**2))

    def invert(self, images: np.ndarray, windows: np.ndarray) -> np.ndarray:
        from biospectra.transforms.inverse import signals_of_spectrograms

        if self.no_inverse:
            raise ValueError(self.no_inverse)
        return signals_of_spectrograms(images, windows, self)
