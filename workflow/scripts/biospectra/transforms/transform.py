"""What all kinds of image have in common: a plan that turns windows of signal into images."""

from abc import ABC, abstractmethod
from inspect import signature
from typing import Any, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from biospectra.errors import StudyError
from biospectra.signals.windows import cut

# Keys of an entry of the config's `images` that say how images are kept and shown, not computed.
PRESENTATION = ("kind", "colour_map", "compression", "cone_of_influence", "made")
IMAGES_AT_ONCE = 256


class Transform(ABC):
    """A plan that turns windows of signal into images of one size.

    A kind of image is a subclass in a module of its own, named in `biospectra.transforms.kinds`.
    Its ``__init__`` takes its settings as keywords and keeps each as an attribute of the same name;
    `magnitude` and `response` are what else it must have. Tables are made when they are first
    needed: making the plan checks its settings, before any job, and must cost nothing.

    Attributes
    ----------
    rate_hz : float
        Sampling rate.
    samples : int
        Length of a segment.
    height, width : int
        Pixels of the image: frequencies by times.
    limits_db : (float, float)
        Decibels of pixel values 0 and 255.
    frequency_hz, period_s : ndarray, (height,), float64
        Of each row; row 0 is the highest frequency.
    frequency_axis : str
        Spacing of the rows: "linear", "log", ...
    time_s : ndarray, (width,), float64
        Middle of each column, from the segment's first sample.
    quantity : str
        What a pixel stands for, with the reference of its decibels, as a figure's label.
    is_power : bool
        Whether `magnitude` is a power, of which a tenfold is 10 dB, or an amplitude (20 dB).
    is_steady : bool
        Whether a steady tone gives a magnitude that does not oscillate in time.
    lowest_hz : float
        Lowest frequency of a tone that the transform tells from an offset.
    no_inverse : str or None
        Why images do not lead back to samples; None where `invert` does it.
    """

    frequency_hz: np.ndarray
    frequency_axis: str
    time_s: np.ndarray
    quantity: str
    is_power: bool = False
    is_steady: bool = True
    lowest_hz: float = 0.0
    no_inverse: str | None = "images of this kind do not lead back to samples"

    def __init__(
        self,
        *,
        rate_hz: float,
        samples: int,
        height: int,
        width: int,
        limits_db: tuple[float, float],
    ) -> None:
        for key, value in (("samples", samples), ("height", height), ("width", width)):
            if not value >= 1 or value % 1:
                raise ValueError(f"{key}: is {value}; must be a whole number, at least 1")
        if not 0 < rate_hz < np.inf:
            raise ValueError(f"rate_hz: is {rate_hz}; must be above 0")
        low, high = limits_db
        if not low < high:
            raise ValueError(f"limits_db: is {(low, high)}; must be (low, high), low < high")
        self.rate_hz, self.samples = float(rate_hz), int(samples)
        self.height, self.width = int(height), int(width)
        self.limits_db = (float(low), float(high))

    @classmethod
    def from_entry(cls, entry: dict[str, Any], rate_hz: float, samples: int) -> Self:
        """Make the transform that an entry of the config's `images` asks for.

        Parameters
        ----------
        entry : dict
            The entry, with all its defaults.
        rate_hz, samples : float, int
            The study's sampling rate, and length of a segment.

        Returns
        -------
        Transform
        """
        settings = {k: v for k, v in entry.items() if k not in PRESENTATION and v is not None}
        return cls(rate_hz=rate_hz, samples=samples, **settings)

    @classmethod
    def check(cls, name: str, entry: dict[str, Any], study: dict[str, Any]) -> None:
        """Refuse an entry of the config's `images` from which no image can be made.

        Parameters
        ----------
        name, entry, study : str, dict, dict
            The entry's name, the entry, and the whole config, with all their defaults.

        Raises
        ------
        StudyError
            Naming the key, what is wrong and what would be right.
        """
        rate_hz = study["resample"]["rate_hz"]
        try:
            cls.from_entry(entry, rate_hz, round(study["segments"]["window_s"] * rate_hz))
        except ValueError as error:
            problem = str(error).replace("rate_hz", "resample.rate_hz")  # the config's own name
            raise StudyError(f"images.{name}.{problem}.") from None

    def __repr__(self) -> str:
        inits = [vars(kind).get("__init__") for kind in type(self).__mro__[:-1]]
        given = [one for init in inits if init for one in signature(init).parameters.values()]
        keys = dict.fromkeys(one.name for one in given if one.kind is one.KEYWORD_ONLY)
        settings = {key: getattr(self, key) for key in keys if getattr(self, key) is not None}
        listed = ", ".join(f"{key}={value!r}" for key, value in settings.items())
        return f"{type(self).__name__}({listed})"

    @property
    @abstractmethod
    def margin(self) -> int:
        """Samples of context on each side of a segment in ``windows``."""

    @property
    def period_s(self) -> np.ndarray:
        """Period of each row."""
        with np.errstate(divide="ignore"):
            return 1 / self.frequency_hz

    def __call__(self, windows: ArrayLike) -> np.ndarray:
        """Make the images of windows.

        Parameters
        ----------
        windows : array_like, (n, margin + samples + margin), float32
            As `biospectra.signals.windows.cut` makes them.

        Returns
        -------
        ndarray, (n, height, width), uint8
            ``limits_db`` on 0 to 255. Row 0 is the highest frequency.
        """
        from biospectra.transforms.quantise import quantise

        return quantise(self.magnitude(windows), self.limits_db, 10 if self.is_power else 20)

    @abstractmethod
    def magnitude(self, windows: ArrayLike) -> np.ndarray:
        """Return the magnitude at each pixel, in the unit that `quantity` names.

        Parameters
        ----------
        windows : array_like, (n, margin + samples + margin), float32
            As `biospectra.signals.windows.cut` makes them.

        Returns
        -------
        ndarray, (n, height, width), float32
            Row 0 is the highest frequency.
        """

    @abstractmethod
    def response(self, frequency_hz: float) -> np.ndarray:
        """Return what each row holds of a steady sinusoid of amplitude 1, in closed form.

        Parameters
        ----------
        frequency_hz : float

        Returns
        -------
        ndarray, (height,), float64
            The magnitude; where it oscillates, its maximum.
        """

    def of(self, signal: ArrayLike, starts: ArrayLike) -> np.ndarray:
        """Make the images of segments of a signal, with their true context.

        Parameters
        ----------
        signal : array_like, (n_samples,), float32
            One continuous stretch at `rate_hz`. Where it ends, it goes on as its mirror image.
        starts : array_like, (n,), int
            First sample of each segment.

        Returns
        -------
        ndarray, (n, height, width), uint8
            Row 0 is the highest frequency; ``limits_db`` is on 0 to 255.

        Raises
        ------
        ValueError
            If a segment does not lie within the signal, or has samples that are not finite in it
            or its context.
        """
        signal = np.ascontiguousarray(signal, np.float32)
        starts = np.atleast_1d(starts)
        images = np.empty((len(starts), self.height, self.width), np.uint8)
        for first in range(0, len(starts), IMAGES_AT_ONCE):
            part = slice(first, first + IMAGES_AT_ONCE)
            windows = cut(signal, starts[part], self.samples, self.margin)
            finite = np.isfinite(windows).all(axis=1)
            if not finite.all():
                raise ValueError(
                    f"signal: the segment at {starts[part][~finite][0]}, with the {self.margin} "
                    "samples on each side of it, is not finite everywhere; leave that segment out"
                )
            images[part] = self(windows)
        return images

    def decibel(self, windows: ArrayLike) -> np.ndarray:
        """Return the level at each pixel: the decibels of `magnitude`.

        Parameters
        ----------
        windows : array_like, (n, margin + samples + margin), float32

        Returns
        -------
        ndarray, (n, height, width), float32
        """
        return self.level_db(self.magnitude(windows))

    def level_db(self, magnitude: np.ndarray) -> np.ndarray:
        """Return the decibels of magnitudes, at least those of 1e-30.

        Parameters
        ----------
        magnitude : ndarray, any shape, float32 or float64

        Returns
        -------
        ndarray, shape and type of magnitude
        """
        return (10 if self.is_power else 20) * np.log10(np.maximum(magnitude, 1e-30))

    def usable_rows(self, rate_hz: float) -> np.ndarray:
        """Return the rows whose tones a recording's rate and the transform can carry.

        Parameters
        ----------
        rate_hz : float
            Native sampling rate of a recording.

        Returns
        -------
        ndarray, (n,), int64
            From `lowest_hz` to 0.8 times the lower Nyquist frequency; if none, the middle row.
        """
        high_hz = 0.8 * min(rate_hz, self.rate_hz) / 2
        inside = (self.frequency_hz >= self.lowest_hz) & (self.frequency_hz <= high_hz)
        return np.flatnonzero(inside) if inside.any() else np.array([self.height // 2])

    def invert(self, images: np.ndarray, windows: np.ndarray) -> np.ndarray:
        """Return samples of images, with the phase of the true ones; not where `no_inverse`.

        Parameters
        ----------
        images : ndarray, (n, height, width), float32
            Levels in 0 to 1.
        windows : ndarray, (n, margin + samples + margin), float32
            The true samples with their context.

        Returns
        -------
        ndarray, (n, samples), float32
        """
        raise ValueError(self.no_inverse)

    @staticmethod
    def _one_of(key: str, value: object, known: Any) -> None:
        """Refuse a setting that is none of the values of a Literal type."""
        if value not in get_args(known):
            raise ValueError(f"{key}: is {value!r}; must be one of {', '.join(get_args(known))}")

    def _checked(self, windows: ArrayLike) -> np.ndarray:
        """Return windows as (n, margin + samples + margin) contiguous float32."""
        checked = np.atleast_2d(np.ascontiguousarray(windows, np.float32))
        wanted = self.samples + 2 * self.margin
        if checked.ndim != 2 or checked.shape[1] != wanted:
            raise ValueError(
                f"windows: have shape {checked.shape}; must be (n, {wanted}), that is margin "
                f"{self.margin} + samples {self.samples} + margin {self.margin}"
            )
        return checked
