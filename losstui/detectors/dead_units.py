"""LT405: most units of the network, or of a layer, never answer any more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import Curve, RunCurves
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.roles import Kind
from losstui.stats.confidence import confidence_of_shares

GROWN, FROM_START = "grown", "from-start"
PERCENT = 100.0
_PERCENT = re.compile(r"%|pct|percent", re.IGNORECASE)


@dataclass(frozen=True)
class DeadUnits:
    """Most units are dead: their output is zero for every input, and no gradient reaches their weights.

    ## What it looks for
    A logged share of dead or dormant units that is high at the end. `grown`: it was lower once, so
    training killed them, as too high a learning rate does to rectified units. `from-start`: they never
    lived, the mark of an unsuited initialisation or of inputs far from zero.

    ## How it decides
    The median of the last `end_share` of the values is `least_share` and more. It has `grown` where the
    lowest level before was at least `least_rise` lower. Of several layers the one with the highest share
    is shown. Values from 0 to 1 are shares, and up to 100 percent where the tag says so; a count of
    units tells nothing without their number and is not looked at.

    ## When it is wrong
    Some logs count the zeros in one batch of activations: half of them is usual for rectified units, and
    more for units that are sparse by design, such as experts and dictionaries.

    ## Source
    Lu et al. 2020, "Dying ReLU and Initialization"; the share of 70 % is that of AUTOTRAINER (Zhang et
    al. 2021) and DeepDiagnosis (Wardat et al. 2022).
    """

    code: ClassVar[str] = "LT405"
    name: ClassVar[str] = "dead-units"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_share: float = 0.7  # of the units: what is left is no longer the model that was built
    least_rise: float = 0.2  # of the units: more than a share varies from batch to batch
    end_share: float = 0.1  # of the values: what "at the end" is
    least_values: int = 3  # values: their median is no single batch

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        logged = [curve for curve in curves.select(Kind.DEAD_UNITS) if len(curve) >= self.least_values]
        if not logged:
            return Skipped("no tag with the share of dead units")
        shares = [(curve, share) for curve in logged if (share := _share(curve)) is not None]
        if not shares:
            return Skipped("dead units are logged as a count, not as a share")
        dead = [one for one in shares if self._end(one[1]) >= self.least_share]
        if not dead:
            return []
        curve, share = max(dead, key=lambda one: (self._end(one[1]), len(one[0])))
        return [self._finding(curve, share, len(dead), len(shares))]

    def _end(self, share: FloatArray) -> float:
        return float(np.median(share[-max(self.least_values, round(self.end_share * len(share))) :]))

    def _finding(self, curve: Curve, share: FloatArray, dead: int, layers: int) -> Finding:
        end = self._end(share)
        low = np.flatnonzero(share < self.least_share)
        since = min(int(low[-1]) + 1, len(share) - 1) if len(low) else 0
        lowest = float(np.min(share[: since + 1]))
        grown = end - lowest >= self.least_rise
        calm = np.flatnonzero(share[: since + 1] < lowest + self.least_rise) if grown else np.zeros(1, int)
        first = int(curve.steps[since])
        layers_dead = f" ({dead} of {layers} such tags are as high)" if layers > 1 else ""
        history = (
            f"up from {PERCENT * lowest:.0f} %, high since {curve.unit} {first}"
            if grown
            else "from the start"
        )
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares((end, 0.5 * self.least_share)),
            f"{curve.tag}: {PERCENT * end:.0f} % of the units are dead at the end, {history}{layers_dead}",
            curve.tag,
            (Span(first, curve.last_step),),
            Onset(first, int(curve.steps[calm[-1]]), first),
            (
                Measure("dead units at the end", end, self.least_share, "fraction of the units"),
                Measure("rise", end - lowest, self.least_rise, "fraction of the units"),
            ),
            kind=GROWN if grown else FROM_START,
        )


def _share(curve: Curve) -> FloatArray | None:
    """The values as shares of the units; None where they are a count."""
    lowest, highest = float(curve.values.min()), float(curve.values.max())
    if lowest < 0.0:
        return None
    if highest <= 1.0:
        return curve.values
    if highest <= PERCENT and _PERCENT.search(curve.tag):
        return curve.values / PERCENT
    return None
