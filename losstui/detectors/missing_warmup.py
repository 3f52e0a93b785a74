"""LT303: the loss first jumps up and comes back, with the learning rate at its peak from step 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._schedule import Schedule, schedule
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.stats.blocks import running_median
from losstui.stats.confidence import confidence
from losstui.stats.noise import median_deviation, times_of
from losstui.wording import portion, readable


@dataclass(frozen=True, slots=True)
class _Hump:
    """Indices into the curve, and how high it stands above the first value."""

    peak: int
    back: int
    height: float
    of_gain: float
    of_level: float
    z: float


@dataclass(frozen=True)
class MissingWarmup:
    """The first steps threw the model back: the learning rate began at its peak, without a warm-up.

    ## What it looks for
    A hump in the train loss at the very beginning: it rises well above its first value within the first
    steps, comes back, and then learns as usual. The first gradients are large and the averages of the
    optimiser are still empty, so steps of full size go astray.

    ## How it decides
    The learning rate is logged and its first value is at least `least_rate` of its peak. Within the first
    `start_share` of the run the running median of the train loss stands above the first value by at
    least `least_of_gain` of what the run gained and `least_of_level` of the first value, and by
    at least `least_z` standard deviations of the noise that follows. It is back below the first value
    within `most_share` of the run, and at the end it is below as well.

    ## When it is wrong
    A first batch that is easy by chance looks like the foot of a hump where batches differ much. A
    learning rate that is too high for the whole run begins like this too: then the warm-up only delays it.

    ## Source
    Goyal et al. 2017, "Accurate, Large Minibatch SGD"; Xiong et al. 2020, "On Layer Normalization in
    the Transformer Architecture".
    """

    code: ClassVar[str] = "LT303"
    name: ClassVar[str] = "missing-warmup"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
        "divergence",
        "oscillation",
        "stuck-at-start",
    )

    least_values: int = 60  # values: the first twentieth has three then
    least_rate: float = 0.9  # of the peak: the rate did not rise
    start_share: float = 0.05  # of the values: the beginning
    start_least: int = 6  # values: a hump has a foot, a top and a way back
    window: int = 3  # values of the running median: one odd batch is no hump
    settled_ends: int = 4  # times as many values as the first steps: enough to show what batches differ by
    most_share: float = 0.2  # of the values: a hump that takes longer is no beginning
    least_of_gain: float = 0.3  # of the gain: what a person sees in the curve
    least_of_level: float = 0.1  # of the first value: the same where little was gained
    least_z: float = 6.0  # standard deviations of one value: batches differ most at the start

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss, plan = curves.train_loss, schedule(curves)
        if loss is None or plan is None:
            return Skipped("no train loss and learning rate")
        if len(loss) < self.least_values:
            return Skipped(f"fewer than {self.least_values} train loss values")
        if float(plan.rates[0]) < self.least_rate * plan.peak:
            return []
        hump = self._hump(loss)
        return [] if hump is None else [self._finding(loss, hump, plan)]

    def _hump(self, loss: Curve) -> _Hump | None:
        values, n = loss.descent, len(loss)
        end = max(self.start_least, round(self.start_share * n))
        latest = max(2 * end, round(self.most_share * n))
        first = float(values[0])
        start = running_median(values[: end + self.window], self.window)
        peak = 1 + int(np.argmax(start[1:end]))
        height = float(start[peak]) - first
        if height < self.least_of_gain * loss.progress:  # most runs
            return None
        smooth = running_median(values[: latest + end], self.window)
        back = peak + np.flatnonzero(smooth[peak:latest] <= first)
        if height <= 0.0 or not len(back) or float(np.median(values[-end:])) >= first:
            return None
        # Around the level after the hump: what batches differ by, without the hump.
        after = values[int(back[0]) : int(back[0]) + self.settled_ends * end]
        noise = median_deviation(np.diff(after)) / math.sqrt(2.0)
        hump = _Hump(
            peak,
            int(back[0]),
            height,
            times_of(height, loss.progress),
            times_of(height, abs(first)),
            times_of(height, noise),
        )
        enough = hump.of_gain >= self.least_of_gain and hump.of_level >= self.least_of_level
        return hump if enough and hump.z >= self.least_z else None

    def _finding(self, loss: Curve, hump: _Hump, plan: Schedule) -> Finding:
        first, back = loss.first_step, int(loss.steps[hump.back])
        message = (
            f"{loss.tag} jumps by {readable(hump.height)} at {loss.unit} {int(loss.steps[hump.peak])}, "
            f"{portion(hump.of_gain, 'its gain')}, and is back at {loss.unit} {back}: the learning "
            f"rate of {readable(plan.peak)} had no warm-up"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence(hump.z, self.least_z, hump.of_gain, self.least_of_gain),
            message,
            loss.tag,
            (Span(first, back),),
            Onset(first, first, int(loss.steps[hump.peak])),
            (
                Measure("hump", hump.of_gain, self.least_of_gain, "fraction of the gain"),
                Measure("hump", hump.of_level, self.least_of_level, "fraction of the first value"),
                Measure("hump", hump.z, self.least_z, "standard deviations"),
            ),
        )
