"""EDF as recorders write it against the standard."""

import numpy as np
import pytest

from biospectra.formats.read import read
from biospectra.formats.units import plain_unit, split_unit
from biospectra.signals.scaling import common_unit

RATE = 100


def edf(path, tals, *, label=b"ECG", unit=b"uV"):
    """Write one channel, a ramp in counts, with a list of annotations a record."""
    fields = [(16, label, b"EDF Annotations"), (80, b"", b""), (8, unit, b""), (8, b"-1000", b"-1")]
    fields += [(8, b"1000", b"1"), (8, b"-1000", b"-32768"), (8, b"1000", b"32767")]
    fields += [(80, b"", b""), (8, b"100", b"40"), (32, b"", b"")]
    main = [(8, b"0"), (80, b"X X X X"), (80, b"Startdate X X X X"), (8, b"01.01.20")]
    main += [(8, b"10.00.00"), (8, b"768"), (44, b"EDF+D"), (8, b"%d" % len(tals)), (8, b"1")]
    head = b"".join(value.ljust(width) for width, value in [*main, (4, b"2")])
    head += b"".join(one.ljust(width) + two.ljust(width) for width, one, two in fields)
    ramp = np.arange(len(tals) * RATE, dtype="<i2").reshape(-1, RATE)
    body = [own.tobytes() + tal.ljust(80, b"\0") for own, tal in zip(ramp, tals, strict=True)]
    path.write_bytes(head + b"".join(body))
    return path


def test_a_record_that_does_not_say_when_it_begins(tmp_path):
    """Its gaps must not be closed for that: it follows the one before it."""
    begins = [0, 1, None, 3, 60, 61, None, 90]
    tals = [b"" if at is None else b"+%d\x14\x14\0" % at for at in begins]
    tals[4] += b"+60.5\x14caf\xe9\x14\0"
    signal = read(edf(tmp_path / "a.edf", tals))
    assert signal.stretches == [(0, 400), (400, 700), (700, 800)]
    assert signal.annotations == [(4.5, 0.0, "café")]


def test_what_stands_behind_a_zero_byte_is_no_name(tmp_path):
    path = edf(tmp_path / "a.edf", [b"+0\x14\x14\0"], label=b"ECG\0old", unit="мкВ".encode())
    signal = read(path)
    assert (signal.channel, signal.units) == ("ECG", "uV")
    np.testing.assert_allclose(signal.samples, np.arange(RATE))


@pytest.mark.parametrize(
    ("written", "unit", "factor"),
    [
        ("мкВ", "uV", 1e-3),
        ("мВ", "mV", 1),
        ("微伏", "uV", 1e-3),
        ("毫伏", "mV", 1),
        ("MicroV", "uV", 1e-3),
    ],
)
def test_units_in_other_scripts(written, unit, factor):
    assert plain_unit(written) == unit
    assert common_unit(plain_unit(written)) == ("mV", factor)
    assert split_unit(f"心电（{written}）") == ("心电", unit)
