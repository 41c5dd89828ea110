"""Separator, decimal sign and header of a text file are told by all its lines, or it is refused."""

from pathlib import Path

import numpy as np
import pytest

from biospectra.errors import RecordingError
from biospectra.formats.read import read
from biospectra.formats.text_numbers import Unclear, style_of
from biospectra.formats.units import is_unit, plain_unit, split_unit

N = 500
WAVE = np.round(300 * np.sin(np.arange(N) / 9) + np.arange(N) % 7 / 8, 3)


def write(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def comma(values, digits: int = 3) -> list[str]:
    return [f"{x:.{digits}f}".replace(".", ",") for x in values]


HEADERS = {
    "English": ("Name,A Person", "Sample Rate,512 hertz", "", "", "Lead,Lead I", "Unit,µV", ""),
    "German": ("Name,Eine Person", "Abtastrate,512 Hertz", "", "Ableitung,I", "Einheit,µV", ""),
    "French": ("Nom,Une personne", "Fréquence d’échantillonnage,512 hertz", "Unité,µV", ""),
    "Italian": ("Nome,Una persona", "Frequenza di campionamento,512,0 hertz", "Unità,µV"),
    "Japanese": ("名前,人", "サンプルレート,512ヘルツ", "単位,µV", ""),
}


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("written", ["commas", "points"])
def test_one_column_below_lines_of_keys_and_values(tmp_path, language, written):
    """Apple Watch's export, whose decimal sign is the one of the phone's language."""
    head = [
        line.replace("512,0", "512.0" if written == "points" else "512,0")
        for line in (HEADERS[language])
    ]
    cells = comma(WAVE) if written == "commas" else [f"{x:.3f}" for x in WAVE]
    got = read(write(tmp_path / "ecg.csv", *head, *cells))
    np.testing.assert_allclose(got.samples, WAVE)
    assert (got.rate_hz, got.units) == (512, "uV")
    with pytest.raises(RecordingError, match="says 512 Hz and the table 500 Hz"):
        read(tmp_path / "ecg.csv", rate_hz=500)


def test_one_column_of_decimal_commas_that_are_trimmed(tmp_path):
    path = write(tmp_path / "a.csv", "ECG", *(f"{x:g}".replace(".", ",") for x in WAVE))
    np.testing.assert_allclose(read(path, rate_hz=100).samples, WAVE, rtol=1e-5)


def test_two_columns_of_whole_numbers_stay_two(tmp_path):
    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 1024, (N, 2))
    rows = [f"{a},{b}" for a, b in pairs]
    got = read(write(tmp_path / "a.csv", *rows), channel=1, rate_hz=100)
    np.testing.assert_array_equal(got.samples, pairs[:, 1])
    got = read(write(tmp_path / "a.csv", "a,b", *rows[:5]), channel="b", rate_hz=100)
    np.testing.assert_array_equal(got.samples, pairs[:5, 1])


def test_commas_that_may_be_both_are_refused(tmp_path):
    path = write(tmp_path / "a.csv", "512,123", "498,412", "733,988")
    with pytest.raises(RecordingError, match="line 1: '512,123' may be one number"):
        read(path, channel=0, rate_hz=100)


@pytest.mark.parametrize("separator", [";", "\t", "  "])
@pytest.mark.parametrize("first", ["0", "12", "NA"])
def test_a_first_row_without_decimals(tmp_path, separator, first):
    rows = [
        f"{first}{separator}0",
        *(
            separator.join(row)
            for row in zip(comma(WAVE[1:]), comma(np.arange(1, N) / 250), strict=True)
        ),
    ]
    got = read(write(tmp_path / "a.txt", separator.join(("EKG", "Zeit")), *rows))
    np.testing.assert_allclose(got.samples[1:], WAVE[1:])
    assert len(got.samples) == N
    assert got.rate_hz == 250


@pytest.mark.parametrize("minus", ["−", "–", "-"])
@pytest.mark.parametrize("separator", [",", ";"])
def test_minus_signs(tmp_path, minus, separator):
    rows = [f"{k}{separator}{x:.3f}".replace("-", minus) for k, x in enumerate(WAVE)]
    path = write(tmp_path / "a.csv", f"n{separator}ECG", *rows)
    np.testing.assert_allclose(read(path, channel="ECG", rate_hz=100).samples, WAVE)


THOUSANDS = {
    "English": (";", "{:,.2f}", str.maketrans("", "")),
    "German": (";", "{:,.2f}", str.maketrans(",.", ".,")),
    "Swiss": (";", "{:,.2f}", str.maketrans(",", "'")),
    "French": (";", "{:,.2f}", str.maketrans({",": "\u202f", ".": ","})),
    "quoted": (",", '"{:,.2f}"', str.maketrans("", "")),
}


@pytest.mark.parametrize("language", THOUSANDS)
def test_signs_between_thousands(tmp_path, language):
    separator, form, table = THOUSANDS[language]
    values = np.round(WAVE * 20, 2)
    rows = [f"a{separator}{form.format(x).translate(table)}" for x in values]
    got = read(write(tmp_path / "a.csv", f"who{separator}ECG", *rows), channel="ECG", rate_hz=100)
    np.testing.assert_allclose(got.samples, values)


def test_counts_with_signs_between_thousands(tmp_path):
    counts = np.arange(N) * 13
    rows = [f"{k}\t{x:,}" for k, x in enumerate(counts)]
    got = read(write(tmp_path / "a.txt", "n\tADC", *rows), channel="ADC", rate_hz=100)
    np.testing.assert_array_equal(got.samples, counts)


@pytest.mark.parametrize(
    "cells, said",
    [
        (["1,234", "2,345", "3,456"], "line 2: '1,234' may have a decimal comma or"),
        (["1,25", "2.5", "1,75"], "line 2: '1,25' and '2.5' contradict each other"),
        (["12", "1.2.3", "14"], r"line 3: '1\.2\.3' in column 'ECG' is no number"),
        (["12", "1O5", "14"], "line 3: '1O5' in column 'ECG' is no number"),
        (["12", "1 234", "14"], "line 3: '1 234' in column 'ECG' is no number"),
    ],
)
def test_a_cell_that_can_be_read_in_two_ways_is_named(tmp_path, cells, said):
    path = write(tmp_path / "a.csv", "who;ECG", *(f"x;{cell}" for cell in cells * 3))
    with pytest.raises(RecordingError, match=said):
        read(path, channel="ECG", rate_hz=100)
    assert read(write(path, "ECG;other", *(f"{k};x{c}" for k, c in enumerate(cells))), rate_hz=9)


def test_a_decimal_sign_that_shows_far_down(tmp_path):
    values = [*["7"] * 20_000, "7,5", "−8,25"]
    got = read(
        write(tmp_path / "a.csv", "x;y", *(f"1;{v}" for v in values)), channel="y", rate_hz=1
    )
    np.testing.assert_allclose(got.samples[-3:], [7, 7.5, -8.25])


def test_a_column_whose_name_holds_commas(tmp_path):
    rows = [f"{k / 100:.2f},{x}" for k, x in enumerate(WAVE)]
    path = write(tmp_path / "a.csv", 'time,"0,1,2"', *rows)
    got = read(path, channel="0,1,2")
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.rate_hz == 100


@pytest.mark.parametrize("index", [False, True])
def test_columns_that_are_called_by_their_numbers(tmp_path, index):
    """As pandas writes an array: the first line is no sample."""
    columns = np.column_stack([WAVE, -WAVE, WAVE / 2])
    rows = [",".join(map(repr, map(float, row))) for row in columns]
    head = "0,1,2"
    if index:
        head, rows = f",{head}", [f"{k},{row}" for k, row in enumerate(rows)]
    path = write(tmp_path / "a.csv", head, *rows)
    got = read(path, channel="1", rate_hz=100)
    np.testing.assert_allclose(got.samples, -WAVE)


def test_a_first_row_that_happens_to_count_is_a_sample(tmp_path):
    ramps = [f"{k},{k + 1},{k + 2}" for k in range(N)]
    got = read(write(tmp_path / "a.csv", *ramps), channel=1, rate_hz=100)
    np.testing.assert_array_equal(got.samples, np.arange(1, N + 1))
    timed = ["0,1", *(f"{k / 250},{x}" for k, x in enumerate(WAVE[1:], 1))]
    got = read(write(tmp_path / "b.csv", *timed), channel=1)
    assert (len(got.samples), got.rate_hz) == (N, 250)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_line_ends_and_encodings(tmp_path, end, encoding):
    rows = [f"{k};{x}" for k, x in enumerate(comma(WAVE))]
    path = write(tmp_path / "a.csv", "n;Größe [µV]", *rows, encoding=encoding, end=end)
    got = read(path, channel="Größe", rate_hz=100)
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.units == "uV"


def test_text_in_columns_that_nobody_asked_for(tmp_path):
    rows = [
        f'rest,"said ""oh, well""",{x},2024-01-01,12:30,N/A,0x{k:02X},{k}%'
        for k, x in enumerate(WAVE)
    ]
    path = write(tmp_path / "a.csv", "state,note,ECG (mV),day,at,none,hex,share", *rows)
    got = read(path, channel="ECG", rate_hz=100)
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.units == "mV"
    assert read(path, channel="ECG (mV)", rate_hz=100).channel == "ECG"


@pytest.mark.parametrize("quote", ['"', ""])
def test_row_names_of_r(tmp_path, quote):
    """write.table leaves the column of the row names without a title."""
    rows = [f"{quote}{k}{quote} {k / 250:.3f} {x}" for k, x in enumerate(WAVE, 1)]
    path = write(tmp_path / "a.txt", f"{quote}time{quote} {quote}ecg{quote}", *rows)
    got = read(path, channel="ecg")
    np.testing.assert_allclose(got.samples, WAVE)
    assert got.rate_hz == 250


RDSAMP = {
    "-p -v": (
        ["   Elapsed time\t   MLII\t     V5", "     (sec)\t   (mV)\t   (mV)"],
        lambda t, x: f"{t:10.3f}\t{x:7.3f}\t{-x:7.3f}",
    ),
    "-c -p -v": (
        ["'Elapsed time','MLII','V5'", "'hh:mm:ss.mmm','mV','mV'"],
        lambda t, x: f"'{int(t // 60)}:{t % 60:06.3f}',{x:.3f},{-x:.3f}",
    ),
    "-pd -v": (
        ["           Time      Date\tMLII\tV5", " (hh:mm:ss.mmm) (dd/mm/yyyy)\t(mV)\t(mV)"],
        lambda t, x: f"[23:{59 if t < 1 else 0:02.0f}:{(59 + t) % 60:06.3f} 31/12/1999]\t{x}\t{-x}",
    ),
}


@pytest.mark.parametrize("option", ["-p -v", "-c -p -v"])
def test_rdsamp(tmp_path, option):
    head, row = RDSAMP[option]
    rows = [row(k / 250, x) for k, x in enumerate(WAVE)]
    got = read(write(tmp_path / "a.txt", *head, *rows), channel="V5")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units) == (250, "mV")


def test_rdsamp_with_the_number_of_the_sample(tmp_path):
    rows = [f"{k},{x},{-x}" for k, x in enumerate(WAVE) if k not in (200, 201)]
    path = write(tmp_path / "a.csv", "'sample #','MLII','V5'", *rows)
    got = read(path, channel="MLII", rate_hz=360)
    assert got.stretches == [(0, 200), (200, N - 2)]


def test_names_and_units_in_lines_of_their_own(tmp_path):
    rows = [f"{k / 200},{x},{-x}" for k, x in enumerate(WAVE)]
    path = write(tmp_path / "a.csv", "Time,ECG,EDA", "s,mV,µS", "", *rows)
    got = read(path, channel="EDA")
    np.testing.assert_allclose(got.samples, -WAVE)
    assert (got.rate_hz, got.units) == (200, "uS")
    in_ms = [f"{5 * k},{x}" for k, x in enumerate(WAVE)]
    assert read(write(path, "Time,ECG", "ms,mV", *in_ms)).rate_hz == 200


def test_a_longer_header_line_is_no_row(tmp_path):
    head = ["Subject,7,left,hand", "1,2,3,4,5,6,7", "", "ECG,EMG,EDA"]
    rows = [f"{x},{-x},{2 * x}" for x in WAVE]
    got = read(write(tmp_path / "a.csv", *head, *rows), channel="EDA", rate_hz=100)
    np.testing.assert_allclose(got.samples, 2 * WAVE)


def test_a_header_that_is_repeated_where_files_were_joined(tmp_path):
    rows = [f"{k / 100},{x}" for k, x in enumerate(WAVE)]
    got = read(write(tmp_path / "a.csv", "Time,ECG", *rows, "Time,ECG", *rows))
    np.testing.assert_allclose(got.samples, np.r_[WAVE, WAVE])
    assert got.stretches == [(0, N), (N, 2 * N)]


def test_units_and_names():
    assert split_unit("C7[0]") == ("C7[0]", "")
    assert split_unit("EMG (L)") == ("EMG (L)", "")
    assert split_unit("ECG [µV]") == ("ECG", "uV")
    assert split_unit("ecg_mV") == ("ecg_mV", "mV")
    assert split_unit("Trigno 1: ACC (m/s^2)") == ("Trigno 1: ACC", "m/s^2")
    assert [plain_unit(u) for u in ("(mV)", "µV", "μV", "ÂµV", "?V", "\ufffdV", "æV")] == [
        "mV",
        "uV",
        "uV",
        "uV",
        "uV",
        "uV",
        "uV",
    ]
    assert [plain_unit(u) for u in ("microvolts", "Volts", "micromho")] == ["uV", "V", "uS"]
    assert all(map(is_unit, ["V", "uS", "mmHg", "°C", "g", "%", "fT/cm", "adu"]))
    assert not any(map(is_unit, ["0", "L", "left", "Fz", "12"]))


def test_styles_of_numbers():
    assert style_of(["1.5", "2.25"]).decimal == "."
    assert style_of(["0,123", "1,234"]).decimal == ","
    assert style_of(["1,234"], ".") == (".", ",")
    assert style_of(["1.234"], ",") == (",", ".")
    assert style_of(["1.234.567,8"]) == (",", ".")
    with pytest.raises(Unclear):
        style_of(["1,234", "2,345"])
