"""LT504: the steps or the times in the log contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from losstui.curves import Pair, RunCurves
from losstui.detectors._intervals import are_coarse
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import BoolArray, FloatArray, IntArray, Series
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.noise import noise_sigma
from losstui.wording import counted, percent, readable_time, times

TWO_WRITERS, SEVERAL_VALUES = "two-writers", "several-values"
CLOCK_BACK, HOLE, OTHER_AXIS = "clock-back", "hole", "other-axis"


@dataclass(frozen=True)
class InconsistentSteps:
    """The log contradicts itself about its steps: what it shows is not one run on one axis.

    ## What it looks for
    `two-writers`: sessions that were written at the same time, or steps that go back again and again,
    as when two processes log into one place. `several-values`: many steps with more than one value.
    `clock-back`: the wall clock goes back while the steps go on. `hole`: a long stretch of steps without
    a value in a log that is regular before and after. `other-axis`: validation counts something else
    than train, epochs mostly; it was put on the axis of train to be compared.

    ## How it decides
    On the train loss, or the tag logged most often. Sessions overlap by `least_overlap` of the shorter
    one's time; steps go back, or have several values, at `least_share` of the values. The clock goes
    back by `least_back` and more than an interval takes. A hole has `least_hole` of all steps, is
    `least_ratio` times as long as the usual interval before, after, and nearly everywhere else. Where time
    passes between the values of a step, the clock says that it is the count which is too coarse.

    ## When it is wrong
    Several values at a step can be meant, as one for each of several processes. A clock that was set,
    or a change to winter time in a log without time zone, is no fault of the run.

    ## Source
    TensorBoard documentation on several event files in one folder; the log formats themselves.
    """

    code: ClassVar[str] = "LT504"
    name: ClassVar[str] = "inconsistent-steps"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_values: int = 20  # values: fewer have no regularity to break
    least_overlap: float = 0.1  # of the shorter session's time: an old process may log a last time
    least_share: float = 0.1  # of the values: single ones come from evaluations and last summaries
    least_times: int = 10  # values, of the same
    least_back: float = 1.0  # s: writers with a buffer are out of order by less
    least_hole: float = 0.05  # of all steps: a smaller one is not seen in the curve
    least_ratio: float = 10.0  # times the usual interval
    usual_quantile: float = 0.99  # of the other intervals: pauses for an evaluation are among them
    beside: int = 5  # intervals before and after a hole that say how regular the log is there

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        series = _main_series(curves)
        if series is None or len(series) < self.least_values:
            return Skipped(f"no tag with at least {self.least_values} values")
        found = [
            self._two_writers(series),
            self._hole(series, curves.run.step_unit.value),
            self._clock_back(curves),
        ]
        if found[0] is None:
            found.append(self._several_values(series))
        found.extend(self._other_axis(pair) for pair in curves.pairs[:1])
        return [one for one in found if one is not None]

    def _two_writers(self, series: Series) -> Finding | None:
        if series.sessions is None:
            return None
        sessions = len(np.unique(series.sessions))
        back = (sessions - 1) / len(series)
        span = Span(int(series.steps[0]), int(series.steps[-1]))
        if sessions > self.least_times and back >= self.least_share:
            return self._finding(
                TWO_WRITERS,
                f"The steps of {series.tag} go back {times(sessions - 1)} in "
                f"{counted(len(series), 'value')}: several processes or runs log into one place",
                series.tag,
                span,
                Measure("steps that go back", back, self.least_share, "fraction of the values"),
            )
        overlap = _overlap(series)
        if overlap < self.least_overlap:
            return None
        return self._finding(
            TWO_WRITERS,
            f"Sessions of {series.tag} were written at the same time: two processes log into one place",
            series.tag,
            span,
            Measure("overlap of the sessions", overlap, self.least_overlap, "fraction of the shorter"),
        )

    def _several_values(self, series: Series) -> Finding | None:
        if not np.any(series.steps[1:] == series.steps[:-1]):
            return None
        steps, values = _by_session(series, series.steps), _by_session(series, series.values)
        with np.errstate(invalid="ignore"):
            differ = np.diff(values)
        same = np.diff(_session_of(series)) == 0
        again = (np.diff(steps) == 0) & same & np.isfinite(differ) & (differ != 0.0)
        count = int(np.count_nonzero(again))
        share = count / len(steps)
        if count < self.least_times or share < self.least_share:
            return None
        apart = float(np.median(np.abs(differ[again])))
        noise = noise_sigma(values[np.isfinite(values)])
        scatter = f", {apart / noise:.1f} times the noise apart" if noise > 0.0 else ""
        where = steps[1:][again]
        return self._finding(
            SEVERAL_VALUES,
            f"{series.tag} has several values at {counted(len(np.unique(where)), 'step')}{scatter}: "
            f"{_why_shared(series, steps, same)}",
            series.tag,
            Span(int(where.min()), int(where.max())),
            Measure("values at a step that has one", share, self.least_share, "fraction of the values"),
        )

    def _clock_back(self, curves: RunCurves) -> Finding | None:
        clocked = [one for one in curves.run.frame.values() if one.wall_times is not None]
        series = max(clocked, key=len, default=None)
        if series is None or series.wall_times is None or len(series) < self.least_values:
            return None
        passed = np.diff(_by_session(series, series.wall_times))
        if not np.any(passed <= -self.least_back):
            return None
        passed[np.diff(_session_of(series)) != 0] = np.nan
        usual = float(np.nanmedian(np.abs(passed))) if np.isfinite(passed).any() else 0.0
        bound = max(self.least_back, usual)
        back = np.flatnonzero(passed <= -bound)
        if not len(back):
            return None
        steps = _by_session(series, series.steps)
        worst = float(-np.nanmin(passed))
        first = int(back[0])
        return self._finding(
            CLOCK_BACK,
            f"The clock goes back {times(len(back))} while the steps of {series.tag} go on, "
            f"by up to {readable_time(worst)}: durations there mean nothing",
            series.tag,
            Span(int(steps[first]), int(steps[first + 1])),
            Measure("clock set back", worst, bound, "seconds"),
        )

    def _hole(self, series: Series, unit: str) -> Finding | None:
        steps = _by_session(series, series.steps)
        apart = np.diff(steps).astype(np.float64)
        same = np.diff(_session_of(series)) == 0
        steps, apart = steps[1:][same & (apart > 0)], apart[same & (apart > 0)]
        if len(apart) < self.least_values:
            return None
        worst = int(np.argmax(apart))
        hole = float(apart[worst])
        share = hole / float(series.steps[-1] - series.steps[0])
        if share < self.least_hole:
            return None
        before, after = apart[max(0, worst - self.beside) : worst], apart[worst + 1 :][: self.beside]
        if min(len(before), len(after)) < self.beside:
            return None
        others = float(np.quantile(np.delete(apart, worst), self.usual_quantile))
        usual = max(others, float(before.max()), float(after.max()))
        if hole < self.least_ratio * usual:
            return None
        return self._finding(
            HOLE,
            f"{series.tag} has no value for {counted(int(hole), unit)} before {unit} {int(steps[worst])}, "
            f"{percent(share)} of the run, and is regular before and after",
            series.tag,
            Span(int(steps[worst] - hole), int(steps[worst])),
            Measure("hole", share, self.least_hole, "fraction of the run"),
            Measure("hole", hole / usual, self.least_ratio, "times the longest interval around"),
        )

    def _other_axis(self, pair: Pair) -> Finding | None:
        own, train = pair.validation, pair.train
        if not len(own) or not len(train) or np.array_equal(pair.train_steps_of_validation, own.steps):
            return None
        ends = sorted((max(1, own.last_step), max(1, train.last_step)))
        return self._finding(
            OTHER_AXIS,
            f"{own.tag} goes to {own.unit} {own.last_step} and {train.tag} to {train.last_step}: they count "
            "different things, and are compared by their times or their share of the run",
            own.tag,
            Span(own.first_step, own.last_step),
            Measure("last steps", ends[1] / ends[0], 1.0, "one over the other"),
        )

    def _finding(self, kind: str, message: str, tag: str, span: Span, *measures: Measure) -> Finding:
        sure = confidence_of_shares((measures[0].value, 0.5 * measures[0].bound))
        at = Onset(span.first_step, span.first_step, span.first_step)
        return Finding(
            self.code, self.name, Severity.INFO, sure, message, tag, (span,), at, measures, kind=kind
        )


def _main_series(curves: RunCurves) -> Series | None:
    if curves.train_loss is not None and len(curves.train_loss):
        return curves.run.frame[curves.train_loss.tag]
    return max(curves.run.frame.values(), key=len, default=None)


def _session_of(series: Series) -> IntArray:
    """The session of each value, in the order of `_by_session`; shape (n,)."""
    if series.sessions is None:
        return np.zeros(len(series), np.int64)
    return np.sort(series.sessions).astype(np.int64)


def _by_session(series: Series, column: FloatArray | IntArray) -> FloatArray:
    """`column`, shape (n,), session by session, each in the order of its steps."""
    ordered = column if series.sessions is None else column[np.lexsort((series.steps, series.sessions))]
    return ordered.astype(np.float64)


def _why_shared(series: Series, steps: FloatArray, same: BoolArray) -> str:
    """Why rows share steps: what the clock says of it, else both that may be.

    `steps` by session, shape (n,); `same`: whether a row and the next are of one session, shape (n - 1,).
    """
    coarse = "the steps are counted too coarsely"
    if series.wall_times is not None:
        passed = np.diff(_by_session(series, series.wall_times))
        if are_coarse(np.diff(steps)[same], passed[same]):
            return f"{coarse}, as by epochs where each has many batches"
    return f"several processes log, or {coarse}"


def _ranges(series: Series) -> Iterator[tuple[float, float]]:
    """The first and the last wall time of each session."""
    if series.sessions is None or series.wall_times is None:
        return
    walls = _by_session(series, series.wall_times)
    borders = np.flatnonzero(np.diff(_session_of(series))) + 1
    for first, last in pairwise((0, *borders.tolist(), len(walls))):
        of_session = walls[first:last]
        of_session = of_session[np.isfinite(of_session)]
        if len(of_session) > 1:
            yield float(of_session.min()), float(of_session.max())


def _overlap(series: Series) -> float:
    """The longest time that two neighbouring sessions share, as a fraction of the shorter one's."""
    ranges = sorted(_ranges(series))
    shares = [0.0]
    for (first, last), (later_first, later_last) in pairwise(ranges):
        shorter = min(last - first, later_last - later_first)
        if shorter > 0.0:
            shares.append((min(last, later_last) - later_first) / shorter)
    return max(shares)
