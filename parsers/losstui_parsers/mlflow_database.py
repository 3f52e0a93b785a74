"""MLflow's SQLite database: all runs of a tracking server in one file."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui.wording import counted
from losstui_parsers.sqlite_files import columns_of, is_sqlite, open_read_only, rows_of
from losstui_parsers.tracker_parameters import distinct_names, text_parameter
from losstui_parsers.tracker_series import Points, has_curve, run_of_points

if TYPE_CHECKING:
    import sqlite3

MILLISECONDS = 1e-3  # s
FINISHED = "FINISHED"
_FAILED = frozenset(("FAILED", "KILLED"))
_COLUMNS = frozenset(("key", "value", "timestamp", "step", "run_uuid", "is_nan"))
_MOST_TOLD = 3  # runs without a curve that are named

# run -> metric -> points
_Metrics = dict[str, dict[str, Points]]


def is_database(file: LogFile) -> bool:
    """Whether the file is a database with MLflow's table of metrics, or any by MLflow's own name."""
    if not is_sqlite(file):
        return False
    return columns_of(file, "metrics") >= _COLUMNS or file.path.name == "mlflow.db"


def read_database(file: LogFile) -> list[LoggedRun]:
    """The runs that have a curve and are not deleted, by name.

    Raises UnreadableLog where there is none.
    """
    path = str(file.path)
    if not columns_of(file, "metrics") >= _COLUMNS:
        raise UnreadableLog(path, "no MLflow database: its table 'metrics' is missing or damaged")
    with open_read_only(file) as connection:
        warnings: list[str] = []
        metrics = _metrics(connection, file.path.name, warnings)
        runs = _runs(connection)
        parameters = _parameters(connection)
    deleted = {run for run, (_, _, stage) in runs.items() if stage == "deleted"}
    kept = {run: series for run, series in metrics.items() if run not in deleted}
    statuses = {run: status for run, (_, status, _) in runs.items()}
    names = distinct_names({run: runs[run][0] if run in runs else "" for run in kept})
    flat = [names[run] for run, series in kept.items() if not has_curve(series)]
    if len(flat) == len(kept):
        raise UnreadableLog(path, _why_nothing(len(kept), len(deleted), warnings))
    if flat:
        more = ", …" if len(flat) > _MOST_TOLD else ""
        warnings.append(
            f"{file.path.name}: no curve in {counted(len(flat), 'run')}: {', '.join(flat[:_MOST_TOLD])}{more}"
        )
    return [
        run_of_points(
            series,
            name=names[run],
            hyperparameters=parameters.get(run),
            warnings=warnings,
            finished=statuses.get(run) == FINISHED,
            cause=failure(file.path.name, statuses.get(run, "")),
        )
        for run, series in kept.items()
        if has_curve(series)
    ]


def failure(file: str, status: str) -> str:
    """Why a run failed, by its `status` in `file`; empty where it did not fail."""
    return f"{file}: its status is {status}" if status in _FAILED else ""


def _why_nothing(runs: int, deleted: int, warnings: Sequence[str]) -> str:
    if warnings:
        return f"no curve: {warnings[0]}"
    gone = f" (and {deleted} deleted)" if deleted else ""
    return f"no curve: no metric of more than one value in {counted(runs, 'run')}{gone}"


def _metrics(connection: sqlite3.Connection, file: str, warnings: list[str]) -> _Metrics:
    """All points; of a damaged database those before the damage."""
    found: _Metrics = {}
    damages: list[str] = []
    bad = 0
    query = "SELECT run_uuid, key, timestamp, step, value, is_nan FROM metrics"
    for run, key, wall, step, value, is_nan in rows_of(connection, query, damages):
        number = _number(value, bool(is_nan))
        if number is None or not isinstance(wall, (int, float)) or not isinstance(step, (int, float)):
            bad += 1
            continue
        points = found.setdefault(str(run), {}).setdefault(str(key), Points())
        points.add(step, number, wall * MILLISECONDS)
    kept = "; the values before that are kept" if found else ""
    warnings.extend(f"{file}: {damage}{kept}" for damage in damages)
    if bad:
        warnings.append(f"{file}: {counted(bad, 'row')} of the table 'metrics' without a number; left out")
    for series in found.values():
        for points in series.values():
            _in_order(points)
    return found


def _number(value: object, is_nan: bool) -> float | None:
    """MLflow keeps NaN as 0 with a flag, and an infinity as the largest number there is."""
    if is_nan:
        return math.nan
    if not isinstance(value, (int, float)):
        return None
    return math.copysign(math.inf, value) if abs(value) >= sys.float_info.max else float(value)


def _in_order(points: Points) -> None:
    """The table has no order of its own: by time, and by step at one time."""
    rows = sorted(zip(points.walls, points.steps, points.values, strict=True), key=lambda row: row[:2])
    points.walls, points.steps, points.values = ([row[column] for row in rows] for column in range(3))


def _runs(connection: sqlite3.Connection) -> dict[str, tuple[str, str, str]]:
    """Name, status and stage of each run, as far as they can be read."""
    known = {str(row[1]) for row in rows_of(connection, "PRAGMA table_info(runs)", [])}
    wanted = [column if column in known else "''" for column in ("name", "status", "lifecycle_stage")]
    rows = rows_of(connection, f"SELECT run_uuid, {', '.join(wanted)} FROM runs", [])
    return {
        str(run): (str(name or ""), str(status or ""), str(stage or "")) for run, name, status, stage in rows
    }


def _parameters(connection: sqlite3.Connection) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for run, key, value in rows_of(connection, "SELECT run_uuid, key, value FROM params ORDER BY key", []):
        found.setdefault(str(run), {})[str(key)] = text_parameter(str(value))
    return found
