"""How fast the losses of a run fall at its end, or its metrics improve, against all that they gained."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._schedule import Schedule
from losstui.frame import FloatArray
from losstui.roles import Kind
from losstui.stats.final_slope import fall_at_end
from losstui.stats.noise import times_of
from losstui.stats.trend import ONE_SIDED_95

LEAST_BLOCKS = 12  # levels: a curve of fewer, alone, says too little of how a run ends ...
FEWEST = 8  # values: ... but down to these it counts beside a longer one
TENTH = 0.1  # of the run: what a pace is given for
LEAST_SPENT = 0.5  # of the sum of all rates: a curve that ends before counts its steps in another unit


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """The fall of one loss at its end, or of what a metric still leaves to gain.

    `share` is the fall per tenth of the run as a share of the whole gain, `z` the fall in standard errors,
    `end` the last level, lower is better, and `left` its share of the first, above the floor; infinite
    for a reward whose highest nobody knows.
    """

    curve: Curve
    share: float
    z: float
    end: float
    left: float

    @property
    def most(self) -> float:
        """The 95 % bound above `share`."""
        return self.share * (1.0 + ONE_SIDED_95 / self.z) if self.z else math.inf


def paces(curves: RunCurves, tail_share: float, along: Schedule | None = None) -> list[Pace]:
    """The paces over the last `tail_share` of `RunCurves.goals`, of those long enough, by `fall_at_end`.

    With a schedule to go `along` the run is measured in learning rate spent, not in steps: of small steps a
    loss falls by as much for each unit of the rate, however the rate is spread over them. Empty where one of
    the curves, no reward, has no floor: no level is a share of another then.
    """
    found: list[Pace] = []
    if not any(len(curve.blocks) >= LEAST_BLOCKS for curve in curves.goals):
        return found
    for curve in curves.goals:
        if len(curve.blocks) < FEWEST:
            continue
        if curve.floor is None and curve.role.kind is not Kind.REWARD:
            return []
        places = None if along is None else _spent_by(along, curve)
        fall = fall_at_end(curve.blocks.medians, tail_share, places)
        first, end = curve.start_level, float(curve.levels[-1])
        share = times_of(fall.value * TENTH / tail_share, curve.progress)
        found.append(
            Pace(curve, share, times_of(fall.value, fall.error), end, _left(first, end, curve.floor))
        )
    return found


def _spent_by(plan: Schedule, curve: Curve) -> FloatArray:
    """What share of the rates that `curve` has seen is spent at each of its blocks, from 0 to 1; shape (k,).

    All 0 where it counts its steps in another unit than the rates do: nothing is near its end then.
    """
    spent = plan.spent_by(curve.block_steps.astype(np.float64))
    seen = float(spent[-1] - spent[0])
    return (spent - spent[0]) / seen if seen >= LEAST_SPENT else np.zeros(len(spent))


def why_no_pace(curves: RunCurves) -> str:
    """Why `paces` returns none for the run."""
    if not curves.goals:
        return "no loss, metric or reward"
    long = [curve for curve in curves.goals if len(curve.blocks) >= LEAST_BLOCKS]
    if not long:
        tags = " and ".join(curve.tag for curve in curves.goals)
        return f"fewer than {LEAST_BLOCKS} values of {tags}"
    tag = next((curve.tag for curve in long if curve.floor is None), long[0].tag)
    return f"{tag} has no known best: no level is a share of another"


def _left(first: float, end: float, floor: float | None) -> float:
    if floor is None:
        return math.inf
    return (end - floor) / (first - floor) if first > floor else 0.0
