"""What of an encoder's features is stored, by what a study reads of them."""

from biospectra.models.classifiers import tables_of
from biospectra.models.kinds import restoring


def kept_features(config: dict, name: str, *, mapped: bool) -> dict:
    """Return what is kept of large maps beside their means, which are kept of all segments.

    Parameters
    ----------
    config : dict
        The study's, with all defaults.
    name : str
        The encoder, a key of its `encoders`.
    mapped : bool
        Whether the encoder is the study's own, which is mapped and compared; False in a fold.

    Returns
    -------
    dict
        ``flat``: whether something reads the maps of all segments flat; ``per_class``, ``splits``:
        of how many segments of a class, of which splits, maps are kept whole, to be placed by UMAP;
        ``probed``: whether they are probed in a comparison of autoencoders; ``seed``: the study's.
    """
    readers = [*config["classifiers"].values(), *config["targets"].values()]
    poolings = [entry.get("pooling") for entry in readers if name in tables_of(entry)]
    if name in config["benchmark"]["features"]:
        poolings.append(config["benchmark"]["pooling"])
    umap, several = config["umap"], len(restoring(config["encoders"])) > 1
    return {
        "flat": any("flat" in (pooling or ()) for pooling in poolings),
        "per_class": umap["max_per_class"] if mapped else 0,
        "splits": sorted({"test", umap["fit_on"]}) if mapped else [],
        "probed": mapped and several,
        "seed": config["seed"],
    }
