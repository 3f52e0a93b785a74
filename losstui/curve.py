"""A curve as the detectors see it: one tag, cleaned, oriented and scaled."""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np

from losstui.frame import FloatArray, IntArray, Series
from losstui.points import points_kept
from losstui.roles import Direction, Kind, Role
from losstui.run import StepUnit
from losstui.stats.blocks import Blocks, block_medians, running_median
from losstui.stats.epoch_means import mean_period
from losstui.stats.medians import median
from losstui.stats.noise import noise_sigma, noise_with_ties
from losstui.stats.sawtooth import Sawtooth, sawtooth
from losstui.tags import any_word, quantity_of

START_BLOCKS = 3  # the fewest whose median one odd value cannot move
MOST_BLOCKS = 400  # trend statistics see at most this many levels: linear time, and 0.25 % of the run each
SMOOTH_SHARE = 0.05  # a level is the median over this share of the run
SMOOTH_LEAST = 5  # values: fewer have no median worth the name
WHOLES = (1.0, 100.0)  # that a share of right answers is of
# Scores that no whole bounds: decibels, and what is summed up or weighted otherwise.
_WITHOUT_WHOLE = any_word(r"psnr|(?:si_|n)?s[dn]ri?|cider|pesq")
# A "log" alone may be the place where a tag stands.
_LOGARITHM = re.compile(r"(?<![a-z])log_?10(?!\d)", re.IGNORECASE)
MOST_POWER = 100.0  # of ten: the square of such a norm is finite still


class Curve:
    """One tag, ready for statistics.

    `steps` and `values` have shape (n,): finite values only, by step, without the points that a
    resumed run wrote anew and without exact repetitions. `wall_times` has the same shape or is None.
    `non_finite_steps` and `non_finite_values`, shape (m,), are what was logged as NaN or infinity,
    `non_finite_wall_times` and `non_finite_epochs` when; None where the log does not say. `unit` is what
    one step is, as a word for a message: "step", "epoch" or "row". What is logged as the decimal logarithm of
    a gradient norm, by its name, is that norm.
    """

    def __init__(self, series: Series, role: Role, unit: StepUnit = StepUnit.STEP) -> None:
        kept, finite = points_kept(series), np.isfinite(series.values)
        good = finite if kept is None else kept & finite
        chosen = slice(None) if good.all() else good  # most curves: nothing to copy
        lost = ~finite if kept is None else kept & ~finite
        self.tag = series.tag
        self.role = role
        self.unit = unit.value
        self.steps: IntArray = series.steps[chosen]
        self.values: FloatArray = _norms_of(series.values[chosen], series.tag, role)
        self.wall_times = None if series.wall_times is None else series.wall_times[chosen]
        self.epochs = None if series.epochs is None else series.epochs[chosen]
        self.non_finite_steps: IntArray = series.steps[lost]
        self.non_finite_values: FloatArray = series.values[lost]
        self.non_finite_wall_times = None if series.wall_times is None else series.wall_times[lost]
        self.non_finite_epochs = None if series.epochs is None else series.epochs[lost]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def last_value(self) -> float | None:
        """The value logged last, NaN or infinite where that was; None without any."""
        lost = len(self.non_finite_steps) and not (len(self) and self.steps[-1] >= self.non_finite_steps[-1])
        last = (self.non_finite_values if lost else self.values)[-1:]
        return float(last[0]) if len(last) else None

    @cached_property
    def descent(self) -> FloatArray:
        """The values turned so that lower is better; shape (n,)."""
        return -self.values if self.role.direction is Direction.HIGHER else self.values

    def as_logged(self, level: float) -> float:
        """A level of `descent` as it stands in the log."""
        return -level if self.role.direction is Direction.HIGHER else level

    @cached_property
    def floor(self) -> float | None:
        """What `descent` is where nothing is left to gain: no loss, or all right; None where not known."""
        if not len(self):
            return None
        if self.role.kind is Kind.ACCURACY:
            if _WITHOUT_WHOLE.search(quantity_of(self.tag)):
                return None
            highest = float(self.values.max())
            return next((-whole for whole in WHOLES if highest <= whole), None)
        return 0.0 if float(self.descent.min()) > 0.0 else None

    @cached_property
    def blocks(self) -> Blocks:
        """`descent` as at most `MOST_BLOCKS` block medians."""
        return block_medians(self.descent, MOST_BLOCKS)

    @cached_property
    def levels(self) -> FloatArray:
        """The level at each block, shape (k,): `blocks.medians` under a running median.

        Below `SMOOTH_LEAST` blocks each is its own level.
        """
        return running_median(self.blocks.medians, self.level_window)

    @property
    def level_window(self) -> int:
        """How many blocks a level is the median of; 1 below `SMOOTH_LEAST` blocks."""
        if len(self.blocks) < SMOOTH_LEAST:
            return 1
        return max(SMOOTH_LEAST, round(SMOOTH_SHARE * len(self.blocks)))

    @cached_property
    def block_steps(self) -> IntArray:
        """The step in the middle of each block, shape (k,)."""
        middle: IntArray = (self.blocks.first + self.blocks.last) // 2
        return self.steps[middle]

    @cached_property
    def noise(self) -> float:
        """Standard deviation of one value around the trend, in the unit of the values."""
        return self.usual_noise or noise_with_ties(self.values)

    @cached_property
    def usual_noise(self) -> float:
        """As `noise`, but 0.0 where most values lie on straight lines, whatever a few others do."""
        return noise_sigma(self.values)

    @cached_property
    def mean_period(self) -> int:
        """The period, in values, of means that begin anew each epoch; 0 where they are no such means."""
        return mean_period(self.values)

    @cached_property
    def best_block(self) -> int:
        """Index of the block with the best level; 0 on an empty curve."""
        return int(np.argmin(self.levels)) if len(self.levels) else 0

    @cached_property
    def start_level(self) -> float:
        """The level of `descent` at the start; 0.0 on an empty curve.

        The first block, because `levels[0]` looks over 2.5 % of the run and so misses most of a steep
        start; but not below the median of the first `START_BLOCKS`, and above it by no more than the run
        gains from there: the very first value of a run is often far out.
        """
        if not len(self):
            return 0.0
        blocks = self.blocks.medians
        early = median(blocks[:START_BLOCKS]) if len(blocks) >= SMOOTH_LEAST else float(blocks[0])
        gain = max(0.0, early - float(self.levels[self.best_block]))
        return min(max(early, float(blocks[0])), early + gain)

    @cached_property
    def progress(self) -> float:
        """Start level minus best level of `descent`: what the run has gained, never negative."""
        if not len(self):
            return 0.0
        start = max(self.start_level, float(self.levels[0]))
        return max(0.0, start - float(self.levels[self.best_block]))

    @cached_property
    def sawtooth(self) -> Sawtooth | None:
        """The steps of its blocks at equal distances, as where epochs begin."""
        return sawtooth(self.blocks.medians)

    @property
    def first_step(self) -> int:
        """The first step with a finite value. Raises IndexError on an empty curve."""
        return int(self.steps[0])

    @property
    def last_step(self) -> int:
        """The last step with a finite value. Raises IndexError on an empty curve."""
        return int(self.steps[-1])


def _norms_of(values: FloatArray, tag: str, role: Role) -> FloatArray:
    """`values`, all finite, or ten to the power of them where they are the logarithms of gradient norms."""
    is_norm = role.kind in (Kind.GRAD_NORM, Kind.LAYER_GRAD_NORM)
    if not is_norm or _LOGARITHM.search(tag) is None:
        return values
    return np.asarray(10.0 ** np.clip(values, -MOST_POWER, MOST_POWER), np.float64)
