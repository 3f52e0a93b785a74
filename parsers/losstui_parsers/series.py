"""JSON objects of series: Keras History, evaluation results by data set, any `{name: [numbers]}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from losstui.frame import FloatArray, FrameBuilder
from losstui.parsing import LoggedRun
from losstui.run import StepUnit
from losstui_parsers.columns import (
    EPOCH_NAMES,
    SPLIT_WORDS,
    STEP_NAMES,
    WALL_TIME_NAMES,
    first_of,
    is_bookkeeping,
    is_missing,
    names_split,
    normalise,
    number,
    strong_words,
)
from losstui_parsers.json_text import DEEPEST, JsonValue
from losstui_parsers.rows import as_float
from losstui_parsers.wall_times import wall_seconds

SHORTEST = 2  # values: a list of one is no curve

# A path within the object to its numbers, NaN-padded nowhere: (indices, values).
Series = dict[str, tuple[list[int], list[float]]]


def find_series(members: Mapping[str, JsonValue]) -> Series:
    """The lists of numbers in an object, by their path; none where it is a table of named things."""
    found: Series = {}
    named = _collect(members, "", 0, found)
    lengths = {len(values) for _, values in found.values()}
    if named & lengths:
        return {}
    for key, value in members.items():
        items = cast("list[JsonValue]", value) if isinstance(value, list) else []
        if len(items) in lengths and names_split(key):
            _collect(_by_name(items), f"{key}/", 1, found)
    return found


def _by_name(items: list[JsonValue]) -> dict[str, JsonValue]:
    """An epoch's metrics each, "train_metrics": [{"mae": 0.5}, …], as a list a metric; else nothing."""
    rows = [cast("dict[str, JsonValue]", item) for item in items if isinstance(item, dict)]
    names = dict.fromkeys(name for row in rows for name in row) if len(rows) == len(items) else {}
    return {name: [row.get(name) for row in rows] for name in names}


def _collect(members: Mapping[str, JsonValue], prefix: str, depth: int, found: Series) -> set[int]:
    """Add the series below `prefix` to `found`; return the lengths of lists of distinct texts."""
    named: set[int] = set()
    if "values" in members and "steps" in members:  # Sacred's metrics, which carry axes of their own
        return named
    for key, value in members.items():
        if isinstance(value, dict) and depth < DEEPEST:
            nested = cast("dict[str, JsonValue]", value)
            named |= _collect(nested, f"{prefix}{key}/", depth + 1, found)
        elif isinstance(value, list):
            items = cast("list[JsonValue]", value)
            numbers = _numbers(items)
            if numbers is not None:
                found[prefix + key] = numbers
            elif all(isinstance(item, str) for item in items) and len(set(map(str, items))) == len(items):
                named.add(len(items))
    return named


def _numbers(items: list[JsonValue]) -> tuple[list[int], list[float]] | None:
    rows: list[int] = []
    values: list[float] = []
    for row, item in enumerate(items):
        if item is None or (isinstance(item, str) and is_missing(item)):
            continue
        value = as_float(item) if isinstance(item, (int, float)) else None
        if isinstance(item, str):
            value = number(item)
        if value is None:
            return None
        rows.append(row)
        values.append(value)
    return (rows, values) if values else None


def why_series(series: Series) -> str | None:
    """Say which series make an object a training log, or None."""
    long = [path for path, (_, values) in series.items() if len(values) >= SHORTEST]
    curves = [path for path in long if not is_bookkeeping(path)]
    by_set = [path for path in curves if names_split(path.rpartition("/")[0])]
    axis = [path for path in long if is_bookkeeping(path)]
    said = strong_words(curves) or by_set or (curves if axis else [])
    if not said:
        return None
    return "series " + ", ".join(said[:4]) + (", …" if len(said) > 4 else "")


def run_of_series(series: Series) -> LoggedRun:
    """The run of an object of series: those of one parent share its axis; without one the index counts.

    Curves of train and validation data with as many values each have one value an epoch.
    """
    builder = FrameBuilder()
    units: list[StepUnit] = []
    for parent in dict.fromkeys(_parent(path) for path in series):
        family = {path: numbers for path, numbers in series.items() if _parent(path) == parent}
        names = {path.rpartition("/")[2]: path for path in family}
        walls = _walls({name: family[path] for name, path in names.items()})
        for path, numbers in family.items():
            name = path.rpartition("/")[2]
            axis, unit = _axis_of(name, names)
            if is_bookkeeping(name) or name == axis:
                continue
            if walls is not None and normalise(name) in WALL_TIME_NAMES:
                continue
            rows = np.array(numbers[0], np.int64)
            counted = None if axis is None else _dense(family[names[axis]])
            whole = axis != "x" or counted is None or bool(np.all(counted % 1 == 0))
            fits = (
                whole
                and counted is not None
                and len(counted) > rows[-1]
                and bool(np.all(np.isfinite(counted)))
            )
            units.append(unit if fits else StepUnit.ROW)
            steps = counted[rows].astype(np.int64) if counted is not None and fits else rows
            wall = walls[rows] if walls is not None and len(walls) > rows[-1] else None
            builder.add(parent if axis == "x" else path, steps, numbers[1], wall_times=wall, positions=rows)
    return LoggedRun(builder.build(), _unit(units, series))


def _axis_of(name: str, names: Mapping[str, str]) -> tuple[str | None, StepUnit]:
    """Which of `names` counts the values of `name`: "val_epochs" those of "val_loss", else "epochs".

    Of ClearML's `x` and `y` it is `x`.
    """
    split = normalise(name).partition("_")[0]
    for prefix in (f"{split}_", "") if split in SPLIT_WORDS else ("",):
        for known, unit in ((STEP_NAMES, StepUnit.STEP), (EPOCH_NAMES, StepUnit.EPOCH)):
            axis = first_of(names, tuple(prefix + one for one in known))
            if axis is not None:
                return axis, unit
    if set(names) == {"x", "y"} and "/" in names["x"]:
        return "x", StepUnit.STEP
    return None, StepUnit.ROW


def _unit(units: list[StepUnit], series: Series) -> StepUnit:
    if StepUnit.ROW not in units:
        return units[0] if units else StepUnit.ROW
    held_out = {rows[-1] for path, (rows, _) in series.items() if names_split(path, held_out=True)}
    others = {rows[-1] for path, (rows, _) in series.items() if not names_split(path, held_out=True)}
    return StepUnit.EPOCH if held_out & others else StepUnit.ROW


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _dense(numbers: tuple[list[int], list[float]]) -> FloatArray:
    rows, values = numbers
    filled = np.full(rows[-1] + 1, np.nan)
    filled[rows] = values
    return filled


def _walls(family: Mapping[str, tuple[list[int], list[float]]]) -> FloatArray | None:
    name = first_of(family, WALL_TIME_NAMES)
    return None if name is None else wall_seconds(_dense(family[name]))
