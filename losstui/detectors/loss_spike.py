"""LT104: the train loss jumped far above its own noise, for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curves import Curve, RunCurves
from losstui.detectors._precursors import precursors, readable
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.stats.confidence import confidence
from losstui.stats.outliers import CausalScores, causal_scores, runs_of, spike_score, tail_bound

HARMLESS, DAMAGING = "recovered", "damaging"
PUBLISHED_SCORES = ((6.0, 128), (7.0, 1000))  # standard deviations over that many values before


@dataclass(frozen=True, slots=True)
class _Spike:
    """One excursion; indices into the curve, `last` is the last value before it was back."""

    first: int
    peak: int
    last: int
    z: float
    height: float
    damage: float  # level after minus level before, in standard deviations of one value
    cost: float  # the same in the unit of the loss


@dataclass(frozen=True)
class LossSpike:
    """The train loss jumped far above its own noise and came back.

    ## What it looks for
    Moments in which the loss leaves the level it had just before and returns to it: a bad batch, an
    update that was too large, a fault of the hardware. Such spikes are often harmless; many large ones,
    or one after which the loss stays higher (`damaging`), say that the run is close to diverging.

    ## How it decides
    All three must hold for a value. It lies at least `least_z` standard deviations above the median of
    the values before it, with the deviation taken from the same values so that earlier spikes do not
    count. The run's own noise, its upper tail continued as a power law, would reach it `by_chance` times
    a run or less (`by_chance_beside` for others, once one is certain), so that a heavy-tailed loss of
    small batches is not a row of spikes. Its height is at least `least_height` of the run's progress
    (of `least_scale` of its level if that is more). It must come back; what does not is a divergence or
    a shift of the level. A warning needs `many` spikes that each cost `large` of the progress and more,
    or damage; else it is worth knowing only.

    ## When it is wrong
    A loss that is logged once in a hundred steps shows one spike in a hundred. A loss averaged over
    many steps shows them lower and wider than they are.

    ## Source
    The spike scores of OLMo (6 sigma over 128 steps) and OLMo 2 (7 sigma over 1000) are given for
    comparison; Chowdhery et al. 2022, "PaLM", for spikes and what skipping batches does.
    """

    code: ClassVar[str] = "LT104"
    name: ClassVar[str] = "loss-spike"
    yields_to: ClassVar[tuple[str, ...]] = ("divergence", "oscillation", "late-instability")

    least_values: int = 40  # values: below, the noise before a spike is not known
    least_z: float = 7.0  # standard deviations: no normal noise gets there in a million values
    tail_values: int = 4  # values beyond which the tail of the noise is measured: fewer are chance
    by_chance: float = 0.1  # values a run that its own noise may take for a spike
    by_chance_beside: float = 0.5  # the same for others, once one spike is certain
    most_share: float = 0.05  # spikes a value: what happens more often is the run's noise
    least_height: float = 0.1  # of the progress: what a person sees in the curve
    least_scale: float = 0.1  # of the level: the least progress to compare with
    back_z: float = 3.0  # standard deviations: back within the noise
    gap: int = 2  # values: two excursions so close are one
    most_width: float = 0.1  # of the run: what takes longer to come back is no spike
    many: int = 3  # large spikes: twice may be chance, three times is a property of the run
    large: float = 1.0  # of the progress: all that was gained, for a moment
    settling: int = 16  # values: what a spike sets off, and what the first descent takes, is over by then
    least_damage: float = 5.0  # standard deviations between the level before and after
    least_cost: float = 0.2  # of the progress between the two: less is not worth a warning

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = curves.train_loss
        if loss is None:
            return Skipped("no train loss tag")
        if len(loss) < self.least_values:
            return Skipped(f"fewer than {self.least_values} train loss values")
        scores = causal_scores(loss.descent, resolution=loss.noise * 0.1)
        least_height = self.least_height * max(
            loss.progress, self.least_scale * float(np.median(np.abs(loss.descent)))
        )
        spikes = self._spikes(loss.descent, scores, self.least_z, least_height)
        if not spikes:
            return []
        least_z, beside = self._bounds(scores, spikes)
        if not any(spike.z >= least_z for spike in spikes):
            return []
        spikes = [spike for spike in spikes if spike.z >= beside]
        if len(spikes) > max(self.many, self.most_share * len(loss)):
            return []
        return [self._finding(loss, spikes, least_z, least_height, curves)]

    def _bounds(self, scores: CausalScores, spikes: list[_Spike]) -> tuple[float, float]:
        """The score one spike of this run needs, and that of the others beside it.

        Both are higher where the noise has a heavy tail.
        """
        kept = np.ones(len(scores.z), bool)
        kept[: scores.window] = False  # the first descent has no level before it
        for spike in spikes:  # what a spike sets off is no noise, its peak may be
            kept[spike.first : spike.last + 1 + self.settling] = False
            kept[spike.peak] = True
        beyond = max(self.tail_values, 2 * len(spikes))
        noise = scores.z[kept]
        certain = tail_bound(noise, beyond, self.by_chance)
        return max(self.least_z, certain), max(self.least_z, tail_bound(noise, beyond, self.by_chance_beside))

    def _spikes(
        self, values: FloatArray, scores: CausalScores, least_z: float, least_height: float
    ) -> list[_Spike]:
        high = (scores.z >= least_z) & (values - scores.levels >= least_height)
        spikes: list[_Spike] = []
        for first, last in runs_of(high, self.gap):
            if spikes and first <= spikes[-1].last:
                continue
            peak = first + int(np.argmax(values[first : last + 1]))
            level, scale = float(scores.levels[first]), float(scores.scales[first])
            most = max(self.settling, int(self.most_width * len(values)))
            after = values[peak + 1 : peak + 1 + most]
            back = np.flatnonzero(after <= level + max(self.back_z * scale, 0.1 * (values[peak] - level)))
            if not len(back):
                continue
            end = peak + int(back[0])
            later = values[end + 1 + self.settling : end + 1 + 3 * self.settling]
            cost = float(np.median(later)) - level if len(later) >= self.settling else 0.0
            height = float(values[peak]) - level
            spikes.append(_Spike(first, peak, end, float(scores.z[peak]), height, cost / scale, cost))
        return spikes

    def _finding(
        self, loss: Curve, spikes: list[_Spike], least_z: float, least_height: float, curves: RunCurves
    ) -> Finding:
        worst = max(spikes, key=lambda spike: spike.z)
        progress = least_height / self.least_height
        large = sum(spike.height >= self.large * progress for spike in spikes if spike.z >= least_z)
        harm = max(spikes, key=lambda spike: spike.cost)
        damaged = harm.damage >= self.least_damage and harm.cost >= self.least_cost * progress
        loud = large >= self.many or damaged
        steps = loss.steps
        begin = spikes[0].first
        before = precursors(curves, int(steps[begin]))
        widest = max(spikes, key=lambda spike: spike.last - spike.first)
        values = loss.descent
        measures = (
            Measure("worst spike", worst.z, least_z, "standard deviations"),
            Measure(
                "highest spike", max(s.height for s in spikes) / progress, self.least_height, "of progress"
            ),
            Measure("large spikes", float(large), float(self.many), "spikes"),
            Measure("level after a spike", harm.damage, self.least_damage, "standard deviations"),
            Measure("cost of a spike", harm.cost / progress, self.least_cost, "of progress"),
            Measure(
                "spike rate", 1000.0 * len(spikes) / len(loss), 1000.0 * self.most_share, "per 1000 values"
            ),
            Measure(
                "recovery",
                float(steps[widest.last] - steps[widest.first]),
                self.most_width * len(loss),
                "steps",
            ),
            *_published_scores(values),
            *before.measures,
        )
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if loud else Severity.INFO,
            confidence(worst.z, least_z, worst.height, least_height),
            _message(loss, spikes, worst, damaged) + before.text,
            loss.tag,
            tuple(Span(int(steps[spike.first]), int(steps[spike.last])) for spike in spikes),
            Onset(int(steps[begin]), int(steps[max(0, begin - 1)]), int(steps[spikes[0].peak])),
            measures,
            DAMAGING if damaged else HARMLESS,
        )


def _published_scores(values: FloatArray) -> tuple[Measure, ...]:
    """The spike scores in use, those that the curve is long enough for."""
    scores = [
        Measure(
            f"spike score, {sigmas:.0f} sigma over {window}",
            spike_score(values, sigmas, window),
            0.0,
            "of values",
        )
        for sigmas, window in PUBLISHED_SCORES
        if len(values) > window
    ]
    return tuple(scores)


def _message(loss: Curve, spikes: list[_Spike], worst: _Spike, damaged: bool) -> str:
    peak = readable(float(loss.values[worst.peak]))
    count = "once" if len(spikes) == 1 else f"{len(spikes)} times"
    end = "and stays higher after it" if damaged else "and comes back"
    return (
        f"{loss.tag} spikes {count}, worst at step {int(loss.steps[worst.peak])} to {peak} "
        f"({readable(worst.z)} times its noise), {end}"
    )
