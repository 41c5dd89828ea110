"""What a sampling rate can carry."""

from collections.abc import Sequence

from biospectra.errors import StudyError


def check_range_hz(
    where: str, ends_hz: Sequence[float], rate_hz: float, *, below: bool = False
) -> None:
    """Refuse a range of frequencies that ends before it begins or above the Nyquist frequency.

    Parameters
    ----------
    where : str
        What the message calls the range: its key in the config.
    ends_hz : (float, float)
        Lowest and highest frequency.
    rate_hz : float
        Sampling rate of the study.
    below : bool
        Whether the highest must lie below the Nyquist frequency, which it may otherwise reach.

    Raises
    ------
    StudyError
        Naming the key and the remedy.

    Examples
    --------
    >>> check_range_hz("features.bands.frequency_range_hz", [1, 40], 128)
    >>> check_range_hz("features.bands.frequency_range_hz", [1, 80], 128)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    biospectra.errors.StudyError: features.bands.frequency_range_hz: its upper end, 80 Hz, is ...
    """
    low_hz, high_hz = ends_hz
    if low_hz >= high_hz:
        raise StudyError(f"{where}: is [{low_hz:g}, {high_hz:g}]; the lower end comes first.")
    nyquist_hz = rate_hz / 2
    remedy = f"lower it, or raise resample.rate_hz, which is {rate_hz:g}."
    if high_hz > nyquist_hz:
        raise StudyError(
            f"{where}: its upper end, {high_hz:g} Hz, is above half the sampling rate (the Nyquist "
            f"frequency), {nyquist_hz:g} Hz; {remedy}"
        )
    if below and high_hz == nyquist_hz:
        raise StudyError(
            f"{where}: its upper end, {high_hz:g} Hz, must be below half the sampling rate; "
            f"{remedy}"
        )
