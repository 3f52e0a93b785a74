from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.detection.medley import data as medley_data
from benchmarks.detection.medley import heads as medley_heads
from benchmarks.detection.medley import losses as medley_losses
from benchmarks.detection.medley.optimisers import (
    AddedSquares,
    BetweenBounds,
    ByDeltas,
    CountLost,
    LargestSquares,
    SmallestSquares,
)
from benchmarks.detection.medley.tasks import MEDLEY_TASKS
from benchmarks.detection.tape import Node, gradients
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
from sample_logs.training import Adam, Parameters
from task_support import way

test_slopes_are_those_of_the_loss = slopes_test(MEDLEY_TASKS)


def test_a_body_is_turned_as_two_of_its_directions_say() -> None:
    upright = np.eye(3).ravel()
    assert cost(medley_heads.turned_frames, [2.0, 0.0, 0.0, 5.0, 1.0, 0.0], *upright) == pytest.approx(0.0)
    other = np.diag([1.0, -1.0, -1.0]).ravel()
    assert cost(medley_heads.turned_frames, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0], *other) == pytest.approx(4.0)


def test_who_knows_nothing_of_kinds_guesses_their_group_as_well() -> None:
    kinds = medley_heads.GENERA * medley_heads.EACH
    first = [1.0] + [0.0] * (kinds - 1)
    nothing = np.log(kinds) + medley_heads.COARSE * np.log(medley_heads.GENERA)
    assert cost(medley_heads.kinds_of_groups, [0.0] * kinds, *first) == pytest.approx(nothing)
    in_group = [50.0] * medley_heads.EACH + [0.0] * (kinds - medley_heads.EACH)
    assert cost(medley_heads.kinds_of_groups, in_group, *first) == pytest.approx(np.log(medley_heads.EACH))


def test_times_are_off_by_shares_of_their_mean() -> None:
    score = before_softplus(2.0 - medley_heads.SOONEST)
    assert cost(medley_heads.inverse_gaussian, [score], 2.0) == pytest.approx(0.0)
    assert cost(medley_heads.inverse_gaussian, [score], 4.0) == pytest.approx(0.25)


def test_scores_that_are_far_enough_ahead_cost_nothing() -> None:
    assert cost(medley_heads.sparse_shares, [1.0, 0.0, -3.0], 1.0, 0.0, 0.0) == pytest.approx(0.0)
    assert cost(medley_heads.sparse_shares, [0.0, 0.0], 1.0, 0.0) == pytest.approx(0.25)


def test_the_slope_of_sparse_shares_is_how_far_they_are_off() -> None:
    scores = Node(np.array([[0.5, 0.0, -3.0]]))
    (slope,) = gradients(medley_heads.sparse_shares(scores, np.array([[0.0, 1.0, 0.0]])), [scores])
    assert slope[0] == pytest.approx([0.75, -0.75, 0.0])


def test_members_that_are_all_alike_are_one_number() -> None:
    many = medley_heads.MEMBERS
    assert cost(medley_heads.of_members, [1.0] * many, 3.0) == pytest.approx(2.0)
    apart = [0.0] * (many // 2) + [2.0] * (many // 2)
    assert cost(medley_heads.of_members, apart, 1.0) == pytest.approx(0.5)


def test_what_is_ruled_out_costs_nothing_where_nobody_believes_it() -> None:
    assert cost(medley_heads.ruled_out, [0.0] * 5, 1.0, 0.0, 0.0, 0.0, 0.0) == pytest.approx(
        np.log(1.25), abs=1e-5
    )
    assert cost(medley_heads.ruled_out, [-50.0, 0.0], 1.0, 0.0) == pytest.approx(0.0, abs=1e-5)


def test_an_ellipse_that_leans_expects_the_second_number_by_the_first() -> None:
    width = before_softplus(1.0 - medley_heads.NARROWEST)
    upright = cost(medley_heads.leaning_ellipse, [0.0, 0.0, width, width, 0.0], 1.0, 0.5)
    assert upright == pytest.approx(0.5 * 1.25 + np.log(2.0 * np.pi))
    leaning = cost(medley_heads.leaning_ellipse, [0.0, 0.0, width, width, np.arctanh(0.5)], 1.0, 0.5)
    assert leaning == pytest.approx(0.5 + np.log(2.0 * np.pi))


def test_where_nothing_spreads_and_nothing_passes_as_many_stay_ill() -> None:
    model = silent("epidemics")
    model[-1] = Node(np.full((1, 2), -50.0))
    ill = np.full((3, medley_losses.DAYS), medley_losses.SHOWN * medley_losses.ILL)
    assert value_of(medley_losses.infected(model, np.ones((3, 5)), ill, ANY)) == pytest.approx(0.0)


def test_voices_in_other_units_are_as_likely() -> None:
    heard, nothing = medley_data.cocktails(np.random.default_rng(1), 50)
    matrix = np.random.default_rng(2).normal(size=(medley_data.VOICES,) * 2)
    one = value_of(medley_losses.unmixed(nodes([matrix]), heard, nothing, ANY))
    other = value_of(medley_losses.unmixed(nodes([matrix / 3.0]), 3.0 * heard, nothing, ANY))
    assert other - one == pytest.approx(np.log(3.0))


def test_the_determinant_is_how_much_larger_all_becomes() -> None:
    matrix = Node(np.diag([2.0, -3.0]))
    value = medley_losses.log_determinant(matrix)
    assert float(value.value) == pytest.approx(np.log(6.0))
    np.testing.assert_allclose(gradients(value, [matrix])[0], np.diag([0.5, -1.0 / 3.0]))


def test_readings_of_what_does_not_last_are_noise_alone() -> None:
    read, nothing = medley_data.barometers(np.random.default_rng(1), 20)
    sensors = (1, medley_losses.SENSORS)
    model: Parameters = [np.full(sensors, value) for value in (0.0, np.log(3.0), 0.0, 1.0)]
    likely = 0.5 * np.mean((read - 1.0) ** 2) / 4.0 + 0.5 * np.log(8.0 * np.pi)
    loss = value_of(medley_losses.followed_by_guesses(nodes(model), read, nothing, ANY))
    assert loss == pytest.approx(likely)


def test_cells_know_nothing_of_what_comes_later() -> None:
    model = nodes(model_of("looms"))
    inputs, targets = medley_data.looms(np.random.default_rng(1), 3)
    changed = inputs.copy()
    changed[:, -medley_losses.THREADS :] += 1.0
    off = np.zeros_like(targets)
    off[:, : -medley_losses.THREADS] = 1.0
    costs = [
        value_of(medley_losses.kept_in_cells(model, one, targets + extra, ANY))
        for one, extra in product((inputs, changed), (0.0 * off, off))
    ]
    assert costs[0] != pytest.approx(costs[2])
    assert costs[1] - costs[0] == pytest.approx(costs[3] - costs[2])


def test_each_two_courses_go_together_once() -> None:
    model = silent("menus")
    vectors = np.zeros_like(model[1].value)
    for course in range(medley_losses.COURSES):
        vectors[course * medley_losses.DISHES, 0] = 1.0
    model[1] = Node(vectors)
    pairs = medley_losses.COURSES * (medley_losses.COURSES - 1) / 2
    loss = value_of(medley_losses.by_pairs(model, np.zeros((1, medley_losses.COURSES)), np.ones((1, 1)), ANY))
    assert loss == pytest.approx(np.log1p(np.exp(-pairs)))


def test_streets_that_are_apart_cost_extra() -> None:
    model = silent("villas")
    streets = np.zeros((medley_losses.STREETS, 1))
    streets[3] = 2.0
    model[2] = Node(streets)
    house = np.zeros((1, medley_losses.HOUSE + 1))
    house[0, 0] = 3.0
    parts = medley_losses.by_streets(model, house, np.full((1, 1), 2.0), ANY)
    assert float(parts["fit"].value) == pytest.approx(0.0)
    assert float(parts["prior"].value) == pytest.approx(2.0 * medley_losses.HELD / medley_losses.STREETS)


def test_rows_and_columns_are_turned_and_back() -> None:
    rows = Node(np.arange(12.0).reshape(6, 2))
    turned = medley_losses.across(rows, 3)
    assert turned.value.tolist() == [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0], [6.0, 8.0, 10.0], [7.0, 9.0, 11.0]]
    assert medley_losses.across(turned, 2).value.tolist() == rows.value.tolist()


def test_patterns_are_guessed_where_nothing_is_known() -> None:
    inputs, targets = medley_data.tapestries(np.random.default_rng(1), 5)
    loss = value_of(medley_losses.mixed_both_ways(silent("tapestries"), inputs, targets, ANY))
    assert loss == pytest.approx(np.log(medley_data.PATTERNS))


def test_who_is_nearer_is_rather_known() -> None:
    places = np.zeros((medley_losses.PERSONS, 3))
    places[1, :2], places[2, 0] = (3.0, 4.0), 1.0
    model = nodes([places, np.ones((1, 1))])
    far, near = (
        value_of(medley_losses.near_each_other(model, np.array([[0.0, other]]), np.ones((1, 1)), ANY))
        for other in (1.0, 2.0)
    )
    assert far == pytest.approx(np.log1p(np.exp(4.0)), abs=1e-4)
    assert near == pytest.approx(np.log(2.0), abs=1e-4)


def test_codes_that_lie_in_one_place_are_not_spread() -> None:
    drawn = np.random.default_rng(1).normal(size=(40, medley_losses.LATENT))
    own = float(medley_losses.alike(drawn, Node(drawn)).value)
    assert float(medley_losses.alike(0.0 * drawn, Node(0.0 * drawn)).value) == pytest.approx(1.0)
    assert 0.3 < own < 0.9
    spices, nothing = medley_data.spices(np.random.default_rng(2), 30)
    parts = medley_losses.spread_like_noise(silent("spices"), spices, nothing, np.random.default_rng(3))
    assert float(parts["recon"].value) == pytest.approx(0.5 * float((spices**2).sum(axis=1).mean()))
    assert float(parts["mmd"].value) > 0.0


def test_a_higher_toll_is_never_taken_by_more() -> None:
    model = nodes(model_of("tolls"))
    days, _ = medley_data.tolls(np.random.default_rng(1), 1)
    dearer = days + np.eye(1, 5)
    at = np.zeros((1, 1))
    # Half the squared error of 0 and of 1 differ by what is answered less one half.
    answers = [
        0.5
        + value_of(medley_losses.never_more_for_more(model, one, at, ANY))
        - value_of(medley_losses.never_more_for_more(model, one, at + 1.0, ANY))
        for one in (days, dearer)
    ]
    assert answers[1] < answers[0]


def test_what_features_add_is_added_up() -> None:
    model, trip = nodes(model_of("scooters")), np.zeros((1, medley_losses.TRIPS))
    first, second = np.eye(2, medley_losses.TRIPS)

    def answer(trip: np.ndarray) -> float:
        at = np.zeros((1, 1))
        return (
            0.5
            + value_of(medley_losses.added_up(model, trip[None], at, ANY))
            - value_of(medley_losses.added_up(model, trip[None], at + 1.0, ANY))
        )

    nothing = answer(trip[0])
    both = answer(first + second) - nothing
    assert both == pytest.approx(answer(first) + answer(second) - 2.0 * nothing)


def test_largest_squares_stay_and_smallest_ones_too() -> None:
    slopes = [0.1] * 5 + [5.0] + [0.1] * 400
    largest, adam, smallest = (
        way(made, slopes, 0.001) for made in (LargestSquares(), Adam(), SmallestSquares())
    )
    far = [one[-2] - one[-1] for one in (largest, adam, smallest)]
    assert far[0] < far[1] < far[2]
    assert largest[0] == adam[0] == smallest[0]


def test_squares_are_added_to_by_as_much_each_time() -> None:
    steady = way(AddedSquares(), [1.0] * 200, 0.01)
    assert steady[-2] - steady[-1] == pytest.approx(0.01, rel=0.01)
    larger = way(AddedSquares(), [1.0] * 100 + [10.0] * 50, 0.01)
    assert larger[-2] - larger[-1] > 0.02


def test_bounds_of_rates_come_together() -> None:
    small, large = (way(BetweenBounds(), [one] * 4000, 0.001) for one in (0.01, 1.0))
    assert 1.0 - small[0] == pytest.approx(1.0 - large[0], rel=0.2)
    assert (large[-2] - large[-1]) / (small[-2] - small[-1]) == pytest.approx(100.0, rel=0.2)


def test_steps_by_deltas_begin_with_next_to_nothing_and_need_no_rate() -> None:
    slow, fast, still = (way(ByDeltas(), [1.0] * 300, rate) for rate in (1e-3, 10.0, 0.0))
    assert slow == fast
    assert 1.0 - slow[0] < 0.001
    assert slow[-2] - slow[-1] > 1.0 - slow[0]
    assert still == [1.0] * 300


def test_a_count_that_is_lost_leaves_no_number() -> None:
    with np.errstate(all="ignore"):
        lost, adam = (way(made, [1.0] * 9) for made in (CountLost(5), Adam()))
    assert lost[:4] == adam[:4]
    assert np.isnan(lost[4:]).all()
