"""LT104: the train loss, or a validation loss alone, jumped far above its own noise for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._precursors import precursors
from losstui.detectors._schedule import schedule
from losstui.detectors._smoothed_spikes import spikes_before_smoothing, spikes_of_epoch_means
from losstui.detectors._spike_search import Searched, SpikeSearch
from losstui.detectors._spikes import (
    DAMAGING,
    HARMLESS,
    HEAVY_TAILED,
    IN_VALIDATION,
    PERIODIC,
    Apart,
    Found,
    Spike,
    are_of_a_rise,
    gap_in_noise,
    gradient_scores,
    how_often_and_wide,
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

DEVIATIONS = "standard deviations"


@dataclass(frozen=True)
class LossSpike:
    """The train loss jumped far above its own noise and came back.

    ## What it looks for
    Moments in which the loss leaves the level it had just before and returns to it: a bad batch, an
    update that was too large, a fault of the hardware. Such spikes are often harmless; many large ones,
    or one after which the loss stays higher (`damaging`), say that the run is close to diverging.

    ## How it decides
    A spike stands out from the run's own noise, is high enough to be seen, and comes back. What decides is
    the gap: spikes lie apart from all other values, further than the tail of the noise explains. So a
    heavy-tailed loss of small batches is no row of spikes, however far its values lie out, and a few spikes
    of middling height in a calm curve are some.

    All of these have to hold:

    - Far out: a value lies at least `least_z` standard deviations above the running median. The deviation is
      that of the values around, or of those that follow where the noise widens; where the loss falls by
      powers of ten, it is taken from their level. Where
      `at_floor` of all values are at the lowest, as of a loss that reaches 0, it is that of the others. Of
      values rounded to `least_unit` of their scatter or more, it is no smaller than rounding can hide.
    - High: it rises by at least `least_height` of the run's progress, or of `least_scale` of its level if
      that is more (`validation_scale` of that of validation). Where there are fewer than `many`, the highest
      rises by `least_highest`.
    - Back: it comes back. What does not is a divergence or a shift of the level. So is what leaves the values
      between and soon after higher, in the middle, by `most_left` of the height. What has not come back so
      far counts neither as a spike nor as noise.
    - Apart: below the spikes there is a gap, or there are several from there up. The tail of the noise, as
      the next values show it, has the like with a probability of `most_probability` or less. Or a few of them
      are too many for any tail that falls as fast as the power `tail_power` over the highest `tail_share` of
      the values, by half that probability.

    Where the gradient norm is logged with the loss, the distances of both from their noise are added up as a
    second test: a bad batch moves both. For a warning only what lies far out by the loss counts.

    A warning needs a probability of `sure_probability`, and one of these:

    - `many` spikes, each as high as `large` of the progress or more.
    - Damage (`damaging`): after a spike the loss stays higher by `least_damage` standard deviations and
      `least_cost` of the progress.

    All else is worth knowing only. That holds for `many` spikes or more at equal distances (`periodic`) in
    any case, as the order of the data makes them.

    Where single values show none, these are looked at in turn:

    - The levels of blocks: a spike of a long run can be hundreds of values wide.
    - A train loss that keeps a share of each value in the next one, as a running mean does. That is undone,
      and the single values are held against a stricter probability. Of means that begin anew each epoch only
      the single values are looked at.
    - `heavy-tailed`: values without a gap that lie `tall_z` deviations out and together cost `tall` of the
      progress. They are too many for a tail that falls as fast as the power `tall_power` over the highest
      `tall_share`. The noise of this run may explain them, but a person asks what they are.
    - `in-validation`: the validation losses, where the train loss has no spikes and has not risen meanwhile.
      The gap has a probability of `validation_probability` over all of them, or of `most_probability` where
      the highest is as high as `large`.

    Without a loss, a metric of train or the reward stands for it. Its spikes point downwards and warn of
    nothing: a value may be one episode or a small batch, of which a good model fails in a few.

    Not told as spikes are:

    - What comes within `settling_share` of the values or the steps, among the first `least_before`, or while
      the learning rate warms up: it belongs to the start.
    - What comes where the learning rate is raised at once: that rise is meant.
    - The peaks of a loss that oscillates with one period, or from each value to the next.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    - A loss that is logged once in a hundred steps shows one spike in a hundred.
    - A loss averaged over many steps shows them lower and wider than they are.
    - Of a `heavy-tailed` loss no curve says whether a tall value is a bad batch or an odd example.

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
        if not self.search.are_seen(spikes, progress) or are_of_a_rise(
            values, spikes, self.search.settling, self.most_left
        ):
            return None
        if apart.probability > self.search.most_probability and curve.progress < progress:
            return None
        return Found(curve, steps, progress, spikes, apart.probability)

    def _search(self, curve: Curve, progress: float, curves: RunCurves) -> tuple[IntArray, FloatArray, Apart]:
        """The spikes of `curve`, with the steps and the values, both of shape (n,), that their places count.

        Where its values show none beyond doubt, the levels of blocks may, of a long curve, or what the train
        loss is a running mean over.
        """
        anew = spikes_of_epoch_means(self.search, curve, progress)
        if anew is not None:
            return curve.steps, anew.values, anew.apart
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
        gap, highest = (
            gap_in_noise(found, self.search.most_probability),
            max(spike.height for spike in spikes) / progress,
        )
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
                *how_often_and_wide(found, self.search.most_share),
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
