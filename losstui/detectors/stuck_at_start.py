"""LT109: the loss never left the level it started from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curves import RunCurves
from losstui.detectors._flat_bounds import FlatBounds, loss_tails
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail, began_untrained
from losstui.detectors._idle import Idle
from losstui.detectors._leaving_start import goes_on_falling, is_leaving, left_the_others
from losstui.detectors._lone_adversary import guessing_adversary
from losstui.detectors._lone_guess import lone_guess
from losstui.detectors._lone_reward import idle_reward, long_rewards
from losstui.detectors._onsets import since_the_start
from losstui.detectors._plateaus.small_fall import HIGH_RATE
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import Schedule, gradient_left, never_above_zero, schedule
from losstui.detectors._skill import final_accuracy, is_regression, of_numbers, score_learned
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.stats.chance import FlatLoss, Guess, guess_at
from losstui.stats.confidence import below, confidence_of_shares
from losstui.stats.trend import Estimate, fall_over
from losstui.wording import number

# Evaluations: the first, and as many as tell the level and the noise of those after it.
FEWEST_AFTER_START = 4
# What a loss was stuck with, though it should have moved.
NO_RATE = "a learning rate of 0 throughout"
BY_GRADIENT = "a gradient that is not small"
BY_RATE = "a learning rate that was never lowered"


@dataclass(frozen=True)
class StuckAtStart:
    """The loss is where it was at the start, at the level of guessing: the model learns nothing.

    ## What it looks for
    A loss whose line over the whole run is flat, at the level a model has that ignores its input: ln K for K
    classes, the entropy of the larger of two classes, or 1 for a target scaled to variance 1. The message
    names it. Where no loss is logged: accuracies that stay at 1/K. In reinforcement learning: no reward that
    is any better than at the start. In a pair of adversaries: a discriminator that has guessed all along.

    ## How it decides
    The line through the whole run is flat, it is where the run began, and something says that the run did not
    begin at its best. That is critical where the level is that of guessing. At another level it is a warning,
    and needs a sign that the weights of an untrained model were driven all along.

    The train or the validation loss is flat if all of these hold:

    - The line through the run falls by no more than `most_fall` of the start level, and rises by no more than
      `most_rise`. The upper 95 % bound excludes a fall of `excluded_fall`.
    - The end is within `start_change` of the start.
    - Neither loss surely falls, by `least_z` standard errors, nor has fallen by more than `start_change` to
      as much below the other: that was learned by heart.
    - After the first of `bias_parts` of the run neither falls on by `most_fall` over as long as the run is.
      At its pace over the last of them, by a parabola, neither would in as long again: what comes off a
      saddle falls ever faster.

    It is at the level of guessing:

    - Where an accuracy is logged, that has to be the accuracy of guessing too. Without one the level has to
      be nearly exact, and single values near it. For more classes than two the first level has to be near it
      too, and the end no further off than its standard error allows.
    - 1 is the level of a standardised target only where a metric of regression is logged, or a gradient that
      drove an untrained model, as below. Language models that learn end there too.

    A loss as flat at another level is a warning in one of these cases, unless the rate still changes from
    step to step or the accuracy is `useful_accuracy` or more:

    - A gradient drove it: the gradient norm is logged and ends above `least_gradient` of its highest level.
    - A rate drove it: no gradient norm is logged, and the rate peaks above `MOST_TUNING` and was never
      lowered below `HIGH_RATE` of its peak.
    - Nothing drove it: the learning rate is 0 in all of its values.

    The first two need an untrained model: an accuracy says that the run began at guessing, or the rate peaks
    above `MOST_TUNING`, more than models are fine-tuned at. The rate may not have run out, nor have been
    below `spent_rate` of its peak half way through.

    The likelihood of numbers has no floor. At another level it is told only if no loss has fallen by more
    than `start_change`, not even one of as few evaluations as `FEWEST_AFTER_START`. A score of ranking,
    retrieval or overlap that has come `LEAST_LEARNED` of the way to all right says that the model did learn:
    then nothing is told.

    Without a loss, accuracies are looked at. All of these are a warning together:

    - On train data it stays within `OFF_ERRORS` standard errors of 1/K, or `LEAST_OFF` of it, and within
      `MOST_OFF` of it in any case. K is at most `_lone_guess.MOST_CLASSES`.
    - The upper 95 % bound of its gain is below `MOST_GAIN` of what there is to learn and `MOST_TIMES` of the
      level.
    - On data held back it is no better than guessing either.
    - No value of both lies further than `_lone_guess.LUCK` deviations from the others.

    Without these, rewards are. These too are a warning together:

    - None gained `REWARD_GAIN` of the scatter of single episodes over the run, and for one of them the upper
      95 % bound of the gain is below that.
    - No stretch of the run was better by `_lone_reward.REWARD_PEAK` of it, or by what the best of as many
      medians is by luck.
    - Where half of the episodes or more have the same reward, as where a goal is met or not, all values count
      instead. The line through them does not rise by `_hit_or_miss.UPPER` standard errors, nor is the mean of
      a quarter of the run better than that of the first by `_hit_or_miss.SURE`. A reward that never changed
      says nothing: it may be the best there is, or no episode has met its goal yet.
    - Of evaluations beside rewards of training `LEAST_BLOCKS` are enough. Held against the scatter of those
      they neither gained nor lost as much.
    - A running mean hides that scatter. No level of it is better than the best of its first
      `_lone_reward.FIRST_MEANS` values. Its end is neither better than their middle nor worse by more than
      they span, nor further above the worst of its second half than `_lone_reward.LUCKY_WALK` deviations of a
      walk.

    Where only adversarial losses are logged, one of them has to stay at guessing: no level of the whole run
    is further than `ADVERSARY_OFF` from ln 2, or from 2 ln 2, the sum over real and generated samples.

    ## When it is wrong
    - During warm-up nothing has been tried yet. A learning rate that has only risen so far keeps this silent,
      and so does one near its peak until as much of it was spent there as in the rise.
    - Some tasks (parity, grokking, deep networks with a saddle at the start) wait long and then learn.
    - A model that is fine-tuned may start near its best, but hardly at a level of guessing.

    ## Source
    Karpathy 2019, "A Recipe for Training Neural Networks": verify the loss at initialisation.
    """

    code: ClassVar[str] = "LT109"
    name: ClassVar[str] = "stuck-at-start"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence")

    most_fall: float = 0.02  # of the start level: what drifts while nothing is learned
    excluded_fall: float = 0.05  # of the start level: a fall that would be learning, if slow
    bias_parts: int = 4  # of the run: in the first of them an output layer may find its bias
    most_rise: float = 0.05  # of the start level: beyond it is a rise, which is another finding
    start_change: float = 0.1  # of the start level: the output layer finds its bias in the first few steps
    useful_accuracy: float = 0.5  # a model as good as that did learn, if not in this run
    least_gradient: float = 0.05  # of its highest level: a gradient below has found a minimum
    spent_rate: float = 0.01  # of the peak rate, half way: what stands still then is the schedule's doing
    least_z: float = 3.0  # standard errors of a fall that is no noise

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        tails = loss_tails(curves, FlatBounds(tail_share=0.5, gain_share=0.0, level_share=self.excluded_fall))
        plan = schedule(curves)
        untried = plan is not None and plan.hardly_tried
        if not tails:
            adversary = guessing_adversary(curves)
            if adversary is not None:
                return [self._idle(adversary)]
            return self._without_loss(curves, untried=untried)
        if untried or score_learned(curves):
            return []
        falls = [(tail, fall_over(tail.curve.blocks.medians)) for tail in tails]
        if any(self._falls(*one) or left_the_others(one[0], tails, self.start_change) for one in falls):
            return []
        stuck = [(tail, fall) for tail, fall in falls if self._is_stuck(tail, fall)]
        why = self._why_driven(curves, tails, plan)
        standardised = why == BY_GRADIENT or is_regression(curves)
        guessing = self._at_guessing(stuck, tails, final_accuracy(curves), standardised=standardised)
        under_way = plan is not None and plan.under_way
        if guessing or not stuck or under_way or self._may_have_learned(curves):
            return guessing
        if never_above_zero(curves):
            why = NO_RATE
        return [] if why is None else [self._finding(*stuck[0], None, why)]

    def _falls(self, tail: FlatTail, fall: Estimate) -> bool:
        """Whether the loss surely falls, over the run, after its first part or ever faster."""
        surely = fall.value > self.most_fall * tail.first and fall.value > self.least_z * fall.error
        look = (tail, self.most_fall * tail.first, self.bias_parts, self.least_z)
        return surely or goes_on_falling(*look) or is_leaving(*look)

    def _why_driven(self, curves: RunCurves, tails: list[FlatTail], plan: Schedule | None) -> str | None:
        """What says that the weights of an untrained model were driven all along; None for nothing."""
        gone = plan is not None and (plan.ran_out or plan.share_of_peak(0.5) <= self.spent_rate)
        if gone or not began_untrained(curves, tails, plan):
            return None
        left = gradient_left(curves)
        if left is not None:
            return BY_GRADIENT if left >= self.least_gradient else None
        unlowered = plan is not None and plan.left >= HIGH_RATE and not plan.tunes
        return BY_RATE if unlowered else None

    def _at_guessing(
        self,
        stuck: list[tuple[FlatTail, Estimate]],
        tails: list[FlatTail],
        accuracy: float | None,
        *,
        standardised: bool,
    ) -> list[Finding]:
        """The first of the `stuck` losses that stands at the level of guessing."""
        scatter = max(tail.scatter for tail in tails)
        for tail, fall in stuck:
            loss = FlatLoss(tail.level, tail.first, scatter, tail.error)
            guess = guess_at(loss, accuracy, standardised=standardised)
            if guess is not None:
                return [self._finding(tail, fall, guess, "")]
        return []

    def _may_have_learned(self, curves: RunCurves) -> bool:
        """Whether the accuracy is good, or numbers are predicted and what little was gained may be all.

        Nobody knows how much there was to gain, so all of it may have been gained at once.
        """
        accuracy = final_accuracy(curves)
        if accuracy is not None and accuracy >= self.useful_accuracy:
            return True
        return of_numbers(curves) and self._fell_at_first(curves)

    def _fell_at_first(self, curves: RunCurves) -> bool:
        """Whether a loss fell by more than `start_change`, which few evaluations show as well."""
        bounds = FlatBounds(0.5, 0.0, self.excluded_fall, least_levels=FEWEST_AFTER_START)
        return any(tail.fallen > self.start_change for tail in loss_tails(curves, bounds))

    def _without_loss(self, curves: RunCurves, *, untried: bool) -> Sequence[Finding] | Skipped:
        """What the metrics tell of a run without a loss, or where there are none its rewards."""
        if curves.lone_metrics:
            guess = lone_guess(curves)
            return [] if guess is None or untried else [self._idle(guess)]
        if not long_rewards(curves):
            return Skipped(f"no loss above 0 with at least {LEAST_BLOCKS} values, no metric, no reward")
        reward = idle_reward(curves)
        return [] if reward is None else [self._idle(reward)]

    def _idle(self, idle: Idle) -> Finding:
        curve = idle.curve
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares(idle.share),
            idle.message,
            curve.tag,
            (Span(curve.first_step, curve.last_step),),
            since_the_start(curve),
            (idle.measure,),
        )

    def _is_stuck(self, tail: FlatTail, fall: Estimate) -> bool:
        """Whether the line through the whole run is flat, and the end is near the start."""
        start = tail.first
        flat = -self.most_rise * start <= fall.value <= self.most_fall * start
        return flat and fall.upper <= self.excluded_fall * start and abs(tail.fallen) <= self.start_change

    def _finding(self, tail: FlatTail, fall: Estimate, guess: Guess | None, why: str) -> Finding:
        curve, start = tail.curve, tail.first
        # What little it gained at first may be part of it, but not of most of the run.
        high = int(curve.block_steps[min(tail.part.high, len(curve.blocks) // self.bias_parts)])
        before = since_the_start(curve)
        first, last = curve.first_step, curve.last_step
        bound = fall.upper / start
        measures: tuple[Measure, ...] = (
            Measure("fall over the run", fall.value / start, self.most_fall, "fraction of the start level"),
            Measure("fall, upper 95 % bound", bound, self.excluded_fall, "fraction of the start level"),
        )
        shares = [below(bound, 2.0 * self.excluded_fall)]  # which had to be excluded: half sure there
        level = f"{number(tail.level)}, where it began, with {why}"
        if guess is not None:
            name = "distance to the level of guessing"
            measures += (Measure(name, guess.off, guess.tolerance, "fraction of the level"),)
            shares.append((guess.tolerance, 0.5 * guess.off + 0.1 * guess.tolerance))
            level = f"{number(tail.level)}, {guess.text}"
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if guess is None else Severity.CRITICAL,
            confidence_of_shares(*shares),
            f"Nothing learned in {len(curve)} values: the loss stays at {level}",
            curve.tag,
            (Span(first, last),),
            Onset(before.step, before.low, max(before.high, high)),
            measures,
        )
