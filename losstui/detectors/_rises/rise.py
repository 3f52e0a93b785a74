"""How sure a rise of the level is: against noise, against wandering, and by how long it has lasted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from losstui.curve import Curve
from losstui.frame import FloatArray
from losstui.roles import Direction
from losstui.stats.autocorrelation import error_ratio, scatter_before_smoothing
from losstui.stats.change_points import ChangePoint, rise_onset, upward_swings
from losstui.stats.noise import SIGMA_ERROR, median_deviation, noise_sigma, times_of
from losstui.stats.ranks import lowest_by_luck
from losstui.stats.trend import MEDIAN_ERROR

FROM_START, AFTER_LEARNING = "from-start", "after-learning"  # kinds of rises
# Times the lowest level, or of what goes below 0 the progress: a curve over more than that is noisy in
# proportion to its level.
LOGARITHMIC = 30.0
STEPS_TO_KNOW = 4  # steps since the best level: fewer do not tell a walk from a steady rise
SWING_SHARE = 0.67  # of the last rise: a swing of about the same size
TAILS = (1, 2, 4)  # times the width of a level: the longer, the less noise leaves in doubt
NOISE_WIDTHS = 4  # times the width of a level, around it: near enough to be as noisy ...
NOISE_LEAST = 24  # levels: of so many the noise is right within a third, nine times in ten
NEAR_BEST = 0.25  # of the rise: a level below has come back
BEYOND_NOISE = 1000.0  # times the first level: of a lognormal law of two nats one value in 4,000
KNOWN_ORDER = 8  # levels: of fewer the order does not tell whether they follow each other
LEAST_SCALE = 0.25  # of the start level: a run without progress has no other scale ...
LEAST_Z = 4.0  # standard errors: one in 30,000 by chance
LEAST_TIMES_OF_MEANS = 4.0  # times a batch: one in 50 is so low where they scatter by half of their mean
LEAST_LEARNT = 3.0  # standard deviations of one level: less may be the luck of the first ones
NEGLIGIBLE = 0.02  # of the rise: noise below moves no onset that a person would see
MOST_LUCK = 1e-3  # probability that noise alone made the first values so much lower


@dataclass(frozen=True, slots=True)
class Rise:
    """A rise over block levels: where it began, how high, against what."""

    begin: ChangePoint  # blocks
    start: float
    best: float
    tail: float
    lost: float  # fraction of the progress
    z: float
    kind: str


@dataclass(frozen=True, slots=True)
class Course:
    """The levels of a loss, shape (k,), the same smoothed, and the best of these, at index `bottom`.

    `width` levels are what a level at the end is the median of; `lost` is a share of `scale`, which is at
    least the `least_scale`.
    """

    levels: FloatArray
    smooth: FloatArray
    bottom: int
    width: int
    least: float

    @property
    def best(self) -> float:
        """The best level."""
        return float(self.smooth[self.bottom])

    @property
    def start(self) -> float:
        """The level the loss began at."""
        return max(float(self.smooth[0]), self.best)

    @property
    def tail(self) -> float:
        """The level it ends at."""
        return float(np.median(self.levels[-self.width :]))

    @property
    def scale(self) -> float:
        """What it had gained, or of a loss without progress the least that counts."""
        return max(self.start - self.best, self.least)

    @property
    def lost(self) -> float:
        """The share of the progress that is lost; of a loss that begins at exactly 0 no share is known."""
        return (self.tail - self.best) / self.scale if self.scale > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class RiseTest:
    """How significant a rise is; all in the unit of `levels`, which are logarithms if that suits them.

    `noise` is that of one level beside the best one, `lasted` counts the levels since it last was near that.
    """

    levels: FloatArray
    height: float
    noise: float
    z: float
    wander_z: float
    swings: int
    lasted: int


def least_scale(curve: Curve, start: float) -> float:
    """The least progress that a loss on `curve` is a share of, where it began at the level `start`.

    The level of a loss below 0 is a share of nothing, and an offset of it means nothing: there it is what
    luck alone gains.
    """
    if curve.role.direction is not Direction.HIGHER and float(curve.blocks.lowest.min()) < 0.0:
        levels, smooth = curve.blocks.medians, curve.levels
        return LEAST_LEARNT * noise_around(levels, smooth, curve.best_block, curve.level_window)
    return LEAST_SCALE * abs(start)


@np.errstate(over="ignore")
def rise_test(course: Course, *, sure: bool = False) -> RiseTest:
    """Compare the last levels of `course` with its best one.

    Levels that follow each other tell less than as many that do not, unless it is `sure` that it rose.
    What scatters less at its end is not noisy in proportion to its level.
    """
    levels, smooth, bottom, width = course.levels, course.smooth, course.bottom, course.width
    evened = _evened(levels, smooth, bottom, course.least)
    if evened[0] is not levels and not _is_quieter(levels, bottom, width):
        levels, smooth = evened
    height = max(0.0, float(np.median(levels[-width:]) - smooth[bottom]))  # of logarithms it may be less
    beside = noise_around(levels, smooth, bottom, width)
    near = np.flatnonzero(smooth <= smooth[bottom] + NEAR_BEST * height)
    calm = levels[: int(near[-1]) + 1]
    ordered = error_ratio(calm, bottom, width) if len(calm) >= KNOWN_ORDER and not sure else 1.0
    noise = ordered * beside
    luck = luck_of_best(MEDIAN_ERROR * noise / math.sqrt(width), len(levels), width)
    z = 0.0
    for tail in (times * width for times in TAILS):
        if tail == width or tail < len(levels) - bottom - width:
            after = ordered * noise_around(levels, smooth, len(levels) - 1, tail) / math.sqrt(tail)
            error = MEDIAN_ERROR * math.hypot(noise / math.sqrt(width), after)
            rise = min(height, float(np.median(levels[-tail:]) - smooth[bottom]))
            z = max(z, times_of(rise - luck, error))
    since = levels[int(near[-1]) + 1 :]
    if len(since) > width:  # what the levels scatter by from one width to the next counts as noise too
        error = math.hypot(MEDIAN_ERROR * noise, float(np.std(since)) * math.sqrt(width * width / len(since)))
        z = max(z, times_of((float(np.median(since) - smooth[bottom]) - luck) * math.sqrt(width), error))
    wander = _wander(smooth, bottom, width)
    swings = upward_swings(smooth, SWING_SHARE * height)
    return RiseTest(levels, height, beside, z, times_of(height, wander), swings, len(since))


def luck_of_best(error: float, count: int, width: int) -> float:
    """How much lower than its level the best of `count` levels is expected, each with that standard `error`.

    As many are independent as do not share any of their `width` values.
    """
    return error * math.sqrt(2.0 * math.log(count / width))


def error_as_since(test: RiseTest, width: int) -> float:
    """The standard error of the best level, a median of `width`, if levels always were as they are since.

    Before its best level a run may be too short to show how it wanders. How far is not taken from what came
    since: a run that has diverged scatters more.
    """
    since = test.levels[len(test.levels) - test.lasted :]
    return MEDIAN_ERROR * test.noise / math.sqrt(width) * error_ratio(since, None, width)


def scatter_of_levels(test: RiseTest, bottom: int) -> float:
    """The deviation of the levels that lead to the best one, at index `bottom`, around a straight line.

    Of the later half of them, as a descent begins steep. It needs no neighbours: where levels follow each
    other for long, the steps between them show little of how far they go. 0.0 of too few.
    """
    before = test.levels[bottom // 2 : bottom + 1]
    if len(before) < KNOWN_ORDER:
        return 0.0
    x = np.arange(len(before), dtype=np.float64)
    x -= x.mean()
    rest = before - before.mean()
    rest = rest - x * (float(x @ rest) / float(x @ x))
    return math.sqrt(float(rest @ rest) / (len(rest) - 2))


def _is_quieter(levels: FloatArray, bottom: int, width: int) -> bool:
    """Whether the last levels surely scatter by less than those that lead to the best one."""
    count = max(NOISE_WIDTHS * width, NOISE_LEAST)
    before, after = levels[max(0, bottom + 1 - count) : bottom + 1], levels[-count:]
    error = SIGMA_ERROR * math.sqrt(1.0 / len(before) + 1.0 / len(after))
    return times_of(noise_sigma(before), noise_sigma(after)) > math.exp(LEAST_Z * error)


def _evened(
    levels: FloatArray, smooth: FloatArray, bottom: int, least: float
) -> tuple[FloatArray, FloatArray]:
    """Both on a scale on which what spans powers of ten is noisy alike all along; shapes (k,) in and out.

    That is the logarithm, or where the loss goes below 0 the area sine of the height above the best level in
    units of the progress, of `least` at least: straight within what the run has gained, a logarithm above.
    """
    if levels.min() > 0.0:
        return (
            (np.log(levels), np.log(smooth))
            if levels.max() > LOGARITHMIC * levels.min()
            else (levels, smooth)
        )
    best = float(smooth[bottom])
    progress = max(float(smooth[0]) - best, least)
    if levels.max() - best <= LOGARITHMIC * progress or progress == 0.0:
        return levels, smooth
    return np.arcsinh((levels - best) / progress), np.arcsinh((smooth - best) / progress)


def rise_begin(test: RiseTest, course: Course, least: tuple[float, float]) -> ChangePoint:
    """Where the rise of `test` begins, or a rise before it, on whose top it stands.

    What explodes hides in its own scale what rose before. Such a rise is at least as high and as sure as
    `least` says, in the unit of the levels and in standard errors.
    """
    width = course.width
    first = max(0, course.bottom - width // 2)  # the lowest of a running median may lie so far from the turn
    begin = rise_onset(test.levels[first:], NEGLIGIBLE * test.height).shifted(first)
    while (end := begin.index) >= course.bottom + 2 * width:
        before = replace(course, levels=course.levels[:end], smooth=course.smooth[:end])
        if before.tail - before.best < least[0]:
            break
        test = rise_test(before)
        if test.z < least[1]:
            break
        begin = rise_onset(test.levels[first:], NEGLIGIBLE * test.height).shifted(first)
    return begin


def left_at_once(levels: FloatArray, most: int) -> bool:
    """Whether the first levels, `most` at most, lie below all others by no luck of over `MOST_LUCK`.

    Or the usual level lies above the first one by more than noise of any kind spans.
    """
    if np.median(levels) >= BEYOND_NOISE * levels[0] > 0.0:
        return True
    wide = levels.min() > 0.0 and levels.max() > LOGARITHMIC * levels.min()
    scale = np.log(levels) if wide else levels
    return any(lowest_by_luck(scale, first) <= MOST_LUCK for first in range(1, most + 1))


def is_luck_of_means(loss: Curve, low: float, high: float) -> bool:
    """Whether the values may be running means, which keep for long what the first one was low by.

    `low` is the level the loss began at and `high` the one it came to, of `descent`. A metric is measured
    anew each time.
    """
    if loss.role.direction is Direction.HIGHER or high > LEAST_TIMES_OF_MEANS * low > 0.0:
        return False
    return high - low < LEAST_Z * scatter_before_smoothing(loss.descent[len(loss) // 2 :])


def noise_around(levels: FloatArray, smooth: FloatArray, at: int, width: int) -> float:
    """Standard deviation of one block level around the smooth level, near block `at`."""
    span = max(NOISE_WIDTHS * width, NOISE_LEAST)
    first = min(max(0, at - span // 2), max(0, len(levels) - span))
    near = slice(first, first + span)
    # Second differences: a short running median follows its values, and leaves hardly a residual.
    return noise_sigma(levels[near]) or float(np.std((levels - smooth)[near]))


def _wander(smooth: FloatArray, bottom: int, width: int) -> float:
    """How far a random walk with the steps of this curve gets from block `bottom` to the end.

    A step is the change of the level over `width` blocks; steady rises and falls are no wandering, and
    what a run does once it has diverged says nothing of how it wandered before.
    """
    steps = smooth[width:] - smooth[:-width]
    step, since = median_deviation(steps), steps[bottom:]
    if len(since) >= STEPS_TO_KNOW * width:
        step = min(step, median_deviation(since))
    before = steps[bottom // 2 : max(0, bottom - width)]
    if len(before) >= STEPS_TO_KNOW * width:
        step = min(step, median_deviation(before))
    walked = max(1.0, (len(smooth) - bottom) / width - 1.0)
    return step * math.sqrt(walked)
