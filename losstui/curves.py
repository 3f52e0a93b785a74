"""The curves of a run as the detectors see them: cleaned, oriented, scaled and paired, each once.

A `Curve` is one tag without overwritten and doubled points, its non-finite values apart. `RunCurves`
says which of them is the train loss, the validation loss, the learning rate, and what pairs with what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from losstui.frame import FloatArray, IntArray, Series
from losstui.points import points_kept
from losstui.roles import Direction, Kind, Role, Split
from losstui.run import Run, StepUnit
from losstui.stats.axes import Axis, place_on
from losstui.stats.blocks import Blocks, block_medians, running_median
from losstui.stats.medians import median
from losstui.stats.noise import noise_sigma
from losstui.tags import layer_order, name_without_split, natural_order, quantity_of, split_of

START_BLOCKS = 3  # the fewest whose median one odd value cannot move
MOST_BLOCKS = 400  # trend statistics see at most this many levels: linear time, and 0.25 % of the run each
SMOOTH_SHARE = 0.05  # a level is the median over this share of the run
SMOOTH_LEAST = 5  # values: fewer have no median worth the name
MOST_COMPARED = 10_000  # evaluations: a share of so many is right within a percent
LEAST_TWIN = 0.5  # of the validation points: a train curve with fewer is a summary, not a twin

T = TypeVar("T")

HELD_BACK = (Split.VALIDATION, Split.TEST)


class Curve:
    """One tag, ready for statistics.

    `steps` and `values` have shape (n,): finite values only, by step, without the points that a
    resumed run wrote anew and without exact repetitions. `wall_times` has the same shape or is None.
    `non_finite_steps` and `non_finite_values`, shape (m,), are what was logged as NaN or infinity,
    `non_finite_wall_times` and `non_finite_epochs` when; None where the log does not say. `unit` is what
    one step is, as a word for a message: "step", "epoch" or "row".
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
        self.values: FloatArray = series.values[chosen]
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
        return noise_sigma(self.values)

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
    def relative_positions(self) -> FloatArray:
        """Each point's share of the curve's own step range, 0 to 1; shape (n,). 0 where there is no range."""
        span = float(self.last_step - self.first_step) if len(self) else 0.0
        if span <= 0.0:
            return np.zeros(len(self))
        positions: FloatArray = (self.steps - self.steps[0]) / span
        return positions

    @property
    def first_step(self) -> int:
        """The first step with a finite value. Raises IndexError on an empty curve."""
        return int(self.steps[0])

    @property
    def last_step(self) -> int:
        """The last step with a finite value. Raises IndexError on an empty curve."""
        return int(self.steps[-1])


@dataclass(frozen=True, eq=False)
class Pair:
    """A train and a validation curve of the same quantity.

    `train_steps_of_validation`, shape (n_validation,), is each validation step on the train curve's
    axis: the same numbers where both count alike, translated where one counts epochs
    (`losstui.stats.axes`).
    """

    train: Curve
    validation: Curve
    train_steps_of_validation: FloatArray

    @property
    def compared(self) -> slice:
        """The evaluations that are compared with train: all, or every so many of very many."""
        return slice(None, None, -(-len(self.validation) // MOST_COMPARED) or 1)

    @cached_property
    def train_levels(self) -> FloatArray:
        """The level of the train curve at each evaluation `compared`, lower is better."""
        return self.train_levels_at(self.train_steps_of_validation[self.compared])

    def train_levels_at(self, steps: FloatArray) -> FloatArray:
        """The level of the train curve at `steps`, shape (n,); NaN where the curve is empty."""
        if not len(self.train):
            return np.full(len(steps), np.nan)
        return np.interp(steps, self.train.block_steps.astype(np.float64), self.train.levels)


class RunCurves:
    """All curves of one run, by what they are."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._curves: dict[str, Curve] = {}
        self._shared: dict[Callable[[RunCurves], object], object] = {}

    def curve(self, tag: str) -> Curve:
        """The curve of `tag`, prepared once. Raises KeyError where the run has no such tag."""
        if tag not in self._curves:
            self._curves[tag] = Curve(self.run.frame[tag], self.run.roles[tag], self.run.step_unit)
        return self._curves[tag]

    def shared(self, work_out: Callable[[RunCurves], T]) -> T:
        """What `work_out` returns for these curves, worked out once: for what several detectors need."""
        if work_out not in self._shared:
            self._shared[work_out] = work_out(self)
        return cast("T", self._shared[work_out])

    def select(self, kind: Kind, split: Split | None = None) -> list[Curve]:
        """The curves of that kind and split (any split if None), those with most points first.

        Of several with as many points the one with the shortest tag comes first.
        """
        chosen = [
            self.curve(tag)
            for tag, role in self.run.roles.items()
            if tag in self.run.frame and role.kind is kind and (split is None or role.split is split)
        ]
        return sorted(chosen, key=lambda curve: (-len(curve), len(curve.tag), natural_order(curve.tag)))

    @cached_property
    def train_loss(self) -> Curve | None:
        """The loss that is optimised: the total, logged most often.

        Where only parts of it are logged, the part that weighs most at the start.
        """
        losses = self.select(Kind.LOSS, Split.TRAIN)
        if losses:
            return losses[0]
        parts = self.select(Kind.COMPONENT_LOSS, Split.TRAIN)
        parts = [curve for curve in parts if curve.role.direction is Direction.LOWER]
        return max(parts, key=lambda curve: (len(curve) > 0, abs(curve.start_level)), default=None)

    @cached_property
    def validation_loss(self) -> Curve | None:
        """The loss on data held back: the validation split, else the test split.

        Of several, the one that is called like the train loss, else the one logged most often. Where only
        parts are logged, the part that `train_loss` is.
        """
        train = self.train_loss
        like_train = quantity_of(train.tag) if train is not None else ""
        only_parts = train is not None and train.role.kind is Kind.COMPONENT_LOSS
        for split in HELD_BACK:
            held_back = [curve for curve in self.select(Kind.LOSS, split) if len(curve)]
            if only_parts and not held_back:
                parts = self.select(Kind.COMPONENT_LOSS, split)
                held_back = [curve for curve in parts if quantity_of(curve.tag) == like_train]
            if held_back:
                return min(held_back, key=lambda curve: quantity_of(curve.tag) != like_train)
        return _first(self.select(Kind.LOSS, Split.VALIDATION) or self.select(Kind.LOSS, Split.TEST))

    @cached_property
    def learning_rate(self) -> Curve | None:
        """The learning rate, of the first parameter group where there are several."""
        return _first(self.select(Kind.LEARNING_RATE))

    @cached_property
    def grad_norm(self) -> Curve | None:
        """The global gradient norm, before clipping where both are logged."""
        norms = self.select(Kind.GRAD_NORM)
        return _first(sorted(norms, key=lambda curve: (not len(curve), "clip" in curve.tag.lower())))

    @cached_property
    def layer_grad_norms(self) -> list[Curve]:
        """The gradient norms of single layers, from the input to the output."""
        return sorted(self.select(Kind.LAYER_GRAD_NORM), key=lambda curve: layer_order(curve.tag))

    @cached_property
    def pairs(self) -> list[Pair]:
        """Train and validation curves that measure the same: the losses first, each validation curve once.

        The first pair is that of `validation_loss`. Its train curve is `train_loss`, or the one that was
        logged as the validation loss is: "train/loss" beside "val/loss", although "loss" has more points.
        """
        pairs: list[Pair] = []
        if self.train_loss is not None and self.validation_loss is not None:
            twin = self._twin_of(self.validation_loss, self.select(self.train_loss.role.kind, Split.TRAIN))
            pairs.append(_pair(self.train_loss if twin is None else twin, self.validation_loss))
        for kind in (Kind.LOSS, Kind.COMPONENT_LOSS, Kind.ACCURACY, Kind.ERROR):
            trained = self.select(kind, Split.TRAIN)
            for split in HELD_BACK:
                for validation in self.select(kind, split):
                    train = self._twin_of(validation, trained)
                    if train is not None and all(validation is not pair.validation for pair in pairs):
                        pairs.append(_pair(train, validation))
        return pairs

    def _twin_of(self, validation: Curve, trained: list[Curve]) -> Curve | None:
        """The train curve of the same quantity: logged as the validation curve is, else logged most often.

        A loss on a data set of its own name has the train loss for a twin.
        """
        quantity = quantity_of(validation.tag)
        same = [curve for curve in trained if quantity_of(curve.tag) == quantity and len(curve)]
        alike = [
            curve
            for curve in same
            if name_without_split(curve.tag) == name_without_split(validation.tag)
            and len(curve) >= LEAST_TWIN * len(validation)
        ]
        alike.sort(key=lambda curve: split_of(curve.tag) == "none")
        instead = self.train_loss if validation.role.kind is Kind.LOSS else None
        return next(iter(alike or same), instead)


def _first(curves: list[Curve]) -> Curve | None:
    return curves[0] if curves else None


def _pair(train: Curve, validation: Curve) -> Pair:
    steps = place_on(
        Axis(train.steps, train.wall_times, train.epochs),
        Axis(validation.steps, validation.wall_times, validation.epochs),
    )
    return Pair(train, validation, steps)
