"""LT503: the run was stopped and went on, or started over, in the same log."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import RunCurves
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, Series, SessionArray
from losstui.stats.noise import median_deviation, noise_sigma
from losstui.stats.trend import theil_sen
from losstui.wording import counted

CONTINUED, OVERLAP, RESTARTED = "continued", "overlap", "restarted"


@dataclass(frozen=True, slots=True)
class _Border:
    """Where a session begins: its first step, and the last one that earlier sessions had `reached`."""

    session: int
    first: int
    reached: int


@dataclass(frozen=True)
class ResumedRun:
    """The run was stopped and resumed, so part of it may be in the log twice.

    ## What it looks for
    Steps that go back, or a tag that goes on in a new event file. `overlap`: the run went back to an
    earlier checkpoint and wrote those steps again. `continued`: it went on where it stood.
    `restarted`: it began again from its first step. The curves and all other findings show the steps as
    they were last written. The onset is the step that the run went back to, or on from: there the values
    of one session end and those of the next begin.

    ## How it decides
    The log says it; it needs no statistics. Whether the loss jumps at the border does: the values that
    both sessions logged at the same steps are compared, else the `neighbours` on either side without the
    slope that they share, in standard errors of the noise of the curve.

    ## When it is wrong
    Two processes that write into one folder at the same time look like a run that is resumed again and
    again. A logger that writes an evaluation with the step of an earlier batch goes back too.

    ## Source
    TensorBoard's handling of restarts, which drops the steps that were written again.
    """

    code: ClassVar[str] = "LT503"
    name: ClassVar[str] = "resumed-run"
    yields_to: ClassVar[tuple[str, ...]] = ()

    neighbours: int = 20  # values on either side of a border, where no steps were written twice
    least_jump: float = 5.0  # standard errors: a course that bends moves a little between the two sides
    from_start: float = 0.05  # of the steps reached: going back further begins the run anew
    most_jumps: int = 20  # borders: a run that is resumed more often is several that write into one log

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        frame = curves.run.frame
        if not frame.points:
            return Skipped("nothing logged")
        train = curves.train_loss
        resumed = [series for series in frame.values() if series.sessions is not None]
        resumed.sort(key=lambda series: (train is None or series.tag != train.tag, -len(series)))
        for series in resumed:
            borders = _borders(series)
            if borders:
                return [self._finding(series, borders, curves)]
        return []

    def _finding(self, series: Series, borders: list[_Border], curves: RunCurves) -> Finding:
        first = borders[0]
        kind = self._kind(first, int(series.steps[0]))
        noise = noise_sigma(series.values[np.isfinite(series.values)])
        jumps = [_jump(series, border, self.neighbours, noise) for border in borders[: self.most_jumps]]
        jump = max(jumps, key=abs)
        again = sum(max(0, border.reached - border.first + 1) for border in borders)
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            0.99,  # the log says so itself
            self._message(kind, borders, again, jump, curves.run.step_unit.value),
            series.tag,
            _spans(borders),
            Onset(first.first, _last_before(series, first), first.first),
            (
                Measure("steps written again", again, 0.0, f"{curves.run.step_unit.value}s"),
                Measure("jump at the border", jump, self.least_jump, "standard errors"),
            ),
            kind=kind,
        )

    def _kind(self, border: _Border, first_step: int) -> str:
        if border.first > border.reached:
            return CONTINUED
        back_to = border.first - first_step
        return RESTARTED if back_to <= self.from_start * (border.reached - first_step) else OVERLAP

    def _message(self, kind: str, borders: list[_Border], again: int, jump: float, unit: str) -> str:
        first, others = borders[0], len(borders) - 1
        more = {0: "", 1: " and once more"}.get(others, f" and {others} more times")
        happened = {
            CONTINUED: f"The run was resumed at {unit} {first.first}{more}",
            OVERLAP: f"The run was resumed from {unit} {first.first} after {unit} {first.reached}{more}: "
            f"{counted(again, unit)} {'is' if again == 1 else 'are'} in the log twice, and what came later "
            "counts",
            RESTARTED: f"The run was started again at {unit} {first.first} after {unit} {first.reached}"
            f"{more}: the last start counts",
        }[kind]
        if kind == RESTARTED or abs(jump) < self.least_jump:
            return happened
        way = "higher" if jump > 0 else "lower"
        return f"{happened}; the values are {way} than before: not all state may have been restored"


def _borders(series: Series) -> list[_Border]:
    if series.sessions is None:
        return []
    present, begins = np.unique(series.sessions, return_index=True)
    _, ends = np.unique(series.sessions[::-1], return_index=True)
    reached = np.maximum.accumulate(series.steps[::-1][ends])
    columns = present[1:], series.steps[begins[1:]], reached[:-1]
    return [_Border(*border) for border in zip(*(column.tolist() for column in columns), strict=True)]


def _spans(borders: Sequence[_Border]) -> tuple[Span, ...]:
    """The stretches that were written again, those that overlap as one."""
    spans: list[Span] = []
    for border in sorted(borders, key=lambda border: border.first):
        last = max(border.first, border.reached)
        if spans and border.first <= spans[-1].last_step:
            spans[-1] = Span(spans[-1].first_step, max(spans[-1].last_step, last))
        else:
            spans.append(Span(border.first, last))
    return tuple(spans)


def _last_before(series: Series, border: _Border) -> int:
    """The last step before a border that an earlier session had logged; that of the border without any."""
    earlier = series.steps[_sessions(series) < border.session]
    before = earlier[: np.searchsorted(earlier, border.first, side="left")][-1:]
    return int(before[0]) if len(before) else border.first


def _sessions(series: Series) -> SessionArray:
    return np.zeros(len(series), np.int32) if series.sessions is None else series.sessions


def _jump(series: Series, border: _Border, neighbours: int, noise: float) -> float:
    """How far the values lie above what they were before the border, in standard errors; 0 if unknown."""
    finite, sessions = np.isfinite(series.values), _sessions(series)
    after = finite & (sessions == border.session)
    before = finite & (sessions < border.session)
    twice, there, here = np.intersect1d(series.steps[before], series.steps[after], return_indices=True)
    if len(twice) >= 2:
        old, new = series.values[before][there], series.values[after][here]
        away = 0.0
    else:
        sides = [
            (series.steps[side][chosen].astype(np.float64), series.values[side][chosen])
            for side, chosen in ((before, slice(-neighbours, None)), (after, slice(neighbours)))
        ]
        old, new, away = _without_course(*sides)
        # Where the course bends, the values lie beside its slope.
        noise = max(noise, median_deviation(old), median_deviation(new))
    if min(len(old), len(new)) < 2 or noise == 0.0:
        return 0.0
    return _difference(old, new) / (noise * math.sqrt(1.0 / len(old) + 1.0 / len(new) + away))


def _without_course(
    before: tuple[FloatArray, FloatArray], after: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray, float]:
    """The values of steps and values before and after a border, without the slope that both sides have.

    The third is what not knowing that slope adds to the variance of their difference, in that of a value.
    """
    (steps, values), (later_steps, later_values) = before, after
    if not len(steps) or not len(later_steps):
        return values, later_values, 0.0
    if not all(np.all(np.diff(one) > 0.0) for one in (steps, later_steps)):  # rows share steps
        steps, later_steps = np.arange(-1.0 * len(steps), 0.0), np.arange(float(len(later_steps)))
    middle, apart = float(steps.mean()), float(later_steps.mean() - steps.mean())
    spreads = [float(np.var(one)) * len(one) for one in (steps, later_steps)]
    if sum(spreads) == 0.0:
        return values, later_values, 0.0
    slope = float(
        np.average([theil_sen(steps, values), theil_sen(later_steps, later_values)], weights=spreads)
    )
    without = (values - slope * (steps - middle), later_values - slope * (later_steps - middle))
    return *without, apart**2 / sum(spreads)


def _difference(old: FloatArray, new: FloatArray) -> float:
    return float(np.median(new) - np.median(old))
