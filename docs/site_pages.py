"""Pages of the site that are made, not written: a hook of MkDocs.

Files elsewhere in the repository, such as config/README.md, become pages; the list of the
library's functions is read from its code. Links are written as they hold in the repository, and
turned here into links between pages; one to a file that is no page becomes plain text.
"""

import ast
import html
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from default_report import report_page

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "workflow" / "scripts" / "biospectra"
# Files of the repository that are pages of the site.
PAGES = {
    "config/README.md": "reference/config.md",
    "config/reference/README.md": "reference_results.md",
    "benchmarks/README.md": "benchmarks.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",  # of which a page of its own takes the place
    **{
        f"config/{name}/README.md": f"studies/{name}.md"
        for name in ("latent_sizes", "ecg_rhythm", "biosignals_125k", "local_example", "ptbxl")
    },
}
GALLERY = {"docs/tutorials/README.md": "generated/tutorials/index.md"}  # which mkdocs-gallery makes
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
FENCED = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.S | re.M)


def constant_of(path: Path, name: str):
    """Return the value of a constant of a module, without importing it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return ast.literal_eval(node.value)
    raise LookupError(f"{path} has no constant {name}")


def api_page() -> str:
    """Return the page of the library's public names, by the rooms that they are of."""
    public = constant_of(LIBRARY / "__init__.py", "PUBLIC")
    rooms: dict[str, list[str]] = {}
    for name, module in public.items():
        rooms.setdefault(module.partition(".")[0], []).append(f"biospectra.{module}.{name}")
    lines = [
        "# The library",
        "",
        "`import biospectra as bs` gives the names on this page; each is imported when it is first",
        "used. [How to use the library](../how_to/library.md) has a whole example.",
    ]
    for room, names in rooms.items():
        lines += ["", f"## {room}", ""]
        lines += [line for name in names for line in (f"::: {name}", "")]
    return "\n".join(lines) + "\n"


def with_site_links(text: str, source: str, page: str) -> str:
    """Return a page's text with links of the repository as links of the site.

    Parameters
    ----------
    text : str
        Markdown.
    source, page : str
        Where the text is in the repository, and in the site.
    """

    def link(found: re.Match) -> str:
        picture, words, target = found.groups()
        address, mark, anchor = target.partition("#")
        if "://" in address or not address or target.startswith("mailto:"):
            return found[0]
        path = os.path.normpath(f"{Path(source).parent}/{address}")
        path = f"{path}/README.md" if f"{path}/README.md" in PAGES else path
        other = (PAGES | GALLERY).get(path) or (
            path.removeprefix("docs/") if path.startswith("docs/") else None
        )
        if other is None:  # a file that is no page
            return words
        near = os.path.relpath(other, Path(page).parent)
        return f"{picture}[{words}]({near}{mark}{anchor})"

    parts = FENCED.split(text)
    # Code between the links stays as it is; a link may have code in its words.
    joined, kept = "", []
    for part in parts:
        if FENCED.fullmatch(part):
            kept.append(_code_of_cell(part))
            joined += f"\x00{len(kept) - 1}\x00"
        else:
            joined += part
    return re.sub(r"\x00(\d+)\x00", lambda hit: kept[int(hit[1])], LINK.sub(link, joined))


def _code_of_cell(code: str) -> str:
    """Return a table's code with its bars as they are read: here none needs a backslash."""
    if "\\|" not in code or code.startswith("```"):
        return code
    text = html.escape(code.strip("`").replace("\\|", "|")).replace("|", "&#124;")
    return f"<code>{text}</code>"


def on_config(config):
    """Say on each page which version it is of: a menu of versions needs a server."""
    version = constant_of(LIBRARY / "__init__.py", "__version__")
    config.copyright = f"biospectra {version}, {config.copyright}"
    return config


def on_files(files, config):
    """Add the pages that are made."""
    from mkdocs.structure.files import File

    for source, page in PAGES.items():
        if source == "README.md":
            continue
        text = (ROOT / source).read_text(encoding="utf-8")
        made = with_site_links(text, source, page)
        files.append(File.generated(config, page, content=made))
    files.append(File.generated(config, "reference/api.md", content=api_page()))
    files.append(File.generated(config, "default_report.md", content=report_page()))
    return files


def on_page_markdown(markdown, page, config, files):
    """Turn links of written pages into the site's."""
    name = page.file.src_uri
    if name.startswith("generated/"):  # whose second address of a picture is that of a folder's
        markdown = re.sub(r' srcset="[^"]*"', "", markdown)
        return re.sub(r"\]\((\d\w*)\.py\)", r"](\1.md)", markdown)  # a script's page
    if name in PAGES.values() and name != "index.md":
        return markdown
    return with_site_links(markdown, f"docs/{name}", name)
