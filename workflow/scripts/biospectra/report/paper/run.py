"""What a run left behind, as the texts of a paper read it."""

from dataclasses import dataclass, field
from functools import cached_property

from biospectra.report.paper.document import plain
from biospectra.report.paper.references import physionet_databases


@dataclass
class Run:
    """A finished study.

    Parameters
    ----------
    summary, provenance : dict
        summary.json and provenance.json.
    recordings : list of dict
        A row for each channel of each recording that was used: recording, channel, labels,
        subject, database, session, duration_s, native_rate_hz, units, segments, rejected, remarks.
    people : dict of str to int
        People in each split.
    """

    summary: dict
    provenance: dict
    recordings: list[dict]
    people: dict[str, int] = field(default_factory=dict)

    @cached_property
    def config(self) -> dict:
        """The study's config, with all defaults."""
        return self.provenance["config"]

    @cached_property
    def databases(self) -> list[str]:
        """The databases of the recordings that were used."""
        return sorted({plain(row["database"]) for row in self.recordings})

    @cached_property
    def on_physionet(self) -> dict[str, str]:
        """Database and version of each source on PhysioNet."""
        return physionet_databases([row["source"] for row in self.provenance["recordings"]])

    @cached_property
    def used(self) -> set[str]:
        """The recordings that were used, each once however many channels it has."""
        return {row["recording"] for row in self.recordings}

    @cached_property
    def subjects(self) -> set[str]:
        """The people who were recorded."""
        return {row["subject"] for row in self.recordings}

    @cached_property
    def rejected_segments(self) -> dict[str, int]:
        """Segments that were rejected, of all classes, by reason."""
        found: dict[str, int] = {}
        for own in self.summary["classes"].values():
            for reason, count in own["rejected"].items():
                found[reason] = found.get(reason, 0) + count
        return found

    @property
    def segments(self) -> int:
        """Segments of all classes, rejected ones included."""
        return sum(own["segments"] for own in self.summary["classes"].values())

    def in_split(self, split: str) -> int:
        """Count the segments of a split."""
        return sum(own["split"].get(split, 0) for own in self.summary["classes"].values())

    def evaluations(self) -> set[str]:
        """Name how the classifiers and targets were evaluated."""
        scored = [*self.summary["classifiers"].values()]
        scored += (self.summary.get("targets") or {}).values()
        return {scores["evaluation"] for scores in scored}

    def overlap(self) -> str:
        """Say whether segments shared samples; an empty text where they did not."""
        settings = self.config["segments"]
        if settings["around"] is not None:
            return "could overlap where events are close"
        steps = [settings["step_s"], *settings["step_s_by_label"].values()]
        return "overlapped" if min(steps) < settings["window_s"] else ""
