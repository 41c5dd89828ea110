"""What a run does before its first job and after its last."""

from biospectra.job import processors
from biospectra.report.terminal import table as summary_table
from biospectra.study.check_files import check_before_run
from biospectra.study.recordings import shard_of
from biospectra.words import number_of


def look_into_files():
    """Refuse a run of which files that are still to be read are not as the table says."""
    problems, notes = check_before_run(
        [
            row | {"shard": shard_of(row["recording"], config["shards"])}
            for row in with_settings(table_rows(None))
        ],
        config,
        made=lambda shard: path_of(f"<results>/resampled/{shard}.h5"),
        cache=path_of("<results>/looked_into.txt"),
        processes=processors_given(),
    )
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        several = number_of(len(problems), "problem")
        raise WorkflowError(f"{several} in files, and nothing was run:{listed}")
    return notes


def processors_given():
    """Return how many processors the start of a run may use: those of jobs on this machine."""
    given = workflow.resource_settings
    limits = (given.cores, given.local_cores, processors())
    return min(limit for limit in limits if limit is not None)


def before_jobs(log=None):
    """Tell what was taken for what, and look into files."""
    for note in NOTES + look_into_files():
        print(f"{CONFIG_NAME}: {note}")


# Of a module snakemake does not call onstart; what the importing workflow has there goes first.
if not workflow.modifier.is_main_snakefile():
    START_OF_OTHERS = workflow._onstart

    def all_before_jobs(log):
        """Do what the importing workflow does at a run's start, and then what this one does."""
        START_OF_OTHERS(log)
        before_jobs()

    workflow._onstart = all_before_jobs


def show_summary():
    """Print the summary, if this run made one."""
    summary = fetched("<results>/summary.json")
    if summary.is_file():
        where = shown("<results>/summary.json")
        print(f"\n{summary_table(summary)}\n\nMore in {where} and beside it.")


def how_to_apply():
    """Say how `snakemake apply` is used, where it is not told to what."""
    models = ", ".join(model_names(config)) or "none, as the study learns nothing"
    return (
        "apply: to which recordings? Name a file, a folder, a pattern, a table or a BIDS dataset:\n"
        "  snakemake apply --cores 4 --config apply_to=recording.edf channel=II model=NAME\n"
        f"NAME is one of the study's models ({models}), or the folder of any; channel, rate_hz, "
        "units and gain are for what a file does not say. README.md shows more."
    )
