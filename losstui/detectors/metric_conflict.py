"""LT207: the validation loss gets worse while the validation accuracy gets better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curve import MOST_BLOCKS, Curve
from losstui.curves import RunCurves
from losstui.detectors._precedence import NON_FINITE
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.roles import Kind
from losstui.stats.blocks import block_medians
from losstui.stats.confidence import confidence
from losstui.stats.noise import times_of
from losstui.stats.trend import Estimate, fall_over
from losstui.wording import percent, readable


@dataclass(frozen=True)
class MetricConflict:
    """The validation loss rises and the accuracy on the same data still improves: which one is wanted?

    ## What it looks for
    A stretch to the end of the run, from the best validation loss on, over which the loss rises and the
    accuracy, or another score where higher is better, rises too. Most often the model becomes too sure of
    itself: a few examples that it gets wrong cost more and more, while more of the others are
    right. The best checkpoint by loss and the best by accuracy are then far apart.

    ## How it decides
    Over the evaluations since the best level of the validation loss, at least `least_values` of either,
    the line through the loss rises by at least `least_rise` of that level, and the line through the
    accuracy gains at least `least_gain` of what the accuracy gained in all; each by at least `least_z`
    standard errors.

    ## When it is wrong
    An accuracy on other data than the loss, or one that is averaged over the epoch, may differ for no
    other reason. Classes of very different size make the two differ too.

    ## Source
    Guo et al. 2017, "On Calibration of Modern Neural Networks".
    """

    code: ClassVar[str] = "LT207"
    name: ClassVar[str] = "metric-conflict"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence")

    least_values: int = 8  # evaluations: fewer have no slope worth the name
    least_rise: float = 0.04  # of the best loss: below, the checkpoints are worth the same
    least_gain: float = 0.05  # of the gain of the accuracy: below, they are too
    least_z: float = 3.0  # standard errors of either

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = curves.validation_loss
        scores = [] if loss is None else curves.select(Kind.ACCURACY, loss.role.split)
        if loss is None or not scores:
            return Skipped("no validation loss and accuracy")
        if min(len(loss), len(scores[0])) < self.least_values:
            return Skipped(f"fewer than {self.least_values} values of validation loss or accuracy")
        for score in scores:
            finding = self._examine(loss, score)
            if finding is not None:
                return [finding]
        return []

    def _examine(self, loss: Curve, score: Curve) -> Finding | None:
        best = int(loss.block_steps[loss.best_block])
        level = float(loss.levels[loss.best_block])
        after, beside = (curve.descent[curve.steps >= best] for curve in (loss, score))
        if min(len(after), len(beside)) < self.least_values or level <= 0.0 or score.progress <= 0.0:
            return None
        fall, gain = _fall(after), _fall(beside)
        measures = (
            Measure("loss rise", -fall.value / level, self.least_rise, "fraction of the best loss"),
            Measure("loss rise", times_of(-fall.value, fall.error), self.least_z, "standard errors"),
            Measure("accuracy gain", gain.value / score.progress, self.least_gain, "fraction of its gain"),
            Measure("accuracy gain", times_of(gain.value, gain.error), self.least_z, "standard errors"),
        )
        if any(measure.value < measure.bound for measure in measures):
            return None
        rise, surer = measures[0].value / self.least_rise, measures[2].value / self.least_gain
        z = min(measures[1].value, measures[3].value)
        message = (
            f"{loss.tag} has risen by {percent(measures[0].value)} since its best at {loss.unit} {best} "
            f"while {score.tag} improved by {readable(gain.value)}: by loss and by accuracy the best "
            "checkpoints differ"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(z, self.least_z, min(rise, surer), 1.0),
            message,
            loss.tag,
            (Span(best, loss.last_step),),
            Onset(best, loss.first_step, loss.last_step),
            measures,
        )


def _fall(values: FloatArray) -> Estimate:
    """How far `values`, shape (n,), fall from end to end of the line through their block medians."""
    return fall_over(block_medians(values, MOST_BLOCKS).medians)
