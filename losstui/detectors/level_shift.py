"""LT110: the loss went to another level, and stayed there, by what is not the model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._level_steps import LevelStep, StepSearch, evaluation_step
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._rises.train_alone import TrainAlone, train_alone
from losstui.detectors._schedule import schedule
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import Series
from losstui.stats.confidence import confidence, normal_z
from losstui.trainings import LEAST_JUMPS, Trainings, trainings
from losstui.wording import portion, readable, times

RATE_CUT, RATE_RAISED, RESUMED, EPOCH, UNEXPLAINED, EVALUATION, TRAIN_ALONE, NEW_TRAINING = (
    "rate-cut",
    "rate-raised",
    "resumed",
    "epoch",
    "unexplained",
    "evaluation",
    "train-alone",
    "new-training",
)
WORDS = {
    RATE_CUT: ", where the learning rate is cut, as it should",
    RATE_RAISED: ", where the learning rate is raised",
    RESUMED: ", where the run was resumed",
    EPOCH: ", at the border of two epochs",
    UNEXPLAINED: ", and nothing that is logged changes there: look for another data set, batch size or loss",
    EVALUATION: ", while the train loss does not: look for another validation set or other code to evaluate",
    TRAIN_ALONE: ", so nothing like it is lost on held-out data: look for dropout or augmentation switched "
    "on, another mixture of data, a weight within the loss, or a train loss that is computed wrongly",
}


@dataclass(frozen=True)
class LevelShift:
    """The loss stepped to another level at once, or that of train alone rose, and it stays there.

    ## What it looks for
    A step in the train loss, up or down, that lasts, with the same slope on both sides: something
    changed from outside. What coincides with it is named: `rate-cut` (the learning rate was cut and the
    loss fell, which is good news), `rate-raised`, `resumed`, `epoch`, else `unexplained`: the data, the
    batch size, the loss's definition or its weights may have changed. `evaluation`: the validation loss
    steps and the train loss does not, so it is the validation set or the way to evaluate that changed.
    `train-alone`: the train loss rises, at once or not, and stays there, and validation does not follow:
    dropout or augmentation was switched on, the mixture of data or a weight within the loss changed, or the
    train loss is computed wrongly. Nothing like it is lost on held-out data.
    `new-training`: the log holds several trainings one after the other, as folds, tasks or windows, and
    each begins above the end of the last one and comes down again.

    ## How it decides
    Lines are fitted to `width_share` of the run on both sides of every block. Between them lies a step of
    `least_z` standard errors and more, where the usual step anywhere counts as an error, and of at
    least `least_share` of the progress. Most of it (`least_abrupt`) happens between one block and the
    next, the slope changes by less than `most_bend` of it, and no step anywhere undoes `most_undone` of
    it. A step of the validation loss counts where the train loss steps by less than `most_shared` of it,
    each in shares of its own progress. Where the log pauses for more than `most_gap` of its usual steps a
    fall is no step. The largest such step is reported.

    A rise of train alone is one that would be a divergence after learning or a rise as a late instability,
    by all of their tests, but for the validation loss, which has lost nothing like it. It takes the place of
    a step within it that nothing or only an epoch explains, and is not told where a raised rate, a resume or
    a restart of the schedule begins it, or a regulariser that is weighed in, the weights of the parts or
    means that begin anew explain it.

    A new training begins where a logged counter steps, as of folds or rounds, or a logged epoch begins anew,
    if at `LEAST_JUMPS` of these places the first values all lie above the last ones before, half of that or
    more is undone within the training, and all this is more than luck can do at places that are known. Where
    nothing counts, the trainings have to be equally long, every value of them evaluated, validation has to
    jump as well, and luck is given all places. How a loss goes is then judged within each training.

    ## When it is wrong
    A step within the first or last `width_share` of the run is not seen, nor one that takes longer than a
    block. What coincides need not be the cause. Where validation looks at an average of the weights, a rise
    of train alone may be one of the model that validation has yet to follow.

    ## Source
    Bai and Perron 1998, "Estimating and Testing Linear Models with Multiple Structural Changes".
    """

    code: ClassVar[str] = "LT110"
    name: ClassVar[str] = "level-shift"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
        "divergence",
        "late-instability",
        "oscillation",
        "epoch-memorisation",
    )

    search: ClassVar[StepSearch] = StepSearch()

    least_values: int = 60  # values: two lines need some on both sides
    rate_ratio: float = 1.2  # times the learning rate, either way: more than a schedule moves in a block
    most_epoch: float = 0.5  # of an epoch a block: longer blocks hold a border anyway

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = curves.train_loss
        if loss is None:
            return Skipped("no train loss tag")
        anew = trainings(curves)
        if anew is not None:
            return [self._anew(loss, anew)]
        alone = train_alone(curves)
        if len(loss) < self.least_values and alone is None:
            return Skipped(f"fewer than {self.least_values} train loss values")
        found = self._step_of(loss, curves) if len(loss) >= self.least_values else None
        if alone is None:
            return [] if found is None else [found]
        risen = self._rise_of(alone, curves)
        return [risen] if found is None else _apart(found, risen)

    def _step_of(self, loss: Curve, curves: RunCurves) -> Finding | None:
        """The largest step of `loss`, or else of validation; None without one."""
        found = self.search.steps_of(loss)
        if found:
            return self._finding(max(found, key=lambda one: abs(one.height)), len(found), curves)
        step = curves.shared(evaluation_step)
        return None if step is None else self._finding(step, 1, curves)

    def _rise_of(self, alone: TrainAlone, curves: RunCurves) -> Finding:
        """The rise of train that validation denies."""
        train, onset = alone.train, alone.onset
        beside = curves.validation_loss.tag if curves.validation_loss is not None else "validation"
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(alone.z, alone.least_z, alone.lost, alone.least_lost),
            f"{train.tag} rises from {readable(alone.first)} to {readable(alone.last)} from {train.unit} "
            f"{onset.step} on and stays there, {beside} does not follow{WORDS[TRAIN_ALONE]}",
            train.tag,
            (Span(onset.step, max(onset.step, train.last_step)),),
            onset,
            (
                Measure("rise", alone.lost, alone.least_lost, "fraction of progress"),
                Measure("rise", alone.z, alone.least_z, "standard errors"),
            ),
            kind=TRAIN_ALONE,
        )

    def _anew(self, loss: Curve, anew: Trainings) -> Finding:
        """That several trainings are in the log, from the begin of the second on."""
        at = int(np.searchsorted(loss.steps, anew.begins[:1])[0])
        onset = Onset(int(loss.steps[at]), int(loss.steps[at - 1]), int(loss.steps[at]))
        by = "each as long" if anew.counter is None else f"counted by {anew.counter}"
        z, least_z = normal_z(anew.log10_luck), normal_z(anew.most_log10_luck)
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(z, least_z, 1.0, LEAST_JUMPS),
            f"{loss.tag} begins anew {times(len(anew.begins))}, first at {loss.unit} {onset.step}, "
            f"and comes down again: several trainings one after the other, {by}; each is judged by itself",
            loss.tag,
            (Span(onset.step, loss.last_step),),
            onset,
            (Measure("probability of the jumps in noise", anew.log10_luck, anew.most_log10_luck, "log10"),),
            kind=NEW_TRAINING,
        )

    def _kind(self, loss: Curve, onset: Onset, height: float, curves: RunCurves) -> str:
        """What coincides with the step."""
        if loss is not curves.train_loss:
            return EVALUATION
        moved = self._rate_moved(onset, height, curves)
        if moved is not None:
            return moved
        if _is_resumed(curves.run.frame[loss.tag], onset):
            return RESUMED
        return EPOCH if self._is_new_epoch(loss, onset) else UNEXPLAINED

    def _rate_moved(self, onset: Onset, height: float, curves: RunCurves) -> str | None:
        """Whether the learning rate was cut, with a loss that fell, or raised."""
        plan = schedule(curves)
        if plan is None:
            return None
        before, after = np.interp([onset.low, onset.high], plan.steps, plan.rates).tolist()
        if height < 0.0 and self.rate_ratio * after <= before:
            return RATE_CUT
        return RATE_RAISED if after >= self.rate_ratio * before > 0.0 else None

    def _is_new_epoch(self, loss: Curve, onset: Onset) -> bool:
        """Whether an epoch begins within the interval of the onset, and that is short beside an epoch."""
        if loss.epochs is None:
            return False
        before, after = np.interp([onset.low, onset.high], loss.steps, loss.epochs).tolist()
        return 0.0 < after - before <= self.most_epoch and math.floor(after) > math.floor(before)

    def _finding(self, shift: LevelStep, count: int, curves: RunCurves) -> Finding:
        loss, at = shift.curve, shift.block
        blocks, steps = loss.blocks, loss.steps
        onset = Onset(
            int(steps[blocks.first[at]]), int(steps[blocks.first[at - 1]]), int(steps[blocks.last[at]])
        )
        kind = self._kind(loss, onset, shift.height, curves)
        moves = "falls" if (shift.height < 0.0) == (loss.descent is loss.values) else "rises"
        others = "" if count == 1 else f"; it is the largest of {count} such steps"
        share = portion(shift.of_progress, "its progress")
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(shift.z, self.search.least_z, shift.of_progress, self.search.least_share),
            f"{loss.tag} {moves} at once by {readable(abs(shift.height))}, {share}, at {loss.unit} "
            f"{onset.step}{WORDS[kind]}{others}",
            loss.tag,
            (Span(onset.low, onset.high),),
            onset,
            (
                Measure("step", shift.of_progress, self.search.least_share, "fraction of progress"),
                Measure("step", shift.z, self.search.least_z, "standard errors"),
            ),
            kind=kind,
        )


def _is_resumed(series: Series, onset: Onset) -> bool:
    """Whether a session of the log begins within the interval of the onset."""
    if series.sessions is None:
        return False
    begins = series.steps[1:][np.diff(series.sessions) != 0]
    return bool(np.any((begins >= onset.low) & (begins <= onset.high)))


def _apart(step: Finding, risen: Finding) -> list[Finding]:
    """Both findings; where the step is part of the rise, only the one that says more of the cause."""
    if step.tag != risen.tag or step.onset.high < risen.onset.low:
        return [step, risen]
    if step.kind in (UNEXPLAINED, EPOCH):
        return [risen]
    begins = step.kind != RATE_CUT and step.onset.low <= risen.onset.high
    return [step] if begins else [step, risen]
