"""What share of the units of a network, or of a layer, is dead at the end of a run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.findings import Measure
from losstui.roles import Kind

LEAST_SHARE = 0.7  # of the units: what is left is no longer the model that was built
END_SHARE = 0.1  # of the values: what "at the end" is
LEAST_VALUES = 3  # values: their median is no single batch
PERCENT = 100.0  # all of it, where a share is logged in percent
_PERCENT = re.compile(r"%|pct|percent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DeadShare:
    """A curve of dead units, the value of it that stands for all units, and the share dead at its end."""

    curve: Curve
    whole: float
    at_end: float

    @property
    def measure(self) -> Measure:
        """The share at the end, beside the least that is told."""
        return Measure("dead units at the end", self.at_end, LEAST_SHARE, "fraction of the units")


def dead_share(curves: RunCurves) -> Measure | None:
    """The highest share of units that is dead at the end; None where it is too low to be told."""
    dead = dead_among(shares_of_dead(logged_shares(curves)))
    return most_dead(dead).measure if dead else None


def logged_shares(curves: RunCurves) -> list[Curve]:
    """The curves of dead units that are long enough."""
    return [curve for curve in curves.select(Kind.DEAD_UNITS) if len(curve) >= LEAST_VALUES]


def shares_of_dead(logged: Sequence[Curve]) -> list[DeadShare]:
    """The share of dead units at the end of each curve, but of those that count units."""
    known = [(curve, whole) for curve in logged if (whole := _all_units(curve)) is not None]
    return [DeadShare(curve, whole, _end(curve) / whole) for curve, whole in known]


def dead_among(shares: Sequence[DeadShare]) -> list[DeadShare]:
    """Which of `shares` are high enough to be told."""
    return [one for one in shares if one.at_end >= LEAST_SHARE]


def most_dead(dead: Sequence[DeadShare]) -> DeadShare:
    """The highest share in `dead`, which is not empty; of equal shares that of the longest curve."""
    return max(dead, key=lambda one: (one.at_end, len(one.curve)))


def _end(curve: Curve) -> float:
    return float(np.median(curve.values[-max(LEAST_VALUES, round(END_SHARE * len(curve))) :]))


def _all_units(curve: Curve) -> float | None:
    """The value that stands for all units; None where they are counted."""
    lowest, highest = float(curve.values.min()), float(curve.values.max())
    if lowest < 0.0:
        return None
    if highest <= 1.0:
        return 1.0
    return PERCENT if highest <= PERCENT and _PERCENT.search(curve.tag) else None
