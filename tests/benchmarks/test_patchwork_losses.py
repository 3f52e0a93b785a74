from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betaln

from benchmarks.detection.patchwork import data as patchwork_data
from benchmarks.detection.patchwork import heads
from benchmarks.detection.patchwork import losses as patchwork_losses
from benchmarks.detection.patchwork.optimisers import (
    AddedSigns,
    ByBothSides,
    ByLayers,
    ByThoseBefore,
    LargeEpsilonUntil,
    LargestFew,
    LeftOver,
    RootOfNegative,
    seldom_until,
)
from benchmarks.detection.patchwork.tasks import PATCHWORK_TASKS
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
from sample_logs.training import Adam, Array, Parameters, Sgd
from task_support import way

test_slopes_are_those_of_the_loss = slopes_test(PATCHWORK_TASKS)

HALF = float(np.log(2.0 * np.pi)) / 2.0


def test_shares_are_as_likely_as_a_beta_distribution_says() -> None:
    sure = before_softplus(9.0)
    below = above = 0.5 * 10.0 + 0.05
    likely = betaln(above, below) - (above - 1.0) * np.log(0.3) - (below - 1.0) * np.log(0.7)
    assert cost(heads.shares_between, [0.0, sure], 0.3) == pytest.approx(likely)


def test_who_has_not_given_up_yet_may_do_so_later() -> None:
    hazard, faster = (before_softplus(one - heads.SLOWEST) for one in (0.5, 1.0))
    gone = 0.5 * (np.exp(2.0) - 1.0)
    assert cost(heads.gave_up, [hazard, faster], 2.0, 0.0) == pytest.approx(gone)
    assert cost(heads.gave_up, [hazard, faster], 2.0, 1.0) == pytest.approx(gone - np.log(0.5) - 2.0)


def test_what_is_just_at_the_bound_costs_the_logarithm_of_the_scale() -> None:
    score = before_softplus(2.0 - heads.LEAST_SCALE)
    assert cost(heads.beyond, [score, 0.0], 0.0) == pytest.approx(np.log(2.0))
    tail = 0.3
    far = (1.0 + 1.0 / tail) * np.log(1.0 + tail * 4.0 / 2.0)
    assert cost(heads.beyond, [score, 0.0], 4.0) == pytest.approx(np.log(2.0) + far)


def test_tags_are_held_against_nought() -> None:
    tags = (1.0, 0.0, 0.0)
    assert cost(heads.apart_from_nought, [50.0, -50.0, -50.0], *tags) == pytest.approx(0.0)
    assert cost(heads.apart_from_nought, [0.0] * 3, *tags) == pytest.approx(np.log(2.0) + np.log(3.0))
    assert cost(heads.apart_from_nought, [9.0, -9.0], 0.0, 0.0) == pytest.approx(9.0, abs=1e-3)


def test_a_sound_that_comes_later_is_off_at_each_moment_but_not_in_its_spectrum() -> None:
    angles = 2.0 * np.pi * np.arange(heads.MOMENTS) * 4.0 / heads.MOMENTS
    sound, later, hiss = np.sin(angles), np.cos(angles), np.sin(1.5 * angles)
    assert cost(heads.of_spectra, sound.tolist(), *sound) == pytest.approx(0.0)
    off = float(np.abs(sound - later).mean())
    assert cost(heads.of_spectra, later.tolist(), *sound) == pytest.approx(off)
    assert cost(heads.of_spectra, hiss.tolist(), *sound) > float(np.abs(sound - hiss).mean()) + 0.2


def test_a_map_of_one_place_is_not_spread() -> None:
    scores = [-50.0] * heads.SIDE**2
    scores[-1] = 50.0
    assert cost(heads.expected_places, scores, 1.0, 1.0) == pytest.approx(0.0)
    assert cost(heads.expected_places, scores, 1.0, 0.0) == pytest.approx(0.5)
    nothing = [0.0] * heads.SIDE**2
    assert cost(heads.expected_places, nothing, 0.0, 0.0) == pytest.approx(heads.BLUR)


def test_two_halves_of_one_width_are_a_normal_distribution() -> None:
    width = before_softplus(2.0 - heads.NARROWEST)
    normal = 0.5 * 0.25 + np.log(2.0) + HALF
    assert cost(heads.of_two_halves, [0.0, width, width], 1.0) == pytest.approx(normal)
    wider = before_softplus(4.0 - heads.NARROWEST)
    above = cost(heads.of_two_halves, [0.0, width, wider], 3.0)
    assert above < cost(heads.of_two_halves, [0.0, width, wider], -3.0)


def test_who_has_found_nothing_knows_nothing() -> None:
    third = 1.0 / 3.0
    off = (1.0 - third) ** 2 + 2.0 * third**2
    nothing = cost(heads.by_evidence, [-50.0] * 3, 1.0, 0.0, 0.0)
    assert nothing == pytest.approx(off + 3.0 * third * (1.0 - third) / 4.0)
    assert cost(heads.by_evidence, [1e6, -50.0, -50.0], 1.0, 0.0, 0.0) == pytest.approx(0.0, abs=1e-4)


def test_where_nothing_flows_as_many_stay() -> None:
    first = np.random.default_rng(1).normal(size=(5, 2))
    stays = np.tile(first, (1, patchwork_losses.STEPS))
    assert value_of(patchwork_losses.followed(silent("predators"), first, stays, ANY)) == pytest.approx(0.0)
    model = silent("predators")
    model[-1] = Node(np.ones((1, 2)))
    gone = stays + patchwork_losses.LENGTH * np.repeat(np.arange(1.0, patchwork_losses.STEPS + 1.0), 2)
    assert value_of(patchwork_losses.followed(model, first, gone, ANY)) == pytest.approx(0.0)


def test_a_blob_is_brightest_in_its_middle() -> None:
    model = [0.0 * one for one in model_of("mosaics")]
    model[4][0] = 2.0
    places = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    bright = 2.0 * np.exp([[0.0], [-0.5], [-1.0]])
    assert value_of(patchwork_losses.laid_out(nodes(model), places, bright, ANY)) == pytest.approx(0.0)


def test_kinds_that_lie_in_one_place_are_not_told_apart_and_near_ones_are() -> None:
    places = np.zeros((patchwork_losses.KINDS, 2))
    triple = np.arange(patchwork_losses.OTHERS + 2.0)[None]
    nothing = np.zeros((1, 1))
    loss = value_of(patchwork_losses.of_a_tree(nodes([places]), triple, nothing, ANY))
    assert loss == pytest.approx(np.log(patchwork_losses.OTHERS + 1.0))
    places[2:] = 3.0
    near = value_of(patchwork_losses.of_a_tree(nodes([places]), triple, nothing, ANY))
    assert near < 0.1


def test_days_that_do_not_sway_are_normal() -> None:
    won = np.random.default_rng(1).normal(size=(9, patchwork_losses.RETURNS))
    model: Parameters = [np.full((1, 1), one) for one in (before_softplus(0.99), -50.0, -50.0, 0.5)]
    loss = value_of(patchwork_losses.swaying(nodes(model), won, np.zeros((9, 1)), ANY))
    assert loss == pytest.approx(0.5 * float(np.mean((won - 0.5) ** 2)) + HALF)


def test_who_knows_no_piece_guesses_and_who_knows_them_puts_them_in_order() -> None:
    seen, order = patchwork_data.puzzles(np.random.default_rng(1), 3)
    guessed = value_of(patchwork_losses.put_in_order(silent("puzzles"), seen, order, ANY))
    assert guessed == pytest.approx(np.log(patchwork_losses.PIECES))


def test_a_therapy_is_judged_by_what_came_of_it() -> None:
    patients, told = patchwork_data.therapies(np.random.default_rng(1), 50)
    told[:, 0] = told[:, 1]
    model = silent("therapies")
    model[9] = Node(np.ones((1, 1)))  # who gets the therapy is well, and the others are not
    parts = patchwork_losses.helped(model, patients, told, ANY)
    assert float(parts["outcome"].value) == pytest.approx(0.0)
    assert float(parts["propensity"].value) == pytest.approx(0.5 * np.log(2.0))


def test_those_that_are_not_labelled_count_for_nothing_but_their_views() -> None:
    things, told = patchwork_data.attics(np.random.default_rng(1), 60)
    assert 0.1 < told.sum() / len(told) < 0.4
    parts = patchwork_losses.consistent(silent("attics"), things, told, np.random.default_rng(2))
    assert float(parts["sup"].value) == pytest.approx(np.log(5.0))
    assert float(parts["unsup"].value) == pytest.approx(0.0)
    own = patchwork_losses.consistent(nodes(model_of("attics")), things, told, np.random.default_rng(2))
    assert float(own["unsup"].value) > 0.001


def test_posts_that_draw_no_others_come_by_chance() -> None:
    told = np.hstack([np.full((2, patchwork_losses.POSTS), 0.5), np.zeros((2, 2))])
    model = silent("rumours")
    model[3] = Node(np.array([[before_softplus(1.98), -50.0, 1e5]]))
    loss = value_of(patchwork_losses.excited(model, told, np.zeros((2, 1)), ANY))
    assert loss == pytest.approx(2.0 * 0.5 - np.log(2.0), abs=1e-3)


def test_the_order_of_what_is_known_says_nothing() -> None:
    places, grown = patchwork_data.paddocks(np.random.default_rng(1), 4)
    turned = places.copy()
    known = places[:, : 2 * patchwork_losses.KNOWN].reshape(4, patchwork_losses.KNOWN, 2)
    turned[:, : 2 * patchwork_losses.KNOWN] = known[:, ::-1].reshape(4, -1)
    model = nodes(model_of("paddocks"))
    one, other = (value_of(patchwork_losses.by_what_is_known(model, p, grown, ANY)) for p in (places, turned))
    assert not np.array_equal(places, turned)
    assert one == pytest.approx(other)


def test_both_heads_are_asked() -> None:
    words, follow = patchwork_data.puppets(np.random.default_rng(1), 6)
    np.testing.assert_array_equal(words[:, 1:], follow[:, : patchwork_losses.LINE - 1])
    model = silent("puppets")
    assert value_of(patchwork_losses.next_two(model, words, follow, ANY)) == pytest.approx(
        np.log(patchwork_losses.WORDS)
    )
    for bias in (4, 6):
        lines = np.zeros((1, patchwork_losses.WORDS))
        lines[0, 0] = 50.0
        model[bias] = Node(lines)
    assert value_of(patchwork_losses.next_two(model, words, 0.0 * follow, ANY)) == pytest.approx(0.0)


def test_a_locket_of_which_the_code_says_nothing_is_noise() -> None:
    seen, nothing = patchwork_data.lockets(np.random.default_rng(1), 20)
    model = silent("lockets")
    model[3] = Node(np.array([[0.0, 0.0, *[before_softplus(0.95)] * patchwork_losses.CODE]]))
    model[8] = Node(np.full((1, 1), before_softplus(0.9)))
    loss = value_of(patchwork_losses.of_some_guesses(model, seen, nothing, np.random.default_rng(2)))
    assert loss == pytest.approx(0.5 * float(np.mean(seen**2)) + HALF)


def _matrix_way(optimiser: ByBothSides | ByLayers, slopes: list[Array]) -> Array:
    weights = np.zeros_like(slopes[0])
    for one in slopes:
        optimiser.step([weights], [one], 0.1)
    return weights


@pytest.mark.parametrize("made", [ByBothSides, ByLayers])
def test_steps_are_as_long_for_slopes_of_any_size(made: type[ByBothSides] | type[ByLayers]) -> None:
    slope = np.array([[3.0, 1.0], [0.5, 2.0], [1.0, -1.0]])
    small, large = (_matrix_way(made(), [size * slope] * 150) for size in (10.0, 1000.0))
    np.testing.assert_allclose(small, large, rtol=0.1)
    assert np.abs(small).max() > 1.0


def test_directions_with_small_slopes_catch_up_by_both_sides() -> None:
    far = _matrix_way(ByBothSides(), [np.diag([100.0, 1.0])] * 200)
    assert far[0, 0] / far[1, 1] == pytest.approx(1.0, rel=0.1)


def test_a_slope_is_divided_by_those_before_it() -> None:
    steady = way(ByThoseBefore(), [1.0] * 60)
    assert steady[0] == 1.0
    assert steady[-2] - steady[-1] == pytest.approx(0.1, rel=0.01)
    burst = way(ByThoseBefore(), [1.0, 1.0, 50.0], 1.0)
    assert burst[1] - burst[2] == pytest.approx(0.9 * 0.1 + 0.1 * 3.0)


def test_slopes_of_another_sign_than_those_before_are_left_out() -> None:
    along = way(AddedSigns(Sgd(momentum=0.0)), [1.0] * 10)
    assert along[-2] - along[-1] == pytest.approx(0.2)
    against = way(AddedSigns(Sgd(momentum=0.0)), [1.0] * 10 + [-1.0])
    assert against[-1] == against[-2]


def test_an_epsilon_is_small_from_a_step_on() -> None:
    places = way(LargeEpsilonUntil(1e4, 20), [1.0] * 60)
    assert 1.0 - places[19] < 0.001
    assert places[40] - places[41] == pytest.approx(0.1)


def test_slopes_are_gathered_until_a_step() -> None:
    places = way(seldom_until(Sgd(momentum=0.0), 5, 10), [1.0, 2.0, 3.0, 4.0, 5.0] * 3)
    assert places[3] == 1.0
    assert places[4] == pytest.approx(1.0 - 0.1 * 3.0)
    assert len(set(places[9:])) == 6


def test_a_root_of_what_is_below_nought_is_no_number() -> None:
    with np.errstate(all="ignore"):
        broken, sound = (way(made, [1.0] * 6) for made in (RootOfNegative(ByBothSides(), 4), ByBothSides()))
    assert broken[:3] == sound[:3]
    assert np.isnan(broken[3:]).all()


def test_what_is_left_over_is_sent_in_time_unless_it_grows() -> None:
    def gone(times: float) -> Array:
        weights, optimiser = np.zeros(40), LeftOver(Sgd(momentum=0.0), times, 100)
        for _ in range(600):
            optimiser.step([weights], [np.linspace(0.9, 1.1, 40)], 0.1)
        return -weights

    assert gone(1.0).mean() == pytest.approx(60.0, rel=0.1)
    assert gone(1.2).mean() > 240.0


def test_of_all_slopes_the_largest_few_change_something() -> None:
    weights, slopes = np.zeros(100), np.arange(100.0)
    LargestFew(Sgd(momentum=0.0), 0.03).step([weights], [slopes], 1.0)
    assert np.flatnonzero(weights).tolist() == [97, 98, 99]
    np.testing.assert_array_equal(-weights[97:], slopes[97:])


def test_a_large_epsilon_is_no_other_optimiser_afterwards() -> None:
    late, adam = way(LargeEpsilonUntil(1e-8, 3), [0.5, -1.0, 2.0, 1.0]), way(Adam(), [0.5, -1.0, 2.0, 1.0])
    assert late == adam
