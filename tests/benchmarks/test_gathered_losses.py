from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import lognorm, multinomial, poisson

from benchmarks.detection.gathered import data as gathered_data
from benchmarks.detection.gathered import heads, losses
from benchmarks.detection.gathered.optimisers import (
    ByChanges,
    ByDifferences,
    ByPartialRoots,
    ByRememberedRates,
    LaterAndLater,
    LouderMean,
    OnlyLonger,
)
from benchmarks.detection.gathered.tasks import GATHERED_TASKS
from benchmarks.detection.head.models import HeadTask
from benchmarks.detection.tape import Node, gradients
from loss_support import ANY, before_softplus, cost, model_of, nodes, silent, slopes_test, value_of
from sample_logs.training import Sgd
from task_support import way

test_slopes_are_those_of_the_loss = slopes_test(GATHERED_TASKS)


@pytest.mark.parametrize(
    "task", [one for one in GATHERED_TASKS if isinstance(one, HeadTask)], ids=lambda task: task.name
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


def test_counts_that_are_told_are_at_least_one() -> None:
    mean = 1.3
    score = before_softplus(mean - heads.FEWEST)
    told = -poisson.logpmf(2, mean) + np.log(1.0 - np.exp(-mean))
    assert cost(heads.at_least_one, [score], 2.0) == pytest.approx(told)
    counts = gathered_data.nests(np.random.default_rng(1), 3000)[1]
    assert counts.min() == 1.0


def test_polls_are_multinomial() -> None:
    counts = [3.0, 1.0, 6.0]
    shares = np.array([0.2, 0.3, 0.5])
    likely = -multinomial.logpmf(counts, 10, shares)
    assert cost(heads.out_of_all_asked, np.log(shares).tolist(), *counts) == pytest.approx(likely)


def test_that_all_is_too_far_away_costs_less_than_that_some_of_it_is() -> None:
    far = np.exp([1.0, 2.0, 3.0])
    assert cost(heads.whatever_the_scale, [1.0, 2.0, 3.0], *far) == pytest.approx(0.0)
    assert cost(heads.whatever_the_scale, [2.0, 3.0, 4.0], *far) == pytest.approx(1.0 - heads.LEVEL)
    off = 2.0 / 3.0
    assert cost(heads.whatever_the_scale, [2.0, 2.0, 2.0], *far) == pytest.approx(off)


def test_who_spends_spends_as_a_logarithm_that_is_normal() -> None:
    scores = [0.4, 1.0, before_softplus(0.5 - heads.NARROWEST)]
    stays = 1.0 / (1.0 + np.exp(-0.4))
    assert cost(heads.spends_or_not, scores, 0.0) == pytest.approx(-np.log(1.0 - stays))
    likely = -np.log(stays) - lognorm.logpdf(3.0, 0.5, scale=np.e) - np.log(3.0)
    assert cost(heads.spends_or_not, scores, 3.0) == pytest.approx(likely)


def test_what_is_gained_is_held_against_how_far_it_sways() -> None:
    gains = np.random.default_rng(1).normal(0.3, 1.0, size=(500, 3))
    first = Node(np.tile([60.0, 0.0, 0.0], (500, 1)))
    ratio = gains[:, 0].mean() / gains[:, 0].std()
    assert float(heads.gain_over_its_swings(first, gains).value) == pytest.approx(-ratio, rel=1e-3)
    even = heads.gain_over_its_swings(Node(np.zeros((500, 3))), gains)
    assert float(even.value) < -ratio


def test_a_degree_is_where_one_is_among_the_bounds() -> None:
    gap = before_softplus(1.0)
    scores, degrees = [0.5, -1.0, gap, gap, gap], np.eye(heads.DEGREES)
    below = 1.0 / (1.0 + np.exp(-(np.array([-1.0, 0.0, 1.0, 2.0]) - 0.5)))
    shares = np.diff([0.0, *below, 1.0])
    for degree, share in zip(degrees, shares, strict=True):
        assert cost(heads.by_bounds, scores, *degree) == pytest.approx(-np.log(share), abs=1e-6)


def test_what_is_missing_of_the_right_share_is_added() -> None:
    scores = np.log([0.2, 0.8]).tolist()
    whole = -np.log(0.2) + heads.UNSURE * 0.8
    assert cost(heads.with_what_is_missing, scores, 1.0, 0.0) == pytest.approx(whole)


def test_what_is_far_off_hardly_pulls() -> None:
    near, far, farther = (cost(heads.far_ones_hardly, [off], 0.0) for off in (0.01, 50.0, 100.0))
    assert near == pytest.approx(0.5 * (0.01 / heads.TOLERANCE) ** 2, rel=0.01)
    assert farther - far == pytest.approx(2.0 * np.log(2.0), abs=0.01)


def test_it_does_not_matter_which_voice_is_told_first() -> None:
    one, other = np.ones(heads.MOMENTS), np.zeros(heads.MOMENTS)
    scores = [*one.tolist(), *other.tolist()]
    assert cost(heads.whoever_is_first, scores, *one, *other) == 0.0
    assert cost(heads.whoever_is_first, scores, *other, *one) == 0.0
    half = 0.5 * heads.MOMENTS
    assert cost(heads.whoever_is_first, scores, *one, *one) == pytest.approx(half)


def test_a_face_has_to_be_nearer_by_a_margin() -> None:
    model = model_of("faces")
    for one in model[:4]:
        one[...] = 0.0
    model[3][0, 0] = 1.0
    model[4][...] = 0.0
    model[4][:2] = np.array([[1.0, *[0.0] * 7], [0.0, *[1.0] * 7]])
    seen, who = np.zeros((1, 12)), np.eye(gathered_data.FACES)[:1]
    loss = value_of(losses.by_angles(nodes(model), seen, who, ANY))
    right, wrong = np.exp(losses.SHARP * np.cos(losses.MARGIN)), gathered_data.FACES - 1.0
    assert loss == pytest.approx(-np.log(right / (right + wrong)), abs=0.01)


def test_teams_of_one_strength_win_as_often_and_a_strong_one_more_often() -> None:
    match, result = np.array([[0.0, 1.0]]), np.eye(3)[:1]
    model = silent("leagues")
    assert value_of(losses.played(model, match, result, ANY)) == pytest.approx(np.log(3.0))
    strong = np.zeros((losses.TEAMS, 1))
    strong[0] = 2.0
    model[0], model[2] = Node(strong), Node(np.full((1, 1), np.log(0.5)))
    odds = np.array([np.e, 0.5, 1.0 / np.e])  # Davidson: a tie by its weight times the mean strength
    loss = value_of(losses.played(model, match, result, ANY))
    assert loss == pytest.approx(-np.log(odds[0] / odds.sum()))


def test_towns_are_as_far_from_each_other_as_their_places() -> None:
    places = np.zeros((losses.TOWNS, 3))
    places[1] = [3.0, 4.0, 0.0]
    pair = np.array([[0.0, 1.0]])
    for far, loss in ((5.0, 0.0), (3.0, 2.0)):
        found = losses.laid_on_a_map(nodes([places]), pair, np.array([[far]]), ANY)
        assert value_of(found) == pytest.approx(loss, abs=1e-3)


def test_a_spring_whose_code_says_nothing_is_off_by_all_that_is_seen() -> None:
    now, after = gathered_data.springs(np.random.default_rng(1), 50)
    parts = losses.in_straight_steps(silent("springs"), now, after, ANY)
    assert float(parts["linearity"].value) == 0.0
    for part, seen in (("reconstruction", now), ("prediction", after)):
        assert float(parts[part].value) == pytest.approx(0.5 * float((seen**2).sum(axis=1).mean()))


def test_waves_that_were_drawn_once_can_say_what_is_near_to_them() -> None:
    inputs, loud = gathered_data.murmurs(np.random.default_rng(1), 200)
    model = model_of("murmurs")
    parts = losses.sum_of_waves(nodes(model), inputs, loud, ANY)
    assert float(parts["fit"].value) == pytest.approx(0.5 * float((loud**2).mean()))
    assert float(parts["ridge"].value) == 0.0
    model[0][...] = 1.0
    weighed = losses.sum_of_waves(nodes(model), inputs, loud, ANY)
    assert float(weighed["ridge"].value) == pytest.approx(losses.RIDGE * losses.WAVES)


def test_what_is_bought_is_a_count_around_a_sum_of_products() -> None:
    tables = [np.full((many, 4), before_softplus(0.5)) for many in (losses.HOUSEHOLDS, losses.GOODS)]
    loss = value_of(losses.bought(nodes(tables), np.zeros((1, 2)), np.array([[2.0]]), ANY))
    assert loss == pytest.approx(-poisson.logpmf(2, 4 * 0.25 + 1e-3))


def test_stops_are_pointed_at_wherever_they_stand() -> None:
    shops, chosen = gathered_data.errands(np.random.default_rng(1), 20)
    assert value_of(losses.next_stop(silent("errands"), shops, chosen, ANY)) == pytest.approx(
        np.log(losses.STOPS)
    )
    turned = shops.copy()
    turned[:, losses.TRAITS :] = np.roll(shops[:, losses.TRAITS :], losses.TRAITS, axis=1)
    model = nodes(model_of("errands"))
    one = value_of(losses.next_stop(model, shops, chosen, ANY))
    assert value_of(losses.next_stop(model, turned, np.roll(chosen, 1, axis=1), ANY)) == pytest.approx(one)


def test_what_was_said_is_kept_and_fades() -> None:
    words, after = gathered_data.ballads(np.random.default_rng(1), 6)
    np.testing.assert_array_equal(words[:, 1:], after[:, :-1])
    model = silent("ballads")
    assert value_of(losses.retained(model, words, after, ANY)) == pytest.approx(np.log(losses.WORDS))
    own = model_of("ballads")
    first = words.copy()
    first[:, 0] = (first[:, 0] + 1) % losses.WORDS
    changed, same = (value_of(losses.retained(nodes(own), one, after, ANY)) for one in (first, words))
    assert changed != pytest.approx(same, rel=1e-6)


def test_shadows_that_lie_in_one_place_are_as_far_off_as_their_teachers() -> None:
    seen, told = gathered_data.shadows(np.random.default_rng(1), 12)
    parts = losses.as_they_lie(silent("shadows"), seen, told, ANY)
    assert float(parts["kind"].value) == pytest.approx(np.log(losses.KINDS))
    taught = told[:, losses.KINDS :]
    far = np.linalg.norm(taught - np.roll(taught, 1, axis=0), axis=1)
    expected = losses.RELATED * 0.5 * float((far**2).mean())
    assert float(parts["relation"].value) == pytest.approx(expected, rel=0.01)


def test_balls_are_pushed_by_the_others_and_not_by_where_all_of_them_are() -> None:
    balls, pushes = gathered_data.billiards(np.random.default_rng(1), 20)
    model = nodes(model_of("billiards"))
    moved = balls.copy()
    moved[:, : losses.BALLS] += 3.0
    one, other = (value_of(losses.pushed(model, seen, pushes, ANY)) for seen in (balls, moved))
    assert one == pytest.approx(other)
    model = silent("billiards")
    model[4] = Node(np.full((1, 1), 2.0))
    speeds = balls[:, losses.BALLS :]
    assert value_of(losses.pushed(model, balls, 2.0 * speeds, ANY)) == pytest.approx(0.0)


def test_a_train_is_as_full_as_the_products_say() -> None:
    tables = [np.full((many, 3), 2.0) for many in (losses.LINES, losses.STATIONS, losses.HOURS)]
    at = np.zeros((1, 3))
    assert value_of(losses.rides(nodes(tables), at, np.array([[24.0]]), ANY)) == pytest.approx(0.0)
    assert value_of(losses.rides(nodes(tables), at, np.array([[23.0]]), ANY)) == pytest.approx(0.5)


def test_small_slopes_stay_smaller_by_partial_roots() -> None:
    small, large = (1.0 - way(ByPartialRoots(), [size] * 50)[-1] for size in (0.01, 1.0))
    assert large / small == pytest.approx(100.0**0.3, rel=0.01)


def test_where_slopes_do_not_change_steps_are_half_as_long() -> None:
    steady = way(ByChanges(), [1.0] * 50)
    assert steady[-2] - steady[-1] == pytest.approx(0.05, rel=0.01)
    first = way(ByChanges(), [30.0])
    assert 1.0 - first[0] == pytest.approx(0.1, rel=0.01)


def test_rates_that_are_remembered_begin_at_nothing() -> None:
    places = way(ByRememberedRates(), [1.0] * 400)
    assert 1.0 - places[0] == pytest.approx(0.02 * 0.1)
    assert places[-2] - places[-1] == pytest.approx(0.1, rel=0.01)


def test_a_slope_that_turns_is_seen_ahead_of_time() -> None:
    falling = [float(one) for one in np.linspace(1.0, 0.0, 40)]
    plain, ahead = way(ByDifferences().inner, falling), way(ByDifferences(), falling)
    assert ahead[-1] > plain[-1]


def test_what_all_slopes_have_in_common_is_louder() -> None:
    common, turning = way(LouderMean(Sgd(momentum=0.0)), [1.0] * 300), [1.0, -1.0] * 150
    assert common[-2] - common[-1] == pytest.approx(0.3, rel=0.01)
    turned = way(LouderMean(Sgd(momentum=0.0)), turning)
    assert abs(turned[-2] - turned[-1]) == pytest.approx(0.1, rel=0.05)


def test_slopes_wait_longer_and_longer() -> None:
    slopes = [float(i) for i in range(20)]
    places = np.array([1.0, *way(LaterAndLater(Sgd(momentum=0.0), 4), slopes)])
    taken = np.rint(-10.0 * np.diff(places))
    np.testing.assert_array_equal(taken[:8], [0, 1, 2, 0, 3, 4, 5, 0])
    assert 19.0 - taken[18] > 18.0 - taken[6] - 11.0


def test_steps_never_become_shorter() -> None:
    places = np.array([1.0, *way(OnlyLonger(1.5), [1.0, 2.0, 3.0, -1.0, 1.0])])
    np.testing.assert_allclose(np.diff(places), [-0.1, -0.15, -0.225, 0.225, -0.225])
