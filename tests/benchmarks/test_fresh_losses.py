from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import geom, gompertz, rayleigh

from benchmarks.detection.fresh import data as fresh_data
from benchmarks.detection.fresh import heads, losses
from benchmarks.detection.fresh.optimisers import TunesItself, in_three_levels
from benchmarks.detection.fresh.tasks import FRESH_TASKS
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tape import Node, gradients
from loss_support import ANY, before_softplus, cost, model_of, nodes, silent, slopes_test, value_of
from sample_logs.training import Sgd
from task_support import way

test_slopes_are_those_of_the_loss = slopes_test(FRESH_TASKS)


@pytest.mark.parametrize(
    "task", [one for one in FRESH_TASKS if isinstance(one, HeadTask)], ids=lambda task: task.name
)
def test_slopes_of_heads_are_those_of_their_losses(task: HeadTask) -> None:
    scores = np.random.default_rng(1).normal(size=(8, task.sizes[-1]))
    targets = task.draw(np.random.default_rng(2), 8)[1]
    node = Node(scores)
    slope = gradients(task.head(node, targets), [node])[0]
    for at in ((0, 0), (5, task.sizes[-1] - 1)):
        ends = list[float]()
        for off in (1e-5, -1e-5):
            moved = scores.copy()
            moved[at] += off
            ends.append(float(task.head(Node(moved), targets).value))
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(float(slope[at]), abs=1e-6, rel=1e-4)


def test_gusts_are_as_fast_as_rayleigh_says() -> None:
    score = before_softplus(1.4 - heads.CALMEST)
    assert cost(heads.gusting, [score], 2.0) == pytest.approx(-rayleigh.logpdf(2.0, scale=1.4))
    assert fresh_data.gusts(np.random.default_rng(1), 3000)[1].min() > 0.0


def test_who_fails_so_often_succeeds_the_next_time() -> None:
    chance = 0.3
    score = np.log(chance / (1.0 - chance))
    for failed in (0.0, 4.0):
        assert cost(heads.tries_before, [score], failed) == pytest.approx(-geom.logpmf(failed + 1, chance))


def test_shares_that_are_right_cost_nothing_and_those_that_have_nothing_in_common_all() -> None:
    shares = [0.2, 0.5, 0.3]
    assert cost(heads.between_roots, np.log(shares).tolist(), *shares) == pytest.approx(0.0)
    assert cost(heads.between_roots, [40.0, 0.0, 0.0], 0.0, 1.0, 0.0) == pytest.approx(1.0, abs=1e-6)
    mixed = fresh_data.dyes(np.random.default_rng(1), 500)[1]
    np.testing.assert_allclose(mixed.sum(axis=1), 1.0)


def test_to_be_less_sure_is_worth_something() -> None:
    shares = np.array([0.7, 0.3])
    spread = -float((shares * np.log(shares)).sum())
    whole = -np.log(0.7) - heads.SURENESS * spread
    assert cost(heads.not_too_sure, np.log(shares).tolist(), 1.0, 0.0) == pytest.approx(whole)


def test_pumps_wear_out_as_gompertz_says() -> None:
    level, growth, age = -0.4, 0.8, 1.7
    ages = gompertz(np.exp(level) / growth, scale=1.0 / growth)
    scores = [level, before_softplus(growth - heads.EVENEST)]
    assert cost(heads.wearing_out, scores, age, 1.0) == pytest.approx(-ages.logpdf(age))
    assert cost(heads.wearing_out, scores, age, 0.0) == pytest.approx(-ages.logsf(age))


def test_what_pumps_are_drawn_from_is_what_their_loss_says() -> None:
    readings, told = fresh_data.pumps(np.random.default_rng(1), 20000)
    level = -1.0 + 0.8 * readings[:, :1] + np.tanh(readings[:, 1:2] * readings[:, 2:3])
    growth = np.logaddexp(0.0, readings[:, 3:4] + 0.5 * np.abs(readings[:, 4:5]))
    right = np.hstack([level, np.log(np.expm1(growth))])
    costs = [
        float(heads.wearing_out(Node(right + off), told).value)
        for off in (np.zeros(2), np.array([0.3, 0.0]), np.array([0.0, 0.3]))
    ]
    assert min(costs[1:]) > costs[0]


def test_rows_of_shares_are_mixed_as_the_words_before_say() -> None:
    words, after = fresh_data.limericks(np.random.default_rng(1), 8)
    model = silent("limericks")
    assert value_of(losses.by_mixed_shares(model, words, after, ANY)) == pytest.approx(np.log(losses.WORDS))
    own = model_of("limericks")
    own[4][...] = 0.0
    state = np.tanh(own[0][words[:, 0].astype(int)] @ own[1] + own[0][words[:, 1].astype(int)] @ own[2])
    shares = np.zeros((8, losses.WORDS))
    for i in range(losses.MIXED):
        odds = np.exp(state @ own[5][:, losses.WORDS * i : losses.WORDS * (i + 1)])
        shares += odds / odds.sum(axis=1, keepdims=True) / losses.MIXED
    told = -np.log(shares[np.arange(8), after[:, 0].astype(int)]).mean()
    assert value_of(losses.by_mixed_shares(nodes(own), words, after, ANY)) == pytest.approx(told)


def test_who_buys_has_looked() -> None:
    passers, done = fresh_data.shopfronts(np.random.default_rng(1), 2000)
    assert (done[:, 1] <= done[:, 0]).all()
    assert 0.0 < done[:, 1].mean() < done[:, 0].mean()
    parts = losses.looked_then_bought(silent("shopfronts"), passers, np.zeros((2000, 2)), ANY)
    assert float(parts["look"].value) == pytest.approx(np.log(2.0))
    assert float(parts["order"].value) == pytest.approx(-np.log(0.75), abs=1e-5)


def test_a_filter_may_turn_the_slow_waves_of_a_canal_and_does_not_see_the_fast_ones() -> None:
    around = 2.0 * np.pi * np.arange(losses.PLACES) / losses.PLACES
    model = [0.0 * one for one in model_of("canals")]
    many = losses.WAVES * losses.CHANNELS
    turn = 0.7
    model[0][0, 1], model[0][0, many + 1] = 1e-3, 1e3 * np.cos(turn)  # small enough for tanh to be a line
    model[1][0, many + 1] = 1e3 * np.sin(turn)
    slow, fast = (np.cos(k * around)[None] for k in (1, losses.WAVES + 1))
    later = np.cos(around - turn)[None]
    assert value_of(losses.by_slow_waves(nodes(model), slow, later, ANY)) == pytest.approx(0.0, abs=1e-6)
    assert value_of(losses.by_slow_waves(nodes(model), fast, 0.0 * fast, ANY)) == pytest.approx(0.0, abs=1e-9)


def test_an_exhibit_says_nothing_without_a_question() -> None:
    both, right = fresh_data.exhibits(np.random.default_rng(1), 50)
    model = model_of("exhibits")
    model[4][...] *= 50.0  # products of small numbers are loud then
    unasked = both.copy()
    unasked[:, losses.SEEN :] = 0.0
    guess = value_of(losses.by_products(nodes(model), unasked, right, ANY))
    assert guess == pytest.approx(np.log(fresh_data.ANSWERS))
    assert value_of(losses.by_products(nodes(model), both, right, ANY)) != pytest.approx(guess, rel=1e-3)


def test_a_rate_goes_up_while_slopes_agree_and_down_where_they_turn() -> None:
    def tuned(slopes: list[float]) -> float:
        optimiser = TunesItself(Sgd(momentum=0.0), lambda cosine: 1.0 + 0.1 * cosine)
        way(optimiser, slopes)
        return optimiser.factor

    assert tuned([1.0, 2.0, 3.0]) == pytest.approx(1.1**2)
    assert tuned([1.0, -2.0, 3.0]) == pytest.approx(0.9**2)
    assert tuned([1.0, 0.0, 3.0]) == 1.0


def test_three_levels_are_right_on_average() -> None:
    told, slopes = in_three_levels(np.random.default_rng(1)), np.array([2.0, -1.0, 0.5, 0.0])
    levels = np.array([told(0.0, [slopes])[0] for _ in range(4000)])
    assert set(np.abs(levels).ravel().tolist()) == {0.0, 2.0}
    np.testing.assert_allclose(levels.mean(axis=0), slopes, atol=0.06)
