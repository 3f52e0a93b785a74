from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.mixed import data as mixed_data
from benchmarks.detection.mixed import losses as mixed_losses
from benchmarks.detection.mixed.optimisers import Nesterov, ScheduleFree, Trusting, Unrooted
from benchmarks.detection.tape import Node, gradients
from loss_support import ANY, before_softplus, nodes
from sample_logs.training import Sgd, stable_softmax
from task_support import task_named, way


def column(*values: float) -> NDArray[np.float64]:
    return np.array(values)[:, None]


def scores(*values: float) -> Node:
    return Node(np.array([values]))


def test_counts_that_are_often_none_are_sure_all_together() -> None:
    told = scores(0.7, before_softplus(2.0 - 0.05))
    likely = [
        np.exp(-float(mixed_losses.padded_counts(told, column(float(count))).value)) for count in range(60)
    ]
    assert sum(likely) == pytest.approx(1.0)
    closed = 1.0 / (1.0 + np.exp(-0.7))
    assert likely[0] == pytest.approx(closed + (1.0 - closed) * np.exp(-2.0))
    assert np.dot(likely, np.arange(60.0)) == pytest.approx((1.0 - closed) * 2.0)


def test_a_sum_costs_nothing_where_it_is_told_and_more_the_further_off() -> None:
    told = scores(before_softplus(4.0 - 0.02))
    costs = [float(mixed_losses.compound(told, column(one)).value) for one in (4.0, 0.0, 1.0)]
    assert costs == pytest.approx([0.0, 8.0, 2.0])  # 4 (y / root m + root m - 2 root y)


def test_a_place_with_outliers_has_the_density_of_a_t_distribution() -> None:
    told = scores(0.5, before_softplus(0.3 - 0.02))
    places = 0.5 + 0.01 * np.arange(-20000, 20001)
    density = np.exp(
        [-float(mixed_losses.heavy_tailed(told, column(float(one))).value) for one in places[::20]]
    )
    assert density.sum() * 0.2 == pytest.approx(1.0, abs=0.02)
    middle = -float(mixed_losses.heavy_tailed(told, column(0.5)).value)
    assert np.exp(middle) == pytest.approx(0.375 / 0.3)  # 3/8 is that of four degrees of freedom at 0


def test_a_tag_that_is_not_there_and_hardly_said_costs_nothing() -> None:
    def cost(score: float, there: float) -> float:
        return float(mixed_losses.one_sided(scores(score), column(there)).value)

    assert cost(-5.0, 0.0) == pytest.approx(0.0, abs=1e-9)
    assert cost(0.0, 0.0) == pytest.approx(-(0.45**2) * np.log(0.55), rel=1e-6)
    assert cost(0.0, 1.0) == pytest.approx(np.log(2.0))


def test_the_ways_a_term_may_end_are_sure_all_together() -> None:
    parts = mixed_losses.PARTS_OF_TERM
    told = Node(np.linspace(-1.0, 0.5, parts)[None])
    likely = list[float]()
    for end in range(parts + 1):  # the last one stays to the end
        seen = np.arange(parts) <= end
        left = np.arange(parts) == end
        targets = np.hstack([seen, left]).astype(np.float64)[None]
        likely.append(np.exp(-float(mixed_losses.hazards(told, targets).value)))
    assert sum(likely) == pytest.approx(1.0)


def test_an_interval_costs_its_width_and_what_it_misses() -> None:
    told = scores(1.0, before_softplus(0.5))
    costs = [float(mixed_losses.missed_intervals(told, column(one)).value) for one in (1.2, 2.0, 0.0)]
    assert costs == pytest.approx([1.0, 1.0 + 10.0 * 0.5, 1.0 + 10.0 * 0.5])


def test_keys_of_which_nothing_is_known_sound_or_not() -> None:
    task = task_named("notes")
    silent = nodes([0.0 * one for one in task.model(np.random.default_rng(0)).parameters])
    loss = mixed_losses.sounding(silent, *task.draw(np.random.default_rng(1), 9), ANY)["loss"]
    assert float(loss.value) == pytest.approx(mixed_losses.KEYS * np.log(2.0))


def test_a_syllable_is_told_by_those_before_it_alone() -> None:
    task = task_named("lines")
    model = nodes(task.model(np.random.default_rng(0)).parameters)
    line = task.draw(np.random.default_rng(1), 1)[0]

    def changes(place: int) -> float:
        """How much another last syllable changes what is told of that place."""
        other = line.copy()
        other[0, -1] = (other[0, -1] + 1.0) % mixed_losses.SYLLABLES
        told = list[float]()
        for inputs in (line, other):
            targets = np.zeros_like(line)
            losses = list[float]()
            for kind in (0.0, 1.0):
                targets[0, place] = kind
                losses.append(float(mixed_losses.gated_mixing(model, inputs, targets, ANY)["loss"].value))
            told.append(losses[0] - losses[1])
        return abs(told[0] - told[1])

    assert [changes(place) for place in range(mixed_losses.WORDS_LONG - 1)] == pytest.approx([0.0] * 7)
    assert changes(mixed_losses.WORDS_LONG - 1) > 1e-3


def test_two_members_are_near_by_what_they_and_their_neighbours_are_like() -> None:
    traits, shared = np.eye(2), np.full((2, 2), 0.5)
    model = nodes([np.eye(2), np.zeros((1, 2)), np.eye(2), np.array([[0.3]])])
    loss = mixed_losses.acquainted(traits, shared, model, np.array([[0.0, 1.0]]), column(1.0))
    near = 2.0 * np.tanh(0.5) ** 2 + 0.3
    assert float(loss.value) == pytest.approx(np.log1p(np.exp(-near)))


def test_the_slope_of_a_policy_is_on_average_that_of_what_it_loses() -> None:
    aims = np.full((200_000, 2), 0.5)
    model = nodes([np.zeros((1, 2)), np.zeros((1, 2))])
    loss = mixed_losses.turned(model, np.zeros((len(aims), 1)), aims, np.random.default_rng(1))["loss"]
    assert float(loss.value) == pytest.approx(2.0 * (0.25 + mixed_losses.SHAKE**2), rel=0.01)
    np.testing.assert_allclose(gradients(loss, model)[1], -1.0, rtol=0.05)


def test_returns_that_are_told_exactly_cost_nothing_and_others_by_their_level() -> None:
    docks, shares = mixed_losses.DOCKS, mixed_losses.SHARES
    model = nodes([np.zeros((4, docks * shares)), np.full((1, docks * shares), 2.0)])
    taken = np.eye(docks)[:1]

    def loss(reward: float) -> float:
        targets = np.hstack([taken, np.array([[reward]])])
        return float(mixed_losses.spread_of_returns(model, np.zeros((1, 8)), targets, ANY)["loss"].value)

    settled = 2.0 * (1.0 - mixed_losses.FERRY_LATER)
    assert loss(settled) == pytest.approx(0.0)
    # 3 too high: the Huber loss is 2.5, weighed by the mean level, 0.5, of each of the five aims.
    assert loss(settled + 3.0) == pytest.approx(2.5 * 0.5 * shares)


def test_goods_of_which_nothing_is_known_come_first_alike() -> None:
    silent = nodes([np.zeros((mixed_losses.GOODS, 1)), np.zeros((1, 1))])
    inputs, stars = mixed_data.shelves(np.random.default_rng(1), 5)
    loss = float(mixed_losses.listed(silent, inputs, stars, ANY)["loss"].value)
    assert loss == pytest.approx(np.log(mixed_losses.SHELF))
    odds = stable_softmax(stars)
    assert loss > -np.mean(np.sum(odds * np.log(odds), axis=1))  # the least that there is


def test_numbers_that_say_the_same_twice_are_not_told_apart() -> None:
    inputs = np.random.default_rng(1).normal(size=(50_000, 1))
    model = nodes([np.ones((1, 2)), np.zeros((1, 2))])
    parts = mixed_losses.told_apart(model, inputs, inputs, np.random.default_rng(2))
    alike = 1.0 / (1.0 + 0.3**2)
    assert float(parts["on_diagonal"].value) == pytest.approx(2.0 * (1.0 - alike) ** 2, rel=0.05)
    assert float(parts["off_diagonal"].value) == pytest.approx(mixed_losses.COMMON * 2.0 * alike**2, rel=0.05)


def test_terms_are_held_against_how_often_they_stand_together() -> None:
    own, other = np.array([[1.0, 2.0]]), np.array([[3.0, 0.5]])
    model = nodes([own, other, np.array([[0.5]]), np.array([[-1.0]])])
    loss = mixed_losses.beside(model, np.zeros((1, 2)), np.array([[1.5, 0.4]]), ANY)["loss"]
    assert float(loss.value) == pytest.approx(0.5 * 0.4 * (4.0 + 0.5 - 1.0 - 1.5) ** 2)


def test_what_is_small_is_left_out_of_a_signal() -> None:
    width = mixed_losses.PULSES
    least = [np.full((1, width), before_softplus(0.1)) for _ in range(mixed_losses.ROUNDS)]
    model = nodes([np.eye(width), np.zeros((width, width)), *least])
    seen = np.zeros((1, width))
    seen[0, :3] = 1.0, -1.0, 0.05
    expected = np.zeros((1, width))
    expected[0, :2] = 0.9, -0.9
    assert float(mixed_losses.sparse_signal(model, seen, expected, ANY)["loss"].value) == pytest.approx(0.0)
    assert mixed_data.decibels(np.array([mixed_data.SIGNAL / 100.0])) == pytest.approx([-20.0])


def test_a_sign_lets_slopes_through_where_it_is_near_to_change() -> None:
    given = Node(np.array([[-3.0, -0.5, 0.5, 3.0]]))
    told = mixed_losses.signs(given)
    np.testing.assert_array_equal(told.value, [[-1.0, -1.0, 1.0, 1.0]])
    np.testing.assert_array_equal(gradients(told.mean(), [given])[0], [[0.0, 0.25, 0.25, 0.0]])


def test_boards_are_told_by_signs_alone() -> None:
    task = task_named("boards")
    model = task.model(np.random.default_rng(0)).parameters
    inputs, kinds = task.draw(np.random.default_rng(1), 9)
    model[1][...] = model[3][...] = 0.0
    losses = [
        float(mixed_losses.in_signs(nodes(model), times * inputs, kinds, ANY)["loss"].value)
        for times in (1.0, 50.0)
    ]
    assert losses[0] == losses[1]


def test_descent_that_looks_ahead_is_a_step_ahead_of_its_momentum() -> None:
    assert way(Nesterov(0.9), [1.0, 0.0]) == pytest.approx([1.0 - 0.19, 1.0 - 0.19 - 0.081])
    assert way(Sgd(0.9), [1.0, 0.0, 0.0])[2] == pytest.approx(way(Nesterov(0.9), [1.0, 0.0])[1])


def test_without_a_schedule_it_is_nearly_where_the_mean_of_the_plain_steps_is() -> None:
    # Plain: 0.9, 0.8; their mean 0.9, 0.85.
    assert way(ScheduleFree(), [1.0, 1.0]) == pytest.approx([0.9, 0.1 * 0.8 + 0.9 * 0.85])


def test_steps_by_trust_are_a_share_of_what_is_there() -> None:
    assert way(Trusting(), [5.0, -0.01], rate=0.1) == pytest.approx([0.9, 0.9 * 0.9], rel=1e-3)


def test_a_forgotten_root_makes_small_slopes_large_steps() -> None:
    steps = [1.0 - way(Unrooted(), [slope], rate=0.1)[0] for slope in (1.0, 0.01)]
    assert steps == pytest.approx([0.1, 10.0], rel=1e-3)
