"""LT104: the train loss, or a validation loss alone, jumped far above its own noise for a moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._precursors import precursors
from losstui.detectors._schedule import schedule
from losstui.detectors._smoothed_spikes import spikes_before_smoothing
from losstui.detectors._spike_search import Searched, SpikeSearch
from losstui.detectors._spikes import (
    DAMAGING,
    HARMLESS,
    HEAVY_TAILED,
    IN_VALIDATION,
    MOST_WIDTH,
    PERIODIC,
    Apart,
    Found,
    Spike,
    gradient_scores,
    is_periodic,
    published_scores,
    rise_meanwhile,
    spike_message,
    trained,
)
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray, IntArray
from losstui.kinds import HELD_BACK
from losstui.roles import Kind
from losstui.stats.blocks import block_medians
from losstui.stats.confidence import confidence, normal_z
from losstui.stats.medians import median
from losstui.stats.noise import noise_between_spikes

TINY = float(np.finfo(np.float64).tiny)
DEVIATIONS = "standard deviations"


@dataclass(frozen=True)
class LossSpike:
    """The train loss jumped far above its own noise and came back.

    ## What it looks for
    Moments in which the loss leaves the level it had just before and returns to it: a bad batch, an
    update that was too large, a fault of the hardware. Such spikes are often harmless; many large ones,
    or one after which the loss stays higher (`damaging`), say that the run is close to diverging.

    ## How it decides
    All three must hold. A value lies at least `least_z` standard deviations above the running median,
    with the deviation taken from the values around, from their level where the loss falls by powers of ten,
    and from those above the lowest where `at_floor` of all are at that, as of a loss that reaches 0; of
    values rounded to `least_unit` of their scatter and more it is no smaller than rounding can hide. Its
    height is at least `least_height` of the run's progress (of `least_scale` of its level if that is more,
    `validation_scale` of that of validation), and of the highest at least `least_highest` where they are
    fewer than `many`. It comes back: what does not is a
    divergence or a shift of the level, and so is what leaves the values between and soon after, in the
    middle, higher by `most_left` of the height; what has not come back so far is no noise either. The spikes
    are then the highest of these that lie apart from all others: the gap below them, or all gaps from there
    up together, are such as the tail of the run's own noise, as far as the next values show it, has with a
    probability of `most_probability` or less. Or a few of them are too many for any tail that falls as fast
    as the power `tail_power` from the highest tenth of the values on, by half that probability. So a
    heavy-tailed loss of small batches is not a row of spikes, however far its values lie out, and a few
    spikes of middling height in a calm curve are some. Where the gradient norm is logged with the loss, the
    distances of both from their noise are added up, and what lies far out by their sum is a second test: a
    bad batch moves both. For a warning only what lies far out by the loss counts.
    Where the values show none, the levels of their blocks are looked at: a spike of a long run can be
    hundreds of values wide. And where a train loss keeps a share of each value in the next one, as a running
    mean does, that is undone, and the single values are looked at, with a stricter probability. Where no gap
    shows, values that lie `tall_z` deviations out and together cost `tall` of the progress are worth knowing
    (`heavy-tailed`) where they are too many for a tail that falls as fast as the power `tall_power` from the
    highest `tall_share` on: the noise of this run may explain them, but a person asks what they are. Where no
    loss is logged, a metric of train or the reward stands for it, and its spikes point downwards and warn of
    nothing: a value of theirs may be one episode or a small batch, of which a good model fails in a few. A
    train loss without spikes leaves the
    validation losses to be looked at (`in-validation`), with a gap of a probability of
    `validation_probability` over all of them, or of `most_probability` where the highest is `large`, and
    where the train loss has not risen meanwhile. What comes within `settling_share` of the values or the
    first `least_before`, or while the learning rate warms up, belongs to the start, and where the rate is
    raised at once, the rise is meant.

    A warning needs `many` spikes that each cost `large` of the progress and more, or damage, and a
    probability of `sure_probability`; but not where the spikes come at equal distances (`periodic`), as
    the order of the data makes them. Else it is worth knowing only. The peaks of a loss that oscillates with
    one period, or from each value to the next, are no spikes.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    A loss that is logged once in a hundred steps shows one spike in a hundred. A loss averaged over
    many steps shows them lower and wider than they are. Of a `heavy-tailed` loss no curve says whether a
    tall value is a bad batch or an odd example.

    ## Source
    Renyi 1953, "On the theory of order statistics", for the gap. The spike scores of OLMo-core (above
    6 sigma over 128 values) and of Walsh et al. 2025, "2 OLMo 2 Furious" (7 sigma over 1000, on both
    sides), are given for comparison; Chowdhery et al. 2022, "PaLM", for spikes and what skipping batches
    does.
    """

    code: ClassVar[str] = "LT104"
    name: ClassVar[str] = "loss-spike"
    yields_to: ClassVar[tuple[str, ...]] = ("oscillation:periodic", "oscillation:alternating")
    search: ClassVar[SpikeSearch] = SpikeSearch()

    sure_probability: float = 1e-4  # of a gap in noise, for a warning: it costs more where it is wrong
    least_scale: float = 0.1  # of the level: the least progress to compare with
    validation_scale: float = 0.5  # the same of validation: a tenth of its level is what a person sees there
    validation_probability: float = 1e-3  # stricter: of lower ones a run evaluated seldom says little
    least_before: int = 3  # values: the fewest whose median one odd value cannot move, as the first may be
    large: float = 1.0  # of the progress: all that was gained, for a moment
    warmup_share: float = 0.1  # of the run: where the rate rises until then, it still warms up
    restart_ratio: float = 1.5  # times the learning rate just before: it was raised
    least_damage: float = 5.0  # standard deviations between the level before and after
    least_cost: float = 0.2  # of the progress between the two: less is not worth a warning
    most_left: float = 0.5  # of the height of the highest: what stays more above the level before is a rise

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = trained(curves)
        if loss is None:
            return Skipped("no train loss tag, nor another measure of training")
        if len(loss) < self.search.least_values:
            return Skipped(f"fewer than {self.search.least_values} values of {loss.tag}")
        found = self._found(loss, curves) or self._in_validation(curves)
        return [] if found is None else [self._finding(found, curves)]

    def _found(self, curve: Curve, curves: RunCurves) -> Found | None:
        """The spikes of `curve`; None where it has none that a person would see."""
        scale = self.least_scale if curve is trained(curves) else self.validation_scale
        progress = max(curve.progress, scale * median(np.abs(curve.blocks.medians)))
        if progress == 0.0:  # mostly exactly 0: nothing that a height could be a share of
            return None
        steps, values, apart = self._search(curve, progress, curves)
        spikes = tuple(one for one in apart.spikes if not self._is_meant(steps, one, curves))
        if curve is not trained(curves):
            spikes = tuple(one for one in spikes if not self._is_shared(curve.descent, steps, one, curves))
        if not self.search.are_seen(spikes, progress) or self._are_of_a_rise(values, spikes):
            return None
        if apart.probability > self.search.most_probability and curve.progress < progress:
            return None
        return Found(curve, steps, progress, spikes, apart.probability)

    def _search(self, curve: Curve, progress: float, curves: RunCurves) -> tuple[IntArray, FloatArray, Apart]:
        """The spikes of `curve`, with the steps and the values, both of shape (n,), that their places count.

        Where its values show none beyond doubt, the levels of blocks may, of a long curve, or what the train
        loss is a running mean over.
        """
        single = Searched(
            curve.descent, curve.blocks, noise_between_spikes(curve.values, curve.noise), progress
        )
        norms = None
        if curve is trained(curves) and self.search.is_high_enough(single):
            norms = gradient_scores(curve, curves, self.search.least_values)
        apart = self.search.find(single, norms)
        if apart.probability <= self.search.most_probability:
            return curve.steps, curve.descent, apart
        if curve.blocks.size > 1:
            levels = curve.blocks.medians
            wide = replace(single, values=levels, blocks=block_medians(levels, len(levels)))
            apart_wide = self.search.find(wide)
            if apart_wide.probability <= self.search.most_probability:
                return curve.block_steps, levels, apart_wide
        if curve is trained(curves):
            smoothed = spikes_before_smoothing(self.search, curve, progress)
            if smoothed is not None:
                return curve.steps, smoothed.values, smoothed.apart
        return curve.steps, curve.descent, apart

    def _in_validation(self, curves: RunCurves) -> Found | None:
        """The clearest spikes of a validation loss or of a part of one."""
        losses = [*curves.select(Kind.LOSS), *curves.select(Kind.COMPONENT_LOSS)]
        held_back = [
            one for one in losses if one.role.split in HELD_BACK and len(one) >= self.search.least_values
        ]
        found = [one for curve in held_back if (one := self._found(curve, curves)) is not None]
        clearest = min(found, key=lambda one: one.probability, default=None)
        if clearest is None:
            return None
        large = max(spike.height for spike in clearest.spikes) >= self.large * clearest.progress
        most_probability = self.search.most_probability if large else self.validation_probability
        if clearest.probability * len(held_back) > most_probability:
            return None
        few = max(1, round(self.search.most_share * len(clearest.curve)))
        return clearest if len(clearest.spikes) <= few else None

    def _is_shared(self, values: FloatArray, steps: IntArray, spike: Spike, curves: RunCurves) -> bool:
        """Whether the train loss rose, too, since the validation loss with those `values` left its level."""
        train = trained(curves)
        if train is None:
            return False
        least = max(self.search.least_highest * train.progress, self.search.least_z * train.noise)
        return rise_meanwhile(train, values, steps, spike) >= least

    def _are_of_a_rise(self, values: FloatArray, spikes: Sequence[Spike]) -> bool:
        """Whether `values` stay so high between and soon after `spikes` that these are part of a rise.

        At least the value that is back after the last of them is there to tell.
        """
        soon = max(self.search.settling, round(MOST_WIDTH * len(values)))
        first, around = spikes[0], values[spikes[0].first : spikes[-1].last + 1 + soon]
        calm = np.ones(len(around), bool)
        for spike in spikes:
            calm[spike.first - first.first : spike.last + 1 - first.first] = False
        left = median(around[calm]) - (values[first.peak] - first.height)
        return bool(left > self.most_left * max(spike.height for spike in spikes))

    def _is_meant(self, steps: IntArray, spike: Spike, curves: RunCurves) -> bool:
        """Whether it belongs to the start, or the learning rate was raised there at once."""
        if spike.first < self.least_before:
            return True
        passed, whole = int(steps[spike.first] - steps[0]), int(steps[-1] - steps[0])
        if min(spike.first / len(steps), passed / max(whole, 1)) <= self.search.settling_share:
            return True
        plan = schedule(curves)
        if plan is None:
            return False
        places = [max(0, spike.first - self.search.gap), min(spike.last + self.search.gap, len(steps) - 1)]
        before, after = np.interp(steps[places].astype(np.float64), plan.steps, plan.rates).tolist()
        early = passed <= self.warmup_share * whole
        return bool(after >= self.restart_ratio * before or (early and after > before))

    def _kind(self, found: Found, curves: RunCurves, damaged: bool) -> str:
        if found.curve is not trained(curves):
            return IN_VALIDATION
        if found.probability > self.search.most_probability:
            return HEAVY_TAILED
        if is_periodic(found.spikes, found.steps, self.search.many):
            return PERIODIC
        return DAMAGING if damaged else HARMLESS

    def _finding(self, found: Found, curves: RunCurves) -> Finding:
        loss, spikes, steps, progress = found.curve, found.spikes, found.steps, found.progress
        harm = max(spikes, key=lambda spike: spike.cost)
        damaged = harm.damage >= self.least_damage and harm.cost >= self.least_cost * progress
        large = self._large(found)
        kind = self._kind(found, curves, damaged)
        is_sure = found.probability <= self.sure_probability and kind in (HARMLESS, DAMAGING)
        loud = is_sure and loss is curves.train_loss and (large >= self.search.many or damaged)
        begin = spikes[0].first
        onset = Onset(int(steps[begin]), int(steps[max(0, begin - 1)]), int(steps[spikes[0].peak]))
        before = precursors(curves, onset.step)
        gap, highest = self._gap(found), max(spike.height for spike in spikes) / progress
        least_height = self.search.least_height
        return Finding(
            self.code,
            self.name,
            Severity.WARNING if loud else Severity.INFO,
            confidence(normal_z(gap.value), normal_z(gap.bound), highest, least_height),
            spike_message(found, kind) + before.text,
            loss.tag,
            tuple(Span(int(steps[spike.first]), int(steps[spike.last])) for spike in spikes),
            onset,
            (
                Measure("worst spike", max(one.z for one in spikes), self.search.least_z, DEVIATIONS),
                gap,
                Measure("highest spike", highest, least_height, "of progress"),
                Measure("large spikes", float(large), float(self.search.many), "spikes"),
                Measure("level after a spike", harm.damage, self.least_damage, DEVIATIONS),
                Measure("cost of a spike", harm.cost / progress, self.least_cost, "of progress"),
                *self._how_often_and_wide(found),
                *published_scores(loss),
                *before.measures,
            ),
            kind,
        )

    def _large(self, found: Found) -> int:
        """How many spikes cost much of the progress, by the loss itself.

        What only the gradient norm tells from noise does not show in the loss that it harms.
        """
        plain = [spike for spike in found.spikes if spike.z >= self.search.least_z]
        return sum(spike.height >= self.large * found.progress for spike in plain)

    def _gap(self, found: Found) -> Measure:
        """The probability, as a logarithm, with which noise leaves such a gap below the spikes."""
        probabilities = found.probability, self.search.most_probability
        told, most = (math.log10(max(one, TINY)) for one in probabilities)
        return Measure("probability of the gap in noise", told, most, "log10")

    def _how_often_and_wide(self, found: Found) -> tuple[Measure, Measure]:
        """How many spikes there are for the length of the curve, and how long the widest takes."""
        loss, steps = found.curve, found.steps
        per_1000, most_per_1000 = 1000.0 * len(found.spikes) / len(loss), 1000.0 * self.search.most_share
        width = max(int(steps[spike.last] - steps[spike.first]) for spike in found.spikes)
        most_width = MOST_WIDTH * (loss.last_step - loss.first_step)
        return (
            Measure("spike rate", per_1000, most_per_1000, "per 1000 values"),
            Measure("recovery", float(width), most_width, f"{loss.unit}s"),
        )
