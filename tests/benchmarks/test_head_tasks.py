from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.generator import FAMILIES, as_run
from benchmarks.detection.head import losses as head_losses
from benchmarks.detection.other_models import data as model_data
from benchmarks.detection.other_models import losses as model_losses
from benchmarks.detection.part.models import PartModel
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.tape import Node
from benchmarks.detection.telling import as_logged, as_told
from losstui.kinds import OF_THE_MODEL
from losstui.roles import Kind
from task_support import short, task_named

NAMES = [task.name for family in FAMILIES for task in family.tasks]
SMALL = 1e-6
# What is logged is not what the gradient is of: errors, rewards, rounds, stumps, generations, pairs, scales
# of a batch, and values of what follows, or it does not go back all the way.
NOT_A_SLOPE = (
    *("glances", "offers", "federated", "boosted", "probe", "play", "brakes", "defaults"),
    *("transitions", "echoing", "churned", "scans", "logged-actions", "valves", "ferries"),
    "boards",  # of units that say their sign only, whose slope is that of a smooth one
    "thermostats",  # of weights in steps, likewise
    "riddles",  # what answers that were drawn bring, with the slope of those above their mean
)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_A_SLOPE])
def test_the_gradient_of_a_task_leads_down(name: str) -> None:
    task = task_named(name)
    model, data = task.model(np.random.default_rng(0)), task.draw(np.random.default_rng(1), 32)
    for parameter in model.parameters:  # away from where they are all 0
        parameter += 0.1 * np.random.default_rng(2).normal(size=parameter.shape)
    before = model.loss(*data)
    if isinstance(model, PartModel):
        model.rng = np.random.default_rng(0)  # the same draws as those of `loss`
    value, slope = model.loss_and_gradients(*data)
    assert value == pytest.approx(before)
    for parameter, one in zip(model.parameters, slope, strict=True):
        parameter -= SMALL * one
    expected = -SMALL * sum(float((one**2).sum()) for one in slope)
    assert expected < 0.0
    assert model.loss(*data) - before == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_each_task_learns_and_logs_a_curve_that_can_be_judged(name: str) -> None:
    task = task_named(name)
    fewer = replace(task.logging, steps=max(4 * task.logging.evaluate_every, task.logging.steps // 4))
    recorded = as_logged(simulate(replace(task, logging=fewer), Setup(adam=True), 0))
    assert np.isfinite(recorded.train).all()
    assert recorded.train[-1] < recorded.train[0]
    assert recorded.validation[-1] < recorded.validation[0]
    run = as_run(name, as_told(recorded.frame, task.logging))
    judged = {*OF_THE_MODEL, Kind.REWARD}
    assert judged & {role.kind for role in run.roles.values()}
    assert not task.logging.unlogged & run.frame.keys()


def test_what_is_seen_later_says_nothing_of_an_earlier_bracket() -> None:
    model = task_named("brackets").model(np.random.default_rng(0))
    texts, following = model_data.bracketed(np.random.default_rng(1), 1)
    others = texts.copy()
    others[0, 6:] = (others[0, 6:] + 1) % 4

    def of_place(place: int, given: NDArray[np.floating]) -> float:
        changed = following.copy()
        changed[0, place] = (changed[0, place] + 1) % 4
        return model.loss(given, changed) - model.loss(given, following)

    assert of_place(5, texts) == pytest.approx(of_place(5, others), abs=1e-12)
    assert of_place(6, texts) != pytest.approx(of_place(6, others), abs=1e-3)


def test_the_probabilities_of_all_rows_of_states_add_up_to_one() -> None:
    task = task_named("chain")
    model = task.model(np.random.default_rng(0))
    model.parameters[2] += np.random.default_rng(1).normal(size=(3, 3))
    inputs, _ = task.draw(np.random.default_rng(2), 1)
    states = np.eye(model_losses.STATES)
    total = sum(
        np.exp(-model.loss(inputs, np.concatenate([states[i] for i in row])[None]))
        for row in product(range(model_losses.STATES), repeat=model_losses.PLACES)
    )
    assert total == pytest.approx(1.0)


def test_the_density_of_a_flow_adds_up_to_one() -> None:
    model = task_named("flow").model(np.random.default_rng(3))
    axis = np.linspace(-8.0, 8.0, 161)
    bits = [2.0 * model.loss(np.array([[x, y]]), np.zeros((1, 1))) for x in axis[::2] for y in axis[::2]]
    assert sum(2.0 ** -np.array(bits)) * 0.2**2 == pytest.approx(1.0, abs=0.01)


def test_the_mixture_is_a_density() -> None:
    scores = np.random.default_rng(0).normal(size=(1, 9))
    values = np.linspace(-30.0, 30.0, 6001)
    density = [np.exp(-float(head_losses.mixture(Node(scores), np.array([[y]])).value)) for y in values]
    assert sum(density) * (values[1] - values[0]) == pytest.approx(1.0, abs=1e-3)


def test_quantiles_have_the_least_pinball_loss() -> None:
    values = np.random.default_rng(0).normal(size=(2000, 1))
    right = np.quantile(values, head_losses.LEVELS)[None]
    least = float(head_losses.pinball(Node(right), values).value)
    for off in (-0.1, 0.1):
        assert float(head_losses.pinball(Node(right + off), values).value) > least


def test_stumps_find_a_step() -> None:
    model = task_named("boosted").model(np.random.default_rng(0))
    inputs = np.random.default_rng(1).uniform(size=(500, 8))
    targets = np.where(inputs[:, 5:6] < 0.5, -1.0, 2.0)
    before, (stump,) = model.loss_and_gradients(inputs, targets)
    model.parameters[0] -= stump
    assert before > 1.0
    assert model.loss(inputs, targets) == pytest.approx(0.0, abs=1e-12)


def test_a_round_of_equal_clients_goes_as_far_as_one_alone() -> None:
    task = task_named("federated")
    model = task.model(np.random.default_rng(0))
    assert isinstance(model, PartModel)
    inputs, targets = task.draw(np.random.default_rng(1), 1)
    _, alone = model.loss_and_gradients(inputs, targets)
    _, many = model.loss_and_gradients(np.repeat(inputs, 8, axis=0), np.repeat(targets, 8, axis=0))
    for one, other in zip(alone, many, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-12)


def test_only_the_data_that_are_trained_on_are_smoothed() -> None:
    task = short("smoothed")
    smoothed, plain = (simulate(one, Setup(), 0) for one in (task, replace(task, for_training=None)))
    assert smoothed.validation[0] == plain.validation[0]
    assert smoothed.train[0] != plain.train[0]


def test_running_means_of_the_weights_are_validated_and_not_trained() -> None:
    task = short("denoised")
    averaged, plain = (simulate(one, Setup(), 0) for one in (task, replace(task, averaging=0.0)))
    np.testing.assert_array_equal(averaged.train, plain.train)
    assert averaged.validation[0] == plain.validation[0]
    assert averaged.validation[-1] != plain.validation[-1]
