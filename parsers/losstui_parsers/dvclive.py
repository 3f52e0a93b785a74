"""DVCLive: a folder with a small table a metric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.columns import number
from losstui_parsers.plain_text import read_text, why_no_data
from losstui_parsers.tracker_parameters import (
    flat_parameters,
    side_object,
    side_text,
    yaml_parameters,
)
from losstui_parsers.tracker_series import Points, has_curve, run_of_points, why_no_curve
from losstui_parsers.wall_times import wall_seconds

_METRICS = ("metrics", "scalars")  # how the folder below DVCLive's own is called: now, and before version 1
_PLOTS = "plots"
_OWN_NAME = "dvclive"
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?(timestamp\t)?step\t([^\t\r\n]+)\r?\n")


class Dvclive:
    """DVCLive: the tables below `plots/metrics/`, one run a folder.

    Settings come from `params.yaml` and `params.json`; `metrics.json`, the last values, is not read.
    """

    name: ClassVar[str] = "dvclive"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the columns are the step and the file's own name, in a folder as DVCLive makes it."""
        if file.path.suffix != ".tsv":
            return None
        header = _HEADER.match(file.head)
        if header is None:
            made = why_no_data(file) and file.path.parent.match(f"{_PLOTS}/{_METRICS[0]}")
            return "its folder" if made else None
        if header.group(2).decode("utf-8", errors="replace") != file.path.stem or _root(file.path) is None:
            return None
        return f"columns step, {file.path.stem}"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The tables of one folder of DVCLive are one run."""
        groups: dict[Path, list[LogFile]] = {}
        for file in files:
            groups.setdefault(_run_folder(file.path), []).append(file)
        return [FileGroup(label, tuple(members)) for label, members in groups.items()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read all metrics of the run."""
        warnings: list[str] = []
        series: dict[str, Points] = {}
        for file in group.files:
            tag = file.path.relative_to(_root(file.path) or file.path.parent).with_suffix("").as_posix()
            nothing = why_no_data(file)
            if nothing:
                warnings.append(f"{tag}.tsv: {nothing}")
                continue
            try:
                series[tag] = _read_table(file, tag, warnings)
            except UnreadableLog as error:
                warnings.append(f"{tag}.tsv: {error.reason}")
        if not has_curve(series):
            raise UnreadableLog(
                str(group.label), warnings[0] if warnings and not series else why_no_curve(series)
            )
        folder = _run_folder(group.files[0].path)
        return [run_of_points(series, hyperparameters=_parameters(folder), warnings=warnings)]


def _root(path: Path) -> Path | None:
    """The folder that the name of the metric counts from, None where no folder is one of DVCLive's."""
    named = [parent for parent in path.parents if parent.name in _METRICS]
    plots = [parent for parent in named if parent.parent.name == _PLOTS]
    own = [parent for parent in path.parents if parent.name == _OWN_NAME]
    return next(iter((*plots, *named, *own)), None)


def _run_folder(path: Path) -> Path:
    root = _root(path) or path.parent
    if root.name not in _METRICS:
        return root
    return root.parent.parent if root.parent.name == _PLOTS else root.parent


def _read_table(file: LogFile, tag: str, warnings: list[str]) -> Points:
    """The points of one table. A last line without an end is still being written and left out."""
    header = _HEADER.match(file.head)
    timed = header is not None and header.group(1) is not None
    points = Points()
    bad: list[int] = []
    for index, line in enumerate(read_text(file.path).split("\n")[1:-1], 2):
        cells = line.rstrip("\r").split("\t")
        if not cells[-1].strip():  # logged as missing
            continue
        numbers = [number(cell) for cell in cells]
        step, value = numbers[-2:] if len(cells) == 2 + timed else (None, None)
        if step is None or value is None:
            bad.append(index)
            continue
        wall = numbers[0] if timed else None
        points.add(step, value, float("nan") if wall is None else wall)
    if bad:
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        warnings.append(f"{tag}.tsv: line {bad[0]} is no step and value; left out{more}")
    walls = wall_seconds(np.array(points.walls, np.float64))
    points.walls = [float("nan")] * len(points) if walls is None else [float(wall) for wall in walls]
    return points


def _parameters(folder: Path) -> dict[str, object]:
    """What `log_params` wrote beside the plots."""
    settings = yaml_parameters(side_text(folder / "params.yaml") or "")
    return {**settings, **flat_parameters(side_object(folder / "params.json"))}
