"""LT201: the validation loss rises while the train loss does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._by_heart import by_heart
from losstui.detectors._onsets import onset_of_gap
from losstui.detectors.level_shift import evaluation_step
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.roles import Direction, Kind
from losstui.stats.autocorrelation import error_of_difference
from losstui.stats.confidence import confidence
from losstui.stats.noise import times_of
from losstui.stats.trend import MEDIAN_ERROR, Estimate
from losstui.stats.turning import turn_z
from losstui.wording import percent, readable

LOSSES = (Kind.LOSS, Kind.COMPONENT_LOSS)
LEAST_TOLD = 0.01  # of the train level: a fall below is told as none
FEW = "few-evaluations"
BY_HEART = "by-heart"


@dataclass(frozen=True, slots=True)
class _Rise:
    """The block with the best level; the one with the best value, and between which two it certainly is."""

    best: int
    lowest: int
    low: int
    high: int
    height: Estimate
    level: float
    progress: float
    kind: str | None = None


@dataclass(frozen=True)
class Overfitting:
    """The validation loss has turned and rises while the train loss does not: the run learns by heart.

    ## What it looks for
    A validation loss whose level at the end lies above the best level it had, with a train loss that
    has fallen meanwhile, or kept its level where validation is ruined. The message names the step of the
    best checkpoint. The kind `few-evaluations` rests on the course of a dozen of them, which have no levels.
    The kind `by-heart` had no better level: train has learned and validation is where it began.
    Of a run that logs no loss at all the metrics are compared in the same way, turned round where higher is
    better.

    ## How it decides
    All three must hold. The level of the last validation values lies at least `least_rise` of the best
    level above it, and at least `least_share` of what validation had gained until then. The rise is at
    least `least_z` of its own standard errors, with the noise taken from the validation curve after
    its best, and no smaller than that of evaluations which follow each other, around a course that falls and
    then rises. The train loss has lost at least `least_train_fall` of the level it had at that step; where
    the rise is `great_rise` of the best level and `great_share` of the gain it is enough that train has no
    part in it, and has not risen itself by over `held_share` of that. A step from one evaluation to the
    next that train has no part in (`level-shift`) is taken off the rise.
    Up to `few` evaluations of the total loss may show it by their course instead: the last lies so far above
    the lowest, three at least after it, and the rise is `least_z` standard errors of the parabolas through
    the last 4, 5 and more of them. It is a warning from `sure_z` on, which 1 of 200 validation losses that
    are flat or fall pass if they scatter independently by 1 to 10 % of their level. Where the
    accuracy has its best later than the loss the message says so: not everybody calls that overfitting.
    It is by heart where train has gained `least_learned` of its first level, `most_unseen` of that at most
    before the first evaluation; where validation has gained at most `most_carried` of it, by the 95 % bound,
    and at its best level at most `most_once`; where it ends behind train by `least_behind` of it, both by
    `least_z` standard errors; and where no metric of the same data has improved.

    ## When it is wrong
    A validation set of a few dozen samples can rise by chance for a while, and a dozen evaluations cannot
    tell a rise from one that wanders. Where validation falls again later (double descent, grokking) the run
    has to reach that point first: what counts is the level at the end, and until then it is by heart. A
    validation loss may rise from over-confidence alone while the accuracy still improves; then the best
    checkpoint depends on which of the two is wanted.

    ## Source
    Prechelt 1998, "Early Stopping - But When?", in Neural Networks: Tricks of the Trade.
    """

    code: ClassVar[str] = "LT201"
    name: ClassVar[str] = "overfitting"
    yields_to: ClassVar[tuple[str, ...]] = ("non-finite", "divergence")

    least_values: int = 4  # of each: one to be the best, three to have risen to
    least_levels: int = 5  # of each: a level is the median of as many
    few: int = 15  # evaluations: of more the levels tell, and what wanders may seem a course
    tail_share: float = 0.1  # of the validation values: what "at the end" is
    tail_least: int = 3  # values: the fewest with a median
    least_rise: float = 0.03  # of the best level: below, the checkpoints are worth the same
    least_share: float = 0.05  # of the gain of validation: keeps losses close to 0 from alarming by a ratio
    least_train_fall: float = 0.1  # of the train level at the best checkpoint: training has gone on
    great_rise: float = 0.2  # of the best level: ruined, whatever train still finds to learn
    great_share: float = 0.5  # of the gain of validation: the same for losses close to 0
    held_share: float = 0.1  # of the rise: less is the scatter of train at its floor
    least_z: float = 3.0  # standard errors
    sure_z: float = 3.3  # of few evaluations: fewer than 1 of 200 healthy runs have as much
    least_learned: float = 0.2  # of the first train level: enough to show elsewhere, if it could
    most_carried: float = 0.1  # of the train gain: validation as good as level
    most_once: float = 0.25  # of the train gain: with more, something was learned and lost again
    least_behind: float = 0.5  # of the train gain: where both end alike the two began apart
    most_unseen: float = (
        0.25  # of the train gain: with more, validation may have gained before it was measured
    )
    as_good: float = 1.5  # standard errors: levels nearer to the best may have been it

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        metrics = curves.lone_metrics
        pairs = [
            one for one in curves.pairs if one.validation.role.kind in LOSSES or one.validation in metrics
        ]
        if not pairs:
            return Skipped("no train and validation loss")
        long = [pair for pair in pairs if min(len(pair.train), len(pair.validation)) >= self.least_values]
        if not long:
            return Skipped(f"fewer than {self.least_values} train or validation values")
        for pair in long:
            finding = self._examine(pair, curves)
            if finding is not None:
                return [finding]
        return next(
            (
                found
                for pair in long
                if (pair is curves.loss_pair or pair.validation in metrics)
                and (found := self._by_heart(pair, curves))
            ),
            list[Finding](),
        )

    def _examine(self, pair: Pair, curves: RunCurves) -> Finding | None:
        finding = None
        if min(len(pair.train), len(pair.validation)) >= self.least_levels:
            finding = self._judge(pair, self._rise(pair.validation), curves)
        # Of the parts of a loss one or the other would rise by chance.
        if finding is None and len(pair.validation) <= self.few and pair is curves.loss_pair:
            finding = self._judge(pair, self._rise_of_few(pair.validation), curves)
        return finding

    def _judge(self, pair: Pair, rise: _Rise, curves: RunCurves) -> Finding | None:
        step = curves.shared(evaluation_step)
        if step is not None and step.curve is pair.validation and step.block > rise.best:
            height = rise.height.value - max(0.0, step.height)
            rise = replace(rise, height=replace(rise.height, value=height))
        if rise.height.value <= 0.0 or len(pair.validation.blocks) - rise.best <= self.tail_least:
            return None
        above = self._above_best(pair.validation, rise)
        relative = times_of(rise.height.value, abs(rise.level))
        share = times_of(rise.height.value, rise.progress)
        z = times_of(rise.height.value, rise.height.error)
        fall = self._train_fall(pair, rise)
        is_great = relative >= self.great_rise and share >= self.great_share
        least_fall = -self.held_share * min(relative, 1.0) if is_great else self.least_train_fall
        measures = (
            Measure("validation rise", above, self.least_rise, "fraction of the best checkpoint named"),
            Measure("validation rise", relative, self.least_rise, "fraction of the best level"),
            Measure("validation rise", share, self.least_share, "fraction of the validation gain"),
            Measure("validation rise", z, self.least_z, "standard errors"),
            Measure("train fall since", fall, least_fall, "fraction of the train level"),
        )
        if any(measure.value < measure.bound for measure in measures):
            return None
        sure = confidence(z, self.least_z, min(relative / self.least_rise, share / self.least_share), 1.0)
        told = self._told(pair, rise, above, fall)
        severity = Severity.WARNING
        if rise.kind == FEW:
            told += self._of_few(pair.validation, rise, z, curves)
            severity = Severity.WARNING if z >= self.sure_z else Severity.INFO
        return self._finding(pair.validation, rise, severity, sure, told, measures)

    def _by_heart(self, pair: Pair, curves: RunCurves) -> list[Finding]:
        enough = min(len(pair.train), len(pair.validation)) >= self.least_levels
        learned = by_heart(pair, curves) if enough else None
        if (
            learned is None
            or learned.fall < self.least_learned
            or learned.carried > self.most_carried
            or learned.once > self.most_once
            or learned.behind < self.least_behind
            or learned.unseen > self.most_unseen
            or learned.z < self.least_z
        ):
            return []
        train, validation = pair.train, pair.validation
        gap = validation.descent[pair.compared] - pair.train_levels
        onset = onset_of_gap(validation.steps[pair.compared], gap, learned.stayed - learned.end)
        first, end = (readable(train.as_logged(one)) for one in (learned.first, learned.end))
        message = (
            f"{train.tag} went from {first} to {end} while {validation.tag} stayed near "
            f"{readable(validation.as_logged(learned.stayed))}: what is learned does not carry over"
        )
        size = min(learned.fall / self.least_learned, learned.behind / self.least_behind)
        return [
            Finding(
                self.code,
                self.name,
                Severity.WARNING,
                confidence(learned.z, self.least_z, size, 1.0),
                message,
                validation.tag,
                (Span(onset.step, validation.last_step),),
                onset,
                (
                    Measure("train gain", learned.fall, self.least_learned, "fraction of the first level"),
                    Measure(
                        "validation gain", learned.carried, self.most_carried, "of the train gain, at most"
                    ),
                    Measure("distance", learned.behind, self.least_behind, "fraction of the train gain"),
                    Measure("gain and distance", learned.z, self.least_z, "standard errors"),
                ),
                kind=BY_HEART,
            )
        ]

    def _rise(self, validation: Curve) -> _Rise:
        levels, values = validation.levels, validation.descent
        best = validation.best_block
        level = float(levels[best])
        tail = values[-max(self.tail_least, round(self.tail_share * len(values))) :]
        error = self._error(validation, len(tail))
        # Levels spread what happens in a block over their window; within it the values say where it was.
        near = np.ones(validation.level_window, np.int64)
        as_good = np.flatnonzero(np.convolve(levels <= level + self.as_good * error, near, "same"))
        lowest = int(as_good[np.argmin(validation.blocks.medians[as_good])])
        height = Estimate(float(np.median(tail)) - level, error)
        return _Rise(best, lowest, int(as_good[0]), int(as_good[-1]), height, level, validation.progress)

    def _error(self, validation: Curve, tail: int) -> float:
        """The standard error of the median of the last `tail` values less the best level."""
        blocks, best, half = validation.blocks, validation.best_block, validation.level_window // 2
        # Heavy tails count in full here: a few wild evaluations at the end are no rise.
        bends = np.diff(validation.descent[int(blocks.last[best]) + 1 :], 2)
        noise = max(validation.noise, float(np.sqrt(np.mean(bends**2) / 6.0)) if len(bends) else 0.0)
        window = max(self.tail_least, round(len(validation) / max(len(blocks), 1)))
        first = max(0, best - half)
        turn = first + int(np.argmin(blocks.medians[first : best + half + 1]))
        return max(
            noise * MEDIAN_ERROR * math.sqrt(1.0 / tail + 1.0 / window),
            error_of_difference(blocks.medians, turn, (tail / blocks.size, float(self.tail_least))),
        )

    def _rise_of_few(self, validation: Curve) -> _Rise:
        """The same of single values: the last above the lowest, with the error that their course leaves."""
        values = validation.descent
        best = int(np.argmin(values))
        level, height = float(values[best]), float(values[-1] - values[best])
        z = turn_z(values)
        error = height / z if z > 0.0 else math.inf
        as_good = np.flatnonzero(values <= level + self.as_good * error)
        low, high = int(as_good[0]), int(as_good[-1])
        return _Rise(best, best, low, high, Estimate(height, error), level, validation.progress, FEW)

    def _train_fall(self, pair: Pair, rise: _Rise) -> float:
        """What the train loss lost since the best checkpoint, as a share of its level there."""
        blocks = pair.validation.blocks
        middle = int(blocks.first[rise.best] + blocks.last[rise.best]) // 2
        at = float(pair.train_steps_of_validation[middle])
        before = float(np.interp(at, pair.train.block_steps.astype(np.float64), pair.train.levels))
        tail = pair.train.descent[-max(self.tail_least, round(self.tail_share * len(pair.train))) :]
        fall = before - float(np.median(tail))
        return fall / abs(before) if before else 0.0

    def _above_best(self, validation: Curve, rise: _Rise) -> float:
        """How far the end lies above the checkpoint that is named, as a share of its value."""
        # Of a few values levels know the best little better than its neighbours: what is named is its own.
        lowest = float(validation.blocks.medians[rise.lowest])
        return times_of(rise.height.value + rise.level - lowest, abs(lowest))

    def _told(self, pair: Pair, rise: _Rise, above: float, fall: float) -> str:
        curve, far = pair.validation, percent(above)
        if curve.role.kind in LOSSES and curve.role.direction is Direction.LOWER:
            what, fell = f"Validation has risen {far} above its best while the train loss", "fell"
        else:
            moved = "fallen" if curve.role.direction is Direction.HIGHER else "risen"
            what, fell = f"{curve.tag} has {moved} {far} from its best while {pair.train.tag}", "improved"
        beside = f"{fell} by another {percent(fall)}" if fall >= LEAST_TOLD else "kept its level"
        best = int(curve.block_steps[rise.lowest])
        return f"{what} {beside}: the best checkpoint is near {curve.unit} {best}"

    def _of_few(self, curve: Curve, rise: _Rise, z: float, curves: RunCurves) -> str:
        """What else to know of such a rise: the best by another metric, and whether it is sure."""
        best = int(curve.block_steps[rise.lowest])
        scores = [one for one in curves.select(Kind.ACCURACY, curve.role.split) if len(one)]
        later = [(one, int(one.steps[int(np.argmin(one.descent))])) for one in scores]
        by_score = next((f", by {one.tag} near {step}" for one, step in later if step > best), "")
        return by_score + ("" if z >= self.sure_z else f"; {len(curve)} evaluations are too few to be sure")

    def _finding(
        self,
        curve: Curve,
        rise: _Rise,
        severity: Severity,
        sure: float,
        message: str,
        measures: tuple[Measure, ...],
    ) -> Finding:
        steps = curve.block_steps
        best = int(steps[rise.lowest])
        return Finding(
            self.code,
            self.name,
            severity,
            sure,
            message,
            curve.tag,
            (Span(best, curve.last_step),),
            Onset(best, int(steps[rise.low]), int(steps[rise.high])),
            measures,
            kind=rise.kind,
        )
