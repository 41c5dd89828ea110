"""How unlike the people that a model learnt from a segment is."""

from pathlib import Path

import numpy as np

from biospectra.store.arrays import read_arrays, write_arrays

ENOUGH = 8  # held-out segments near a class, to know how far is far there
FOLDS = 10  # at most, of held-out people


class Novelty:
    """A distance in the space of features that is 1 where unlike is beginning.

    Features are standardised and projected on the principal components of what was learnt from;
    the length of what the components leave out is one more coordinate, so that what lies outside of
    all that was seen counts too. The distance is the mean one to the k nearest segments, divided by
    that which `share` of the segments of held-out people stay below, each person counting the same.
    It is cross-fitted: scale, components and neighbours are those of other people alone, so that
    the distance of somebody new is measured, not that of somebody known. Classes lie more or less
    densely: where there are enough segments of two people or more near a class, distances near it
    are divided by its own median first, and how far the last ones are is learnt from all people.

    Parameters
    ----------
    values : ndarray, (n, columns)
        Features of segments.
    classes, people, recordings : ndarray, (n,)
        Of each segment. A class of one person is measured by nobody; where all are, recordings are
        held out instead of people, and parts of them where there is one recording a class.
    k : int
        Neighbours.
    components : int
        At most so many principal components.
    share : float
        Share of the segments of held-out people that are taken to be like the others.
    unseen : ndarray, (n,), bool, or None
        The segments of people whom the encoder that gave the features has not met. Those whom it
        has lie closer together, so that what is far is at least what is far of the others. None
        where nothing has learnt.
    one_unit : bool
        Whether all columns are of one unit, as an encoder's filters are. One that those who were
        learnt from left nearly silent then does not outweigh all others.

    Attributes
    ----------
    held_out : str
        What was held out: "people", "recordings" or "parts".
    count : int
        How many of them.
    """

    def __init__(
        self,
        values: np.ndarray,
        classes: np.ndarray,
        people: np.ndarray,
        recordings: np.ndarray,
        *,
        k: int = 5,
        components: int = 32,
        share: float = 0.95,
        unseen: np.ndarray | None = None,
        one_unit: bool = False,
    ) -> None:
        values = np.asarray(values, np.float64)
        names, codes = np.unique(classes, return_inverse=True)
        self._fit(values, codes, k, components, one_unit)
        self.held_out, groups = _groups(codes, people, recordings)
        self.share = share
        distances = np.full(len(values), np.nan)
        near = np.zeros(len(values), int)
        for fold in _folds(groups, codes):
            rest = ~fold
            known = fold & np.isin(codes, codes[rest])
            if known.any():
                other = Novelty.__new__(Novelty)
                other._fit(values[rest], codes[rest], k, components, one_unit)
                distances[known], near[known] = other._distance(other.coordinates(values[known]))
        used = np.isfinite(distances)
        self.count = len(np.unique(groups[used]))
        self.units = _units(distances[used], near[used], groups[used], len(names), share)
        if unseen is not None and (used & unseen).any():
            own = used & unseen
            self.count = len(np.unique(groups[own]))
            self.widen(distances[own] / self.units[near[own]], groups[own])

    def _fit(
        self, values: np.ndarray, codes: np.ndarray, k: int, components: int, one_unit: bool
    ) -> None:
        self.mean, self.scale = values.mean(axis=0), values.std(axis=0)
        largest = max(self.scale.max(), 1e-12)
        self.scale[self.scale < 1e-6 * largest] = largest
        if one_unit:
            self.scale = np.maximum(self.scale, np.sqrt(np.mean(self.scale**2)))
        standard = (values - self.mean) / self.scale
        # Half of them at most: with all of them nothing of what was learnt from would be left out.
        self.directions = _directions(standard, max(1, min(components, len(values) // 2)))
        self.k = min(k, len(values))
        self.points, self.codes = self.coordinates(values), codes

    def widen(self, distances: np.ndarray, people: np.ndarray) -> None:
        """Let the distance be 1 at most in most segments of people whom the encoder has not met.

        Parameters
        ----------
        distances : ndarray, (n,)
            Of their segments, in units like this one's.
        people : ndarray, (n,)
            Of each of them; each counts the same.
        """
        groups = np.unique(np.asarray(people, str), return_inverse=True)[1]
        self.units = self.units * max(1, _quantile(distances, groups, self.share))
        self.count = len(np.unique(groups))

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
        single = {"k": "", "share": "", "held_out": "", "count": ""}
        vars(found).update(read_arrays(path, **axes, units="u", **single))
        return found

    def coordinates(self, features: np.ndarray) -> np.ndarray:
        """Return segments in the space of the distance, (n, components + 1)."""
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
        """Return the distance of each segment, (n,): above 1 it is unlike what was learnt from."""
        distance, near = self._distance(self.coordinates(features))
        return distance / self.units[near]


def _directions(standard: np.ndarray, count: int) -> np.ndarray:
    """Return the first principal components of standardised features, (count, columns)."""
    rows, columns = standard.shape
    if columns <= rows:  # the smaller of the two products is enough
        return np.linalg.eigh(standard.T @ standard)[1][:, ::-1][:, :count].T
    values, vectors = np.linalg.eigh(standard @ standard.T)
    kept = [i for i in np.argsort(values)[::-1][:count] if values[i] > 1e-9 * max(values[-1], 1e-9)]
    found = standard.T @ vectors[:, kept] / np.sqrt(values[kept])
    return found.T if kept else np.eye(1, columns)


def _groups(
    codes: np.ndarray, people: np.ndarray, recordings: np.ndarray
) -> tuple[str, np.ndarray]:
    """Return what can be held out of some class without leaving nothing of it, and its groups."""
    parts = np.zeros(len(codes), int)
    for code in np.unique(codes):
        own = np.flatnonzero(codes == code)
        parts[own] = np.arange(len(own)) * 5 // len(own)
    for name, named in (("people", people), ("recordings", recordings)):
        group = np.unique(np.asarray(named, str), return_inverse=True)[1]
        if any(len(np.unique(group[codes == code])) > 1 for code in np.unique(codes)):
            return name, group
    return "parts", parts


def _folds(groups: np.ndarray, codes: np.ndarray) -> list[np.ndarray]:
    """Return which rows each fold holds out, whole groups, those of one class in several folds."""
    first = {group: int(codes[groups == group][0]) for group in np.unique(groups)}
    order = sorted(first, key=lambda group: (first[group], group))
    count = min(FOLDS, len(order))
    return [np.isin(groups, order[k::count]) for k in range(count)]


def _units(
    distances: np.ndarray, near: np.ndarray, groups: np.ndarray, classes: int, share: float
) -> np.ndarray:
    """Return the distance that is 1 near each class, (classes,)."""
    units = np.full(classes, _quantile(distances, groups, 0.5))
    for code in range(classes):
        own = near == code
        if own.sum() >= ENOUGH and len(np.unique(groups[own])) > 1:
            units[code] = _quantile(distances[own], groups[own], 0.5)
    return units * _quantile(distances / units[near], groups, share)


def _quantile(distances: np.ndarray, groups: np.ndarray, share: float) -> float:
    """Return the distance that a share of the rows stay below, each group counting the same."""
    if not len(distances):
        return 1.0
    weight = 1 / np.bincount(groups)[groups]
    order = np.argsort(distances)
    below = np.cumsum(weight[order]) / len(np.unique(groups))
    at = min(int(np.searchsorted(below, share - 1e-12)), len(order) - 1)
    return max(float(distances[order[at]]), 1e-12)
