"""Spectrograms whose rows and columns are the pixels of an image."""

from math import ceil

import numpy as np


class Spectrogram:
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
        A window of ``scipy.signal.get_window``.
    window_s : float
        Its length; rounded to whole samples.
    scaling : "amplitude" or "psd"
        A sinusoid's amplitude, in the signal's unit; or the one-sided power spectral density, in
        the unit's square per Hz (that of ``scipy.signal.spectrogram(scaling="density",
        detrend=False)``).
    frequency_axis : "linear", "log" or "mel"
        mel is ``2595 log10(1 + f / 700 Hz)``.
    frequency_range_hz : (low, high), optional
        What the rows span. On the linear axis the spacing of rows is that of the nearest FFT
        length that is fast, within half a per cent; ``frequency_hz`` says where rows are.
    limits_db : (low, high)
        Decibels of pixel values 0 and 255: 20 log10 of an amplitude, 10 log10 of a density.

    Attributes
    ----------
    margin : int
        Samples of context on each side of a segment in ``windows``.
    frequency_hz, period_s : array, (height,), float64
        Of each row; row 0 is the highest frequency.
    time_s : array, (width,), float64
        Middle of each column, from the segment's first sample.
    window : array, (length,), float64
        The taper.
    hop, fft_length : int
        In samples; ``fft_length`` is None on the log and mel axes.
    """

    def __init__(
        self,
        *,
        rate_hz,
        samples,
        height,
        width,
        window="hann",
        window_s=0.5,
        scaling="amplitude",
        frequency_axis="linear",
        frequency_range_hz=None,
        limits_db=(-60.0, 20.0),
    ):
        from scipy.signal import get_window

        for key, value, known in (
            ("scaling", scaling, ("amplitude", "psd")),
            ("frequency_axis", frequency_axis, ("linear", "log", "mel")),
        ):
            if value not in known:
                raise ValueError(f"{key}: is {value!r}; must be one of {', '.join(known)}")
        for key, value in (("samples", samples), ("height", height), ("width", width)):
            if value < 1:
                raise ValueError(f"{key}: is {value}; must be at least 1")
        if not limits_db[0] < limits_db[1]:
            raise ValueError(f"limits_db: is {tuple(limits_db)}; must be (low, high), low < high")
        if samples % width:
            near = sorted(
                (w for w in range(1, samples + 1) if samples % w == 0), key=lambda w: abs(w - width)
            )
            raise ValueError(
                f"width: {samples} samples cannot be cut into {width} whole hops; the nearest "
                f"widths that work are {', '.join(map(str, sorted(near[:3])))}"
            )
        length = max(1, round(window_s * rate_hz))
        if length > samples:
            raise ValueError(
                f"window_s: {window_s:g} s is {length} samples, longer than the segment of "
                f"{samples} ({samples / rate_hz:g} s); must be no longer"
            )
        self.rate_hz, self.samples, self.height, self.width = rate_hz, samples, height, width
        self.scaling, self.frequency_axis = scaling, frequency_axis
        self.limits_db = tuple(map(float, limits_db))
        self.hop = samples // width
        self.window = get_window(window, length)
        first = (self.hop - length) // 2
        self.margin = max(0, -first, first + length - self.hop)
        self._first = self.margin + first
        self.time_s = (first + np.arange(width) * self.hop + (length - 1) / 2) / rate_hz
        self._set_rows(frequency_range_hz, length)
        with np.errstate(divide="ignore"):
            self.period_s = 1 / self.frequency_hz
        self._plan(self.window)

    def _set_rows(self, frequency_range_hz, length):
        nyquist = self.rate_hz / 2
        if frequency_range_hz is None and self.frequency_axis == "linear":
            self.fft_length, first = 2 * self.height, 1
            self._bins = np.arange(first, first + self.height)[::-1]
            self.frequency_hz = self._bins * (self.rate_hz / self.fft_length)
            return
        low, high = frequency_range_hz or (self.rate_hz / length, nyquist)
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
            self.fft_length = min(lengths, key=lambda n: (pass_cost(n), abs(n - wanted)))
            first = max(1, round(low * self.fft_length / self.rate_hz))
            first = min(first, self.fft_length // 2 - self.height + 1)
            self._bins = np.arange(first, first + self.height)[::-1]
            self.frequency_hz = self._bins * (self.rate_hz / self.fft_length)
            return
        self.fft_length = None
        if self.frequency_axis == "log":
            self.frequency_hz = np.geomspace(high, low, self.height)
        else:
            mel = np.linspace(*(2595 * np.log10(1 + f / 700) for f in (high, low)), self.height)
            self.frequency_hz = 700 * (10 ** (mel / 2595) - 1)

    def _plan(self, window):
        """Gain of each row on |X|^2, and the tables of the transform."""
        from biospectra.transforms.kernels import fft_plan

        edge = (self.frequency_hz == 0) | np.isclose(self.frequency_hz, self.rate_hz / 2, 1e-12)
        if self.scaling == "amplitude":
            gain = np.where(edge, 1.0, 4.0) / window.sum() ** 2
        else:
            gain = np.where(edge, 1.0, 2.0) / (self.rate_hz * np.sum(window**2))
        length = window.size
        if self.fft_length is None:
            phase = np.outer(self.frequency_hz / self.rate_hz, np.arange(length))
            waves = np.exp(-2j * np.pi * phase) * window
            self._waves = np.concatenate([waves.real, waves.imag]).astype(np.float32)
            self._gain = gain.astype(np.float32)
            return
        # Two columns share a transform: their spectra come out doubled, their power fourfold.
        self._gain = (gain / 4).astype(np.float32)
        size = self.fft_length
        ways = max(
            w for w in range(1, size + 1) if size % w == 0 and size // w >= min(length, size)
        )
        turn = np.outer(np.arange(length), np.arange(ways)) / size
        turns = window[:, None] * np.exp(-2j * np.pi * turn)
        self._turns = np.stack([turns.real, turns.imag], -1).astype(np.float32)
        self._passes = (size // ways, *fft_plan.passes(size // ways))

    def magnitude(self, windows):
        """Amplitude or power spectral density at each pixel.

        Parameters
        ----------
        windows : array, (n, margin + samples + margin), float32
            As ``biospectra.signals.windows.cut`` makes them.

        Returns
        -------
        array, (n, height, width), float32
            In the signal's unit, or its square per Hz. Row 0 is the highest frequency.
        """
        return self._transform(windows, np.float32, int(self.scaling == "psd"))

    def __call__(self, windows):
        """Images: (n, height, width), uint8, ``limits_db`` on 0 to 255."""
        return self._transform(windows, np.uint8, 2)

    def _transform(self, windows, dtype, kind):
        from biospectra.transforms.kernels import spectrogram as kernels
        from biospectra.transforms.quantise import affine

        windows = self._checked(windows)
        level = affine(self.limits_db, 10.0)
        out = np.empty((len(windows), self.height, self.width), dtype)
        pixels = out.reshape(len(windows), self.height * self.width).view(np.uint8)
        if self.fft_length:
            kernels.images(
                windows,
                self._first,
                self.hop,
                self._turns,
                self.fft_length,
                self._passes,
                self._bins,
                self._gain,
                kind,
                level,
                pixels,
            )
        else:
            frames = np.lib.stride_tricks.sliding_window_view(windows, self._waves.shape[1], 1)
            frames = frames[:, self._first :: self.hop][:, : self.width]
            padded = np.zeros((self._waves.shape[1], -(-self.width // 16) * 16), np.float32)
            for image, frame in zip(pixels, frames, strict=True):
                padded[:, : self.width] = frame.T
                re, im = (self._waves @ padded).reshape(2, self.height, -1)
                kernels.finish(re, im, self._gain, kind, level, image, self.width)
        return out

    def decibel(self, windows):
        """Decibels at each pixel: (n, height, width), float32."""
        factor = np.float32(20 if self.scaling == "amplitude" else 10)
        return factor * np.log10(np.maximum(self.magnitude(windows), np.float32(1e-30)))

    def _checked(self, windows):
        windows = np.atleast_2d(np.ascontiguousarray(windows, np.float32))
        wanted = self.samples + 2 * self.margin
        if windows.ndim != 2 or windows.shape[1] != wanted:
            raise ValueError(
                f"windows: have shape {windows.shape}; must be (n, {wanted}), that is margin "
                f"{self.margin} + samples {self.samples} + margin {self.margin}"
            )
        return windows
