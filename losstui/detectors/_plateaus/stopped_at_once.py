"""Whether a loss stopped at once, high up, at a learning rate that was never lowered."""

from __future__ import annotations

from losstui.curves import RunCurves
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.bounds import LEAST_Z, TAIL_SHARE
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._plateaus.small_fall import HIGH_RATE, LEAST_GRADIENT
from losstui.detectors._schedule import Schedule, gradient_left
from losstui.detectors._skill import final_accuracy, of_numbers, score_learned
from losstui.findings import Measure
from losstui.stats.trend import Estimate, fall_over, pooled
from losstui.wording import percent

# Of the run: what comes to the floor of its task slows down on the way. Runs ten times as long as what they
# take are planned now and then, where a first try was that long; hardly any are longer.
AT_ONCE = 0.08
# Of the first level: well-trained runs leave as much on one task in sixteen, half of it on one in eight.
LEAST_LEFT = 0.6


def at_first_rate_only(curves: RunCurves, plan: Schedule | None) -> bool:
    """Whether a run that looks done has seen one rate only, and neither a score nor the gradient say it is.

    That rate is above those that models are fine-tuned at, and does not go on changing. Of the likelihood of
    numbers no share of its first level says how much is left.
    """
    if plan is None or plan.left < HIGH_RATE or plan.under_way or plan.tunes:
        return False
    if of_numbers(curves) or score_learned(curves):
        return False
    gradient = gradient_left(curves)
    return (gradient is None or gradient >= LEAST_GRADIENT) and final_accuracy(curves) is None


def stopped_at_once(
    curves: RunCurves, tails: list[FlatTail], plan: Schedule | None
) -> tuple[FlatTail, Reason] | None:
    """The one of `tails` that is flat since `AT_ONCE`, and why that is no end: much is left of all.

    None where one of them moves by `LEAST_Z` standard errors over the last `TAIL_SHARE` of the run.
    """
    if not at_first_rate_only(curves, plan) or any(tail.moves(tail.bound, LEAST_Z) for tail in tails):
        return None
    left = 1.0 - max(tail.fallen for tail in tails)
    losses = [tail for tail in tails if tail.of_loss]
    tail = next((tail for tail in losses if not tail.risen and _since(tail) <= AT_ONCE), None)
    if tail is None or left < LEAST_LEFT or _fall_ever_since(losses).upper > 1.0:
        return None
    text = f"it stopped at once with {percent(left)} of its first level left, and the rate was never lowered"
    return tail, Reason("stuck", text, Measure("level left", left, LEAST_LEFT, "fraction of the first level"))


def _fall_ever_since(tails: list[FlatTail]) -> Estimate:
    """How far the losses fall over `tails` at the pace since `AT_ONCE`, together, in shares of what each may.

    What falls ever slower fell no slower before. So that pace, which is known far better than that of the
    last `TAIL_SHARE` alone, bounds it.
    """
    longer = (1.0 - AT_ONCE) / TAIL_SHARE
    levels = (tail.curve.blocks.medians for tail in tails)
    falls = (fall_over(level[round(AT_ONCE * len(level)) :]) for level in levels)
    return pooled([fall.over(longer * tail.bound) for fall, tail in zip(falls, tails, strict=True)])


def _since(tail: FlatTail) -> float:
    """The share of the run that was over when it stopped: half way to the first value that is flat."""
    return (tail.part.start - 0.5) / len(tail.curve.blocks)
