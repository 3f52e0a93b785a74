"""Models of the detection benchmark on the tape, as the tests of its losses want them."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.head.losses import Head
from benchmarks.detection.tape import Node
from sample_logs.training import Parameters
from task_support import task_named

ANY = np.random.default_rng(0)  # for losses that draw nothing from it


def nodes(parameters: Parameters) -> list[Node]:
    """The parameters as the tape takes them."""
    return [Node(one) for one in parameters]


def model_of(task: str) -> Parameters:
    """The first parameters of a model of that task."""
    return task_named(task).model(np.random.default_rng(0)).parameters


def silent(task: str) -> list[Node]:
    """A model of that task that says nothing."""
    return nodes([0.0 * one for one in model_of(task)])


def cost(head: Head, scores: list[float], *targets: float) -> float:
    """The loss of one example."""
    return float(head(Node(np.array([scores])), np.array([targets])).value)


def before_softplus(value: float) -> float:
    """What a softplus makes `value` of."""
    return float(np.log(np.expm1(value)))
