"""By how much validation stays behind train, and whether that has grown."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair
from losstui.findings import Measure
from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.noise import mean_scatter, median_deviation, times_of
from losstui.stats.trend import MEDIAN_ERROR, effective_count


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """Validation less train at each evaluation, and what it is held against; in the unit of the loss."""

    values: FloatArray
    end: float
    early: float
    z: float  # standard errors of `end`
    gain: float
    level: float
    unseen: float  # the share of the train gain that was made before validation began
    untrained: float  # before anything was learned; 0.0 where nothing was evaluated then


@dataclass(frozen=True, slots=True, eq=False)
class FoundGap:
    """A gap that is too wide, and by which measures."""

    gap: Gap
    is_growing: bool
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class GapSearch:
    """What a gap between train and validation has to be, to be told."""

    least_values: int = 4  # evaluations: three for an end, one for a start
    tail_share: float = 0.2  # of the evaluations: what the gap at the end is the median of
    tail_least: int = 3  # evaluations: the fewest with a median
    near_least: int = 5  # evaluations: three second differences, which tell the scatter of the last ones
    early_share: float = 0.1  # of the evaluations: what the gap at the start is the median of
    scattered_share: float = 0.1  # of the evaluations: one or another is off by its noise, or that of train
    least_share: float = 0.2  # of the gain: a fifth of what was learned does not carry over
    least_constant_share: float = 0.5  # of the gain: the two losses may be computed in two ways
    least_of_level: float = 0.1  # of the train level: where little was gained, little is a large share
    least_growth: float = 0.5  # of the gap: below, most of it was there from the start
    most_unseen: float = 0.5  # of the gain of train: with less left to see, a gap was there before
    least_left: float = 0.25  # of the gap, at the last evaluation: the median shows late that it closed
    least_finer: int = 2  # values of train an evaluation: one value may be the mean of the epoch before it
    least_z: float = 3.0  # standard errors
    least_best_z: float = 2.0  # standard errors from the best validation: one in twenty by chance

    def has_grown(self, pair: Pair) -> bool:
        """Whether train has surely learned what validation has not, however far apart they were before."""
        found = self.find(pair)
        if found is None:
            return False
        alone = times_of(found.gap.end - found.gap.early, found.gap.gain) >= self.least_share
        return alone or found.is_growing

    def find(self, pair: Pair) -> FoundGap | None:
        """The gap of `pair`, of `least_values` values each at least, if it is too wide."""
        gap = self._gap(pair)
        grown = gap.end - gap.early >= self.least_growth * gap.end
        stayed = float(np.quantile(gap.values, self.scattered_share))
        if not grown and min(gap.untrained, stayed) > (1.0 - self.least_growth) * gap.end:
            return None
        if float(gap.values[-1]) < self.least_left * gap.end:
            return None
        is_growing = grown or (gap.unseen >= self.most_unseen and gap.end >= gap.level)
        least = self.least_share if is_growing else self.least_constant_share
        measures = (
            Measure("gap", times_of(gap.end, gap.gain), least, "fraction of the gain"),
            Measure("gap", times_of(gap.end, gap.level), self.least_of_level, "fraction of the train level"),
            Measure("gap", gap.z, self.least_z, "standard errors"),
        )
        if any(measure.value < measure.bound for measure in measures):
            return None
        return FoundGap(gap, is_growing, measures)

    def _gap(self, pair: Pair) -> Gap:
        train, validation = pair.train, pair.validation
        values = validation.descent[pair.compared] - pair.train_levels
        tail = values[-max(self.tail_least, round(self.tail_share * len(values))) :]
        first = slice(0, max(1, round(self.early_share * len(values))))
        # A gap that still grows is no noise: second differences do not see that.
        near = values[-max(self.near_least, len(tail)) :]
        scatter = min(median_deviation(tail), mean_scatter(near))
        error = MEDIAN_ERROR * scatter / math.sqrt(effective_count(tail))
        z = min(times_of(median(tail), error), self._z_of_means(pair, len(tail)))
        return Gap(
            values=values,
            end=median(tail),
            early=self._early(pair, first),
            untrained=self._untrained(pair),
            z=z,
            gain=max(*_gains(train), *_gains(validation)),
            level=pair.scale_of(float(train.levels[-1])),
            unseen=times_of(train.start_level - median(pair.train_levels[first]), train.progress),
        )

    def _z_of_means(self, pair: Pair, evaluations: int) -> float:
        """How far the mean of train lies below the last `evaluations`, in its standard errors.

        0.0 where it is not told apart from the best evaluations. Where hardly a value of train was logged
        since the first of these, it is the mean of those that its level is the median of.
        """
        steps = pair.train_steps_of_validation[pair.compared][-evaluations:]
        since = int(np.count_nonzero(pair.train.steps >= steps[0]))
        count = since if since >= self.tail_least else pair.train.level_window * pair.train.blocks.size
        train = pair.train.descent[-count:]
        if len(train) < self.tail_least:
            return math.inf
        level, mean = median(pair.validation.descent[pair.compared][-evaluations:]), float(np.mean(train))
        error = float(np.std(train)) / math.sqrt(effective_count(train))
        beside_best = times_of(abs(float(pair.validation.levels.min()) - mean), error)
        return times_of(level - mean, error) if beside_best >= self.least_best_z else 0.0

    def _early(self, pair: Pair, first: slice) -> float:
        """The gap over the `first` evaluations: levels would hide how steeply train began."""
        blocks, steps = pair.train.blocks.medians, pair.train_steps_of_validation[pair.compared][first]
        train = np.interp(steps, pair.train.block_steps.astype(np.float64), blocks)
        return median(pair.validation.descent[pair.compared][first] - train)

    def _untrained(self, pair: Pair) -> float:
        """The gap before training, where evaluations, rarer than values of train, begin there; else 0.0."""
        is_finer = len(pair.train) >= self.least_finer * len(pair.validation)
        first = pair.train_steps_of_validation[pair.compared][0]
        return self._early(pair, slice(0, 1)) if is_finer and first <= pair.train.first_step else 0.0


def _gains(curve: Curve) -> tuple[float, float]:
    """What `curve` gained from its level at the start, and from its first values: there it was steep."""
    return curve.progress, float(curve.blocks.medians[0] - curve.levels[curve.best_block])
