"""The same run logged in another way: what a detector says must not depend on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from losstui.curves import RunCurves
from support import make_curves

FloatArray = NDArray[np.float64]
Tags = Mapping[str, FloatArray]

UNIT = 37.5  # any positive factor: nats, bits, a sum over the batch
OFFSET = 1_000_000  # steps: a run that goes on from another one


def _same_steps(tags: Tags) -> dict[str, list[int]]:
    return {tag: list(range(len(values))) for tag, values in tags.items()}


def in_another_unit(tags: Tags) -> RunCurves:
    """Losses and gradient norms times a factor; other tags as they are."""
    scaled = ("loss", "grad")
    return make_curves(
        {
            tag: UNIT * values if any(word in tag for word in scaled) else values
            for tag, values in tags.items()
        }
    )


def later(tags: Tags) -> RunCurves:
    """All steps moved by the same number."""
    steps = {tag: [OFFSET + step for step in own] for tag, own in _same_steps(tags).items()}
    return make_curves(tags, steps)


def every_second(tags: Tags) -> RunCurves:
    """Every second value only, at its own step."""
    steps = {tag: own[::2] for tag, own in _same_steps(tags).items()}
    return make_curves({tag: values[::2] for tag, values in tags.items()}, steps)


def twice(tags: Tags) -> RunCurves:
    """Every value written twice at the same step."""
    steps = {tag: [step for step in own for _ in range(2)] for tag, own in _same_steps(tags).items()}
    return make_curves({tag: np.repeat(values, 2) for tag, values in tags.items()}, steps)


RETELLINGS: tuple[Callable[[Tags], RunCurves], ...] = (in_another_unit, later, every_second, twice)
