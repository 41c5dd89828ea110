"""How unlike the training segments a segment is."""

import numpy as np


class Novelty:
    """A distance in the space of features that is 1 where unlike is beginning.

    Features are standardised and projected on the principal components of the training segments;
    the length of what the components leave out is one more coordinate, so that what lies outside of
    all that was seen counts too. The distance is the mean one to the k nearest training segments,
    divided by the distance that `share` of the validation segments, which are of other people, stay
    below.

    Parameters
    ----------
    training, validation : (n, columns) features
    k : neighbours
    components : at most so many principal components
    share : of the validation segments that are taken to be like the training
    """

    def __init__(
        self,
        training: np.ndarray,
        validation: np.ndarray,
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
        distances = self._distance(self._coordinates(validation))
        self.unit = max(float(np.quantile(distances, share)), 1e-12)

    def _coordinates(self, features: np.ndarray) -> np.ndarray:
        standard = (features - self.mean) / self.scale
        inside = standard @ self.directions.T
        rest = standard - inside @ self.directions
        return np.hstack([inside, np.linalg.norm(rest, axis=1, keepdims=True)])

    def _distance(self, points: np.ndarray) -> np.ndarray:
        found = np.empty(len(points))
        for i, point in enumerate(points):
            distance = np.sqrt(((self.points - point) ** 2).sum(axis=1))
            found[i] = np.partition(distance, self.k - 1)[: self.k].mean()
        return found

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Return the distance of each segment, (n,): above 1 it is unlike the training."""
        return self._distance(self._coordinates(features)) / self.unit
