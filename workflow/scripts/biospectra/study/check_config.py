"""What entries of a study's config name, and whether it is there."""

from biospectra.errors import StudyError
from biospectra.models.autoencoder import plan_latent
from biospectra.store.dataset import SAMPLES
from biospectra.study.check_needs import as_list, check_training

SSIM_PIXELS = 11  # of the window in which structural similarity is measured
# Folders of results/{study}/ that no image may take the name of.
RESERVED = (
    SAMPLES,
    "recordings",
    "resampled",
    "segments",
    "png",
    "autoencoder",
    "features",
    "umap",
    "maps",
    "classifier",
    "audit",
    "comparison",
    "leakage",
    "logs",
    "benchmarks",
    "model",
    "apply",
)


def extent_of(config: dict, given: str) -> tuple[int, ...]:
    """Return (height, width) of a network's input that is an image, or (samples,) of samples."""
    if given == SAMPLES:
        return (round(config["segments"]["window_s"] * config["resample"]["rate_hz"]),)
    return config["images"][given]["height"], config["images"][given]["width"]


def check_references(config: dict, name: str) -> None:
    """Refuse entries that name an image, a table or a label which the config does not have.

    Parameters
    ----------
    config : complete, with all defaults
    name : what the message calls it, its file

    Raises
    ------
    StudyError
        Naming the key and what there is.
    """

    def require(where, value, known, kind):
        if value not in known:
            raise StudyError(
                f"{name}: {where}: there is no {kind} {value!r}; there are: {', '.join(known)}."
            )

    for image in config["images"]:
        if image in RESERVED:
            raise StudyError(f"{name}: images.{image}: the name is taken; choose another.")
    for key, entry in config["autoencoders"].items():
        known = [*config["images"], SAMPLES]
        require(f"autoencoders.{key}.input", entry["input"], known, "image")
        extent = extent_of(config, entry["input"])
        if entry["input"] != SAMPLES and min(extent) < SSIM_PIXELS:
            raise StudyError(
                f"{name}: autoencoders.{key}.input: {entry['input']} is {extent[0]}x{extent[1]}, "
                f"and what is restored is compared in windows of {SSIM_PIXELS} pixels; make it "
                "larger."
            )
        try:
            plan_latent(extent, entry["filters"], entry["latent"])
        except StudyError as error:
            raise StudyError(f"{name}: autoencoders.{key}: {error}") from None
    both = set(config["autoencoders"]) & set(config["features"])
    if both:
        raise StudyError(
            f"{name}: features.{min(both)}: an autoencoder has this name; choose another."
        )
    tables = [*config["features"], *config["autoencoders"]]
    for key, entry in config["classifiers"].items():
        if entry["kind"] == "cnn":
            readable = [*config["images"], SAMPLES]
            require(f"classifiers.{key}.input", entry["input"], readable, "image")
        elif entry["kind"] == "fine_tuned":
            start, known = entry["autoencoder"], config["autoencoders"]
            require(f"classifiers.{key}.autoencoder", start, known, "autoencoder")
        else:
            for table in as_list(entry["features"]):
                require(f"classifiers.{key}.features", table, tables, "feature table")
        if entry["kind"] != "table":
            check_training(entry, config, f"{name}: classifiers.{key}")
        learnt = set(as_list(entry.get("features"))) & set(config["autoencoders"])
        if learnt and entry["evaluation"] != "holdout":
            raise StudyError(
                f"{name}: classifiers.{key}.evaluation: an autoencoder has learnt from some of the "
                f"people that {entry['evaluation']} would hold out; take holdout, or a table of "
                "features."
            )
    leaking = config["leakage"]["features"]
    if leaking is not None:
        require("leakage.features", leaking, config["features"], "feature table")
    segments, resample = config["segments"], config["resample"]
    for where, named in (
        ("segments.step_s_by_label", segments["step_s_by_label"]),
        ("segments.annotations.mapping", segments["annotations"]["mapping"].values()),
        ("resample.by_label", resample["by_label"]),
    ):
        for label in named:
            require(where, label, config["labels"], "label")
    fractions = config["split"]["fractions"]
    if abs(sum(fractions.values()) - 1) > 1e-6:
        raise StudyError(
            f"{name}: split.fractions: they add up to {sum(fractions.values()):g}, not 1."
        )
