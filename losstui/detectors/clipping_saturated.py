"""LT403: nearly every step is clipped, so the clip value sets the step size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import BoolArray, FloatArray
from losstui.roles import Kind
from losstui.stats.confidence import confidence_of_shares
from losstui.wording import percent, readable

AT_THRESHOLD, ABOVE_THRESHOLD = "at-threshold", "above-threshold"
_THRESHOLD = re.compile(r"max_grad_norm|grad(?:ient)?_clip\w*|clip_?grad\w*|clip_norm|(?:global_)?clipnorm")


@dataclass(frozen=True)
class ClippingSaturated:
    """Nearly every gradient is clipped: the length of a step no longer depends on the gradient.

    ## What it looks for
    `at-threshold`: a gradient norm, logged after clipping, that stands at one round value.
    `above-threshold`: a norm, logged before clipping, above the clip value that the log names.

    ## How it decides
    In a stretch of at least `least_part` of the values, `least_share` of them and more are clipped:
    within `tolerance` of the highest value, a number of at most `digits` digits as people choose one,
    or above the threshold among the hyper-parameters.

    ## When it is wrong
    Normalised gradients and optimisers that fix the length of a step do this by intent. A norm that is
    rounded to few digits may stand still without being clipped.

    ## Source
    Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks".
    """

    code: ClassVar[str] = "LT403"
    name: ClassVar[str] = "clipping-saturated"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_values: int = 20  # values: fewer are no stretch
    least_part: float = 0.1  # of the values
    least_share: float = 0.9  # of the values in the stretch: clipping meant as a guard is rare
    tolerance: float = 1e-3  # of the threshold: clipping divides by the norm plus a small number
    digits: int = 2  # significant digits of a threshold
    least_threshold: float = 0.05  # below, a norm rounded to two decimals stands still unclipped

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        norms = [curve for curve in curves.select(Kind.GRAD_NORM) if len(curve) >= self.least_values]
        if not norms:
            return Skipped(f"no gradient norm tag with at least {self.least_values} values")
        for norm in norms:
            threshold = float(norm.values.max())
            if threshold >= self.least_threshold and self._is_chosen(threshold):
                clipped = norm.values >= threshold * (1.0 - self.tolerance)
                found = self._finding(norm, clipped, self._rounded(threshold), AT_THRESHOLD)
                if found is not None:
                    return [found]
        named = _named_threshold(curves)
        main = curves.grad_norm
        if named is None or main is None or len(main) < self.least_values:
            return []
        found = self._finding(main, main.values > named * (1.0 + self.tolerance), named, ABOVE_THRESHOLD)
        return [] if found is None else [found]

    def _rounded(self, value: float) -> float:
        return float(f"{value:.{self.digits - 1}e}")

    def _is_chosen(self, value: float) -> bool:
        return abs(self._rounded(value) - value) <= self.tolerance * value

    def _finding(self, norm: Curve, clipped: BoolArray, threshold: float, kind: str) -> Finding | None:
        first, last = _densest(clipped, self.least_share)
        count = last - first + 1
        part = count / len(norm)
        share = float(np.mean(clipped[first : last + 1]))
        if count < self.least_values or part < self.least_part:
            return None
        start, end = int(norm.steps[first]), int(norm.steps[last])
        stands = "stands at" if kind == AT_THRESHOLD else "lies above"
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence_of_shares((part, self.least_part)),
            f"{norm.tag} {stands} {readable(threshold)} in {percent(share)} of the values from "
            f"{norm.unit} {start} to {end}: clipping, not the gradient, sets the length of the steps",
            norm.tag,
            (Span(start, end),),
            Onset(start, int(norm.steps[max(0, first - 1)]), start),
            (
                Measure("clipped", share, self.least_share, "fraction of the values"),
                Measure("stretch", part, self.least_part, "fraction of the run"),
            ),
            kind=kind,
        )


def _densest(flags: BoolArray, share: float) -> tuple[int, int]:
    """The stretch [first, last] that has most True beyond `share` of it; `flags` of shape (n,), n >= 1.

    In one of several values it is at least that share.
    """
    score: FloatArray = np.where(flags, 1.0 - share, -share)
    total = np.concatenate(([0.0], np.cumsum(score)))
    lowest = np.minimum.accumulate(total[:-1])
    last = int(np.argmax(total[1:] - lowest))
    return int(np.argmin(total[: last + 1])), last


def _named_threshold(curves: RunCurves) -> float | None:
    """The clip value among the hyper-parameters of the run; None where there is none above 0."""
    for name, value in curves.run.hyperparameters.items():
        leaf = re.split(r"[./]", name)[-1].lower()
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if value > 0.0 and _THRESHOLD.fullmatch(leaf):
            return float(value)
    return None
