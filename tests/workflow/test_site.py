"""The documentation site: its pages, its links, the messages it explains, the words it uses."""

import ast
import json
import os
import re
import subprocess
from pathlib import Path

import default_report
import pytest
import site_pages
import versions
import vocabulary
import yaml

from biospectra import PUBLIC, __version__
from biospectra.report.paper.references import ENTRIES, OF_LIBRARY
from support.harness import ROOT

DOCS = ROOT / "docs"
CONFIG = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
GALLERY = "generated/tutorials"  # a page of each script of docs/tutorials, and their list
MADE_PAGES = {"reference/api.md", "default_report.md", f"{GALLERY}/index.md"}
MADE_PICTURE = "generated/wavelets.png"
WRITTEN = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")}
WRITTEN = {name for name in WRITTEN if not name.startswith(("generated/", "tutorials/"))}


def pages_of(nav) -> list[str]:
    """Return the files that the site's navigation names."""
    if isinstance(nav, str):
        return [nav]
    entries = nav.values() if isinstance(nav, dict) else nav
    return [page for entry in entries for page in pages_of(entry)]


def test_the_navigation_names_each_page_once():
    named = [f"{page}/index.md" if page == GALLERY else page for page in pages_of(CONFIG["nav"])]
    assert sorted(named) == sorted({*WRITTEN, *MADE_PAGES, *site_pages.PAGES.values()})


@pytest.mark.parametrize(
    "page", sorted([*(f"docs/{name}" for name in WRITTEN), "README.md", *site_pages.PAGES])
)
def test_links_of_the_repository_lead_somewhere(page):
    text = site_pages.FENCED.sub("", (ROOT / page).read_text())
    for _, _, target in site_pages.LINK.findall(text):
        address, _, anchor = target.partition("#")
        if "://" in target:
            continue
        path = (
            Path(os.path.normpath(ROOT / Path(page).parent / address)) if address else ROOT / page
        )
        path = path / "README.md" if path.is_dir() else path
        inside = str(path.relative_to(DOCS)) if path.is_relative_to(DOCS) else ""
        assert path.is_file() or inside in MADE_PAGES | {MADE_PICTURE}, f"{page}: {target}"
        if anchor:
            titles = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
            assert anchor in [slug(title) for title in titles], f"{page}: {target}"


def slug(title: str) -> str:
    """Return the anchor of a heading."""
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", title).strip().lower())


@pytest.mark.parametrize(
    ("link", "source", "page", "becomes"),
    [
        ("[c](config/README.md#split)", "README.md", "index.md", "[c](reference/config.md#split)"),
        ("[c](../../config/README.md)", "docs/a/b.md", "a/b.md", "[c](../reference/config.md)"),
        ("![p](examples.png)", "docs/index.md", "index.md", "![p](examples.png)"),
        ("[a](../CHANGELOG.md)", "config/README.md", "reference/config.md", "[a](../changelog.md)"),
        ("[`x`](../LICENSE)", "config/README.md", "reference/config.md", "`x`"),
        ("`[n](m)` [u](https://u.org)", "README.md", "index.md", "`[n](m)` [u](https://u.org)"),
        (
            "[t](tutorials/README.md)",
            "docs/index.md",
            "index.md",
            "[t](generated/tutorials/index.md)",
        ),
        ("[l](config/latent_sizes/)", "README.md", "index.md", "[l](studies/latent_sizes.md)"),
    ],
)
def test_links_become_the_sites(link, source, page, becomes):
    assert site_pages.with_site_links(link, source, page) == becomes


def test_the_reference_lists_every_public_name():
    page = site_pages.api_page()
    for name, module in PUBLIC.items():
        assert f"\n::: biospectra.{module}.{name}\n" in page


def test_each_message_that_is_explained_is_one_of_the_programs():
    said = [text for path in vocabulary.LIBRARY.rglob("*.py") for _, text in strings_of(path)]
    table = re.findall(r"^\| (`.*?`) [^|]*\|", (DOCS / "faq.md").read_text(), re.M)
    messages = [part for cell in table for part in re.findall(r"`([^`]+)`", cell)]
    assert len(messages) > 20
    of_others = {"Lock", "is not of type"}  # Snakemake's and jsonschema's
    assert [m for m in messages if m not in of_others and not any(m in s for s in said)] == []


def strings_of(path: Path):
    """Yield all strings of a module, those with values in them as one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(getattr(part, "value", "")) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@pytest.fixture
def results(tmp_path) -> Path:
    """Results with a first page that links to a map, a trained model's folder and the web."""
    folder = tmp_path / "results"
    for name in ("umap/views/map.html", "model/views/README.md", "unlinked.h5"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "provenance.json").write_text('{"written": "2026-11-27T04:59:36+00:00"}')
    links = ("umap/views/map.html", "model/views", "provenance.json", "https://a.org", "#scores")
    (folder / "study.html").write_text("".join(f'<a href="{link}"></a>' for link in links))
    return folder


def test_the_default_studys_report_is_copied_with_what_it_links_to(results, tmp_path):
    copied = default_report.copy_report(results, tmp_path / "copy")
    found = {p.relative_to(tmp_path / "copy").as_posix() for p in (tmp_path / "copy").rglob("*.*")}
    assert found == set(copied)
    assert "unlinked.h5" not in found
    links = re.findall(r'href="([^"#:]+)"', (tmp_path / "copy/study.html").read_text())
    assert set(links) == found - {"study.html"}
    page = default_report.report_page(tmp_path / "copy")
    assert "2026-11-27" in page
    assert "(generated/default/umap/views/map.html)" in page


def test_a_site_without_the_default_study_says_so(tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy/study.html").write_text("of an earlier run")
    assert default_report.copy_report(tmp_path / "nothing", tmp_path / "copy") == []
    assert "`make run` runs it" in default_report.report_page(tmp_path / "copy")


def test_the_sites_first_page_leads_to_the_newest_version(tmp_path):
    for version in ("0.9.0", "0.10.0", "assets"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "index.html").touch()
    assert versions.write_versions(tmp_path) == ["0.10.0", "0.9.0"]
    assert "url=0.10.0/index.html" in (tmp_path / "index.html").read_text()
    listed = json.loads((tmp_path / "versions.json").read_text())
    assert [(v["version"], v["aliases"]) for v in listed] == [("0.10.0", ["latest"]), ("0.9.0", [])]


def test_what_people_read_has_no_banned_phrase(capsys):
    assert vocabulary.main() == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("scores of people held out", "people held out"),
        ("recordings of people\nnever met", "people never met"),
        ("the class is told by hum", "is told by"),
        ("fourier_table less encoder_features", "fourier_table less encoder_features"),
        ("correct it or mend it", "mend"),
        ("scores of held-out people", None),
    ],
)
def test_banned_phrases_are_found(text, phrase):
    found = [phrase for _, phrase, _ in vocabulary.found_in(text)]
    assert found[:1] == ([phrase] if phrase else [])


def test_what_is_to_be_cited_is_what_the_texts_of_a_paper_cite():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["version"] == __version__
    named = {entry["title"] for entry in cited["references"]}
    for key in OF_LIBRARY.values():
        title = re.search(r"title = \{(.*?)\},", ENTRIES[key])[1]
        assert title in named


def test_docstrings_are_not_messages_and_values_do_not_part_a_sentence(tmp_path):
    module = tmp_path / "module.py"
    module.write_text('"""Mend it."""\nname = 1\nprint(f"please {name} mend it")\n')
    assert list(vocabulary.spoken(module)) == [(3, "please NAME mend it")]


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path):
    python = ROOT / ".venv-docs/bin/python"
    if not python.is_file():
        pytest.skip("`make docs` has not made its environment yet")
    command = [python, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "biospectra.formats.read.read" in (tmp_path / "site/reference/api.html").read_text()
