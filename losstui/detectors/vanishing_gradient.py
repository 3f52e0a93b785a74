"""LT402: next to no gradient reaches the first layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from losstui.curves import RunCurves
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._vanished import Vanished, is_logged, vanished
from losstui.findings import Finding, Onset, Severity, Skipped, Span


@dataclass(frozen=True)
class VanishingGradient:
    """Next to no gradient reaches the first layers, or none is left at all while the loss is still high.

    ## What it looks for
    `across-layers`: gradient norms of single layers that shrink from the output to the input by orders
    of magnitude, so that the first layers do not learn. `over-time`: a global gradient norm that
    collapses by orders of magnitude while the loss has hardly improved.

    ## How it decides
    `across-layers`: over at least `LEAST_SHARE` of the run the gradient norm of the layer nearest to
    the input is at most `MOST_RATIO` of that nearest to the output, and of all that the norms change by
    from layer to layer, in decades, at least `LEAST_FALLING` goes down towards the input: a cut between
    two layers counts as much as an even decline, and layers in no order go up as often as down.
    `over-time`: the norm is at most `MOST_LEFT` of its level at the start for the last `LEAST_SHARE` of the
    run and longer, while the loss has gained less than `MOST_GAIN` times its noise since the start: a
    gradient that shrinks because the run has converged is as it should be.

    ## When it is wrong
    The order of layers is read from their names; names that do not follow the network give no order.
    Embeddings and normalisation layers have small gradients by nature. A frozen layer has none on
    purpose.

    ## Source
    Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".
    """

    code: ClassVar[str] = "LT402"
    name: ClassVar[str] = "vanishing-gradient"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence")

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        if not is_logged(curves):
            return Skipped("no gradient norm tag")
        found = vanished(curves)
        return [] if found is None else [self._finding(found)]

    def _finding(self, found: Vanished) -> Finding:
        first = found.first_step
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            found.sure,
            found.message,
            found.curve.tag,
            (Span(first, found.last_step),),
            Onset(first, found.curve.first_step, found.high_step),
            found.measures,
            found.kind,
        )
