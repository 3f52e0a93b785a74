"""Charts of W&B that were saved as a table: a column a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from losstui.errors import UnreadableLog
from losstui.frame import Frame, Series
from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui_parsers.delimited import Delimited
from losstui_parsers.dialect import split_line
from losstui_parsers.plain_text import why_no_data

_SEPARATOR = " - "
_BOUNDS = ("__MIN", "__MAX")  # of the values that one point of the chart stands for
_PRIVATE = "_"  # the axes of the run, `_step` and the like


class WandbChart:
    """A chart downloaded from W&B as CSV: the columns `RUN - TAG`, `RUN - TAG__MIN` and `RUN - TAG__MAX`.

    Each run of the chart is a run. The smallest and the largest value of what a point stands for are left
    out: they differ from it only where the chart was sampled.
    """

    name: ClassVar[str] = "wandb-chart"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the columns are those of a chart with several runs."""
        if why_no_data(file) or file.path.suffix.lower() != ".csv":
            return None
        names = split_line(file.text.partition("\n")[0].rstrip("\r"), ",")[1:]
        measured = [name for name in names if not name.endswith(_BOUNDS)]
        if not measured or any(_SEPARATOR not in name for name in measured):
            return None
        bounds = {name + bound for name in measured for bound in _BOUNDS}
        return "columns of a W&B chart" if bounds <= set(names) else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file holds the runs of one chart."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the runs of one chart."""
        runs: list[LoggedRun] = []
        for table in Delimited().read(group):
            series_of: dict[str, list[Series]] = {}
            for one in table.frame.values():
                run, separator, tag = one.tag.rpartition(_SEPARATOR)
                if separator and not tag.endswith(_BOUNDS) and not tag.startswith(_PRIVATE):
                    series_of.setdefault(run, []).append(replace(one, tag=tag))
            runs.extend(replace(table, frame=Frame(series), name=run) for run, series in series_of.items())
        if not runs:
            raise UnreadableLog(str(group.label), "no curve: no run of the chart has a number")
        return runs
