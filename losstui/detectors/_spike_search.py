"""The search for spikes among values: which excursions lie apart from all others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from losstui.detectors._spikes import Apart, Spike, excursions
from losstui.frame import BoolArray, FloatArray
from losstui.stats.blocks import Blocks
from losstui.stats.medians import largest, median
from losstui.stats.noise import GAUSSIAN_MAD, noise_between_spikes, noise_with_ties
from losstui.stats.outliers import LocalScores, apart_probabilities, heavy_tail_probabilities, local_scores
from losstui.stats.rounding import deviation_of_rounded, rounding_unit

MOST_ROUNDED = 1000  # values looked at, evenly spaced: what is rounded is so in all of them


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What spikes are searched in: `values`, shape (n,), of which lower is better, and `blocks` of them.

    `scatter` is the deviation of one value, `progress` what heights are compared with, both in their unit.
    """

    values: FloatArray
    blocks: Blocks
    scatter: float
    progress: float


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """Excursions that may be spikes by `evidence`, shape (n,), in standard deviations of the noise.

    What begins at index `unfinished` has not come back so far.
    """

    spikes: Sequence[Spike]
    unfinished: int
    evidence: FloatArray


@dataclass(frozen=True, slots=True)
class SpikeSearch:
    """Finds spikes in values of any kind, and says how likely noise alone makes such."""

    least_values: int = 24  # values: twice those that a gap is held against
    least_z: float = 4.5  # standard deviations: only where to look, the gap below decides
    most_z: float = 1e3  # beyond, they tell of how little noise there is, and not which of two is a spike
    least_noise: float = 0.3  # of that of the whole run: what is less is a steep descent without turns
    least_unit: float = 0.5  # of that: what values are rounded to, where that may hide what they scatter
    at_floor: float = 0.1  # of the values, at the lowest: a bound, at which nothing scatters
    most_looked_at: int = 500  # excursions: the highest; of noise there is no end
    most_probability: float = 0.02  # one run in 50 by chance, of those whose noise has a tail like that
    most_share: float = 0.05  # spikes a value: what happens more often is the run's noise
    most_of_few: int = 6  # spikes: the same in a short run
    least_height: float = 0.1  # of the progress: what a person sees in the curve
    least_highest: float = 0.2  # of the progress, for one of fewer than `many`: what a person sees first
    many: int = 3  # spikes: twice may be chance, three times is a property of the run
    # Of a heavy tail: about that of Student's t of 3 degrees of freedom between one value in 10 and one in
    # 1000; that of a lognormal deviation of 1 is no smaller there.
    tail_power: float = 2.5
    tail_share: float = 0.1  # of the values, the highest, have that tail
    gap: int = 2  # values: two excursions so close are one
    tall_z: float = 10.0  # standard deviations: no tail that falls as a normal one reaches there
    tall: float = 1.0  # of the progress, of all together: as much as was gained, for a moment
    tall_power: float = 4.0  # of a tail: that of any noise which has a kurtosis falls faster
    tall_share: float = 0.05  # of the values, the highest: nearer to the middle no tail is as steep yet
    settling: int = 16  # values: what a spike sets off, and what the first descent takes, is over by then
    settling_share: float = 0.03  # of the run: the same in a short one; before, the run is not settled

    def find(self, searched: Searched, gradient: FloatArray | None = None) -> Apart:
        """The spikes that lie apart from the noise; `gradient`, shape (n,), as of `gradient_scores`.

        Without any, the tall ones, with a probability above `most_probability`.
        """
        values, progress = searched.values, searched.progress
        nothing = Apart((), 1.0)
        if not self.is_high_enough(searched):
            return nothing
        untied = int(np.count_nonzero(values != median(values)))  # of a loss that is mostly 0 the rest
        if untied < self.least_values:
            return nothing
        scores = local_scores(values, searched.blocks, self._least_deviation(searched, untied))
        evidence = [scores.z]
        if gradient is not None:
            evidence.append((scores.z + gradient) / math.sqrt(2.0))  # a standard deviation of 1 again
        most = self._most(untied)
        high = scores.residuals >= self.least_height * progress
        told = [np.minimum(one, self.most_z) for one in evidence]
        candidates = [self._candidates(values, high, scores, one) for one in told]
        found = [self._apart(one, len(evidence), most) for one in candidates]
        clearest = min(found, key=lambda one: one.probability)
        if clearest.spikes:
            return clearest
        return Apart(self._tall(candidates[0].spikes, scores.z, progress, most), 1.0)

    def _least_deviation(self, searched: Searched, untied: int) -> float:
        """The least deviation that noise is taken to have; `untied` values differ from the median."""
        values, scatter = searched.values, searched.scatter
        return max(self._resolution(values, untied, scatter), self._hidden_by_rounding(values, scatter))

    def _hidden_by_rounding(self, values: FloatArray, scatter: float) -> float:
        """The deviation that `values` may have around a level to which over half of them are rounded."""
        some = values[:: 1 + len(values) // MOST_ROUNDED]
        unit = rounding_unit(some, self.least_unit * scatter) if scatter > 0.0 else 0.0
        return min(0.5 * GAUSSIAN_MAD * unit, deviation_of_rounded(values, unit)) if unit else 0.0

    def is_high_enough(self, searched: Searched) -> bool:
        """Whether the highest values of the blocks rise so far that a person may see spikes: quick to tell.

        Above the level of their block or of the one before. Of `many` blocks less is enough, above both next
        to them, but more than normal noise of the deviation `scatter` reaches in as many values.
        """
        blocks, progress = searched.blocks, searched.progress
        levels = blocks.medians
        before, after = np.concatenate((levels[:1], levels[:-1])), np.concatenate((levels[1:], levels[-1:]))
        if np.any(blocks.highest - np.minimum(before, levels) >= self.least_highest * progress):
            return True
        by_noise = searched.scatter * math.sqrt(2.0 * math.log(int(blocks.last[-1]) + 1))
        least = max(self.least_height * progress, by_noise)
        return int(np.count_nonzero(blocks.highest - np.maximum(before, after) >= least)) >= self.many

    def are_seen(self, spikes: Sequence[Spike], progress: float) -> bool:
        """Whether `spikes` are high enough together for a person to see them."""
        least = self.least_highest if len(spikes) < self.many else self.least_height
        return max((one.height for one in spikes), default=0.0) >= least * progress

    def _resolution(self, values: FloatArray, untied: int, scatter: float) -> float:
        """The least deviation of the noise of `values`, shape (n,), so many of them `untied`.

        Where many are at the lowest, as of a loss that reaches 0, only the others say how far noise reaches.
        """
        above = values[values > values.min()]
        if len(values) - len(above) >= self.at_floor * len(values) and len(above) >= self.least_values:
            return max(scatter, noise_between_spikes(above, noise_with_ties(above)))
        # The scatter of a loss with more ties is that of single values, some of them such as are looked for.
        return scatter * (self.least_noise if 2 * untied >= len(values) else 1.0)

    def _candidates(
        self, values: FloatArray, high: BoolArray, scores: LocalScores, evidence: FloatArray
    ) -> _Candidates:
        """The `excursions` of `values` that are `high` and lie far out in `evidence`; all of shape (n,)."""
        far = high & (evidence >= self.least_z)
        if np.count_nonzero(far) > self.most_looked_at:
            far &= evidence >= largest(evidence, self.most_looked_at).min()
        return _Candidates(*excursions(values, far, scores, self.settling, self.gap), evidence)

    def _tall(self, spikes: Sequence[Spike], z: FloatArray, progress: float, most: int) -> tuple[Spike, ...]:
        """Those of `spikes` too high for a heavy tail of `z`; none if they are many or cost little."""
        tall = [one for one in spikes if one.z >= self.tall_z]
        if sum(one.height for one in tall) < self.tall * progress or not 0 < len(tall) <= most:
            return ()
        peaks = np.array([one.z for one in tall])
        luck = heavy_tail_probabilities(peaks, z, len(tall), self.tall_power, self.tall_share)
        return tuple(tall) if float(luck.min()) <= self.most_probability else ()

    def _most(self, n: int) -> int:
        """How many of `n` values may be spikes."""
        return max(self.most_of_few, round(self.most_share * n))

    def _apart(self, candidates: _Candidates, tests: int, most: int) -> Apart:
        """Those of `candidates` that lie apart in their evidence, which is one of so many `tests`.

        What is unfinished may become a spike, and is no noise meanwhile.
        """
        spikes, evidence = candidates.spikes, candidates.evidence
        if not spikes:
            return Apart((), 1.0)
        noise = evidence.copy()
        noise[candidates.unfinished :] = -np.inf
        settling = min(self.settling, round(self.settling_share * len(evidence)))
        for spike in spikes:  # what a spike sets off is no noise
            noise[spike.first : spike.last + 1 + settling] = -np.inf
        around = np.array([[one.peak] for one in spikes]) + np.arange(-1, self.gap)
        peaks = evidence[np.clip(around, 0, len(evidence) - 1)].max(axis=1)
        probability = apart_probabilities(peaks, noise, most)
        few = min(most, self.most_of_few)
        heavy = heavy_tail_probabilities(peaks, evidence, few, self.tail_power, self.tail_share)
        probability[: len(heavy)] = np.minimum(probability[: len(heavy)], 2.0 * heavy)
        probability *= tests
        surest = int(np.argmin(probability))
        if probability[surest] > self.most_probability:
            return Apart((), 1.0)
        least = float(np.sort(peaks)[-1 - surest])
        chosen = tuple(one for one, peak in zip(spikes, peaks, strict=True) if peak >= least)
        return Apart(chosen, float(probability[surest]))
