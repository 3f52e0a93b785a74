from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.assorted import data as assorted_data
from benchmarks.detection.assorted import heads as assorted_heads
from benchmarks.detection.assorted import losses as assorted_losses
from benchmarks.detection.assorted.optimisers import Broken, Flushed, LookingAhead, Rectified, SeveralMomenta
from benchmarks.detection.assorted.tasks import ASSORTED_TASKS
from benchmarks.detection.tape import Node
from loss_support import (
    ANY,
    before_softplus,
    cost,
    model_of,
    nodes,
    silent,
    slopes_test,
    value_of,
)
from sample_logs.training import Adam, Array, Sgd
from task_support import way

test_slopes_are_those_of_the_loss = slopes_test(ASSORTED_TASKS)


def test_what_is_told_too_low_is_dearer_than_what_is_told_too_high() -> None:
    low, high = (cost(assorted_heads.linear_exponential, [0.0], off) for off in (1.0, -1.0))
    scaled = assorted_heads.DEAR
    assert low == pytest.approx(np.exp(scaled) - scaled - 1.0)
    assert 0.0 < high < low


def test_a_number_far_off_costs_by_its_logarithm() -> None:
    width = before_softplus(1.0 - assorted_heads.LEAST_WIDTH)
    costs = [cost(assorted_heads.far_ones, [0.0, width], 10.0**power) for power in (3.0, 4.0)]
    assert costs[1] - costs[0] == pytest.approx((assorted_heads.FREEDOM + 1.0) * np.log(10.0), rel=1e-4)
    assert cost(assorted_heads.far_ones, [2.0, width], 2.0) == pytest.approx(0.0)


def test_who_is_sure_and_right_has_one_less_than_nothing() -> None:
    assert cost(assorted_heads.spherical, [50.0, 0.0, 0.0], 1.0, 0.0, 0.0) == pytest.approx(-1.0)
    assert cost(assorted_heads.spherical, [0.0, 0.0, 0.0, 0.0], 1.0, 0.0, 0.0, 0.0) == pytest.approx(-0.5)


def test_each_degree_is_a_yes_or_no_of_its_own() -> None:
    assert cost(assorted_heads.by_degrees, [0.0] * 4, 1.0, 1.0, 0.0, 0.0) == pytest.approx(4.0 * np.log(2.0))


def test_the_larger_of_two_sums_is_answered() -> None:
    model = silent("shelters")
    model[1] = Node(np.full((1, 16), -1.0))
    model[3] = Node(np.full((1, 16), 0.5))
    model[4] = Node(np.ones((16, 1)))
    loss = assorted_losses.largest_of_two(model, np.ones((2, 8)), np.full((2, 1), 8.0), ANY)
    assert value_of(loss) == pytest.approx(0.0)


def test_a_state_forgets_what_was_long_ago() -> None:
    days = np.random.default_rng(1).uniform(-1.0, 1.0, size=(3, assorted_losses.SIGNAL))
    first, last = days.copy(), days.copy()
    first[:, 0] += 0.5
    last[:, -1] += 0.5
    moved = [
        float(np.abs(assorted_losses.state_after(one) - assorted_losses.state_after(days)).max())
        for one in (first, last)
    ]
    assert moved[0] < 0.3 * moved[1]


def test_what_is_most_alike_is_remembered() -> None:
    keys: Array = 50.0 * np.eye(8)[:, :2]
    known = np.array([[1.0, 2.0, 3.0], [-1.0, 0.0, 1.0]])
    model = nodes([keys, np.zeros((1, 2)), known])
    assert value_of(assorted_losses.remembered(model, np.eye(8)[:2], known, ANY)) == pytest.approx(0.0)


def test_curves_that_are_flat_answer_a_constant() -> None:
    model = silent("dials")
    model[-1] = Node(np.full((1, 1), 3.0))
    dials, _ = assorted_data.dials(np.random.default_rng(1), 5)
    assert value_of(assorted_losses.by_curves(model, dials, np.full((5, 1), 3.0), ANY)) == pytest.approx(0.0)


def test_the_lamp_scales_and_shifts_what_is_made_of_colours() -> None:
    first, scale, shift = np.eye(6)[:, :1], np.array([[1.0], [0.0]]), np.array([[0.0], [0.3]])
    model = nodes([first, scale, shift, np.ones((1, 1)), np.zeros((1, 1))])
    colours = np.zeros((2, 6))
    colours[:, 0] = 0.2
    seen = np.hstack([colours, np.eye(2)])
    expected = np.tanh([[0.4], [0.5]])
    assert value_of(assorted_losses.modulated(model, seen, expected, ANY)) == pytest.approx(0.0)


def test_it_does_not_matter_in_which_order_birds_come() -> None:
    model = nodes(model_of("flocks"))
    flocks, does = assorted_data.flocks(np.random.default_rng(1), 8)
    turned = flocks.reshape(8, assorted_losses.BIRDS, -1)[:, ::-1].reshape(8, -1)
    costs = [value_of(assorted_losses.of_all_alike(model, one, does, ANY)) for one in (flocks, turned)]
    assert costs[0] == pytest.approx(costs[1])


def test_who_knows_nothing_of_grains_tosses_a_coin() -> None:
    grains, nothing = assorted_data.dunes(np.random.default_rng(1), 9)
    parts = assorted_losses.told_from_noise(silent("dunes"), grains, nothing, ANY)
    assert [float(one.value) for one in parts.values()] == pytest.approx([np.log(2.0)] * 2)


def test_who_lays_alike_into_all_papers_has_their_mean() -> None:
    growth = np.array([[1.2, 1.0, 1.0, 0.8]])
    assert value_of(assorted_losses.grown(silent("stakes"), np.ones((1, 9)), growth, ANY)) == pytest.approx(
        0.0
    )
    growth *= 1.1
    loss = value_of(assorted_losses.grown(silent("stakes"), np.ones((1, 9)), growth, ANY))
    assert loss == pytest.approx(-np.log(1.1))


def test_changes_keep_an_energy_what_it_is() -> None:
    model = model_of("cradles")
    state = np.random.default_rng(1).normal(size=(1, 4))

    def energy(at: Array) -> float:
        return float((np.tanh(at @ model[0] + model[1]) @ model[2])[0, 0])

    steps = [1e-5 * np.eye(4)[i : i + 1] for i in range(4)]
    slopes = np.array([(energy(state + one) - energy(state - one)) / 2e-5 for one in steps])
    changes = np.concatenate([slopes[2:], -slopes[:2]])[None]
    assert value_of(assorted_losses.kept_energy(nodes(model), state, changes, ANY)) == pytest.approx(0.0)
    assert float((slopes * changes[0]).sum()) == pytest.approx(0.0)


def test_a_cell_that_is_looked_at_alone_decides() -> None:
    model = silent("biopsies")
    model[0] = Node(100.0 * np.eye(assorted_losses.TISSUE, 16))
    model[2] = Node(100.0 * np.eye(16)[:, :1])
    model[3] = Node(np.eye(16)[:, :1])
    cells = np.zeros((1, assorted_losses.CELLS, assorted_losses.TISSUE))
    cells[0, 3, 0] = 1.0
    loss = value_of(assorted_losses.looked_at(model, cells.reshape(1, -1), np.ones((1, 1)), ANY))
    assert loss == pytest.approx(np.log1p(np.exp(-1.0)))


def test_several_momenta_are_averaged() -> None:
    both = way(SeveralMomenta((0.0, 0.9)), [1.0] * 5)
    each = [way(Sgd(momentum), [1.0] * 5) for momentum in (0.0, 0.9)]
    assert both == pytest.approx(np.mean(each, axis=0).tolist())


def test_looking_ahead_follows_a_slope_that_has_turned_sooner() -> None:
    slopes = [1.0] * 30 + [-1.0] * 3
    ahead, adam = (way(made, slopes) for made in (LookingAhead(), Adam()))
    assert ahead[-1] - ahead[-4] > adam[-1] - adam[-4]


def test_steps_are_short_until_squares_are_known() -> None:
    rectified, adam = (way(made, [1.0] * 400) for made in (Rectified(), Adam()))
    assert 1.0 - rectified[0] < 0.2 * (1.0 - adam[0])
    assert rectified[-2] - rectified[-1] == pytest.approx(adam[-2] - adam[-1])


def test_squares_that_are_flushed_make_steps_longer() -> None:
    flushed, kept = (way(Flushed(bound), [0.1] * 50) for bound in (1.0, 0.0))
    assert 1.0 - flushed[-1] > 3.0 * (1.0 - kept[-1])


def test_damaged_squares_end_in_what_is_no_number() -> None:
    with np.errstate(invalid="ignore"):
        places = way(Broken(3), [1.0] * 6)
    assert np.isfinite(places[:3]).all()
    assert not np.isfinite(places[3:]).any()
