"""What the rules of a study and those for new recordings share."""

import os
import sys
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import update_config

# In a clone the library lies beside the scripts, and comes before one that is installed, in jobs
# too; a workflow taken from elsewhere by `module` has it installed.
if (library_folder := Path(str(workflow.current_basedir), "..", "scripts")).is_dir():
    sys.path.insert(0, str(library_folder.resolve()))
    others = os.getenv("PYTHONPATH", "").split(os.pathsep)
    os.environ.update(
        PYTHONPATH=os.pathsep.join(dict.fromkeys([sys.path[0], *filter(None, others)]))
    )

from biospectra.errors import RecordingError, StudyError
from biospectra.imports import library_modules, meaning_of
from biospectra.sources.fetch import PHYSIONET, files_read
from biospectra.study.arguments import typed_arguments
from biospectra.study.config import SCHEMAS

# Of `--config segments='{window_s: 5}'` snakemake makes text, also of the number.
if not workflow.modifier.skip_configfile:
    command_line = workflow.config_settings
    for typed in typed_arguments(command_line.config, command_line.config_args):
        update_config(config, typed)

# On what networks are computed, also of new recordings; what is no such thing, the schema refuses.
computing = config.get("networks")
computing = computing if isinstance(computing, dict) else {}
NETWORK_ENVIRONMENT = (
    "../../envs/tensorflow_gpu.yaml"
    if computing.get("environment") == "gpu"
    else "../../envs/tensorflow.yaml"
)
# Jobs, of which keras asks it, have the environment of whoever starts them.
if computing.get("backend"):
    os.environ.update(KERAS_BACKEND=str(computing["backend"]))


# Of a module these are its own only while it is read.
PATH_VARIABLES = workflow.pathvars


@cache
def modules_of(script, kind=None):
    """Name a script's modules with what they mean, so that a change of it reruns its rules."""
    path = workflow.source_path(f"../scripts/{script}.py")
    return [
        f"{name} {meaning_of(module)}"
        for name, module in library_modules(path, kind).items()
    ]


def library(script):
    """Return the function that names a script's modules, for jobs alone: reading them takes time."""

    def modules(wildcards):
        return modules_of(script)

    return modules


def stored_object(path):
    """Return what stands for a path in the storage of --default-storage-provider; None without one."""
    provider = workflow.storage_registry.default_storage_provider
    if provider is None:
        return None
    prefix = (workflow.storage_settings.default_storage_prefix or "").rstrip("/")
    path = PATH_VARIABLES.apply(path)
    return provider.object(f"{prefix}/{path}" if prefix else path)


if workflow.storage_settings.default_storage_provider == "s3":
    import snakemake_storage_plugin_s3 as s3_plugin

    # It remembers that a folder was not there, and so never sees that a job on another machine has
    # made it (0.3.6).
    s3_plugin.StorageObject.is_dir = lambda stored: any(stored.get_subkeys())

    # Where what must outlive a lost machine goes, training's checkpoint above all.
    here = stored_object("results").local_path().parent
    there = workflow.storage_settings.default_storage_prefix.rstrip("/")
    os.environ.update(BIOSPECTRA_STORAGE=f"{here}={there}")


def path_of(path):
    """Return where a path lies on this machine, path variables such as "<results>" filled in."""
    stored = stored_object(path)
    return stored.local_path() if stored else Path(PATH_VARIABLES.apply(path))


def shown(path):
    """Return where a path lies, as people are told: in the storage, if there is one."""
    stored = stored_object(path)
    return stored.query if stored else path_of(path)


def fetched(path):
    """Return where a path lies on this machine, after a storage was asked for it."""
    stored = stored_object(path)
    if stored and stored.exists():
        stored.local_path().parent.mkdir(parents=True, exist_ok=True)
        stored.retrieve_object()
    return path_of(path)


def grows(amount, per_input_mb=0, of=None):
    """Return a resource that grows with each attempt, after a job was killed for want of it.

    `per_input_mb` adds to it for each MB of input, or of what the function `of(wildcards)` gives:
    of jobs of one group most inputs are not there when Slurm is asked.
    """

    def of_input(wildcards, input, attempt):
        # Not input.size_mb, of which snakemake --report warns, but where only a storage knows.
        if workflow.storage_registry.default_storage_provider:
            size_mb = input.size_mb
        else:
            size_mb = sum(map(os.path.getsize, input)) / 1e6
        return round((amount + per_input_mb * size_mb) * attempt)

    def of_other(wildcards, attempt):
        size_mb = of(wildcards) if of else 0
        return round((amount + per_input_mb * size_mb) * attempt)

    return of_input if per_input_mb and not of else of_other


@cache
def files_of(source, annotator=None, physionet_base=PHYSIONET):
    """List the files of this machine that a recording is read from, relative to here if below."""
    here = Path.cwd()
    paths = files_read(source, annotator=annotator, physionet_base=physionet_base)
    return [
        path.relative_to(here) if path.is_relative_to(here) else path for path in paths
    ]


def input_files(sources, *base):
    """List the files of recordings, those aside whose names snakemake would read patterns in.

    `sources` are pairs of where each is and what annotates it.
    """
    named = {str(path) for pair in sources for path in files_of(*pair, *base)}
    # They lie here wherever the results do.
    return [local(name) for name in sorted(named) if not set(name) & set("{}<>\n\r")]


def input_stamps(sources, *base):
    """List sizes and times of the files of recordings.

    Snakemake looks for inputs that are newer; what is put in a file's place may be older.
    """
    paths = sorted({path for pair in sources for path in files_of(*pair, *base)})
    stats = [path.stat() for path in paths if path.is_file()]
    return [f"{stat.st_size} {int(stat.st_mtime)}" for stat in stats]


def network_category(wildcards):
    """Name the part of the report in which a network's figures stand."""
    parts = {"encoder": "Encoders", "classifier": "Classifiers"}
    return (parts | {"target": "Targets"})[wildcards.part]
