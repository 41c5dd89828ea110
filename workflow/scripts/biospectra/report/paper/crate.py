"""A study's results as an RO-Crate: which workflow made which files of which, as run.

The folder of the results becomes the crate's root. Its files stay where they are; the description,
`ro-crate-metadata.json`, is all that is added beside the copy of the workflow's definition.
"""

import mimetypes
from pathlib import Path
from typing import Any

from biospectra.report.paper.document import blank
from biospectra.report.paper.references import DATABASE
from biospectra.report.paper.run import Run
from biospectra.words import number_of

METADATA = "ro-crate-metadata.json"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
LICENCE = "#licence-of-the-results"
DESCRIBED = {
    "summary.json": "All scores of the study",
    "provenance.json": "Versions, config, sources with SHA-256, machine, and what each rule took",
    "study.html": "What was run, and the scores",
    "split.tsv": "Training, validation and test",
    "rejected.tsv": "Recordings that were left out, and why",
    "rejected_segments.tsv": "Segments that were rejected, and why",
    "paper/paper.html": "Methods, checklists and datasheet",
}
TYPES = {
    ".h5": "application/x-hdf5",
    ".tsv": "text/tab-separated-values",
    ".md": "text/markdown",
    ".smk": "text/plain",
    "": "text/plain",  # the Snakefile
}


def write_crate(run: Run, folder: str | Path, files: list[str], *, workflow: list[str]) -> None:
    """Describe the results of a run.

    Parameters
    ----------
    run : Run
    folder : path
        The study's results, the crate's root; gets `METADATA`.
    files : list of str
        Files and folders in it that the run made, relative to it.
    workflow : list of str
        Copies of the workflow's definition, relative to the folder, the Snakefile first.
    """
    from rocrate.model.computationalworkflow import ComputationalWorkflow
    from rocrate.rocrate import ROCrate

    folder = Path(folder)
    crate = ROCrate(gen_preview=False, version="1.1")
    study = run.summary["study"]
    root = crate.root_dataset
    crate.name = f"biospectra: results of the study {study}"
    crate.description = (
        f"Scores, figures and models of {number_of(len(run.used), 'recording')} of "
        f"{number_of(len(run.subjects), 'person')}."
    )
    root["datePublished"] = run.provenance["written"]
    root["license"] = _context(
        crate, LICENCE, "CreativeWork", name=blank("the licence of these results"),
        description="The run does not know under which licence its results may be shared.",
    )  # fmt: skip
    root["conformsTo"] = [
        _context(crate, address, "CreativeWork", name=name, version=version)
        for address, (name, version) in PROFILES.items()
    ]
    main = crate.add_workflow(
        str(folder / workflow[0]), workflow[0], main=True, lang="snakemake",
        lang_version=run.provenance["versions"]["snakemake"][0], cls=ComputationalWorkflow,
        properties=_of_file(folder / workflow[0]) | {"name": "biospectra"},
    )  # fmt: skip
    commit = run.provenance["workflow"]["commit"]
    if commit:
        main["version"] = commit
    main["hasPart"] = [_file(crate, folder, name) for name in workflow[1:]]
    given = [_file(crate, folder, "paper/workflow/config.json", "The config, with defaults")]
    given.append(_file(crate, folder, "paper/recordings.tsv", "The recordings that were used"))
    given += _databases(crate, run)
    made = [_file(crate, folder, name, DESCRIBED.get(name, name)) for name in files]
    action = _context(
        crate, "#run", "CreateAction", name=f"Run of the study {study}", instrument=main,
        object=given, result=made, endTime=run.provenance["written"],
        actionStatus={"@id": "http://schema.org/CompletedActionStatus"},
    )  # fmt: skip
    root["mentions"] = [action]
    _software(crate, run, main)
    crate.metadata.write(folder)


def _context(crate: Any, address: str, kind: str, /, **properties: Any) -> Any:
    from rocrate.model.contextentity import ContextEntity

    links = {key: value for key, value in properties.items() if key in ("instrument", "object")}
    links |= {key: value for key, value in properties.items() if key == "result"}
    plain = {key: value for key, value in properties.items() if key not in links}
    entity = crate.add(ContextEntity(crate, address, properties={"@type": kind, **plain}))
    for key, value in links.items():
        entity[key] = value
    return entity


def _of_file(path: Path) -> dict[str, str]:
    """Return size and type of a file."""
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return {"contentSize": str(path.stat().st_size)} | ({"encodingFormat": kind} if kind else {})


def _file(crate: Any, folder: Path, file: str, name: str | None = None) -> Any:
    """Add a file, or a folder with all that is in it, that stays where it is."""
    path = folder / file
    named = {"name": name or Path(file).name}
    if path.is_dir():
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        count = sum(file.is_file() for file in path.rglob("*"))
        described = {"description": f"{number_of(count, 'file')}, {number_of(size, 'byte')}"}
        return crate.add_dataset(str(path), f"{file}/", properties=named | described)
    return crate.add_file(str(path), file, properties=named | _of_file(path))


def _databases(crate: Any, run: Run) -> list[Any]:
    """Add the databases of PhysioNet that recordings came from."""
    return [
        _context(
            crate,
            f"https://physionet.org/content/{name}/{version}/",
            "Dataset",
            name=f"{name}, version {version}",
            identifier=f"{DATABASE}{name}",
        )
        for name, version in run.on_physionet.items()
    ]


def _software(crate: Any, run: Run, main: Any) -> None:
    """Add the libraries of the jobs, with their versions."""
    main["softwareRequirements"] = [
        _context(
            crate,
            f"#library-{name}",
            "SoftwareApplication",
            name=name,
            softwareVersion=", ".join(found),
        )
        for name, found in run.provenance["versions"].items()
        if name != "snakemake"
    ]
