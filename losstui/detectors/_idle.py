"""A curve that tells, in a run without a loss, that nothing was learned from start to end."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curve import Curve
from losstui.findings import Measure


@dataclass(frozen=True, slots=True)
class Idle:
    """`curve` has been all along where it began: in words, and as a measure.

    `share` is the value that decides and its bound, or the other way round, as in `confidence_of_shares`.
    """

    curve: Curve
    message: str
    measure: Measure
    share: tuple[float, float]
