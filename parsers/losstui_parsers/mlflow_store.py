"""MLflow: the folder `mlruns` with a file a metric, and the SQLite database `mlflow.db`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.mlflow_database import FINISHED, failure, is_database, read_database
from losstui_parsers.plain_text import read_text, why_no_data
from losstui_parsers.tracker_parameters import plain_yaml, side_text, text_parameter
from losstui_parsers.tracker_series import Points, has_curve, run_of_points, why_no_curve

METRICS = "metrics"
PARAMETERS = "params"
META = "meta.yaml"
MILLISECONDS = 1e-3  # s
_RUN_MARKS = (META, PARAMETERS, "tags", "artifacts")
_MOST_PARAMETERS = 2_000  # files; a run with more was given its data, not its settings
# Milliseconds, value, and since MLflow 1 the step, since 3 the name and digest of the data set.
_LINE = re.compile(rb"\d{9,17} [-+.\w]{1,40}( -?\d{1,19}( \S+ \S+)?)?\r?\n")
_STATUS = {"3": FINISHED, "4": "FAILED", "5": "KILLED"}  # as the file storage writes it


class MlflowStore:
    """MLflow: the metrics below `mlruns/` and the database `mlflow.db`.

    Names, settings and the status come from `meta.yaml` and `params/`, or from the database, which is
    opened for reading alone. A metric that was logged without steps has all its values at one step: they
    are numbered. A run whose metrics have one value each has no curve. Deleted runs are left out.
    """

    name: ClassVar[str] = "mlflow"

    def recognise(self, file: LogFile) -> str | None:
        """Say that a file is a metric below a run's folder, or the database of a tracking server."""
        if is_database(file):
            return "an SQLite database with MLflow's tables"
        run = _run_folder(file.path)
        if run is None or run.name.startswith("m-"):  # a logged model repeats the metrics of its run
            return None
        if why_no_data(file):
            return "an MLflow run's folder" if os.path.isfile(run / META) else None
        return "lines of time, value and step in a folder 'metrics'" if _LINE.match(file.head) else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The metrics of one run's folder are one run; a database is by itself."""
        groups: dict[Path, list[LogFile]] = {}
        for file in files:
            groups.setdefault(_run_folder(file.path) or file.path, []).append(file)
        return [FileGroup(label, tuple(members)) for label, members in groups.items()]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run of a folder, or the runs of a database."""
        if _run_folder(group.files[0].path) is None:
            return read_database(group.files[0])
        return [_read_folder(group)]


def _run_folder(path: Path) -> Path | None:
    """The folder of the run that the metric in `path` belongs to, None where it is in no `metrics`.

    A metric may be called "metrics/loss": of several such folders the run's is the one with its marks
    beside it, else the innermost.
    """
    found = _above_metrics(path) or _above_metrics(Path(os.path.abspath(path)))
    marked = (run for run in found if any(os.path.exists(run / mark) for mark in _RUN_MARKS))
    return next(marked, found[0]) if found else None


def _above_metrics(path: Path) -> list[Path]:
    if METRICS not in path.parts:  # as in almost all files that are looked at
        return []
    return [parent.parent for parent in path.parents if parent.name == METRICS]


def _read_folder(group: FileGroup) -> LoggedRun:
    run = _run_folder(group.files[0].path) or group.label
    warnings: list[str] = []
    series: dict[str, Points] = {}
    for file in group.files:
        relative = Path(os.path.abspath(file.path)).relative_to(Path(os.path.abspath(run)) / METRICS)
        nothing = why_no_data(file)
        if nothing:
            warnings.append(f"{relative.as_posix()}: {nothing}")
            continue
        try:
            series.update(_read_metric(file.path, relative.as_posix(), warnings))
        except UnreadableLog as error:
            warnings.append(f"{relative.as_posix()}: {error.reason}")
    if not has_curve(series):
        reason = warnings[0] if warnings and not series else why_no_curve(series)
        raise UnreadableLog(str(group.label), reason)
    meta = plain_yaml(side_text(run / META) or "")
    status = meta.get("status", "")
    status = _STATUS.get(status, status)
    return run_of_points(
        series,
        name=meta.get("run_name", ""),
        hyperparameters=dict(_parameters(run / PARAMETERS)),
        warnings=warnings,
        finished=status == FINISHED,
        cause=failure(META, status),
    )


def _read_metric(path: Path, tag: str, warnings: list[str]) -> dict[str, Points]:
    """The points of one metric; those on several data sets are told apart by the names of these.

    A last line without an end is still being written and left out.
    """
    by_data: dict[str, Points] = {}
    bad: list[int] = []
    lines = read_text(path).split("\n")[:-1]
    for number, line in enumerate(lines, 1):
        cells = line.split()
        try:
            wall, value = float(cells[0]) * MILLISECONDS, float(cells[1])
            step = float(cells[2]) if len(cells) > 2 else 0.0
        except (ValueError, IndexError):
            if cells:
                bad.append(number)
            continue
        data = cells[3] if len(cells) > 3 else ""
        by_data.setdefault(data, Points()).add(step, value, wall)
    if bad:
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        warnings.append(f"{tag}: line {bad[0]} is no time, value and step; left out{more}")
    apart = len(by_data) > 1
    return {f"{tag}/{data}" if data and apart else tag: points for data, points in by_data.items()}


def _parameters(folder: Path) -> Iterator[tuple[str, object]]:
    """The settings of a run: one small file each, in folders where the name has slashes."""
    count = 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > _MOST_PARAMETERS:
                return
            path = Path(parent, name)
            text = side_text(path)
            if text is not None:
                yield path.relative_to(folder).as_posix(), text_parameter(text)
