"""How large an autoencoder's latent is: which sizes can be built, and how."""

from dataclasses import dataclass
from math import prod

from biospectra.errors import StudyError

MOST_WEIGHTS = 100_000_000  # of one dense layer; with Adam it takes 1.6 GB


@dataclass(frozen=True)
class Latent:
    """The end of an encoder.

    Parameters
    ----------
    places : of the maps after all halvings, (rows, columns) of an image or (times,) of samples
    filters : of the last convolution
    dense : units of a dense layer behind it; None for no such layer
    """

    places: tuple[int, ...]
    filters: int
    dense: int | None

    @property
    def size(self) -> int:
        """How many numbers the encoder gives of an input."""
        return self.dense or prod(self.places) * self.filters


def plan_latent(extent: tuple[int, ...], filters: list[int], latent: int | None) -> Latent:
    """Plan the end of an encoder whose stages each halve their input.

    Where `latent` is a multiple of the places that are left, the last convolution takes so many
    filters as make it; otherwise a dense layer follows, and another leads back.

    Parameters
    ----------
    extent : (height, width) of an image, or (samples,)
    filters : of each stage
    latent : the size wanted; None for what the stages give

    Raises
    ------
    StudyError
        If the extent does not halve evenly, or if there is no such latent; names the nearest.
    """
    factor = 2 ** len(filters)
    if any(length % factor for length in extent):
        images = len(extent) == 2
        raise StudyError(
            f"{len(filters)} stages halve "
            + (f"images of {extent[0]}x{extent[1]} pixels" if images else f"{extent[0]} samples")
            + f" so often, which takes multiples of {factor}; use fewer `filters`, or another "
            + ("height and width." if images else "window_s or rate_hz.")
        )
    places = tuple(length // factor for length in extent)
    count, full = prod(places), prod(places) * filters[-1]
    if latent is None:
        return Latent(places, filters[-1], None)
    if latent % count == 0:
        return Latent(places, latent // count, None)
    most = min(full, MOST_WEIGHTS // full)
    if latent <= most:
        return Latent(places, filters[-1], latent)
    near = [n for n in (latent // count * count, (latent // count + 1) * count) if n]
    nearest = min([most, *near], key=lambda n: abs(n - latent))
    raise StudyError(
        f"a latent of {latent} cannot be built: it is no multiple of the {count} places of the "
        f"last maps, and a dense layer gives {most} at most; the nearest that can be is {nearest}."
    )
