"""LT202: validation stays behind train by a good part of what was learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._gap_search import FoundGap, Gap, GapSearch
from losstui.detectors._onsets import onset_of_gap
from losstui.detectors._pairs import long_pairs
from losstui.detectors._precedence import NON_FINITE
from losstui.findings import Finding, Severity, Skipped, Span
from losstui.roles import Direction
from losstui.stats.confidence import confidence
from losstui.wording import portion, readable

GROWING, CONSTANT = "growing", "constant"
PART_RISEN = 0.25  # of the gap: less is what validation scatters by


def _its_best(validation: Curve, gap: Gap) -> str:
    """Where validation was best, if what it has lost since is a good part of the gap."""
    best, levels, blocks = validation.best_block, validation.levels, validation.blocks.medians
    # Of a few values the level at the end is that of the last three: the very last may be the best.
    if min(float(levels[-1] - levels[best]), float(blocks[-1] - blocks[best])) < PART_RISEN * gap.end:
        return ""
    return f"; {validation.tag} was best near {validation.unit} {int(validation.block_steps[best])}"


@dataclass(frozen=True)
class GeneralisationGap:
    """The validation loss stays well above the train loss, though it does not rise: part is memorised.

    ## What it looks for
    A train loss that ends below the validation loss by a good part of what the run gained. Kinds:
    `growing` (both began together and train went on alone), `constant` (validation was that far above
    from its first values on: other data, or another way to compute the loss). Of a run that logs no loss at
    all the metrics or rewards are compared in the same way, turned round where higher is better. Rewards may
    be counted from anywhere: instead of the train level counts what train has gained.

    ## How it decides
    The gap is the validation loss less the level of the train loss at the same step. It is the median over
    the last `tail_share` of the evaluations. It has to be large beside what was learned, and beyond the noise
    of both curves.

    All of these have to hold:

    - Of the gain: the gap is at least `least_share` of what the run gained, or `least_constant_share` where
      it is constant. That is the gain of train or of validation, whichever is larger, from the first values
      on.
    - Of the level: it is at least `least_of_level` of the train level.
    - Noise: it is at least `least_z` standard errors. That the gap still grows is no part of this noise.
    - Mean: the mean of the train loss lies as many of its own standard errors below. Validation is a mean
      too, and of batches with a heavy tail most lie below theirs.
    - Best level: that mean is also `least_best_z` away from the best level of validation. Where train swings
      around that level, as with data in an order, it knows nothing that validation never did.
    - At the end: at the last evaluation `least_left` of the gap is left. Train may have changed to other data
      meanwhile.

    Which kind it is:

    - `growing`: the gap has gained at least `least_growth` of itself since the first `early_share` of the
      evaluations. Where train had made `most_unseen` of its gain by then, nothing shows how the gap began. It
      then counts as growing if it is at least as large as the train level.
    - `constant`: every other gap.

    It is not told where an evaluation before training shows most of the gap already, and all but
    `scattered_share` of the evaluations do too. Such a gap says nothing of what was learned: a contrastive
    loss over larger batches, or one that is computed in another way, is higher from the start.

    ## When it is wrong
    - A gap can be hidden: dropout, augmentation and label smoothing raise the train loss, and so does a
      penalty that is part of it.
    - A gap costs nothing as long as validation still falls.

    ## Source
    Zhang et al. 2017, "Understanding deep learning requires rethinking generalization".
    """

    code: ClassVar[str] = "LT202"
    name: ClassVar[str] = "generalisation-gap"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence", "overfitting")

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        search = GapSearch()
        long = long_pairs(curves, search.least_values)
        if isinstance(long, Skipped):
            return long
        alike = [pair for pair in long if pair.is_of_one_quantity]
        if not alike:
            return Skipped("only parts of the loss are logged on train")
        every = ((pair, search.find(pair)) for pair in alike)
        return next(([self._finding(pair, found)] for pair, found in every if found), list[Finding]())

    def _finding(self, pair: Pair, found: FoundGap) -> Finding:
        validation, gap, measures = pair.validation, found.gap, found.measures
        onset = onset_of_gap(validation.steps[pair.compared], gap.values, gap.end)
        share, bound = measures[0].value, measures[0].bound
        how = "and the gap has grown" if found.is_growing else "as it has been from the start"
        side = "below" if validation.role.direction is Direction.HIGHER else "above"
        message = (
            f"{validation.tag} stays {readable(gap.end)} {side} {pair.train.tag}, "
            f"{portion(share, 'what was gained')}, {how}{_its_best(validation, gap)}"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(measures[2].value, measures[2].bound, share, bound),
            message,
            validation.tag,
            (Span(onset.step, validation.last_step),),
            onset,
            measures,
            kind=GROWING if found.is_growing else CONSTANT,
        )
