"""LT101: the loss has stopped falling well above what the run could reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curves import RunCurves
from losstui.detectors._flat_bounds import FlatBounds, flat_tails
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail
from losstui.detectors._plateaus.at_guessing import at_guessing, down_to_guessing
from losstui.detectors._plateaus.at_the_first_rate import at_the_first_rate
from losstui.detectors._plateaus.behind_siblings import behind_siblings, gain_to_leave
from losstui.detectors._plateaus.bounds import (
    LATEST_START,
    LEAST_FALL,
    LEAST_Z,
    LEVEL_SHARE,
    LOOSE_SHARE,
    TAIL_SHARE,
)
from losstui.detectors._plateaus.exhausted_rate import exhausted_rate
from losstui.detectors._plateaus.frozen import frozen
from losstui.detectors._plateaus.low_skill import low_share, low_skill
from losstui.detectors._plateaus.parts_at_odds import parts_at_odds
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._plateaus.small_fall import OR_DONE, all_fell_little, drive, small_fall
from losstui.detectors._plateaus.softmax_twice import softmax_twice
from losstui.detectors._plateaus.starved import starved
from losstui.detectors._plateaus.stopped_at_once import stopped_at_once
from losstui.detectors._plateaus.unchanged import unchanged
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import Schedule, schedule
from losstui.detectors._skill import final_accuracy, is_regression
from losstui.findings import Finding, Measure, Skipped, Span
from losstui.kinds import LOSSES
from losstui.roles import Kind
from losstui.stats.confidence import below, confidence_of_shares
from losstui.wording import portion


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
    the best of them and the settings that differ), `or-done` (it lost little, and nothing says from where; or
    much is left at a learning rate that was never lowered).

    ## How it decides
    Two things have to come together: the loss is proven flat, and a sign says that it could be lower. A flat
    curve alone may as well be a finished run. Of several signs the first is told, what names the cause before
    what does not. At an accuracy of `high_accuracy` or more only `softmax-twice` is.

    Flat means:

    - The upper 95 % bound of the fall over the last `TAIL_SHARE` of the run stays below `LEAST_FALL` of what
      the run gained, or `LEVEL_SHARE` of the first level if that is more. Where another sign names the level,
      `LOOSE_SHARE` of it is flat enough.
    - Where noise leaves that open, the pace over the last `LONGER_SHARE` may prove it: what falls ever slower
      fell no slower before.
    - The train or the validation loss has been so since `LATEST_START` of the run at the latest. Neither
      falls or rises by `LEAST_Z` standard errors.

    A run began untrained where the accuracy says that it began at guessing, or the rate is above
    `MOST_TUNING`, more than models are fine-tuned at. The signs are these:

    - `softmax-twice`: a cross-entropy of K classes that is given probabilities lies between ln(e + K - 1) - 1
      and 1 more. All values do. The losses end no more than `MOST_ABOVE` above the least that their share of
      wrong answers allows, and `LEAST_EXCESS` times above what such an accuracy costs at most (Fano).
    - `parts-at-odds`: in the loss of an equation, an initial value, a boundary or the data ends above where
      it began, by `LEAST_PART_RISE` of the whole loss and beyond noise. It makes up `LEAST_PART` of the loss.
      Regularisers and rival losses, which rise in runs that learn, do not count. A part that never left the
      level of guessing is told as `stuck`.
    - `lr-exhausted`: half way through the run the learning rate was below `SPENT_RATE` of its peak for good.
      From the middle of the rate that was spent until it had gone the loss still fell, by `LEAST_SPENT_FALL`
      of the gain and `LEAST_Z` standard errors. It was not flat at the full rate before, nor
      does it fall as much afterwards. It begins where the rate came below `RUNNING` of its peak.
    - `stuck`, at guessing: all losses lie at one level, that of guessing. That is ln K, or 1 for a
      standardised target. The latter needs a metric of regression, or a gradient norm beside a rate that was
      never lowered in a run that began untrained. From a bad start a loss may fall to that level, where an
      accuracy, measured `FEWEST_ACCURACIES` times or more, says that it guesses and does not improve.
    - `stuck`, as no weight moves: the loss lost less than `AT_START` of its first level, and its last values
      differ by less than `MOST_SWING` of it, or those of validation by far less than train scatters
      (`MOST_SCATTER`). Or what is measured on held-back data lies on a straight line, or has differed by as
      little, and what digits hide, since `EARLY` of the run, and less than `frozen.MOST_FALLEN` of the first
      level is lost.
    - `stuck`, as it stopped at once: one loss is flat since `AT_ONCE` of the run, and the upper 95 % bound of
      what all fall since then, taken together, proves it. `LEAST_LEFT` of the first level is left, at a rate
      that was never lowered. This is not told of the likelihood of numbers: it has no floor and no share.
    - `stuck`, after a small fall: the loss lost less than `SMALL_FALL` of its first level (`SMALL_FALL_BLIND`
      without a gradient norm). The gradient is still above `LEAST_GRADIENT` of its highest level. The
      schedule has neither ended the run nor is it under way, and the run began untrained. This and the one
      before are not told where a score of ranking, retrieval or overlap has come `LEAST_LEARNED` of the way
      to all right: no more of the loss was to be had.
    - `lr-floor`: the same at a rate that was never lowered below `HIGH_RATE` of its peak, where there is more
      to gain: the gradient norm scatters more than the noise of batches does, or the accuracy has come at
      most `batch_noise.MOST_SKILL` of the way from guessing, or is better than the loss.
    - `low-skill`: the accuracy has come at most `low_skill.MOST_SKILL` of the way from guessing to all right,
      on train and validation data alike, and at most `low_skill.MOST_FALLEN` of the first level is lost.
      Without a loss in nats, shares of right or wrong answers tell, if they began where guessing among
      `FEWEST_ALONE` to `MOST_ALONE` classes is.
    - `starved`: the gradient has vanished (`vanishing-gradient`), most units are dead (`dead-units`), or the
      gradient is exactly 0 beside a train loss that does not change in a digit. The loss then is flat by its
      estimate, over the tail or a longer part of the run, to within an error of `starved.MOST_OPEN`.
    - `behind-siblings`: at least two runs of the same task had come lower with as many steps, by
      `behind_siblings.LEAST_SHARE` of what they gained and beyond doubt. Siblings are read in one call, log
      the same tags at the same intervals, and differ by no setting but how they are trained: rates, schedule,
      optimiser, size, seed. Flat is also what surely falls by no more than `MOST_WAY` of the distance to
      them. It holds for a loss without a floor too.
    - `or-done`, no warning: a small fall that may be fine-tuning. Or a run that would be told as `converged`,
      with much of the first level left, whose rate, above `MOST_TUNING`, was never lowered: every other such
      run is stuck.

    ## When it is wrong
    - Fine-tuning improves little and ends flat: that is no plateau. At a rate above `MOST_TUNING` that is
      never lowered, with a gradient norm that scatters as much, it looks like one.
    - A task may hold noise that no model can remove. Then a small fall is all there is.
    - A plateau in the middle of a schedule may end at the next decay of the learning rate. During warm-up
      this is silent, and after it until as much rate was spent as in it.
    - Missed are a small fall at a rate that still decays when the run ends, and a condition that was given up
      but began no lower, or whose name does not say what it is.
    - Runs of several data sets in one folder that log the same settings and begin alike pass for siblings.
    - A loss that swings far above its siblings may pass for flat.

    ## Source
    Equivalence testing: Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15. Parts that pull
    against each other: Wang, Teng and Perdikaris 2021, "Understanding and Mitigating Gradient Flow
    Pathologies in Physics-Informed Neural Networks".
    """

    code: ClassVar[str] = "LT101"
    name: ClassVar[str] = "plateau"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
        "divergence",
        "stuck-at-start",
        "overfitting",
    )

    high_accuracy: float = 0.9  # nobody calls it stuck above

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        tails = _tails(curves, LEVEL_SHARE)
        if not tails:
            return Skipped(f"no loss, metric or reward with at least {LEAST_BLOCKS} values")
        plan = schedule(curves)
        kinds = (Kind.DEAD_UNITS, Kind.LAYER_GRAD_NORM, Kind.ACCURACY, Kind.ERROR)
        floored = any(tail.of_loss for tail in tails)
        if not (floored or plan or curves.standing or any(map(curves.select, kinds))):
            return Skipped(
                "no loss above 0, nor an accuracy, an error, a learning rate, gradients or dead units"
            )
        if plan is not None and plan.hardly_tried:
            return []
        for tail, reason in self._judgements(curves, tails, plan):
            if reason is not None:
                return [self._finding(tail, reason)]
        return []

    def _judgements(
        self, curves: RunCurves, tails: list[FlatTail], plan: Schedule | None
    ) -> Iterator[tuple[FlatTail, Reason | None]]:
        """What the rule of each kind says of a flat tail; what names the cause comes before what does not."""
        losses = [tail for tail in tails if tail.of_loss]
        if _at_a_stand(losses) is not None and (twice := softmax_twice(curves, losses)) is not None:
            yield twice
        accuracy = final_accuracy(curves)
        if accuracy is not None and accuracy >= self.high_accuracy:
            return
        # Flat within a share of the level, not of the gain: enough where another sign says what the level is.
        wide = _tails(curves, LOOSE_SHARE)
        loose = [tail for tail in wide if tail.of_loss]
        stand = _at_a_stand(loose)
        if stand is not None:
            yield stand, parts_at_odds(curves, stand)
        alone = self._alone(curves, tails, loose, plan)
        if alone is not None and alone[1].kind != OR_DONE:
            yield alone
        if stand is not None:
            yield stand, low_skill(curves, stand, loose, plan)
        if (shares := _at_a_stand(wide)) is not None:
            yield shares, low_share(shares, wide, plan)
        if (unfed := starved(curves, wide, stand)) is not None:
            yield unfed
        yield from self._among_siblings(curves)
        at_once = stopped_at_once(curves, tails, plan)
        if at_once is not None:
            yield at_once
        if alone is not None:
            yield alone
        yield from at_the_first_rate(curves, plan)

    def _alone(
        self, curves: RunCurves, tails: list[FlatTail], loose: list[FlatTail], plan: Schedule | None
    ) -> tuple[FlatTail, Reason] | None:
        """What the loss, the learning rate and the gradient tell."""
        for tail in tails:
            if not tail.risen and (spent := exhausted_rate(tail, plan)) is not None:
                return tail.held(TAIL_SHARE), spent
        if (same := unchanged(tails)) is not None:
            return same
        if (down := down_to_guessing(curves, loose)) is not None:
            return down
        if any(tail.moves(tail.bound, LEAST_Z) for tail in tails):
            return None
        for tail, reason in self._reasons_alone(curves, tails, loose, plan):
            if reason is not None and tail.since <= LATEST_START:
                return tail, reason
        return None

    def _reasons_alone(
        self, curves: RunCurves, tails: list[FlatTail], loose: list[FlatTail], plan: Schedule | None
    ) -> Iterator[tuple[FlatTail, Reason | None]]:
        accuracy, driven = final_accuracy(curves), drive(curves, loose, plan)
        standardised = driven.lasts or is_regression(curves)
        for tail in loose:
            if tail.part.fall.upper <= LOOSE_SHARE * tail.level:
                yield tail, at_guessing(tail, loose, accuracy, standardised=standardised)
        losses = [tail for tail in tails if tail.of_loss]
        if any(tail.proven for tail in losses):
            yield losses[-1], frozen(losses, plan)
        if not all_fell_little(losses, plan):
            return
        for tail in loose if driven.lasts else losses:
            if tail.proven:
                yield tail, small_fall(curves, tail, driven)

    def _among_siblings(self, curves: RunCurves) -> Iterator[tuple[FlatTail, Reason]]:
        standing = curves.standing
        if standing is None:
            return
        tails = _tails(curves, LEVEL_SHARE, standing.gain)
        # What siblings reached says how low it could be: no floor is needed for that.
        losses = [tail for tail in tails if tail.curve.role.kind in LOSSES]
        if any(tail.moves(tail.bound, LEAST_Z) for tail in losses):
            return
        tails = _tails(curves, LEVEL_SHARE, gain_to_leave(standing))
        level = [tail.curve for tail in losses if not tail.risen]
        tail = _at_a_stand([tail for tail in tails if tail.curve in level])
        if tail is not None:
            yield tail, behind_siblings(standing, tail.curve.unit)

    def _finding(self, tail: FlatTail, reason: Reason) -> Finding:
        onset, since, last = tail.onset, tail.since, tail.curve.last_step
        if reason.onset is not None:
            first = tail.curve.first_step
            onset, since = reason.onset, (reason.onset.step - first) / max(1, last - first)
        loosest = max(tail.bound, tail.part.fall.upper)
        flat = Measure("fall over the tail, upper 95 % bound", tail.part.fall.upper, loosest, "loss")
        long = (1.0 - since) / (1.0 - LATEST_START)
        shares = [(long, 0.5), below(tail.part.fall.upper, loosest)]
        if reason.effect is not None:
            shares.append(reason.effect)
        lasts = portion(1 - since, "the run")
        return Finding(
            self.code,
            self.name,
            reason.severity,
            confidence_of_shares(*shares),
            f"Flat since {tail.curve.unit} {onset.step}, for {lasts}: {reason.message}",
            tail.curve.tag,
            (Span(max(onset.step, tail.curve.first_step), last),),
            onset,
            (flat, reason.measure),
            kind=reason.kind,
        )


def _tails(curves: RunCurves, level_share: float, gain: float = 0.0) -> list[FlatTail]:
    """The tails of the curves, flat within `level_share` of their level; `gain` as in `FlatBounds`."""
    bounds = FlatBounds(TAIL_SHARE, LEAST_FALL, level_share, gain)
    return [tail.as_proven(TAIL_SHARE) for tail in flat_tails(curves, bounds)]


def _at_a_stand(tails: list[FlatTail]) -> FlatTail | None:
    """The first of `tails` that is flat from early on and had not been lower; None where one moves."""
    if any(tail.moves(tail.bound, LEAST_Z) for tail in tails):
        return None
    flat = (tail for tail in tails if tail.proven and tail.since <= LATEST_START)
    return next((tail for tail in flat if not tail.risen), None)
