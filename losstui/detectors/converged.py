"""LT111: the run has reached its level and stays there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._arrival import (
    LEAST_GAIN,
    LEAST_SAVED,
    LEAST_Z,
    LONG_TAIL_SHARE,
    MOST_OPEN,
    MUCH_LEFT,
    TAIL_SHARE,
    arrived,
    would_halve,
)
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail
from losstui.detectors._schedule import schedule
from losstui.findings import Finding, Measure, Severity, Skipped
from losstui.kinds import HELD_BACK
from losstui.roles import Kind
from losstui.stats.confidence import below, confidence_of_shares
from losstui.stats.flatness import END_SHARE
from losstui.stats.trend import MEDIAN_ERROR
from losstui.wording import counted, number, percent, portion

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
    The loss has made its progress, its last part is shown to fall no further, and that part is long. Flat is
    what is proven flat: an upper bound of the fall has to be small, so a curve of which noise hides the
    course is not told.

    All of these have to hold:

    - Flat: over the last `TAIL_SHARE` of the run the upper 95 % bound of the fall is below `MOST_OPEN` times
      `LEAST_FALL` of what the run gained. That has to hold for validation, or for train where validation is
      too noisy to show it, and for both taken together.
    - No trend: no loss surely falls by more than `LEAST_FALL` of its gain, nor rises by twice that.
    - Gained: at least `LEAST_GAIN` of the first level, where one is known: that of a loss above 0, or what a
      share of right answers lacks.
    - At its best: the loss had not been lower before, by more than the lowest of many noisy levels is.
    - For long: the flat part is at least `LEAST_SAVED` of the run. It is also longer than the loss stood at
      its start before it fell, for what waited so long may do so again.

    Where noise or few values leave open whether it is flat:

    - The last `long_tail_share` may show the same pace, for what falls ever slower falls no faster in its
      last part. It must not have begun to fall again: the last quarter may lie below the level of the quarter
      before by no more than `LEAST_FALL` of the gain.
    - Of fewer than `MANY` values the parabola through the last two thirds tells the fall, in errors of
      Student's t.
    - Of fewer evaluations than `LEAST_BLOCKS`, but at least `FEWEST`, the line through the last four and the
      step to the last one tell it, where the longer curve beside them leaves it open.
    - A metric of held-back data stands in for a loss that is not logged.

    The flat part begins where the never rising course nearest to the levels comes within `LEAST_FALL` of its
    end. A descent that bends slowly has no sharp end: the interval of the onset goes from where that course
    is well above this to where it is well below.

    Accuracy and word errors often improve after the loss has stopped. The steps that could have been saved
    therefore begin later, where both of these hold:

    - No metric on held-out data is surely worse than at the end, by `least_metric_gain` of what it gained.
    - The loss is within `same_level` of its end, as a share of that level.

    Kinds:

    - `still-falling`: the loss gets there only in the last `LEAST_SAVED` of the run, or falls at a pace that
      would halve it in as many steps as the run has.
    - `while-decaying`: the learning rate fell during the flat part. That may be why it is flat, and may have
      been needed, so no steps are called saved.
    - `or-stuck`: `MUCH_LEFT` of the first level or more is left. One in four such runs is stuck; the more is
      left, the less sure it is that the run is done. Of a reward or a loss below 0 nothing says how much is
      left. Beside a learning rate that was never lowered, without an accuracy, such a run is told as a
      plateau (`or-done`) instead.

    ## When it is wrong
    - A curve alone cannot tell the best level there is from the best this run found: what speaks for the
      second is reported as a plateau.
    - Beside gradients that were too large from the start it says nothing: the loss then fell from where they
      had thrown it.
    - Validation may start to fall again much later (grokking).

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
        "exploding-gradient:at-start",
        "exploding-gradient:heavy-part",
        "exploding-gradient:stuck",
        "exploding-gradient:across-layers",
        "vanishing-gradient",
        "dead-units",
    )

    long_tail_share: float = LONG_TAIL_SHARE
    least_metric_gain: float = 0.05  # of what it gained in all: more is worth waiting for at any loss
    same_level: float = 0.1  # of the end level: a loss further above is worth less, whatever it gained before
    looks: int = 8  # into the flat part for where metrics end to improve: an eighth of it is near enough
    least_much: float = 1e-3  # of `MUCH_LEFT`: at the floor a share of nothing is left
    same_rate: float = 0.5  # of the rate at its start: the learning rate did not change over the flat part

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        if not any(len(curve.blocks) >= LEAST_BLOCKS for curve in curves.goals):
            return Skipped(f"no loss, metric or reward with at least {LEAST_BLOCKS} values")
        found = arrived(curves, self.long_tail_share)
        return [] if found is None else [self._finding(*found, curves)]

    def _told(
        self, tail: FlatTail, tail_share: float, flat: float, curves: RunCurves
    ) -> tuple[str | None, str]:
        """The kind, and since when the loss is flat, for that share of the run, and what the rest gained."""
        halves = would_halve(tail, tail_share)
        until, gaining = self._useful_until(tail, tail_share, curves)
        decays = self._decays(flat, curves)
        rest = None if halves else self._rest(tail, (until, gaining), decays=decays)
        level, unit, onset = number(tail.curve.as_logged(tail.level)), tail.curve.unit, tail.onset.step
        left = 1.0 - tail.fallen
        if rest is None:
            missed = (_level_at(tail.curve, onset) - tail.level) / (tail.untrained - tail.level)
            share = percent(self.same_level)
            falls = f"falls, by over {share} of the {level} that is left"
            moves = falls if tail.of_loss else f"gains over {share} of what it lacks at {level}"
            return STILL_FALLING, (
                f"By {unit} {onset} {tail.name} had made all but {percent(missed)} of its gain, but it still "
                f"{moves}: going on may pay"
            )
        name = tail.name if tail.name == tail.curve.tag else "The loss"
        flat_since = f"{name} has been flat at {level} since {unit} {onset}"
        if gaining is tail.curve:  # what improved until then was not flat before
            near_end = f"{name} had made nearly all of its gain by {unit} {onset}"
            flat_since = f"{near_end}, and has been flat at {level} since {unit} {until}"
        if left < MUCH_LEFT:
            return WHILE_DECAYING if decays else None, f"{flat_since}: {rest}"
        still = f", with {percent(left)} of its first level left" if tail.of_loss else ""
        return OR_STUCK, f"{flat_since}{still}, done or stuck: {rest}"

    def _decays(self, flat: float, curves: RunCurves) -> bool:
        """Whether the learning rate fell over the flat part, that share of the run."""
        plan = schedule(curves)
        return plan is not None and plan.left < self.same_rate * plan.share_of_peak(1.0 - flat)

    def _rest(self, tail: FlatTail, useful: tuple[int, Curve | None], *, decays: bool) -> str | None:
        """What the last part of the run was good for; None where the loss itself went on gaining."""
        until, gaining = useful
        saved = tail.curve.last_step - until
        share = saved / max(1, tail.curve.last_step - tail.curve.first_step)
        other = gaining if gaining is not tail.curve else None
        if other is not None and share < LEAST_SAVED:
            return f"{other.tag} still improves"
        better = f"{other.tag} improved until about {tail.curve.unit} {until}, and " if other else ""
        if decays:
            return f"{better}the learning rate fell meanwhile, so a shorter run needs a shorter schedule too"
        if gaining is tail.curve and share < LEAST_SAVED:
            return None
        steps = counted(saved, tail.curve.unit)
        return f"{better}the last {steps}, {portion(share, 'the run')}, could have been saved"

    def _useful_until(self, tail: FlatTail, tail_share: float, curves: RunCurves) -> tuple[int, Curve | None]:
        """The step until which the run gained something after all, and the curve that tells; None if at once.

        Held-out metrics tell, and the loss, by how far it was above its end for its level. It ends below the
        level of its last part where that surely falls.
        """
        kinds = (Kind.ACCURACY, Kind.ERROR)
        selected = [one for kind in kinds for split in HELD_BACK for one in curves.select(kind, split)]
        metrics = [metric for metric in selected if len(metric)]
        sunk = _sunk_below_level(tail, tail_share)
        most = tail.level - sunk + self.same_level * (tail.left - sunk)
        gaining: Curve | None = None
        steps = np.linspace(tail.onset.step, tail.curve.last_step, self.looks + 1)
        for step in steps[:-1]:
            now = next((metric for metric in metrics if self._improves(metric, step)), None)
            if now is None and _level_at(tail.curve, step) > most:
                now = tail.curve
            if now is None:
                return int(step), gaining
            gaining = now
        return tail.curve.last_step, gaining

    def _improves(self, metric: Curve, since: float) -> bool:
        """Whether a run that had stopped at that step would have missed some of what the metric gained."""
        error = MEDIAN_ERROR * metric.noise * math.sqrt(2.0 / (metric.level_window * metric.blocks.size))
        missed = _level_at(metric, since) - float(metric.levels[-1])
        return missed > max(self.least_metric_gain * metric.progress, LEAST_Z * error)

    def _finding(self, tail: FlatTail, tail_share: float, curves: RunCurves) -> Finding:
        onset, last = tail.onset, tail.curve.last_step
        share = (last - onset.step) / max(1, last - tail.curve.first_step)
        upper, left = tail.part.fall.upper, 1.0 - tail.fallen
        most = MOST_OPEN * tail_share / TAIL_SHARE * tail.bound
        kind, message = self._told(tail, tail_share, share, curves)
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence_of_shares(
                below(upper, tail.bound),
                (share, 0.5 * LEAST_SAVED),
                (MUCH_LEFT, max(left, self.least_much * MUCH_LEFT)),
            ),
            message,
            tail.curve.tag,
            (tail.span,),
            onset,
            (
                Measure("fall over the tail, upper 95 % bound", upper, most, "loss"),
                Measure("gain", tail.fallen, LEAST_GAIN, "fraction of the first level"),
                Measure("flat part", share, LEAST_SAVED, "fraction of the run"),
            ),
            kind=kind,
        )


def _level_at(curve: Curve, step: float) -> float:
    return float(np.interp(step, curve.block_steps.astype(np.float64), curve.levels))


def _sunk_below_level(tail: FlatTail, tail_share: float) -> float:
    """How far the curve surely ends below the level of its last part: half of its fall over that part."""
    return 0.5 * max(0.0, tail.part.fall.lower) * END_SHARE / tail_share
