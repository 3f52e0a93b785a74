from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.broad import data as broad_data
from benchmarks.detection.broad import losses as broad_losses
from benchmarks.detection.tape import Node, gradients
from loss_support import ANY, nodes
from sample_logs.training import Parameters
from task_support import task_named


def test_what_is_gathered_is_the_weighed_sum_of_the_parts() -> None:
    rng = np.random.default_rng(1)
    parts, weights, up = rng.normal(size=(6, 4)), rng.normal(size=(2, 5, 3)), rng.normal(size=(10, 4))
    node = Node(parts)
    gathered = broad_losses.gathered(node, weights)
    expected = np.concatenate([weights[i] @ parts[3 * i : 3 * i + 3] for i in range(2)])
    np.testing.assert_allclose(gathered.value, expected)
    (slope,) = gradients((gathered * up).rows().mean(), [node])
    expected = np.concatenate([weights[i].T @ up[5 * i : 5 * i + 5] for i in range(2)]) / 10
    np.testing.assert_allclose(slope, expected)


def test_only_the_largest_part_has_a_slope() -> None:
    node = Node(np.array([[1.0, 5.0], [2.0, 3.0], [7.0, 0.0], [6.0, 1.0]]))
    best = broad_losses.highest(node, 2)
    np.testing.assert_array_equal(best.value, [[2.0, 5.0], [7.0, 1.0]])
    (slope,) = gradients(best.mean(), [node])
    np.testing.assert_array_equal(slope, [[0.0, 0.25], [0.25, 0.0], [0.25, 0.0], [0.0, 0.25]])


def test_twice_the_error_is_six_decibels() -> None:
    rng = np.random.default_rng(2)
    wanted, off = rng.normal(size=(2, 5, 8))
    once, twice = (float(broad_losses.distortion(Node(wanted + n * off), wanted).value) for n in (1.0, 2.0))
    assert twice - once == pytest.approx(20.0 * np.log10(2.0), abs=1e-6)


def test_marks_that_lie_further_apart_cost_more() -> None:
    sure = 50.0 * np.eye(broad_losses.MARKS)
    losses = [
        float(broad_losses.moved(Node(sure[:1]), np.eye(broad_losses.MARKS)[i][None]).value) for i in range(4)
    ]
    assert losses[0] == pytest.approx(0.0, abs=2e-3)
    assert losses == sorted(losses)
    assert losses[3] == pytest.approx(np.sqrt(3 / broad_losses.MARKS), rel=1e-3)


def test_an_answer_in_the_direction_of_the_teacher_has_no_loss() -> None:
    taught = np.random.default_rng(3).normal(size=(4, 6))
    for scale, loss in ((1.0, 0.0), (7.0, 0.0), (-2.0, 2.0)):
        assert float(broad_losses.turned_away(Node(scale * taught), taught).value) == pytest.approx(
            loss, abs=1e-6
        )


def test_the_absolute_error_is_the_distance() -> None:
    error = broad_losses.absolute(Node(np.array([[1.0], [-2.0]])), np.array([[3.0], [-1.0]]))
    assert float(error.value) == pytest.approx(1.5)


def test_the_normal_distribution_is_a_density() -> None:
    values, scores = np.linspace(-20.0, 20.0, 4001), Node(np.array([[0.4, 0.7]]))
    density = [np.exp(-float(broad_losses.normal(scores, np.array([[y]])).value)) for y in values]
    assert sum(density) * (values[1] - values[0]) == pytest.approx(1.0, abs=1e-3)


def test_molecules_do_not_depend_on_how_their_nodes_are_numbered() -> None:
    size = broad_losses.NODES
    model = task_named("molecules").model(np.random.default_rng(0))
    inputs, kinds = broad_data.molecules(np.random.default_rng(4), 20)
    order = np.random.default_rng(5).permutation(size)
    features = inputs[:, : -size * size].reshape(20, size, -1)[:, order]
    shares = inputs[:, -size * size :].reshape(20, size, size)[:, order][:, :, order]
    others = np.hstack([features.reshape(20, -1), shares.reshape(20, -1)])
    assert model.loss(others, kinds) == pytest.approx(model.loss(inputs, kinds), rel=1e-12)


def test_outlines_do_not_depend_on_the_order_of_their_points() -> None:
    model = task_named("outlines").model(np.random.default_rng(0))
    inputs, kinds = broad_data.outlines(np.random.default_rng(4), 20)
    turned = inputs.reshape(20, broad_losses.POINTS, 2)[:, ::-1].reshape(20, -1)
    assert model.loss(turned, kinds) == pytest.approx(model.loss(inputs, kinds), rel=1e-12)


def test_the_value_of_what_follows_is_a_constant() -> None:
    parameters: Parameters = [np.zeros((4, broad_losses.ACTIONS)), np.full((1, broad_losses.ACTIONS), 2.0)]
    state = np.zeros((1, 4))
    right = 2.0 - broad_losses.DISCOUNT * 2.0
    for reward, slope in ((right, 0.0), (right - 1.0, 1.0)):
        target = np.hstack([np.eye(broad_losses.ACTIONS)[:1], [[reward]], state])
        own = nodes(parameters)
        loss = broad_losses.valued(own, state, target, ANY)["loss"]
        assert float(loss.value) == pytest.approx(0.5 * slope**2)
        np.testing.assert_allclose(gradients(loss, own)[1], [[slope, 0.0, 0.0]], atol=1e-12)


def test_what_nobody_holds_falls_over() -> None:
    nothing: Parameters = [np.zeros((2, 1)), np.zeros((1, 1))]
    held: Parameters = [np.array([[-3.0], [-3.0]]), np.zeros((1, 1))]
    leaning, none = np.array([[0.5, 0.0]]), np.zeros((1, 1))
    fallen, kept = (
        float(broad_losses.upright(nodes(one), leaning, none, ANY)["loss"].value) for one in (nothing, held)
    )
    assert kept < 0.5 * fallen


def test_the_slope_of_a_normal_density_has_the_least_loss() -> None:
    small, points = 1e-3, np.random.default_rng(6).normal(size=(20000, 2))
    losses = [
        float(
            broad_losses.sloped(
                nodes([small * np.eye(2), np.zeros((1, 2)), -steep / small * np.eye(2), np.zeros((1, 2))]),
                points,
                points,
                ANY,
            )["loss"].value
        )
        for steep in (0.5, 1.0, 2.0)
    ]
    assert losses[1] == pytest.approx(-1.0, abs=0.03)  # minus half a squared slope, in two dimensions
    assert losses[1] < min(losses[0], losses[2])


def test_a_room_is_made_of_its_echoes_and_no_slope_goes_back_over_the_middle() -> None:
    fades = np.array([[0.3, 0.7, 0.95]])
    right: Parameters = [
        np.log(fades / (1.0 - fades)),
        np.ones((1, 3)),
        np.array([[1.0], [-0.8], [0.5]]),
        np.zeros((1, 1)),
    ]
    inputs, heard = broad_data.echoes(np.random.default_rng(7), 4000)
    assert float(broad_losses.echoed(nodes(right), inputs, heard, ANY)["loss"].value) == pytest.approx(
        0.5 * 0.6**2, rel=0.05
    )
    first = np.zeros((1, broad_losses.ECHOED))
    first[0, 0] = 1.0  # heard in the first half alone
    late = np.zeros((1, broad_losses.ECHOED))
    own = nodes(right)
    slope = gradients(broad_losses.echoed(own, first, late, ANY)["loss"], own)[1]
    assert slope[0, 2] != 0.0
    last = np.array(late)
    last[0, -1] = 5.0  # wanted in the second half: a slope that went back would show it
    np.testing.assert_allclose(gradients(broad_losses.echoed(own, first, last, ANY)["loss"], own)[1], slope)


def test_the_example_that_is_the_same_is_the_nearest() -> None:
    shown = np.random.default_rng(8).normal(size=(broad_losses.WAYS, 8))
    embedding = nodes([10.0 * np.eye(8), np.zeros((1, 8))])
    for asked in range(broad_losses.WAYS):
        inputs = np.hstack([shown.reshape(1, -1), shown[asked : asked + 1]])
        right = broad_losses.compared(embedding, inputs, np.eye(broad_losses.WAYS)[asked : asked + 1], ANY)
        assert float(right["loss"].value) == pytest.approx(0.0, abs=1e-6)


def test_a_model_that_was_trained_before_is_always_the_same_and_knows_something() -> None:
    first, second = (broad_losses.pretrained(np.random.default_rng(seed)) for seed in (0, 1))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    task = task_named("continued")
    assert task.model(np.random.default_rng(0)).loss(*task.draw(np.random.default_rng(1), 2000)) < np.log(8.0)


def test_a_word_is_the_same_wherever_it_is_heard() -> None:
    model = task_named("keywords").model(np.random.default_rng(0))
    sound = np.random.default_rng(9).normal(size=(3, broad_losses.BANDS))
    losses: list[float] = []
    for begins in (2, 7):
        heard = np.zeros((1, broad_losses.HEARD, broad_losses.BANDS))
        heard[0, begins : begins + 3] = sound
        losses.append(model.loss(heard.reshape(1, -1), np.eye(5)[:1]))
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


def test_a_beam_without_a_bend_has_no_energy() -> None:
    flat = nodes([np.ones((1, 3)), np.zeros((1, 3)), np.zeros((3, 1)), np.zeros((1, 1))])
    places = np.linspace(0.0, 1.0, 50)[:, None]
    assert all(float(one.value) == 0.0 for one in broad_losses.bent(flat, places, places, ANY).values())


def test_how_long_the_pictures_of_persons_are_says_nothing() -> None:
    *layers, looks = task_named("persons").model(np.random.default_rng(0)).parameters
    data = broad_data.persons(np.random.default_rng(10), 20)
    losses = [
        float(broad_losses.recognised(nodes([*layers, scale * looks]), *data, ANY)["loss"].value)
        for scale in (1.0, 5.0)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_what_nothing_moves_stays_where_it_is() -> None:
    still = nodes([np.zeros((2, 2)), np.zeros((1, 2))])
    begins = np.random.default_rng(11).normal(size=(5, 2))
    for off in (0.0, 1.0):
        seen = np.tile(begins + off, broad_losses.STEPS_AHEAD)
        assert float(broad_losses.moved_on(still, begins, seen, ANY)["loss"].value) == pytest.approx(off**2)
