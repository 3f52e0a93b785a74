"""LT108: the loss still falls at the end about as fast as ever, and is still high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._context import schedule, since_the_start
from losstui.detectors._pace_of_loss import Pace, paces
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.roles import Kind
from losstui.stats.confidence import confidence
from losstui.wording import percent, readable


@dataclass(frozen=True)
class SlowProgress:
    """The log ends in the middle of the descent: the loss is still high and still falls steadily.

    ## What it looks for
    A loss, or where none is logged a share of wrong answers, that at the end of the log falls at a good part
    of its mean pace, when most learning curves have long bent, and that has kept a good part of its first
    level. More steps, or larger ones, would have bought more.

    ## How it decides
    All must hold. Over the last `tail_share` of the run the line through the loss falls, per tenth of
    the run, by at least `least_pace` of all that was gained (an even descent: 0.1) and by at least
    `least_z` standard errors: the train or the validation loss, whichever is surer, while the 95 % bound
    of the other allows as much. The loss has kept `least_left` of its first level. The learning rate,
    where it is logged, is not warming up and still at `least_rate` of its peak: the last fall of a
    schedule that ends is no pace that would go on.

    ## When it is wrong
    A run stopped early on purpose, or still running, looks like this. A task that improves without end (large
    language models) always falls a little. What a good loss is, no curve alone can say.

    ## Source
    The pace in shares of the run's own gain: Theil 1950, Proceedings of the Royal Netherlands Academy
    of Sciences 53, for the slope; Smith 2017, "Cyclical Learning Rates for Training Neural Networks".
    """

    code: ClassVar[str] = "LT108"
    name: ClassVar[str] = "slow-progress"
    yields_to: ClassVar[tuple[str, ...]] = (
        "non-finite",
        "hidden-non-finite",
        "divergence",
        "late-instability",
        "stuck-at-start",
        "plateau",
        "overfitting",
    )

    tail_share: float = 0.3  # of the run: long enough for a slope beside the noise
    least_pace: float = 0.03  # of the gain per tenth of the run: a third of an even descent
    least_left: float = 0.3  # of the first level: what has lost more did learn in its time
    least_z: float = 4.0  # standard errors of the fall
    least_rate: float = 0.3  # of the peak: below, the schedule is near its end

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        measured = paces(curves, self.tail_share)
        if not measured:
            return Skipped("no loss above 0 long enough for a slope")
        plan = schedule(curves)
        if plan is not None and (plan.warming_up or plan.left < self.least_rate):
            return []
        surest = max(measured, key=lambda one: one.z)
        left = min(one.left for one in measured)
        slower = any(one.most < self.least_pace for one in measured)
        if slower or surest.share < self.least_pace or surest.z < self.least_z or left < self.least_left:
            return []
        return [self._finding(surest.curve, surest, left)]

    def _finding(self, curve: Curve, surest: Pace, left: float) -> Finding:
        more = round((curve.last_step - curve.first_step) * 0.1 / surest.share)
        whole, moves = "its first level", "falls"
        if curve.role.kind is Kind.ACCURACY:
            whole, moves = "what it lacked at first", "rises"
        message = (
            f"{curve.tag} is at {readable(curve.as_logged(surest.end))}, with {percent(surest.left)} of "
            f"{whole} left, and still {moves} at {percent(surest.share / 0.1)} of its mean pace: {more} more "
            f"{curve.unit}s would gain as much again"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(
                surest.z, self.least_z, min(surest.share / self.least_pace, left / self.least_left), 1.0
            ),
            message,
            curve.tag,
            (Span(curve.first_step, curve.last_step),),
            since_the_start(curve),
            (
                Measure("pace at the end", surest.share, self.least_pace, "fraction of the gain per tenth"),
                Measure("fall at the end", surest.z, self.least_z, "standard errors"),
                Measure("level left", left, self.least_left, "fraction of the first level"),
            ),
        )
