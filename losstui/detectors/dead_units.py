"""LT405: most units of the network, or of a layer, never answer any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._dead_share import (
    LEAST_SHARE,
    DeadShare,
    dead_among,
    logged_shares,
    most_dead,
    shares_of_dead,
)
from losstui.detectors._onsets import onset_in_blocks
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.stats.change_points import rise_onset
from losstui.stats.confidence import confidence_of_shares
from losstui.wording import percent, portion

GROWN, FROM_START = "grown", "from-start"


@dataclass(frozen=True)
class DeadUnits:
    """Most units are dead: their output is zero for every input, and no gradient reaches their weights.

    ## What it looks for
    A logged share of dead or dormant units that is high at the end. `grown`: it was lower once, so
    training killed them, as too high a learning rate does to rectified units. `from-start`: they never
    lived, the mark of an unsuited initialisation or of inputs far from zero.

    ## How it decides
    The median of the last `END_SHARE` of the values is `LEAST_SHARE` and more. It has `grown` where the
    lowest level before was at least `least_rise` lower. Of several layers the one with the highest share
    is shown. Values from 0 to 1 are shares, and up to 100 percent where the tag says so; a count of
    units tells nothing without their number and is not looked at. The onset is where a broken stick fits
    the growth best, the interval all breaks that fit no worse than chance explains; a learning rate that
    was raised at once within it names the step. Units that never lived are dead from the first value.

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

    least_rise: float = 0.2  # of the units: more than a share varies from batch to batch
    negligible: float = 0.01  # of the units: a share that varies by less moves no onset

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        logged = logged_shares(curves)
        if not logged:
            return Skipped("no tag with the share of dead units")
        shares = shares_of_dead(logged)
        if not shares:
            return Skipped("dead units are logged as a count, not as a share")
        dead = dead_among(shares)
        if not dead:
            return []
        others = f"; so are {len(dead)} of {len(shares)} layers logged" if len(dead) > 1 else ""
        return [self._finding(most_dead(dead), others, curves)]

    def _finding(self, dead: DeadShare, others: str, curves: RunCurves) -> Finding:
        curve, whole, end = dead.curve, dead.whole, dead.at_end
        share = curve.values / whole
        low = np.flatnonzero(share < LEAST_SHARE)
        since = min(int(low[-1]) + 1, len(share) - 1) if len(low) else 0
        lowest = float(np.min(share[: since + 1]))
        grown = end - lowest >= self.least_rise
        onset = self._onset(curve, since, whole, curves) if grown else Onset(*[curve.first_step] * 3)
        before = f" at the end of the log, up from {percent(lowest)} since {curve.unit} {onset.step}"
        since_when = before if grown else " from the start"
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares((end, 0.5 * LEAST_SHARE)),
            f"{curve.tag}: {portion(end, 'the units')} are dead{since_when}{others}",
            curve.tag,
            (Span(onset.step, curve.last_step),),
            onset,
            (
                dead.measure,
                Measure("rise", end - lowest, self.least_rise, "fraction of the units"),
            ),
            kind=GROWN if grown else FROM_START,
        )

    def _onset(self, curve: Curve, since: int, whole: float, curves: RunCurves) -> Onset:
        """Where the share left its lowest level, before it was high for good; `whole` is all units."""
        until = int(np.searchsorted(curve.blocks.last, since)) + 1
        first = int(np.argmin(curve.levels[:until]))
        found = rise_onset(curve.blocks.medians[first:], self.negligible * whole).shifted(first)
        return onset_in_blocks(curve, found, curves)
