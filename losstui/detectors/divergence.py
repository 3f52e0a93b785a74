"""LT103: the loss turned and rose, and did not come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import onset_in_blocks
from losstui.detectors._precursors import precursors
from losstui.detectors._rises.collapse import COLLAPSE, collapse, lasting_fall
from losstui.detectors._rises.confirmed_by_validation import confirmed_by_validation, is_beyond_doubt
from losstui.detectors._rises.explosion import before_non_finite, explosion
from losstui.detectors._rises.judged import Judged, rise_message
from losstui.detectors._rises.lasting_rise import (
    ALL_LOST,
    LEAST_LOST,
    LEAST_VALUES,
    lasting_rise,
    lasting_rise_of_train,
)
from losstui.detectors._rises.lost_late import lost_late
from losstui.detectors._rises.raised_rate import rise_at_raised_rate
from losstui.detectors._rises.rise import AFTER_LEARNING, FROM_START, LEAST_Z, Rise
from losstui.detectors._rises.train_alone import is_meant, is_of_log
from losstui.detectors._rises.within_epoch import is_within_epoch
from losstui.detectors._rises.witness import begins_oddly, is_rise_denied
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.kinds import HELD_BACK
from losstui.roles import Direction, Kind
from losstui.stats.confidence import confidence


@dataclass(frozen=True)
class Divergence:
    """The train loss has turned, lost much of what it had gained, and has not come back.

    ## What it looks for
    A loss whose level at the end of the log lies well above the best level it had: `after-learning`. A loss
    that rises from its first values on: `from-start`. A loss that grows by an order of magnitude in its last
    values before it becomes NaN or infinite, or in fewer than `least_values` by several and does not come
    back: `blow-up`. A reward that falls back to where it began and stays there: `collapse`.

    ## How it decides
    The loss has to lie far above its best level at the end of the log, beyond its own noise and beyond how
    far it wanders by itself, and not be on its way back. What is lost counts in shares of the progress: start
    level minus best level, or `LEAST_SCALE` of the start level if that is more. It is critical if all
    progress is lost, the policy has collapsed or the loss becomes non-finite afterwards.

    The train loss decides, and where there is none:

    - A validation loss, which has to lose `least_lost_of_validation`: what rises slowly is overfitting.
    - In a run without any loss its first metric, which has to fall, or to rise if lower is better. It has to
      lose as much as a reward, or all it had gained if it is measured on held-out data, and `least_of_metric`
      of its best level in any case.
    - In a run that logs neither, a reward, turned round.

    ### Rise after learning

    `after-learning` needs all of these:

    - Size: it has lost at least `least_lost`.
    - Noise: the last values lie at least `LEAST_Z` standard errors above the best level. The noise is taken
      around both. It is allowed for that levels follow each other, and that the best one was chosen.
    - Wandering: the rise is at least `LEAST_WANDER_Z` standard deviations of where a random walk with the
      run's own steps would have come to since, `LEAST_Z` of them if less than `LEAST_LOST_LASTING` is lost.
      Or `LEAST_LOST_WANDERING` times the progress is lost.
    - Scatter: levels that scatter as those that lead to the best one, around a straight line, hardly rise so
      far, in whatever order (`LEAST_WITNESSED_Z`). Not asked where `LEAST_LOST_WANDERING` is lost.
    - No habit: the run has made fewer than `LEAST_SWINGS` such rises. Slow swings do not count.
    - Not on its way back. That does not matter where it lasts, has lost all its progress or is borne out by
      validation.

    Some rises need not outdo a walk, nor be few:

    - One that lasts. It has lost `LEAST_LOST_LASTING` and for `LASTING_SHARE` of the run has not been near
      its best level again, or has lost all for `MOSTLY` of the run. As much noise as before would hardly
      reach it (`LEAST_WITNESSED_Z`), even if levels had always been as much alike as those since.
    - One that left its first value by `BLOW_UP_RATIO` times at once and stayed there.
    - One in the second half of the run that rises as a late instability does, if half of the progress is
      lost, and `NEAR_START` of what was gained: it ends near its start or above.

    ### Rise from the start

    `from-start` is the same of a run that never learned. It may have begun low by luck, so more is asked of
    it:

    - The rise counts from the level around its start, or from the first level where that is the lowest, by so
      much that noise does it with a probability of `MOST_LUCK` only.
    - It is steady, or `LEAST_LOST_WANDERING` times the progress. Fewer than `LEAST_KNOWN` levels do not show
      that: there the first ones have to be lower beyond such luck.
    - A first value that alone is low, before a descent, is no start where no other curve began as low.
    - Values that follow each other may be running means, which keep for long what the first one was low by.
      The rise then has to be `LEAST_Z` times what the values they are over scatter by, or the level
      `LEAST_TIMES_OF_MEANS` times the best.

    However train swings, it has also risen from its start where validation, of four evaluations on, shows it.
    All of these hold then:

    - Validation is mostly higher than in its first evaluation: a sign test, of few with the values of train.
    - It lies and ends `LEAST_SCALE` of its first value above that. The mean of train lies above its own first
      value by `least_lost` of `LEAST_SCALE` of that.
    - Validation scatters as no noise does, or luck hardly makes both begin as low, by their order or by how
      far noise reaches (`MOST_LUCK_OF_BOTH`, where train swings `MOST_LUCK_OF_SWINGS`).
    - It is not so that train has come down since and validation has not, which is overfitting.

    ### Blow-up and collapse

    - `blow-up`, before NaN or infinity: the last values grow by `BLOW_UP_RATIO` times what was usual.
    - `blow-up` in fewer than `least_values`: the loss lies `POWERS` powers of ten above its best value and
      stays there, or `POWERS_OF_GROWTH` and still grows. Each power of ten counts as a standard error.
    - `collapse`: a reward is back where it began, however it scattered before. No block of episodes since has
      been better. That has lasted longer than `LONGER` times as long as ever since it had learned, and longer
      than the share of failures before explains.
    - A reward that has not collapsed has to lose `least_lost_of_reward` after it had been gained, and not to
      climb again. Or it falls by `POWERS` of ten from its first level. If it had held that level for longer
      than a policy explores, `BLOW_UP_RATIO` times the progress is enough.

    ### What other curves say

    They bear witness for a rise:

    - Where the validation loss passes all of the tests as well, `LEAST_WITNESSED_Z` standard errors are
      enough for both, however they wandered. Where none is logged, an error on data held back stands for it.
    - Where a learning rate was raised at once above all rates before, the ranks of the levels since tell a
      rise that has lost all progress.

    Validation that was measured since and has lost nothing like it denies a rise: the batches scatter, and
    that is all. So does validation that was measured from the start, too, and falls while train rises from
    its start. These are told all the same, as a warning:

    - A train loss that ends further above its start than that lay above its best.
    - One that never learned, where validation was measured before the first step and began as low.

    A rise from the start is told so only beyond `LEAST_LOST_WANDERING` times the progress.

    Nor is a rise told in these cases:

    - Restart: the learning rate came back up to what it had been and is still up there, and some progress is
      left.
    - Regulariser: it is weighed in by design, the other parts of the loss came down, and some progress is
      left.
    - Weights: the loss is a weighted sum of its logged parts, and would not have risen at the weights that
      fit its last values.
    - Means: the values are means that begin anew each epoch, and what they are over has not risen.
    - Epochs: the loss rises in each epoch and takes that back in a step at the next, as in the last one, and
      the epochs as a whole have not lost `least_lost`.

    ### Where it begins

    The onset is the likeliest break of a broken stick through the levels, of several shapes. The interval
    holds all but a twentieth of what the breaks weigh. Where the loss had risen before by `least_lost`, as
    surely as by `LEAST_WITNESSED_Z` standard errors, both are those of the earlier rise. A learning rate that
    was raised at once within the interval, or has fallen below 0, names the step.

    What spans powers of ten is judged by logarithms, above its best level where it goes below 0. That is not
    so where it surely scatters by less at its end than on the way to its best level.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    - A change of the data, of the loss's definition or of its weights during the run moves the level without
      any instability.
    - A run cut at the top of a learning-rate restart looks like this until it comes down, where the learning
      rate is not logged.

    ## Source
    Smith 1975, "A Bayesian approach to inference about a change-point in a sequence of random variables", for
    the onset and its interval.
    """

    code: ClassVar[str] = "LT103"
    name: ClassVar[str] = "divergence"
    yields_to: ClassVar[tuple[str, ...]] = ("epoch-memorisation",)

    least_values: int = LEAST_VALUES
    least_lost: float = LEAST_LOST  # of the progress
    least_lost_of_validation: float = 3.0  # of the progress: more than overfitting takes
    least_lost_of_reward: float = 0.5  # of the progress: a policy that explores loses some for a while
    least_of_metric: float = 0.3  # of its best level: one that guesses all along moves by less

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        judged = self._judged(curves)
        if judged is None:
            return Skipped("no loss or reward tag")
        curve = judged.curve
        rise = self._rise_alone(judged, curves)
        if len(curve) < self.least_values and rise is None and not judged.ends_non_finite:
            return Skipped(f"fewer than {self.least_values} finite values of {curve.tag}")
        rise, denied = self._beside_others(judged, rise, curves)
        if rise is None and curve is curves.train_loss:
            rise = self._lost_late(curve, curves)
        if curve.role.kind is Kind.REWARD:
            rise = collapse(curve) or lasting_fall(curve, rise)
        elif rise is not None and curve in curves.lone_metrics:
            rise = self._fall_of_metric(curve, rise)
        if rise is None or (rise.kind == FROM_START and begins_oddly(curve, curves)):
            return []
        finding = self._finding(judged, rise, curves)
        if self._is_explained(finding, curve, rise.tail - rise.best, curves):
            return []
        return [_not_followed(finding) if denied else finding]

    def _rise_alone(self, judged: Judged, curves: RunCurves) -> Rise | None:
        """The rise that the curve shows by itself."""
        curve = judged.curve
        if len(curve) < self.least_values:
            return explosion(curve)
        is_train = curve is curves.train_loss
        return curves.shared(lasting_rise_of_train) if is_train else lasting_rise(curve, judged.least_lost)

    def _beside_others(
        self, judged: Judged, rise: Rise | None, curves: RunCurves
    ) -> tuple[Rise | None, bool]:
        """The `rise`, or one that other curves bear out, and whether validation denies it."""
        curve, denied = judged.curve, False
        if rise is None and judged.ends_non_finite:
            rise = before_non_finite(curve)
        elif rise is not None and not judged.ends_non_finite and curve is curves.train_loss:
            denied = is_rise_denied(curve, rise, curves, rise.lost)
        if len(curve) < self.least_values or (rise is not None and not denied):
            return rise, denied
        confirmed = confirmed_by_validation(curve, curves, judged.least_lost)
        if confirmed is None and not denied:
            confirmed = rise_at_raised_rate(curve, curves)
        if confirmed is not None:
            return confirmed, False
        return rise if denied and is_beyond_doubt(curve, rise, curves) else None, denied

    def _lost_late(self, train: Curve, curves: RunCurves) -> Rise | None:
        """A late change that has taken `train` back to where it began, unless validation denies it."""
        rise = lost_late(train)
        return None if rise is None or is_rise_denied(train, rise, curves) else rise

    def _is_explained(self, finding: Finding, curve: Curve, height: float, curves: RunCurves) -> bool:
        """Whether a rise of that `height` is one of the log, of the epoch or, if not all is lost, meant."""
        if is_of_log(curve, curves, self.least_lost) or is_within_epoch(curve, height, self.least_lost):
            return True
        return finding.severity is not Severity.CRITICAL and is_meant(curve, finding.onset, curves)

    def _fall_of_metric(self, metric: Curve, rise: Rise) -> Rise | None:
        """The `rise` of a metric, turned round where higher is better, that is one of its level as well.

        What it was first measured at it had learned, unlike a loss that begins low.
        """
        if rise.tail - rise.best < self.least_of_metric * abs(rise.best):
            return None
        return replace(rise, kind=AFTER_LEARNING) if metric.role.direction is Direction.HIGHER else rise

    def _judged(self, curves: RunCurves) -> Judged | None:
        """The curve that decides; None where the run has none."""
        if curves.train_loss is not None:
            return Judged(curves.train_loss, self.least_lost)
        if curves.validation_loss is not None:
            return Judged(curves.validation_loss, self.least_lost_of_validation)
        for metric in curves.lone_metrics[:1]:
            held_back = metric.role.split in HELD_BACK
            return Judged(metric, ALL_LOST if held_back else self.least_lost_of_reward)
        reward = next(iter(curves.select(Kind.REWARD)), None)
        return None if reward is None else Judged(reward, self.least_lost_of_reward)

    def _finding(self, judged: Judged, rise: Rise, curves: RunCurves) -> Finding:
        loss, least_lost = judged.curve, judged.least_lost
        onset = onset_in_blocks(loss, rise.begin, curves)
        before = precursors(curves, onset.high)
        is_lost = rise.lost >= ALL_LOST or judged.ends_non_finite or rise.kind == COLLAPSE
        side = "fall below" if loss.role.direction is Direction.HIGHER else "rise above"
        message = rise_message(judged, rise, onset.step) + before.text
        return Finding(
            self.code,
            self.name,
            Severity.CRITICAL if is_lost else Severity.WARNING,
            confidence(rise.z, LEAST_Z, rise.lost, least_lost),
            message,
            loss.tag,
            (Span(onset.step, max(loss.last_step, onset.step)),),
            onset,
            (
                Measure("progress lost", rise.lost, least_lost, "fraction of progress"),
                Measure(f"{side} the best level", rise.z, LEAST_Z, "standard errors"),
                *before.measures,
            ),
            rise.kind,
        )


def _not_followed(finding: Finding) -> Finding:
    message = f"{finding.message}; validation has not followed so far"
    return replace(finding, message=message, severity=Severity.WARNING)
