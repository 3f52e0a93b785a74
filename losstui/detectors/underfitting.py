"""LT203: train and validation stopped together, far above what the task allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curves import RunCurves
from losstui.detectors._context import final_accuracy, since_the_start, skill
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail, flat_tails
from losstui.findings import Finding, Measure, Severity, Skipped
from losstui.stats.confidence import confidence_of_shares
from losstui.wording import percent, readable


@dataclass(frozen=True)
class Underfitting:
    """The model is too small or held back too much: train and validation are flat, equal and both bad.

    ## What it looks for
    A classifier that began at guessing, has come to a stand with much of its first loss left and a low
    accuracy, and is as bad on the data it was trained on as on the other: it does not learn by heart
    either. More capacity, less regularisation or better features are what is missing.

    ## How it decides
    A curve alone cannot tell the best there is from the best this model can do, so the accuracy has to
    say that the level is bad. All must hold. Over the last `tail_share` of the run neither loss falls
    significantly by more than `most_fall` of the gain, and the upper 95 % bound of one is below that, or
    below `level_share` of its first level.
    Their levels differ by at most `most_gap` of the gain. Both have kept `least_left` of their first
    level or more. The accuracy was at most twice that of guessing among as many classes as the first
    loss says when it was first measured, and ends at most `most_skill` of the way from guessing to 1.

    ## When it is wrong
    Labels that are partly wrong, and tasks that cannot be done better, end like this with any model.
    Without an accuracy it says nothing; a run it cannot tell from a finished one may still underfit.

    ## Source
    Goodfellow, Bengio and Courville 2016, "Deep Learning", section 5.2; equivalence testing:
    Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15.
    """

    code: ClassVar[str] = "LT203"
    name: ClassVar[str] = "underfitting"
    yields_to: ClassVar[tuple[str, ...]] = (
        "non-finite",
        "divergence",
        "late-instability",
        "oscillation",
        "stuck-at-start",
        "plateau",
        "overfitting",
    )

    tail_share: float = 0.5  # of the run: a flat part that a person would call so
    most_fall: float = 0.05  # of the gain: a fall worth going on for
    least_z: float = 3.0  # standard errors of a fall that is no noise
    level_share: float = 0.02  # of the first level: the same for a run that gained next to nothing
    most_gap: float = 0.1  # of the gain between the losses: more is learned by heart
    least_left: float = 0.4  # of the first level: two fifths of what there was to learn
    most_skill: float = 0.4  # of the way from guessing to all right: where many classes overlap, 0.5 is done

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        if final_accuracy(curves) is None:
            return Skipped("no accuracy, without which no loss is known to be high")
        tails = flat_tails(curves, self.tail_share, self.most_fall, self.level_share)
        if len(tails) < 2:
            return Skipped(f"no train and validation loss above 0 with at least {LEAST_BLOCKS} values")
        train, validation = tails
        learned = skill(curves, train.first)
        if learned is None:
            return []
        gained = max(train.gained, validation.gained)
        gap = abs(validation.level - train.level) / gained if gained > 0.0 else 0.0
        left = 1.0 - max(train.fallen, validation.fallen)
        moving = any(
            tail.moves(tail.bound, self.least_z) or tail.falls(self.most_fall * tail.gained, self.least_z)
            for tail in tails
        )
        flat = not moving and any(tail.proven for tail in tails)
        if not flat or gap > self.most_gap or left < self.least_left or learned.share > self.most_skill:
            return []
        measures = (
            Measure("accuracy above guessing", learned.share, self.most_skill, "fraction of what there is"),
            Measure("level left", left, self.least_left, "fraction of the first level"),
            Measure("gap", gap, self.most_gap, "fraction of the gain"),
        )
        return [self._finding(train, learned.accuracy, measures)]

    def _finding(self, train: FlatTail, accuracy: float, measures: tuple[Measure, ...]) -> Finding:
        share, left = measures[0].value, measures[1].value
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares(
                (self.most_skill, max(share, 0.1 * self.most_skill)), (left, self.least_left)
            ),
            f"{train.curve.tag} has been flat at {readable(train.level)} since {train.curve.unit} "
            f"{train.onset.step}, {percent(left)} of its first level, with validation beside it and "
            f"an accuracy of only {percent(accuracy)}: the model does not fit even the data it is "
            "trained on",
            train.curve.tag,
            (train.span,),
            since_the_start(train.curve),
            measures,
        )
