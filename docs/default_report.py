"""The default study's report as a part of the site: `make docs` copies it, where there is one."""

import re
import shutil
from pathlib import Path

DOCS = Path(__file__).resolve().parent
RESULTS = DOCS.parent / "results" / "default"
COPY = DOCS / "generated" / "default"
HERE = """\
# The default study's report

What `make run` leaves in `results/default/`, from a run of {day}:
[study.html on a page of its own](generated/default/study.html), and {maps}.
[How results are made honest](honest.md) says what such scores mean: with so few people, little.

<iframe src="generated/default/study.html" title="The default study's report"
 style="width: 100%; height: 85vh; border: 1px solid #8888"></iframe>
"""
NOT_HERE = """\
# The default study's report

This site was built where the default study had not run. `make run` runs it, in some five minutes on
two cores, and `make docs` then puts its report here: `study.html` with all figures and the maps to
explore.
"""


def copy_report(results: Path = RESULTS, copy: Path = COPY) -> list[str]:
    """Copy a study's first page and the files that it links to.

    Parameters
    ----------
    results : Path
        results/STUDY.
    copy : Path
        The folder to make, anew.

    Returns
    -------
    list of str
        The files, relative to both folders; none where the study has not run to its end.
    """
    shutil.rmtree(copy, ignore_errors=True)
    page = results / "study.html"
    if not page.is_file():
        return []
    text = page.read_text(encoding="utf-8")
    copied = ["study.html"]
    for target in dict.fromkeys(re.findall(r'href="([^"#:]+)"', text)):
        source, name = results / target, target
        if source.is_dir():  # a model's folder, of which its card is shown
            source, name = source / "README.md", f"{target}/README.txt"
            text = text.replace(f'href="{target}"', f'href="{name}"')
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy / name)
        copied.append(name)
    (copy / "study.html").write_text(text, encoding="utf-8")
    return copied


def report_page(copy: Path = COPY) -> str:
    """Return the site's page of the report, or one that says that there is none."""
    import json

    if not (copy / "study.html").is_file():
        return NOT_HERE
    day = json.loads((copy / "provenance.json").read_text(encoding="utf-8"))["written"][:10]
    maps = [
        f"[the map of {path.parent.name}](generated/default/{path.relative_to(copy).as_posix()})"
        for path in sorted(copy.glob("umap/*/map.html"))
    ]
    return HERE.format(day=day, maps=", ".join(maps))


if __name__ == "__main__":
    print(f"{len(copy_report())} files of the default study's report")
