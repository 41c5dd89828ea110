"""How figures are asked for, what is refused before any job, and what is then drawn."""

import pytest
from PIL import Image

from biospectra.errors import StudyError
from biospectra.report.style import figure, use_look
from biospectra.study.config import SCHEMAS, read_study

ROWS = "recording\tsource\tchannel\tlabel\tsubject\tdatabase\n"
ROWS += "r1\tr1.edf\tC3\ta\tp1\td\nr2\tr2.edf\tC3\tb\tp2\td\n"


@pytest.fixture
def read(tmp_path):
    def done(**keys):
        for name in ("r1.edf", "r2.edf"):
            (tmp_path / name).touch()
        (tmp_path / "recordings.tsv").write_text(ROWS)
        config = {"study": "s", "labels": ["a", "b"]}
        config |= {"recordings": str(tmp_path / "recordings.tsv")}
        return read_study(config | keys, SCHEMAS, "c.yaml")[0]

    return done


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"figures": {"formats": ["eps"]}}, "figures.formats"),
        ({"figures": {"theme": "blue"}}, "figures.theme"),
        ({"figures": {"dpi": 20}}, "figures.dpi"),
        ({"figures": {"dpi": float("nan")}}, "figures.dpi"),
        ({"figures": {"width_cm": 9}}, "width_cm"),
        ({"figures": {"colour_map": "virdis"}}, "figures.colour_map: matplotlib has no"),
        (
            {"png": {"colour_map": "virdis"}},
            "png.colour_map: matplotlib has no colour map 'virdis'",
        ),
        (
            {"images": {"i": {"kind": "scaleogram", "colour_map": "jett"}}},
            "images.i.colour_map: matplotlib has no",
        ),
    ],
)
def test_what_no_figure_can_be_is_refused_before_any_job(read, keys, said):
    with pytest.raises(StudyError, match=said):
        read(**keys)


def test_a_study_that_says_nothing_of_figures_has_them_for_print(read):
    config = read()
    assert config["figures"]["formats"] == ["png", "svg"]
    assert read(figures={"colour_map": "cividis"})["figures"]["dpi"] == 200
    assert read(png={"colour_map": "twilight"})["png"]["colour_map"] == "twilight"


def test_a_figure_has_the_width_the_letters_and_the_ground_that_were_asked_for(tmp_path):
    paths = [tmp_path / f"a.{ending}" for ending in ("png", "svg", "pdf")]
    use_look(dpi=254, column_cm=9, page_cm=19, theme="dark", font_size=16)
    try:
        with figure(paths, height_cm=5, columns=1) as drawing:
            drawing.subplots().set_title("title")
            sizes = {text.get_fontsize() for text in drawing.axes[0].get_xticklabels()}
        with figure(tmp_path / "wide.png", height_cm=5) as drawing:
            drawing.subplots()
    finally:
        use_look()
    assert sizes == {16}
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (900, 1000)  # letters twice as large ask for twice the height
        assert picture.convert("RGB").getpixel((0, 0)) == (0x1A, 0x1A, 0x1A)
    with Image.open(tmp_path / "wide.png") as picture:
        assert picture.size[0] == 1900
    assert ">title<" in (tmp_path / "a.svg").read_text()
    assert b"/MediaBox [ 0 0 255.1" in (tmp_path / "a.pdf").read_bytes()  # points of 9 cm
