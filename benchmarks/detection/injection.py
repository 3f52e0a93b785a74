"""Faults put into real healthy train losses: the noise is the curve's own, the onset is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.classes import UNSEEN, LabelledRun, Names
from benchmarks.detection.generator import as_run
from benchmarks.detection.too_high import HARDLY_LOST
from losstui.curves import RunCurves
from losstui.frame import FrameBuilder
from losstui.stats.blocks import running_median

FloatArray = NDArray[np.float64]

INJECTED = "injected"
UNTOUCHED: Names = frozenset({"converged", "improving"})  # what the trend below the fault may be
LEAST_POINTS = 80  # values: fewer have no room for a fault and the course around it
TREND_SHARE = 0.05  # of the values: a running median over more would cut the steep start
# Of the progress that is left, and robust standard deviations: higher, the curve has a spike of its own.
SPIKE, SPIKE_SIGMAS = 0.1, 8.0
SETTLED = 0.1  # of the run: what a healthy curve does before is its start
LEAST_PROGRESS = 6.0  # times the noise: less is no curve to break


@dataclass(frozen=True, slots=True)
class Healthy:
    """A curve split into its trend and the rest; `start` is its first value.

    `done` is the share of the run at each value: of its steps, which need not be those of its values.
    """

    start: float
    done: FloatArray
    trend: FloatArray
    noise: FloatArray
    skips_each_second_step: bool

    @property
    def progress(self) -> float:
        """What the run gains: a steep start is in its first value and in the trend no more."""
        return max(self.start, float(self.trend[0])) - float(self.trend.min())

    @property
    def sigma(self) -> float:
        """Standard deviation of the noise, robust."""
        return 1.4826 * float(np.median(np.abs(self.noise))) or 1e-6 * self.progress


Injected = tuple[FloatArray, int, Names]  # values, index of the onset, gray


def _divergence(curve: Healthy, rng: np.random.Generator) -> Injected:
    n = len(curve.trend)
    at = int(n * rng.uniform(0.45, 0.75))
    ramp = np.clip((np.arange(n) - at) / (0.1 * n), 0, 1)
    risen = curve.trend + ramp * curve.progress * rng.uniform(0.9, 1.3)
    return risen + curve.noise, at, frozenset({"late_instability"})


def _late_rise(curve: Healthy, rng: np.random.Generator) -> Injected:
    """With nothing learnt from there on: where the trend still falls, the rise would not last."""
    n = len(curve.trend)
    at = int(n * rng.uniform(0.55, 0.8))
    ramp = np.clip((np.arange(n) - at) / (0.05 * n), 0, 1)
    risen = curve.trend[np.minimum(np.arange(n), at)] + ramp * curve.progress * rng.uniform(0.2, 0.4)
    return risen + curve.noise, at, frozenset({"divergence"})


def _plateau(curve: Healthy, rng: np.random.Generator) -> Injected:
    """Held from where a third of the progress is still to come; only a level near the start shows it."""
    n = len(curve.trend)
    to_come = curve.trend - curve.trend.min() > 0.35 * curve.progress
    at = min(int(np.flatnonzero(to_come)[-1]) if to_come.any() else 0, int(0.45 * n))
    level = max(float(curve.trend[at]), float(curve.trend.min()) + 0.35 * curve.progress)
    held = np.where(np.arange(n) < at, curve.trend, level)
    worse = {"divergence", "late_instability"} if level > curve.start else set[str]()
    unseen = {"plateau", "converged"} if level < HARDLY_LOST * curve.start else set[str]()
    return held + curve.noise, at, frozenset({"underfitting", *worse, *unseen})


def _oscillation(curve: Healthy, rng: np.random.Generator) -> Injected:
    """Up and down at each value where those may be single steps: a step that is too long turns at each."""
    n = len(curve.trend)
    at = int(n * rng.uniform(0.3, 0.5))
    longer = float(rng.uniform(5, max(6, (n - at) / 8)))
    period = longer if curve.skips_each_second_step else rng.choice([2.0, longer])
    level = float(np.median(np.abs(curve.trend[at:])))
    amplitude = max(0.06 * curve.progress, 0.15 * level, 2 * curve.sigma) * rng.uniform(1, 1.5)
    wave = amplitude * np.cos(2 * np.pi * (np.arange(n) - at) / period)
    return curve.trend + curve.noise + np.where(np.arange(n) >= at, wave, 0.0), at, UNTOUCHED


def _spikes(curve: Healthy, rng: np.random.Generator) -> Injected:
    n = len(curve.trend)
    settled = np.flatnonzero((np.arange(n) >= n // 5) & (curve.done >= SETTLED))[: -n // 10]
    places = np.sort(rng.choice(settled, size=int(rng.integers(2, 6)), replace=False))
    values = curve.trend + curve.noise
    for place in places:
        height = max(10 * curve.sigma, 0.2 * curve.progress) * rng.uniform(1, 3)
        values[place : place + 3] += height * np.array([1.0, 0.5, 0.2])
    return values, int(places[0]), UNTOUCHED


FAULTS: dict[str, Callable[[Healthy, np.random.Generator], Injected]] = {
    "divergence": _divergence,
    "late_instability": _late_rise,
    "plateau": _plateau,
    "oscillation": _oscillation,
    "loss_spikes": _spikes,
}


def inject(healthy: Iterable[LabelledRun], most: int) -> Iterator[LabelledRun]:
    """Break the first `most` healthy runs that have enough of a train loss, once with each fault."""
    left = most
    for run in healthy:
        broken = list(_broken(run)) if left and run.labels & {"healthy"} and run.judged is None else []
        left -= bool(broken)
        yield from broken


def _broken(run: LabelledRun) -> Iterator[LabelledRun]:
    train = RunCurves(run.runs[0]).train_loss
    if train is None or len(train) < LEAST_POINTS or np.any(np.diff(train.steps) <= 0):
        return
    trend = running_median(train.values, max(5, round(TREND_SHARE * len(train))))
    done = (train.steps - train.first_step) / (train.last_step - train.first_step)
    even = not np.any(np.diff(train.steps) % 2)
    curve = Healthy(float(train.values[0]), done, trend, train.values - trend, skips_each_second_step=even)
    if curve.progress < LEAST_PROGRESS * curve.sigma:
        return
    for fault, put_in in FAULTS.items():
        name = f"{fault} in {run.id}"
        values, at, gray = put_in(curve, np.random.default_rng(crc32(name.encode())))
        highest = float(curve.noise[curve.done >= SETTLED].max(initial=0.0))
        gained = replace(curve, trend=values - curve.noise).progress
        if highest >= max(SPIKE * gained, SPIKE_SIGMAS * curve.sigma):
            gray |= {"loss_spikes"}
        builder = FrameBuilder()
        builder.add("train/loss", train.steps, values)
        yield LabelledRun(
            id=name,
            source=INJECTED,
            task=run.task,
            half=run.half,
            runs=(as_run(name, builder.build()),),
            labels=frozenset({UNSEEN.get(fault, fault) if fault in gray else fault}),
            gray=gray,
            onset=int(train.steps[at]),
            onset_of=fault,
        )
