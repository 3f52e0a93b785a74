"""LT206: the train loss falls at the borders of epochs only, because samples are recognised again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._pairs import long_pairs
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._rises.corrected import single_values
from losstui.detectors._schedule import schedule
from losstui.detectors._staircase import Staircase, StaircaseSearch
from losstui.detectors._swings.pattern import rate_cycles
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, IntArray
from losstui.roles import Direction, Kind
from losstui.run import StepUnit
from losstui.stats.confidence import confidence
from losstui.stats.medians import median
from losstui.stats.noise import times_of
from losstui.wording import percent, readable, times


@dataclass(frozen=True)
class EpochMemorisation:
    """The train loss falls in steps at the borders of epochs while validation gains nothing: it memorises.

    ## What it looks for
    A train loss, logged within epochs, that is level or rises inside an epoch and drops where the next
    one begins: each sample is known the second time it is seen, and nothing that helps with other
    samples is learned. Usual in fine-tuning on little data for several epochs, and with labels that
    are noise. Where validation rises as well it is a warning, else it is worth knowing. Of a run that logs no
    loss at all the metrics are compared in the same way, by what is left to 1 where higher is better, or the
    rewards of train beside those of other levels, prompts or tasks.

    ## How it decides
    All of these have to hold.

    - The length of an epoch is known. The log counts epochs; or the curve shows them: of all periods that
      begin with the run, the one is taken whose epochs, each a straight line, explain the curve best
      (Schwarz's criterion). A few times that length are tried too, a length that makes the run a whole number
      of epochs, and, where the log counts none, the next best ones (`likeliest` in all).
    - The loss drops at the borders of epochs. The medians of `window_share` of an epoch on both sides of a
      border are compared. Together they drop by `least_z` standard errors, two of the borders by
      `least_each_z` and by `least_even` of the highest drop, and none rises by `least_z`.
    - These drops are what makes the loss fall, in one of two ways. Either they make up `least_share` of the
      whole fall, and `even_borders` of them are `least_even` of the highest, or stand out of all around by
      `least_apart` standard errors, up to the border behind which less than `most_left` of all drops comes;
      that border does not lie in the first half of them. Or they make up `least_later` of the fall since the
      end of the first epoch, in which no sample comes again; as many up to that border, `least_first` at
      least, each drop by `least_each_z` and by more than any step inside the epochs beside them. What is
      known by heart has less to drop each time. Of fewer than `enough_values` values an epoch only the second
      counts.
    - The epochs as a whole come down, by `least_net` of the drops. Samples in a fixed order make a saw
      instead, of which several teeth are no epoch. Or they come down from validation, by `least_net_beside`
      of the drops and no more than all of them, and were as high as validation before the first drop:
      what is learned by heart may hurt the samples that are to come again as it hurts all others.
    - The drops exceed what lies between the borders by `least_apart` standard errors. These are the errors of
      any other place: a loss that wanders is as low at one place as at another.
    - Validation gains nothing. Since the first border it has come below its best until then by at most
      `most_gain` of what train has gained; a learning rate that is lowered in steps makes both fall.
    - The learning rate does not explain the drops. Where it falls by `rate_ratio` at more than `most_moved`
      of the borders, it does explain those that take no more of the loss than of the rate: how far the steps
      scatter above a minimum is in proportion to it. A rate that goes up and down in cycles explains a saw,
      unless it is at these borders that it is raised at once, as that makes no loss drop.

    A single drop counts only at a border that the log counts, or where nothing but the very middle of the run
    parts it as well in two lines; and only beside a logged learning rate that does not fall there.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    Data that gets easier in each pass makes steps too. So do averages that start anew with each epoch, where
    noise does not show what they are over: else the single values are looked at. A log with fewer than
    `least_values` values an epoch shows no steps; of one that counts epochs only, a value each, nothing is
    said. Of two epochs without a logged
    learning rate nothing is said: it may have been lowered half-way.

    ## Source
    Howard and Whitaker 2023, "Can LLMs learn from a single example?", on fine-tuning losses that fall
    in steps. Mandt, Hoffman and Blei 2017, "Stochastic Gradient Descent as Approximate Bayesian Inference",
    Journal of Machine Learning Research 18, on what a rate does to the loss.
    """

    code: ClassVar[str] = "LT206"
    name: ClassVar[str] = "epoch-memorisation"
    yields_to: ClassVar[tuple[str, ...]] = NON_FINITE

    search: ClassVar[StaircaseSearch] = StaircaseSearch()

    least_drops: int = 2  # evaluations but one: what validation gained since the first border
    most_gain: float = 0.1  # of what train gained since: validation as good as level
    least_rise: float = 0.04  # of the best level: below, the checkpoints are worth the same
    rate_ratio: float = 1.2  # times the learning rate, either way: more than a schedule moves in a block
    most_moved: float = 0.5  # of the borders: at one or another a schedule may have a step

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        evaluations = self.least_drops + 1
        long = long_pairs(curves, evaluations, evaluations * self.search.least_values)
        if isinstance(long, Skipped):
            return long
        within = [pair for pair in long if pair.train.unit != StepUnit.EPOCH.value]
        if not within:
            return Skipped("no train loss logged within epochs")
        return next((found for pair in within if (found := self._examine(pair, curves))), list[Finding]())

    def _examine(self, pair: Pair, curves: RunCurves) -> list[Finding]:
        # Most runs end here: their validation loss falls with the train loss.
        start = float(pair.train.block_steps[self.search.enough_values])
        if self._validation_gain(pair, start) > self.most_gain * pair.train.progress:
            return []
        counted = _counted(pair.train, curves)
        # Means that begin anew make steps of any descent, and hide the noise that the steps have.
        pair = replace(pair, train=single_values(pair.train) or pair.train)
        stairs = self.search.find(pair.train, counted, self._beside(pair))
        if stairs is None or self._is_scheduled(pair.train, stairs, curves):
            return []
        return self._judge(pair, stairs)

    def _beside(self, pair: Pair) -> FloatArray | None:
        """How far each block of train lies above validation; None where they are not of one quantity."""
        if not pair.is_of_one_quantity:
            return None
        held_back = np.interp(pair.train.block_steps, _steps_of_levels(pair), pair.validation.levels)
        beside: FloatArray = pair.train.blocks.medians - held_back
        return beside

    def _is_scheduled(self, train: Curve, stairs: Staircase, curves: RunCurves) -> bool:
        """Whether the learning rate falls at its borders or between them, or as well may at the only one."""
        plan = schedule(curves)
        if plan is None:
            return len(stairs.borders) == 1
        rates = np.interp(train.block_steps, plan.steps, plan.rates)
        borders = np.array(stairs.borders)
        before, after = rates[borders - 1], rates[np.minimum(borders + 1, len(rates) - 1)]
        left = np.array([self._left_after(train, border, stairs.period) for border in stairs.borders])
        falls = (before >= self.rate_ratio * after) & (after <= left * before)
        if np.mean(falls) > self.most_moved:
            return True
        if self._is_raised_there(rates, borders, self.search.window(stairs.period)):
            return False
        return rate_cycles(curves, int(train.steps[train.blocks.first[borders[0]]]))

    def _left_after(self, train: Curve, border: int, period: float) -> float:
        """The share of what there was to lose before the drop at `border` that is left after it.

        1.0, so that any rate explains it, where it is not known what there is to lose.
        """
        if train.floor is None:
            return 1.0
        left, width = train.blocks.medians - train.floor, self.search.window(period)
        return times_of(median(left[border : border + width]), median(left[border - width : border]))

    def _is_raised_there(self, rates: FloatArray, borders: IntArray, near: int) -> bool:
        """Whether `rates`, one a block, go up at once so `near` most borders, as in warm restarts.

        That lets no loss drop, whatever the cycles between do.
        """
        raised = np.flatnonzero(rates[1:] >= self.rate_ratio * rates[:-1]) + 1
        first, end = np.searchsorted(raised, borders - near), np.searchsorted(raised, borders + near + 1)
        return bool(np.mean(end > first) > self.most_moved)

    def _validation_gain(self, pair: Pair, step: float) -> float:
        """What validation gained on its best until `step` of the train curve; negative where it rose."""
        levels, at = pair.validation.levels, _steps_of_levels(pair)
        before = min(float(np.interp(step, at, levels)), float(levels[at <= step].min(initial=math.inf)))
        return before - float(levels[-1])

    def _judge(self, pair: Pair, stairs: Staircase) -> list[Finding]:
        train, validation = pair.train, pair.validation
        first = int(train.steps[train.blocks.first[stairs.borders[0]]])
        medians = train.blocks.medians
        drops = [self.search.height(medians, border, stairs.period) for border in stairs.borders]
        gain = times_of(self._validation_gain(pair, float(first)), sum(drops))
        if gain > self.most_gain:
            return []
        best, end = float(validation.levels[validation.best_block]), float(validation.levels[-1])
        scale = pair.scale_of(best)
        rise = (end - best) / scale if scale else math.inf
        border = stairs.borders[0]
        before = int(train.steps[train.blocks.first[max(0, border - 1)]])
        after = int(train.steps[train.blocks.last[min(border, len(train.blocks) - 1)]])
        search = self.search
        share, least_share = search.share_of_fall(stairs)
        finding = Finding(
            self.code,
            self.name,
            Severity.WARNING if rise >= self.least_rise else Severity.INFO,
            confidence(stairs.apart, search.least_apart, share, least_share),
            self._message(pair, stairs, max(drops), rise),
            train.tag,
            (Span(first, train.last_step),),
            Onset(first, before, after),
            (
                Measure("drops together", stairs.sure, search.least_z, "standard errors"),
                Measure("drops beyond those between", stairs.apart, search.least_apart, "standard errors"),
                Measure("fall at the borders", share, least_share, "fraction of the fall"),
                Measure("validation gain since", gain, self.most_gain, "fraction of the train gain"),
                Measure("validation rise", rise, self.least_rise, "fraction of the best level"),
            ),
        )
        return [finding]

    def _message(self, pair: Pair, stairs: Staircase, largest: float, rise: float) -> str:
        """How often and how far train drops, by `largest` at most, and what validation does meanwhile."""
        train, validation = pair.train, pair.validation
        apart = (train.last_step - train.first_step) / max(1, len(train) - 1)
        period = round(stairs.period * train.blocks.size * apart)
        higher = train.role.direction is Direction.HIGHER
        moves, worse, better = ("jumps", "falls", "rise") if higher else ("drops", "rises", "fall")
        of_gain = f" of what {train.tag} gained" if train.role.kind is Kind.REWARD else ""
        lost = (
            f"{worse} by {percent(rise)}{of_gain}"
            if rise >= self.least_rise
            else f"does not {better} with it"
        )
        return (
            f"{train.tag} {moves} every {period} {train.unit}s, {times(len(stairs.borders))}, by up to "
            f"{readable(largest)}, and not between: samples are recognised when they come again, "
            f"and {validation.tag} {lost}"
        )


def _steps_of_levels(pair: Pair) -> FloatArray:
    """The steps of train at which the levels of validation are."""
    blocks = pair.validation.blocks
    at: FloatArray = pair.train_steps_of_validation[(blocks.first + blocks.last) // 2]
    return at


def _counted(train: Curve, curves: RunCurves) -> IntArray:
    """The blocks of `train` at which an epoch begins by what the log counts; empty where it counts none."""
    at = train.steps[train.blocks.first]
    if train.epochs is not None:
        epochs = train.epochs[train.blocks.first]
    else:
        counter = next((one for one in curves.select(Kind.EPOCH) if len(one)), None)
        if counter is None:
            return np.zeros(0, np.int64)
        epochs = counter.values[np.maximum(np.searchsorted(counter.steps, at, side="right") - 1, 0)]
    begins: IntArray = np.flatnonzero(np.diff(np.floor(epochs)) > 0) + 1
    return begins
