"""How far a validation loss has risen at its end above the best it had, and what train lost meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.roles import Kind
from losstui.stats.autocorrelation import error_of_difference
from losstui.stats.noise import times_of
from losstui.stats.ranks import rank_trend_z
from losstui.stats.student import normal_of_student
from losstui.stats.trend import MEDIAN_ERROR, Estimate
from losstui.stats.turning import turn_z, walk_z

TAIL_SHARE = 0.1  # of the values: what "at the end" is
TAIL_LEAST = 3  # values: the fewest with a median
AS_GOOD = 1.5  # standard errors: levels nearer to the best may have been it
# A median deviation of n values knows their scale as well as the squares of so many would (Hampel 1974, "The
# influence curve and its role in robust estimation", Journal of the American Statistical Association 69).
MEDIAN_EFFICIENCY = 0.37
# What sets rises apart from losses that scatter or wander: an error of a walk counts for so many of scatter,
# and steps as few tell of no more errors of a walk than these.
WALK_WEIGHT, MOST_WALK = 0.3, 5.0
FEW = "few-evaluations"


@dataclass(frozen=True, slots=True)
class ValidationRise:
    """The block with the best level; the one with the best value, and between which two it certainly is.

    `beside` is what else speaks for the height, or against it, in its standard errors. These are known by
    `freedom` degrees.
    """

    best: int
    lowest: int
    low: int
    high: int
    height: Estimate
    level: float
    progress: float
    beside: float
    kind: str | None = None
    freedom: float = math.inf

    @property
    def z(self) -> float:
        """Standard errors that speak for the rise, as many as say the same where they are known exactly."""
        t = times_of(self.height.value, self.height.error) + self.beside
        return normal_of_student(t, self.freedom) if t > 0.0 and math.isfinite(self.freedom) else t


def rise_of_levels(validation: Curve) -> ValidationRise:
    """The last values above the best level; a level is the median of several values.

    The lowest of k levels that are as good lies lower than they are by luck: by the square root of 2 ln k
    of its standard errors, which are 0.7 of those of the difference.
    """
    levels, values = validation.levels, validation.descent
    best = validation.best_block
    level = float(levels[best])
    tail = values[-max(TAIL_LEAST, round(TAIL_SHARE * len(values))) :]
    error = _error(validation, len(tail))
    # Levels spread what happens in a block over their window; within it the values say where it was.
    near = np.ones(validation.level_window, np.int64)
    as_good = np.flatnonzero(np.convolve(levels <= level + AS_GOOD * error, near, "same"))
    lowest = int(as_good[np.argmin(validation.blocks.medians[as_good])])
    height = Estimate(float(np.median(tail)) - level, error)
    alike = np.count_nonzero(levels <= level + AS_GOOD * error) / validation.level_window
    luck = math.sqrt(math.log(max(1.0, alike)))
    return ValidationRise(
        best, lowest, int(as_good[0]), int(as_good[-1]), height, level, validation.progress, -luck
    )


def _error(validation: Curve, tail: int) -> float:
    """The standard error of the median of the last `tail` values less the best level."""
    blocks, best, half = validation.blocks, validation.best_block, validation.level_window // 2
    # Heavy tails count in full here: a few wild evaluations at the end are no rise.
    bends = np.diff(validation.descent[int(blocks.last[best]) + 1 :], 2)
    noise = max(validation.usual_noise, float(np.sqrt(np.mean(bends**2) / 6.0)) if len(bends) else 0.0)
    window = max(TAIL_LEAST, round(len(validation) / max(len(blocks), 1)))
    first = max(0, best - half)
    turn = first + int(np.argmin(blocks.medians[first : best + half + 1]))
    return max(
        noise * MEDIAN_ERROR * math.sqrt(1.0 / tail + 1.0 / window),
        error_of_difference(blocks.medians, turn, (tail / blocks.size, float(TAIL_LEAST))),
    )


def rise_of_few(validation: Curve) -> ValidationRise:
    """The same of single values: the last above the lowest, with the error that their course leaves."""
    values = validation.descent
    best = int(np.argmin(values))
    level, height = float(values[best]), float(values[-1] - values[best])
    z = turn_z(values)
    error = height / z if z > 0.0 else math.inf
    as_good = np.flatnonzero(values <= level + AS_GOOD * error)
    low, high = int(as_good[0]), int(as_good[-1])
    return ValidationRise(
        best, best, low, high, Estimate(height, error), level, validation.progress, 0.0, FEW
    )


def by_its_scale(rise: ValidationRise, validation: Curve) -> ValidationRise:
    """`rise`, whose standard error is known no better than so many evaluations tell their scale."""
    return replace(rise, freedom=MEDIAN_EFFICIENCY * len(validation.blocks))


def against_a_walk(rise: ValidationRise, validation: Curve) -> ValidationRise:
    """`rise`, for which speaks as well how much farther it goes than a walk of few evaluations would."""
    return replace(rise, beside=rise.beside + WALK_WEIGHT * min(walk_z(validation.descent), MOST_WALK))


def course_z(validation: Curve) -> float:
    """Standard errors by which its course as a whole rises, or goes farther from its lowest than a walk."""
    return max(rank_trend_z(validation.blocks.medians), walk_z(validation.blocks.medians))


def gained(pair: Pair, rise: ValidationRise) -> float:
    """What validation has gained until `rise`, in the unit of the loss.

    Of a first evaluation far above the next ones levels know nothing. It is none that is off where train,
    which begins as the same model, began as high.
    """
    first = min(float(pair.validation.descent[0]), pair.train.start_level)
    return max(rise.progress, first - rise.level)


def train_fall(pair: Pair, rise: ValidationRise) -> float:
    """What the train loss lost since the checkpoint that is named, as a share of its level there."""
    blocks = pair.validation.blocks
    middle = int(blocks.first[rise.lowest] + blocks.last[rise.lowest]) // 2
    at = float(pair.train_steps_of_validation[middle])
    before = float(np.interp(at, pair.train.block_steps.astype(np.float64), pair.train.levels))
    tail = pair.train.descent[-max(TAIL_LEAST, round(TAIL_SHARE * len(pair.train))) :]
    return _share_of_train(pair, before, float(np.median(tail)))


def train_fall_of_epochs(pair: Pair, rise: ValidationRise) -> float | None:
    """The same, of the last epoch as a whole and of that around the checkpoint; None without steps.

    Where train steps down at each epoch and rises within it, the place in the epoch at which the log ends
    says nothing of what is learned.
    """
    train = pair.train
    if train.sawtooth is None:
        return None
    blocks, width = pair.validation.blocks, round(train.sawtooth.period)
    middle = int(blocks.first[rise.lowest] + blocks.last[rise.lowest]) // 2
    at = int(np.searchsorted(train.block_steps, float(pair.train_steps_of_validation[middle])))
    levels = train.blocks.medians
    first = min(max(0, at - width // 2), len(levels) - width)
    before, after = (float(np.mean(one)) for one in (levels[first : first + width], levels[-width:]))
    return _share_of_train(pair, before, after)


def _share_of_train(pair: Pair, before: float, after: float) -> float:
    scale = pair.scale_of(before)
    return (before - after) / scale if scale else 0.0


def above_named(pair: Pair, rise: ValidationRise) -> float:
    """How far the end lies above the checkpoint that is named, as a share of its value."""
    # Of a few values levels know the best little better than its neighbours: what is named is its own.
    lowest = float(pair.validation.blocks.medians[rise.lowest])
    return times_of(rise.height.value + rise.level - lowest, pair.scale_of(lowest))


def best_by_score(curve: Curve, rise: ValidationRise, curves: RunCurves, few: int) -> str:
    """In words where another metric of the data of `curve` is best, if that is surely later; or else "".

    Of up to `few` values the best one tells it, of more their levels.
    """
    for score in curves.select(Kind.ACCURACY, curve.role.split):
        if score is curve or not len(score):
            continue
        if len(score) <= few:
            best = first = int(score.steps[int(np.argmin(score.descent))])
            loss_until = int(curve.block_steps[rise.lowest])
        else:
            of_score = rise_of_levels(score)
            best, first = (int(score.block_steps[at]) for at in (of_score.lowest, of_score.low))
            loss_until = int(curve.block_steps[rise.high])
        if first > loss_until:
            return f", but by {score.tag} near {best}"
    return ""


def still_falls(validation: Curve) -> bool:
    """Whether its best level is the last one, or too near the end for a rise to show."""
    return len(validation.blocks) - validation.best_block <= TAIL_LEAST
