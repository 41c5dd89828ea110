"""The study: read and checked before any job, and what all rules know of it."""

import re

from snakemake_interface_executor_plugins.settings import SharedFSUsage

from biospectra.models.kinds import exported, restoring
from biospectra.study.check_needs import crosses_only
from biospectra.study.config import read_study
from biospectra.study.fold_assignments import fold_assignments
from biospectra.study.kept_rows import ShardRows, keep_study, kept_file, kept_study

if workflow.modifier.skip_configfile:
    CONFIG_NAME = "the module's config"
else:
    CONFIG_NAME = (
        " ".join(map(str, workflow.overwrite_configfiles)) or "config/config.yaml"
    )

NOTES = []
# A job of a cluster is a snakemake of its own, which takes what the run's start found, and its own
# rows alone.
KEPT = kept_file(config)
if workflow.is_main_process or (known := kept_study(KEPT)) is None:
    try:
        config, table = read_study(config, SCHEMAS, CONFIG_NAME, NOTES)
    except StudyError as error:
        raise WorkflowError(str(error))
    ROWS = ShardRows.of_table(table, config["shards"])
    FACTS = {
        "assignments": fold_assignments(
            config, table[table["label"] != config["unlabelled"]]
        ),
        "channels": list(dict.fromkeys(table["channel"])),
    }
    del table
    # Nodes that share no disk with this machine get it with the workflow's own files.
    sent = SharedFSUsage.SOURCES not in workflow.storage_settings.shared_fs_usage
    # Of a module snakemake does not call onstart, and what was kept before may be of another table.
    if sent or not workflow.modifier.is_main_snakefile():
        keep_study(KEPT, config, FACTS, ROWS)
    if sent:
        workflow.configfiles.append(str(KEPT))
else:
    config, FACTS, ROWS = known.config, known.facts, known.rows

SHARDS = ROWS.shards
ASSIGNMENTS = FACTS["assignments"]
# Where nobody is set aside, encoders are judged in folds, and that of the whole study learns from all,
# for new recordings alone: nobody is left to be mapped or restored.
MODELS = [] if crosses_only(config) else list(config["encoders"])
LEARNT_BY = (
    "<results>/final_split.tsv" if crosses_only(config) else "<results>/split.tsv"
)
RESTORING = restoring({name: config["encoders"][name] for name in MODELS})
WRITTEN = exported({name: config["encoders"][name] for name in MODELS})
# An encoder's files for other tools, by what they end with.
EXPORTS = {
    ending: f"<results>/encoder/{{model}}/encoder.{ending}"
    for ending in config["networks"]["export"]
}


COLOUR_MAP = config["figures"]["colour_map"] or config["png"]["colour_map"]
LOOK = {
    key: value
    for key, value in config["figures"].items()
    if key not in ("formats", "colour_map")
}


pathvars:
    results=f"results/{config['study']}",
    logs="<results>/logs",
    benchmarks="<results>/benchmarks",


def names(section, **wanted):
    """Name the entries of a part of the config that have the wanted values."""
    return [
        name
        for name, entry in config[section].items()
        if all(entry.get(key) == value for key, value in wanted.items())
    ]


def one_of(options):
    """Return a wildcard's constraint to some names; with none of them nothing matches."""
    return "|".join(map(re.escape, options)) or "(?!)"


wildcard_constraints:
    shard=one_of(SHARDS),
    fold=r"\d+",
    block=r"\d+",
    assignment=one_of(ASSIGNMENTS),
    image=one_of(config["images"]),
    model=one_of(config["encoders"]),
    name=one_of(config["classifiers"]),
    table=one_of(config["features"]),
    label=one_of(config["labels"]),
