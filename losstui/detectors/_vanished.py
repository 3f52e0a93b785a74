"""Whether next to no gradient reaches the first layers of a network, or none is left at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.findings import Measure
from losstui.frame import FloatArray, IntArray
from losstui.stats.blocks import block_medians
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.noise import times_of
from losstui.wording import readable

ACROSS_LAYERS, OVER_TIME = "across-layers", "over-time"
BLOCKS = 50  # levels a curve: 2 % of the run each
LEAST_VALUES = 8  # values a norm: fewer have no level
LEAST_LAYERS = 3  # layers: two alone differ for many reasons
MOST_RATIO = 1e-3  # of the last layer's norm: the first layer moves a thousand times less
LEAST_SHARE = 0.25  # of the run: longer than a warm-up
LEAST_FALLING = 0.75  # of what norms change by from layer to layer, in decades: chance gives half
MOST_LEFT = 1e-3  # of the norm at the start: three decades
MOST_GAIN = 3.0  # standard deviations of one loss value: nothing was learnt to converge to
TINY = 1e-300  # a ratio that has a logarithm


@dataclass(frozen=True, slots=True)
class Vanished:
    """In which `curve` of a gradient norm it shows, how much is left of it, and in words.

    The gradient had vanished by `first_step`, at the earliest in a block of values that ends at `high_step`,
    until `last_step`. The first of the `measures` is what is left.
    """

    kind: str
    curve: Curve
    first_step: int
    high_step: int
    last_step: int
    message: str
    measures: tuple[Measure, ...]
    sure: float

    @property
    def left(self) -> Measure:
        """How little gradient the first layers get, or is left."""
        return self.measures[0]


def is_logged(curves: RunCurves) -> bool:
    """Whether the run logs gradient norms that can tell: of enough layers, or one of all weights."""
    norm = curves.grad_norm
    return len(_layers(curves)) >= LEAST_LAYERS or (norm is not None and len(norm) >= LEAST_VALUES)


def vanished(curves: RunCurves) -> Vanished | None:
    """The vanished gradient, across the layers or else over time; None where enough is left."""
    layers, norm = _layers(curves), curves.grad_norm
    found = _across_layers(layers) if len(layers) >= LEAST_LAYERS else None
    if found is not None or norm is None or len(norm) < LEAST_VALUES:
        return found
    return _over_time(norm, curves.train_loss)


def _layers(curves: RunCurves) -> list[Curve]:
    return [curve for curve in curves.layer_grad_norms if len(curve) >= LEAST_VALUES]


def _across_layers(layers: list[Curve]) -> Vanished | None:
    """Whether the norm of the first layer is next to nothing beside that of the last one."""
    first, last = layers[0], layers[-1]
    steps, near, far = _on_common_steps(first, last)
    if len(near) < LEAST_VALUES:
        return None
    blocks = block_medians(near, BLOCKS)
    nearest, furthest = blocks.medians, block_medians(far, BLOCKS).medians
    is_vanished = nearest <= MOST_RATIO * furthest
    share = float(np.mean(is_vanished & (furthest > 0.0)))
    medians = np.array([float(np.median(layer.values)) for layer in layers])
    falling = _falling(medians)
    if share < LEAST_SHARE or falling < LEAST_FALLING:
        return None
    ratio = float(np.median(nearest[is_vanished])) / float(np.median(furthest[is_vanished]))
    where = np.flatnonzero(is_vanished)
    since = int(steps[int(blocks.first[where[0]])])
    return Vanished(
        ACROSS_LAYERS,
        first,
        since,
        int(steps[int(blocks.last[where[0]])]),
        int(steps[int(blocks.last[where[-1]])]),
        f"The gradient norm of {first.tag} is {readable(ratio)} times that of {last.tag} from "
        f"{first.unit} {since} on: the first layers hardly learn",
        (
            Measure("first layer's gradient norm", ratio, MOST_RATIO, "of the last layer's"),
            Measure("part of the run", share, LEAST_SHARE, "of the run"),
            Measure("falling from output to input", falling, LEAST_FALLING, "of the changes"),
        ),
        confidence_of_shares((MOST_RATIO, max(ratio, TINY)), (share, LEAST_SHARE)),
    )


def _falling(norms: FloatArray) -> float:
    """The share of all changes of `norms`, shape (n,), not negative, from layer to layer that goes down.

    That is towards the input, the first of them, and in logarithms: what is as good as level counts for
    little, and a single cut between two layers for all that it takes.
    """
    changes = np.diff(np.log(np.maximum(norms, TINY)))
    return times_of(float(changes[changes > 0.0].sum()), float(np.abs(changes).sum()))


def _over_time(norm: Curve, loss: Curve | None) -> Vanished | None:
    """Whether next to nothing is left of the norm although the loss has hardly improved."""
    if loss is None or len(loss) < LEAST_VALUES:
        return None
    blocks = norm.blocks
    usual = float(np.median(blocks.medians[: max(3, len(blocks) // 10)]))
    if usual <= 0.0:
        return None
    begin = int(np.flatnonzero(blocks.medians > MOST_LEFT * usual)[-1]) + 1
    if len(blocks) - begin < LEAST_SHARE * len(blocks):
        return None
    start = max(float(loss.descent[0]), float(loss.levels[0]))
    gain = (start - float(loss.levels[-1])) / max(loss.noise, np.finfo(np.float64).tiny)
    if gain >= MOST_GAIN:
        return None
    left = float(np.median(blocks.medians[begin:])) / usual
    since = int(norm.steps[blocks.first[begin]])
    return Vanished(
        OVER_TIME,
        norm,
        since,
        int(norm.steps[blocks.last[begin]]),
        norm.last_step,
        f"{norm.tag} falls to {readable(left)} of its level at the start by {norm.unit} {since} "
        "although the loss has hardly improved: no gradient is left to learn from",
        (
            Measure("gradient norm left", left, MOST_LEFT, "of its level at the start"),
            Measure("loss gained", gain, MOST_GAIN, "standard deviations of a loss value"),
        ),
        confidence_of_shares((MOST_LEFT, max(left, TINY))),
    )


def _on_common_steps(one: Curve, other: Curve) -> tuple[IntArray, FloatArray, FloatArray]:
    """The steps that both curves have, and the values of each there; shape (n,) each."""
    steps, mine, theirs = np.intersect1d(one.steps, other.steps, return_indices=True)
    return steps, one.values[mine], other.values[theirs]
