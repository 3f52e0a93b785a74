"""LT101: the loss has stopped falling well above what the run could reach."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors._batch_noise import more_to_gain
from losstui.detectors._context import (
    Schedule,
    final_accuracy,
    gradient_left,
    is_regression,
    schedule,
    skill,
)
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail, began_untrained, flat_tails, loss_tails
from losstui.detectors._frozen import frozen, without_gradient
from losstui.detectors._parts import part_at_guessing, part_given_up
from losstui.detectors._reasons import Reason, at_odds, behind, exhausted, guessing_part, low_skill
from losstui.detectors._softmax_twice import softmax_twice
from losstui.detectors.dead_units import dead_share
from losstui.detectors.vanishing_gradient import starvation
from losstui.findings import Finding, Measure, Severity, Skipped
from losstui.stats.chance import guess_at
from losstui.stats.confidence import confidence_of_shares
from losstui.wording import number, percent, readable

OR_DONE = "or-done"


@dataclass(frozen=True)
class Plateau:
    """The loss is flat, and something says that it could be lower: the run is stuck, not finished.

    ## What it looks for
    A loss that has not fallen over the last half of the run, together with a sign that it stopped too early.
    Kinds: `stuck` (at a level that means nothing was learned, or after a small part of the first level),
    `lr-floor` (it stopped while the learning rate is still high and the gradient is not small),
    `lr-exhausted` (the learning rate had gone while the loss was still falling), `low-skill` (a classifier
    that is little better than guessing, on train and validation data alike), `starved` (no gradient reaches
    the first layers, or most units are dead), `parts-at-odds` (in a loss that is the sum of an equation's
    residual and of conditions one condition was given up for the residual), `softmax-twice` (at the floor, or
    as far above it as answers are wrong, of a cross-entropy that is given probabilities for scores),
    `behind-siblings` (other runs of the same task had come far lower with as many steps; the message names
    the best of them and the settings that differ), `or-done` (it lost little; nothing says from where).

    ## How it decides
    Flat means proven flat: the upper 95 % bound of the fall over the last `tail_share` of the run stays below
    `least_fall` of what the run gained, on the train or the validation loss, and neither falls or rises
    significantly. A flat curve alone may as well be a finished run, so one of these has to come with it. The
    learning rate was spent early (half way through the run it is below `spent_rate` of its peak) while the
    loss was still falling, or, where none is logged, a metric or a reward improving. All losses are within
    `same_guess` or three standard errors of each other, one at a level of guessing (ln K; or 1, for a
    standardised target, where a metric of regression is logged, or a gradient at a rate above 5e-4 that was
    not lowered), and fall by less than `loose_share` of it. No weight moves any more: the loss lost less than
    a tenth, and the values of the tail of all losses lie within 0.03 % of their level, or those of validation
    do and within 0.3 % of what train values scatter by and 0.06 % of the gain; or it lost less than four
    fifths, and those of validation go further, but lie as close to a line; and no schedule ran out; or all
    lie at one value, that of guessing. The loss lost less than `small_fall` of its first level, train and
    validation less than `small_mean_fall` on average, with a gradient that is not small and no schedule that
    ran out or is under way, its rate still changing; where the rate was never lowered, a fall of less than
    `loose_share` of the level is flat enough. Fine-tuning falls as little, with gradients that small batches
    hold up: it is `or-done`, no warning, unless an accuracy says that the run began at guessing or, beside a
    gradient norm, the rate peaks above 5e-4, where models that were trained before lose what they know. What
    falls by more than `loose_share` in a task full of noise falls as little too. So a norm has to be more
    than the noise of batches, which adds up over many directions: a twentieth of the tail is less than half
    its median or more than twice that; or the accuracy began at guessing and came at most half the way to all
    right; or all losses lie 1.2 times above what the accuracy costs at most (Fano, for as many classes as the
    first loss says). Without a gradient norm a small fall is `small_fall_blind` at most. What falls
    significantly by `least_fall` of the gain all the same, on train or validation data, is slow. A classifier
    that began at guessing among as many classes as its first loss says, at most `most_classes`, and ends at
    most `low_skill` of the way from there to all right has not learned its task, unless the schedule is under
    way: flat then means by less than `loose_share` of the level and by `most_pace` of the gain, with train
    and validation within `same_level` of each other and at most `half_fall` of the first level lost. Flat by
    less than `loose_share` of the level is enough as well where the gradient has vanished
    (`vanishing-gradient`), is exactly 0 beside a train loss that does not change in a digit, or most units
    are dead (`dead-units`); where, of the parts that add up to the train loss, the one by which classes are
    told has been at a level of guessing all along; or where one of the component losses that add up to the
    train loss, by its name an initial value, a boundary or data beside the residual of an equation, ends
    above where it began, by `least_part_rise` of that loss and by `least_z` deviations of a value, is at
    least `least_part` of it and still near its own highest level. Other parts, a regulariser, a divergence, a
    rival's loss, rise in runs that learn. A cross-entropy that is given probabilities for scores lies within
    ln(e + K - 1) - 1 and 1 more, for K classes, 3 to 1000, as the first losses say within 3 %: no value is
    out of that, and all losses end no more than 0.05 above the least and the share of wrong answers, but for
    three standard errors, that on validation data no further below, and 1.2 times above what the accuracy
    costs at most; without an accuracy it is info. Where none of these holds, siblings may tell: train and
    validation loss both end above what two siblings at least had reached by then, by `least_behind` of what
    those gained and by four standard errors. Flat is then measured by that gain, and a loss that had been
    lower before is not meant. Siblings are runs read in one call that log the same tags at the same intervals
    and of which no hyper-parameter (the task, the data, the batch size) and no part of the name differs but
    for how they are trained: rates, schedule, optimiser, size, seed. Where neither names the task, nearly all
    of them have to begin at one level. Runs that say nothing of the kind have no siblings.

    ## When it is wrong
    Fine-tuning of a good model improves little and ends flat: that is no plateau, but at a rate above 5e-4
    that is never lowered, with a gradient norm that scatters as much, it looks like one. A task may hold
    noise that no model can remove, and then a small fall is all there is. A plateau in the middle of a
    schedule may end at the next decay of the learning rate; during warm-up this is silent. A small fall at a
    rate that still decays when the run ends is missed. A condition that was given up but began no lower, or
    whose name does not say what it is, is missed. Runs of several data sets in one folder that log the same
    settings and begin alike pass for siblings.

    ## Source
    Equivalence testing: Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15. Parts that pull
    against each other: Wang, Teng and Perdikaris 2021, "Understanding and Mitigating Gradient Flow
    Pathologies in Physics-Informed Neural Networks".
    """

    code: ClassVar[str] = "LT101"
    name: ClassVar[str] = "plateau"
    yields_to: ClassVar[tuple[str, ...]] = ("non-finite", "divergence", "stuck-at-start", "overfitting")

    tail_share: float = 0.5  # of the run: a flat part that a person would call a plateau
    latest_start: float = 0.55  # of the run: the same, with room for the error of the start
    least_z: float = 3.0  # standard errors of a fall or rise that is no noise
    least_fall: float = 0.05  # of the gain: a fall worth going on for
    level_share: float = 0.01  # of the first level: the same for a run that never gained anything
    loose_share: float = 0.05  # of the level: flat enough where the level itself is that of guessing
    same_guess: float = 0.03  # of the level: train and validation guess alike, if not on the same data
    same_level: float = 0.15  # of the level: train and validation have learned as little
    high_accuracy: float = 0.9  # nobody calls it stuck above
    low_skill: float = 0.35  # of the way from guessing to all right: classes that overlap allow more
    most_classes: int = 1000  # beyond, what is right is seldom one class alone
    most_pace: float = 0.15  # of the gain over the tail: a third of an even descent is slow, not at a stand
    half_fall: float = 0.5  # of the first level: a low accuracy after more than that is that of a hard task
    small_fall: float = 0.35  # of the first level, with a gradient: an output layer learns that much ...
    small_fall_blind: float = 0.25  # ... without one, where nothing else says that there is more to learn
    small_mean_fall: float = 0.3  # of train and validation on average: labels that are a bit wrong leave more
    least_gradient: float = 0.05  # of its highest level: a gradient below has found a minimum
    high_rate: float = 0.5  # of the peak rate: a learning rate above has not been lowered
    spent_rate: float = 0.01  # of the peak rate: below, nothing moves any more
    least_spent_fall: float = 0.05  # of the gain, in the second half of the spent rate: still falling
    least_part: float = 1 / 3  # of the loss: a part that is less is not what holds it up
    least_part_rise: float = 0.05  # of the loss: a part that has risen by less was not given up
    least_behind: float = 0.2  # of the siblings' gain: settings that are a bit worse cost less
    spent_tail_fall: float = 0.15  # of the gain: the most it may fall over the tail afterwards

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        tails = flat_tails(curves, self.tail_share, self.least_fall, self.level_share)
        if not tails:
            return Skipped(f"no loss, metric or reward with at least {LEAST_BLOCKS} values")
        plan = schedule(curves)
        if plan is None and not any(tail.of_loss for tail in tails):
            return Skipped("no loss above 0, nor a learning rate")
        if plan is not None and plan.warming_up:
            return []
        twice = self._softmax_twice(curves, tails)
        if twice is not None:
            return [self._finding(*twice)]
        accuracy = final_accuracy(curves)
        if accuracy is not None and accuracy >= self.high_accuracy:
            return []
        # Flat by the level itself, however little was gained: enough where something else names the level.
        loose = loss_tails(curves, self.tail_share, self.least_fall, self.loose_share)
        alone = self._alone(curves, tails, loose, plan)
        told = None if alone is None or alone[1].kind == OR_DONE else alone
        tail, reason = (
            self._at_odds(curves, loose)  # what names the cause
            or told
            or self._unskilled(curves, loose, plan)
            or self._starved(curves, loose)
            or self._among_siblings(curves)
            or alone
            or (None, None)
        )
        return [] if tail is None or reason is None else [self._finding(tail, reason)]

    def _alone(
        self, curves: RunCurves, tails: list[FlatTail], loose: list[FlatTail], plan: Schedule | None
    ) -> tuple[FlatTail, Reason] | None:
        """What the loss, the learning rate and the gradient tell."""
        widest = max(tail.bound for tail in tails)
        # The validation loss is often first logged late and so knows little of the gain: train may tell more.
        if any(tail.moves(min(widest, 2.0 * tail.bound), self.least_z) for tail in tails):
            return None
        left, accuracy = gradient_left(curves), final_accuracy(curves)
        untrained = began_untrained(curves, loose, plan if left is not None else None)
        # At a rate that never came down, with a gradient, a loss that has fallen little is not done.
        driven = plan is not None and plan.left >= self.high_rate and left is not None and untrained
        reasons = [(tail, self._exhausted(tail, plan)) for tail in tails]
        standardised = driven or is_regression(curves)
        reasons += [(tail, self._guessing(tail, loose, accuracy, standardised)) for tail in loose]
        losses = [tail for tail in tails if tail.of_loss]
        proven = [tail for tail in losses if tail.proven]
        stopped = frozen(losses, plan, self.tail_share) if proven else None
        reasons += [(tail, stopped) for tail in proven]
        enough = loose if driven else losses
        # The floor of the bound is a share of the level: what falls steadily below it is slow, not flat.
        steady = any(tail.falls(self.least_fall * tail.gained, self.least_z) for tail in losses)
        little = sum(tail.fallen for tail in losses) <= self.small_mean_fall * len(losses)
        # Where the rate goes on changing, most of the fall may be to come.
        if little and not steady and (plan is None or not plan.under_way):
            small = (
                (tail, self._small(curves, tail, plan, left, untrained)) for tail in enough if tail.proven
            )
            reasons += small
        for tail, reason in reasons:
            if reason is not None and tail.since <= self.latest_start:
                return tail, reason
        return None

    def _unskilled(
        self, curves: RunCurves, loose: list[FlatTail], plan: Schedule | None
    ) -> tuple[FlatTail, Reason] | None:
        if not loose or (plan is not None and plan.under_way):
            return None
        learned = skill(curves, loose[0].first) if loose[0].curve is curves.train_loss else None
        tail = self._at_a_stand(loose)
        if any(one.moves(self.most_pace * one.gained, self.least_z) for one in loose):
            return None
        if learned is None or tail is None or max(one.fallen for one in loose) > self.half_fall:
            return None
        alike = all(abs(one.level - tail.level) <= self.same_level * tail.level for one in loose)
        if not alike or learned.classes > self.most_classes or learned.share > self.low_skill:
            return None
        return tail, low_skill(learned, self.low_skill)

    def _starved(self, curves: RunCurves, loose: list[FlatTail]) -> tuple[FlatTail, Reason] | None:
        tail = self._at_a_stand(loose)
        if tail is None:
            return None
        gradient, dead = starvation(curves), dead_share(curves)
        if gradient is not None:
            text = f"the {gradient.name} is {readable(gradient.value)} {gradient.unit}"
            return tail, Reason("starved", text, gradient)
        if dead is not None:
            return tail, Reason("starved", f"{percent(dead.value)} of the units are dead", dead)
        gone = without_gradient(curves, tail, self.tail_share)
        return None if gone is None else (tail, gone)

    def _at_odds(self, curves: RunCurves, loose: list[FlatTail]) -> tuple[FlatTail, Reason] | None:
        tail = self._at_a_stand(loose)
        if tail is None or tail.curve is not curves.train_loss:
            return None
        part = part_given_up(curves, tail.curve, self.least_z)
        if part is not None and part.share >= self.least_part and part.rise >= self.least_part_rise:
            return tail, at_odds(part, self.least_part_rise)
        guessing = part_at_guessing(curves, tail.curve, final_accuracy(curves))
        return None if guessing is None else (tail, guessing_part(*guessing))

    def _softmax_twice(self, curves: RunCurves, tails: list[FlatTail]) -> tuple[FlatTail, Reason] | None:
        losses = [tail for tail in tails if tail.of_loss]
        return None if self._at_a_stand(losses) is None else softmax_twice(curves, losses)

    def _among_siblings(self, curves: RunCurves) -> tuple[FlatTail, Reason] | None:
        standing = curves.standing
        if standing is None:
            return None
        tails = loss_tails(curves, self.tail_share, self.least_fall, self.level_share, standing.gain)
        tail = self._at_a_stand(tails)
        return None if tail is None else (tail, behind(standing, tail.curve.unit, self.least_behind))

    def _at_a_stand(self, tails: list[FlatTail]) -> FlatTail | None:
        """The first of `tails` that is flat from early on and had not been lower; None where one moves."""
        if any(tail.moves(tail.bound, self.least_z) for tail in tails):
            return None
        flat = (tail for tail in tails if tail.proven and tail.since <= self.latest_start)
        return next((tail for tail in flat if not tail.risen), None)

    def _guessing(
        self, tail: FlatTail, tails: list[FlatTail], accuracy: float | None, standardised: bool
    ) -> Reason | None:
        scatter = max(one.scatter for one in tails)
        guess = guess_at(tail.level, tail.first, accuracy, scatter, standardised, tail.error)
        alike = all(self._same_level(one, tail) for one in tails)
        if guess is None or not alike or tail.part.fall.upper > self.loose_share * tail.level:
            return None
        measure = Measure("distance to the level of guessing", guess.off, guess.tolerance, "fraction")
        return Reason("stuck", f"at {number(tail.level)} it is {guess.text}", measure)

    def _same_level(self, one: FlatTail, other: FlatTail) -> bool:
        """Whether both end alike, but for other data and the noise of their levels."""
        apart, errors = abs(one.level - other.level), (one.part.end.error, other.part.end.error)
        return apart <= max(self.same_guess * other.level, self.least_z * math.hypot(*errors))

    def _exhausted(self, tail: FlatTail, plan: Schedule | None) -> Reason | None:
        if plan is None or plan.share_of_peak(self.tail_share) > self.spent_rate:
            return None
        if tail.gained <= 0.0 or tail.part.fall.upper > self.spent_tail_fall * tail.gained:
            return None
        spent = plan.spent_by(tail.curve.block_steps.astype(np.float64))
        # The levels look over 5 % of the run, in which a learning rate that goes this early may be spent.
        half_way = float(np.interp(0.5, spent, tail.curve.blocks.medians))
        share = (half_way - tail.level) / tail.gained
        return None if share < self.least_spent_fall else exhausted(tail.name, share, self.least_spent_fall)

    def _small(
        self, curves: RunCurves, tail: FlatTail, plan: Schedule | None, left: float | None, untrained: bool
    ) -> Reason | None:
        ran_out = plan is not None and plan.ran_out
        most = self.small_fall_blind if left is None else self.small_fall
        if ran_out or not 0.0 <= tail.fallen <= most or (left is not None and left < self.least_gradient):
            return None
        text = f"it has lost only {percent(tail.fallen)} of its first level"
        measure = Measure("fall since the start", tail.fallen, most, "fraction of the first level")
        high = plan is not None and plan.left >= self.high_rate and left is not None
        if untrained and high and tail.fallen > self.loose_share:
            if not more_to_gain(curves, self.tail_share):
                return None
            return Reason("lr-floor", f"{text}, with learning rate and gradient still high", measure)
        if not untrained:
            text += ": stuck, or tuned from a start that was good"
            return Reason(OR_DONE, text, measure, severity=Severity.INFO)
        return Reason("stuck", text, measure)

    def _finding(self, tail: FlatTail, reason: Reason) -> Finding:
        loosest = max(tail.bound, tail.part.fall.upper)
        flat = Measure("fall over the tail, upper 95 % bound", tail.part.fall.upper, loosest, "loss")
        long = (1.0 - tail.since) / (1.0 - self.latest_start)
        shares = [(long, 0.5), (loosest, max(tail.part.fall.upper, 0.1 * loosest))]
        if reason.effect is not None:
            shares.append(reason.effect)
        return Finding(
            self.code,
            self.name,
            reason.severity,
            confidence_of_shares(*shares),
            f"Flat since {tail.curve.unit} {tail.onset.step}, {percent(1 - tail.since)} of the run: "
            f"{reason.message}",
            tail.curve.tag,
            (tail.span,),
            tail.onset,
            (flat, reason.measure),
            kind=reason.kind,
        )
