"""Scaleograms: the magnitude of the continuous wavelet transform at the pixels of an image."""

import numpy as np

from biospectra.transforms.wavelets import parse

# Windows at a time: bounds memory, and keeps spectra in the cache.
WINDOWS_AT_ONCE = 16


class Scaleogram:
    """A plan that turns windows of signal into scaleograms.

    The transform is ``W(a, b) = integral x(t) conj(psi((t - b) / a)) dt`` over ``sqrt(a)`` for
    ``normalisation="energy"`` (PyWavelets' own, a and t in samples), or scaled so that a sinusoid
    of amplitude A peaks at A at every scale for ``"amplitude"``. x(t) is the band-limited signal
    through the samples, faded out between 0.9 and 1 times the Nyquist frequency.

    Parameters
    ----------
    rate_hz : float
        Sampling rate.
    samples : int
        Length of a segment.
    height, width : int
        Pixels of the image: scales by times.
    wavelet : str
        PyWavelets name.
    frequency_range_hz, period_range_s, scale_range : (low, high), one of the three
        What the rows span, both ends included. Scales are PyWavelets', in samples.
    spacing : "log" or "linear"
        How rows are spaced in the quantity given.
    normalisation : "amplitude" or "energy"
    pooling : "point", "mean" or "max"
        A pixel is the value at the middle of its interval, or the mean or maximum over it.
    limits_db : (low, high)
        Decibels (20 log10 of the magnitude) of pixel values 0 and 255.
    edges : "context" or "reflect"
        Whether windows bring ``margin`` samples of neighbouring signal on each side, or none
        (``margin`` is 0 and the segment is mirrored at its ends).
    oversample : int
        Points in a pixel's interval that are pooled.

    Attributes
    ----------
    margin : int
        Samples of context on each side of a segment in ``windows``.
    frequency_hz, period_s, scale : array, (height,), float64
        Of each row; row 0 is the highest frequency.
    time_s : array, (width,), float64
        Middle of each column, from the segment's first sample.
    """

    def __init__(
        self,
        *,
        rate_hz,
        samples,
        height,
        width,
        wavelet="cmor1.5-1.0",
        frequency_range_hz=None,
        scale_range=None,
        period_range_s=None,
        spacing="log",
        normalisation="amplitude",
        pooling="point",
        limits_db=(-60.0, 20.0),
        edges="context",
        oversample=4,
    ):
        for key, value, known in (
            ("spacing", spacing, ("log", "linear")),
            ("normalisation", normalisation, ("amplitude", "energy")),
            ("pooling", pooling, ("point", "mean", "max")),
            ("edges", edges, ("context", "reflect")),
        ):
            if value not in known:
                raise ValueError(f"{key}: is {value!r}; must be one of {', '.join(known)}")
        for key, value in (("samples", samples), ("height", height), ("width", width)):
            if value < 1:
                raise ValueError(f"{key}: is {value}; must be at least 1")
        if not limits_db[0] < limits_db[1]:
            raise ValueError(f"limits_db: is {tuple(limits_db)}; must be (low, high), low < high")
        self.rate_hz, self.samples, self.height, self.width = rate_hz, samples, height, width
        self.wavelet = parse(wavelet)
        self.normalisation, self.pooling, self.edges = normalisation, pooling, edges
        self.limits_db = tuple(map(float, limits_db))
        self.frequency_hz = self._frequencies(
            spacing,
            frequency_range_hz=frequency_range_hz,
            period_range_s=period_range_s,
            scale_range=scale_range,
        )
        self.period_s = 1 / self.frequency_hz
        self.scale = self.wavelet.centre_frequency * rate_hz / self.frequency_hz
        self.time_s = ((np.arange(width) + 0.5) * samples / width - 0.5) / rate_hz
        self._oversample = 1 if pooling == "point" else max(1, int(oversample))
        self._plan()

    def _frequencies(self, spacing, **ranges):
        given = {key: value for key, value in ranges.items() if value is not None}
        if len(given) != 1:
            raise ValueError(
                f"frequency_range_hz, period_range_s, scale_range: {len(given)} are given; "
                "give exactly one"
            )
        ((key, (low, high)),) = given.items()
        if not 0 < low < high:
            raise ValueError(f"{key}: is ({low}, {high}); must be (low, high) with 0 < low < high")
        space = np.geomspace if spacing == "log" else np.linspace
        rows = space(high, low, self.height) if key == "frequency_range_hz" else None
        if key == "period_range_s":
            rows = 1 / space(low, high, self.height)
        elif key == "scale_range":
            rows = self.wavelet.centre_frequency * self.rate_hz / space(low, high, self.height)
        if rows[0] >= self.rate_hz / 2 * (1 - 1e-12):
            raise ValueError(
                f"{key}: asks for a row at {rows[0]:g} Hz, at or above the Nyquist frequency of "
                f"{self.rate_hz / 2:g} Hz (half of rate_hz, {self.rate_hz:g}); stay below it"
            )
        return rows

    def _plan(self):
        """Groups of rows, and each block's weights."""
        from biospectra.transforms import scaleogram_plan
        from biospectra.transforms.kernels import fft_plan
        from biospectra.transforms.kernels.simd import LANES

        columns = self.width * self._oversample
        scales = [self.scale[i : i + LANES] for i in range(0, self.height, LANES)]
        reach = [scaleogram_plan.context(self.wavelet, scale) for scale in scales]
        smallest = np.array([scale.min() for scale in scales])
        self._groups = scaleogram_plan.groups(self.samples, columns, reach, smallest)
        self._reach = max(-(-(group.length - self.samples) // 2) for group in self._groups)
        self.margin = self._reach if self.edges == "context" else 0
        offset = 0.5 * self.samples / columns - 0.5
        self._blocks = []
        for group in self._groups:
            begin = (group.length - self.samples) // 2
            bins = np.arange(group.length // 2 + 1)
            turn = np.exp(2j * np.pi * bins * (begin + offset) / group.length)
            bands = [
                scaleogram_plan.band(
                    self.wavelet, scales[i], group.length, self.normalisation == "energy"
                )
                for i in group.blocks
            ]
            self._blocks.append(
                (begin, turn.astype(np.complex64), fft_plan.tables(group.points), bands)
            )

    def magnitude(self, windows):
        """|CWT| at each pixel.

        Parameters
        ----------
        windows : array, (n, margin + samples + margin), float32
            As ``biospectra.signals.windows.cut`` makes them.

        Returns
        -------
        array, (n, height, width), float32
            In the signal's unit (``normalisation="amplitude"``). Row 0 is the highest frequency.
        """
        return self._transform(windows, np.float32)

    def __call__(self, windows):
        """Images: (n, height, width), uint8, ``limits_db`` on 0 to 255."""
        return self._transform(windows, np.uint8)

    def _transform(self, windows, kind):
        from scipy import fft

        from biospectra.transforms.kernels.scaleogram import block
        from biospectra.transforms.kernels.simd import LANES
        from biospectra.transforms.quantise import affine

        windows = self._checked(windows)
        out = np.empty((len(windows), self.height, self.width), kind)
        shape = 2 if self.wavelet.is_complex else int(self.wavelet.is_odd)
        pooling = ("point", "mean", "max").index(self.pooling)
        setting = (shape, self._oversample, pooling)
        gain = affine(self.limits_db, 10.0)
        for start in range(0, len(windows), WINDOWS_AT_ONCE):
            here = slice(start, start + WINDOWS_AT_ONCE)
            for group, (begin, turn, tables, bands) in zip(self._groups, self._blocks, strict=True):
                at = self._reach - begin
                part = windows[here, at : at + group.length]
                spectra = fft.rfft(part, group.length, axis=1)
                spectra *= turn
                for i, band in zip(group.blocks, bands, strict=True):
                    block(
                        spectra.view(np.float32),
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

    def _checked(self, windows):
        windows = np.atleast_2d(np.ascontiguousarray(windows, np.float32))
        wanted = self.samples + 2 * self.margin
        if windows.ndim != 2 or windows.shape[1] != wanted:
            raise ValueError(
                f"windows: have shape {windows.shape}; must be (n, {wanted}), that is margin "
                f"{self.margin} + samples {self.samples} + margin {self.margin}"
            )
        if self.edges == "reflect":
            from biospectra.signals.windows import reflected

            index = np.arange(-self._reach, self.samples + self._reach)
            windows = windows[:, reflected(index, self.samples)]
        return windows

    def cone_of_influence(self, real_before=None, real_after=None):
        """Pixels that depend on signal which is not there.

        Parameters
        ----------
        real_before, real_after : int, optional
            Samples of true signal before and after the segment; without them, none.

        Returns
        -------
        mask : array, (height, width), bool
            True where the wavelet's e-folding time reaches past the true signal.
        share : float
            Share of pixels in it.
        """
        before, after = real_before or 0, real_after or 0
        at = self.time_s * self.rate_hz
        to_end = np.minimum(at + before, self.samples - 1 - at + after)
        mask = to_end[None, :] < self.wavelet.e_folding * self.scale[:, None]
        return mask, float(mask.mean())
