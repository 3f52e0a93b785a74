"""What beside a flat loss says why it is flat: gradients, dead units, the parts of the loss."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, steady
from support import make_curves


def half_learned() -> dict[str, FloatArray]:
    """Two losses that stand still after half of the first level, with layers that all get some gradient."""
    losses = {tag: falling(2.6, 1.3, 0.1, 0.01, seed) for seed, tag in enumerate(("train/loss", "val/loss"))}
    return {**losses, **{f"grad_norm/layer_{i}": steady(0.1 * i) for i in range(1, 6)}}


def test_flat_losses_whose_first_layers_get_no_gradient() -> None:
    assert findings(make_curves(half_learned())) == []
    [found] = findings(make_curves({**half_learned(), "grad_norm/layer_1": steady(1e-5)}))
    assert found.kind == "starved"
    assert "first layer's gradient norm is 2e-5 of the last layer's" in found.message
    assert found.onset.high < 60


def test_flat_losses_of_units_that_are_dead() -> None:
    assert findings(make_curves({**half_learned(), "dead_fraction/layer_1": steady(0.4)})) == []
    [found] = findings(make_curves({**half_learned(), "dead_fraction/layer_1": steady(0.9)}))
    assert found.kind == "starved"
    assert "90 % of the units are dead" in found.message


def test_first_layers_without_a_gradient_are_no_plateau_of_a_loss_that_falls() -> None:
    slow = np.linspace(2.0, 1.0, POINTS)
    tags = {**half_learned(), "grad_norm/layer_1": steady(1e-5), "train/loss": slow, "val/loss": slow}
    assert findings(make_curves(tags)) == []


def test_a_finished_run_is_no_plateau() -> None:
    steps = np.arange(POINTS)
    rate = 0.5 * (1.0 + np.cos(np.pi * steps / POINTS))
    loss = falling(2.3, 0.05, 0.3, 0.01)
    assert findings(make_curves({"train/loss": loss, "lr": rate, "grad_norm": steady(0.5)})) == []


@pytest.mark.parametrize(
    ("equation", "condition"),
    [
        ("equation_loss", "boundary_loss"),
        ("loss_pde", "loss_ic"),
        ("loss_f", "loss_u"),
        ("physics_loss", "theta_0_loss"),
    ],
)
def test_a_condition_that_was_given_up_for_the_equation(equation: str, condition: str) -> None:
    [found] = findings(make_curves(of_parts(equation, condition, 0.05, 0.15)))
    assert found.kind == "parts-at-odds"
    assert found.tag == "train_loss"
    assert f"{condition} has risen from 0.05" in found.message


def test_a_part_that_was_given_up_is_told_before_how_little_the_loss_has_fallen() -> None:
    first, second = falling(0.9, 0.6, 0.15, 0.002, seed=1), falling(0.3, 0.55, 0.15, 0.002, seed=2)
    alone = {"train_loss": first + second}
    assert [one.kind for one in findings(make_curves(alone))] == ["or-done"]
    [found] = findings(make_curves({**alone, "pde_loss": first, "boundary_loss": second}))
    assert found.kind == "parts-at-odds"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0.15, 0.14),  # it has not risen
        (0.05, 0.07),  # the rest is what holds the loss up
    ],
)
def test_a_condition_that_has_not_risen_or_is_no_large_part(start: float, end: float) -> None:
    assert findings(make_curves(of_parts("equation_loss", "boundary_loss", start, end))) == []


def test_a_condition_that_comes_down_again_is_being_learned() -> None:
    tags = of_parts("equation_loss", "boundary_loss", 0.05, 0.15)
    hump = 0.3 * np.exp(-(((np.arange(POINTS) - 120) / 40.0) ** 2))
    tags = {**tags, "boundary_loss": tags["boundary_loss"] + hump, "train_loss": tags["train_loss"] + hump}
    assert findings(make_curves(tags)) == []


@pytest.mark.parametrize(
    ("falls", "rises"),
    [
        ("recon_loss", "kl_loss"),
        ("ce_loss", "l2_loss"),
        ("rec_loss", "commit_loss"),
        ("label_loss", "domain_loss"),
        ("ce_loss", "load_balancing_loss"),
        ("value_loss", "policy_gradient_loss"),
        ("loss_a", "loss_b"),
        ("equation_loss", "reg_loss"),
        ("dice_loss", "boundary_loss"),
    ],
)
def test_other_parts_rise_in_a_run_that_learns(falls: str, rises: str) -> None:
    assert findings(make_curves(of_parts(falls, rises, 0.05, 0.15))) == []


def test_losses_that_do_not_add_up_are_no_parts() -> None:
    tags = of_parts("equation_loss", "boundary_loss", 0.05, 0.15)
    assert findings(make_curves({**tags, "train_loss": 3.0 * tags["train_loss"]})) == []


def test_the_part_that_tells_classes_never_leaves_the_level_of_guessing() -> None:
    penalty, rng = falling(40.0, 0.01, 0.1, 0.001, seed=1), np.random.default_rng(2)
    told = {"ce_loss": rng.normal(np.log(6.0), 0.01, POINTS), "l2_loss": penalty}
    [found] = findings(make_curves({**told, "total_loss": penalty + told["ce_loss"]}))
    assert found.kind == "stuck"
    assert "ce_loss has stayed at about ln 6 (1.792), what guessing" in found.message
    learned = falling(np.log(6.0), 1.0, 0.1, 0.01, seed=2)
    for other in (learned, told["ce_loss"] + 0.1):
        assert findings(make_curves({**told, "ce_loss": other, "total_loss": penalty + other})) == []


def test_the_parts_are_not_asked_where_they_have_no_classes() -> None:
    penalty, level = falling(40.0, 0.01, 0.1, 0.001, seed=1), np.full(POINTS, np.log(6.0))
    level += np.random.default_rng(2).normal(0.0, 0.01, POINTS)
    tags = {"distance_loss": level, "l2_loss": penalty, "total_loss": penalty + level}
    assert findings(make_curves(tags)) == []


def test_a_metric_that_freezes_when_the_rate_is_gone() -> None:
    steps = np.arange(POINTS)
    rate = np.where(steps < POINTS // 3, 1.0, 0.001)
    accuracy = np.minimum(0.1 + 0.002 * steps, 0.1 + 0.002 * (POINTS // 3))
    accuracy = accuracy + np.random.default_rng(0).normal(0.0, 0.003, POINTS)
    [found] = findings(make_curves({"val_acc": accuracy, "lr": rate}))
    assert found.kind == "lr-exhausted"
    assert "while val_acc was still improving" in found.message
    assert findings(make_curves({"val_acc": accuracy, "lr": np.ones(POINTS)})) == []


def test_a_rate_that_goes_between_two_rows_moved_the_loss_between_them() -> None:
    rate = np.where(np.arange(40) < 1, 1.0, 1e-4)
    loss = np.where(np.arange(40) < 1, 4.0, 3.0) + np.random.default_rng(0).normal(0.0, 0.005, 40)
    [found] = findings(make_curves({"train/loss": loss, "lr": rate}))
    assert found.kind == "lr-exhausted"


def of_parts(falls: str, rises: str, start: float, end: float) -> dict[str, FloatArray]:
    """A train loss that falls far and is flat then, and the two parts that it is the sum of."""
    first = falling(0.9, 0.16, 0.15, 0.002, seed=1)
    second = falling(start, end, 0.15, 0.002, seed=2)
    return {"train_loss": first + second, falls: first, rises: second}


def test_a_loss_that_freezes_when_the_rate_is_gone_a_third_into_the_run() -> None:
    steps = np.arange(POINTS)
    rate = np.where(steps < POINTS // 3, 1.0, 0.001)
    loss = np.maximum(4.0 - 0.01 * steps, 2.0) + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    [found] = findings(make_curves({"train/loss": loss, "lr": rate}))
    assert found.kind == "lr-exhausted"


def noisy(noise: float) -> dict[str, FloatArray]:
    """Two losses of 40 values that soon stand still, below noise that hides whether they do."""
    steps, rng = np.arange(40), np.random.default_rng(2)
    return {
        tag: 1.5 + np.exp(-steps / 4.0) + rng.normal(0.0, noise, 40) for tag in ("train/loss", "val/loss")
    }


def test_what_gets_no_gradient_is_flat_as_far_as_noise_lets_it_show() -> None:
    dead = {"dead_fraction/layer_1": np.full(40, 0.97)}
    assert findings(make_curves(noisy(0.12))) == []
    [found] = findings(make_curves({**noisy(0.12), **dead}))
    assert found.kind == "starved"
    assert found.onset.step <= 20
    falls = {tag: loss - 0.03 * np.arange(40) for tag, loss in noisy(0.12).items()}
    assert findings(make_curves({**falls, **dead})) == []
    assert findings(make_curves({**noisy(0.4), **dead})) == []


def test_what_gets_no_gradient_stays_told_while_a_noisy_log_grows() -> None:
    first, last = np.full(400, 1e-6), np.full(400, 1.0)
    back = 0
    for seed in range(20):
        loss = 2.0 + np.random.default_rng(seed).normal(0.0, 0.3, 400)
        tags = {"train/loss": loss, "grad_norm/layer_1": first, "grad_norm/layer_2": 0.5 * last}
        tags["grad_norm/layer_3"] = last
        told = [bool(findings({tag: one[:n] for tag, one in tags.items()})) for n in range(40, 401, 40)]
        assert told[-1]
        back += sum(before and not now for before, now in pairwise(told))
    assert back <= 3


def test_a_metric_alone_tells_that_dead_units_keep_it_where_it_is() -> None:
    steps = np.arange(40)
    score = 0.45 - 0.1 * np.exp(-steps / 4.0) + np.random.default_rng(0).normal(0.0, 0.004, 40)
    [found] = findings(make_curves({"val/iou": score, "dead_fraction/layer_1": np.full(40, 0.97)}))
    assert (found.kind, found.tag) == ("starved", "val/iou")


def test_noise_over_the_tail_is_no_doubt_where_the_rate_never_came_back() -> None:
    steps = np.arange(40)
    rate = np.where(steps < 8, 1.0, 0.001)
    loss = np.maximum(3.0 - 0.15 * steps, 1.8) + np.random.default_rng(2).normal(0.0, 0.2, 40)
    [found] = findings(make_curves({"train/loss": loss, "lr": rate}))
    assert found.kind == "lr-exhausted"
    assert found.onset.step <= 20
    assert findings(make_curves({"train/loss": loss, "lr": np.where(steps > 35, 1.0, rate)})) == []


def test_the_low_of_a_cycle_is_no_end_of_the_rate() -> None:
    share = np.arange(POINTS) / POINTS
    cycle = 0.5 + 0.5 * np.cos(2.0 * np.pi * share)  # is gone half way ...
    loss = np.maximum(4.0 - 4.0 * share, 2.0) + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    [gone] = findings(make_curves({"train/loss": loss, "lr": np.where(share < 0.5, cycle, 0.001)}))
    assert gone.kind == "lr-exhausted"
    restarts = np.where(share < 0.5, cycle, 0.3 * cycle)  # ... and comes back to less
    assert findings(make_curves({"train/loss": loss, "lr": restarts})) == []


def test_a_rate_that_is_gone_is_told_alike_while_the_log_goes_on() -> None:
    steps = np.arange(120)
    rate = np.where(steps < 16, 1.0, 0.001)
    loss = np.maximum(3.0 - 0.075 * steps, 1.8) + np.random.default_rng(4).normal(0.0, 0.3, 120)
    for count in (40, 48, 56, 64, 80, 96, 120):
        [found] = findings(make_curves({"train/loss": loss[:count], "lr": rate[:count]}))
        assert found.kind == "lr-exhausted"


def test_a_loss_that_was_done_before_its_rate_was_gone_did_not_freeze_with_it() -> None:
    steps = np.arange(100)
    rate = np.where(steps < 30, 1.0, 0.001)
    told = 0
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(0.0, 0.1, 100)
        loss = 1.0 + np.exp(-steps / 2.0) + noise
        told += any(one.kind == "lr-exhausted" for one in findings(make_curves({"loss": loss, "lr": rate})))
    assert told == 0


def test_a_rate_far_above_that_was_only_tried_is_no_peak_to_measure_by() -> None:
    tried = np.geomspace(1e-6, 1.0, 60)
    rate = np.concatenate((tried, np.full(300, 1e-3)))
    blown_up = 2.3 + 3.0 * np.maximum(0.0, np.log10(tried) + 1.0) ** 2
    learned = 0.4 + 1.9 * np.exp(-np.arange(300) / 60.0)
    loss = np.concatenate((blown_up, learned)) + np.random.default_rng(0).normal(0.0, 0.02, 360)
    assert findings(make_curves({"train/loss": loss, "lr": rate})) == []


def test_a_loss_that_was_flat_before_its_rate_was_cut_was_not_still_falling() -> None:
    steps = np.arange(POINTS)
    rate = np.select([steps < 80, steps < 110], [1.0, 0.1], 0.001)
    floor = np.select([steps < 80, steps < 110], [0.6, 0.4], 0.3)
    loss = floor + 1.5 * np.exp(-steps / 8.0) + np.random.default_rng(0).normal(0.0, 0.01, POINTS)
    assert findings(make_curves({"train/loss": loss, "lr": rate})) == []
