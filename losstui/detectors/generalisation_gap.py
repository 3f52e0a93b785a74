"""LT202: validation stays behind train by a good part of what was learned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._onsets import onset_of_gap
from losstui.detectors._pairs import long_pairs
from losstui.detectors._precedence import NON_FINITE
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.roles import Direction
from losstui.stats.confidence import confidence
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation, times_of
from losstui.stats.trend import MEDIAN_ERROR, effective_count
from losstui.wording import percent, readable

GROWING, CONSTANT = "growing", "constant"
PART_RISEN = 0.25  # of the gap: less is what validation scatters by


@dataclass(frozen=True, slots=True, eq=False)
class _Gap:
    """Validation less train at each evaluation, and what it is held against; in the unit of the loss."""

    values: FloatArray
    end: float
    early: float
    z: float  # standard errors of `end`
    gain: float
    level: float
    unseen: float  # the share of the train gain that was made before validation began
    untrained: float  # before anything was learned; 0.0 where nothing was evaluated then


def _its_best(validation: Curve, gap: _Gap) -> str:
    """Where validation was best, if what it has lost since is a good part of the gap."""
    best, levels, blocks = validation.best_block, validation.levels, validation.blocks.medians
    # Of a few values the level at the end is that of the last three: the very last may be the best.
    if min(float(levels[-1] - levels[best]), float(blocks[-1] - blocks[best])) < PART_RISEN * gap.end:
        return ""
    return f"; {validation.tag} was best near {validation.unit} {int(validation.block_steps[best])}"


@dataclass(frozen=True)
class GeneralisationGap:
    """The validation loss stays well above the train loss, though it does not rise: part is by heart.

    ## What it looks for
    A train loss that ends below the validation loss by a good part of what the run gained. Kinds:
    `growing` (both began together and train went on alone), `constant` (validation was that far above
    from its first values on: other data, or another way to compute the loss). Of a run that logs no loss at
    all the metrics are compared in the same way, turned round where higher is better.

    ## How it decides
    The gap is the validation loss less the level of the train loss at the same step, over the last
    `tail_share` of the evaluations. It is at least `least_share` of the gain (`least_constant_share` where it
    is constant), at least `least_of_level` of the train level, and at least `least_z` standard errors. The
    mean of the train loss lies as many below, for validation is a mean, and of batches with a heavy tail most
    lie below theirs. It is `least_best_z` away from the best level of validation: train that swings around
    it, as with data in an order, knows nothing that validation never did. At the last evaluation `least_left`
    of the gap is left: train may have changed to other data meanwhile. The gain is that of train or of
    validation, whichever is larger. The gap is growing where it has gained at least `least_growth` of itself
    since the first `early_share` of the evaluations. Where train had made `most_unseen` of its gain by then
    nothing shows how it began, and it is growing where it is as large as the train level at least. One that
    an evaluation before training shows already, and that has stayed, says nothing of what was learned: a
    contrastive loss over larger batches, or one that is computed in another way, is higher from the start.

    ## When it is wrong
    Dropout, augmentation and label smoothing raise the train loss and hide a gap; a train loss that
    includes a penalty hides it too. A gap costs nothing as long as validation still falls.

    ## Source
    Zhang et al. 2017, "Understanding deep learning requires rethinking generalization".
    """

    code: ClassVar[str] = "LT202"
    name: ClassVar[str] = "generalisation-gap"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence", "overfitting")

    least_values: int = 5  # evaluations: three for an end, one for a start
    tail_share: float = 0.2  # of the evaluations: what the gap at the end is the median of
    tail_least: int = 3  # evaluations: the fewest with a median
    early_share: float = 0.1  # of the evaluations: what the gap at the start is the median of
    least_share: float = 0.2  # of the gain: a fifth of what was learned does not carry over
    least_constant_share: float = 0.5  # of the gain: the two losses may be computed in two ways
    least_of_level: float = 0.1  # of the train level: where little was gained, little is a large share
    least_growth: float = 0.5  # of the gap: below, most of it was there from the start
    most_unseen: float = 0.5  # of the gain of train: with less left to see, a gap was there before
    least_left: float = 0.25  # of the gap, at the last evaluation: the median shows late that it closed
    least_finer: int = 2  # values of train an evaluation: one value may be the mean of the epoch before it
    least_z: float = 3.0  # standard errors
    least_best_z: float = 2.0  # standard errors from the best validation: one in twenty by chance

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        long = long_pairs(curves, self.least_values)
        if isinstance(long, Skipped):
            return long
        return next((found for pair in long if (found := self.examine(pair))), list[Finding]())

    def has_grown(self, pair: Pair) -> bool:
        """Whether train has surely learned what validation has not, however far apart they were before."""
        gap = self._gap(pair)
        alone = times_of(gap.end - gap.early, gap.gain) >= self.least_share
        return any(alone or found.kind == GROWING for found in self.examine(pair))

    def examine(self, pair: Pair) -> list[Finding]:
        """The gap of `pair`, of five values each at least: one finding or none."""
        gap = self._gap(pair)
        grown = gap.end - gap.early >= self.least_growth * gap.end
        if not grown and min(gap.untrained, float(gap.values.min())) > (1.0 - self.least_growth) * gap.end:
            return []
        if float(gap.values[-1]) < self.least_left * gap.end:
            return []
        growing = grown or (gap.unseen >= self.most_unseen and gap.end >= gap.level)
        least = self.least_share if growing else self.least_constant_share
        measures = (
            Measure("gap", times_of(gap.end, gap.gain), least, "fraction of the gain"),
            Measure("gap", times_of(gap.end, gap.level), self.least_of_level, "fraction of the train level"),
            Measure("gap", gap.z, self.least_z, "standard errors"),
        )
        if any(measure.value < measure.bound for measure in measures):
            return []
        return [self._finding(pair, gap, GROWING if growing else CONSTANT, measures)]

    def _gap(self, pair: Pair) -> _Gap:
        train, validation = pair.train, pair.validation
        values = validation.descent[pair.compared] - pair.train_levels
        tail = values[-max(self.tail_least, round(self.tail_share * len(values))) :]
        first = slice(0, max(1, round(self.early_share * len(values))))
        error = MEDIAN_ERROR * median_deviation(tail) / math.sqrt(effective_count(tail))
        z = min(times_of(median(tail), error), self._z_of_means(pair, len(tail)))
        lowest = float(validation.levels[validation.best_block])
        return _Gap(
            values=values,
            end=median(tail),
            early=self._early(pair, first),
            untrained=self._untrained(pair),
            z=z,
            gain=max(train.progress, validation.progress, float(validation.descent[0]) - lowest),
            level=abs(float(train.levels[-1])),
            unseen=times_of(train.start_level - median(pair.train_levels[first]), train.progress),
        )

    def _z_of_means(self, pair: Pair, evaluations: int) -> float:
        """How far the mean of train lies below the last `evaluations`, in its standard errors.

        0.0 where it is not told apart from the best evaluations.
        """
        steps = pair.train_steps_of_validation[pair.compared][-evaluations:]
        train = pair.train.descent[pair.train.steps >= steps[0]]
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

    def _finding(self, pair: Pair, gap: _Gap, kind: str, measures: tuple[Measure, ...]) -> Finding:
        validation = pair.validation
        onset = onset_of_gap(validation.steps[pair.compared], gap.values, gap.end)
        share, bound = measures[0].value, measures[0].bound
        how = "and the gap has grown" if kind == GROWING else "as it has been from the start"
        side = "below" if validation.role.direction is Direction.HIGHER else "above"
        message = (
            f"{validation.tag} stays {readable(gap.end)} {side} {pair.train.tag}, {percent(share)} of what "
            f"was gained, {how}{_its_best(validation, gap)}"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(measures[2].value, self.least_z, share, bound),
            message,
            validation.tag,
            (Span(onset.step, validation.last_step),),
            onset,
            measures,
            kind=kind,
        )
