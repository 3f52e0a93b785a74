"""Sacred: the `metrics.json` of its file storage, with `run.json` and `config.json` beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import numpy as np

from losstui.errors import UnreadableLog
from losstui.frame import FloatArray
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui.sanitise import clean
from losstui.wording import counted
from losstui_parsers.columns import number
from losstui_parsers.json_text import JsonValue, as_object, load_prefix
from losstui_parsers.plain_text import is_text, read_text, shown, why_no_data
from losstui_parsers.rows import as_float
from losstui_parsers.stdout_lines.failures import LONGEST_CAUSE
from losstui_parsers.tables import labels_by_row
from losstui_parsers.tracker_parameters import flat_parameters, side_object
from losstui_parsers.tracker_series import Points, has_curve, run_of_points, why_no_curve
from losstui_parsers.wall_times import clock_of

FILE_NAME = "metrics.json"
STATE = "run.json"
_SIBLINGS = (STATE, "config.json")
_FAILED = frozenset(("FAILED", "INTERRUPTED", "TIMEOUT", "DIED"))


class Sacred:
    """Sacred's file storage: `metrics.json` with the settings from `config.json`.

    The moments are taken for UTC, as Sacred writes them; `run.json` says how the run ended.
    """

    name: ClassVar[str] = "sacred"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the object holds steps and values by metric, or that Sacred's other files are there."""
        named = file.path.name == FILE_NAME
        at_home = named and all(os.path.isfile(file.path.parent / name) for name in _SIBLINGS)
        if why_no_data(file) or file.head.strip() == b"{}":
            return f"the name {FILE_NAME} beside run.json" if at_home else None
        if not is_text(file.head) or file.head.lstrip()[:1] != b"{" or b'"steps"' not in file.head:
            return None
        members = as_object(load_prefix(file.text)[0]) or {}
        if not any(_is_metric(value) for value in members.values()):
            return None
        return "metrics with steps, timestamps and values"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file is a run, named by its folder."""
        return [
            FileGroup(file.path.parent if file.path.name == FILE_NAME else file.path, (file,))
            for file in files
        ]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the metrics of the run."""
        file = group.files[0]
        path = str(file.path)
        nothing = why_no_data(file)
        if nothing:
            raise UnreadableLog(path, nothing)
        text = read_text(file.path)
        warnings: list[str] = []
        value, damage = load_prefix(text)
        metrics = as_object(value)
        if damage is not None:
            if not metrics:
                raise UnreadableLog(path, damage)
            warnings.append(f"{file.path.name}: {damage}; what comes before it is kept")
        series = {tag: _points(tag, value, warnings) for tag, value in (metrics or {}).items()}
        if not has_curve(series):
            raise UnreadableLog(path, warnings[0] if warnings else why_no_curve(series))
        state = side_object(file.path.parent / STATE)
        config = side_object(file.path.parent / "config.json")
        run = run_of_points(
            series,
            hyperparameters=flat_parameters(config),
            warnings=warnings,
            finished=state.get("status") == "COMPLETED",
            cause=_failure(state),
        )
        return [run]


def _failure(state: Mapping[str, JsonValue]) -> str:
    """Why the run failed: the end of the traceback it keeps, else the status; empty if it did not."""
    status = state.get("status")
    if not isinstance(status, str) or status not in _FAILED:
        return ""
    lines = [line.strip() for line in _list(state, "fail_trace") if isinstance(line, str)]
    last = next((line for line in reversed(lines) if line), "")
    told = f"ends with: {last[:LONGEST_CAUSE]}" if last else f"its status is {status}"
    return clean(f"{STATE}: {told}")


def _is_metric(value: JsonValue) -> bool:
    members = as_object(value)
    return members is not None and isinstance(members.get("steps"), list)


def _points(tag: str, value: JsonValue, warnings: list[str]) -> Points:
    """The points of one metric: as many as its shortest list has, values that are no numbers left out."""
    members = as_object(value) or {}
    steps, values = _list(members, "steps"), _list(members, "values")
    whole = min(len(steps), len(values))
    if whole < max(len(steps), len(values)):
        found = f"{counted(len(steps), 'step')} and {counted(len(values), 'value')}; the first {whole} kept"
        warnings.append(f"{FILE_NAME}: metric {shown(tag)} has {found}")
    walls = _walls(_list(members, "timestamps"), whole)
    points, bad = Points(), 0
    for row in range(whole):
        logged = _number(values[row])
        step = _number(steps[row])
        if logged is None:
            bad += values[row] is not None
        else:
            points.add(float(row) if step is None else step, logged, float(walls[row]))
    if bad:
        warnings.append(f"{FILE_NAME}: metric {shown(tag)}: {counted(bad, 'value')} not a number; left out")
    return points


def _list(members: Mapping[str, JsonValue], name: str) -> list[JsonValue]:
    value = members.get(name)
    return cast("list[JsonValue]", value) if isinstance(value, list) else []


def _number(value: JsonValue) -> float | None:
    if isinstance(value, (int, float)):
        return as_float(value)
    if isinstance(value, str):
        return number(value)
    # numpy's numbers as Sacred pickles them into JSON: {"dtype": "float64", "value": 0.5, ...}
    inner = (as_object(value) or {}).get("value")
    return as_float(inner) if isinstance(inner, (int, float)) else None


def _walls(moments: Sequence[JsonValue], rows: int) -> FloatArray:
    """The moments, which Sacred takes in UTC, as seconds since 1970; NaN where there is none."""
    texts = {row: moment for row, moment in enumerate(moments[:rows]) if isinstance(moment, str)}
    clock = clock_of(labels_by_row(texts))
    return np.full(rows, np.nan) if clock is None else clock.dense(rows)
