"""LT103: the loss turned and rose, and did not come back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import HELD_BACK, RunCurves
from losstui.detectors._collapse import COLLAPSE, LEAST_SINCE, climbs, collapse
from losstui.detectors._explosion import before_non_finite, explosion
from losstui.detectors._onsets import onset_in_blocks
from losstui.detectors._precursors import precursors
from losstui.detectors._raised_rate import rise_at_raised_rate
from losstui.detectors._rises import (
    NEGLIGIBLE,
    Rise,
    left_at_once,
    noise_around,
    rise_begin,
    rise_test,
)
from losstui.detectors._witness import begins_oddly, validation_denies
from losstui.findings import Finding, Measure, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.roles import Direction, Kind
from losstui.stats.blocks import running_median
from losstui.stats.change_points import rise_onset
from losstui.stats.confidence import confidence
from losstui.stats.medians import median
from losstui.wording import percent, readable

FROM_START, AFTER_LEARNING = "from-start", "after-learning"


@dataclass(frozen=True)
class Divergence:
    """The train loss has turned, lost much of what it had gained, and has not come back.

    ## What it looks for
    A loss whose level at the end of the log lies well above the best level it had: `after-learning`.
    A loss that rises from its first values on: `from-start`. A loss that grows by an order of magnitude
    in its last values before it becomes NaN or infinite, or in fewer than `least_values` by three and does
    not come back: `blow-up`. A reward that falls back to where it
    began and stays there: `collapse`.

    ## How it decides
    All must hold. The level of the last values lies at least `least_z` standard errors above the best
    level, the noise taken around both and the choice of the best one allowed for. It is at least
    `least_wander_z` standard deviations of where a random walk with the run's own steps would have come
    to since, and the run has made fewer than `least_swings` such rises, so that slow swings do not
    count; a loss that left its first value by `blow_up_ratio` times at once and stayed there needs
    neither, nor does one that has lost `least_lost_lasting` and for `lasting_share` of the run has not
    been near its best level again, or `all_lost` for `mostly` all of it, however it swings there. Where it
    had gained little, the noise counts as what follows each other. It has lost at least `least_lost` of the
    progress (start level minus best level, or `least_scale` of the start level if that is more). Unless
    more than all progress is lost or it lasts as long, it must not be on its way back, unless validation is
    not. A run that never learned may have begun low by luck: where its first levels are not the lowest, and
    so much lower as noise makes them with a probability of `most_luck` only, the rise counts from the level
    around them, has to be steady or `least_lost_wandering`, and is none in fewer than `least_known` levels.
    The onset is where the broken stick that fits the levels best has its break, the interval all breaks
    that fit no worse than chance explains, and where what came before had risen by `least_lost`, as surely
    as `least_witnessed_z`, that of the earlier rise. A learning rate that was raised at once within it names
    the step.

    Where validation was measured since and has lost nothing like it, the batches scatter, and that is all;
    but a train loss that ends further above its start than that lay above its best is told, as a warning.
    The train loss decides, with `least_witnessed_z` and however it wandered where the validation loss
    passes all of these tests as well. A learning rate raised at once above all rates before bears witness
    too, by the ranks of the levels since. It has risen `from-start`, however it swings, where validation is
    mostly higher than in its first evaluation (a sign test), lies and ends `least_above` of it above, and
    the mean of train lies above its first value too, by `least_lost` of `least_scale` of that. A validation
    loss alone decides only where there is no train loss, and then with `least_lost_of_validation`, because
    one that rises slowly is overfitting. Without any loss it is a reward, turned round, that has to lose
    `least_lost_of_reward` after it had been gained and does not climb again; or in a run that logs neither
    its first metric, which has to fall, or rise if lower is better, by as much and by `least_of_metric` of
    its best level, and where it is measured on held-out data by all it had gained. A reward has come to a
    `collapse` where it is back where it began, however it scattered before: no block of episodes since has
    been better, for longer than three times as long as ever since it had learned, and longer than the
    share of failures before explains.
    A first value that alone is low, before a descent, is no start where no other curve began as low.
    Critical if all progress is lost, the policy has collapsed or the loss becomes non-finite afterwards.

    ## When it is wrong
    A change of the data, of the loss's definition or of its weights during the run moves the level
    without any instability. A run cut at the top of a learning-rate restart looks like this until it
    comes down.

    ## Source
    Hinkley 1971, "Inference in Two-Phase Regression", for the interval of the onset.
    """

    code: ClassVar[str] = "LT103"
    name: ClassVar[str] = "divergence"
    yields_to: ClassVar[tuple[str, ...]] = ("epoch-memorisation",)

    least_values: int = 8  # values: three for a start, three for an end, two between
    tail_share: float = 0.04  # of the run: what "has not come back" is
    tail_least: int = 3  # blocks: the fewest with a median
    least_z: float = 4.0  # standard errors: one in 30,000 by chance
    least_witnessed_z: float = 2.5  # the same where validation has risen beyond doubt
    least_lost: float = 0.2  # of the progress: below, the best checkpoint is worth the same
    least_lost_of_validation: float = 3.0  # of the progress: more than overfitting takes
    least_lost_of_reward: float = 0.5  # of the progress: a policy that explores loses some for a while
    least_of_metric: float = 0.3  # of its best level: one that guesses all along moves by less
    least_lost_lasting: float = 0.5  # of the progress: where the level swings, or falls again by and by
    least_lost_wandering: float = 4.0  # of the progress: what never learned and wanders has to double
    least_learnt: float = 3.0  # standard deviations of one level: less may be the luck of the first ones
    least_known: int = 50  # levels: fewer do not tell how heavy the tail of their noise is
    lasting_share: float = 0.25  # of the run: a swing is over by then
    mostly: float = 0.5  # of the run: where all is lost for as long, no swing is left to wait for
    lasting_least: int = 16  # blocks: the same in a short run
    least_above: float = 0.25  # of the first evaluation: so much worse all along, it learns nothing
    all_lost: float = 1.0  # of the progress: the run is where it began
    least_scale: float = 0.25  # of the start level: a run without progress has no other scale
    least_wander_z: float = 2.0  # standard deviations of what wandering as the run does would reach
    least_swings: int = (
        3  # rises almost as high as the last: a hump and a divergence are two, an oscillation has more
    )
    returning_share: float = 0.5  # of the rise given back since its peak: it is on its way back
    most_luck: float = 1e-3  # probability that noise alone made the first values so much lower
    blow_up_ratio: float = 10.0  # times the levels before: an order of magnitude before the NaN

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        judged = self._judged(curves)
        if judged is None:
            return Skipped("no loss or reward tag")
        curve, least_lost = judged
        ends_non_finite = (
            len(curve) > 0
            and len(curve.non_finite_steps) > 0
            and bool(curve.non_finite_steps[-1] > curve.steps[-1])
        )
        few, denied = len(curve) < self.least_values, False
        rise = explosion(curve) if few else self._rise(curve, least_lost)
        if few and rise is None and not ends_non_finite:
            return Skipped(f"fewer than {self.least_values} finite values of {curve.tag}")
        if rise is None and ends_non_finite:
            rise = before_non_finite(curve)
        elif rise is not None and not ends_non_finite and curve is curves.train_loss:
            denied = validation_denies(curves, int(curve.block_steps[rise.begin.index]), rise.lost)
        if not few and (rise is None or denied):
            alone = rise if denied and self._is_beyond_doubt(curve, rise) else None
            rise = self._beside_validation(curve, curves.validation_loss, least_lost) or (
                None if denied else rise_at_raised_rate(curve, curves, AFTER_LEARNING)
            )
            denied, rise = denied and rise is None, rise or alone
        if curve.role.kind is Kind.REWARD:
            rise = collapse(curve) or self._lasting_fall(curve, rise)
        elif rise is not None and curve in curves.lone_metrics:
            rise = self._fall_of_metric(curve, rise)
        if rise is None or (rise.kind == FROM_START and begins_oddly(curve, curves)):
            return []
        finding = self._finding(curve, rise, least_lost, ends_non_finite, curves)
        if denied:
            unseen = f"{finding.message}; validation has not followed so far"
            return [replace(finding, message=unseen, severity=Severity.WARNING)]
        return [finding]

    def _is_beyond_doubt(self, train: Curve, rise: Rise | None) -> bool:
        """Whether `train` ends as far above its start as that lay above its best: no scatter of batches.

        Validation may look at an average of the weights, which follows later.
        """
        progress = max(train.progress, self.least_scale * abs(train.start_level))
        return rise is not None and rise.tail > max(rise.start, train.start_level) + progress

    def _lasting_fall(self, reward: Curve, rise: Rise | None) -> Rise | None:
        """The `rise` of a reward, turned round, that had been gained and is not gained anew."""
        if rise is None or rise.kind != AFTER_LEARNING:
            return None
        since = reward.blocks.medians[rise.begin.index :]
        settled = len(since) >= LEAST_SINCE and not climbs(since[len(since) // 2 :])
        is_gone = rise.lost >= self.blow_up_ratio or (settled and rise.lost >= self.all_lost)
        return rise if is_gone or not climbs(since) else None

    def _fall_of_metric(self, metric: Curve, rise: Rise) -> Rise | None:
        """The `rise` of a metric, turned round where higher is better, that is one of its level as well.

        What it was first measured at it had learned, unlike a loss that begins low.
        """
        if rise.tail - rise.best < self.least_of_metric * abs(rise.best):
            return None
        return replace(rise, kind=AFTER_LEARNING) if metric.role.direction is Direction.HIGHER else rise

    def _judged(self, curves: RunCurves) -> tuple[Curve, float] | None:
        """The curve that decides, and what share of its progress has to be lost."""
        if curves.train_loss is not None:
            return curves.train_loss, self.least_lost
        if curves.validation_loss is not None:
            return curves.validation_loss, self.least_lost_of_validation
        for metric in curves.lone_metrics[:1]:
            return metric, self.all_lost if metric.role.split in HELD_BACK else self.least_lost_of_reward
        reward = next(iter(curves.select(Kind.REWARD)), None)
        return None if reward is None else (reward, self.least_lost_of_reward)

    def _beside_validation(self, train: Curve, validation: Curve | None, least_lost: float) -> Rise | None:
        """A rise that the batches hide in the train loss, but not in the validation loss."""
        if validation is None or validation is train or len(validation) < self.least_values:
            return None
        rise = self._rise(train, least_lost, witnessed=True)
        learnt = rise is not None and rise.kind == AFTER_LEARNING and rise.lost >= self.least_lost_lasting
        if rise is not None and self._rise(validation, least_lost, learnt=learnt):
            return rise
        return self._never_below(train, validation)

    def _never_below(self, train: Curve, validation: Curve) -> Rise | None:
        """A run that has been worse all along than where it began, however both losses swing there."""
        levels, rest = train.blocks.medians, validation.descent[1:]
        if min(float(one.blocks.lowest.min()) for one in (train, validation)) < 0.0:
            return None  # shares of a level mean nothing
        first, start = float(validation.descent[0]), float(levels[0])
        later = float(
            np.mean(levels[len(levels) // 2 :])
        )  # few batches of a small size are bad, but very bad
        z = math.sqrt(len(rest)) * float(np.mean(np.sign(rest - first)))
        ends = rest[len(rest) // 2 :], rest[-max(self.tail_least, round(self.tail_share * len(rest))) :]
        above = min(median(end) for end in ends) - first
        lost = (later - start) / (self.least_scale * start) if start > 0.0 else 0.0
        if z < self.least_witnessed_z or above < self.least_above * first or lost < self.least_lost:
            return None
        begin = rise_onset(levels, NEGLIGIBLE * (later - start))
        return Rise(begin, start, start, later, lost, z, FROM_START)

    def _rise(
        self, loss: Curve, least_lost: float, *, witnessed: bool = False, learnt: bool = False
    ) -> Rise | None:
        """The rise of a loss that stays; `witnessed` by another, or of a run known to have `learnt`."""
        levels = loss.blocks.medians
        width = max(self.tail_least, round(self.tail_share * len(levels)))
        smooth = running_median(levels, width | 1)
        bottom = int(np.argmin(smooth[: len(levels) - width]))
        if smooth[bottom] > levels[0] and left_at_once(levels, width, self.most_luck):
            bottom, smooth = 0, np.concatenate((levels[:1], smooth[1:]))
        best, start = float(smooth[bottom]), max(float(smooth[0]), float(smooth[bottom]))
        tail = float(np.median(levels[-width:]))
        scale = max(start - best, self.least_scale * abs(start))
        lost = (tail - best) / scale if scale > 0.0 else 0.0  # of a loss that begins at exactly 0: no share
        if lost < least_lost:
            return None
        sure = witnessed or lost >= self.least_lost_wandering  # no walk around a level goes as far
        test = rise_test(levels, smooth, bottom, width, sure=sure)
        lasts = max(self.lasting_least, self.lasting_share * len(levels)) <= test.lasted
        lasts &= lost >= self.least_lost_lasting
        lasts |= lost >= self.all_lost and test.lasted >= self.mostly * len(levels)
        is_returning = lost < self.all_lost and self._is_returning(smooth[bottom:], best, tail, width)
        if is_returning and not (lasts or witnessed):
            return None
        is_steady = test.wander_z >= self.least_wander_z and test.swings < self.least_swings
        z = test.z if is_steady or lasts or witnessed else 0.0
        far = np.median(levels) >= start + self.blow_up_ratio * abs(start)
        if bottom == 0 and far and left_at_once(levels, width, self.most_luck):
            z = max(z, math.sqrt(len(levels)))  # a sign test: hardly a value was as low as the first one
        if z < (self.least_witnessed_z if witnessed else self.least_z) or (
            z != test.z and lost < self.all_lost
        ):
            return None
        begin = rise_begin(test, levels, smooth, bottom, width, (least_lost * scale, self.least_witnessed_z))
        # What the loss does once it has diverged says nothing of the noise it had learned in.
        raw_noise = noise_around(levels[: begin.high + 1], smooth[: begin.high + 1], bottom, width)
        has_learnt = start - best > max(raw_noise, self.least_lost * abs(start))
        is_sure = witnessed or learnt or (has_learnt and start - best > self.least_learnt * raw_noise)
        if not is_sure and self._is_luck(levels, lost, is_steady=is_steady):
            return None
        return Rise(begin, start, best, tail, lost, z, AFTER_LEARNING if has_learnt else FROM_START)

    def _is_luck(self, levels: FloatArray, lost: float, *, is_steady: bool) -> bool:
        """Whether a run that never learned may stand where it began, and have begun low."""
        if len(levels) < self.least_known:  # what these scatter by is not known: their order is
            return not left_at_once(levels, len(levels) // 2, self.most_luck)
        return not is_steady and lost < self.least_lost_wandering

    def _is_returning(self, smooth: FloatArray, best: float, tail: float, width: int) -> bool:
        """Whether the level has given back much of its rise since the peak, and still falls."""
        peak = int(np.argmax(smooth))
        if smooth[peak] - tail < self.returning_share * (smooth[peak] - best):
            return False
        half = smooth[peak:]
        middle = len(half) // 2
        return len(half) > width and bool(np.median(half[:middle]) > np.median(half[middle:]))

    def _finding(
        self, loss: Curve, rise: Rise, least_lost: float, ends_non_finite: bool, curves: RunCurves
    ) -> Finding:
        onset = onset_in_blocks(loss, rise.begin, curves)
        before = precursors(curves, onset.high)
        is_lost = rise.lost >= self.all_lost or ends_non_finite or rise.kind == COLLAPSE
        side = "fall below" if loss.role.direction is Direction.HIGHER else "rise above"
        message = _message(loss, rise, onset.step, ends_non_finite) + before.text
        return Finding(
            self.code,
            self.name,
            Severity.CRITICAL if is_lost else Severity.WARNING,
            confidence(rise.z, self.least_z, rise.lost, least_lost),
            message,
            loss.tag,
            (Span(onset.step, max(loss.last_step, onset.step)),),
            onset,
            (
                Measure("progress lost", rise.lost, least_lost, "fraction of progress"),
                Measure(f"{side} the best level", rise.z, self.least_z, "standard errors"),
                *before.measures,
            ),
            rise.kind,
        )


def _message(loss: Curve, rise: Rise, step: int, ends_non_finite: bool) -> str:
    end = "until it is no longer finite" if ends_non_finite else "and has not come back"
    higher = loss.role.direction is Direction.HIGHER
    moves, moved, sign = ("falls", "fallen", -1.0) if higher else ("rises", "risen", 1.0)
    first, last = readable(sign * rise.best), readable(sign * rise.tail)
    at = f"{loss.unit} {step}"
    if rise.kind == COLLAPSE:
        return (
            f"{loss.tag} falls from {first} to {last} at {at} and has stayed there: the policy has collapsed"
        )
    if rise.kind == AFTER_LEARNING:
        share = "all its progress" if rise.lost >= 1.0 else f"{percent(rise.lost)} of its progress"
        return f"{loss.tag} {moves} from {first} to {last} from {at} on {end}: {share} is lost"
    if rise.kind == FROM_START:
        return f"{loss.tag} has {moved} from {first} to {last} since {at} {end}: the run does not learn"
    return f"{loss.tag} grows from {first} to {last} from {at} on {end}"
