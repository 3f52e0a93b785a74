"""LT201: the validation loss rises while the train loss does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._gap_search import GapSearch
from losstui.detectors._level_steps import evaluation_step
from losstui.detectors._memorisation import LEAST_Z, memorisation
from losstui.detectors._onsets import onset_of_gap
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._swings.in_step import in_step
from losstui.detectors._validation_rise import (
    TAIL_LEAST,
    ValidationRise,
    above_named,
    against_a_walk,
    best_by_score,
    by_its_scale,
    course_z,
    gained,
    rise_of_few,
    rise_of_levels,
    still_falls,
    train_fall,
    train_fall_of_epochs,
)
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.kinds import LOSSES
from losstui.roles import Direction, Kind
from losstui.stats.confidence import confidence
from losstui.stats.noise import times_of
from losstui.wording import percent

LEAST_TOLD = 0.01  # of the train level: a fall below is told as none
BY_HEART = "by-heart"


@dataclass(frozen=True)
class Overfitting:
    """The validation loss has turned and rises while the train loss does not: the run learns by heart.

    ## What it looks for
    A validation loss whose level at the end lies above the best level it had, with a train loss that
    has fallen meanwhile, or kept its level where validation is ruined. The message names the step of the
    best checkpoint. The kind `few-evaluations` rests on the course of a dozen of them, which have no levels.
    The kind `by-heart` had no better level: train has learned and validation is where it began.
    Of a run that logs no loss at all the metrics are compared in the same way, turned round where higher is
    better, or the rewards, of train beside other levels, prompts or tasks. These may be counted from
    anywhere: what are shares of a level elsewhere are shares of what train has gained in all.

    ## How it decides
    Validation has risen from its best level, beyond noise and by enough to matter, while train went on. Where
    it had no better level, it has gained nothing of what train learned (`by-heart`).

    All of these have to hold:

    - Train: since the best checkpoint it has lost at least `least_train_fall` of its level there. Where it
      steps down at each epoch and rises within it, whole epochs are compared.
    - Size: the last validation values lie at least `least_rise` of the best level above it, and at least
      `least_share` of what validation had gained until then. A step that train has no part in (`level-shift`)
      does not count.
    - Noise: the rise is at least `least_z` of its standard errors. What the lowest of many equally good
      levels lies below them by luck is taken off first.

    The noise is that of validation after its best, and no smaller than that of evaluations which follow each
    other. A few dozen evaluations know it roughly, so it counts what is as improbable by Student's law, of
    `_validation_rise.MEDIAN_EFFICIENCY` degrees each.

    Less is enough in two cases:

    - Train and validation have surely grown apart (`generalisation-gap`): `least_z_apart` is enough, or
      `least_z_of_few_apart`. Validation no longer follows train, and may only stay or rise. Of more than
      `few` evaluations the whole course then has to rise, by the order of all pairs, or to go farther from
      its lowest than a walk of its steps, by `least_course_z` errors: what wanders is higher now and then.
    - The rise is great: `great_rise` of the best level (`great_rise_of_few`) and `great_share` of what levels
      had gained. Then train need not have lost anything, only not have risen itself by over `held_share` of
      that rise. This is asked of the whole loss alone: a part that begins near 0, as a penalty, rises many
      times with what is learned.

    `few-evaluations`: up to `few` of them may show the rise by their course. These hold instead of the noise:

    - A parabola through the last ones tells the rise, with three at least after the lowest.
    - So few do not show whether neighbours follow each other. The rise is therefore also held against a walk
      with their steps (`_validation_rise.WALK_WEIGHT`, `_validation_rise.MOST_WALK`), and both together have
      to reach `least_z_of_few`.
    - They do not surely move in step with train (`most_in_step`). Else they are places on its swings, and no
      course.

    `by-heart`, where no rise is found. All of these have to hold, the gain and the distance by
    `_memorisation.LEAST_Z` standard errors:

    - Train has gained `LEAST_LEARNED` of its first level, at most `MOST_UNSEEN` of that gain before the first
      evaluation.
    - Validation has gained at most `MOST_CARRIED` of what train has, by the upper bound (nothing, where it
      was never as good as at first), and at its best level at most `MOST_ONCE`.
    - Validation ends behind train by at least `LEAST_BEHIND` of that gain.
    - No metric of the same data has improved.

    Where the accuracy is surely best later than the loss the message names both: not everybody calls that
    overfitting. A part of a loss whose total still falls is info: the best checkpoint is that of the total.
    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    - A validation set of a few dozen samples can rise by chance for a while, and a dozen evaluations cannot
      tell a rise from one that wanders. Of validation losses that stay and scatter, beside a train loss that
      goes on alone, 1 to 11 of 100 are warned of; of those that wander 7 to 13.
    - Validation may fall again later (double descent, grokking). The run has to reach that point first: what
      counts is the level at the end, and until then it is by heart.
    - A validation loss may rise from over-confidence alone while the accuracy still improves. Then the best
      checkpoint depends on which of the two is wanted.

    ## Source
    Prechelt 1998, "Early Stopping - But When?", in Neural Networks: Tricks of the Trade.
    """

    code: ClassVar[str] = "LT201"
    name: ClassVar[str] = "overfitting"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence")

    least_values: int = 4  # of each: one to be the best, three to have risen to
    least_levels: int = 5  # of each: a level is the median of as many
    few: int = 15  # evaluations: of more the levels tell, and what wanders may seem a course
    least_rise: float = 0.03  # of the best level: below, the checkpoints are worth the same
    least_share: float = 0.05  # of the gain of validation: keeps losses close to 0 from alarming by a ratio
    least_train_fall: float = 0.1  # of the train level at the best checkpoint: training has gone on
    great_rise: float = 0.1  # of the best level: enough, whatever train still finds to learn
    great_rise_of_few: float = 0.2  # of few evaluations: they scatter by a tenth
    great_share: float = 0.5  # of the gain of its levels: the same for losses close to 0
    held_share: float = 0.1  # of the rise: less is the scatter of train at its floor
    least_z: float = 2.7  # standard errors: one in 300 by chance
    least_z_apart: float = 1.22  # where validation surely no longer follows train: one in nine by chance
    least_course_z: float = 2.33  # standard errors: one in a hundred by chance
    least_z_of_few: float = 4.6  # of few evaluations: 1 to 5 of 100 that scatter have as much
    least_z_of_few_apart: float = 4.1  # 1 to 11 of 100
    most_in_step: float = 3.0  # standard errors that few may follow train by: one in 700 by chance

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        parts = (one for one in curves.pairs if one.validation.role.kind in LOSSES)
        pairs = [*curves.whole_pairs, *(one for one in parts if one is not curves.loss_pair)]
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
            (found for pair in long if _is_whole(pair, curves) and (found := self._memorised(pair, curves))),
            list[Finding](),
        )

    def _examine(self, pair: Pair, curves: RunCurves) -> Finding | None:
        validation = pair.validation
        rises = [rise_of_levels] if min(len(pair.train), len(validation)) >= self.least_levels else []
        # Of the parts of a loss one or the other would rise by chance.
        if self._is_few(validation) and _is_whole(pair, curves) and in_step(pair, 1) < self.most_in_step:
            rises.append(rise_of_few)
        return next((found for rise in rises if (found := self._judge(pair, rise(validation), curves))), None)

    def _is_few(self, validation: Curve) -> bool:
        return len(validation) <= self.few

    def _judge(self, pair: Pair, rise: ValidationRise, curves: RunCurves) -> Finding | None:
        rise = self._weighed(pair.validation, rise, curves)
        if rise.height.value <= 0.0 or len(pair.validation.blocks) - rise.best <= TAIL_LEAST:
            return None
        measures = above, of_level, of_gain, z, fall = self._measures(pair, rise, curves)
        if any(measure.value < measure.bound for measure in measures):
            return None
        size = min(of_level.value / of_level.bound, of_gain.value / of_gain.bound)
        told = self._told(pair, rise, above.value, fall.value)
        told += best_by_score(pair.validation, rise, curves, self.few)
        severity, total = Severity.WARNING, curves.validation_loss
        if total is not None and pair.validation.role.kind is Kind.COMPONENT_LOSS and still_falls(total):
            told += f"; {total.tag} as a whole still falls"
            severity = Severity.INFO
        steps = pair.validation.block_steps
        best = int(steps[rise.lowest])
        return Finding(
            self.code,
            self.name,
            severity,
            confidence(z.value, z.bound, size, 1.0),
            told,
            pair.validation.tag,
            (Span(best, pair.validation.last_step),),
            Onset(best, int(steps[rise.low]), int(steps[rise.high])),
            measures,
            kind=rise.kind,
        )

    def _weighed(self, validation: Curve, rise: ValidationRise, curves: RunCurves) -> ValidationRise:
        """`rise` without a step that only validation has, and by what as many evaluations can tell."""
        step = curves.shared(evaluation_step)
        if step is not None and step.curve is validation and step.block > rise.best:
            height = rise.height.value - max(0.0, step.height)
            rise = replace(rise, height=replace(rise.height, value=height))
        weigh = against_a_walk if self._is_few(validation) else by_its_scale
        return weigh(rise, validation)

    def _measures(self, pair: Pair, rise: ValidationRise, curves: RunCurves) -> tuple[Measure, ...]:
        """The rise over the checkpoint named, best level, gain and standard error; the fall of train."""
        height = rise.height.value
        relative = times_of(height, pair.scale_of(rise.level))
        least_z = self._least_z(pair, rise, curves)
        fall, least_fall = train_fall(pair, rise), self.least_train_fall
        if (
            _is_whole(pair, curves)
            and relative >= (self.great_rise_of_few if self._is_few(pair.validation) else self.great_rise)
            and times_of(height, rise.progress) >= self.great_share
        ):
            least_fall = -self.held_share * min(relative, 1.0)
        if fall < least_fall and rise.z >= least_z:
            fall = max(fall, train_fall_of_epochs(pair, rise) or fall)
        above, of_gain = above_named(pair, rise), times_of(height, gained(pair, rise))
        return (
            Measure(
                "validation rise", above, self.least_rise, "fraction of the level at the best checkpoint"
            ),
            Measure("validation rise", relative, self.least_rise, "fraction of the best level"),
            Measure("validation rise", of_gain, self.least_share, "fraction of the validation gain"),
            Measure("validation rise", rise.z, least_z, "standard errors"),
            Measure("train fall since", fall, least_fall, "fraction of the train level"),
        )

    def _memorised(self, pair: Pair, curves: RunCurves) -> list[Finding]:
        learned = memorisation(pair, curves)
        if learned is None:
            return []
        validation = pair.validation
        gap = validation.descent[pair.compared] - pair.train_levels
        onset = onset_of_gap(validation.steps[pair.compared], gap, learned.stayed - learned.end)
        return [
            Finding(
                self.code,
                self.name,
                Severity.WARNING,
                confidence(learned.z, LEAST_Z, learned.size, 1.0),
                learned.told(pair.train, validation),
                validation.tag,
                (Span(onset.step, validation.last_step),),
                onset,
                learned.measures,
                kind=BY_HEART,
            )
        ]

    def _told(self, pair: Pair, rise: ValidationRise, above: float, fall: float) -> str:
        curve, far = pair.validation, percent(above)
        if curve.role.kind in LOSSES and curve.role.direction is Direction.LOWER:
            what, fell = f"Validation has risen {far} above its best while the train loss", "fell"
        else:
            moved = "fallen" if curve.role.direction is Direction.HIGHER else "risen"
            what, fell = f"{curve.tag} has {moved} {far} from its best while {pair.train.tag}", "improved"
            if curve.role.kind is Kind.REWARD:
                gained_in_all = f"{far} of what {pair.train.tag} gained in all"
                what = f"{curve.tag} has {moved} from its best, by {gained_in_all}, while that"
        beside = f"{fell} by another {percent(fall)}" if fall >= LEAST_TOLD else "kept its level"
        best = int(curve.block_steps[rise.lowest])
        return f"{what} {beside}: the best checkpoint is near {curve.unit} {best}"

    def _least_z(self, pair: Pair, rise: ValidationRise, curves: RunCurves) -> float:
        is_few = self._is_few(pair.validation)
        least, apart = (
            (self.least_z_of_few, self.least_z_of_few_apart) if is_few else (self.least_z, self.least_z_apart)
        )
        if not apart <= rise.z < least or not self._has_grown_apart(pair, curves):
            return least
        return apart if is_few or course_z(pair.validation) >= self.least_course_z else least

    def _has_grown_apart(self, pair: Pair, curves: RunCurves) -> bool:
        """Whether train surely gains what validation does not, whatever validation does itself."""
        gaps = GapSearch()
        if not _is_whole(pair, curves) or min(len(pair.train), len(pair.validation)) < gaps.least_values:
            return False
        return gaps.has_grown(pair)


def _is_whole(pair: Pair, curves: RunCurves) -> bool:
    """Whether the pair is of a whole loss, or of a metric or reward in its place, and not of a part."""
    return pair in curves.whole_pairs
