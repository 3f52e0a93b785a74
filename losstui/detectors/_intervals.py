"""How long each stretch of a run took, from its wall times or from a speed that it logs itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from losstui.curves import RunCurves
from losstui.frame import BoolArray, FloatArray, IntArray, Series
from losstui.kinds import HELD_BACK
from losstui.roles import Kind

# Values that come faster were written together, afterwards or from a buffer: their clock is the writer's.
SHORTEST_INTERVAL = 1e-4  # s
MOST_EVALUATED = 0.5  # of the intervals: where more hold an evaluation, it is part of every interval
MOST_OF_FREE = 0.1  # of an interval: an evaluation that takes no longer is not seen in it
NEARLY_ALL = 0.95  # of the evaluations that can be compared with what lies beside them
LEAST_COMPARED = 2  # evaluations: one may have been quick by chance
ENOUGH = 10_000  # intervals: they say within a percent how many hold one
LEAST_WITHIN = 0.25  # of the usual time: half of what passes between two rows a step that are evenly apart


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """The intervals between the values of `tag` in one session of the run; arrays of shape (n,).

    `first` and `last` are the steps an interval lies between, `work` how many it took, `seconds` how long
    that was, `evaluated` whether a validation value was logged in it, where that takes time. Where steps are
    counted too coarsely for the rows, as by epochs, each row is as much work. Where the run has no wall
    times, `seconds` come from a logged speed and are in a unit of their own: `in_seconds` is False then.
    """

    tag: str
    unit: str  # what one step is
    first: IntArray
    last: IntArray
    work: FloatArray
    seconds: FloatArray
    evaluated: BoolArray
    in_seconds: bool

    def __len__(self) -> int:
        return len(self.seconds)


def intervals_of(curves: RunCurves, least: int) -> list[Intervals]:
    """The intervals of the run, by wall times first, then by logged speeds.

    There is one object for each session with at least `least` intervals, because a resumed run may go on on
    another machine. Intervals in which the clock goes back are left out.
    """
    return [one for one in curves.shared(_all_intervals) if len(one) >= least]


def _all_intervals(curves: RunCurves) -> list[Intervals]:
    return [*_by_wall_times(curves), *_by_speeds(curves)]


def _by_wall_times(curves: RunCurves) -> Iterator[Intervals]:
    roles, train = curves.run.roles, curves.train_loss
    clocked = [one for one in curves.run.frame.values() if one.wall_times is not None]
    trained = [one for one in clocked if roles[one.tag].split not in HELD_BACK] or clocked
    if not trained:
        return
    series = max(trained, key=lambda one: (len(one), train is not None and one.tag == train.tag))
    evaluations = [
        one.wall_times
        for one in clocked
        if one.wall_times is not None and one is not series and roles[one.tag].split in HELD_BACK
    ]
    known = _sorted(evaluations)
    for steps, walls in _sessions(series, series.wall_times):
        kept, work = _timed(steps, walls)
        chosen = slice(None) if kept.all() else kept  # most runs: nothing to copy
        seconds = np.diff(walls)[chosen]
        if len(seconds) and float(np.mean(seconds)) >= SHORTEST_INTERVAL:
            # Of the intervals kept alone: those between rows written twice would thin out the share.
            evaluated = _holds(walls[:-1][chosen], walls[1:][chosen], known)
            if evaluated.any() and _are_free(seconds, work[chosen], evaluated):
                evaluated = np.zeros_like(evaluated)
            first, last, unit = steps[:-1][chosen], steps[1:][chosen], curves.run.step_unit.value
            yield Intervals(series.tag, unit, first, last, work[chosen], seconds, evaluated, in_seconds=True)


def _timed(steps: IntArray, walls: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Which of the intervals between rows have a time and were worked in, and how many steps each took.

    `steps` and `walls` are of shape (n + 1,), both results of shape (n,).
    """
    seconds, apart = np.diff(walls), np.diff(steps)
    counted, work = apart > 0, apart.astype(np.float64)
    if not counted.all() and are_coarse(apart, seconds):
        # Where steps are left out between two rows, rows are missing, and nobody knows how many.
        counted, work = apart <= np.median(apart[counted]), np.ones(len(apart))
    return counted & np.isfinite(seconds) & (seconds >= 0.0), work


def are_coarse(apart: IntArray | FloatArray, seconds: FloatArray) -> bool:
    """Whether rows share steps because these are counted too coarsely: time passes between such rows.

    `apart` are the steps and `seconds` the time from each row to the next; shape (n,). Rows of several
    processes, or the same ones written twice, come at once.
    """
    shared, timed = apart == 0, np.isfinite(seconds) & (seconds >= 0.0)
    within, between = seconds[shared & timed], seconds[(apart > 0) & timed]
    if not len(within) or not len(between):
        return False
    # By medians: one long pause says nothing of the rows.
    inside, outside = (len(one) * float(np.median(one)) for one in (within, between))
    return inside > 0.0 and inside >= LEAST_WITHIN * (inside + outside)


def _are_free(seconds: FloatArray, work: FloatArray, evaluated: BoolArray) -> bool:
    """Whether nearly no evaluation is seen in what its interval took, beside those next to it without one.

    `seconds` and `work` of all intervals and which were `evaluated`; shape (n,). Where each value of a log
    that is written seldom comes with an evaluation, only this tells slower steps from evaluations.
    """
    plain = np.pad(~evaluated, 1)
    pace = np.pad(seconds / work, 1)
    beside = plain[:-2].astype(np.int64) + plain[2:]
    compared = evaluated & (beside > 0)
    if np.count_nonzero(compared) < LEAST_COMPARED:
        return False
    usual = (pace[:-2] * plain[:-2] + pace[2:] * plain[2:])[compared] / beside[compared]
    more = seconds[compared] - work[compared] * usual
    return float(np.quantile(more, NEARLY_ALL)) <= MOST_OF_FREE * float(seconds[evaluated].min())


def _by_speeds(curves: RunCurves) -> Iterator[Intervals]:
    frame, roles = curves.run.frame, curves.run.roles
    speeds = [tag for tag in frame if roles[tag].kind in (Kind.THROUGHPUT, Kind.STEP_TIME)]
    known = _sorted([frame[tag].steps for tag in frame if roles[tag].split in HELD_BACK]) if speeds else None
    for tag in speeds:
        if roles[tag].split in HELD_BACK:
            continue
        series = frame[tag]
        for steps, logged in _sessions(series, series.values):
            apart, values = np.diff(steps), logged[1:]
            kept = (apart > 0) & np.isfinite(values) & (values > 0.0)
            if not kept.any():
                continue
            # A speed was measured over the usual number of steps, whatever was not logged before it.
            measured = np.minimum(apart[kept], float(np.median(apart[kept])))
            each = 1.0 / values[kept] if roles[tag].kind is Kind.THROUGHPUT else values[kept]
            yield Intervals(
                tag,
                curves.run.step_unit.value,
                steps[:-1][kept],
                steps[1:][kept],
                apart[kept].astype(np.float64),
                measured * each,
                _holds(steps[:-1][kept], steps[1:][kept], known),
                in_seconds=False,
            )


def _sessions(series: Series, column: FloatArray | None) -> Iterator[tuple[IntArray, FloatArray]]:
    """The steps and the values of `column` in each session of at least two values; shape (n,) each."""
    if column is None:
        return
    steps, ordered, borders = series.steps, column, np.empty(0, np.int64)
    if series.sessions is not None:
        order = np.lexsort((steps, series.sessions))
        steps, ordered = steps[order], column[order]
        borders = np.flatnonzero(np.diff(series.sessions[order])) + 1
    for first, last in pairwise((0, *borders.tolist(), len(steps))):
        if last - first > 1:
            yield steps[first:last], ordered[first:last]


def _sorted(where: Sequence[FloatArray | IntArray]) -> FloatArray | None:
    if not where:
        return None
    # Stable: linear where each curve is in order already.
    return np.sort(np.concatenate([one.astype(np.float64) for one in where]), kind="stable")


def _holds(after: FloatArray | IntArray, until: FloatArray | IntArray, known: FloatArray | None) -> BoolArray:
    """Whether any of `known`, sorted, lies behind `after` and not behind `until`, each of shape (n,)."""
    none = np.zeros(len(after), bool)
    if known is None:
        return none
    some = slice(None, None, max(1, len(after) // ENOUGH))
    if float(np.mean(_holds_one(after[some], until[some], known))) > MOST_EVALUATED:
        return none
    return _holds_one(after, until, known)


def _holds_one(after: FloatArray | IntArray, until: FloatArray | IntArray, known: FloatArray) -> BoolArray:
    return np.searchsorted(known, until, "right") > np.searchsorted(known, after, "right")
