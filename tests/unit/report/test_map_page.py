"""The map to explore, opened in a browser: what the pointer and the chooser show."""

import asyncio
import json

import h5py
import numpy as np
import pandas as pd
import pytest

from biospectra.report import map_segments
from biospectra.report.map_page import write_map_page
from biospectra.report.map_panels import ticks_of_frequency, ticks_of_seconds
from biospectra.report.map_segments import quality_of
from biospectra.report.thumbnails import MOST_PIXELS, drawn_out, thumbnail_size, thumbnails
from biospectra.store.rows import ROW_COLUMNS, write_table
from support.browser import CHROMIUM, opened

RATE_HZ = 256
WHERE = """(() => {
    const view = Bokeh.index.find_one(Bokeh.documents[0].get_model_by_name('map'))
    const corner = view.el.getBoundingClientRect()
    return JSON.stringify([corner.left + view.frame_view.x_scale.compute(0),
                           corner.top + view.frame_view.y_scale.compute(1)])
})()"""


@pytest.fixture
def page(tmp_path):
    """A page of twelve segments, of each a tone, a grey image and a place of its own."""
    time_s = np.arange(2 * RATE_HZ) / RATE_HZ
    signals = np.stack([(k + 1) * np.sin(2 * np.pi * (k + 1) * time_s) for k in range(12)])
    rows = pd.DataFrame(
        {
            "recording": [f"r{k}" for k in range(12)],
            "segment": 0,
            "start_s": 2.5,
            "label": ["a", "b"] * 6,
            "subject": [f"p{k // 2}" for k in range(12)],
            "database": ["one", "one", "two"] * 4,
            "quality": "ok",
        }
    )
    recordings = pd.DataFrame({"recording": rows["recording"], "rate_hz": 256.0, "units": "mV"})
    for name in ("segments", "images"):
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            write_table(file, "rows", rows[ROW_COLUMNS])
            write_table(file, "recordings", recordings)
            if name == "segments":
                file["signal"] = signals.astype(np.float32)
            else:
                levels = np.arange(12, dtype=np.uint8)[:, None, None] * 20
                file["images"] = np.broadcast_to(levels, (12, 30, 40))
                file["images"].attrs["limits_db"] = (-70.0, 0.0)
                file["images"].attrs["quantity"] = "Amplitude (dB re 1)"
                file["frequency_hz"] = np.geomspace(100, 1, 30)
                file["time_s"] = (np.arange(40) + 0.5) / 20
    positions = rows.assign(x=np.arange(12) % 4, y=np.arange(12) // 4, split="test")
    positions.iloc[::-1].to_csv(tmp_path / "map.tsv", sep="\t", index=False)

    def write(inputs, caveat=None):
        html = tmp_path / "map.html"
        write_map_page(
            tmp_path / "map.tsv",
            html,
            segments=[str(tmp_path / "segments.h5")],
            inputs=[str(tmp_path / f"{inputs}.h5")],
            labels=["a", "b"],
            colour_map="gray",
            fit_on="training",
            name="small",
            caveat=caveat,
        )
        return html

    return write


def test_a_map_says_why_it_is_optimistic(page):
    assert (
        "This map is optimistic: transductive."
        in page("images", "optimistic: transductive").read_text()
    )
    assert "This map is" not in page("images").read_text()


def test_of_very_many_segments_some_are_on_the_page_and_it_says_so(page, monkeypatch):
    monkeypatch.setattr(map_segments, "MOST_ON_PAGE", 6)
    text = page("images").read_text()
    assert "6 of 12 test segments, evenly drawn, of small" in text
    assert text.count("data:image/jpeg") == 6 + 1  # and that of the first, which stands there


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is there")
def test_the_pointer_shows_the_segment_and_the_chooser_recolours(page):
    async def look():
        async with opened(page("images")) as shown:
            await shown.point(*json.loads(await shown.run(WHERE)))
            model = "Bokeh.documents[0].get_model_by_name"
            facts = await shown.run(f"{model}('facts').text")
            values = await shown.run(f"Array.from({model}('signal').data.value)")
            url = await shown.run(f"{model}('image').data.url[0]")
            legends = []
            for by in ("database", "subject", "quality", "label"):
                await shown.run(f"{model}('chooser').value = '{by}'")
                script = f"""{model}('map').right.filter((l) => l.items && l.visible)
                    .map((l) => l.items.map((i) => i.label.value)).flat()"""
                legends.append(await shown.run(script))
            drawn = await shown.run(f"{model}('map').renderers.filter((r) => r.visible).length")
            return facts, values, url, legends, drawn, shown.network

    facts, values, url, legends, drawn, network = asyncio.run(look())
    assert "r4, from 2.50 s" in facts  # the rows stand in reverse: r4 lies at (0, 1)
    assert "person p2" in facts
    assert max(values) == pytest.approx(5, rel=0.02)
    assert np.sum(np.diff(np.sign(np.array(values)[1::2])) != 0) == pytest.approx(20, abs=2)
    assert url == thumbnails(np.full((1, 30, 40, 1), 80, np.uint8), "gray", thumbnail_size(12))[0]
    assert legends[0] == ["one (8)", "two (4)"]
    assert len(legends[1]) == 6
    assert legends[3] == ["a (6)", "b (6)"]
    assert drawn == 2
    assert not [address for address in network if not address.startswith(("file:", "data:"))]


FRAME = """(() => {
    const view = Bokeh.index.find_one(Bokeh.documents[0].get_model_by_name('NAME'))
    const box = view.el.getBoundingClientRect(), frame = view.frame.bbox
    return JSON.stringify([box.left + frame.left, box.top + frame.top, frame.width, frame.height])
})()"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is there")
@pytest.mark.parametrize("width", [1280, 620])  # alone in a window, and inside the report
def test_seconds_line_up_and_nothing_jumps(page, width):
    async def look():
        async with opened(page("images"), width, 1400) as shown:
            model = "Bokeh.documents[0].get_model_by_name"
            frames = [
                json.loads(await shown.run(FRAME.replace("NAME", name)))
                for name in ("signal_panel", "image_panel", "map")
            ]
            places = []
            for by in ("database", "subject", "quality", "label"):
                await shown.run(f"{model}('chooser').value = '{by}'")
                await asyncio.sleep(0.5)
                places.append(json.loads(await shown.run(FRAME.replace("NAME", "map"))))
            return frames, places

    (signal, image, drawn), places = asyncio.run(look())
    assert (signal[0], signal[2]) == (image[0], image[2])  # the same seconds, the same pixels
    assert places == [drawn] * 4
    assert all(left + wide <= width for left, _, wide, _ in (signal, image, drawn))
    assert (signal[1] > drawn[1] + drawn[3]) == (width == 620)  # below where there is no room


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is there")
def test_segments_are_found_selected_and_saved(page):
    async def look():
        async with opened(page("images"), 1280, 900) as shown:
            model = "Bokeh.documents[0].get_model_by_name"
            said = []
            for words in ("two", "A two", "nobody", ""):
                await shown.run(f"{model}('search').value_input = '{words}'")
                said.append(await shown.run(f"{model}('told').text"))
            tools = f"{model}('map').toolbar.tools"
            await shown.run(f"{tools}.find((t) => t.type == 'BoxSelectTool').active = true")
            left, top, wide, high = json.loads(await shown.run(FRAME.replace("NAME", "map")))
            await shown.drag((left + 4, top + 4), (left + wide / 2, top + high - 4))
            said.append(await shown.run(f"{model}('told').text"))
            marked = await shown.run(f"{model}('save').tags.length")
            disabled = await shown.run(f"{model}('save').disabled")
            alpha = await shown.run(
                f"{model}('map').renderers.flatMap((r) => Array.from(r.data_source.data.alpha))"
                ".filter((a) => a > 0.5).length"
            )
            return said, marked, disabled, alpha

    said, marked, disabled, alpha = asyncio.run(look())
    # two: each third of twelve; a: each second
    assert said[:4] == [
        "4 of 12 segments: b 2, a 2",
        "2 of 12 segments: a 2",
        "0 of 12 segments",
        "",
    ]
    assert said[4].startswith("6 of 12 segments: ")  # the left two of four columns
    assert (marked, disabled) == (6, False)
    assert alpha == 6 * 4  # in each colouring


def test_ticks_stand_at_round_frequencies_and_seconds():
    linear = np.linspace(256, 0.5, 480)
    assert list(ticks_of_frequency(linear).values()) == ["50", "100", "150", "200", "250"]
    half = next(at for at, name in ticks_of_frequency(linear).items() if name == "100")
    assert half == pytest.approx((100 - 0.5) / 255.5, abs=0.003)
    scales = np.geomspace(200, 1, 127)
    named = ticks_of_frequency(scales)
    assert list(named.values()) == ["1", "2", "5", "10", "20", "50", "100", "200"]
    assert {name: at for at, name in named.items()}["10"] == pytest.approx(
        np.log(10) / np.log(200), abs=0.005
    )
    assert ticks_of_seconds(5).ticks == [0, 1, 2, 3, 4, 5]
    assert ticks_of_seconds(30).ticks == [0, 5, 10, 15, 20, 25, 30]
    assert ticks_of_seconds(0.5).ticks == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_a_model_of_samples_has_no_images(page):
    assert "data:image/jpeg" not in page("segments").read_text()
    assert "data:image/jpeg" in page("images").read_text()


def test_images_of_many_segments_are_smaller_so_that_the_page_is_not():
    assert thumbnail_size(100) == thumbnail_size(768)
    width, height = thumbnail_size(5000)
    assert width * height * 5000 <= MOST_PIXELS
    assert width / height == pytest.approx(4 / 3, rel=0.03)
    noise = np.random.default_rng(0).integers(0, 256, (4, 480, 640, 1), dtype=np.uint8)
    assert 768 * max(map(len, thumbnails(noise, "viridis", thumbnail_size(768)))) < 15e6


def test_a_drawn_out_signal_keeps_its_extremes():
    random = np.random.default_rng(0)
    signals = random.standard_normal((5, 2560))
    levels, step = drawn_out(signals)
    assert levels.shape == (5, 480)
    assert (levels * step[:, None]).max(axis=1) == pytest.approx(signals.max(axis=1), abs=0.03)
    short, step = drawn_out(signals[:, :100])
    assert short * step[:, None] == pytest.approx(signals[:, :100], abs=0.02)


def test_quality_grades_the_hum():
    time_s = np.arange(1024) / RATE_HZ
    base = np.sqrt(2) * np.sin(2 * np.pi * 10 * time_s)
    hum = np.sqrt(2) * np.sin(2 * np.pi * 50 * time_s)
    signals = np.stack([base + np.sqrt(part) * hum for part in (0, 0.03, 0.1, 0.5)])
    grades = ["hum below 1 %", "hum 1 to 5 %", "hum 5 to 20 %", "hum above 20 %"]
    assert list(quality_of(signals, RATE_HZ)) == grades
