"""LT205: the validation loss lies below the train loss for most of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import Pair, RunCurves
from losstui.detectors._precedence import NON_FINITE
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.noise import times_of
from losstui.wording import portion, readable


@dataclass(frozen=True)
class ValidationBetterThanTrain:
    """The validation loss is lower than the train loss: the two are not measured alike, or data leaks.

    ## What it looks for
    A validation loss clearly below the train loss at most evaluations after the first part of the run. Mostly
    it is by design: dropout, augmentation, label smoothing and penalties raise the train loss only.
    It then hides how far the model is from its train data. Without any of them the validation set is
    easier, or has examples of the train set in it.

    ## How it decides
    After the first `skipped_share` of the evaluations the validation loss lies below the train loss by at
    least `least_of_level` of its level, at `least_evaluations` of them or more. The train level is that
    of half an evaluation interval later, because many trainers log the mean since the last one.

    ## When it is wrong
    It says that the losses differ, never why. A train loss summed with other parts, or averaged in
    another way than the validation loss, looks the same.

    ## Source
    Srivastava et al. 2014, "Dropout"; Kapoor and Narayanan 2023, "Leakage and the reproducibility
    crisis in machine-learning-based science".
    """

    code: ClassVar[str] = "LT205"
    name: ClassVar[str] = "validation-better-than-train"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence")

    least_values: int = 6  # evaluations: fewer are below by chance too often
    skipped_share: float = 0.25  # of the evaluations: while the loss falls steeply, clocks differ
    least_of_level: float = 0.1  # of the train level: below, batches and sets differ by as much
    least_evaluations: float = 0.7  # of the evaluations: most of the run

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        pair = curves.loss_pair
        if pair is None:
            return Skipped("no train and validation loss")
        if not pair.is_of_one_quantity:
            return Skipped("only parts of the loss are logged on train")
        if min(len(pair.validation), len(pair.train)) < self.least_values:
            return Skipped(f"fewer than {self.least_values} train or validation values")
        train = _train_levels(pair)
        lower = train - pair.validation.descent[pair.compared]
        first = round(self.skipped_share * len(lower))
        level = float(np.median(np.abs(train[first:])))
        share = float(np.mean(lower[first:] >= self.least_of_level * np.abs(train[first:])))
        gap = float(np.median(lower[first:]))
        of_level = times_of(gap, level)
        if share < self.least_evaluations or of_level < self.least_of_level:
            return []
        measures = (
            Measure("evaluations below train", share, self.least_evaluations, "fraction"),
            Measure("gap", of_level, self.least_of_level, "fraction of the train level"),
        )
        return [self._finding(pair, lower, gap, measures)]

    def _finding(self, pair: Pair, lower: FloatArray, gap: float, measures: tuple[Measure, ...]) -> Finding:
        curve, steps = pair.validation, pair.validation.steps[pair.compared]
        above = np.flatnonzero(lower < 0.0)
        # The longest stretch is the rule here, so single evaluations above train do not move the start.
        skipped = round(self.skipped_share * len(lower))
        begin = 0 if not np.any(above < skipped) else int(above[above < skipped][-1]) + 1
        step = int(steps[begin])
        share, of_level = (measure.value for measure in measures)
        message = (
            f"{curve.tag} lies {readable(gap)} below {pair.train.tag}, {portion(of_level, 'its level')}, at "
            f"{portion(share, 'the evaluations')}: the two are not measured alike, or validation is easier"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence_of_shares((measures[1].value, self.least_of_level)),
            message,
            curve.tag,
            (Span(step, curve.last_step),),
            Onset(step, curve.first_step, int(steps[max(begin, skipped)])),
            measures,
        )


def _train_levels(pair: Pair) -> FloatArray:
    """The train level half an interval after each evaluation compared, of at least two; shape (n,)."""
    at = pair.train_steps_of_validation
    return pair.train_levels_at(at[pair.compared] + 0.5 * float(np.median(np.diff(at))))
