"""LT111: the run has reached its level and stays there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail, flat_tails, together
from losstui.detectors._schedule import schedule
from losstui.findings import Finding, Measure, Severity, Skipped
from losstui.kinds import HELD_BACK
from losstui.roles import Kind
from losstui.stats.confidence import below, confidence_of_shares
from losstui.stats.end_of_course import fall_at_end, fall_of_few
from losstui.stats.trend import MEDIAN_ERROR
from losstui.wording import counted, number, percent

MANY = 12  # values: of fewer the last quarter has no slope with an error, but the last two thirds a course
FEWEST = 5  # values: evaluations beside a longer curve, of which a line is all that tells
OR_STUCK = "or-stuck"
STILL_FALLING = "still-falling"
WHILE_DECAYING = "while-decaying"


@dataclass(frozen=True)
class Converged:
    """The loss fell and is flat now: the run is done, and the rest of it bought nothing.

    ## What it looks for
    A loss that has made its progress and no longer falls; where none is logged a metric or a reward that no
    longer improves. The message says how many steps could have been saved, where the learning rate did not
    change meanwhile.

    ## How it decides
    The upper 95 % bound of the fall over the last `tail_share` of the run is below `most_open` times
    `least_fall` of what the run gained, that of train and validation taken together as well, and no loss
    falls or rises significantly by more than that share itself; where noise leaves that open, the last
    `long_tail_share` may show the same pace: what falls ever slower falls no faster in its last part.
    What falls faster there is not meant. Of fewer than `MANY` values the parabola through the last two
    thirds tells the fall, in errors of Student's t. Fewer evaluations than `LEAST_BLOCKS`, but at least
    `FEWEST`, count by the line through the last four, where the longer curve beside them leaves it open; a
    metric of held-back data where no loss is. The gain is at least `least_gain` of the first level,
    where one is known: of a loss above 0, or what a share of right answers lacks. The flat part is at
    least `least_saved` of the run, and longer than the loss stood at its start before it fell: what
    waited so long may do so again; and the loss had not been lower before, by more than the lowest of
    many noisy levels is. Accuracy and word errors often go on after the loss: the steps that could have
    been saved begin where no metric on held-out data is significantly worse than at the end, by
    `least_metric_gain` of what it gained, and the loss within `same_level` of its end, as a share of
    that; where the loss gets there only in the last `least_saved` of the run, or falls at a pace that
    would halve it in as many steps as the run has, the kind is `still-falling`. A learning rate that fell
    during the flat part may be why it is flat, and may have been needed: then no steps are called saved,
    and the kind is `while-decaying`. The more of the first level is left, the less sure it is: from
    `much_left` on, where one in four such runs is stuck, or where nothing says how much is left, of a
    reward or a loss below 0, the kind is `or-stuck`; beside a learning rate that was never lowered,
    without an accuracy, that is told as a plateau (`or-done`). A descent that bends slowly has no sharp
    end: the interval of the onset goes from where the level is well above `least_fall` to where it is
    well below.

    ## When it is wrong
    A curve alone cannot tell the best level there is from the best this run found: what speaks for the
    second is reported as a plateau. Beside gradients that exploded it says nothing: the loss then fell from
    where they had thrown it. Validation may start to fall again much later (grokking).

    ## Source
    Equivalence testing: Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15.
    """

    code: ClassVar[str] = "LT111"
    name: ClassVar[str] = "converged"
    yields_to: ClassVar[tuple[str, ...]] = (
        "non-finite",
        "hidden-non-finite",
        "divergence",
        "plateau",
        "stuck-at-start",
        "oscillation",
        "overfitting",
        "late-instability",
        "underfitting",
        "exploding-gradient",
        "vanishing-gradient",
        "dead-units",
    )

    tail_share: float = 0.25  # of the run: long enough for a bound, short enough to end a long descent ...
    long_tail_share: float = 0.5  # ... and where noise leaves that one open, a longer one proves more
    least_fall: float = 0.03  # of the gain: a fall worth going on for
    most_open: float = 1.67  # times that: a bound on the fall which noise alone may hold up
    least_z: float = 3.0  # standard errors of a fall or rise that is no noise
    least_metric_gain: float = 0.05  # of what it gained in all: more is worth waiting for at any loss
    same_level: float = 0.1  # of the end level: a loss further above is worth less, whatever it gained before
    looks: int = 8  # into the flat part for where metrics end to improve: an eighth of it is near enough
    least_gain: float = 0.05  # of the first level: a run that gained less has nothing to be done with
    least_saved: float = 0.2  # of the run: fewer steps are not worth a word
    least_much: float = 1e-3  # of `much_left`: at the floor a share of nothing is left
    much_left: float = 0.3  # of the first level: of runs with as much left, a good part are stuck
    same_rate: float = 0.5  # of the rate at its start: the learning rate did not change over the flat part

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        if not any(len(curve.blocks) >= LEAST_BLOCKS for curve in curves.goals):
            return Skipped(f"no loss, metric or reward with at least {LEAST_BLOCKS} values")
        arrived = self._arrived(curves)
        return [] if arrived is None else [self._finding(*arrived, curves)]

    def undecided(self, curves: RunCurves) -> FlatTail | None:
        """The loss at its level with so much of its first one left that it may be stuck; None for none.

        Nor where the other loss has less left, or nobody knows how much, as below 0.
        """
        arrived = self._arrived(curves)
        if arrived is None or self._halves(*arrived):
            return None
        tail, share = arrived
        tails = flat_tails(curves, share, self.least_fall, level_share=0.0)
        high = all(one.of_loss and 1.0 - one.fallen >= self.much_left for one in tails)
        return tail if high else None

    def _arrived(self, curves: RunCurves) -> tuple[FlatTail, float] | None:
        """The curve that shows the run at its level, and over which share of it; None where none does."""
        looks = (
            (self.tail_share, LEAST_BLOCKS),
            (self.long_tail_share, LEAST_BLOCKS),
            (self.tail_share, FEWEST),
        )
        for share, fewest in looks:
            tails = flat_tails(curves, share, self.least_fall, level_share=0.0, fewest=fewest)
            tails = [_of_few(tail, share) for tail in tails]
            longer = share / self.tail_share
            if not tails or any(tail.moves(longer * tail.bound, self.least_z) for tail in tails):
                return None
            # Validation that is too noisy to tell counts for as little as it is sure.
            fall = together(tails)
            if fall.lower > longer:
                return None
            left_open = fall.upper > self.most_open * longer or tails[-1].risen
            tail = None if left_open else self._proven(tails, longer)
            if tail is not None:
                return tail, share
        return None

    def _told(
        self, tail: FlatTail, flat: float, curves: RunCurves, *, halves: bool
    ) -> tuple[str | None, str]:
        """The kind, and since when the loss is flat, for that share of the run, and what the rest gained."""
        until, gaining = self._useful_until(tail, curves)
        decays = self._decays(flat, curves)
        rest = None if halves else self._rest(tail, (until, gaining), decays=decays)
        level, unit, onset = number(tail.curve.as_logged(tail.level)), tail.curve.unit, tail.onset.step
        left = 1.0 - tail.fallen
        if rest is None:
            missed = (_level_at(tail.curve, onset) - tail.level) / (tail.untrained - tail.level)
            moves, whole = ("falls by", "its level,") if tail.of_loss else ("gains", "what it lacks at")
            return STILL_FALLING, (
                f"By {unit} {onset} {tail.name} had made all but {percent(missed)} of its gain, but it still "
                f"{moves} over {percent(self.same_level)} of {whole} {level}: going on may pay"
            )
        name = tail.name if tail.name == tail.curve.tag else "The loss"
        flat_since = f"{name} has been flat at {level} since {unit} {onset}"
        if gaining is tail.curve:  # what improved until then was not flat before
            near_end = f"{name} had made nearly all of its gain by {unit} {onset}"
            flat_since = f"{near_end}, and has been flat at {level} since {unit} {until}"
        if left < self.much_left:
            return WHILE_DECAYING if decays else None, f"{flat_since}: {rest}"
        still = f", with {percent(left)} of its first level left" if tail.of_loss else ""
        return OR_STUCK, f"{flat_since}{still}, done or stuck: {rest}"

    def _decays(self, flat: float, curves: RunCurves) -> bool:
        """Whether the learning rate fell over the flat part, that share of the run."""
        plan = schedule(curves)
        return plan is not None and plan.left < self.same_rate * plan.share_of_peak(1.0 - flat)

    def _rest(self, tail: FlatTail, useful: tuple[int, Curve | None], *, decays: bool) -> str | None:
        """What the last part of the run was good for; None where the loss itself went on gaining."""
        if decays:
            return "the learning rate fell meanwhile, so a shorter run needs a shorter schedule too"
        until, gaining = useful
        saved = tail.curve.last_step - until
        share = saved / max(1, tail.curve.last_step - tail.curve.first_step)
        if gaining is tail.curve and share < self.least_saved:
            return None
        if gaining is not None and share < self.least_saved:
            return f"{gaining.tag} still improves"
        other = gaining if gaining is not tail.curve else None
        better = f"{other.tag} improved until about {tail.curve.unit} {until}, and " if other else ""
        steps = counted(saved, tail.curve.unit)
        return f"{better}the last {steps}, {percent(share)} of the run, could have been saved"

    def _useful_until(self, tail: FlatTail, curves: RunCurves) -> tuple[int, Curve | None]:
        """The step until which the run gained something after all, and the curve that tells; None if at once.

        Held-out metrics tell, and the loss, by how far it was above its end for its level.
        """
        kinds = (Kind.ACCURACY, Kind.ERROR)
        selected = [one for kind in kinds for split in HELD_BACK for one in curves.select(kind, split)]
        metrics = [metric for metric in selected if len(metric)]
        gaining: Curve | None = None
        steps = np.linspace(tail.onset.step, tail.curve.last_step, self.looks + 1)
        for step in steps[:-1]:
            now = next((metric for metric in metrics if self._improves(metric, step)), None)
            if now is None and _level_at(tail.curve, step) > tail.level + self.same_level * tail.left:
                now = tail.curve
            if now is None:
                return int(step), gaining
            gaining = now
        return tail.curve.last_step, gaining

    def _improves(self, metric: Curve, since: float) -> bool:
        """Whether a run that had stopped at that step would have missed some of what the metric gained."""
        error = MEDIAN_ERROR * metric.noise * math.sqrt(2.0 / (metric.level_window * metric.blocks.size))
        missed = _level_at(metric, since) - float(metric.levels[-1])
        return missed > max(self.least_metric_gain * metric.progress, self.least_z * error)

    def _proven(self, tails: list[FlatTail], longer: float) -> FlatTail | None:
        # Validation says when to stop. Where it is too noisy to prove it, the train loss may answer.
        for tail in reversed(tails):
            flat = 1.0 - tail.since
            proven = tail.part.fall.upper <= self.most_open * longer * tail.bound
            enough = tail.fallen >= self.least_gain or tail.curve.floor is None
            gained = tail.gained > 0.0 and enough and not tail.risen
            if proven and gained and flat >= max(self.least_saved, tail.waited):
                return tail
        return None

    def _halves(self, tail: FlatTail, share: float) -> bool:
        """Whether, going on as over its tail, the loss would halve in as many steps as the run has."""
        fall, level = tail.part.fall, tail.left
        if not tail.of_loss or fall.value <= self.least_z * fall.error:
            return False
        return math.log1p(fall.value / level) >= share * math.log(2.0)

    def _finding(self, tail: FlatTail, tail_share: float, curves: RunCurves) -> Finding:
        onset, last = tail.onset, tail.curve.last_step
        share = (last - onset.step) / max(1, last - tail.curve.first_step)
        upper, left = tail.part.fall.upper, 1.0 - tail.fallen
        most = self.most_open * tail_share / self.tail_share * tail.bound
        kind, message = self._told(tail, share, curves, halves=self._halves(tail, tail_share))
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence_of_shares(
                below(upper, tail.bound),
                (share, 0.5 * self.least_saved),
                (self.much_left, max(left, self.least_much * self.much_left)),
            ),
            message,
            tail.curve.tag,
            (tail.span,),
            onset,
            (
                Measure("fall over the tail, upper 95 % bound", upper, most, "loss"),
                Measure("gain", tail.fallen, self.least_gain, "fraction of the first level"),
                Measure("flat part", share, self.least_saved, "fraction of the run"),
            ),
            kind=kind,
        )


def _of_few(tail: FlatTail, share: float) -> FlatTail:
    """The same tail; of few values the course of the last two thirds tells its fall."""
    medians = tail.curve.blocks.medians
    if len(medians) >= MANY:
        return tail
    fall = fall_of_few(medians, share) if len(medians) < LEAST_BLOCKS else fall_at_end(medians, share)
    return replace(tail, part=replace(tail.part, fall=fall))


def _level_at(curve: Curve, step: float) -> float:
    return float(np.interp(step, curve.block_steps.astype(np.float64), curve.levels))
