"""The table's rows that jobs are given, and the files that they name."""

from biospectra.study.recordings import HAS_LOGIN


def with_settings(rows):
    """Add to rows what the config says for all of them."""
    return [row | {"on_short_file": config["on_short_file"]} for row in rows]


def shard_rows(*columns):
    """Return the function that gives some columns of a shard's rows of the table."""

    def rows(wildcards):
        return with_settings(ROWS.of(wildcards.shard, columns))

    return rows


def all_rows(*columns):
    """Return the function that gives some columns of the whole table."""

    def rows(wildcards):
        return with_settings(ROWS.everything(columns))

    return rows


def table_rows(wildcards):
    """List the table's rows as they stand there."""
    return ROWS.everything(name for name in ROWS.columns if name != HAS_LOGIN)


def shard_sources(wildcards):
    """List where a shard's recordings are, and what annotates them."""
    rows = ROWS.of(wildcards.shard, ("source", "annotator"))
    return [tuple(row.values()) for row in rows]


def local_files(wildcards):
    """List the files of a shard's recordings that lie on this machine."""
    return input_files(shard_sources(wildcards), config["physionet_mirror"])


def local_stamps(wildcards):
    """List sizes and times of the files of a shard's recordings that lie on this machine."""
    return input_stamps(shard_sources(wildcards), config["physionet_mirror"])


def fetched_mb(shard):
    """List the sizes in MB of a shard's original files, as far as they are fetched.

    A storage tells only of all together.
    """
    if stored := stored_object(f"<results>/recordings/{shard}"):
        return [stored.size() / 1e6] if stored.exists() else []
    folder = path_of(f"<results>/recordings/{shard}")
    return [file.stat().st_size / 1e6 for file in folder.rglob("*") if file.is_file()]


def shard_mb(wildcards):
    """Return the size of a shard's original files, by which its steps' times go."""
    return sum(fetched_mb(wildcards.shard))


def largest_mb(wildcards):
    """Return the size of a shard's largest file, or of all shards': a recording is read whole."""
    shards = [wildcards.shard] if "shard" in wildcards.keys() else SHARDS
    return max((size for shard in shards for size in fetched_mb(shard)), default=0)


ORIGINAL = ("recording", "source", "sha256", "start_s", "duration_s", "annotator")
READING = (*ORIGINAL, "channel", "bad_channels", "rate_hz", "units", "gain", "variable")
DESCRIBED = (*READING, "label", "subject", "database", *config["columns"])


def given_splits(wildcards):
    """Return the split of each subject to which the table gives one."""
    rows = ROWS.everything(("subject", "split"))
    return {row["subject"]: row["split"] for row in rows if row["split"] is not None}
