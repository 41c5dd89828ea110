"""The versions of the site, a folder each: which there are, and the newest where none is named.

`make docs` builds site/VERSION; folders of other versions beside it stay as they are. The site's
theme reads versions.json for its menu of versions, wherever a server gives it out; opened as a
file, a page has no menu, and its last line says which version it is of.
"""

import json
import sys
from pathlib import Path

PAGE = """\
<!DOCTYPE html>
<meta charset="utf-8">
<title>biospectra {version}</title>
<meta http-equiv="refresh" content="0; url={version}/index.html">
<a href="{version}/index.html">biospectra {version}</a>
"""


def versions_of(site: Path) -> list[str]:
    """Return the versions that a site has, the newest first."""
    built = [page.parent.name for page in site.glob("*.*.*/index.html")]
    return sorted(built, key=lambda version: [int(part) for part in version.split(".")])[::-1]


def write_versions(site: Path) -> list[str]:
    """Write a site's list of versions, and a first page that leads to the newest.

    Parameters
    ----------
    site : Path
        The folder with a folder for each version.

    Returns
    -------
    list of str
        The versions, the newest first.
    """
    found = versions_of(site)
    entries = [{"version": version, "title": version, "aliases": []} for version in found]
    entries[0]["aliases"] = ["latest"]
    (site / "versions.json").write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
    (site / "index.html").write_text(PAGE.format(version=found[0]), encoding="utf-8")
    return found


if __name__ == "__main__":
    print("site/index.html leads to", ", ".join(write_versions(Path(sys.argv[1]))))
