"""LT402: next to no gradient reaches the first layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._precedence import NON_FINITE
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, IntArray
from losstui.stats.blocks import block_medians
from losstui.stats.confidence import confidence_of_shares
from losstui.wording import readable

ACROSS_LAYERS, OVER_TIME = "across-layers", "over-time"
BLOCKS = 50  # levels a curve: 2 % of the run each


@dataclass(frozen=True)
class VanishingGradient:
    """Next to no gradient reaches the first layers, or none is left at all while the loss is still high.

    ## What it looks for
    `across-layers`: gradient norms of single layers that shrink from the output to the input by orders
    of magnitude, so that the first layers do not learn. `over-time`: a global gradient norm that
    collapses by orders of magnitude while the loss has hardly improved.

    ## How it decides
    `across-layers`: over at least `least_share` of the run the gradient norm of the layer nearest to
    the input is at most `most_ratio` of that nearest to the output, and of the layers between, each
    counted from the output, at least `least_falling` lie below the one before. `over-time`: the norm
    is at most `most_left` of its level at the start for the last `least_share` of the run and longer,
    while the loss has gained less than `most_gain` times its noise since the start: a gradient that
    shrinks because the run has converged is as it should be.

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

    least_values: int = 8  # values a norm: fewer have no level
    least_layers: int = 3  # layers: two alone differ for many reasons
    most_ratio: float = 1e-3  # of the last layer's norm: the first layer moves a thousand times less
    least_share: float = 0.25  # of the run: longer than a warm-up
    least_falling: float = 0.6  # of the neighbouring layers: chance gives half
    most_left: float = 1e-3  # of the norm at the start: three decades
    most_gain: float = 3.0  # standard deviations of one loss value: nothing was learnt to converge to

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        layers = [curve for curve in curves.layer_grad_norms if len(curve) >= self.least_values]
        norm = curves.grad_norm
        if len(layers) < self.least_layers and (norm is None or len(norm) < self.least_values):
            return Skipped("no gradient norm tag")
        if len(layers) >= self.least_layers:
            found = self._across_layers(layers)
            if found is not None:
                return [found]
        if norm is not None and len(norm) >= self.least_values:
            collapse = self._over_time(norm, curves.train_loss)
            if collapse is not None:
                return [collapse]
        return []

    def _across_layers(self, layers: list[Curve]) -> Finding | None:
        first, last = layers[0], layers[-1]
        steps, near, far = _on_common_steps(first, last)
        if len(near) < self.least_values:
            return None
        blocks = block_medians(near, BLOCKS)
        nearest, furthest = blocks.medians, block_medians(far, BLOCKS).medians
        vanished = nearest <= self.most_ratio * furthest
        share = float(np.mean(vanished & (furthest > 0.0)))
        medians = np.array([float(np.median(layer.values)) for layer in layers])
        falling = float(np.mean(np.diff(medians) > 0.0))
        if share < self.least_share or falling < self.least_falling:
            return None
        ratio = float(np.median(nearest[vanished])) / float(np.median(furthest[vanished]))
        where = np.flatnonzero(vanished)
        begin, end = int(blocks.first[where[0]]), int(blocks.last[where[-1]])
        message = (
            f"The gradient norm of {first.tag} is {readable(ratio)} times that of {last.tag} from step "
            f"{int(steps[begin])} on: the first layers hardly learn"
        )
        return self._finding(
            first,
            message,
            (int(steps[begin]), int(steps[int(blocks.last[where[0]])]), int(steps[end])),
            (
                Measure("first layer's gradient norm", ratio, self.most_ratio, "of the last layer's"),
                Measure("part of the run", share, self.least_share, "of the run"),
                Measure("falling from output to input", falling, self.least_falling, "of the layers"),
            ),
            confidence_of_shares((self.most_ratio, max(ratio, 1e-300)), (share, self.least_share)),
            ACROSS_LAYERS,
        )

    def _over_time(self, norm: Curve, loss: Curve | None) -> Finding | None:
        if loss is None or len(loss) < self.least_values:
            return None
        blocks = norm.blocks
        usual = float(np.median(blocks.medians[: max(3, len(blocks) // 10)]))
        above = np.flatnonzero(blocks.medians > self.most_left * usual)
        begin = int(above[-1]) + 1 if len(above) else 0
        if usual <= 0.0 or len(blocks) - begin < self.least_share * len(blocks):
            return None
        start = max(float(loss.descent[0]), float(loss.levels[0]))
        gain = (start - float(loss.levels[-1])) / max(loss.noise, np.finfo(np.float64).tiny)
        left = float(np.median(blocks.medians[begin:])) / usual
        if gain >= self.most_gain:
            return None
        first, last = norm.steps[blocks.first[begin]], norm.steps[blocks.last[begin]]
        message = (
            f"{norm.tag} falls to {readable(left)} of its level at the start by {norm.unit} {int(first)} "
            "although the loss has hardly improved: no gradient is left to learn from"
        )
        return self._finding(
            norm,
            message,
            (int(first), int(last), norm.last_step),
            (
                Measure("gradient norm left", left, self.most_left, "of its level at the start"),
                Measure("loss gained", gain, self.most_gain, "standard deviations of a loss value"),
            ),
            confidence_of_shares((self.most_left, max(left, 1e-300))),
            OVER_TIME,
        )

    def _finding(
        self,
        curve: Curve,
        message: str,
        place: tuple[int, int, int],
        measures: tuple[Measure, ...],
        sure: float,
        kind: str,
    ) -> Finding:
        first, high, last = place
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            sure,
            message,
            curve.tag,
            (Span(first, max(first, last)),),
            Onset(first, curve.first_step if first <= high else first, max(first, high)),
            measures,
            kind,
        )


def starvation(curves: RunCurves) -> Measure | None:
    """How little gradient the first layers get, or is left, by `VanishingGradient`; None for enough."""
    found = VanishingGradient().detect(curves)
    return None if isinstance(found, Skipped) or not found else found[0].measures[0]


def _on_common_steps(one: Curve, other: Curve) -> tuple[IntArray, FloatArray, FloatArray]:
    """The steps that both curves have, and the values of each there; shape (n,) each."""
    steps, mine, theirs = np.intersect1d(one.steps, other.steps, return_indices=True)
    return steps, one.values[mine], other.values[theirs]
