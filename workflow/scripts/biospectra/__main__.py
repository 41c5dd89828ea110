"""The library's command: `new` makes a study, `check` looks it over, `apply` uses its model.

`derivative` writes a study's features and predictions as a BIDS derivative.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TextIO

from biospectra.errors import RecordingError, StudyError
from biospectra.job import kept_in, progress, tell

_NEW = """\
Find recordings, look into each, and write config/STUDY/recordings.tsv and config.yaml.

  biospectra new my_recordings --study walking
  biospectra new my_recordings --study walking --pattern '{label}/{subject}_{session}.edf'
  biospectra new my_dataset --study walking                  # BIDS
  biospectra new physionet:mitdb/1.0.0 --study beats --label annotation
  biospectra new s3://openneuro.org/ds002778/ --study parkinson
"""

_APPLY = """\
Apply a trained model to new recordings: classes, novelty, place on its map.

  biospectra apply results/default/model/convolutional recording.edf
  biospectra apply results/default/model/convolutional new/ --output said
  biospectra apply results/default/model/convolutional *.txt --rate-hz 250 --units mV
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("biospectra", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    new = commands.add_parser(
        "new",
        help="make a study of a folder, a BIDS dataset, a bucket or a database of PhysioNet",
        description=_NEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = new.add_argument
    add("place", metavar="PLACE", help="a folder, physionet:DATABASE/VERSION, s3://BUCKET/PATH/")
    add("--study", required=True, metavar="NAME", help="what the study is called")
    add("--pattern", help="of paths: {label}/{subject}_{session}.edf; {} is anything")
    add("--label", metavar="FIELD", help="what the class is: folder1, name2, a column, annotation")
    add("--subject", metavar="FIELD", help="who the person is; folder1+name1 joins, file is each")
    add("--labels", nargs="+", default=[], metavar="VALUE[=NAME]", help="classes to take, in order")
    add("--table", type=Path, metavar="FILE", help="a table with more about files or people")
    add(
        "--channel",
        nargs="+",
        default=[],
        metavar="NAME",
        help="names, numbers or patterns: 'EEG *'",
    )
    add("--signal", metavar="KIND", help="ecg, eeg, sleep, emg, ... where the names do not say")
    add("--rate-hz", type=float, metavar="HZ", help="for files that do not state it")
    add("--units", help="for files that do not state it")
    add("--database", metavar="NAME", help="what the collection is called")
    add("--update", action="store_true", help="add new files to a study, and fill empty cells")
    add("--configs", type=Path, default=Path("config"), metavar="FOLDER", help="where studies are")
    add("--physionet-mirror", metavar="BASE", help="an address or folder laid out like PhysioNet's")
    _add_apply(commands)
    check = commands.add_parser(
        "check", help="check a study's config, table and files, and list every problem"
    )
    check.add_argument(
        "config",
        type=Path,
        nargs="+",
        metavar="CONFIG",
        help="config/NAME/config.yaml; of several, later ones override earlier ones",
    )
    derivative = commands.add_parser(
        "derivative", help="write a study's features and predictions as a BIDS derivative"
    )
    derivative.add_argument("results", type=Path, metavar="RESULTS", help="results/STUDY")
    derivative.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="the derivative, such as my_dataset/derivatives/biospectra (default: "
        "RESULTS/derivative)",
    )
    return parser


def _add_apply(commands) -> None:
    apply = commands.add_parser(
        "apply",
        help="classify new recordings by a trained model",
        description=_APPLY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = apply.add_argument
    add("model", type=Path, metavar="MODEL", help="results/STUDY/model/NAME, or a copy of it")
    add(
        "places",
        nargs="+",
        metavar="FILE",
        help="recordings, folders, patterns, a table, a BIDS dataset, physionet:DATABASE/VERSION, "
        "s3://BUCKET/PATH/",
    )
    add(
        "--output",
        type=Path,
        default=Path("applied"),
        metavar="FOLDER",
        help="gets report.html, recordings.tsv, segments.tsv and the map (default: applied)",
    )
    add("--channel", metavar="NAME", help="name, number or pattern; left out, as in the training")
    add("--rate-hz", type=float, metavar="HZ", help="for files that do not state it")
    add("--units", help="for files that do not state it")
    add("--gain", type=float, metavar="G", help="counts per unit")
    add("--variable", metavar="NAME", help="array, path or device, in files of several")
    add("--start-s", type=float, metavar="S", help="where to start")
    add("--duration-s", type=float, metavar="S", help="how much to take")
    add("--bad-channels", metavar="NAMES", help="channels to leave out of patterns: 'Fp1;Fp2'")
    add("--label", metavar="CLASS", help="the class, for models cleaned by class")
    add("--subject", metavar="PERSON", help="whose recordings these are")
    add("--physionet-mirror", metavar="BASE", help="an address or folder laid out like PhysioNet's")


def main(arguments: list[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    given = _parser().parse_args(arguments)
    try:
        return _COMMANDS[given.command](given)
    except (StudyError, RecordingError) as error:
        print(f"Error: {error}", file=sys.stderr)
    except OSError as error:
        if error.filename is None:
            raise
        print(f"Error: {error.filename}: {error.strerror}", file=sys.stderr)
    except ModuleNotFoundError as error:
        extras = "all" if given.command == "apply" else "formats,learning,workflow"
        needs = f"pip install 'biospectra[{extras}]'"
        print(f"Error: {error.name} is not installed; {needs}", file=sys.stderr)
    return 1


def _watch(steps, total: int):
    return progress(steps, total=total, unit="files", every_s=0.2, log=False)


def _new(given: argparse.Namespace) -> int:
    from biospectra.study.new.made import Wishes
    from biospectra.study.new.make import make_study
    from biospectra.study.new.printed import report

    named = {"label": given.label, "subject": given.subject}
    wishes = Wishes(
        given.place,
        given.study,
        pattern=given.pattern,
        fields={column: name for column, name in named.items() if name},
        labels=given.labels,
        table=given.table,
        channels=given.channel,
        signal=given.signal,
        rate_hz=given.rate_hz,
        units=given.units,
        database=given.database,
        update=given.update,
        configs=given.configs,
        mirror=given.physionet_mirror,
    )
    print(report(make_study(wishes, _watch), wishes))
    return 0


def _apply(given: argparse.Namespace) -> int:
    from biospectra.report.terminal import drift_line
    from biospectra.steps.apply import (
        APPLIED_DRIFT,
        APPLIED_PAGE,
        APPLIED_TABLES,
        apply_model,
    )
    from biospectra.study.new_recordings import READING_FACTS, new_table

    facts = {
        name: getattr(given, name) for name in READING_FACTS if getattr(given, name) is not None
    }
    with _log_of(given.output) as log, kept_in(log):
        apply_model(
            given.model,
            given.places,
            given.output,
            mirror=given.physionet_mirror,
            tell=tell,
            **facts,
        )
    print(f"\n{new_table(given.output / APPLIED_TABLES[1])}")
    print(f"{drift_line(given.output / APPLIED_DRIFT)}\nMore in {given.output / APPLIED_PAGE}.")
    return 0


@contextmanager
def _log_of(output: Path) -> Iterator[TextIO]:
    """Give the log of a folder, which stays as it was, or away, where all comes to nothing."""
    nearest = next(one for one in (output, *output.parents) if one.exists())
    if not nearest.is_dir():
        raise StudyError(f"--output {output}: {nearest} is a file; name a folder.")
    if not os.access(nearest, os.W_OK):
        raise StudyError(f"--output {output}: {nearest} is not writable; name another.")
    with NamedTemporaryFile("w+", suffix=".txt") as log:
        yield log
        log.flush()
        shutil.copyfile(log.name, output / "log.txt")


def _check(given: argparse.Namespace) -> int:
    from biospectra.study.look_over import look_over, looked_over_text

    seen = look_over(given.config, watch=_watch)
    print(looked_over_text(seen, " ".join(map(str, given.config))))
    return 1 if seen.problems else 0


def _derivative(given: argparse.Namespace) -> int:
    from biospectra.steps.bids_derivative import write_derivative

    written = write_derivative(given.results, given.output or given.results / "derivative")
    print(f"{written}: features and predictions as a BIDS derivative; see docs/how_to/bids.md.")
    return 0


_COMMANDS = {"new": _new, "check": _check, "apply": _apply, "derivative": _derivative}

if __name__ == "__main__":
    sys.exit(main())
