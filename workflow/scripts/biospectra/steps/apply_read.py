"""New recordings, fetched, cleaned and resampled as a trained study did it."""

from pathlib import Path

from biospectra.errors import StudyError
from biospectra.study.trained import native_bands_file, read_settings

UNKNOWN = {"label": "unknown", "database": "new"}


def complete_row(row: dict) -> dict:
    """Return a recording's row with every column that reading asks for."""
    optional = ("start_s", "duration_s", "rate_hz", "units", "gain", "variable", "sha256", "split")
    optional += ("annotator", "on_short_file", "bad_channels")
    whole = dict.fromkeys(optional) | UNKNOWN | {"subject": row["recording"]}
    return whole | {key: value for key, value in row.items() if value is not None}


def apply_read(
    recordings: list[dict],
    model: str | Path,
    folder: str | Path,
    output: str | Path,
    *,
    cache: str | Path,
    table: str | Path | None = None,
    **sources: str,
) -> None:
    """Fetch, clean and resample recordings as the study did.

    Parameters
    ----------
    recordings : list of dict
        Rows with recording, source and channel, and other columns of the table.
    model : path
        Folder of the trained model.
    folder : path
        Gets the original files.
    output : path
        HDF5 file as of `biospectra.steps.resample.resample_shard`.
    cache : path
        Folder where downloads are kept.
    table : path or None
        As for `biospectra.steps.download.download_shard`.
    sources : str
        Other settings of `biospectra.sources.fetch.fetch`, such as physionet_base.
    """
    from biospectra.steps.download import download_shard
    from biospectra.steps.resample import resample_shard

    rows = [complete_row(row) for row in recordings]
    download_shard(rows, folder, cache=cache, table=table, on_bad_recording="stop", **sources)
    settings = read_settings(model)
    band = native_bands_file(model, settings)
    cleaning = dict(settings["resample"])
    cleaning.pop("common_band")
    resample_shard(
        rows,
        folder,
        output,
        Path(folder) / "left_out.tsv",
        rate_hz=cleaning.pop("rate_hz"),
        scale=cleaning.pop("scale"),
        cleaning=cleaning,
        band=band,
        with_events=settings["segments"].get("around") is not None,
        on_bad_recording="stop",
    )
    if settings["resample"]["scale"] == "physical":
        _check_units(output, settings["units"])


def _check_units(resampled: str | Path, known: list[str]) -> None:
    """Refuse recordings whose values mean something else than those of the training.

    Parameters
    ----------
    resampled : path
        HDF5 file of the recordings.
    known : list of str
        The units of the study's recordings; none where they are not known.

    Raises
    ------
    StudyError
        Naming the recordings, their units, and how to say which they are.
    """
    from biospectra.store.resampled import attributes, resampled_recordings

    units = attributes(resampled_recordings(resampled)).set_index("recording")["units"]
    other = units[~units.isin(known)]
    if known and len(other):
        listed = ", ".join(f"{name} ({unit})" for name, unit in other.items())
        raise StudyError(
            f"apply: units of {listed}: the model learnt from values in {', '.join(known)}, on "
            "their own scale; say the units, and the gain if need be, in a table's columns or as "
            "options: units=mV gain=200 after --config, or --units mV --gain 200."
        )
