from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.detection.generator import generate_one
from benchmarks.detection.labelling import Reachable, label
from benchmarks.detection.part.models import PartModel, PartTask
from benchmarks.detection.part.tasks import PART_TASKS
from benchmarks.detection.recipes import HEALTHY, PARTS
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.tape import Node, exp, gradients, log_softmax, sine, softplus, tanh
from support import make_run

NAMES = [task.name for task in PART_TASKS]
SMALL = 1e-6
# Losses whose gradient goes past something on purpose: a choice, a rival, what is turned round.
NOT_A_SLOPE = ("rivals", "codebook", "domains", "actor-critic", "experts")


def named(name: str) -> PartTask:
    return next(task for task in PART_TASKS if task.name == name)


def model_of(task: PartTask) -> PartModel:
    model = task.model(np.random.default_rng(0))
    assert isinstance(model, PartModel)
    return model


def test_gradients_are_those_of_finite_differences() -> None:
    rng = np.random.default_rng(0)
    values = [rng.normal(size=(3, 4)), rng.normal(size=(4, 3)), rng.normal(size=(1, 3))]

    def loss(first: Node, second: Node, third: Node) -> Node:
        mixed = first @ second + third
        shares = log_softmax(mixed[:2]) + tanh(mixed.T).columns()[:2]
        return ((1.0 - exp(sine(mixed))).rows() * softplus(shares * 2.0).rows()).mean()

    nodes = [Node(one) for one in values]
    for value, gradient in zip(values, gradients(loss(*nodes), nodes), strict=True):
        for place in np.ndindex(*value.shape):
            before = value[place]
            value[place] = before + SMALL
            above = float(loss(*map(Node, values)).value)
            value[place] = before - SMALL
            below = float(loss(*map(Node, values)).value)
            value[place] = before
            assert gradient[place] == pytest.approx((above - below) / (2 * SMALL), abs=1e-6)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_A_SLOPE])
def test_the_gradient_of_a_task_leads_down(name: str) -> None:
    task = named(name)
    model, data = model_of(task), task.draw(np.random.default_rng(1), 64)
    before = model.loss(*data)
    model.rng = np.random.default_rng(0)  # the same draws as those of `loss`
    _, slope = model.loss_and_gradients(*data)
    for parameter, one in zip(model.parameters, slope, strict=True):
        parameter -= SMALL * one
    expected = -SMALL * sum(float((one**2).sum()) for one in slope)
    assert model.loss(*data) - before == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_the_logged_parts_add_up_to_the_logged_loss(name: str) -> None:
    task = named(name)
    short = replace(task, logging=replace(task.logging, steps=40))
    for setup in (Setup(adam=True), Setup(adam=True, interval_mean=True, part_weight=30.0)):
        frame = simulate(short, setup, 0).frame
        parts = [
            series.values
            for tag, series in frame.items()
            if tag.startswith("train/") and tag not in ("train/loss", "train/lr", "train/grad_norm")
        ]
        assert len(parts) >= 2
        np.testing.assert_allclose(np.sum(parts, axis=0), frame["train/loss"].values)


def test_a_run_is_judged_by_the_right_weights() -> None:
    task = named("pendulum")
    right, heavy = (simulate(task, Setup(adam=True, part_weight=weight), 3) for weight in (1.0, 1000.0))
    assert right.as_logged
    assert not heavy.as_logged
    assert heavy.train[0] == right.train[0]
    assert heavy.frame["train/loss"].values[0] > 10.0 * right.frame["train/loss"].values[0]


def test_a_pendulum_learns_and_comes_to_rest_where_the_equation_weighs_too_much() -> None:
    task, goal = named("pendulum"), Reachable(train=0.01, validation=0.01, start=1.0)
    learnt = generate_one(task, next(one for one in HEALTHY if one.name == "cosine"), 0, goal)
    assert "healthy" in learnt.labels
    assert "val/loss" not in learnt.runs[0].frame
    heavy = next(one for one in PARTS if one.name == "plateau/part-heavy")
    stuck = [generate_one(task, heavy, seed, goal) for seed in range(3)]
    assert any("plateau" in run.labels for run in stuck)


def test_what_no_logged_curve_shows_could_be_said_either_way() -> None:
    steps = np.arange(200)
    judged = np.where(steps < 120, np.exp(-steps / 10.0), 0.4)
    tags = {"train/loss": judged, "val/loss": judged, "train/grad_norm": np.ones(200)}
    goal = Reachable(train=0.0, validation=0.0, start=1.0)
    for as_logged in (True, False):
        recorded = Recorded(
            make_run(tags).frame, steps.astype(np.float64), judged, judged, PART_TASKS[0].logging, as_logged
        )
        labels = label(recorded, HEALTHY[0], Setup(), goal)
        assert ("late_instability" in labels.sure) == as_logged
        assert ("late_instability" in labels.gray) != as_logged
