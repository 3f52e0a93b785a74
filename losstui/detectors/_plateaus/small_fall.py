"""Whether a flat loss has lost so little of its first level that there has to be more to gain."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail, began_untrained
from losstui.detectors._plateaus.batch_noise import more_to_gain
from losstui.detectors._plateaus.bounds import LEAST_FALL, LEAST_Z, LOOSE_SHARE
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._schedule import Schedule, gradient_left
from losstui.detectors._skill import score_learned
from losstui.findings import Measure, Severity
from losstui.wording import percent

OR_DONE = "or-done"
SMALL_FALL = 0.35  # of the first level, with a gradient: an output layer learns that much ...
SMALL_FALL_BLIND = 0.25  # ... without one, where nothing else says that there is more to learn
SMALL_MEAN_FALL = 0.3  # of train and validation on average: labels that are a bit wrong leave more
LEAST_GRADIENT = 0.05  # of its highest level: a gradient below has found a minimum
HIGH_RATE = 0.5  # of the peak rate: a learning rate above has not been lowered


@dataclass(frozen=True, slots=True)
class Drive:
    """What still drives a run whose loss is flat.

    `gradient` is the last gradient norm as a share of its highest level, None where none was logged,
    `at_high_rate` whether beside one the rate was never lowered, `untrained` whether the run is no
    fine-tuning, `ran_out` whether the schedule ended the run.
    """

    gradient: float | None
    at_high_rate: bool
    untrained: bool
    ran_out: bool

    @property
    def lasts(self) -> bool:
        """Whether a loss that has fallen little is not done: it began untrained, and nothing was lowered."""
        return self.at_high_rate and self.untrained


def drive(curves: RunCurves, tails: list[FlatTail], plan: Schedule | None) -> Drive:
    """What still drives a run with these `tails` of its losses."""
    left = gradient_left(curves)
    untrained = began_untrained(curves, tails, plan)
    if plan is None:
        return Drive(left, at_high_rate=False, untrained=untrained, ran_out=False)
    high = left is not None and plan.left >= HIGH_RATE
    return Drive(left, at_high_rate=high, untrained=untrained, ran_out=plan.ran_out)


def all_fell_little(tails: list[FlatTail], plan: Schedule | None) -> bool:
    """Whether all losses together fell little, and none goes on falling, by `LEAST_FALL` of its gain.

    Where the rate goes on changing, most of the fall may be to come.
    """
    if plan is not None and plan.under_way:
        return False
    # The floor of the bound is a share of the level: what falls steadily below it is slow, not flat.
    steady = any(tail.falls(LEAST_FALL * tail.gained, LEAST_Z) for tail in tails)
    return not steady and sum(tail.fallen for tail in tails) <= SMALL_MEAN_FALL * len(tails)


def small_fall(curves: RunCurves, tail: FlatTail, driven: Drive) -> Reason | None:
    """Why the flat `tail` may be no end: it fell little until there.

    A run that is driven at a high rate is told by its gradient if it fell by more than `LOOSE_SHARE` of its
    first level; one that may have been trained before is no warning. Where a score says that the run did
    learn (`score_learned`), there was no more to lose.
    """
    left = driven.gradient
    most = SMALL_FALL_BLIND if left is None else SMALL_FALL
    if driven.ran_out or not 0.0 <= tail.fallen <= most or (left is not None and left < LEAST_GRADIENT):
        return None
    if score_learned(curves):
        return None
    text = f"it has lost only {percent(tail.fallen)} of its first level"
    measure = Measure("fall since the start", tail.fallen, most, "fraction of the first level")
    if driven.lasts and tail.fallen > LOOSE_SHARE:
        if not more_to_gain(curves):
            return None
        return Reason("lr-floor", f"{text}, with learning rate and gradient still high", measure)
    if not driven.untrained:
        text += ": stuck, or tuned from a start that was good"
        return Reason(OR_DONE, text, measure, severity=Severity.INFO)
    return Reason("stuck", text, measure)
