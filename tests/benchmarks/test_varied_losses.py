from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.detection.tape import Node
from benchmarks.detection.varied import data as varied_data
from benchmarks.detection.varied import losses as varied_losses
from benchmarks.detection.varied.losses import SIDES
from benchmarks.detection.varied.models import NormalisedModel
from loss_support import ANY, nodes
from sample_logs.training import Array
from task_support import task_named


def column(values: list[float]) -> NDArray[np.float64]:
    return np.array(values)[:, None]


def test_what_is_too_low_costs_more_than_what_is_too_high() -> None:
    low, high = (
        float(varied_losses.expectile(Node(column([one])), column([0.0])).value) for one in (-2.0, 2.0)
    )
    assert low == pytest.approx(4.0 * varied_losses.HIGH)
    assert high == pytest.approx(4.0 * (1.0 - varied_losses.HIGH))


def test_all_counts_together_are_sure() -> None:
    scores = Node(np.array([[1.2, 0.4]]))
    likely = [
        np.exp(-float(varied_losses.scattered_counts(scores, column([float(count)])).value))
        for count in range(200)
    ]
    assert sum(likely) == pytest.approx(1.0, abs=1e-6)
    mean = float(np.log1p(np.exp(1.2))) + 0.05
    assert float(np.dot(likely, np.arange(200.0))) == pytest.approx(mean, rel=1e-4)


def test_shares_of_two_have_the_density_of_a_beta_distribution() -> None:
    shares = (np.arange(2000) + 0.5) / 2000.0
    scores = Node(np.array([[2.0, 1.0]]))
    density = [
        np.exp(-float(varied_losses.composed(scores, np.array([[one, 1.0 - one]])).value)) for one in shares
    ]
    first, second = np.log1p(np.exp([2.0, 1.0])) + 0.1
    assert np.mean(density) == pytest.approx(1.0, abs=1e-3)
    assert np.mean(density * shares) == pytest.approx(first / (first + second), abs=1e-3)


def test_a_class_that_is_not_believed_costs_no_more_than_a_bound() -> None:
    losses = [
        float(varied_losses.doubting(Node(np.array([[one, 0.0]])), np.array([[1.0, 0.0]])).value)
        for one in (-100.0, 100.0)
    ]
    assert losses == pytest.approx([1.0 / varied_losses.DOUBT, 0.0])


def test_pairs_in_the_wrong_order_are_counted_and_ties_by_half() -> None:
    kinds = column([1.0, 1.0, 0.0, 0.0])
    loss = varied_losses.out_of_order(Node(column([3.0, 1.0, 2.0, 1.0])), kinds)
    assert float(loss.value) == pytest.approx((1.0 + 0.5) / 4.0)
    assert float(varied_losses.out_of_order(Node(column([3.0, 1.0])), kinds[:2]).value) == 0.5


def test_rows_agree_where_they_are_the_same_and_not_where_one_is_moved() -> None:
    told = np.array([[1.0, 2.0, 4.0, 0.0]])
    same, moved, turned = (
        float(varied_losses.disagreed(Node(one), told).value) for one in (told, told + 2.0, 3.5 - told)
    )
    assert same == pytest.approx(0.0, abs=1e-5)
    assert moved == pytest.approx(1.0 - 2.0 * np.var(told) / (2.0 * np.var(told) + 4.0), rel=1e-4)
    assert turned == pytest.approx(2.0, abs=1e-5)


def _box(answer: list[float], targets: list[float]) -> float:
    centre, half = answer
    raw = float(np.log(np.expm1(half - 0.05)))
    model = nodes([np.zeros((1, 3)), np.array([[centre, raw, 0.0]])])
    boxes = varied_losses.boxed(model, np.zeros((1, 1)), np.array([[*targets, 1.0]]), ANY)
    return float(boxes["box"].value)


def test_intervals_are_apart_by_what_lies_between_them() -> None:
    assert _box([0.5, 0.5], [0.0, 1.0]) == pytest.approx(0.0)
    assert _box([0.5, 0.5], [0.5, 1.5]) == pytest.approx(1.0 - 1.0 / 3.0)
    assert _box([0.5, 0.5], [3.0, 4.0]) == pytest.approx(1.0 + 2.0 / 4.0)


def test_the_quarters_of_the_noise_make_up_the_whole() -> None:
    task = task_named("clouds")
    model = task.model(np.random.default_rng(0))
    data = task.draw(np.random.default_rng(1), 400)
    parts = varied_losses.by_time(nodes(model.parameters), *data, np.random.default_rng(0))
    assert sum(float(one.value) for one in parts.values()) == pytest.approx(model.loss(*data))
    silent = [0.0 * one for one in model.parameters]
    late = varied_losses.by_time(nodes(silent), *data, np.random.default_rng(0))["quarter_3"]
    assert float(late.value) == pytest.approx(np.mean(np.sum(data[0] ** 2, axis=1)) / 8.0, rel=0.2)


def test_captions_of_which_nothing_is_known_are_as_likely_as_any() -> None:
    task = task_named("sheets")
    model = task.model(np.random.default_rng(0))
    data = task.draw(np.random.default_rng(1), 20)
    same = nodes([*[0.0 * one for one in model.parameters[:8]], model.parameters[8]])
    same[3].value[...] = same[7].value[...] = 1.0
    assert float(varied_losses.captioned(same, *data, ANY)["loss"].value) == pytest.approx(np.log(SIDES))


def test_the_right_caption_is_the_one_that_looks_like_the_picture() -> None:
    width = varied_losses.EMBEDDED
    eye = [3.0 * np.eye(width), np.zeros((1, width)), np.eye(width), np.zeros((1, width))]
    sheet = np.eye(width)[None].reshape(1, -1)
    model = nodes([*eye, *eye, np.full((1, 1), 4.0)])
    assert float(varied_losses.captioned(model, sheet, sheet, ANY)["loss"].value) == pytest.approx(
        0.0, abs=1e-6
    )
    other = np.roll(np.eye(width), 1, axis=0).reshape(1, -1)
    assert float(varied_losses.captioned(model, sheet, other, ANY)["loss"].value) > 40.0


def test_views_that_say_nothing_are_alike_but_not_spread() -> None:
    inputs, nothing = varied_data.doubles(np.random.default_rng(1), 50)
    parts = varied_losses.doubled(nodes([np.zeros((12, 4)), np.zeros((1, 4))]), inputs, nothing, ANY)
    assert float(parts["alike"].value) == float(parts["common"].value) == 0.0
    assert float(parts["spread"].value) == pytest.approx(2.0 * (1.0 - 0.01))


def test_numbers_that_tell_the_same_have_much_in_common() -> None:
    inputs = np.random.default_rng(1).normal(size=(4000, 1))
    weights, bias = np.full((1, 2), 2.0), np.zeros((1, 2))
    drawn = np.random.default_rng(2)
    parts = varied_losses.doubled(nodes([weights, bias]), inputs, inputs, drawn)
    variance = 4.0 * (1.0 + varied_losses.VIEWED**2)
    assert float(parts["common"].value) == pytest.approx(2.0 * variance**2, rel=0.1)
    assert float(parts["spread"].value) == 0.0


def test_an_action_that_nobody_took_is_not_overrated() -> None:
    chosen, worth = np.eye(varied_losses.CHOICES)[:1], np.array([[1.0, 5.0, 0.0]])
    model = nodes([np.zeros((3, 3)), worth])
    reward = np.array([[1.0 - varied_losses.LATER * 5.0]])
    parts = varied_losses.cautious(model, np.zeros((1, 6)), np.hstack([chosen, reward]), ANY)
    assert float(parts["td"].value) == pytest.approx(0.0)
    over = np.log(np.exp(worth).sum()) - 1.0
    assert float(parts["conservative"].value) == pytest.approx(varied_losses.CAUTION * over)


def test_all_rows_of_tags_together_are_sure() -> None:
    task = task_named("names")
    drawn = np.random.default_rng(3)
    *rest, _ = task.model(drawn).parameters
    model = nodes([*rest, drawn.normal(size=(varied_losses.TAGS, varied_losses.TAGS))])
    sentence, _ = task.draw(drawn, 1)
    rows = np.stack(np.meshgrid(*[range(varied_losses.TAGS)] * varied_losses.SENTENCE), axis=-1)
    every = rows.reshape(-1, varied_losses.SENTENCE)
    likely = [
        np.exp(
            -varied_losses.SENTENCE
            * float(varied_losses.tagged(model, sentence, one[None], ANY)["loss"].value)
        )
        for one in every.astype(np.float64)
    ]
    assert sum(likely) == pytest.approx(1.0)


def test_each_way_out_has_its_loss_and_the_last_one_counts_most() -> None:
    task = task_named("exits")
    silent = [0.0 * one for one in task.model(np.random.default_rng(0)).parameters]
    parts = varied_losses.left_early(nodes(silent), *task.draw(np.random.default_rng(1), 9), ANY)
    losses = [float(one.value) for one in parts.values()]
    assert losses == pytest.approx([0.3 * np.log(5.0), 0.3 * np.log(5.0), np.log(5.0)])


def test_features_that_answer_are_paid_for() -> None:
    found = np.array([[2.0, 0.0]])
    model = nodes([np.eye(2), np.array([[0.0, -1.0]]), np.eye(2), np.zeros((1, 2))])
    parts = varied_losses.taken_apart(model, found, found, ANY)
    assert float(parts["error"].value) == 0.0
    assert float(parts["sparse"].value) == pytest.approx(2.0 * varied_losses.SPARSE)


def test_a_switch_is_told_by_those_before_it_alone() -> None:
    task = task_named("switches")
    model = nodes(task.model(np.random.default_rng(0)).parameters)
    states, _ = task.draw(np.random.default_rng(1), 1)

    def losses(inputs: Array) -> list[float]:
        """Of each switch, as what is lost when its target is 1 rather than 0."""
        kinds = np.eye(varied_losses.BITS)
        return [float(varied_losses.in_turn(model, inputs, one[None], ANY)["loss"].value) for one in kinds]

    changed = states.copy()
    changed[0, 4] = 1.0 - changed[0, 4]
    apart = np.subtract(losses(changed), losses(states))
    off = apart - apart[0]  # what is lost of all others moves each of them by as much
    np.testing.assert_allclose(off[:5], 0.0, atol=1e-12)
    assert np.all(np.abs(off[5:]) > 1e-6)


def test_one_of_a_set_of_whom_nothing_is_known_may_be_any_that_is_left() -> None:
    silent = nodes([np.zeros((5, 1)), np.zeros((1, 1))])
    data = varied_data.remissions(np.random.default_rng(1), 1)
    loss = varied_losses.remitted(silent, data[0], np.ones((1, SIDES)), ANY)["loss"]
    left = np.log(np.arange(2.0, SIDES + 1.0))
    assert float(loss.value) == pytest.approx(left.mean())


def test_a_model_is_asked_under_the_running_mean_of_the_scales_it_was_trained_under() -> None:
    task = task_named("scans")
    model = task.model(np.random.default_rng(0))
    assert isinstance(model, NormalisedModel)
    data = task.draw(np.random.default_rng(1), 400)
    trained = [model.loss_and_gradients(*data)[0] for _ in range(100)]
    assert trained[0] == pytest.approx(trained[-1])  # of the batch alone, whatever was before
    assert model.loss(*data) == pytest.approx(trained[-1], rel=1e-3)
    model.known = []
    assert model.loss(*data) != pytest.approx(trained[-1], rel=0.01)
