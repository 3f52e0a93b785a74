"""Steps that a mixed-precision trainer skips throughout a run, by the gradient norms that are not finite."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._not_evaluated import means_not_evaluated
from losstui.frame import BoolArray
from losstui.kinds import EVERY_LOSS
from losstui.roles import Kind

HEALTHY_SHARE = 1e-3  # of the steps: after 1,000 or 2,000 good ones a scale is doubled, perhaps too far
LEAST_SHARE = 0.01  # of the norms, in either half of the run: fewer steps cost nothing
MOST_LOG_PROBABILITY = math.log(1e-2)  # that a healthy run skips as many in one half: in both, one in 10,000


@dataclass(frozen=True, slots=True)
class SkippedSteps:
    """The curve of norms, and the share of its values that are not finite."""

    norms: Curve
    share: float


def skipped_steps(curves: RunCurves) -> SkippedSteps | None:
    """The steps skipped in both halves of a run whose losses are finite; None for as few as are usual.

    A scale that starts too high on purpose is brought down in the first steps: that is no matter of both
    halves.
    """
    norms = next(iter(curves.select(Kind.GRAD_NORM)), None)
    losses = [curve for kind in EVERY_LOSS for curve in curves.select(kind)]
    if norms is None or not len(norms.non_finite_steps) or any(len(one.non_finite_steps) for one in losses):
        return None
    if means_not_evaluated(norms, curves):
        return None
    every = np.sort(np.concatenate((norms.steps, norms.non_finite_steps)))
    lost, middle = np.isin(every, norms.non_finite_steps), len(every) // 2
    is_throughout = _is_more(lost[:middle]) and _is_more(lost[middle:])
    return SkippedSteps(norms, float(np.mean(lost))) if is_throughout else None


def _is_more(lost: BoolArray) -> bool:
    """Whether more of `lost`, shape (n,), are true than `HEALTHY_SHARE` of them is by luck; not if all are.

    Source: Hoeffding 1963, Journal of the American Statistical Association 58, on how probable at most the
    tail of a binomial law is.
    """
    share = float(np.mean(lost)) if len(lost) else 0.0
    if not LEAST_SHARE <= share < 1.0:
        return False
    rest = (1.0 - share) * math.log((1.0 - share) / (1.0 - HEALTHY_SHARE))
    return -len(lost) * (share * math.log(share / HEALTHY_SHARE) + rest) <= MOST_LOG_PROBABILITY
