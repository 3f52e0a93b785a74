"""LT302: the loss falls along a straight line with the gradient as large as ever: the steps are too small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import since_the_start
from losstui.detectors._pace_of_loss import Pace, paces
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import Schedule, gradient_left, schedule
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.stats.confidence import confidence
from losstui.stats.noise import noise_sigma
from losstui.wording import percent, readable


@dataclass(frozen=True)
class LrTooLow:
    """The learning rate looks too low: the way down is straight, and nothing pushes back.

    ## What it looks for
    A loss that falls nearly in a line to the end of the run, while the gradient norm has not shrunk
    and the noise of the loss has not grown. A learning rate near its limit does the opposite: the
    loss bends early, and its noise says how far up it is carried.

    ## How it decides
    All must hold. Over the last `tail_share` of the run the surer of the two losses falls, per tenth of
    the run, by at least `least_pace` of all that was gained (an even descent: 0.1) and by at least
    `least_z` standard errors, by the parabola through the last two thirds, and the 95 % bound of the other
    allows as much. The loss has kept `least_left` of its first level. The gradient norm ends at
    `least_gradient` of its highest level or more. The noise in the last third of the train loss is at most
    `most_noise` times that in the first. The learning rate ends at `least_rate` of its peak or above, and is
    not warming up.

    ## When it is wrong
    A model that starts on a saddle or behind saturated units falls slowly with any learning rate. A
    frozen part of the model, or a loss that is mostly noise no model removes, does too.

    ## Source
    Smith 2017, "Cyclical Learning Rates for Training Neural Networks", for the range test that decides.
    """

    code: ClassVar[str] = "LT302"
    name: ClassVar[str] = "lr-too-low"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
        "divergence",
        "late-instability",
        "stuck-at-start",
        "plateau",
        "overfitting",
        "oscillation",
        "vanishing-gradient",
        "exploding-gradient",
    )

    tail_share: float = 0.3  # of the run: long enough for a slope beside the noise
    least_pace: float = 0.05  # of the gain per tenth of the run: half of an even descent
    least_left: float = 0.3  # of the first level: what has lost more did learn in its time
    least_z: float = 4.0  # standard errors of the fall
    least_gradient: float = 0.5  # of its highest level: it is not on its way to a minimum
    most_noise: float = 1.5  # times that of the first third: more is what larger steps bring
    least_rate: float = 0.5  # of the peak: it was not lowered

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        train, gradient, plan = curves.train_loss, gradient_left(curves), schedule(curves)
        if gradient is None or plan is None:
            return Skipped("no learning rate and gradient norm")
        measured = paces(curves, self.tail_share)
        if train is None or not any(one.curve is train for one in measured):
            return Skipped("no train loss above 0 long enough for a slope")
        noise = _noise_growth(train)
        if (
            plan.warming_up
            or plan.left < self.least_rate
            or gradient < self.least_gradient
            or noise > self.most_noise
        ):
            return []
        surest = max(measured, key=lambda one: one.z)
        left = min(one.left for one in measured)
        slower = any(one.most < self.least_pace for one in measured)
        if slower or surest.share < self.least_pace or surest.z < self.least_z or left < self.least_left:
            return []
        evidence = (
            Measure("pace at the end", surest.share, self.least_pace, "fraction of the gain per tenth"),
            Measure("fall at the end", surest.z, self.least_z, "standard errors"),
            Measure("level left", left, self.least_left, "fraction of the first level"),
            Measure("gradient at the end", gradient, self.least_gradient, "fraction of its highest level"),
            Measure("noise", noise, self.most_noise, "times that of the first third"),
        )
        return [self._finding(surest, evidence, plan)]

    def _finding(self, surest: Pace, evidence: tuple[Measure, ...], plan: Schedule) -> Finding:
        curve = surest.curve
        message = (
            f"{curve.tag} falls in a straight line to {readable(surest.end)}, {percent(surest.left)} of its "
            "first level, with a gradient as large as ever: "
            f"the learning rate of {readable(plan.peak)} may be too low"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(surest.z, self.least_z, surest.share, self.least_pace),
            message,
            curve.tag,
            (Span(curve.first_step, curve.last_step),),
            since_the_start(curve),
            evidence,
        )


def _noise_growth(loss: Curve) -> float:
    """The noise of the last third of the values as a multiple of that of the first; 1.0 without any."""
    third = len(loss) // 3
    first, last = noise_sigma(loss.values[:third]), noise_sigma(loss.values[-third:])
    return last / first if first > 0.0 else 1.0
