"""Swings of a curve: how large they are, what pattern they have and where they begin."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import at_raised_rate
from losstui.detectors._pairs import pair_of
from losstui.detectors._schedule import schedule
from losstui.findings import Measure, Onset
from losstui.frame import FloatArray
from losstui.roles import Direction
from losstui.stats.change_points import upward_swings
from losstui.stats.medians import median
from losstui.stats.noise import times_of
from losstui.stats.periodicity import clipped, detrended, strength_at

ALTERNATING, PERIODIC, SCHEDULE, EPOCH = "alternating", "periodic", "schedule", "epoch"
ORDER, IRREGULAR = "order", "irregular"

MOST_VALUES = 32_768  # at once: longer periods are those of blocks of values
WINDOWS = 20  # the onset is found to this many parts of the run
WINDOW_VALUES = 8  # the shortest window that shows a swing
WINDOW_ENOUGH = 2000  # of the values of a window are looked at: their spread is known within 2 %
CYCLE_VALUES = 8  # of a cycle, at least: so many show how large it is
WINDOW_CYCLES = 1.5  # of the period: a shorter window takes a cycle for a trend
CLEAR = 2.0  # standard deviations of one value: a first value that is nearer to the best is luck
MOST_RATES = 1000  # looked at, evenly spaced: a cycle of the learning rate in the tail has dozens
RATE_RISE = 1.2  # times the lowest learning rate before: more than rounding
RATE_RISES = 2  # in the tail: raised once it may stay, raised again it goes up and down
QUIET = 0.5  # of the usual spread in the later windows: a window below does not swing
QUIET_WEIGHT = 2.0  # windows that swing: what one that does not has to be outweighed by


@dataclass(frozen=True, slots=True)
class Swings:
    """The usual swing of the tail of a curve, as shares of its level and of what the run gained."""

    of_level: float
    of_gain: float

    def effect(self, least_of_level: float, least_of_gain: float) -> float:
        """How large they are, in those bounds: 1 where they just pass both."""
        return min(self.of_level / least_of_level, self.of_gain / least_of_gain)


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """What `curve` shows from index `start` on: `values`, each of which stands for `each` of the curve."""

    curve: Curve
    start: int
    values: FloatArray
    each: int = 1


@dataclass(frozen=True, slots=True)
class Pattern:
    """Swings that were found: what they are called, how large and how sure they are.

    `period` is in values of the curve, 1 for swings without order; `size` in the unit of the loss, `effect`
    in the bounds of their size. `last_step` is where they end, None where they last.
    """

    kind: str
    words: str
    swings: Swings
    size: float
    effect: float
    period: float
    z: float
    least_z: float
    measure: Measure
    last_step: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order that noise does not have: how long it takes, how large it is, how sure the test is.

    `period` is in the values that were tested, `size` in the unit of the loss.
    """

    period: float
    size: float
    z: float
    least_z: float
    measure: Measure


def swings_of(curve: Curve, start: int, size: float) -> Swings:
    """A swing of that size in `curve` from index `start` on; an infinite share of what is not above zero."""
    blocks = curve.blocks
    first = min(int(np.searchsorted(blocks.last, start)), len(blocks) - 1)
    of_gain = _share(size, _gain(curve))
    higher = curve.role.direction is Direction.HIGHER
    lowest, medians = (-blocks.highest, -blocks.medians) if higher else (blocks.lowest, blocks.medians)
    # A level means something only where the values cannot be negative: none is, here or before.
    if float(lowest.min()) < 0.0:
        return Swings(math.inf if size > 0.0 else 0.0, of_gain)
    # A loss that is mostly exactly 0 lies at its floor, and what rises from there now and then is no swing.
    return Swings(times_of(size, level) if (level := median(medians[first:])) > 0.0 else 0.0, of_gain)


def _gain(curve: Curve) -> float:
    """What the run gained from its first value on: one that rises at once gains nothing by coming back."""
    if not len(curve):
        return 0.0
    from_first = float(curve.blocks.medians[0] - curve.levels[curve.best_block])
    return from_first if CLEAR * curve.noise < from_first < curve.progress else curve.progress


def shown_from(curve: Curve, start: int) -> FloatArray:
    """The values from index `start` on, or where they are many the levels of their blocks."""
    if len(curve) - start <= MOST_VALUES:
        return curve.descent[start:]
    return curve.blocks.medians[int(np.searchsorted(curve.blocks.last, start)) :]


def stretch_from(curve: Curve, start: int) -> Stretch:
    """What `shown_from` shows of `curve` from index `start` on."""
    values = shown_from(curve, start)
    return Stretch(curve, start, values, 1 if len(values) == len(curve) - start else curve.blocks.size)


def swing_onset(curve: Curve, period: float) -> Onset:
    """The window from which on `curve` swings with `period`, in values; without order below 2."""
    longest = len(curve) / max(WINDOW_VALUES, WINDOW_CYCLES * period)
    windows = max(2, min(WINDOWS, int(longest)))
    edges = np.linspace(0, len(curve), windows + 1).astype(np.int64)
    ordered = period >= 2.0  # what swings with it is not the noise beside it
    every = int(edges[1]) // WINDOW_ENOUGH
    every = max(1, min(every, int(period / CYCLE_VALUES)) if ordered else every)
    parts = [clipped(detrended(curve.descent[a:b:every])) for a, b in itertools.pairwise(edges)]
    spreads = np.array([strength_at(part, period / every) if ordered else np.std(part) for part in parts])
    usual = float(np.median(spreads[windows // 2 :]))
    scores = np.where(spreads >= QUIET * usual, 1.0, -QUIET_WEIGHT)
    begin = int(np.argmax(np.cumsum(scores[::-1])[::-1]))
    low, high = max(0, begin - 1), min(windows - 1, begin + 1)
    return Onset(int(curve.steps[edges[begin]]), int(curve.steps[edges[low]]), int(curve.steps[edges[high]]))


def onset_of(curve: Curve, pattern: Pattern, curves: RunCurves) -> Onset:
    """Where `pattern` begins: swings without order do where those of validation do, which no batch makes."""
    shown, pair = curve, pair_of(curve, curves)
    if pattern.kind == IRREGULAR and pair is not None and pair.validation.last_step <= curve.last_step:
        shown = pair.validation
    found = swing_onset(shown, pattern.period)
    return at_raised_rate(found, found.low, found.high, curves)


def sine_swing(deviation: float, share: float) -> float:
    """The height, from trough to crest, of a sine that makes up `share` of the power of residuals.

    `deviation` is the standard deviation of those residuals, in the unit of the loss.
    """
    return 2.0 * math.sqrt(2.0 * share) * deviation


def skips_each_second_step(curve: Curve) -> bool:
    """Whether all values are an even number of steps apart: what turns at each step does not show."""
    apart = np.diff(curve.steps)
    return len(apart) > 0 and not np.any(apart % 2)


def rate_cycles(curves: RunCurves, first_step: int) -> bool:
    """Whether the learning rate goes up and down from `first_step` on, and the losses with it by design."""
    plan = schedule(curves)
    if plan is None:
        return False
    rates: FloatArray = plan.rates[int(np.searchsorted(plan.steps, first_step)) :]
    rates = np.maximum(rates[:: len(rates) // MOST_RATES + 1], np.finfo(np.float64).tiny)
    return upward_swings(np.log(rates), math.log(RATE_RISE)) >= RATE_RISES


def _share(size: float, whole: float) -> float:
    return size / whole if whole > 0.0 else math.inf if size > 0.0 else 0.0
