"""Models of the detection benchmark on the tape, as the tests of its losses want them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from benchmarks.detection.head.losses import Head
from benchmarks.detection.part.losses import Parts
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tape import Node, gradients
from benchmarks.detection.tasks import Task
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


def value_of(parts: Parts) -> float:
    """The loss that is the sum of these parts."""
    return float(sum(float(one.value) for one in parts.values()))


def slopes_test(tasks: Sequence[Task]) -> Callable[[PartTask], None]:
    """The test that of each of the `tasks` with a loss of parts the slopes are those of that loss."""

    @pytest.mark.parametrize(
        "task", [one for one in tasks if isinstance(one, PartTask)], ids=lambda t: t.name
    )
    def test(task: PartTask) -> None:
        assert_slopes_are_those_of_the_loss(task, task.model(np.random.default_rng(3)).parameters)

    return test


def assert_slopes_are_those_of_the_loss(task: PartTask, parameters: Parameters) -> None:
    """Of one number of each parameter, by a small step to either side."""
    inputs, targets = task.draw(np.random.default_rng(4), 6)

    def loss(made: list[Node]) -> Node:
        return sum(task.parts(made, inputs, targets, np.random.default_rng(5)).values(), Node(0.0))

    made = nodes(parameters)
    for parameter, slope in zip(parameters, gradients(loss(made), made), strict=True):
        at = tuple(length // 2 for length in parameter.shape)
        kept, ends = float(parameter[at]), list[float]()
        for off in (1e-5, -1e-5):
            parameter[at] = kept + off
            ends.append(float(loss(nodes(parameters)).value))
        parameter[at] = kept
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(float(slope[at]), abs=1e-6, rel=1e-4)
