"""LT203: train and validation stopped together, far above what the task allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curves import RunCurves
from losstui.detectors._flat_bounds import FlatBounds, loss_tails
from losstui.detectors._flat_tail import LEAST_BLOCKS, FlatTail
from losstui.detectors._onsets import since_the_start
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._skill import Skill, final_accuracy, skill
from losstui.findings import Finding, Measure, Severity, Skipped
from losstui.roles import Kind, Split
from losstui.stats.chance import MOST_PRIOR, most_needed
from losstui.stats.confidence import below, confidence_of_shares
from losstui.wording import number, percent, readable

UNSURE, OVER_REGULARISED = "unsure", "over-regularised"


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What is wrong with the level, as the end of the message, and what the verdict rests on."""

    text: str
    confidence: float
    measures: tuple[Measure, ...]
    kind: str | None


@dataclass(frozen=True)
class Underfitting:
    """The model is too small or held back too much: train and validation are flat, equal and both bad.

    ## What it looks for
    A classifier that began at guessing, has come to a stand with much of its first loss left and a low
    accuracy, and is as bad on the data it was trained on as on the other: it does not learn by heart
    either. More capacity, less regularisation or better features are what is missing. Kind `unsure`: the
    accuracy is good, and the loss far above what it allows. Something holds the scores down: a softmax
    before a loss that applies its own, too strong a weight decay, inputs that are too small. Kind
    `over-regularised`, with or without an accuracy: the train loss has hardly moved, while validation, which
    began beside it, has come far lower. What is done to train data or units alone, dropout, noise or
    augmentation, hides most of what there is to learn.

    ## How it decides
    A curve alone cannot tell the best there is from the best that this model can do. So something else has to
    say that the level is bad: the accuracy, or a validation loss far below train. Both losses have to be at a
    stand: over the last `tail_share` of the run neither falls by more than `most_fall` of its gain, nor
    rises, beyond `least_z` standard errors.

    Without a kind, all of these have to hold:

    - Flat: the upper 95 % bound of the fall of one loss is below `most_fall` of its gain, or below
      `level_share` of its first level if that is more.
    - No gap: the levels of the two differ by at most `most_gap` of the gain.
    - Much left: both have kept `least_left` of their first level or more.
    - Began at guessing: when it was first measured, the accuracy was at most twice that of guessing among as
      many classes as the first loss says; measured before the first step, no better than guessing. Or it was
      little better than guessing among as many as the validation loss beside it says.
    - Bad: the accuracy ends at most `most_skill` of the way from guessing to 1.

    `unsure`: the accuracy ends higher than that. The other conditions hold, but for the bound of the fall,
    and these do:

    - Both losses lie at `least_excess` times the bound of Fano or above. Who is as often right and knows how
      sure to be never loses more, and one factor on all scores makes a trained model know.
    - The train loss begins within `same_start` of the level of guessing.
    - The accuracy begins at no more than the larger of two classes may hold, unless validation was first
      measured when much had been learned.
    - One loss at least is not on its way down to the bound: over the tail it surely falls by no more than
      `most_way` of its distance to the bound.
    - The train loss is no sum of parts.

    `over-regularised`, with or without an accuracy: both losses are at a stand, one is flat by its bound, and
    these hold:

    - The share of its first level that train lost is at most `most_shown` of the share that validation lost.
    - Train ends higher than validation, by at least `least_hidden` of its level and `least_z` standard
      errors.
    - Train began at most `same_start` higher. A penalty in the train loss alone is there from the start.

    ## When it is wrong
    - Labels that are partly wrong, and tasks that cannot be done better, end like this with any model.
    - Label smoothing of 0.2 and more and weights of classes make a model look `unsure` by design.
    - A train loss of the hardest examples alone looks `over-regularised`.
    - Without an accuracy nothing but `over-regularised` is told. A run that cannot be told from a finished
      one may still underfit.

    ## Source
    Goodfellow, Bengio and Courville 2016, "Deep Learning", section 5.2; equivalence testing:
    Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15. The bound: Fano 1961,
    "Transmission of Information"; the factor: Guo et al. 2017, "On Calibration of Modern Neural Networks".
    """

    code: ClassVar[str] = "LT203"
    name: ClassVar[str] = "underfitting"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
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
    least_excess: float = 1.2  # times the bound: the luck of a validation set, and few errors that are dear
    most_way: float = 0.25  # of the way down to it over the tail: two more runs would not come there
    same_start: float = 0.15  # of the level of guessing: what initial weights and the first batch add
    most_shown: float = (
        0.25  # of the fall of validation: half of the units left out, or mixed labels show more
    )
    least_hidden: float = 0.15  # of the train level: two sets of data and their batches differ by less

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        tails = loss_tails(curves, FlatBounds(self.tail_share, self.most_fall, self.level_share))
        if len(tails) < 2:
            return Skipped(f"no train and validation loss above 0 with at least {LEAST_BLOCKS} values")
        train, validation = tails
        at_a_stand = not any(self._moves(tail) for tail in tails)
        proven = any(tail.proven for tail in tails)
        if at_a_stand and proven and self._hides(train, validation):
            return [self._finding(train, self._over_regularised(train, validation))]
        if final_accuracy(curves) is None:
            return Skipped("no accuracy, without which no loss is known to be high")
        learned = skill(curves, train.first)
        if learned is None or not at_a_stand:
            return []
        left, gap = _left_and_gap(train, validation)
        if gap > self.most_gap or left < self.least_left:
            return []
        measures = (
            Measure("level left", left, self.least_left, "fraction of the first level"),
            Measure("gap", gap, self.most_gap, "fraction of the gain"),
        )
        found = None
        if learned.share <= self.most_skill:
            found = self._unskilled(learned, measures) if proven else None
        elif not curves.select(Kind.COMPONENT_LOSS, Split.TRAIN):  # no accuracy bounds a sum of parts
            found = self._unsure(train, validation, learned, measures)
        return [] if found is None else [self._finding(train, found)]

    def _moves(self, tail: FlatTail) -> bool:
        gone_on = tail.falls(self.most_fall * tail.gained, self.least_z)
        return gone_on or tail.moves(tail.bound, self.least_z)

    def _hides(self, train: FlatTail, validation: FlatTail) -> bool:
        """Whether validation fell far below a train loss that it began beside, and that hardly fell."""
        gap = train.level - validation.level
        error = math.hypot(train.part.end.error, validation.part.end.error)
        beside = train.first <= (1.0 + self.same_start) * validation.first
        apart = gap >= max(self.least_hidden * train.level, self.least_z * error)
        return beside and apart and _shown(train, validation) <= self.most_shown

    def _began_guessing(self, train: FlatTail, validation: FlatTail, learned: Skill) -> bool:
        """Whether the run began at the level of guessing among as many classes."""
        guessing = math.log(learned.classes)
        if abs(float(train.curve.descent[0]) / guessing - 1.0) > self.same_start:
            return False
        late = validation.first < (1.0 - self.same_start) * guessing
        return late or learned.began <= MOST_PRIOR

    def _over_regularised(self, train: FlatTail, validation: FlatTail) -> _Verdict:
        shown, hidden = _shown(train, validation), 1.0 - validation.level / train.level
        lost = percent(max(0.0, train.fallen))
        text = (
            f"with {lost} of its first level lost while {validation.curve.tag} lost "
            f"{percent(validation.fallen)}: what is done to train alone, as dropout, noise or augmentation, "
            "hides most of what there is to learn"
        )
        measures = (
            Measure("fall of train, at most", shown, self.most_shown, "of the fall of validation"),
            Measure("validation below train", hidden, self.least_hidden, "fraction of the train level"),
        )
        sure = confidence_of_shares((hidden, self.least_hidden), below(shown, self.most_shown))
        return _Verdict(text, sure, measures, OVER_REGULARISED)

    def _unskilled(self, learned: Skill, measures: tuple[Measure, ...]) -> _Verdict:
        left, share = measures[0].value, learned.share
        text = (
            f"{percent(left)} of its first level, with validation beside it and an accuracy of only "
            f"{percent(learned.accuracy)}: the model does not fit even the data it is trained on"
        )
        measure = Measure("accuracy above guessing", share, self.most_skill, "fraction of what there is")
        sure = confidence_of_shares(below(share, self.most_skill), (left, self.least_left))
        return _Verdict(text, sure, (measure, *measures), None)

    def _unsure(
        self, train: FlatTail, validation: FlatTail, learned: Skill, measures: tuple[Measure, ...]
    ) -> _Verdict | None:
        """What is wrong where the accuracy is good: both losses stand far above what it costs, if they do."""
        needed = most_needed(learned.accuracy, learned.classes)
        excess = min(train.level, validation.level) / needed
        falling = all(
            tail.part.fall.upper > self.most_way * (tail.level - needed) for tail in (train, validation)
        )
        if excess < self.least_excess or falling or not self._began_guessing(train, validation, learned):
            return None
        text = (
            f"{percent(measures[0].value)} of its first level, {number(excess)} times what an accuracy of "
            f"{percent(learned.accuracy)} costs at most: the model is right and unsure of it, so something "
            "holds its scores down"
        )
        measure = Measure("loss", excess, self.least_excess, "times the most that its accuracy costs")
        sure = confidence_of_shares((excess, self.least_excess), (measures[0].value, self.least_left))
        return _Verdict(text, sure, (measure, *measures), UNSURE)

    def _finding(self, train: FlatTail, verdict: _Verdict) -> Finding:
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            verdict.confidence,
            f"{train.curve.tag} has been flat at {readable(train.curve.as_logged(train.level))} since "
            f"{train.curve.unit} {train.onset.step}, {verdict.text}",
            train.curve.tag,
            (train.span,),
            since_the_start(train.curve),
            verdict.measures,
            kind=verdict.kind,
        )


def _left_and_gap(train: FlatTail, validation: FlatTail) -> tuple[float, float]:
    """The share of its first level that a loss has left, and the gap between both as a share of the gain."""
    gained = max(train.gained, validation.gained)
    gap = abs(validation.level - train.level) / gained if gained > 0.0 else 0.0
    return 1.0 - max(train.fallen, validation.fallen), gap


def _shown(train: FlatTail, validation: FlatTail) -> float:
    """The share of its first level that train lost at most, as a fraction of the share that validation lost.

    At most: where a curve falls at once a single value says where it began, and may be too low by its noise.
    """
    lost = max(0.0, train.fallen) + train.curve.noise / train.first
    return lost / validation.fallen if validation.fallen > 0.0 else math.inf
