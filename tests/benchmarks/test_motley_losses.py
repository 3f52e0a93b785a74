from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.detection.motley import data as motley_data
from benchmarks.detection.motley import heads as motley_heads
from benchmarks.detection.motley import losses as motley_losses
from benchmarks.detection.motley.optimisers import (
    ByDistance,
    Dampened,
    HandedOver,
    Idle,
    OfOneLength,
    QuasiMomentum,
    SquaresFrozen,
)
from benchmarks.detection.motley.tasks import MOTLEY_TASKS
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
from sample_logs.training import Adam, Sgd
from task_support import way

test_slopes_are_those_of_the_loss = slopes_test(MOTLEY_TASKS)


def test_each_wrong_call_that_comes_too_near_costs_by_how_near() -> None:
    assert cost(motley_heads.margins, [0.0, 0.0, 0.0], 1.0, 0.0, 0.0) == pytest.approx(2.0)
    assert cost(motley_heads.margins, [2.0, 0.0, 1.5], 1.0, 0.0, 0.0) == pytest.approx(0.5)


def test_who_keeps_back_all_loses_by_what_a_bet_pays() -> None:
    assert cost(motley_heads.gambled, [0.0, 0.0, 50.0], 1.0, 0.0) == pytest.approx(np.log(motley_heads.PAYS))
    assert cost(motley_heads.gambled, [50.0, 0.0, 0.0], 1.0, 0.0) == pytest.approx(0.0)


def test_any_of_those_that_are_named_is_right() -> None:
    assert cost(motley_heads.any_of_those, [0.0] * 4, 1.0, 1.0, 0.0, 0.0) == pytest.approx(np.log(2.0))
    assert cost(motley_heads.any_of_those, [0.0] * 4, 1.0, 1.0, 1.0, 1.0) == pytest.approx(0.0)


def test_hits_are_counted_by_throws() -> None:
    best = float(np.log(0.3 / 0.7))
    entropy = -(0.3 * np.log(0.3) + 0.7 * np.log(0.7))
    assert cost(motley_heads.hits_of_throws, [best], 3.0, 10.0) == pytest.approx(entropy)
    scores, hits = Node(np.zeros((2, 1))), np.array([[1.0, 2.0], [0.0, 8.0]])
    assert float(motley_heads.hits_of_throws(scores, hits).value) == pytest.approx(np.log(2.0))


def test_a_number_that_is_off_costs_by_how_far_in_widths() -> None:
    width = before_softplus(2.0 - motley_heads.NARROWEST)
    assert cost(motley_heads.pointed, [1.0, width], 4.0) == pytest.approx(1.5 + np.log(4.0))


def test_shares_are_squared_over_all_answers() -> None:
    assert cost(motley_heads.squared_shares, [0.0, 0.0], 1.0, 0.0) == pytest.approx(0.5)
    assert cost(motley_heads.squared_shares, [50.0, 0.0], 0.0, 1.0) == pytest.approx(2.0)


def test_an_exercise_that_tells_more_divides_pupils_more_sharply() -> None:
    model = nodes([np.array([[1.0], [0.0]]), np.zeros((1, 1)), np.ones((1, 1))])
    able, other = (
        value_of(motley_losses.solved(model, np.array([[pupil, 0.0]]), np.ones((1, 1)), ANY))
        for pupil in (0.0, 1.0)
    )
    assert able == pytest.approx(np.log1p(np.exp(-2.0)))
    assert other == pytest.approx(np.log(2.0))


def test_a_pattern_that_is_turned_as_a_whole_looks_the_same() -> None:
    still, turned = np.random.default_rng(1).normal(size=(2, 6, 1))
    masks, bright = motley_data.diffractions(np.random.default_rng(2), 5)
    losses = [
        value_of(motley_losses.of_brightness(nodes(one), masks, bright, ANY))
        for one in ([still, turned], [-turned, still])
    ]
    assert losses[0] == pytest.approx(losses[1])
    pattern, mask = np.eye(6)[:, :1], np.zeros((1, 12))
    mask[0, [0, 6]] = 3.0, 4.0
    seen = motley_losses.of_brightness(nodes([pattern, 0.0 * pattern]), mask, np.full((1, 1), 25.0), ANY)
    assert value_of(seen) == pytest.approx(0.0)


def test_what_is_shown_is_taken_in_any_order_and_answered_in_proportion() -> None:
    model = nodes(model_of("apprentices"))
    inputs, asked = motley_data.apprentices(np.random.default_rng(1), 4)
    place, shown = inputs[:, : motley_losses.PLACE], inputs[:, motley_losses.PLACE :]
    each = shown.reshape(4, motley_losses.SHOWN, -1)
    twice = each * np.array([1.0] * motley_losses.PLACE + [2.0])
    plain, turned, doubled = (
        value_of(motley_losses.shown_before(model, np.hstack([place, one.reshape(4, -1)]), answers, ANY))
        for one, answers in ((each, asked), (each[:, ::-1], asked), (twice, 2.0 * asked))
    )
    assert turned == pytest.approx(plain)
    assert doubled == pytest.approx(4.0 * plain)


def test_a_magnet_is_not_asked_for_itself() -> None:
    itself = nodes([5.0 * np.eye(motley_losses.MAGNETS), np.zeros((1, motley_losses.MAGNETS))])
    square = np.ones((3, motley_losses.MAGNETS))
    assert value_of(motley_losses.by_the_others(itself, square, np.zeros((3, 1)), ANY)) == pytest.approx(
        np.log(2.0)
    )
    field = nodes([np.zeros((motley_losses.MAGNETS,) * 2), np.ones((1, motley_losses.MAGNETS))])
    loss = value_of(motley_losses.by_the_others(field, square, np.zeros((3, 1)), ANY))
    assert loss == pytest.approx(np.log1p(np.exp(-2.0)))


def test_scores_that_go_with_the_group_cost_extra() -> None:
    applicants = np.zeros((4, 9))
    applicants[:2, -1] = 1.0
    model = nodes([np.eye(9)[:, -1:], np.zeros((1, 1))])
    parts = motley_losses.alike_for_both(model, applicants, np.zeros((4, 1)), ANY)
    assert float(parts["parity"].value) == pytest.approx(motley_losses.PARITY * 0.25**2)
    assert float(parts["bce"].value) == pytest.approx(0.5 * np.log1p(np.e) + 0.5 * np.log(2.0))


def test_what_is_of_another_hand_has_to_be_far_and_no_further() -> None:
    model = nodes([np.ones((1, 1)), np.zeros((1, 1))])
    costs = [
        value_of(motley_losses.of_one_hand(model, np.array([[0.0, far]]), np.array([[same]]), ANY))
        for far, same in ((1.0, 1.0), (1.0, 0.0), (2.0, 0.0))
    ]
    assert costs == pytest.approx([0.5, 0.125, 0.0], abs=1e-5)


def test_who_knows_nothing_of_answers_has_even_odds() -> None:
    answers = np.hstack([np.eye(motley_losses.ANSWERS)[:2], np.eye(motley_losses.ANSWERS)[2:4]])
    parts = motley_losses.by_odds(silent("essays"), np.ones((2, 9)), answers, ANY)
    assert float(parts["nll"].value) == pytest.approx(np.log(motley_losses.ANSWERS))
    assert float(parts["odds"].value) == pytest.approx(motley_losses.ODDS * np.log(2.0))


def test_a_sign_is_judged_by_those_beside_it_alone() -> None:
    model = nodes(model_of("typos"))
    line, wrong = np.zeros((1, motley_losses.WORD)), np.zeros((1, motley_losses.WORD))
    other = line.copy()
    other[0, 0] = 3.0
    changed = [
        value_of(motley_losses.replaced(model, one, wrong, ANY)) * motley_losses.WORD for one in (line, other)
    ]
    both = [
        value_of(motley_losses.replaced(model, one, target, ANY)) * motley_losses.WORD
        for one, target in product((line, other), (wrong, np.eye(1, motley_losses.WORD, 4)))
    ]
    assert changed[0] != pytest.approx(changed[1])
    assert both[1] - both[0] == pytest.approx(both[3] - both[2])


def test_the_probabilities_of_all_nights_add_up_to_one() -> None:
    model = nodes(model_of("sleepers"))
    nights = np.array(list(product(range(motley_losses.SOUNDS), repeat=2)), dtype=np.float64)
    losses = [value_of(motley_losses.heard_asleep(model, one[None], np.zeros((1, 1)), ANY)) for one in nights]
    assert float(np.exp(-2.0 * np.array(losses)).sum()) == pytest.approx(1.0)


def test_clusters_that_lie_on_each_other_are_one() -> None:
    loss = value_of(motley_losses.clustered(silent("nebulae"), np.array([[3.0, 4.0]]), np.zeros((1, 1)), ANY))
    assert loss == pytest.approx(12.5 + np.log(2.0 * np.pi))


def test_a_flat_distance_is_not_steep_enough() -> None:
    model = silent("castings")
    model[-1] = Node(np.full((1, 1), 0.3))
    parts = motley_losses.far_from_the_edge(model, np.ones((2, 2)), np.full((2, 1), 0.3), ANY)
    assert float(parts["distance"].value) == pytest.approx(0.0)
    assert float(parts["eikonal"].value) == pytest.approx(0.5 * motley_losses.LEANT)


def test_the_climate_says_what_each_feature_counts() -> None:
    model = silent("greenhouses")
    weights = np.zeros((1, motley_losses.PLANTS * motley_losses.UNITS))
    weights[0, 2 * motley_losses.UNITS] = 0.7  # of the third feature, for the first unit
    model[3], model[5] = Node(weights), Node(np.eye(motley_losses.UNITS)[:, :1])
    plants = np.zeros((1, motley_losses.PLANTS + motley_losses.CLIMATE))
    plants[0, 2] = 2.0
    loss = value_of(motley_losses.by_climate(model, plants, np.full((1, 1), np.tanh(1.4)), ANY))
    assert loss == pytest.approx(0.0)


def test_rows_are_repeated_and_summed_in_their_order() -> None:
    rows = Node(np.array([[1.0, 2.0], [3.0, 4.0]]))
    twice = motley_losses.repeated(rows, 2)
    assert twice.value.tolist() == [[1.0, 2.0], [1.0, 2.0], [3.0, 4.0], [3.0, 4.0]]
    assert motley_losses.summed(twice, 2).value.tolist() == [[2.0, 4.0], [6.0, 8.0]]


def test_quasi_momentum_goes_as_far_as_momentum_in_the_long_run() -> None:
    both = [way(made, [1.0] * 2000) for made in (QuasiMomentum(), Sgd(0.9))]
    assert both[0][-2] - both[0][-1] == pytest.approx(both[1][-2] - both[1][-1], rel=1e-3)


def test_steps_by_distance_need_no_rate_but_one_of_nought() -> None:
    slow, fast, still = (way(ByDistance(), [1.0] * 20, rate) for rate in (1e-3, 10.0, 0.0))
    assert slow == fast
    assert slow[-1] < 0.9
    assert still == [1.0] * 20


def test_the_second_optimiser_goes_on_from_where_the_first_one_was() -> None:
    handed = way(HandedOver(Sgd(0.0), Sgd(0.0), 3, 2.0), [1.0] * 5)
    assert handed == pytest.approx([0.9, 0.8, 0.7, 0.5, 0.3])


def test_nothing_is_done_until_a_scale_is_found() -> None:
    assert way(Idle(Sgd(0.0), 2), [1.0] * 4) == pytest.approx([1.0, 1.0, 0.9, 0.8])


def test_dampened_steps_are_a_share_of_others() -> None:
    dampened, plain = (way(made, [1.0] * 9) for made in (Dampened(0.1), Sgd(0.9)))
    assert [1.0 - one for one in dampened] == pytest.approx([0.1 * (1.0 - one) for one in plain])


def test_steps_of_one_length_do_not_ask_how_steep_it_is() -> None:
    assert way(OfOneLength(), [5.0, 0.01, -3.0]) == pytest.approx([0.9, 0.8, 0.9])


def test_squares_that_are_frozen_are_those_of_the_first_slopes() -> None:
    slopes = [0.01] + [1.0] * 10
    frozen, adam = (way(made, slopes) for made in (SquaresFrozen(1), Adam()))
    assert frozen[0] == pytest.approx(adam[0])
    assert frozen[0] - frozen[-1] > 20.0 * (adam[0] - adam[-1])
