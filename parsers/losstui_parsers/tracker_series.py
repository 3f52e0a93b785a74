"""What trackers that keep each metric on its own hold: points with steps of their own, put into one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from losstui.frame import FloatArray, FrameBuilder, IntArray
from losstui.parsing import LoggedRun
from losstui.run import StepUnit
from losstui_parsers.columns import EPOCH_NAMES, first_of
from losstui_parsers.plain_text import shown
from losstui_parsers.step_axis import LARGEST_STEP

SHORTEST = 2  # points: one value is a result, no curve


@dataclass(slots=True)
class Points:
    """The points of one metric in the order of the log; `walls` are seconds since 1970, NaN where unknown."""

    steps: list[float] = field(default_factory=list[float])
    values: list[float] = field(default_factory=list[float])
    walls: list[float] = field(default_factory=list[float])

    def add(self, step: float, value: float, wall: float = float("nan")) -> None:
        """Append one point."""
        self.steps.append(step)
        self.values.append(value)
        self.walls.append(wall)

    def __len__(self) -> int:
        return len(self.values)


def has_curve(series: Mapping[str, Points]) -> bool:
    """Whether any metric has more than one value."""
    return any(len(points) >= SHORTEST for points in series.values())


def why_no_curve(series: Mapping[str, Points]) -> str:
    """Say why there is nothing to follow; for the case that `has_curve` is False."""
    metrics = sum(len(points) > 0 for points in series.values())
    if not metrics:
        return "no curve: no metric was logged"
    return f"no curve: {metrics} metric{'s' * (metrics > 1)} of one value each"


def run_of_points(
    series: Mapping[str, Points],
    *,
    name: str = "",
    hyperparameters: Mapping[str, object] | None = None,
    warnings: Sequence[str] = (),
    finished: bool = False,
    cause: str = "",
) -> LoggedRun:
    """The run of these metrics, in the order of their wall times where all of them have some.

    A metric that was logged without steps stands on one step throughout: its points are numbered. A
    metric called `epoch` says which epoch each step of the others is in. With a `cause` the run failed of it.
    """
    columns = {tag: _columns(points) for tag, points in series.items() if len(points)}
    epoch_tag = first_of(columns, EPOCH_NAMES)
    epochs = columns.pop(epoch_tag) if epoch_tag and len(columns) > 1 else None
    unmoved = [tag for tag, one in columns.items() if _stands_still(one.steps)]
    moved = any(len(one.steps) > 1 and tag not in unmoved for tag, one in columns.items())
    all_walls = np.unique(np.concatenate([one.walls for one in columns.values()] or [np.empty(0)]))
    known = not np.isnan(all_walls).any()
    builder = FrameBuilder()
    for tag, one in columns.items():
        builder.add(
            tag,
            np.arange(len(one.steps)) if tag in unmoved else one.steps,
            one.values,
            wall_times=None if np.isnan(one.walls).all() else one.walls,
            epochs=None if epochs is None or tag in unmoved else _epochs(epochs, one.steps),
            positions=np.searchsorted(all_walls, one.walls) if known else None,
        )
    told = [*warnings, _unmoved_warning(unmoved)] if unmoved and moved else warnings
    unit = StepUnit.ROW if unmoved and not moved else StepUnit.STEP
    parameters = dict(hyperparameters or {})
    return LoggedRun(
        builder.build(), unit, name, parameters, tuple(told), finished, failed=bool(cause), cause=cause
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    steps: IntArray
    values: FloatArray
    walls: FloatArray


def _columns(points: Points) -> _Columns:
    steps = np.array(points.steps, np.float64)
    steps[~(np.abs(steps) < LARGEST_STEP)] = 0.0
    walls = np.array(points.walls, np.float64)
    order = np.arange(len(walls)) if np.isnan(walls).any() else np.argsort(walls, kind="stable")
    return _Columns(steps[order].astype(np.int64), np.array(points.values, np.float64)[order], walls[order])


def _stands_still(steps: IntArray) -> bool:
    return len(steps) > 1 and bool(steps.min() == steps.max())


def _epochs(epochs: _Columns, steps: IntArray) -> FloatArray:
    """The epoch logged at each step, NaN where none was."""
    order = np.argsort(epochs.steps, kind="stable")
    known = epochs.steps[order]
    last = np.searchsorted(known, steps, side="right") - 1
    found = np.where((last >= 0) & (known[np.maximum(last, 0)] == steps), epochs.values[order][last], np.nan)
    return found


def _unmoved_warning(tags: Sequence[str]) -> str:
    more = f" (and {len(tags) - 1} more)" if len(tags) > 1 else ""
    return f"metric {shown(tags[0])}{more}: logged without steps; its points are numbered"
