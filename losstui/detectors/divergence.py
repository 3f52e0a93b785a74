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
from losstui.detectors._rises.explosion import before_non_finite, explosion
from losstui.detectors._rises.judged import Judged, rise_message
from losstui.detectors._rises.lasting_rise import (
    ALL_LOST,
    LEAST_LOST,
    LEAST_LOST_LASTING,
    LEAST_LOST_WANDERING,
    LEAST_VALUES,
    lasting_rise,
    lasting_rise_of_train,
)
from losstui.detectors._rises.lost_late import lost_late
from losstui.detectors._rises.never_below import never_below
from losstui.detectors._rises.raised_rate import rise_at_raised_rate
from losstui.detectors._rises.rise import AFTER_LEARNING, FROM_START, LEAST_Z, Rise, least_scale
from losstui.detectors._rises.train_alone import is_meant, is_of_log
from losstui.detectors._rises.within_epoch import is_within_epoch
from losstui.detectors._rises.witness import begins_oddly, has_begun_below, is_rise_denied
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
    The train loss decides; a validation loss only where there is none, and one has to lose
    `least_lost_of_validation`, as what rises slowly is overfitting. Without any loss it is a reward, turned
    round; or in a run that logs neither its first metric, which has to fall, or rise if lower is better. What
    is lost counts in shares of the progress: start level minus best level, or `LEAST_SCALE` of the start
    level if that is more. It is critical if all progress is lost, the policy has collapsed or the loss
    becomes non-finite afterwards.

    - `after-learning`: all of these have to hold. The level of the last values lies at least `LEAST_Z`
      standard errors above the best level, the noise taken around both, and that levels follow each other and
      the best one was chosen allowed for. It is at least `LEAST_WANDER_Z` standard deviations of where a
      random walk with the run's own steps would have come to since, `LEAST_Z` of them if it has lost less
      than `LEAST_LOST_LASTING`, or has lost `LEAST_LOST_WANDERING` times the progress; and the run has made
      fewer than `LEAST_SWINGS` such rises, so that slow swings do not count. It has lost at least
      `least_lost`, and is not on its way back. A loss that left its first value by `BLOW_UP_RATIO` times at
      once and stayed there need not outdo a walk nor have few rises; nor does one that lasts: it has lost
      `LEAST_LOST_LASTING` of its progress and for `LASTING_SHARE` of the run has not been near its best level
      again, or has lost all of it for `MOSTLY` of the run, however it swings there, if as much noise as
      before would hardly reach it (`LEAST_WITNESSED_Z`) where levels were as much alike as those since. What
      lasts, has lost all its progress or is borne out by validation may be on its way back.
      Nor need outdo a walk what rises in the second half of the run as a late instability does, if half of
      the progress is lost and the run ends at `NEAR_START` of it, near its start, or above.
    - `from-start`: the same of a run that never learned. It may have begun low by luck: where its first
      levels are not the lowest, and so much lower as noise makes them with a probability of `MOST_LUCK` only,
      the rise counts from the level around them and has to be steady or `LEAST_LOST_WANDERING` times the
      progress; in fewer than `LEAST_KNOWN` levels it is none unless the first ones are lower beyond such
      luck. However it swings, it is one as well where validation, of four evaluations on, is mostly higher
      than in its first (a sign test, of few with the values of train), lies and ends `LEAST_SCALE` of that
      above, and the mean of train lies above its first value too, by `least_lost` of `LEAST_SCALE` of that,
      if validation scatters as no noise does or luck hardly makes both begin as low, by their order or by how
      far noise reaches (`MOST_LUCK_OF_BOTH`, where train swings `MOST_LUCK_OF_SWINGS`); but not where train
      has come down since and validation has not, which is overfitting. A first value that alone is low,
      before a descent, is no start where no other curve began as low. Where values follow each
      other so that they may be running means, those keep for long what the first one was low by: the rise has
      to be `LEAST_Z` times what the values they are over then scatter by, or the level `LEAST_TIMES_OF_MEANS`
      times the best.
    - `blow-up`: the last values before the loss is NaN or infinite grow by `BLOW_UP_RATIO` times what was
      usual; or in fewer than `least_values` the loss lies `POWERS` powers of ten above its best value and
      stays there, or `POWERS_OF_GROWTH` and still grows. Of so few each power of ten counts as a standard
      error.
    - `collapse`: a reward is back where it began, however it scattered before. No block of episodes since has
      been better, for longer than `LONGER` times as long as ever since it had learned, and longer than the
      share of failures before explains. Short of that a reward has to lose `least_lost_of_reward` after it
      had been gained, and not to climb again; or to fall by `POWERS` of ten from its first level, by
      `BLOW_UP_RATIO` times the progress if it had held that level for longer than a policy explores.
    - A metric that decides has to lose as much as a reward, and `least_of_metric` of its best level, and
      where it is measured on held-out data all it had gained.

    Other curves bear witness. With `LEAST_WITNESSED_Z` standard errors and however it wandered, the train
    loss has risen where the validation loss passes all of the tests as well; where none is logged, an
    error on data held back stands for it. So has it, by the ranks of the levels since, where a learning
    rate was raised at once above all rates before. Where validation was measured since and has lost
    nothing like it, the batches scatter, and that is all; but a train loss that ends further above its
    start than that lay above its best is told, as a warning, and so is one that never learned where
    validation was measured before the first step and began as low. What rises from its start, and no further
    than `LEAST_LOST_WANDERING` times the progress, is no divergence while validation, measured from the
    start too, falls. Where the learning rate came back up to what it had been, and is still up there, a
    rise that leaves some progress is that of a restart of the schedule. So is one of a regulariser that
    is weighed in by design, where the other parts of the loss came down; and any rise of a loss that is a
    weighted sum of its logged parts, where it would not have risen at the weights that fit its last
    values, or of means that begin anew each epoch, where the values they are over have not risen. Nor is
    one that the loss makes in each epoch and takes back in a step at the next, where the epochs as a whole
    have not lost `least_lost`.

    The onset is the likeliest break of a broken stick through the levels, of several shapes, and the interval
    holds all but a twentieth of what the breaks weigh; where what came before had risen by `least_lost`, as
    surely as by `LEAST_WITNESSED_Z` standard errors, they are those of the earlier rise. A learning rate that
    was raised at once within it names the step, and so does one that has fallen below 0. What spans powers of
    ten is judged by logarithms, above its best level where it goes below 0, but for what surely scatters by
    less at its end than on the way to its best level.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    A change of the data, of the loss's definition or of its weights during the run moves the level
    without any instability. A run cut at the top of a learning-rate restart looks like this until it
    comes down, where the learning rate is not logged.

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
        borne_out = self._beside_validation(curve, curves, judged.least_lost)
        if borne_out is None and not denied:
            borne_out = rise_at_raised_rate(curve, curves)
        if borne_out is not None:
            return borne_out, False
        return rise if denied and self._is_beyond_doubt(curve, rise, curves) else None, denied

    def _lost_late(self, train: Curve, curves: RunCurves) -> Rise | None:
        """A late change that has taken `train` back to where it began, unless validation denies it."""
        rise = lost_late(train)
        return None if rise is None or is_rise_denied(train, rise, curves) else rise

    def _is_explained(self, finding: Finding, curve: Curve, height: float, curves: RunCurves) -> bool:
        """Whether a rise of that `height` is one of the log, of the epoch or, if not all is lost, meant."""
        if is_of_log(curve, curves, self.least_lost) or is_within_epoch(curve, height, self.least_lost):
            return True
        return finding.severity is not Severity.CRITICAL and is_meant(curve, finding.onset, curves)

    def _is_beyond_doubt(self, train: Curve, rise: Rise | None, curves: RunCurves) -> bool:
        """Whether `train` ends as far above its start as that lay above its best: no scatter of batches.

        Validation may look at an average of the weights, which follows later. What never learned has to rise
        by more than it wanders; the first value alone is its start where validation began as low.
        """
        if rise is None or (rise.kind == FROM_START and rise.lost < LEAST_LOST_WANDERING):
            return False
        if rise.kind == FROM_START and has_begun_below(curves, float(train.blocks.medians[1:].min())):
            return True
        progress = max(train.progress, least_scale(train, train.start_level))
        return rise.tail > max(rise.start, train.start_level) + progress

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

    def _beside_validation(self, train: Curve, curves: RunCurves, least_lost: float) -> Rise | None:
        """A rise that the batches hide in the train loss, but not in the loss or the error of validation."""
        validation = curves.validation_loss or curves.held_back_error
        if validation is None or validation is train or len(train) < self.least_values:
            return None
        if len(validation) < self.least_values:
            return never_below(train, validation)
        rise = lasting_rise(train, least_lost, witnessed=True)
        learnt = rise is not None and rise.kind == AFTER_LEARNING and rise.lost >= LEAST_LOST_LASTING
        if rise is not None and lasting_rise(validation, least_lost, learnt=learnt):
            return rise
        return never_below(train, validation)

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
