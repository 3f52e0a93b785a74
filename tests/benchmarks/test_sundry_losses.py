from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from benchmarks.detection.part.models import PartTask
from benchmarks.detection.sundry import data as sundry_data
from benchmarks.detection.sundry import heads as sundry_heads
from benchmarks.detection.sundry import losses as sundry_losses
from benchmarks.detection.sundry.optimisers import (
    Agreeing,
    InBytes,
    Narrow,
    NeverForgetting,
    Outer,
    Skipped,
    TwoMeans,
)
from benchmarks.detection.sundry.tasks import SUNDRY_TASKS
from benchmarks.detection.tape import Node, gradients
from loss_support import (
    ANY,
    assert_slopes_are_those_of_the_loss,
    before_softplus,
    cost,
    model_of,
    nodes,
    silent,
    value_of,
)
from sample_logs.training import Adam, Array, Sgd
from task_support import ways


@pytest.mark.parametrize(
    "task", [one for one in SUNDRY_TASKS if isinstance(one, PartTask)], ids=lambda t: t.name
)
def test_slopes_are_those_of_the_loss(task: PartTask) -> None:
    if task.name in ("riddles", "thermostats"):  # their slopes are those of something else, on purpose
        return
    parameters = task.model(np.random.default_rng(3)).parameters
    if task.name == "instructions":
        parameters[1][...] = parameters[3][...] = 0.1
    assert_slopes_are_those_of_the_loss(task, parameters)


def test_a_time_that_is_seen_has_a_density_and_one_that_is_not_what_lies_beyond() -> None:
    scores = [0.3, before_softplus(0.5 - sundry_heads.LEAST_WIDTH)]
    places = np.arange(-12.0, 12.0, 0.02)
    density = np.exp([-cost(sundry_heads.accelerated, scores, float(one), 1.0) for one in places])
    assert density.sum() * 0.02 == pytest.approx(1.0, abs=1e-3)
    beyond = np.exp(-cost(sundry_heads.accelerated, scores, 1.0, 0.0))
    assert density[places >= 1.0].sum() * 0.02 == pytest.approx(beyond, abs=1e-2)


def test_to_miss_a_place_costs_more_than_to_find_one_too_much() -> None:
    ill = (1.0, 1.0, 0.0, 0.0)
    right, missed, too_much = (
        cost(sundry_heads.overlap_missed, [40.0 * one for one in scores], *ill)
        for scores in ([1.0, 1.0, -1.0, -1.0], [1.0, -1.0, -1.0, -1.0], [1.0, 1.0, 1.0, -1.0])
    )
    assert right == pytest.approx(0.0, abs=1e-3)
    assert missed == pytest.approx((1.0 - 2.0 / 2.7) ** 0.75, abs=1e-4)
    assert too_much == pytest.approx((1.0 - 3.0 / 3.3) ** 0.75, abs=1e-4)


def test_an_error_costs_itself_but_near_nothing() -> None:
    assert cost(sundry_heads.rounded_off, [3.0, -3.0], 0.0, 0.0) == pytest.approx(3.0, abs=1e-3)
    assert cost(sundry_heads.rounded_off, [0.0], 0.0) == pytest.approx(sundry_heads.ROUNDED)


def test_a_value_lies_between_two_bins_by_how_near_it_is_to_each() -> None:
    values = np.array([[0.0], [np.expm1(0.75)], [-np.expm1(0.6)], [1e9]])
    shares = sundry_heads.near_both(values)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    bins = np.linspace(-sundry_heads.FURTHEST, sundry_heads.FURTHEST, sundry_heads.BINS)
    np.testing.assert_allclose(shares @ bins, [0.0, 0.75, -0.6, sundry_heads.FURTHEST])
    assert np.count_nonzero(shares[1]) == 2
    assert cost(sundry_heads.in_bins, [0.0] * sundry_heads.BINS, 2.0) == pytest.approx(
        np.log(sundry_heads.BINS)
    )


def test_an_uncertain_number_pulls_as_hard_as_a_certain_one() -> None:
    def pull(variance: float) -> float:
        scores = Node(np.array([[1.0, before_softplus(variance - sundry_heads.LEAST_WIDTH**2)]]))
        return float(gradients(sundry_heads.weighed_likelihood(scores, np.zeros((1, 1))), [scores])[0][0, 0])

    assert pull(1.0) == pytest.approx(1.0)
    assert pull(4.0) == pytest.approx(1.0 / 2.0)  # of a plain likelihood a quarter


def test_only_answers_are_counted_and_the_old_scores_never_change() -> None:
    texts, next_ = sundry_data.instructions(np.random.default_rng(1), 5)
    assert np.all(next_[:, : sundry_losses.ASKED - 1] == -1.0)
    assert np.all(next_[:, sundry_losses.ASKED - 1 :] >= 0.0)
    loss = value_of(sundry_losses.low_rank(silent("instructions"), texts, next_, ANY))
    last, before = sundry_losses.old_dialect()
    expected = list[float]()
    for text, words in zip(texts.astype(int), next_.astype(int), strict=True):
        for t in range(sundry_losses.ASKED - 1, sundry_losses.TEXT):
            scores = last[text[t]] + before[text[t - 1]]
            expected.append(float(np.log(np.exp(scores).sum()) - scores[words[t]]))
    assert loss == pytest.approx(np.mean(expected))


def test_who_is_preferred_does_not_depend_on_who_comes_first() -> None:
    model = nodes(model_of("verdicts"))
    answers, better = sundry_data.verdicts(np.random.default_rng(1), 20)
    turned = np.hstack(np.hsplit(answers, 2)[::-1])
    one, other = (
        value_of(sundry_losses.preferred(model, inputs, targets, ANY))
        for inputs, targets in ((answers, better), (turned, -better))
    )
    assert one == pytest.approx(other)
    assert value_of(sundry_losses.preferred(silent("verdicts"), answers, better, ANY)) == pytest.approx(
        np.log(2)
    )


def test_the_slope_leads_to_what_brings_more() -> None:
    parameters = model_of("riddles")
    riddle, worth = sundry_data.riddles(np.random.default_rng(1), 400)
    before = value_of(sundry_losses.tried(nodes(parameters), riddle, worth, np.random.default_rng(2)))
    assert before == pytest.approx(-float(worth.mean()), abs=0.1)
    for _ in range(20):
        made = nodes(parameters)
        parts = sundry_losses.tried(made, riddle, worth, np.random.default_rng(2))
        for one, slope in zip(parameters, gradients(parts["loss"], made), strict=True):
            one -= 1.0 * slope
    after = value_of(sundry_losses.tried(nodes(parameters), riddle, worth, np.random.default_rng(2)))
    assert after < before - 0.1


def test_noise_of_which_nothing_is_known_costs_its_weight() -> None:
    strokes, nothing = sundry_data.brushstrokes(np.random.default_rng(1), 20_000)
    loss = value_of(
        sundry_losses.by_signal(silent("brushstrokes"), strokes, nothing, np.random.default_rng(2))
    )
    kept = np.cos(0.5 * np.pi * np.arange(1, sundry_losses.MOMENTS) / sundry_losses.MOMENTS) ** 2
    signal = kept / (1.0 - kept)
    expected = np.mean(np.minimum(signal, sundry_losses.MOST_SIGNAL) / signal)
    assert loss == pytest.approx(float(expected), abs=0.02)


def test_experts_that_nobody_knows_are_asked_alike_and_cost_as_much() -> None:
    words, next_ = sundry_data.dialects(np.random.default_rng(1), 50)
    parts = sundry_losses.routed(silent("dialects"), words, next_, ANY)
    assert float(parts["ce"].value) == pytest.approx(np.log(sundry_losses.SPOKEN))
    assert float(parts["balance"].value) == pytest.approx(sundry_losses.BALANCE)
    far = np.log(sundry_losses.EXPERTS) ** 2
    assert float(parts["router_z"].value) == pytest.approx(sundry_losses.NEAR_NOUGHT * far)


def test_all_ways_to_say_it_are_added_up() -> None:
    frames, said = sundry_data.whispers(np.random.default_rng(1), 3)
    loss = value_of(sundry_losses.transduced(silent("whispers"), frames, said, ANY))
    # Each way has a step for each frame and each sound, all of them as likely; the last one is fixed.
    moves = sundry_losses.FRAMES + sundry_losses.SAID
    ways = len(list(combinations(range(moves - 1), sundry_losses.SAID)))
    expected = moves * np.log(sundry_losses.SOUNDS + 1) - np.log(ways)
    assert loss == pytest.approx(expected / sundry_losses.SAID)


def test_cars_may_be_told_in_any_order() -> None:
    model = nodes(model_of("cars"))
    roads, own = sundry_data.cars(np.random.default_rng(1), 30)
    turned = np.hstack(np.hsplit(own, sundry_losses.CARS)[::-1])
    losses = [value_of(sundry_losses.matched(model, roads, one, ANY)) for one in (own, turned)]
    assert losses[0] == pytest.approx(losses[1])


def test_days_that_were_all_alike_are_followed_by_the_like() -> None:
    came = np.full((4, sundry_losses.PAST), 7.0)
    next_ = np.full((4, sundry_losses.AHEAD), 7.0)
    assert value_of(sundry_losses.decomposed(silent("canteens"), came, next_, ANY)) == pytest.approx(0.0)
    np.testing.assert_allclose(came @ sundry_losses.MEANS, came)


def test_it_does_not_matter_in_which_order_friends_come() -> None:
    model = nodes(model_of("neighbours"))
    everyone, circle = sundry_data.neighbours(np.random.default_rng(1), 8)
    turned = everyone.reshape(8, 1 + sundry_losses.FRIENDS, -1)[:, [0, 3, 1, 2, 5, 4]].reshape(8, -1)
    losses = [value_of(sundry_losses.attended(model, one, circle, ANY)) for one in (everyone, turned)]
    assert losses[0] == pytest.approx(losses[1])


def test_each_pair_of_a_sheet_is_judged_by_itself() -> None:
    pictures, texts = sundry_data.postcards(np.random.default_rng(1), 5)
    model = silent("postcards")
    model[9] = Node(np.full((1, 1), -2.0))
    loss = value_of(sundry_losses.paired(model, pictures, texts, ANY))
    others = sundry_losses.SHEET - 1
    assert loss == pytest.approx(np.log1p(np.exp(2.0)) + others * np.log1p(np.exp(-2.0)))


def test_a_weight_of_four_bits_has_fifteen_values() -> None:
    weight = Node(np.linspace(-0.7, 0.7, 1001)[:, None])
    coarse = sundry_losses.in_few_bits(weight)
    assert len(np.unique(np.round(coarse.value, 9))) == 15
    assert float(np.abs(coarse.value - weight.value).max()) == pytest.approx(0.05, abs=1e-3)
    np.testing.assert_allclose(gradients(coarse.mean(), [weight])[0], 1.0 / 1001)


def test_warmth_is_the_sum_of_products() -> None:
    model = silent("heatings")
    model[3] = Node(np.full((1, sundry_losses.SHARED), 0.5))
    model[7] = Node(np.full((1, sundry_losses.SHARED), 2.0))
    model[8] = Node(np.full((1, 1), 1.0))
    rods, _ = sundry_data.heatings(np.random.default_rng(1), 3)
    warm = np.full((3, 1), sundry_losses.SHARED + 1.0)
    assert value_of(sundry_losses.operated(model, rods, warm, ANY)) == pytest.approx(0.0)


def test_features_are_multiplied_with_each_other_once_a_layer() -> None:
    model = silent("bookings")
    model[0] = Node(np.eye(10)[:, ::-1].copy())
    model[4] = Node(np.eye(10)[:, :1])
    inputs = np.arange(10.0)[None]
    loss = value_of(sundry_losses.crossed(model, inputs, np.ones((1, 1)), ANY))
    assert loss == pytest.approx(np.log(2.0))  # 0 x 9 + 0
    model[4] = Node(np.eye(10)[:, 1:2])
    loss = value_of(sundry_losses.crossed(model, inputs, np.ones((1, 1)), ANY))
    assert loss == pytest.approx(np.log1p(np.exp(-9.0)))  # 1 x 8 + 1


def test_outer_steps_begin_where_the_last_one_ended() -> None:
    places = ways(Outer(Sgd(0.0), 2, rate=0.5, momentum=0.0), [[1.0]] * 4, rate=1.0)
    assert [one[0] for one in places] == pytest.approx([-1.0, -1.0, -2.0, -2.0])


def test_what_the_slope_does_not_agree_with_is_left_out() -> None:
    places = ways(Agreeing(Sgd(0.9)), [[1.0, 1.0], [-0.1, 1.0]], rate=1.0)
    assert places[1][0] == places[0][0]
    assert places[1][1] < places[0][1]


def test_a_long_mean_goes_on_after_the_slope_has_turned() -> None:
    slopes = [[1.0]] * 100 + [[-1.0]] * 30
    both, one = (ways(made, slopes)[-1][0] for made in (TwoMeans(), Adam()))
    assert both < one


def test_the_largest_slope_is_never_forgotten() -> None:
    slopes = [[100.0]] + [[1.0]] * 600
    never, adam = (ways(made, slopes) for made in (NeverForgetting(), Adam((0.1, 0.01))))
    assert abs(never[-1][0] - never[-101][0]) < 0.2 * abs(adam[-1][0] - adam[-101][0])


def test_one_byte_is_nearly_enough() -> None:
    drawn = np.random.default_rng(0)
    slopes: list[list[float]] = (1.0 + drawn.normal(size=(50, 3))).tolist()
    np.testing.assert_allclose(ways(InBytes(), slopes)[-1], ways(Adam(), slopes)[-1], rtol=0.1)


def test_slopes_lie_in_a_few_directions() -> None:
    drawn, optimiser = np.random.default_rng(0), Narrow(Sgd(0.0), rank=2, every=100)
    weights: Array = np.zeros((6, 5))
    for _ in range(10):
        optimiser.step([weights], [drawn.normal(size=weights.shape)], 0.1)
    assert np.linalg.matrix_rank(weights) == 2


def test_skipped_steps_change_nothing() -> None:
    places = [one[0] for one in ways(Skipped(Sgd(0.0), 3), [[1.0]] * 7, rate=1.0)]
    assert places == [0.0, 0.0, -1.0, -1.0, -1.0, -2.0, -2.0]
