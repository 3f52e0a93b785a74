"""LT404: the loss scale of half precision fell and fell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._skipped_steps import LEAST_SHARE, SkippedSteps, skipped_steps
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.roles import Kind
from losstui.stats.confidence import confidence_of_shares
from losstui.wording import percent, readable

FLOOR, FALL, SKIPPED_STEPS = "floor", "fall", "skipped-steps"


@dataclass(frozen=True, slots=True)
class _Fall:
    """A `scale` that fell by so many `halvings` from index `begin` to index `at`, and is shown to `end`."""

    scale: Curve
    begin: int
    at: int
    end: int
    halvings: float


@dataclass(frozen=True)
class LossScaleCollapse:
    """The dynamic loss scale collapsed: gradients overflow in half precision, and steps are skipped.

    ## What it looks for
    `floor`: a scale that ends at 1 or below, where halving has no more effect and small gradients are
    lost. `fall`: a scale that is halved several times in a row in mid-run. Each halving is a step that
    was skipped because a gradient was not finite. `skipped-steps`: gradient norms that are not finite again
    and again while every loss is, where no scale tells.

    ## How it decides
    `floor`: the last `end_values` scales are at most `floor`, and the highest was `least_halvings`
    halvings above. `fall`: `least_halvings` within `window_share` of the run or between two values,
    after the scale had risen for the first time: it starts too high on purpose and finds its level by
    halving. Only where values lie close enough to tell (`most_interval`). A fall that was made good by
    the end is worth knowing, not a warning. `skipped-steps` is a note too: in each half of the run at least
    `LEAST_SHARE` of the norms are not finite, and more than a healthy scale, too high in `HEALTHY_SHARE` of
    the steps, leaves by luck (a bound on the binomial tail).

    ## When it is wrong
    Scales that are logged as a logarithm look too small to judge. A single overflow after a long rise
    halves the scale once; that is how it works. A norm that is a mean over many steps is not finite where one
    of them was not.

    ## Source
    Micikevicius et al. 2018, "Mixed Precision Training"; PyTorch documentation, torch.amp.GradScaler.
    Hoeffding 1963, Journal of the American Statistical Association 58, on the binomial tail.
    """

    code: ClassVar[str] = "LT404"
    name: ClassVar[str] = "loss-scale-collapse"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_values: int = 5  # values: fewer show no course
    least_halvings: float = 4.0  # halvings: equilibrium loses one at a time
    window_share: float = 0.01  # of the run
    most_interval: float = 0.02  # of the run between two values: beyond, halvings may lie far apart
    floor: float = 1.0  # no scaling at all
    end_values: int = 3  # values
    made_good: float = 0.25  # of the scale before: two doublings from it

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        scales = [one for one in curves.select(Kind.LOSS_SCALE) if len(one) >= self.least_values]
        scales = [one for one in scales if float(one.values.min()) > 0.0]
        for scale in scales:
            found = self._at_floor(scale) or self._falling(scale)
            if found is not None:
                return [found]
        skipped = skipped_steps(curves)
        if skipped is not None:
            return [self._of_norms(skipped)]
        return [] if scales else Skipped("no loss scale tag")

    def _of_norms(self, skipped: SkippedSteps) -> Finding:
        norms, share = skipped.norms, skipped.share
        first, last = (int(step) for step in norms.non_finite_steps[[0, -1]])
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence_of_shares((share, LEAST_SHARE)),
            f"{norms.tag} is not finite in {percent(share)} of its values while every loss is: "
            "a trainer with a loss scale skips such steps",
            norms.tag,
            (Span(first, last),),
            Onset(first, first, first),
            (Measure("norms that are not finite", share, LEAST_SHARE, "fraction of the values"),),
            kind=SKIPPED_STEPS,
        )

    def _at_floor(self, scale: Curve) -> Finding | None:
        values = scale.values
        highest = float(values.max())
        halvings = math.log2(highest / float(values[-1]))
        at_floor = float(values[-self.end_values :].max()) <= self.floor < highest
        if not at_floor or halvings < self.least_halvings:
            return None
        above = np.flatnonzero(values > self.floor)
        peak = int(np.flatnonzero(values == highest)[-1])
        at = int(above[-1]) + 1
        return self._finding(
            _Fall(scale, peak, at, len(values) - 1, halvings),
            FLOOR,
            Severity.WARNING,
            f"{scale.tag} fell from {readable(highest)} to {readable(float(values[-1]))} by {scale.unit} "
            f"{int(scale.steps[at])} and stays there: gradients overflow at any scale",
        )

    def _falling(self, scale: Curve) -> Finding | None:
        logs = np.log2(scale.values)
        steps = scale.steps.astype(np.float64)
        rises = np.flatnonzero(np.diff(logs) > 0.0)
        length = float(steps[-1] - steps[0])
        if not len(rises) or float(np.median(np.diff(steps))) > self.most_interval * length:
            return None
        begins = np.searchsorted(steps, steps - self.window_share * length)
        begins = np.maximum(np.minimum(begins, np.arange(len(steps)) - 1), 0)
        fall = logs[begins] - logs
        fall[begins <= rises[0]] = 0.0
        worst = int(np.argmax(fall))
        if fall[worst] < self.least_halvings:
            return None
        begin = int(begins[worst])
        good_again = scale.values[-1] >= self.made_good * scale.values[begin]
        return self._finding(
            _Fall(scale, begin, worst, worst, float(fall[worst])),
            FALL,
            Severity.INFO if good_again else Severity.WARNING,
            f"{scale.tag} fell from {readable(float(scale.values[begin]))} to "
            f"{readable(float(scale.values[worst]))} by {scale.unit} {int(scale.steps[worst])}"
            f"{', and came back' if good_again else ''}: one step after the other was skipped",
        )

    def _finding(self, fall: _Fall, kind: str, severity: Severity, message: str) -> Finding:
        begin, at, end = (int(fall.scale.steps[place]) for place in (fall.begin, fall.at, fall.end))
        return Finding(
            self.code,
            self.name,
            severity,
            confidence_of_shares((fall.halvings, 0.5 * self.least_halvings)),
            message,
            fall.scale.tag,
            (Span(begin, end),),
            Onset(at, begin, at),
            (Measure("fall of the loss scale", fall.halvings, self.least_halvings, "halvings"),),
            kind=kind,
        )
