"""LT105: a loss, a reward, a gradient norm or, without any of them, a metric became NaN or infinite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._never_measured import NeverMeasured, never_measured
from losstui.detectors._not_evaluated import means_not_evaluated
from losstui.detectors._onsets import earliest_start
from losstui.detectors._precursors import precursors
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import IntArray
from losstui.kinds import EVERY_LOSS, HELD_BACK
from losstui.roles import Direction, Kind, Split

TRANSIENT, PERMANENT, FROM_START = "transient", "permanent", "from-start"
BESIDE_TRAINING, IN_VALIDATION = "beside-training", "in-validation"
METRICS = (Kind.ACCURACY, Kind.ERROR)
WATCHED = (*EVERY_LOSS, Kind.REWARD, Kind.GRAD_NORM)
LEAST_NORMS = 2  # norms in a row: a loss scale that is halved once lets the next step pass, as a rule
LASTING_ONLY = (*METRICS, Kind.LEARNING_RATE)  # of which single values are lost in sound runs as well


@dataclass(frozen=True, slots=True)
class _Case:
    curve: Curve
    kind: str

    @property
    def step(self) -> int:
        return int(self.curve.non_finite_steps[0])

    @property
    def rank(self) -> tuple[bool, bool, bool, int, str]:
        """Sorts the loss that is optimised before all else, then what trains, lasting cases, the earliest."""
        role = self.curve.role
        optimised = role.kind is Kind.LOSS and role.split is Split.TRAIN
        return (
            not optimised,
            self.kind == BESIDE_TRAINING,
            self.kind == TRANSIENT,
            self.step,
            self.curve.tag,
        )


@dataclass(frozen=True)
class NonFinite:
    """A loss, a reward or a gradient norm is NaN or infinite, or a learning rate or a metric is and stays so.

    ## What it looks for
    The first NaN or infinity that was logged in a loss, a reward or a gradient norm. `permanent` means
    that the log ends in such values, `transient` that the run went on with finite ones, `from-start`
    that there never was a finite one, `in-validation` that there never was one on held-back data while
    train has them. What became non-finite first is named, and what moved just before
    it: the learning rate, the gradient norm, the loss scale.

    ## How it decides
    One such value in a loss is enough: it needs no statistics. Single undefined values of a metric, such as
    the score of no example, are usual; it has to end in more of them in a row than it had before. That is a
    fault in a run that logs neither loss nor reward; beside a loss a metric that ends infinite on its bad
    side is a warning (`beside-training`), and so is a learning rate that ends non-finite.

    Three things are no fault:

    - NaN that stands for "not evaluated": values and NaN alternate at a fixed cadence, and either most are
      NaN or the values stand where another tag has its own. In a log too short for a cadence no two values
      follow each other, no gap is longer than the one before, and at the NaN train is finite and nothing else
      was measured on held-out data.
    - A part of the loss that never had a value while the train loss has, or a held-out part while any loss of
      train has.
    - A gradient norm that was non-finite for a moment while every loss stayed finite: a mixed-precision
      trainer that looks for its loss scale skips such steps by design. A log that ends there has to end in
      more of them in a row than it had before, and in `LEAST_NORMS`.

    A held-back loss without any finite value (`in-validation`) is a warning where it was evaluated and gave
    no number: another loss or metric is finite there, or so few rows hold it that an evaluation wrote them,
    or epochs end in it. Otherwise it is info, as a table may be filled up with NaN. The same holds for a
    metric in a run that logs no loss, beside that of train.

    ## When it is wrong
    A single NaN may come from an empty batch or mask and do no harm if the trainer skipped the step;
    it is reported all the same, with the word "recovered". A logger that writes NaN for a missing value
    at irregular steps looks like a fault. A script that has nothing to evaluate, and logs NaN for it after
    each epoch, looks like one whose evaluation is broken.

    ## Source
    Micikevicius et al. 2018, "Mixed Precision Training", for overflow and the loss scale.
    """

    code: ClassVar[str] = "LT105"
    name: ClassVar[str] = "non-finite"
    yields_to: ClassVar[tuple[str, ...]] = ()

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        watched = [curve for kind in WATCHED for curve in curves.select(kind)]
        watched += [curve for curve in curves.lone_metrics if len(curve)]
        watched += self._only_curves(curves)
        if not watched:
            return Skipped("no loss, reward, gradient norm or metric tag")
        beside = _lost_beside(curves, watched)
        cases = [
            _Case(curve, BESIDE_TRAINING if curve in beside else _kind(curve))
            for curve in (*watched, *beside)
            if len(curve.non_finite_steps) and not means_not_evaluated(curve, curves)
        ]
        cases = _that_matter(cases, watched)
        if not cases:
            never = never_measured(curves)
            return [] if never is None else [self._never(never)]
        return [self._finding(min(cases, key=lambda case: case.rank), cases, curves)]

    def _only_curves(self, curves: RunCurves) -> list[Curve]:
        """All curves of a run in which no value is finite, whatever they are: nothing was measured."""
        every = [curves.curve(tag) for tag in curves.run.frame]
        nothing = all(not len(curve) for curve in every)
        return [curve for curve in every if nothing and curve.role.kind not in WATCHED]

    def _finding(self, case: _Case, cases: list[_Case], curves: RunCurves) -> Finding:
        curve, step = case.curve, case.step
        count = len(curve.non_finite_steps)
        finite_before = curve.steps[curve.steps < step]
        low = int(finite_before[-1]) if len(finite_before) else earliest_start(curve.non_finite_steps)
        before = precursors(curves, step)
        first = min(cases, key=lambda other: other.step)
        led = f"; {first.curve.tag} came first, at {curve.unit} {first.step}" if first.step < step else ""
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if case.kind == BESIDE_TRAINING else Severity.CRITICAL,
            1.0 if case.kind != TRANSIENT else 0.9,
            _message(case, count) + led + before.text,
            curve.tag,
            _spans(curve),
            Onset(step, low, step),
            (Measure("non-finite values", float(count), 0.0, "values"), *before.measures),
            case.kind,
        )

    def _never(self, never: NeverMeasured) -> Finding:
        curve, steps = never.curve, never.curve.non_finite_steps
        count, first = len(steps), int(steps[0])
        value = "NaN" if np.isnan(curve.non_finite_values[0]) else "infinite"
        beside = f" and so is {never.other.tag} there" if never.other is not None else ""
        why = (
            "the evaluation, or the data that it reads, gives no number"
            if never.is_sure
            else "nothing was evaluated, or the evaluation gives no number"
        )
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if never.is_sure else Severity.INFO,
            0.8 if never.is_sure else 0.5,
            f"{curve.tag} is {value} in all of its {count} values, "
            f"while {never.train.tag} is finite{beside}: {why}",
            curve.tag,
            (Span(first, int(steps[-1])),),
            Onset(first, earliest_start(steps), first),
            (Measure("non-finite values", float(count), float(never.least), "values"),),
            IN_VALIDATION,
        )


def _lost_beside(curves: RunCurves, watched: Sequence[Curve]) -> list[Curve]:
    """The learning rates, and the metrics that are infinite at the end on the side that is bad."""
    known = {curve.tag for curve in watched}
    metrics = [curve for kind in METRICS for curve in curves.select(kind)]
    beside = [*curves.select(Kind.LEARNING_RATE), *(curve for curve in metrics if _ends_in_the_worst(curve))]
    return [curve for curve in beside if len(curve) and curve.tag not in known]


def _ends_in_the_worst(curve: Curve) -> bool:
    """Whether the last value of `curve` is infinite, and as bad as can be."""
    worst = -np.inf if curve.role.direction is Direction.HIGHER else np.inf
    return curve.last_value == worst


def _kind(curve: Curve) -> str:
    if not len(curve):
        return FROM_START
    return PERMANENT if curve.non_finite_steps[-1] > curve.steps[-1] else TRANSIENT


def _that_matter(cases: list[_Case], watched: Sequence[Curve]) -> list[_Case]:
    """Leave out what is no fault of a run whose losses are finite."""
    optimised = [c for c in watched if c.role.kind is Kind.LOSS and c.role.split is Split.TRAIN and len(c)]
    trained = [c for c in watched if c.role.kind in EVERY_LOSS and c.role.split not in HELD_BACK and len(c)]
    losses = [case for case in cases if case.curve.role.kind is not Kind.GRAD_NORM]
    kept: list[_Case] = []
    for case in cases:
        is_norm = case.curve.role.kind is Kind.GRAD_NORM
        if case.curve.role.kind in LASTING_ONLY and not _ends_in_its_longest(case.curve):
            continue
        if is_norm and optimised and not losses and not _ends_in_its_longest(case.curve, LEAST_NORMS):
            continue
        unused = trained if case.curve.role.split in HELD_BACK else optimised
        if case.kind == FROM_START and unused:
            continue
        kept.append(case)
    return kept


def _ends_in_its_longest(curve: Curve, least: int = 1) -> bool:
    """Whether the log of `curve`, not empty, ends in more non-finite values in a row than it had before.

    It is `least` of them at least.
    """
    stretches = np.bincount(np.searchsorted(curve.steps, curve.non_finite_steps))
    most_before = max([least - 1, *stretches[:-1].tolist()])
    return len(stretches) > len(curve) and bool(stretches[-1] > most_before)


def _spans(curve: Curve) -> tuple[Span, ...]:
    """One span a stretch of non-finite values, each at most to the next finite value."""
    steps: IntArray = curve.non_finite_steps
    group = np.searchsorted(curve.steps, steps, side="right")
    edges = np.flatnonzero(np.diff(group)) + 1
    parts = np.split(steps, edges)
    return tuple(Span(int(part[0]), int(part[-1])) for part in parts)


def _message(case: _Case, count: int) -> str:
    curve, at = case.curve, f"at {case.curve.unit} {case.step}"
    value = "NaN" if np.isnan(curve.non_finite_values[0]) else "infinite"
    if case.kind == FROM_START:
        return f"{curve.tag} is {value} from its first value {at} and is never finite"
    if case.kind in (PERMANENT, BESIDE_TRAINING):
        last = int(curve.non_finite_steps[np.searchsorted(curve.non_finite_steps, curve.steps[-1], "right")])
        recovers = f"recovers, and fails for good at {curve.unit} {last}"
        return f"{curve.tag} becomes {value} {at} and {'never recovers' if last == case.step else recovers}"
    values = "a single value" if count == 1 else f"{count} values"
    return f"{curve.tag} becomes {value} {at} and recovers: {values} in all"
