"""LT107: the loss had come down and settled, and late in the run it rose or began to scatter for good."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._context import schedule
from losstui.detectors._onsets import onset_in_blocks
from losstui.detectors._precursors import precursors
from losstui.detectors._witness import validation_denies
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.roles import Direction, Kind
from losstui.stats.change_points import rise_onset, upward_swings
from losstui.stats.confidence import confidence
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation, noise_sigma, noise_with_ties, times_of
from losstui.stats.trend import MEDIAN_ERROR, Estimate, effective_count
from losstui.wording import percent, readable

RISE, FALL, SCATTER = "rise", "fall", "scatter"
LOSSES = (Kind.LOSS, Kind.COMPONENT_LOSS)
SIGMA_ERROR = 1.5  # standard error of the logarithm of a `noise_sigma` of n normal values, times sqrt(n)
MOST_VALUES = 4000  # looked at, evenly spaced: of a tenth of those the noise is known within 8 %
NEGLIGIBLE = 0.01  # of the progress: noise below moves no onset that a person would see


@dataclass(frozen=True, slots=True)
class _Change:
    """What is different from one value on; `rise` and `scatter` as shares of the progress until then."""

    kind: str
    split: int
    calm: float
    level: float
    rise: float
    ratio: float
    scatter: float
    z: float
    effect: float  # times what is asked for


@dataclass(frozen=True)
class LateInstability:
    """The run had learned, and then its loss rose or began to scatter, and has not settled since.

    ## What it looks for
    A train loss that had made most of its progress and was calm, and is no longer: its level is higher
    from some step to the end of the log (`rise`; `fall` where higher is better), or its values scatter
    several times as widely (`scatter`). It is milder than a divergence: the run may still be near what it
    had reached. Of a run that logs no loss at all its metric is looked at for a fall, of train where there
    is one.

    ## How it decides
    The run is split at every twentieth of its length. Before the split, over `before_share` of the
    run, the loss has to have gained `least_learned` of the progress. After it, in the whole rest and in the
    second half of it, one of these holds:

    - The level lies `least_rise` of the progress above (of a metric `least_of_metric` of its level as well,
      and below where higher is better), at least `least_z` standard errors, with fewer than `least_swings`
      rises as high before.
    - The noise is `least_ratio` times as large, at least `least_z` standard errors, and `least_scatter` of
      the progress, with the noise before below `most_noise` of it, while the level does not fall by
      `least_rise`.

    It is not told in these cases:

    - Validation, measured since, is no higher: it is the batches that scatter.
    - Validation comes down below all that it was before the rise: the data became harder, the model better.
    - A learning rate that comes back up to where it had been is a restart, and the rise it brings is meant.

    Where batches hide a rise, that of validation counts if train has risen by `least_shared` of its progress
    and `least_shared_z` standard errors as well.

    The onset is where a broken stick fits the levels, or the distance of the extremes from them, best; the
    interval is all breaks that fit no worse than chance explains. A learning rate that was raised at once
    within it, or that has fallen below 0, names the step.

    ## When it is wrong
    A change of the data, of the batch size or of the loss's definition changes level or scatter too. A
    log cut at the top of a one-cycle schedule shows what the way down would undo.

    ## Source
    Wortsman et al. 2023, "Small-scale proxies for large-scale Transformer training instabilities".
    """

    code: ClassVar[str] = "LT107"
    name: ClassVar[str] = "late-instability"
    yields_to: ClassVar[tuple[str, ...]] = ("non-finite", "divergence", "epoch-memorisation")

    least_values: int = 24  # values: eight each for a start, a calm part and a part that is not
    least_gain: float = 0.05  # of the start level: a run that gained less had not learned
    least_learned: float = 0.5  # of the progress, by the calm part: what comes before is no late part
    splits: int = 20  # the run is split at multiples of this part of it
    before_share: float = 0.15  # of the run: the calm part
    before_least: int = 8  # values: fewer have no noise to speak of
    after_share: float = 0.1  # of the run: what is shorter may still settle
    least_rise: float = 0.1  # of the progress: what a person sees in the curve
    least_of_metric: float = 0.03  # of a metric: it is often first measured when most of the gain is made
    least_ratio: float = 3.0  # times the noise before
    least_scatter: float = 0.04  # of the progress: noise below is small, however it has grown
    most_noise: float = 0.1  # of the progress: a curve noisier than that was never calm
    least_z: float = 4.0  # standard errors: one in 30,000 by chance, over some dozen splits
    least_swings: int = 2  # rises as high before: the second is a habit, and not late
    swing_share: float = 0.67  # of the rise: about as high
    least_evaluations: int = 24  # evaluations: as many as values of train
    least_shared: float = 0.05  # of the progress: half of the rise of validation that train shows as well
    least_shared_z: float = 2.0  # standard errors, where validation has risen beyond doubt
    restart_ratio: float = 1.5  # times the learning rate just before: it was raised

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = next(iter(curves.lone_metrics), curves.train_loss)
        if loss is None:
            return Skipped("no train loss tag")
        if len(loss) < self.least_values:
            return Skipped(f"fewer than {self.least_values} values of {loss.tag}")
        changes = self._kept(loss, curves)
        if changes:
            return self._told(loss, changes, curves)
        validation = curves.validation_loss
        if validation is None or validation is loss or len(validation) < self.least_evaluations:
            return []
        since_best: FloatArray = validation.levels[validation.best_block :]
        if float(since_best.max()) - float(since_best[0]) < self.least_rise * validation.progress:
            return []  # as in most runs: no need to look at every split
        seen = [change for change in self._kept(validation, curves) if self._is_shared(change, curves)]
        return self._told(validation, seen, curves) if seen else []

    def _kept(self, loss: Curve, curves: RunCurves) -> list[_Change]:
        """The changes of a loss that had learned, but for those that a restart of the schedule brings."""
        if loss.progress <= self.least_gain * abs(loss.start_level):
            return []
        return [change for change in self._changes(loss) if not self._restarted(loss, change, curves)]

    def _told(self, loss: Curve, changes: list[_Change], curves: RunCurves) -> list[Finding]:
        clearest = max(changes, key=lambda change: change.effect)
        # The first split with such a change lies before it, the clearest may lie after.
        split = min(change.split for change in changes if change.kind == clearest.kind)
        onset = self._onset(loss, split, clearest.kind, curves)
        if validation_denies(curves, onset.step, clearest.scatter if clearest.kind == SCATTER else None):
            return []
        return [self._finding(loss, clearest, onset, curves)]

    def _is_shared(self, change: _Change, curves: RunCurves) -> bool:
        """Whether train is higher, too, from where validation rises: or else the run overfits."""
        pair = next((one for one in curves.pairs if one.train is curves.train_loss), None)
        if change.kind != RISE or pair is None or pair.validation is not curves.validation_loss:
            return False
        train, step = pair.train, float(pair.train_steps_of_validation[change.split])
        at = int(np.searchsorted(train.steps, step))
        width = max(self.before_least, round(self.before_share * len(train)))
        before = train.descent[max(0, at - width) : at]
        after = train.descent[at:]
        if min(len(before), len(after)) < self.before_least:
            return False
        calm, level = (
            _level(before),
            min((_level(half) for half in _halves(after)), key=lambda one: one.value),
        )
        height = level.value - calm.value
        is_sure = height >= self.least_shared_z * math.hypot(calm.error, level.error)
        return is_sure and height >= self.least_shared * train.progress

    def _changes(self, loss: Curve) -> Iterator[_Change]:
        """Each split after which the loss is clearly different."""
        stride = max(1, len(loss) // MOST_VALUES)
        values = loss.descent[::stride]
        n = len(values)
        width = max(self.before_least, round(self.before_share * n))
        least_after = max(self.before_least, round(self.after_share * n))
        for part in range(1, self.splits):
            split = round(part * n / self.splits)
            if split < width or n - split < least_after:
                continue
            before, after = values[split - width : split], values[split:]
            calm = _level(before)
            if loss.start_level - calm.value < self.least_learned * loss.progress:
                continue
            halves = _halves(after)
            # Calm by luck is common over a few values: for the noise it is half of all that came before.
            longer = values[min(split - width, split // 2) : split]
            at = split * stride
            change = self._rise(loss, at, calm, halves)
            if change is None and loss.role.kind in LOSSES:  # a share of answers scatters by its level
                change = self._scatter(loss, at, longer, halves)
            if change is not None:
                yield change

    def _rise(
        self, loss: Curve, split: int, calm: Estimate, halves: tuple[FloatArray, FloatArray]
    ) -> _Change | None:
        level = min((_level(half) for half in halves), key=lambda one: one.value)
        height = level.value - calm.value
        rise = height / loss.progress
        least = self.least_of_metric * abs(calm.value) if loss.role.kind not in LOSSES else 0.0
        if rise < self.least_rise or height < least:
            return None
        z = times_of(height, math.hypot(calm.error, level.error))
        blocks = int(np.searchsorted(loss.blocks.last, split))
        if z < self.least_z or upward_swings(loss.levels[:blocks], self.swing_share * height) >= (
            self.least_swings
        ):
            return None
        return _Change(RISE, split, calm.value, level.value, rise, 1.0, 0.0, z, rise / self.least_rise)

    def _scatter(
        self, loss: Curve, split: int, before: FloatArray, halves: tuple[FloatArray, FloatArray]
    ) -> _Change | None:
        if len(halves[1]) < self.before_least:  # two spikes among a few values are no scatter
            return None
        quiet, known_from = _quiet(before, NEGLIGIBLE * loss.progress)
        loud = min(noise_sigma(half) for half in halves)
        scatter, ratio = loud / loss.progress, times_of(loud, quiet)
        if (
            scatter < self.least_scatter
            or quiet > self.most_noise * loss.progress
            or ratio < self.least_ratio
        ):
            return None
        z = math.log(ratio) / (SIGMA_ERROR * math.sqrt(1.0 / known_from + 1.0 / len(halves[1])))
        calm, level = median(before), median(halves[0])
        if z < self.least_z or calm - level >= self.least_rise * loss.progress:
            return None
        effect = min(ratio / self.least_ratio, scatter / self.least_scatter)
        return _Change(SCATTER, split, calm, level, (level - calm) / loss.progress, ratio, scatter, z, effect)

    def _restarted(self, loss: Curve, change: _Change, curves: RunCurves) -> bool:
        """Whether the learning rate was raised there, but not above what it had been before."""
        plan = schedule(curves)
        if plan is None:
            return False
        width = max(self.before_least, round(self.before_share * len(loss)))
        at = loss.steps[[max(0, change.split - width), change.split, len(loss) - 1]]
        rates = np.interp(loss.steps.astype(np.float64), plan.steps, plan.rates)
        before = rates[loss.steps < at[1]]
        after = float(rates[loss.steps >= at[1]].max())
        usual = median(rates[(loss.steps >= at[0]) & (loss.steps < at[1])])
        return self.restart_ratio * usual <= after <= float(before.max())

    def _onset(self, loss: Curve, split: int, kind: str, curves: RunCurves) -> Onset:
        """Where the level leaves its lowest, or the extremes of the blocks their usual distance, for good."""
        blocks, smooth = loss.blocks, loss.levels
        at = int(np.searchsorted(blocks.last, split))
        first = max(0, at - max(self.before_least, round(self.before_share * len(blocks))))
        if kind == RISE:
            first += int(np.argmin(smooth[first:]))
            moved = blocks.medians
        else:
            moved = np.maximum(blocks.highest - smooth, smooth - blocks.lowest)
        found = rise_onset(moved[first:], NEGLIGIBLE * loss.progress).shifted(first)
        return onset_in_blocks(loss, found, curves)

    def _finding(self, loss: Curve, change: _Change, onset: Onset, curves: RunCurves) -> Finding:
        before = precursors(curves, onset.high)
        falls = loss.role.direction is Direction.HIGHER
        sign, kind = (-1.0, FALL if change.kind == RISE else change.kind) if falls else (1.0, change.kind)
        since = f"from {loss.unit} {onset.step} on"
        if change.kind == RISE:
            message = (
                f"{loss.tag} had come to {readable(sign * change.calm)}, and {since} it is "
                f"at {readable(sign * change.level)}: {percent(change.rise)} of its progress is lost"
            )
            measure = Measure(kind, change.rise, self.least_rise, "fraction of progress")
        else:
            times = readable(change.ratio)
            message = f"{loss.tag} scatters {times} times as much {since} as before"
            measure = Measure("noise", change.ratio, self.least_ratio, "times the noise before")
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence(change.z, self.least_z, change.effect, 1.0),
            message + before.text,
            loss.tag,
            (Span(onset.step, max(onset.step, loss.last_step)),),
            onset,
            (measure, Measure("change", change.z, self.least_z, "standard errors"), *before.measures),
            kind=kind,
        )


def _quiet(before: FloatArray, least: float) -> tuple[float, int]:
    """The noise of the calm part, shape (n,), and of how many values it is known.

    One that is mostly exactly 0, or rounded, has no usual scatter, only what its few other values leave.
    """
    sigma = noise_sigma(before)
    if sigma > 0.0:
        return sigma, len(before)
    return max(noise_with_ties(before), least), max(1, int(np.count_nonzero(before != median(before))))


def _halves(after: FloatArray) -> tuple[FloatArray, FloatArray]:
    """All that comes after a split, and the second half of it."""
    return after, after[len(after) // 2 :]


def _level(values: FloatArray) -> Estimate:
    """The median of `values`, shape (n,), n >= 1, with the error their order leaves."""
    scatter = median_deviation(values) or float(np.std(values))  # where most are alike
    error = MEDIAN_ERROR * scatter / math.sqrt(effective_count(values))
    return Estimate(median(values), error)
