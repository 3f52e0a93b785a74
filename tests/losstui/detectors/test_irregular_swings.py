"""Swings without a period: told from the noise of batches by what validation says of them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.findings import Severity
from losstui.frame import FloatArray
from support import make_curves
from swing_support import STEPS, both_swing, descent, findings


@pytest.mark.parametrize("seed", range(5))
def test_the_noise_of_batches_is_no_oscillation(seed: int) -> None:
    loss = np.abs(descent(seed, noise=0.3))
    validation = descent(seed + 10, noise=0.005)[::10]
    curves = make_curves({"train/loss": loss, "val/loss": validation}, {"val/loss": range(0, 400, 10)})
    assert findings(curves) == []


def test_swings_without_order_count_where_validation_has_them_too() -> None:
    loss = descent() + np.abs(np.random.default_rng(1).normal(0, 1.0, 400))
    validation = loss[::10]
    steps = {"val/loss": range(0, 400, 10)}
    [found] = findings(make_curves({"train/loss": loss, "val/loss": validation}, steps))
    assert found.kind == "irregular"
    calm = descent(noise=0.005)[::10]
    assert findings(make_curves({"train/loss": loss, "val/loss": calm}, steps)) == []


@pytest.mark.parametrize("seed", range(5))
def test_one_bad_epoch_of_twenty_is_no_oscillation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = 0.3 + 2.0 * np.exp(-np.arange(20) / 4.0)
    train, validation = (level * np.exp(0.03 * rng.standard_normal(20)) for level in (loss, loss + 0.1))
    bad = 8 + 2 * seed
    train[bad] *= 21.0
    validation[bad] *= 21.0
    assert findings(make_curves({"train/loss": train, "val/loss": validation})) == []


def test_swings_without_order_count_where_validation_is_in_step() -> None:
    steps = {"val/loss": range(0, 400, 8)}
    [found] = findings(make_curves(both_swing(), steps))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)
    assert "in step with validation" in found.message
    assert findings(make_curves(both_swing(together=False), steps)) == []


def beside(swings: float, of_sample: float, batches: float, seed: int) -> dict[str, FloatArray]:
    """Swings of the model from value to value, noise of a validation sample, and that of batches."""
    rng = np.random.default_rng(seed)
    model = 0.5 + 1.5 * np.exp(-STEPS / 20.0) + rng.normal(0, swings, 400)
    validation = model + rng.normal(0, of_sample, 400)
    return {"train/loss": model + rng.normal(0, batches, 400), "val/loss": validation[::8]}


@pytest.mark.parametrize("seed", range(5))
def test_a_validation_set_that_scatters_less_than_a_batch_shows_the_model(seed: int) -> None:
    steps = {"val/loss": range(0, 400, 8)}
    [found] = findings(make_curves(beside(0.1, 0.0, 0.1, seed), steps))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)
    assert findings(make_curves(beside(0.0, 0.02, 0.1, seed), steps)) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_validation_set_smaller_than_a_batch_shows_nothing(seed: int) -> None:
    assert findings(make_curves(beside(0.0, 0.4, 0.15, seed), {"val/loss": range(0, 400, 8)})) == []


@pytest.mark.parametrize(("share_in_train", "kinds"), [(0.05, []), (0.5, ["irregular"])])
def test_swings_of_validation_are_those_of_the_loss_where_train_makes_them_too(
    share_in_train: float, kinds: list[str]
) -> None:
    swings = np.random.default_rng(0).normal(0, 0.12, 80)
    trend = 0.8 + 3.0 * np.exp(-np.arange(80) / 8.0)
    tags = {"train/loss": trend + share_in_train * swings, "val/loss": np.abs(trend + swings)}
    assert [found.kind for found in findings(make_curves(tags))] == kinds


def test_a_loss_that_blew_up_at_the_start_has_gained_no_more() -> None:
    tags = both_swing()
    tags["train/loss"][1:6] += 60.0
    [found] = findings(make_curves(tags, {"val/loss": range(0, 400, 8)}))
    assert found.kind == "irregular"


def few(seed: int, calm_from: int = 400) -> RunCurves:
    """Ten evaluations of a model that swings, as far as its batches say as well, until `calm_from`."""
    rng = np.random.default_rng(seed)
    swings = np.where(np.arange(400) < calm_from, rng.uniform(-0.6, 0.6, 400), 0.0)
    loss = 0.8 + 1.5 * np.exp(-STEPS / 15.0) + swings
    return make_curves({"train/loss": loss, "val/loss": loss[::40]}, {"val/loss": range(0, 400, 40)})


@pytest.mark.parametrize("seed", range(3))
def test_few_evaluations_bear_witness_from_before_the_tail(seed: int) -> None:
    [found] = findings(few(seed))
    assert found.kind == "irregular"
    assert findings(few(seed, calm_from=200)) == []


def test_no_finding_rests_on_fewer_than_eight_evaluations() -> None:
    loss = few(0).curve("train/loss").values
    tags = {"train/loss": loss, "val/loss": loss[::50]}
    assert findings(make_curves(tags, {"val/loss": range(0, 400, 50)})) == []


def calmed(swings_until: int, seed: int) -> RunCurves:
    """Swings of both losses by more than their level, which a rate that decays has calmed."""
    rng = np.random.default_rng(seed)
    swings = np.where(swings_until > STEPS, rng.uniform(-0.9, 0.9, 400), 0.0)
    loss = 1.0 + 3.0 * np.exp(-STEPS / 10.0) + swings + rng.normal(0, 0.005, 400)
    return make_curves({"train/loss": loss, "val/loss": loss[::4]}, {"val/loss": range(0, 400, 4)})


@pytest.mark.parametrize("seed", [1, 2])
def test_swings_that_a_decaying_rate_has_calmed_are_told_with_their_end(seed: int) -> None:
    [found] = findings(calmed(245, seed))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)
    [end] = re.findall(r"until step (\d+)", found.message)
    assert int(end) == found.spans[0].last_step == pytest.approx(242, abs=4)
    assert found.onset.step == 0
    [lasting] = findings(calmed(375, seed))  # a twentieth of the run is the end of the last swing
    assert "until" not in lasting.message
    assert lasting.spans[0].last_step == 399


def test_swings_that_were_over_before_the_middle_of_the_run_are_a_start() -> None:
    assert findings(calmed(190, seed=1)) == []


@pytest.mark.parametrize("seed", [31, 44])
def test_a_fall_of_both_losses_does_not_make_swings_of_a_small_validation_set(seed: int) -> None:
    rng = np.random.default_rng(seed)
    level = 0.6 + 2.8 * np.exp(-np.arange(120) / 20.0)
    noise = [np.exp(rng.normal(0, size, 120)) for size in (0.05, 0.2)]
    assert findings(make_curves({"train/loss": level * noise[0], "val/loss": level * noise[1]})) == []


def evaluated(every: int, validation_swing: float) -> RunCurves:
    """Batches that scatter, and a validation loss that swings apart from them, evaluated so often."""
    rng = np.random.default_rng(5)
    level = 1.0 + np.exp(-STEPS / 20.0)
    loss = level + rng.uniform(-0.8, 0.8, 400)
    validation = level + validation_swing * (rng.random(400) - 0.5)
    tags = {"train/loss": loss, "val/loss": validation[::every]}
    return make_curves(tags, {"val/loss": range(0, 400, every)})


def test_fewer_evaluations_have_to_swing_more() -> None:
    assert len(findings(evaluated(every=8, validation_swing=0.6))) == 1
    assert findings(evaluated(every=40, validation_swing=0.6)) == []
    assert len(findings(evaluated(every=40, validation_swing=1.4))) == 1


def test_batches_that_scatter_ten_times_as_far_swing_by_themselves() -> None:
    rng = np.random.default_rng(0)
    level, noise = 1.0 + 2.0 * np.exp(-STEPS / 20.0), np.abs(rng.standard_t(2, 400))
    validation = (level + rng.uniform(-0.4, 0.4, 400))[::8]
    for scatter, count in ((10.0, 0), (1.5, 1)):
        tags = {"train/loss": level + scatter * noise, "val/loss": validation}
        assert len(findings(make_curves(tags, {"val/loss": range(0, 400, 8)}))) == count


@pytest.mark.parametrize(("height", "count"), [(4.0, 1), (12.0, 0)])
def test_swings_far_beyond_doubt_may_be_small_beside_the_gain(height: float, count: int) -> None:
    rng = np.random.default_rng(2)
    loss = 0.25 + height * np.exp(-STEPS / 15.0) + rng.uniform(-0.14, 0.14, 400)
    tags = {"train/loss": loss, "val/loss": loss[::8]}
    assert len(findings(make_curves(tags, {"val/loss": range(0, 400, 8)}))) == count


@pytest.mark.parametrize("every", [2, 4])
def test_the_noise_of_a_small_validation_set_is_not_in_step(every: int) -> None:
    warned = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        level = 0.3 + 1.2 * np.exp(-np.arange(160) / 160.0 * rng.uniform(4.0, 15.0))
        validation = (level * (1.0 + 0.12 * rng.standard_normal(160)))[::every]
        tags = {"train/loss": np.abs(level + 0.15 * rng.standard_normal(160)), "val/loss": validation}
        warned += bool(findings(make_curves(tags, {"val/loss": range(0, 160, every)})))
    assert warned <= 1


@pytest.mark.parametrize("seed", [2, 6])
def test_large_swings_have_to_be_in_step_as_surely_as_small_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    level = 1.5 + 6.0 * np.exp(-np.arange(50) / 3.0)
    model, own = rng.standard_normal(50), rng.standard_normal(50)
    for share, noise, count in ((1.0, 0.5, 1), (0.35, 1.0, 0)):
        validation = level + 0.5 * (share * model + noise * own)
        tags = {"train/loss": level + 0.5 * model, "val/loss": validation}
        assert len(findings(make_curves(tags))) == count


@pytest.mark.parametrize(
    ("rises", "of_batch", "shared", "count"),
    [(4, 0.35, 1.0, 1), (4, 0.35, -1.0, 0), (2, 0.35, 1.0, 0), (4, 0.02, 0.0, 0)],
)
def test_validation_that_rises_again_and_again_has_no_trend(
    rises: int, of_batch: float, shared: float, count: int
) -> None:
    rng = np.random.default_rng(4)
    level = 1.0 + np.exp(-STEPS / 15.0)
    moved = np.zeros(400)
    moved[::16][-3 * rises :: 3] = 0.25
    train = level + shared * moved + rng.uniform(-of_batch, of_batch, 400)
    tags = {"train/loss": train, "val/loss": (level + moved)[::16]}
    found = findings(make_curves(tags, {"val/loss": range(0, 400, 16)}))
    assert len(found) == count
    assert all("again and again" in one.message for one in found)


def drawn_anew(seed: int) -> dict[str, FloatArray]:
    """A loss below a third of its first, batches that scatter by 40 %, validation by 12 % of its level."""
    rng = np.random.default_rng(seed)
    level = 0.3 + 0.6 * np.exp(-STEPS / 40.0)
    validation = level * (1.0 + 0.12 * rng.standard_normal(400))
    return {"train/loss": level * (1.0 + 0.4 * rng.standard_normal(400)), "val/loss": validation[::8]}


def test_a_sample_that_is_drawn_anew_is_seldom_taken_for_the_model() -> None:
    curves = [make_curves(drawn_anew(seed), {"val/loss": range(0, 400, 8)}) for seed in range(40)]
    assert sum(bool(findings(one)) for one in curves) <= 4


@pytest.mark.parametrize(
    ("of_sample", "of_batch"),
    [
        pytest.param(0.36, 0.3, id="as small as a batch"),
        pytest.param(0.45, 0.15, id="a ninth of a batch"),
    ],
)
def test_a_sample_that_scatters_as_far_as_batches_and_apart_from_them_is_seldom_the_model(
    of_sample: float, of_batch: float
) -> None:
    level = 0.5 + 1.5 * np.exp(-np.arange(200) / 25.0)
    found = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        train = level * np.exp(rng.normal(0, of_batch, 200))
        validation = level[::5] * np.exp(rng.normal(0, of_sample, 40))
        curves = make_curves({"train/loss": train, "val/loss": validation}, {"val/loss": range(0, 200, 5)})
        found += len(findings(curves))
    assert found <= 8


@pytest.mark.parametrize(("calm", "count"), [(0.02, 1), (0.15, 0)])
def test_swings_that_were_smaller_before_are_those_of_the_model(calm: float, count: int) -> None:
    rng = np.random.default_rng(4)
    level = 0.3 + 0.6 * np.exp(-STEPS / 20.0)
    size = np.where(STEPS < 200, calm, 0.15)
    validation = (level + 0.3 * size * rng.standard_normal(400))[::8]
    tags = {"train/loss": level * (1.0 + 0.4 * rng.standard_normal(400)), "val/loss": validation}
    assert len(findings(make_curves(tags, {"val/loss": range(0, 400, 8)}))) == count


@pytest.mark.parametrize("seed", [3, 11, 28])
def test_of_few_evaluations_it_is_not_enough_that_they_scatter_less_than_a_batch(seed: int) -> None:
    rng = np.random.default_rng(seed)
    level = 0.4 + np.exp(-np.arange(25) / 3.0)
    batches, own = 0.12 * rng.standard_normal(25), 0.05 * rng.standard_normal(25)
    tags = {"train/loss": level + batches, "val/loss": level + own}
    assert findings(make_curves(tags)) == []


def short_log(until: int, seed: int) -> RunCurves:
    """Twenty evaluations of slow swings, of which the last half has too few turns."""
    at = np.arange(100)
    slow = 0.1 * np.sin(2.0 * np.pi * np.minimum(at, until) / 36.0)
    model = 0.6 + 0.8 * np.exp(-at / 5.0) + slow
    batches = 0.12 * np.random.default_rng(seed).standard_normal(100)
    return make_curves(
        {"train/loss": model + batches, "val/loss": model[::5]}, {"val/loss": range(0, 100, 5)}
    )


@pytest.mark.parametrize("seed", range(3))
def test_slow_swings_of_a_short_log_are_seen_from_before_the_tail_where_they_last(seed: int) -> None:
    [found] = findings(short_log(100, seed))
    assert (found.kind, found.severity) == ("irregular", Severity.WARNING)
    assert findings(short_log(54, seed)) == []


@pytest.mark.parametrize("seed", [2, 44, 185])
def test_a_cliff_that_both_losses_fall_down_makes_no_swings_of_a_small_validation_set(seed: int) -> None:
    """In the tail alone they are hardly in step; with the cliff before it they seem so beyond doubt."""
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(120) < 40, 1.0, 0.3 + 0.7 * np.exp(-(np.arange(120) - 40.0) / 8.0))
    train, validation = level + 0.1 * rng.standard_normal(120), level + 0.05 * rng.standard_normal(120)
    tags = {"train/loss": train, "val/loss": validation[::6]}
    assert findings(make_curves(tags, {"val/loss": range(0, 120, 6)})) == []


def fast(swings: float, batches: float, seed: int) -> RunCurves:
    """Ten evaluations of a model that moves from row to row, beside batches with noise of their own."""
    rng = np.random.default_rng(seed)
    moved = swings * rng.standard_normal(60)
    model = 1.0 + 1.5 * np.exp(-np.arange(60) / 3.0) + moved
    train = model + batches * rng.standard_normal(60)
    return make_curves({"train/loss": train, "val/loss": model[::6]}, {"val/loss": range(0, 60, 6)})


def test_the_rows_of_train_show_the_turns_that_few_evaluations_in_step_do_not() -> None:
    assert sum(bool(findings(fast(0.12, 0.01, seed))) for seed in range(30)) >= 24
