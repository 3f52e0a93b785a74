"""The curves of a run, each made once, by what they are.

`RunCurves` says which of them is the train loss, the validation loss, the learning rate, and what pairs
with what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

import numpy as np

from losstui.curve import Curve
from losstui.frame import FloatArray
from losstui.kin import Standing
from losstui.kinds import EVERY_LOSS, HELD_BACK, OF_THE_MODEL
from losstui.roles import Direction, Kind, Split
from losstui.run import Run
from losstui.stats.alignment import Axis, place_on
from losstui.tags import (
    NaturalOrder,
    any_word,
    is_as_trained,
    is_of_the_moment,
    layer_order,
    name_without_split,
    natural_order,
    quantity_of,
    split_of,
)

MOST_COMPARED = 10_000  # evaluations: a share of so many is right within a percent
LEAST_TWIN = 0.5  # of the validation points: a train curve with fewer is a summary, not a twin

T = TypeVar("T")

_GIVEN_UP = any_word(
    r"(?<!average_)precision|recall|specificity|sensitivity|success_rate|win_rate|real|fake|disc|discriminator|d"
)


@dataclass(frozen=True, eq=False)
class Pair:
    """A train and a validation curve of the same quantity.

    `train_steps_of_validation`, shape (n_validation,), is each validation step on the train curve's
    axis: the same numbers where both count alike, translated where one counts epochs
    (`losstui.stats.alignment`).
    """

    train: Curve
    validation: Curve
    train_steps_of_validation: FloatArray

    @property
    def is_of_one_quantity(self) -> bool:
        """Whether the levels of the two can be compared: not where one is a part of what the other is."""
        return self.train.role.kind is self.validation.role.kind

    @property
    def compared(self) -> slice:
        """The evaluations that are compared with train: all, or every so many of very many."""
        return slice(None, None, -(-len(self.validation) // MOST_COMPARED) or 1)

    def scale_of(self, level: float) -> float:
        """What a difference between levels is a share of, in the unit of the curves: the size of `level`.

        A reward may be counted from anywhere: there it is what train has gained.
        """
        return self.train.progress if self.train.role.kind is Kind.REWARD else abs(level)

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
    """All curves of one run, by what they are, and where it stands among its siblings, if far above."""

    def __init__(self, run: Run, standing: Standing | None = None) -> None:
        self.run = run
        self.standing = standing
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

        Of several with as many points what is no mean comes first, then what names the value of one step,
        then the one with the shortest tag.
        """
        chosen = [
            self.curve(tag)
            for tag, role in self.run.roles.items()
            if tag in self.run.frame and role.kind is kind and (split is None or role.split is split)
        ]
        return sorted(chosen, key=_rank)

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
    def lone_metrics(self) -> list[Curve]:
        """The metrics of a run that logs no loss at all, of train first: what else tells how it goes.

        Empty beside a loss, a reward or adversarial losses, whose metrics follow moving targets. Left out is
        what a run gives up for something better: the recall of a model that calls everything positive, how
        often a discriminator is right.
        """
        if any(self.select(kind) for kind in (*EVERY_LOSS, Kind.REWARD)):
            return []
        metrics = [*self.select(Kind.ACCURACY), *self.select(Kind.ERROR)]
        metrics = [metric for metric in metrics if not _GIVEN_UP.search(quantity_of(metric.tag))]
        return sorted(metrics, key=lambda metric: metric.role.split in HELD_BACK)

    @cached_property
    def held_back_error(self) -> Curve | None:
        """Of a run that logs no loss but of train: the error on data held back that was measured most often.

        It may be in another unit than the train loss, or of another quantity, and is not compared with it.
        """
        if self.train_loss is None or self.validation_loss is not None:
            return None
        errors = (_first(self.select(Kind.ERROR, split)) for split in HELD_BACK)
        return next((error for error in errors if error is not None), None)

    @cached_property
    def goals(self) -> list[Curve]:
        """What tells how far the run has come: one curve of train, one held back, or one of these.

        The losses, beside a train loss alone a metric of data held back; where no loss is logged the
        metrics, else the rewards.
        """
        losses = [one for one in (self.train_loss, self.validation_loss) if one is not None]
        if losses and self.validation_loss is None:
            losses += self._measured[:1]
        if losses:
            return losses
        others = self.lone_metrics or self.select(Kind.REWARD)
        trained = (one for one in others if one.role.split not in HELD_BACK)
        held_back = (one for one in others if one.role.split in HELD_BACK)
        return [one for one in (next(trained, None), next(held_back, None)) if one is not None]

    @property
    def _measured(self) -> list[Curve]:
        """What was measured on data held back, errors before shares of right answers."""
        return [
            one
            for split in HELD_BACK
            for kind in (Kind.ERROR, Kind.ACCURACY)
            for one in self.select(kind, split)
            if len(one) and not _GIVEN_UP.search(quantity_of(one.tag))
        ]

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

    @property
    def loss_pair(self) -> Pair | None:
        """The pair of `validation_loss`; None where train or validation has no loss."""
        return next((pair for pair in self.pairs if pair.validation is self.validation_loss), None)

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
        for kind in OF_THE_MODEL:
            pairs += (one for one in self._pairs_of(kind) if one.validation is not self.validation_loss)
        return pairs

    @cached_property
    def whole_pairs(self) -> list[Pair]:
        """The pairs that tell of the run as a whole: that of the losses; without any, of metrics or rewards.

        Episodes of levels, prompts or tasks that no step is taken on are to a policy what data held back are
        to a loss. Source: Cobbe et al. 2019, "Quantifying Generalization in Reinforcement Learning", ICML.
        """
        if any(self.select(kind) for kind in EVERY_LOSS):
            return [] if self.loss_pair is None else [self.loss_pair]
        of_metrics = [pair for pair in self.pairs if pair.validation in self.lone_metrics]
        return of_metrics or self._pairs_of(Kind.REWARD)

    @cached_property
    def reward_pair(self) -> Pair | None:
        """What one policy earns as it learns and in evaluations, in a run that logs no loss."""
        both = self.goals
        return _pair(*both) if len(both) == 2 and both[0].role.kind is Kind.REWARD else None

    def _pairs_of(self, kind: Kind) -> list[Pair]:
        trained = self.select(kind, Split.TRAIN)
        held_back = (one for split in HELD_BACK for one in self.select(kind, split))
        twins = ((self._twin_of(validation, trained), validation) for validation in held_back)
        return [_pair(train, validation) for train, validation in twins if train is not None]

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


def _rank(curve: Curve) -> tuple[int, bool, bool, int, NaturalOrder]:
    tag = curve.tag
    return (-len(curve), not is_as_trained(tag), not is_of_the_moment(tag), len(tag), natural_order(tag))


def _first(curves: list[Curve]) -> Curve | None:
    return curves[0] if curves else None


def _pair(train: Curve, validation: Curve) -> Pair:
    steps = place_on(
        Axis(train.steps, train.wall_times, train.epochs),
        Axis(validation.steps, validation.wall_times, validation.epochs),
    )
    return Pair(train, validation, steps)
