"""Spikes of the loss: how one is recognised, what the gradient norm adds, and how it is reported."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from losstui.curve import MOST_BLOCKS, Curve
from losstui.curves import RunCurves
from losstui.findings import Measure
from losstui.frame import BoolArray, FloatArray, IntArray
from losstui.kinds import HELD_BACK
from losstui.roles import Direction
from losstui.stats.blocks import block_medians
from losstui.stats.medians import median, row_medians
from losstui.stats.noise import noise_between_spikes, noise_with_ties, times_of
from losstui.stats.outliers import LocalScores, SpikeScores, first_at_most, local_scores, runs_of
from losstui.wording import readable, times

HARMLESS, DAMAGING, PERIODIC = "recovered", "damaging", "periodic"
HEAVY_TAILED, IN_VALIDATION = "heavy-tailed", "in-validation"
TINY = float(np.finfo(np.float64).tiny)  # a probability that has a logarithm
# Standard deviations from the mean of that many values before, and whether below it counts as well.
PUBLISHED_SCORES = ((6.0, 128, False), (7.0, 1000, True))
LEAST_TOGETHER = 0.5  # of the values of the loss have a gradient norm at the same step
LEAST_NOISE = 0.5  # of that of the run: a norm that falls steeply has no turns to tell it by
ROUNDING = 1e-6  # of a gradient norm: what a log keeps of it
BACK_Z = 3.0  # standard deviations: back within the noise
BACK_SHARE = 0.1  # of the height: back, where there is no noise
MOST_WIDTH = 0.1  # of the run: what takes longer to come back is no spike
SAME_GAP = 0.1  # of a gap between spikes: what chance leaves of three such gaps in one of 100 runs


@dataclass(frozen=True, slots=True)
class Spike:
    """One excursion; indices into the curve, `last` is the last value before it was back."""

    first: int
    peak: int
    last: int
    z: float
    height: float
    damage: float  # level after minus level before, in standard deviations of one value
    cost: float  # the same in the unit of the loss


@dataclass(frozen=True, slots=True)
class Apart:
    """Spikes by place, and the probability that noise has such a gap below them."""

    spikes: tuple[Spike, ...]
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The spikes of `curve`, on `steps`, with heights that are compared with `progress`."""

    curve: Curve
    steps: IntArray
    progress: float
    spikes: tuple[Spike, ...]
    probability: float


def trained(curves: RunCurves) -> Curve | None:
    """The train loss, else what tells beside none how training goes: a metric of train, or the reward."""
    if curves.train_loss is not None:
        return curves.train_loss
    return next((one for one in curves.goals if one.role.split not in HELD_BACK), None)


def gradient_scores(loss: Curve, curves: RunCurves, least_values: int) -> FloatArray | None:
    """How far the gradient norm at each value of `loss` is above those around it, shape (n,).

    In standard deviations of its logarithm, 0.0 where it is below; None where it was logged elsewhere. A norm
    that falls steeply lies on its level: it scatters by `LEAST_NOISE` there at least.
    """
    norm = curves.grad_norm
    if norm is None or len(norm) < least_values or float(norm.values.min()) <= 0.0:
        return None
    if np.array_equal(norm.steps, loss.steps):
        return _above_the_others(norm.values)
    at = np.minimum(np.searchsorted(norm.steps, loss.steps), len(norm) - 1)
    same = norm.steps[at] == loss.steps
    if np.mean(same) < LEAST_TOGETHER:
        return None
    return np.where(same, _above_the_others(norm.values)[at], 0.0)


def _above_the_others(norms: FloatArray) -> FloatArray:
    """How far each of `norms`, shape (n,), lies above its neighbours, in the unit of `gradient_scores`."""
    logs = np.log(norms)
    noise = noise_between_spikes(logs, noise_with_ties(logs))
    scores = local_scores(logs, block_medians(logs, MOST_BLOCKS), max(ROUNDING, LEAST_NOISE * noise))
    return np.maximum(scores.residuals / scores.scales, 0.0)


def excursions(
    values: FloatArray, high: BoolArray, scores: LocalScores, settling: int, gap: int
) -> tuple[list[Spike], int]:
    """Where `values`, shape (n,), leave their level upwards, as `high` of the same shape says, and come back.

    What lies no more than `gap` values apart is one. The levels before and after are those of `settling`
    values, of which the later ones begin as long after the end. With them the index from which on one has
    not come back so far, n without any.
    """
    most = max(settling, int(MOST_WIDTH * len(values)))
    runs = np.array(runs_of(high, gap), np.int64).reshape(-1, 2)
    befores = _medians_from(values, runs[:, 0] - settling, settling)
    # Around the spike the level may be higher already, before it higher still.
    levels = np.minimum(scores.levels[runs[:, 0]], befores)
    found: list[tuple[int, int, int]] = []  # which run, its peak, its end
    unfinished = len(values)
    for at, (first, last) in enumerate(runs.tolist()):
        if found and first <= found[-1][2]:
            continue
        peak = first + int(np.argmax(values[first : last + 1]))
        least = max(BACK_Z * float(scores.scales[first]), BACK_SHARE * float(values[peak] - levels[at]))
        back = first_at_most(values[last + 1 : last + 1 + most], float(levels[at]) + least)
        if back is not None:
            found.append((at, peak, last + back))
        elif last + 1 + most > len(values):
            unfinished = min(unfinished, first)
    laters = _medians_from(values, np.array([end + 1 + settling for *_, end in found]), 2 * settling)
    spikes: list[Spike] = []
    for (at, peak, end), later in zip(found, laters.tolist(), strict=True):
        first, level, before = int(runs[at, 0]), float(levels[at]), float(befores[at])
        cost = later - before if end + 1 + 2 * settling <= len(values) else 0.0
        z = times_of(float(scores.residuals[peak]), float(scores.scales[peak]))
        damage = times_of(cost, float(scores.scales[first]))
        spikes.append(Spike(first, peak, end, z, float(values[peak]) - level, damage, cost))
    return spikes, unfinished


def _medians_from(values: FloatArray, begins: IntArray, count: int) -> FloatArray:
    """The median of `count` of `values`, shape (n,), from each of `begins`, shape (k,), on; shape (k,).

    Of fewer where these are cut off at an end, of at least the first one; NaN beyond the last.
    """
    medians = np.full(len(begins), np.nan)
    whole = (begins >= 0) & (begins + count <= len(values))
    if whole.any():
        medians[whole] = row_medians(np.lib.stride_tricks.sliding_window_view(values, count)[begins[whole]])
    for at in np.flatnonzero(~whole):
        part = values[max(0, begins[at]) : max(1, begins[at] + count)]
        medians[at] = median(part) if len(part) else np.nan
    return medians


def are_of_a_rise(values: FloatArray, spikes: Sequence[Spike], settling: int, most_left: float) -> bool:
    """Whether `values`, shape (n,), stay so high between and soon after `spikes` that these are of a rise.

    Higher than before by more than `most_left` of the highest spike; soon is `settling` values at least. The
    value that is back after the last of them is there to tell.
    """
    soon = max(settling, round(MOST_WIDTH * len(values)))
    first, around = spikes[0], values[spikes[0].first : spikes[-1].last + 1 + soon]
    calm = np.ones(len(around), bool)
    for spike in spikes:
        calm[spike.first - first.first : spike.last + 1 - first.first] = False
    left = median(around[calm]) - (values[first.peak] - first.height)
    return bool(left > most_left * max(spike.height for spike in spikes))


def is_periodic(spikes: Sequence[Spike], steps: IntArray, least: int) -> bool:
    """Whether at least so many `spikes` of a curve on `steps` come at equal distances."""
    distances = np.diff(np.array([steps[spike.peak] for spike in spikes], np.float64))
    if len(distances) < least - 1:
        return False
    return float(np.ptp(distances)) <= SAME_GAP * float(np.median(distances))


def rise_meanwhile(train: Curve, values: FloatArray, steps: IntArray, spike: Spike) -> float:
    """How far the levels of `train` rise, at most, from where `values` began to rise to `spike` to its end.

    In the unit of the loss; both arrays have shape (n,). 0.0 where no level of `train` lies between.
    """
    calm = np.flatnonzero(values[: spike.peak] <= values[spike.peak] - 0.5 * spike.height)
    if not len(calm):
        return 0.0
    since, until = steps[calm[-1]], steps[spike.last]
    meanwhile = train.blocks.medians[(train.block_steps >= since) & (train.block_steps <= until)]
    return float(meanwhile.max() - meanwhile[0]) if len(meanwhile) else 0.0


def published_scores(loss: Curve) -> tuple[Measure, ...]:
    """The spike scores in use, those that the curve is long enough for."""
    scores = SpikeScores(loss.descent, median(loss.blocks.medians))
    return tuple(
        Measure(
            f"spike score, {sigmas:.0f} sigma over {window}",
            scores.share(sigmas, window, two_sided),
            0.0,
            "of values",
        )
        for sigmas, window, two_sided in PUBLISHED_SCORES
        if len(loss) > window
    )


def gap_in_noise(found: Found, most_probability: float) -> Measure:
    """The probability, as a logarithm, with which noise leaves such a gap below the spikes."""
    told, most = (math.log10(max(one, TINY)) for one in (found.probability, most_probability))
    return Measure("probability of the gap in noise", told, most, "log10")


def how_often_and_wide(found: Found, most_share: float) -> tuple[Measure, Measure]:
    """How many spikes there are for the length of the curve, and how long the widest takes."""
    loss, steps = found.curve, found.steps
    per_1000, most_per_1000 = 1000.0 * len(found.spikes) / len(loss), 1000.0 * most_share
    width = max(int(steps[spike.last] - steps[spike.first]) for spike in found.spikes)
    most_width = MOST_WIDTH * (loss.last_step - loss.first_step)
    return (
        Measure("spike rate", per_1000, most_per_1000, "per 1000 values"),
        Measure("recovery", float(width), most_width, f"{loss.unit}s"),
    )


def spike_message(found: Found, kind: str) -> str:
    curve, spikes, steps = found.curve, found.spikes, found.steps
    worst = max(spikes, key=lambda spike: spike.z)
    at = int(steps[worst.peak])
    peak = readable(float(curve.values[np.searchsorted(curve.steps, at)]))
    end = "and stays higher after it" if kind == DAMAGING else "and comes back"
    if kind == PERIODIC:
        distance = (int(steps[spikes[-1].peak]) - int(steps[spikes[0].peak])) / (len(spikes) - 1)
        end += f", every {readable(distance)} {curve.unit}s: look for an order of the data that repeats"
    if kind == HEAVY_TAILED:
        end += "; its noise alone reaches nearly as far, as with small batches or odd examples"
    if kind == IN_VALIDATION:
        end += ", while the train loss has no spike"
    height = readable(worst.z)
    worst_of_all = f"{'worst ' * (len(spikes) > 1)}at {curve.unit} {at} to {peak} ({height} times its noise)"
    leaves = "drops" if curve.role.direction is Direction.HIGHER else "spikes"
    return f"{curve.tag} {leaves} {times(len(spikes))}, {worst_of_all}, {end}"
