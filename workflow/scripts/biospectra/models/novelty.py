"""How unlike the training segments a segment is."""

from pathlib import Path

import numpy as np

from biospectra.store.arrays import read_arrays, write_arrays

ENOUGH = 8  # validation segments near a class, to know how far is far there


class Novelty:
    """A distance in the space of features that is 1 where unlike is beginning.

    Features are standardised and projected on the principal components of the training segments;
    the length of what the components leave out is one more coordinate, so that what lies outside of
    all that was seen counts too. The distance is the mean one to the k nearest training segments,
    divided by the distance that `share` of the validation segments, which are of other people, stay
    below; of those, where there are enough, whose neighbours are of the same class, since classes
    lie more or less densely.

    Parameters
    ----------
    training, validation : ndarray, (n, columns)
        Features.
    classes : ndarray, (n,)
        Classes of the training segments.
    k : int
        Neighbours.
    components : int
        At most so many principal components.
    share : float
        Share of the validation segments that are taken to be like the training.
    """

    def __init__(
        self,
        training: np.ndarray,
        validation: np.ndarray,
        classes: np.ndarray,
        *,
        k: int = 5,
        components: int = 32,
        share: float = 0.99,
    ) -> None:
        self.mean = training.mean(axis=0)
        self.scale = training.std(axis=0)
        self.scale[self.scale < 1e-6 * max(self.scale.max(), 1e-12)] = max(self.scale.max(), 1e-12)
        standard = (training - self.mean) / self.scale
        _, _, directions = np.linalg.svd(standard, full_matrices=False)
        # Half of them at most: with all of them nothing of the training would be left out.
        self.directions = directions[: max(1, min(components, len(training) // 2))]
        self.k = min(k, len(training))
        self.points = self._coordinates(training)
        self.codes = np.unique(classes, return_inverse=True)[1]
        distances, near = self._distance(self._coordinates(validation))
        self.units = np.empty(self.codes.max() + 1)
        for code in range(len(self.units)):
            own = distances[near == code]
            like = own if len(own) >= ENOUGH else distances
            self.units[code] = max(float(np.quantile(like, share)), 1e-12)

    def save(self, path: str | Path) -> None:
        """Write what was learnt as arrays, for `load`."""
        write_arrays(path, **vars(self))

    @classmethod
    def load(cls, path: str | Path) -> "Novelty":
        """Return what `save` wrote.

        Raises
        ------
        StudyError
            If the file is missing or damaged, or holds anything but such arrays.
        """
        found = cls.__new__(cls)
        axes = {"mean": "c", "scale": "c", "directions": "dc", "points": "ne", "codes": "n"}
        vars(found).update(read_arrays(path, **axes, units="u", k=""))
        return found

    def _coordinates(self, features: np.ndarray) -> np.ndarray:
        standard = (features - self.mean) / self.scale
        inside = standard @ self.directions.T
        rest = standard - inside @ self.directions
        return np.hstack([inside, np.linalg.norm(rest, axis=1, keepdims=True)])

    def _distance(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean distance to the neighbours, and their most frequent class, (n,) each."""
        found, near = np.empty(len(points)), np.empty(len(points), int)
        for i, point in enumerate(points):
            distance = np.sqrt(((self.points - point) ** 2).sum(axis=1))
            nearest = np.argpartition(distance, self.k - 1)[: self.k]
            found[i] = distance[nearest].mean()
            near[i] = np.bincount(self.codes[nearest]).argmax()
        return found, near

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Return the distance of each segment, (n,): above 1 it is unlike the training."""
        distance, near = self._distance(self._coordinates(features))
        return distance / self.units[near]
