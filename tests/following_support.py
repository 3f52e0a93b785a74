"""What someone who follows runs as they are written knows of them, held against a first look."""

from __future__ import annotations

from pathlib import Path

from losstui.analysis import LogError, Options, RunReport, analyse
from losstui.following import Following
from same_frames import assert_same_frame


class Screen:
    """What someone who is shown every outcome knows of the runs."""

    def __init__(self, *paths: Path, options: Options | None = None) -> None:
        self.following = Following(paths, options or Options(), look_every=0)
        self.reports: dict[str, RunReport] = {}
        self.errors: list[LogError] = []
        self.take(list(self.following.first()))

    def poll(self) -> set[str]:
        """Take in what is new; the ids of the runs it is about."""
        return self.take(self.following.poll())

    def take(self, outcomes: list[RunReport | LogError]) -> set[str]:
        """Take in those outcomes; the ids of the runs among them."""
        reports = {one.run.id: one for one in outcomes if isinstance(one, RunReport)}
        self.errors += [one for one in outcomes if isinstance(one, LogError)]
        self.reports.update(reports)
        return set(reports)

    def assert_as_fresh(self, *paths: Path) -> None:
        """Assert that the runs there are now are those of a first look, with the same findings."""
        fresh = {one.run.id: one for one in analyse(paths) if isinstance(one, RunReport)}
        assert self.following.run_ids == set(fresh)
        for run_id, expected in fresh.items():
            found = self.reports[run_id]
            assert_same_frame(found.run.frame, expected.run.frame)
            assert found.findings == expected.findings
            assert found.checks == expected.checks
            assert found.run.sources == expected.run.sources
            assert found.run.warnings == expected.run.warnings


def table(rows: int, columns: str = "step,loss") -> str:
    """The text of a CSV with so many rows, whose other columns fall from step to step."""
    width = columns.count(",")
    return columns + "\n" + "".join(f"{i}" + f",{1 / (i + 1)}" * width + "\n" for i in range(rows))
