"""The units of a signal: voltages in one, so that recorders that write others compare."""

MILLIVOLTS = {"v": 1e3, "mv": 1.0, "uv": 1e-3, "nv": 1e-6}  # headers write MV and UV as well


def common_unit(units: str) -> tuple[str, float]:
    """Return the unit that a study keeps samples in, mV of voltages, and what to multiply with."""
    factor = MILLIVOLTS.get(units.strip().replace("µ", "u").replace("μ", "u").lower())
    return (units, 1.0) if factor is None else ("mV", factor)
