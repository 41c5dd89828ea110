"""The kinds of image: each name in the config and its transform."""

NOT_FOR_THE_TRANSFORM = ("kind", "colour_map", "compression", "cone_of_influence")


def transform_options(settings: dict) -> dict:
    """Return what an entry of the config's `images` says of the transform itself."""
    options = {
        key: value
        for key, value in settings.items()
        if key not in NOT_FOR_THE_TRANSFORM and value is not None
    }
    if "period_range_s" in options or "scale_range" in options:
        options.pop("frequency_range_hz", None)
    return options


def make_transform(settings: dict, rate_hz: float, samples: int):
    """Return the transform that an entry of the config's `images` asks for.

    Parameters
    ----------
    settings : the entry
    rate_hz, samples : sampling rate and length of a segment

    Returns
    -------
    biospectra.transforms.spectrogram.Spectrogram or biospectra.transforms.scaleogram.Scaleogram
    """
    from biospectra.transforms.scaleogram import Scaleogram
    from biospectra.transforms.spectrogram import Spectrogram

    kinds = {"spectrogram": Spectrogram, "scaleogram": Scaleogram}
    return kinds[settings["kind"]](rate_hz=rate_hz, samples=samples, **transform_options(settings))
