"""The curves of a run as the detectors see them: cleaned, oriented, scaled and paired, each once.

A `Curve` is one tag without overwritten and doubled points, its non-finite values apart. `RunCurves`
says which of them is the train loss, the validation loss, the learning rate, and what pairs with what.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from losstui.frame import FloatArray, IntArray, Series
from losstui.roles import Direction, Kind, Role, Split
from losstui.run import Run
from losstui.stats.blocks import Blocks, block_medians, running_median
from losstui.stats.noise import noise_sigma

MOST_BLOCKS = 400  # trend statistics see at most this many levels: linear time, and 0.25 % of the run each
SMOOTH_SHARE = 0.05  # a level is the median over this share of the run
SMOOTH_LEAST = 5  # values: fewer have no median worth the name


class Curve:
    """One tag, ready for statistics.

    `steps` and `values` have shape (n,): finite values only, by step, without the points that a
    resumed run wrote anew and without exact repetitions. `wall_times` has the same shape or is None.
    `non_finite_steps` and `non_finite_values`, shape (m,), are what was logged as NaN or infinity.
    """

    def __init__(self, series: Series, role: Role) -> None:
        kept = _last_writer(series) & ~_repeated(series)
        finite = np.isfinite(series.values)
        self.tag = series.tag
        self.role = role
        self.steps: IntArray = series.steps[kept & finite]
        self.values: FloatArray = series.values[kept & finite]
        self.wall_times = None if series.wall_times is None else series.wall_times[kept & finite]
        self.epochs = None if series.epochs is None else series.epochs[kept & finite]
        self.non_finite_steps: IntArray = series.steps[kept & ~finite]
        self.non_finite_values: FloatArray = series.values[kept & ~finite]

    def __len__(self) -> int:
        return len(self.steps)

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
        """The level at each block, shape (k,): `blocks.medians` under a running median."""
        window = max(SMOOTH_LEAST, round(SMOOTH_SHARE * len(self.blocks)))
        return running_median(self.blocks.medians, window)

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
    def progress(self) -> float:
        """Start level minus best level of `descent`: what the run has gained, never negative."""
        if not len(self.levels):
            return 0.0
        return max(0.0, float(self.levels[0] - self.levels[self.best_block]))

    @property
    def first_step(self) -> int:
        """The first step with a finite value."""
        return int(self.steps[0])

    @property
    def last_step(self) -> int:
        """The last step with a finite value."""
        return int(self.steps[-1])


def _last_writer(series: Series) -> NDArray[np.bool_]:
    """True where no later session wrote the same stretch again: a resumed run counts as it went on."""
    kept = np.ones(len(series), bool)
    if series.sessions is None:
        return kept
    limit: int | None = None
    for session in np.unique(series.sessions)[::-1]:
        own = series.sessions == session
        if limit is not None:
            kept &= ~(own & (series.steps >= limit))
        first = int(series.steps[own][0])
        limit = first if limit is None else min(limit, first)
    return kept


def _repeated(series: Series) -> NDArray[np.bool_]:
    """True where a point says again what the point before it said: same step, same value."""
    repeated = np.zeros(len(series), bool)
    same_value = (series.values[1:] == series.values[:-1]) | (
        np.isnan(series.values[1:]) & np.isnan(series.values[:-1])
    )
    repeated[1:] = (series.steps[1:] == series.steps[:-1]) & same_value
    return repeated


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A train and a validation curve of the same quantity.

    `train_steps_of_validation`, shape (n_validation,), is each validation step on the train curve's
    axis: the same numbers where both count alike, translated where one counts epochs.
    """

    train: Curve
    validation: Curve
    train_steps_of_validation: FloatArray


class RunCurves:
    """All curves of one run, by what they are."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._curves: dict[str, Curve] = {}

    def curve(self, tag: str) -> Curve:
        """The curve of `tag`, prepared once. Raises KeyError where the run has no such tag."""
        if tag not in self._curves:
            self._curves[tag] = Curve(self.run.frame[tag], self.run.roles[tag])
        return self._curves[tag]

    def select(self, kind: Kind, split: Split | None = None) -> list[Curve]:
        """The curves of that kind and split (any split if None), those with most points first."""
        chosen = [
            self.curve(tag)
            for tag, role in self.run.roles.items()
            if role.kind is kind and (split is None or role.split is split)
        ]
        return sorted(chosen, key=lambda curve: (-len(curve), curve.tag))

    @cached_property
    def train_loss(self) -> Curve | None:
        """The loss that is optimised."""
        return next(iter(self.select(Kind.LOSS, Split.TRAIN)), None)

    @cached_property
    def validation_loss(self) -> Curve | None:
        """The loss on data held back: the validation split, else the test split."""
        held_back = self.select(Kind.LOSS, Split.VALIDATION) or self.select(Kind.LOSS, Split.TEST)
        return next(iter(held_back), None)

    @cached_property
    def learning_rate(self) -> Curve | None:
        """The learning rate, of the first parameter group where there are several."""
        return next(iter(self.select(Kind.LEARNING_RATE)), None)

    @cached_property
    def grad_norm(self) -> Curve | None:
        """The global gradient norm."""
        return next(iter(self.select(Kind.GRAD_NORM)), None)

    @cached_property
    def layer_grad_norms(self) -> list[Curve]:
        """The gradient norms of single layers, from the input to the output."""
        return self.select(Kind.LAYER_GRAD_NORM)

    @cached_property
    def pairs(self) -> list[Pair]:
        """Train and validation curves that measure the same, the losses first."""
        if self.train_loss is None or self.validation_loss is None:
            return []
        steps = self.validation_loss.steps.astype(np.float64)
        return [Pair(self.train_loss, self.validation_loss, steps)]
