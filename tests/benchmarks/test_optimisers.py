from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.optimisers import (
    Accumulated,
    Adagrad,
    Changed,
    ClippedUntil,
    DecayedUntil,
    Decaying,
    Disconnected,
    Forgetting,
    Lion,
    Loaded,
    Lookahead,
    Orthogonal,
    Pulsed,
    RmsProp,
    Skipping,
    Stale,
)
from sample_logs.training import Adam, Parameters, Sgd
from task_support import way


def test_the_steps_of_adagrad_fall_with_the_root_of_how_many_there_were() -> None:
    steps = -np.diff([1.0, *way(Adagrad(), [5.0] * 4)])
    np.testing.assert_allclose(steps, 0.1 / np.sqrt(np.arange(1.0, 5.0)), rtol=1e-6)


def test_lion_steps_are_as_long_whatever_the_gradient() -> None:
    for size in (1e-3, 1e3):
        np.testing.assert_allclose(way(Lion(), [size] * 3), [0.9, 0.8, 0.7])


def test_stale_gradients_are_those_of_earlier_steps() -> None:
    gradients = [1.0, 2.0, 3.0, 4.0]
    assert way(Stale(Sgd(0.0), 2), gradients) == [1.0, 1.0, *way(Sgd(0.0), gradients[:2])]


def test_gradients_are_clipped_up_to_a_step() -> None:
    assert way(ClippedUntil(Sgd(0.0), 0.5, 1), [2.0, 2.0]) == pytest.approx([0.95, 0.75])


def test_weights_decay_up_to_a_step() -> None:
    assert way(DecayedUntil(Sgd(0.0, 1.0), 1), [0.0, 0.0, 0.0]) == pytest.approx([0.9, 0.9, 0.9])


def test_the_step_after_the_scale_was_forgotten_is_far_too_long() -> None:
    steps = -np.diff(way(Forgetting(100), [1.0] * 110))
    assert steps[99] > 5.0 * steps[98]
    np.testing.assert_allclose(steps[:99], -np.diff(way(Adam(), [1.0] * 100)))


def test_the_state_of_another_run_makes_steps_as_short_as_its_gradients_were_long() -> None:
    assert 1.0 - way(Loaded(100.0), [1.0] * 20)[-1] == pytest.approx(20 * 0.1 / 100.0, rel=0.5)


def test_how_much_adam_forgets_at_once_and_what_it_adds_to_the_scale() -> None:
    gradients = [1.0, -3.0, 0.5]
    assert way(Adam((0.1, 0.001)), gradients) == way(Adam(), gradients)
    assert way(Adam((1.0, 1.0)), gradients) == pytest.approx([0.9, 1.0, 0.9])
    assert 1.0 - way(Adam(epsilon=9.0), [1.0])[0] == pytest.approx(0.1 / 10.0)


def test_gradients_that_are_put_together_change_as_their_mean() -> None:
    assert way(Accumulated(Sgd(0.0), 2), [1.0, 3.0, 5.0]) == pytest.approx([1.0, 0.8, 0.8])


def test_every_few_steps_half_of_the_way_is_taken_back() -> None:
    assert way(Lookahead(Sgd(0.0), 2), [1.0] * 4) == pytest.approx([0.9, 0.9, 0.8, 0.8])


def test_the_steps_of_rms_are_as_long_whatever_the_gradient() -> None:
    for size in (1e-3, 1e3):
        np.testing.assert_allclose(way(RmsProp(), [size] * 3), [0.9, 0.8, 0.7], rtol=1e-4)


def test_a_matrix_is_changed_as_far_in_each_of_its_directions() -> None:
    weights = np.zeros((3, 2))
    slope = np.array([[5.0, 0.0], [0.0, 0.01], [0.0, 0.0]])
    Orthogonal().step([weights], [slope], 0.1)
    np.testing.assert_allclose(weights, -0.1 * np.sqrt(3.0) * np.eye(3)[:, :2], atol=1e-12)


def test_weights_decay_by_a_share_of_the_rate_and_never_beyond_nought() -> None:
    by_step = Decaying(Sgd(0.0), lambda step: 1.0 if step else 100.0)
    assert way(by_step, [0.0, -1.0, 0.0]) == pytest.approx([0.0, 0.1, 0.09])


def test_weights_are_changed_after_each_step_by_what_knows_how_many_there_were() -> None:
    def change(step: int, parameters: Parameters) -> None:
        parameters[0] += float(step)

    assert way(Changed(Sgd(0.0), change), [1.0, 1.0]) == pytest.approx([1.9, 3.8])


def test_gradients_that_are_not_finite_are_skipped() -> None:
    assert way(Skipping(Sgd(0.9)), [1.0, np.nan, np.inf]) == pytest.approx([0.9, 0.9, 0.9])


def test_an_optimiser_of_a_copy_changes_nothing() -> None:
    assert way(Disconnected(), [1.0, 2.0]) == [1.0, 1.0]


def test_momentum_may_come_and_go() -> None:
    pulsed = Pulsed(lambda step: 0.9 if step == 1 else 0.0)
    assert way(pulsed, [1.0, 0.0, 0.0]) == pytest.approx([0.9, 0.81, 0.81])
