"""A throw-away kind of image: each row the mean of the signal's product with a sinusoid."""

import numpy as np

from biospectra.transforms.transform import Transform


class BoxBank(Transform):
    """A plan of rows that average over `box_s` seconds around each column's middle."""

    frequency_axis = "log"
    quantity = "Amplitude (dB re 1)"

    def __init__(self, *, frequency_range_hz, box_s, **common):
        super().__init__(**common)
        low, high = frequency_range_hz
        if not 0 < low < high < self.rate_hz / 2:
            raise ValueError(
                f"frequency_range_hz: is ({low:g}, {high:g}); must be (low, high), above 0 and "
                f"below half of rate_hz, {self.rate_hz:g}"
            )
        self.frequency_range_hz, self.box_s, self.lowest_hz = frequency_range_hz, box_s, 4 / box_s
        self.frequency_hz = np.geomspace(high, low, self.height)
        self.time_s = (np.arange(self.width) + 0.5) * self.samples / self.width / self.rate_hz
        self._box = round(box_s * self.rate_hz)

    @property
    def margin(self):
        return self._box

    def magnitude(self, windows):
        windows = self._checked(windows)
        turns = np.outer(self.frequency_hz, np.arange(windows.shape[1])) / self.rate_hz
        sums = np.cumsum(windows[:, None] * np.exp(-2j * np.pi * turns), axis=2)
        begin = np.round(self.time_s * self.rate_hz - self._box / 2).astype(int) + self.margin
        means = (sums[..., begin + self._box - 1] - sums[..., begin - 1]) / self._box
        return (2 * np.abs(means)).astype(np.float32)

    def response(self, frequency_hz):
        turns = np.outer(self.frequency_hz - frequency_hz, np.arange(self._box)) / self.rate_hz
        return np.abs(np.exp(2j * np.pi * turns).mean(axis=1))
