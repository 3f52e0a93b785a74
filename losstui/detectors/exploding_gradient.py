"""LT401: the gradient norm grew by orders of magnitude."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._large_start import HEAVY_PART, LargeStart, LargeStartSearch
from losstui.detectors._loss_since import gain_since, is_unharmed
from losstui.detectors._spikes import trained
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import BoolArray, FloatArray, IntArray
from losstui.stats.blocks import Blocks, running_median
from losstui.stats.change_points import LEAST_AFTER, UNLIKELY, rise_onset
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.medians import median
from losstui.stats.noise import noise_sigma
from losstui.stats.outliers import runs_of
from losstui.wording import readable

PARTS_APART = 20  # of the run: excursions closer than one of them belong together
LEAST_SCATTER = 0.01  # of a norm: what logs of three digits leave of it
TINY = float(np.finfo(np.float64).tiny)
MOST_LOG = 700.0  # of a number: beyond, it is infinite
GROWN, ACROSS_LAYERS = "grown", "across-layers"


@dataclass(frozen=True, slots=True, eq=False)
class _Growth:
    """The values of `norm`, shape (n,), that are `large`, same shape: at least `least` times the usual.

    From index `begin` on it is raised, between `low` and `high` that certainly begins. `height` is the
    largest in times of `before`, the usual one.
    """

    norm: Curve
    large: BoolArray
    least: float
    ends_non_finite: bool
    low: int
    begin: int
    high: int
    before: float
    height: float


@dataclass(frozen=True)
class ExplodingGradient:
    """The gradient norm grew by orders of magnitude over what this run had before.

    ## What it looks for
    - `grown`: gradient norms a hundred times and more what was usual until then, again and again.
    - `at-start`: a run that begins with gradients far larger than its loss explains and works itself out of
      them. That is the mark of an unsuited initialisation or of unscaled data.
    - `heavy-part`: the same where one part of a summed loss makes nearly all of its start.
    - `stuck`: the same where the run never gets out of it.
    - `across-layers`: gradients that grow by orders of magnitude from the output to the input.

    ## How it decides
    - `grown`: at least `least_times` norms are `least_ratio` times the usual one or more, and lie beyond
      `least_z` standard deviations of the logarithms before. Usual is the lower quartile of the levels so
      far, so that neither an explosion itself nor one large batch moves it. It is never less than
      `least_usual` of what it once was: a network that stopped learning for a while does not make ordinary
      gradients look large. Of a layer it is not less than what is usual in the largest one, for gradients
      that vanish grow a thousandfold by chance.
    - `at-start`: in the first value, or the median of the first ones, the norm is `least_start_ratio` times
      the loss or more, and the loss is higher than guessing among any number of classes in use
      (`least_start_loss`). Both lie above their medians by `least_start_fall`, and the loss comes below
      `least_start_loss`, so that it is likely in nats. A validation loss that was lower than
      `least_start_loss` after `most_begun` steps shows that only the first batch was far out.
    - `stuck`: the loss starts as high and stays there, within what its values scatter by, and over the run
      the norm is `least_stuck_ratio` times the loss or more.
    - `across-layers`: the median norm of the layer nearest to the input is `least_ratio` times that of the
      layer nearest to the output.

    A norm that never comes back or ends non-finite is critical. One that stays finite and does the train loss
    no harm (its last values are no higher, by their ranks, than as many before) is a warning. Only worth
    knowing are these:

    - It has grown in fewer than `often` of the values since, while the train loss went on to a level lower
      than any before by `least_gain` of its progress: clipping, or luck, took care of it.
    - It grew when learning began, after `least_begun` of the progress since it was usual, and came back or
      does the train loss no harm. Where no loss is logged, a metric of train stands for it.
    - One part makes `heavy_share` of the start of the loss and less than `most_left` of its end: norm and
      loss are large by its weight or scale alone.

    The onset of `grown` is the likeliest break of a broken stick through the logarithms up to the first large
    values, and the interval holds all but a twentieth of what the breaks weigh. Where only some values are
    large it reaches back as far as it takes for one to show with as much certainty.

    ## When it is wrong
    A norm logged after clipping is never larger than the clip value: an explosion cannot be seen in
    it. A norm that is large all the time, with no change in it, is not told from one that belongs to
    the unit of the loss. `at-start` takes the loss for a mean over samples; a sum starts higher.

    ## Source
    Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks".
    """

    code: ClassVar[str] = "LT401"
    name: ClassVar[str] = "exploding-gradient"
    yields_to: ClassVar[tuple[str, ...]] = ()
    start: ClassVar[LargeStartSearch] = LargeStartSearch()

    least_values: int = 4  # values: one to know what is usual, three to exceed it
    least_ratio: float = 100.0  # times the usual norm: healthy runs have single values of 10 to 60
    least_z: float = 4.0  # standard deviations of the logarithm of a norm: single examples have any norm
    least_times: int = 3  # values: one or two are a bad batch
    usual_quantile: float = 0.25  # of the levels so far
    least_usual: float = 0.03  # of the highest usual norm before
    often: float = 0.1  # of the values since the onset: what happens so often costs the run its pace
    least_gain: float = 0.05  # of the progress: the loss went on falling
    least_begun: float = 0.9  # of the progress: nothing was learned before, on a flat start norms are tiny
    lasting_share: float = 0.5  # of the values in the last tenth are large: it has not come back

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        norms = [curves.grad_norm] if curves.grad_norm is not None else curves.layer_grad_norms
        norms = [norm for norm in norms if len(norm) >= self.least_values]
        if not norms:
            return Skipped("no gradient norm tag")
        largest = max(median(norm.values) for norm in norms) if len(norms) > 1 else 0.0
        for norm in norms:
            growth = self._growth(norm, largest)
            if growth is not None:
                return [self._told(growth, trained(curves))]
        start = self.start.find(curves)
        if start is not None:
            return [self._told_start(start)]
        found = self._across_layers(curves.layer_grad_norms)
        return [] if found is None else [found]

    def _growth(self, norm: Curve, largest: float) -> _Growth | None:
        """The growth of `norm`, to more than the usual norm of the largest layer, 0.0 without layers."""
        blocks = norm.blocks
        if median(blocks.medians) <= 0.0:
            return None  # where most samples give no gradient there is no usual norm
        usual_of_block = self._usual(blocks, float(norm.values[0]))
        if not np.any(blocks.highest >= self.least_ratio * usual_of_block):
            return None
        usual = np.repeat(usual_of_block, blocks.last - blocks.first + 1)
        ratio = norm.values / usual
        least = self._least_ratio(norm, ratio)
        large = (ratio >= least) & (norm.values >= largest)
        lost = norm.non_finite_steps
        ends_non_finite = bool(len(lost)) and bool(lost[-1] > norm.steps[-1])
        # A norm that ended non-finite after it had grown would have exceeded any bound.
        fewest = 1 if ends_non_finite and large[-1] else self.least_times
        if np.count_nonzero(large) < fewest:
            return None
        worst = int(np.argmax(ratio))
        low, begin, high = _begin(norm, large)
        # Of a norm that grows on and on, what was usual before the worst has long exploded itself.
        before = float(min(usual[begin], usual[worst]))
        height = float(norm.values[worst]) / before
        return _Growth(norm, large, least, ends_non_finite, low, begin, high, before, height)

    def _told(self, growth: _Growth, loss: Curve | None) -> Finding:
        """The growth, as serious as it is for `loss`."""
        norm, large, begin = growth.norm, growth.large, growth.begin
        steps, count = norm.steps, int(np.count_nonzero(large))
        lasting = float(np.mean(large[-max(1, len(large) // 10) :])) >= self.lasting_share
        stays = lasting or growth.ends_non_finite
        since = [int(steps[begin]), int(steps[max(0, begin - 1)])]
        gain, begun = (0.0 if loss is None else gain_since(loss, step) for step in since)
        rare = gain >= self.least_gain and count < self.often * (len(norm) - begin)
        harmed = loss is None or growth.ends_non_finite or not is_unharmed(loss, int(steps[growth.high]))
        harmless = (not stays and rare) or (begun >= self.least_begun and not (harmed and stays))
        end = "and never comes back" if stays else f"in {count} of {len(norm)} values"
        message = (
            f"{norm.tag} grows to {readable(growth.height)} times its usual {readable(growth.before)} "
            f"from {norm.unit} {int(steps[begin])} on, {end}"
            f"{', while the loss goes on falling' if harmless else ''}"
            f"{', though the loss has not risen' if stays and not harmed else ''}"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO if harmless else Severity.CRITICAL if stays and harmed else Severity.WARNING,
            confidence_of_shares((growth.height, growth.least)),
            message,
            norm.tag,
            _spans(large, steps),
            Onset(int(steps[begin]), int(steps[growth.low]), int(steps[growth.high])),
            (
                Measure("gradient norm", growth.height, growth.least, "times its usual"),
                Measure("large values", float(count), float(self.least_times), "values"),
                Measure("fall of the loss since", gain, self.least_gain, "fraction of progress"),
            ),
            GROWN,
        )

    def _told_start(self, start: LargeStart) -> Finding:
        first, told = start.norm.first_step, start.measures[0]
        return Finding(
            self.code,
            self.name,
            Severity.INFO if start.kind == HEAVY_PART else Severity.WARNING,
            confidence_of_shares((told.value, told.bound)),
            start.text,
            start.norm.tag,
            (Span(first, start.last_step),),
            Onset(first, first, first),
            start.measures,
            start.kind,
        )

    def _least_ratio(self, norm: Curve, ratio: FloatArray) -> float:
        """What a norm has to be, in times the usual one: more than the scatter of those before is."""
        before = norm.values[: int(np.argmax(ratio >= self.least_ratio))]
        logs = np.log(np.maximum(before, TINY))
        return max(self.least_ratio, math.exp(min(self.least_z * noise_sigma(logs), MOST_LOG)))

    def _usual(self, blocks: Blocks, first_value: float) -> FloatArray:
        """For each block, shape (k,), the norm that was usual before it; positive."""
        seen: list[float] = []
        usual: list[float] = []
        highest = float(blocks.medians[np.argmax(blocks.medians > 0.0)])  # before, no sample gave a gradient
        for level_of_block in blocks.medians:
            level = seen[int(self.usual_quantile * (len(seen) - 1))] if seen else first_value
            highest = max(highest, level)
            usual.append(max(level, self.least_usual * highest))
            insort(seen, float(level_of_block))
        return np.array(usual)

    def _across_layers(self, layers: list[Curve]) -> Finding | None:
        layers = [layer for layer in layers if len(layer) >= self.least_values]
        if len(layers) < 3:
            return None
        medians = np.array([float(np.median(layer.values)) for layer in layers])
        if medians[-1] <= 0.0 or medians[0] < self.least_ratio * medians[-1]:
            return None
        first, ratio = layers[0], float(medians[0] / medians[-1])
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence_of_shares((ratio, self.least_ratio)),
            f"{first.tag} has {readable(ratio)} times the gradient norm of {layers[-1].tag}: gradients grow "
            "from layer to layer on their way to the input",
            first.tag,
            (Span(first.first_step, first.last_step),),
            Onset(first.first_step, first.first_step, first.first_step),
            (Measure("first layer's gradient norm", ratio, self.least_ratio, "times the last layer's"),),
            ACROSS_LAYERS,
        )


def _begin(norm: Curve, large: BoolArray) -> tuple[int, int, int]:
    """The indices of `norm` between which it certainly begins to grow, and between these the likeliest.

    The likeliest break of a broken stick through the logarithms from their lowest level to the first `large`
    values, shape (n,), some of which are: what grows by its own size is a straight line there. Where only one
    or another value is large, it may have begun as many before the first as are ordinary in a row by chance.
    """
    blocks, where = norm.blocks, np.flatnonzero(large)
    first = int(where[0])
    at = int(np.searchsorted(blocks.last, first))
    logs = np.log(np.maximum(blocks.highest[: at + LEAST_AFTER], TINY))
    others = np.flatnonzero(~large[first : first + LEAST_AFTER * blocks.size])
    ends = int(np.searchsorted(blocks.last, first + int(others[0]))) if len(others) else len(logs)
    levels = running_median(logs[: at + 1], norm.level_window)
    lowest = int(np.argmin(levels))
    found = rise_onset(logs[lowest : max(at + 1, ends)], LEAST_SCATTER, float(logs[at])).shifted(lowest)
    ordinary = 1.0 - len(where) / (int(where[-1]) - first + 1)
    unseen = math.ceil(math.log(UNLIKELY) / math.log(ordinary)) if ordinary > 0.0 else 0
    low, high = int(blocks.first[found.low]) - unseen, int(blocks.last[found.high])
    begin = first if found.index >= at else int(blocks.first[found.index])
    return max(0, low), begin, max(begin, min(high, first))


def _spans(large: BoolArray, steps: IntArray) -> tuple[Span, ...]:
    """One span an excursion; excursions closer than one of `PARTS_APART` parts of the run are one."""
    return tuple(
        Span(int(steps[first]), int(steps[last]))
        for first, last in runs_of(large, max(2, len(large) // PARTS_APART))
    )
