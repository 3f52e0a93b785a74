"""LT108: the loss still falls at the end about as fast as ever, and is still high."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curves import RunCurves
from losstui.detectors._onsets import since_the_start
from losstui.detectors._pace_of_loss import TENTH, Pace, paces, why_no_pace
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import RUNNING, Schedule, schedule
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.roles import Direction, Kind
from losstui.stats.confidence import confidence
from losstui.wording import percent, portion, readable, rounded


@dataclass(frozen=True)
class SlowProgress:
    """The log ends in the middle of the descent: the loss is still high and still falls steadily.

    ## What it looks for
    A loss, or where none is logged a share of wrong answers or a reward, that at the end of the log improves
    at a good part of its mean pace, when most learning curves have long bent, and that has kept a good part
    of its first level. More steps, or larger ones, would have bought more.

    ## How it decides
    Most learning curves bend: they are steep at first and nearly flat at the end. This one still falls at its
    end, at a pace that is a good part of its mean one, and is still high. The pace is the slope of a parabola
    through the last two thirds of the loss, over the last `tail_share` of the run.

    All of these have to hold:

    - Pace: per tenth of the run the loss falls by at least `least_pace` of all that was gained (an even
      descent: 0.1). That is told by the train or the validation loss, whichever is surer. The 95 % bound of
      the other has to allow as much.
    - Noise: that fall is at least `least_z` standard errors, and so are both losses taken together. These
      errors count how far residuals follow each other.
    - Height: the loss has kept `least_left` of its first level. Of a reward nobody knows the highest: its
      pace has to be at least `least_climb` instead.
    - Gain: the loss ends below where it began.

    A curve needs `LEAST_BLOCKS` levels. Beside such a curve the other one may have as few as `FEWEST`.

    The last fall of a schedule that ends is no pace that would go on. Where the learning rate is logged and
    has come below `least_rate` of its peak, the run is therefore measured in learning rate spent instead of
    steps: what small steps gain is in proportion to their length. So a loss that seems to have bent is told
    where it is the rate that bends: the rate fell sooner than the loss. Then these have to hold as well:

    - The pace, per tenth of the rate spent, is at least `least_pace_for_rate` instead of `least_pace`.
    - The rate never rises again after its peak.
    - The rate still is at `RUNNING` of its peak.

    ## When it is wrong
    - A run that was stopped early on purpose, is still running or is still warming up looks like this.
    - A task that improves without end, as that of large language models, always falls a little.
    - What a good loss is, no curve alone can say.

    ## Source
    The pace in shares of the run's own gain: Theil 1950, Proceedings of the Royal Netherlands Academy
    of Sciences 53; Smith 2017, "Cyclical Learning Rates for Training Neural Networks". Of two tests the sum
    of deviations: Stouffer et al. 1949, "The American Soldier".
    """

    code: ClassVar[str] = "LT108"
    name: ClassVar[str] = "slow-progress"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
        "hidden-non-finite",
        "divergence",
        "late-instability",
        "stuck-at-start",
        "plateau",
        "overfitting",
    )

    tail_share: float = 0.3  # of the run: long enough for a slope beside the noise
    # Of the gain per tenth of the run: 0.03, but for what the parabola takes off the end of a power law.
    least_pace: float = 0.025
    # The same per tenth of the rate spent: half of an even descent. The noise of batches falls with the rate:
    # where that makes up half of the gain, by 0.0475 while the rate falls evenly to 0.05.
    least_pace_for_rate: float = 0.05
    least_left: float = 0.3  # of the first level: what has lost more did learn in its time
    least_climb: float = 0.05  # the same of a reward of which no level tells what is left: half
    least_z: float = 4.0  # standard errors: of the surest fall, and of all, as validation wanders alone
    least_rate: float = 0.3  # of the peak: below, the rate itself slows the loss down

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        plan = schedule(curves)
        along = plan if plan is not None and plan.left < self.least_rate else None
        measured = paces(curves, self.tail_share)
        if not measured:
            return Skipped(why_no_pace(curves))
        if along is not None:
            if along.left < RUNNING or not along.only_falls:
                return []
            measured = paces(curves, self.tail_share, along)
        least_pace = self.least_pace if along is None else self.least_pace_for_rate
        surest = max(measured, key=lambda one: one.z)
        together = sum(one.z for one in measured) / math.sqrt(len(measured))
        left = min(one.left for one in measured)
        measures = [
            Measure(
                "pace at the end",
                surest.share,
                least_pace if math.isfinite(left) else max(least_pace, self.least_climb),
                "fraction of the gain per tenth",
            ),
            Measure("fall at the end", min(surest.z, together), self.least_z, "standard errors"),
        ]
        if math.isfinite(left):
            measures.append(Measure("level left", left, self.least_left, "fraction of the first level"))
        slower = any(one.most < least_pace for one in measured)
        if slower or any(one.value < one.bound for one in measures) or not _has_gained(surest):
            return []
        if along is not None:
            return [self._finding(surest, measures, _for_its_rate(surest, along))]
        risen = plan is not None and plan.warming_up
        beside = ", and the learning rate has only risen so far" if risen else ""
        return [self._finding(surest, measures, _at_that_pace(surest) + beside)]

    def _finding(self, surest: Pace, measures: list[Measure], how: str) -> Finding:
        curve = surest.curve
        pace, sure, *left = measures
        size = min(one.value / one.bound for one in (pace, *left))
        message = (
            f"{curve.tag} is at {readable(curve.as_logged(surest.end))}{_kept(surest)}, and still "
            f"{'rises' if curve.role.direction is Direction.HIGHER else 'falls'} at {how}"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(sure.value, sure.bound, size, 1.0),
            message,
            curve.tag,
            (Span(curve.first_step, curve.last_step),),
            since_the_start(curve),
            tuple(measures),
        )


def _has_gained(pace: Pace) -> bool:
    """Whether it ends better than it began: the fall after a rise is no pace that would go on."""
    return pace.end < pace.curve.start_level


def _at_that_pace(pace: Pace) -> str:
    """How the pace compares with that of the whole run, and what it would buy: no more than is left."""
    compared = pace.share / TENTH
    steps = (pace.curve.last_step - pace.curve.first_step) / compared
    halved = 0.5 * pace.left / (1.0 - pace.left) if pace.left < 1.0 else math.inf
    goal = "halve what is left" if halved < 1.0 else "gain as much again"
    more = rounded(max(1.0, min(halved, 1.0) * steps), f"more {pace.curve.unit}")
    return f"{portion(compared, 'its average pace')}: at that pace {more} would {goal}"


def _for_its_rate(pace: Pace, plan: Schedule) -> str:
    """How the pace compares with that of the whole run, each unit of the learning rate for itself."""
    compared = portion(pace.share / TENTH, "its average pace")
    return (
        f"{compared} for the learning rate it gets, which has come down to {percent(plan.left)} of its peak: "
        "the rate falls sooner than the loss"
    )


def _kept(pace: Pace) -> str:
    if math.isinf(pace.left):
        return ""
    whole = "what it lacked at first" if pace.curve.role.kind is Kind.ACCURACY else "its first level"
    return f", with {percent(pace.left)} of {whole} left"
