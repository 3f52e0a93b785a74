from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr

from benchmarks.detection.tape import Node
from benchmarks.detection.wide import data as wide_data
from benchmarks.detection.wide import losses as wide_losses
from loss_support import ANY, nodes
from task_support import task_named


def column(values: list[float]) -> NDArray[np.float64]:
    return np.array(values)[:, None]


def test_the_robust_error_grows_as_the_distance_beyond_one() -> None:
    values = [
        float(wide_losses.robust(Node(column([one])), column([0.0])).value) for one in (0.5, 1.0, 3.0, -4.0)
    ]
    assert values == pytest.approx([0.125, 0.5, 2.5, 3.5])


def test_all_shades_together_are_sure() -> None:
    scores = Node(np.array([[4.3, 0.4]]))
    every = [
        np.exp(-float(wide_losses.discretised(scores, column([float(shade)])).value))
        for shade in range(wide_losses.SHADES)
    ]
    assert sum(every) == pytest.approx(1.0, abs=1e-4)
    assert int(np.argmax(every)) == 4


def test_the_distribution_of_directions_is_a_density() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False)
    scores = Node(np.array([[1.5, -2.0]]))
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    density = [np.exp(-float(wide_losses.directed(scores, one[None]).value)) for one in ways]
    assert sum(density) * 2.0 * np.pi / 400 == pytest.approx(1.0, abs=1e-3)
    assert ways[int(np.argmax(density))] == pytest.approx([0.6, -0.8], abs=0.02)


def test_the_deviance_of_sums_is_nought_where_the_mean_is_right() -> None:
    cost = column([0.3, 2.0, 9.0])
    right, off = (float(wide_losses.gamma(Node(np.log(cost) + by), cost).value) for by in (0.0, 0.5))
    assert right == pytest.approx(0.0)
    assert off == pytest.approx(2.0 * (0.5 + np.exp(-0.5) - 1.0))


def test_what_is_there_and_was_missed_costs_more_than_a_false_finding() -> None:
    missed = float(wide_losses.weighed(Node(np.full((1, 1), -3.0)), np.ones((1, 1))).value)
    false = float(wide_losses.weighed(Node(np.full((1, 1), 3.0)), np.zeros((1, 1))).value)
    assert missed == pytest.approx(wide_losses.POSITIVE * false)


def test_the_overlap_is_what_is_shared_of_what_either_covers() -> None:
    sure = Node(np.array([[50.0, 50.0, -50.0, -50.0]]))
    loss = wide_losses.overlap(sure, np.array([[1.0, 0.0, 1.0, 0.0]]))
    assert 1.0 - float(loss.value) == pytest.approx(1.0 / 3.0, rel=1e-4)


def test_the_score_of_ranks_is_the_area_between_the_distributions() -> None:
    places = np.linspace(-30.0, 30.0, 60001)
    width = np.log1p(np.exp(0.3)) + 0.05
    off: NDArray[np.float64] = (places - 0.7) / width
    below = ndtr(off)
    area = float(np.sum((below - (places >= 2.0)) ** 2) * (places[1] - places[0]))
    score = float(wide_losses.ranked(Node(np.array([[0.7, 0.3]])), column([2.0])).value)
    assert score == pytest.approx(area, rel=1e-3)


def test_a_glider_that_nobody_steers_goes_where_it_is_blown() -> None:
    still = nodes([np.zeros((3, 1)), np.zeros((1, 1))])
    begins = np.zeros((1, 2 + wide_losses.FLOWN))
    blown = begins.copy()
    blown[0, 2:] = 1.0
    costs = [float(wide_losses.steered(still, one, one, ANY)["loss"].value) for one in (begins, blown)]
    assert costs[0] == 0.0
    assert costs[1] > 0.5


def test_how_large_what_goes_into_a_block_is_says_nothing() -> None:
    task = task_named("kinds-of-text")
    first, *others = task.model(np.random.default_rng(0)).parameters
    blocks = [0.0 * one for one in others[:8]]
    data = task.draw(np.random.default_rng(1), 20)
    losses = [
        float(wide_losses.stacked(nodes([scale * first, *blocks, *others[8:]]), *data, ANY)["loss"].value)
        for scale in (1.0, 7.0)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_an_input_at_a_centre_is_what_that_centre_stands_for() -> None:
    centres = 3.0 * np.eye(2)
    model = nodes([centres, np.zeros((1, 2)), 20.0 * np.eye(2), np.zeros((1, 2))])
    assert float(wide_losses.centred(model, centres, np.eye(2), ANY)["loss"].value) == pytest.approx(
        0.0, abs=1e-6
    )


def test_closed_gates_let_everything_through() -> None:
    first, last = [np.eye(2), np.zeros((1, 2))], [np.eye(2), np.zeros((1, 2))]
    closed = [np.zeros((2, 2)), np.full((1, 2), -60.0), np.eye(2), np.ones((1, 2))]
    inputs = np.array([[0.4, -0.2]])
    loss = wide_losses.carried(nodes([*first, *closed, *closed, *last]), inputs, np.tanh(inputs) + 3.0, ANY)
    assert float(loss["loss"].value) == pytest.approx(np.log(np.cosh(3.0)))


def test_words_without_a_topic_are_as_likely_as_any() -> None:
    task = task_named("topics")
    same = [0.0 * one for one in task.model(np.random.default_rng(0)).parameters]
    loss = wide_losses.topics(nodes(same), *task.draw(np.random.default_rng(1), 10), ANY)["loss"]
    assert np.exp(float(loss.value)) == pytest.approx(wide_data.WORDS)


def test_a_day_of_which_nothing_is_known_expects_one_arrival() -> None:
    nothing = nodes([np.zeros((6, 1)), np.zeros((1, 1))])
    inputs, days = wide_data.arrivals(np.random.default_rng(1), 10)
    assert float(wide_losses.awaited(nothing, inputs, days, ANY)["loss"].value) == pytest.approx(1.0)
    always = nodes([np.zeros((6, 1)), np.full((1, 1), np.arctanh(np.log(2.0) / 3.0))])
    many = days[:, wide_losses.ARRIVALS :].sum(axis=1).mean()
    loss = float(wide_losses.awaited(always, inputs, days, ANY)["loss"].value)
    assert loss == pytest.approx(2.0 - many * np.log(2.0))


def test_a_relation_leads_to_its_end() -> None:
    things = 4.0 * np.eye(6)[:, :5]
    model = nodes([things, (things[1] - things[0])[None], np.full((1, 1), 8.0)])
    asked = np.array([[0.0, 0.0]])
    right, wrong = (
        float(wide_losses.related(model, asked, np.array([[end, 2.0, 3.0, 4.0]]), ANY)["loss"].value)
        for end in (1.0, 5.0)
    )
    assert right == pytest.approx(0.0, abs=1e-3)
    assert wrong > 5.0


def test_what_is_liked_more_is_taken() -> None:
    model = nodes([np.zeros((1, 2)), np.zeros((2, 2)), column([0.0, 3.0])])
    asked = np.zeros((1, 1))
    taken, left = (
        float(wide_losses.chosen(model, asked, np.array([one]), ANY)["loss"].value)
        for one in ([1.0, 0.0], [0.0, 1.0])
    )
    assert left - taken == pytest.approx(3.0)


def test_an_attack_makes_the_loss_of_a_linear_model_worse_by_the_sum_of_its_slopes() -> None:
    rng = np.random.default_rng(2)
    weights = rng.normal(size=(4, 2))
    inputs, kinds = rng.normal(size=(1, 4)), np.eye(2)[:1]
    odds = inputs @ weights
    margin = float(odds[0, 0] - odds[0, 1]) - wide_losses.ATTACK * float(np.abs(weights @ [1.0, -1.0]).sum())
    loss = wide_losses.attacked(nodes([weights, np.zeros((1, 2))]), inputs, kinds, ANY)["loss"]
    assert float(loss.value) == pytest.approx(np.log1p(np.exp(-margin)))


def test_a_forecast_of_twice_what_is_sold_is_off_by_two_thirds() -> None:
    past, ahead = np.zeros((1, wide_losses.PAST)), np.full((1, wide_losses.AHEAD), 1.5)
    level = np.log(np.expm1(3.0))  # softplus of that is twice 1.5
    answer = np.zeros((1, wide_losses.PAST + wide_losses.AHEAD))
    answer[:, wide_losses.PAST :] = level
    weights = np.zeros((wide_losses.PAST, 1)), np.zeros((1, 1)), np.zeros((1, answer.shape[1]))
    model = nodes([*weights, answer, *weights, 0.0 * answer])
    loss = wide_losses.forecast(model, past, ahead, ANY)["loss"]
    assert float(loss.value) == pytest.approx(2.0 / 3.0)


def test_what_is_on_a_picture_has_three_losses() -> None:
    task = task_named("helmets")
    model = task.model(np.random.default_rng(0))
    data = task.draw(np.random.default_rng(1), 10)
    parts = wide_losses.found(nodes(model.parameters), *data, ANY)
    assert set(parts) == {"box", "class_", "bins"}
    assert sum(float(one.value) for one in parts.values()) == pytest.approx(model.loss(*data))
