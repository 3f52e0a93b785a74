"""Where a curve that had come down and was calm is no longer: it lies higher, or it scatters more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.frame import FloatArray
from losstui.kinds import LOSSES
from losstui.stats.autocorrelation import independent_count
from losstui.stats.change_points import ChangePoint, rise_onset, upward_swings
from losstui.stats.medians import median
from losstui.stats.noise import (
    SIGMA_ERROR,
    mean_scatter,
    median_deviation,
    noise_sigma,
    noise_with_ties,
    times_of,
)
from losstui.stats.trend import MEDIAN_ERROR, Estimate
from losstui.stats.welch import welch_z

RISE, SCATTER = "rise", "scatter"
SPLITS = 20  # a run is split at multiples of this part of it
BEFORE_SHARE = 0.15  # of the run: the calm part
LEAST_BEFORE = 8  # values: fewer have no noise to speak of
AFTER_SHARE = 0.1  # of the run: what is shorter may still settle
LEAST_LEARNED = 0.5  # of the progress, by the calm part: what comes before is no late part
LEAST_GAIN = 0.05  # of the start level: a run that gained less had not learned
LEAST_RISE = 0.1  # of the progress: what a person sees in the curve
LEAST_OF_METRIC = 0.03  # of a metric: it is often first measured when most of the gain is made
LEAST_RATIO = 3.0  # times the noise before
LEAST_SCATTER = 0.04  # of the progress: noise below is small, however it has grown
MOST_NOISE = 0.1  # of the progress: a curve noisier than that was never calm
LEAST_Z = 4.0  # standard errors: one in 30,000 by chance, over some dozen splits
LEAST_HABIT = 2  # rises as high before: the second is a habit, and not late
SWING_SHARE = 0.67  # of the rise: about as high
MOST_VALUES = 4000  # looked at, evenly spaced: of a tenth of those the noise is known within 8 %
NEGLIGIBLE = 0.01  # of the progress: noise below moves no onset that a person would see


@dataclass(frozen=True, slots=True)
class Change:
    """What is different from the value at `split` on.

    `rise` and `scatter` are shares of the progress until then, `ratio` is that of the noise to the noise
    before.
    """

    kind: str
    split: int
    calm: float
    level: float
    rise: float
    z: float
    ratio: float = 1.0
    scatter: float = 0.0

    @property
    def effect(self) -> float:
        """How large it is, in units of the least that counts."""
        if self.kind == RISE:
            return self.rise / LEAST_RISE
        return min(self.ratio / LEAST_RATIO, self.scatter / LEAST_SCATTER)


@dataclass(frozen=True, slots=True, eq=False)
class _Split:
    """A place to split a curve at: the value `at`, those `before` and `after` it, and their levels.

    `longer` is what noise before is known from: calm by luck is common over a few values, so it is half of
    all that came before. `after` lasts at `level`.
    """

    at: int
    before: FloatArray
    longer: FloatArray
    after: FloatArray
    calm: float
    level: float


def late_changes(curve: Curve, least_z: float = LEAST_Z) -> Iterator[Change]:
    """Each split after which `curve` is clearly different; rises count from `least_z` standard errors on."""
    for split in _splits(curve):
        change = _sure_rise(curve, split, least_z)
        if change is None and curve.role.kind in LOSSES:  # a share of answers scatters by its level
            change = _scatter(curve, split)
        if change is not None:
            yield change


def late_rises(curve: Curve, least_z: float = LEAST_Z) -> Iterator[Change]:
    """The `late_changes` after which the curve lies higher."""
    rises = (_sure_rise(curve, split, least_z) for split in _splits(curve))
    return (rise for rise in rises if rise is not None)


def _splits(curve: Curve) -> Iterator[_Split]:
    """Where enough of `curve` lies on each side, and where it had learned before."""
    stride = max(1, len(curve) // MOST_VALUES)
    values = curve.descent[::stride]
    n, width = len(values), values_before(len(values))
    least_after = max(LEAST_BEFORE, round(AFTER_SHARE * n))
    for part in range(1, SPLITS):
        at = round(part * n / SPLITS)
        if at < width or n - at < least_after:
            continue
        before, longer, after = values[at - width : at], values[min(at - width, at // 2) : at], values[at:]
        calm, level = median(before), median(_lasting(after))
        if curve.start_level - calm >= LEAST_LEARNED * _kept(curve, at * stride, level):
            yield _Split(at * stride, before, longer, after, calm, level)


def begin_of(changes: Sequence[Change], kind: str, curve: Curve) -> ChangePoint:
    """The block where the changes of that `kind`, at least one of `changes`, begin.

    There the level leaves its lowest, or the extremes of the blocks their usual distance from it, for good.
    """
    # The first split with such a change lies before it, the clearest may lie after.
    split = min(change.split for change in changes if change.kind == kind)
    blocks, smooth = curve.blocks, curve.levels
    first = max(0, int(np.searchsorted(blocks.last, split)) - values_before(len(blocks)))
    if kind == RISE:
        first += int(np.argmin(smooth[first:]))
        moved = blocks.medians
    else:
        moved = np.maximum(blocks.highest - smooth, smooth - blocks.lowest)
    return rise_onset(moved[first:], NEGLIGIBLE * curve.progress).shifted(first)


def values_before(n: int) -> int:
    """How many of `n` values or blocks before a change its calm part has."""
    return max(LEAST_BEFORE, round(BEFORE_SHARE * n))


def level_of(values: FloatArray) -> Estimate:
    """The median of `values`, shape (n,), n >= 1, with the error their order leaves."""
    scatter = median_deviation(values) or float(np.std(values))  # where most are alike
    error = MEDIAN_ERROR * scatter / math.sqrt(independent_count(values))
    return Estimate(median(values), error)


def _lasting(after: FloatArray) -> FloatArray:
    """All of `after` or its second half, shape (n,), n >= 2, whichever is lower: that level lasts."""
    return min(after, after[len(after) // 2 :], key=median)


def _kept(curve: Curve, split: int, level: float) -> float:
    """The progress without lows below what lasts: noise goes below what was learned.

    `level` is the one that lasts after the split. Infinite where next to nothing is left.
    """
    until = float(curve.levels[: max(1, int(np.searchsorted(curve.blocks.last, split)))].min())
    lows = min(until, level) - float(curve.levels[curve.best_block])
    kept = curve.progress - max(0.0, lows)
    return kept if kept > LEAST_GAIN * abs(curve.start_level) else math.inf


def _sure_rise(curve: Curve, split: _Split, least_z: float) -> Change | None:
    """The rise after `split`; None for one that is low, a habit, or not `least_z` standard errors high."""
    calm, level = split.calm, split.level
    least = 0.0 if curve.role.kind in LOSSES else LEAST_OF_METRIC * abs(calm)
    if (level - calm) / curve.progress < LEAST_RISE or level - calm < least:
        return None
    before, after = level_of(split.before), level_of(_lasting(split.after))
    z = welch_z(before, after, (len(split.before), len(split.after)))
    rise = Change(RISE, split.at, calm, level, (level - calm) / curve.progress, z)
    return None if z < least_z or _is_habit(curve, rise) else rise


def _is_habit(curve: Curve, rise: Change) -> bool:
    before = curve.levels[: int(np.searchsorted(curve.blocks.last, rise.split))]
    return upward_swings(before, SWING_SHARE * (rise.level - rise.calm)) >= LEAST_HABIT


def _scatter(curve: Curve, split: _Split) -> Change | None:
    after, later = split.after, split.after[len(split.after) // 2 :]
    if len(later) < LEAST_BEFORE:  # two spikes among a few values are no scatter
        return None
    loud = min(noise_sigma(after), noise_sigma(later))
    scatter = loud / curve.progress
    if scatter < LEAST_SCATTER:
        return None
    quiet, known_from = _quiet(split.longer, NEGLIGIBLE * curve.progress)
    ratio = times_of(loud, quiet)
    if quiet > MOST_NOISE * curve.progress or ratio < LEAST_RATIO:
        return None
    z = math.log(ratio) / (SIGMA_ERROR * math.sqrt(1.0 / known_from + 1.0 / len(later)))
    calm, level = median(split.longer), median(after)
    if z < LEAST_Z or calm - level >= LEAST_RISE * curve.progress:
        return None
    return Change(SCATTER, split.at, calm, level, (level - calm) / curve.progress, z, ratio, scatter)


def _quiet(before: FloatArray, least: float) -> tuple[float, int]:
    """The noise of the calm part, shape (n,), and of how many values it is known.

    The median of few differences is at times tiny by luck, and their mean is not. One that is mostly exactly
    0, or rounded, has no usual scatter, only what its few other values leave.
    """
    sigma = noise_sigma(before)
    if sigma > 0.0:
        return max(sigma, mean_scatter(before)), len(before)
    return max(noise_with_ties(before), least), max(1, int(np.count_nonzero(before != median(before))))
