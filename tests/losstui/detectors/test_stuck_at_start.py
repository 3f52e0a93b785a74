from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.findings import Severity, Skipped
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
STEPS = np.arange(300)


findings = partial(found_by, StuckAtStart())


def around(level: float, noise: float = 0.02, points: int = 300) -> FloatArray:
    return np.random.default_rng(1).normal(level, noise, points)


@pytest.mark.parametrize("classes", [2, 10, 100, 32_000])
def test_it_names_ln_k_where_the_accuracy_is_that_of_guessing(classes: int) -> None:
    tags = {"train/loss": around(np.log(classes)), "val/accuracy": np.full(300, 1.0 / classes)}
    [found] = findings(make_curves(tags))
    assert found.severity is Severity.CRITICAL
    assert f"ln {classes}" in found.message or classes > 10
    assert (found.spans[0].first_step, found.spans[0].last_step) == (0, 299)
    assert found.onset.step == 0


def test_accuracy_in_percent_is_understood() -> None:
    tags = {"train/loss": around(np.log(10)), "val/accuracy": np.full(300, 10.2)}
    assert len(findings(make_curves(tags))) == 1


def test_predicting_the_mean_of_a_standardised_target() -> None:
    tags = {"train/loss": around(1.0, 0.05), "val/loss": around(1.01, 0.001)}
    rate = np.full(300, 1e-3)
    for sign in ({"val/mae": around(0.8)}, {"grad_norm": around(0.5), "lr": rate}):
        [found] = findings(make_curves({**tags, **sign}))
        assert "mean" in found.message
        assert found.severity is Severity.CRITICAL


@pytest.mark.parametrize("level", [1.0, np.log(3.0)])
def test_a_language_model_that_was_good_at_the_start_has_such_levels_as_well(level: float) -> None:
    warm_then_cosine = np.minimum(STEPS / 10.0, 0.5 + 0.5 * np.cos(np.pi * STEPS / 300.0))
    tags = {"loss": around(level, 0.05), "eval_loss": around(level, 0.001), "grad_norm": around(0.5)}
    assert findings(make_curves({**tags, "learning_rate": warm_then_cosine})) == []


@pytest.mark.parametrize(("level", "named"), [(np.log(2.0), "at ln 2"), (2.0 * np.log(2.0), "at 2 ln 2")])
def test_a_discriminator_that_guesses_all_along(level: float, named: str) -> None:
    [found] = findings(make_curves({"d_loss": around(level, 0.001), "g_loss": around(0.7, 0.001)}))
    assert found.severity is Severity.WARNING
    assert named in found.message
    assert len(findings(make_curves({"d_loss": np.append(1.5 * level, around(level, 0.001))}))) == 1
    learned = np.concatenate([np.full(40, 0.8 * level), around(level, 0.001)])
    for loss in (learned, around(level, 0.001)[:40]):
        assert isinstance(StuckAtStart().detect(make_curves({"d_loss": loss})), Skipped)


@pytest.mark.parametrize(("off", "told"), [(0.003, True), (0.008, False)])
def test_adversaries_that_learn_push_each_other_further_from_guessing(off: float, told: bool) -> None:
    curves = make_curves({"d_loss": around((1.0 + off) * np.log(2.0), 0.001)})
    assert isinstance(StuckAtStart().detect(curves), Skipped) is not told


def test_a_loss_that_fell_at_once_to_the_level_of_guessing_did_leave_its_start() -> None:
    fell = np.where(STEPS < 5, 3.5, around(np.log(10)))
    assert findings(make_curves({"train/loss": fell, "val/accuracy": np.full(300, 0.1)})) == []


def test_an_accuracy_that_is_good_speaks_against_it() -> None:
    tags = {"train/loss": around(np.log(10)), "val/accuracy": np.full(300, 0.55)}
    assert findings(make_curves(tags)) == []


def test_fine_tuning_of_a_good_model_is_not_stuck() -> None:
    assert findings(make_curves({"train/loss": around(0.21, 0.01)})) == []


def test_a_flat_loss_at_any_level_is_a_warning_while_the_gradient_is_not_small() -> None:
    tags = {"train/loss": around(7.7), "grad_norm": around(1.0), "lr": np.full(300, 1e-3)}
    [found] = findings(make_curves(tags))
    assert found.severity is Severity.WARNING
    assert "with a gradient that is not small" in found.message
    assert len(findings(make_curves({**tags, "val/accuracy": around(0.3)}))) == 1
    assert findings(make_curves({**tags, "grad_norm": np.linspace(1.0, 0.001, 300)})) == []
    assert findings(make_curves({**tags, "lr": np.linspace(1.0, 0.0, 300)})) == []
    assert findings(make_curves({**tags, "val/accuracy": around(0.8)})) == []


def test_a_flat_loss_at_any_level_is_a_warning_where_the_rate_was_never_lowered() -> None:
    tags = {"train/loss": around(7.7), "lr": np.full(300, 1e-2)}
    [found] = findings(make_curves(tags))
    assert found.severity is Severity.WARNING
    assert "with a learning rate that was never lowered" in found.message
    assert findings(make_curves({**tags, "lr": np.full(300, 2e-5)})) == []
    assert findings(make_curves({**tags, "lr": np.where(np.arange(300) < 200, 1e-2, 1e-3)})) == []
    assert findings(make_curves({**tags, "train/loss": around(7.7) - np.linspace(0.0, 0.3, 300)})) == []
    assert findings(make_curves({"train/loss": around(7.7)})) == []


@pytest.mark.parametrize(("name", "first", "stuck"), [("loss", 9.5, 1), ("nll", 9.5, 0), ("nll", 7.9, 1)])
def test_a_likelihood_of_numbers_that_fell_at_once_may_be_done(name: str, first: float, stuck: int) -> None:
    validation = np.where(STEPS < 5, first, around(7.7, 0.01))
    tags = {f"train/{name}": around(7.7), f"val/{name}": validation, "lr": np.full(300, 1e-2)}
    assert len(findings(make_curves(tags))) == stuck


def test_a_flat_loss_at_a_rate_of_fine_tuning_may_have_been_good_at_the_start() -> None:
    tags = {"train/loss": around(1.3), "grad_norm": around(1.0)}
    assert findings(make_curves({**tags, "lr": np.full(300, 2e-5)})) == []
    assert findings(make_curves(tags)) == []
    untrained = {**tags, "train/loss": around(np.log(10)), "val/accuracy": np.full(300, 0.1)}
    assert len(findings(make_curves({**untrained, "lr": np.full(300, 2e-5)}))) == 1


def test_a_learning_rate_that_is_gone_early_explains_why_nothing_moves() -> None:
    gone_at = np.arange(300)
    tags = {"train/loss": around(7.7), "grad_norm": around(1.0)}
    assert findings(make_curves({**tags, "lr": np.where(gone_at < 20, 1.0, 1e-4)})) == []
    assert len(findings(make_curves({**tags, "lr": np.where(gone_at < 200, 1.0, 1e-4)}))) == 1


def test_a_flat_loss_at_any_level_is_a_warning_where_the_learning_rate_is_0_throughout() -> None:
    none = np.zeros(300)
    [found] = findings(make_curves({"train/loss": around(5.0), "lr": none}))
    assert found.severity is Severity.WARNING
    assert "a learning rate of 0 throughout" in found.message
    assert findings(make_curves({"train/loss": around(5.0)})) == []
    gone = np.where(STEPS < 5, 0.1, 0.0)
    assert findings(make_curves({"train/loss": around(5.0), "lr": gone})) == []
    assert findings(make_curves({"train/loss": np.linspace(5.0, 4.0, 300), "lr": none})) == []
    assert findings(make_curves({"train/loss": around(0.5), "val/accuracy": around(0.8), "lr": none})) == []


def test_a_flat_loss_at_any_level_in_the_middle_of_a_schedule_is_not_yet_stuck() -> None:
    tags = {"train/loss": around(7.7), "grad_norm": around(1.0)}
    assert findings(make_curves({**tags, "lr": np.linspace(1.0, 0.5, 300)})) == []
    guessing = {**tags, "train/loss": around(np.log(10)), "val/accuracy": np.full(300, 0.1)}
    assert len(findings(make_curves({**guessing, "lr": np.linspace(1.0, 0.5, 300)}))) == 1


def test_a_run_that_learns_late_is_not_stuck() -> None:
    loss = around(np.log(10))
    loss[200:] *= np.linspace(1.0, 0.2, 100)
    assert findings(make_curves({"train/loss": loss})) == []


def test_nothing_is_said_while_the_learning_rate_warms_up() -> None:
    tags = {"train/loss": around(np.log(10)), "val/accuracy": np.full(300, 0.1)}
    warming = np.linspace(1e-6, 1e-3, 300)
    assert findings(make_curves({**tags, "lr": warming})) == []
    assert len(findings(make_curves({**tags, "lr": np.full(300, 1e-3)}))) == 1


@pytest.mark.parametrize(("done", "told"), [(0.35, False), (0.5, True), (1.0, True)])
def test_nothing_is_said_until_as_much_rate_was_spent_after_warm_up_as_in_it(done: float, told: bool) -> None:
    one_cycle = np.interp(STEPS, [0.0, 90.0, 299.0], [0.004, 0.1, 0.0])
    tags = {"train/loss": around(np.log(10)), "val/accuracy": np.full(300, 0.1), "lr": one_cycle}
    so_far = {tag: values[: round(300 * done)] for tag, values in tags.items()}
    assert bool(findings(make_curves(so_far))) is told


def test_a_long_warm_up_is_no_excuse_once_the_rate_was_lowered_again() -> None:
    rate = np.interp(STEPS, [0.0, 200.0, 299.0], [0.004, 0.1, 0.01])
    tags = {"train/loss": around(np.log(10)), "val/accuracy": np.full(300, 0.1)}
    assert len(findings(make_curves({**tags, "lr": rate}))) == 1


@pytest.mark.parametrize(("first", "told"), [(3.14, False), (2.75, True)])
def test_few_evaluations_show_what_a_likelihood_lost_at_once_as_well(first: float, told: bool) -> None:
    train = around(2.69, 0.05, 28)
    evaluated = np.append(first, around(2.68, 0.005, 6))
    tags = {"train/nll": train, "val/nll": evaluated, "lr": np.full(28, 0.01), "grad_norm": np.full(28, 1.0)}
    assert bool(findings(make_curves(tags, {"val/nll": range(0, 28, 4)}))) is told


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_a_loss_that_falls_ever_faster_has_set_off(noise: float) -> None:
    saddle = np.log(16.0) - 5e-4 * np.exp(np.arange(10) / 2.0)  # by 1.6 % in all, most of it at the end
    bias = saddle[0] + saddle[-1] - saddle[::-1]  # the same fall, most of it at the start
    scatter, rate = around(0.0, noise, 10), np.full(10, 0.5)
    assert findings(make_curves({"train/loss": saddle + scatter, "lr": rate})) == []
    assert len(findings(make_curves({"train/loss": bias + scatter, "lr": rate}))) == 1


def test_noise_alone_seldom_sets_off() -> None:
    rng = np.random.default_rng(3)
    losses = (rng.normal(np.log(10.0), 0.01, 8) for _ in range(100))
    told = [bool(findings(make_curves({"train/loss": loss, "lr": np.full(8, 0.1)}))) for loss in losses]
    assert sum(told) >= 90


def test_a_slow_fall_is_learning() -> None:
    loss = np.linspace(2.36, 2.25, 300) + around(0.0, 0.005)
    assert findings(make_curves({"train/loss": loss, "val/accuracy": np.full(300, 0.12)})) == []


def test_doubled_and_thinned_points_change_nothing() -> None:
    loss, steps = around(np.log(10)), range(300)
    [plain] = findings(make_curves({"train/loss": loss}))
    doubled = make_curves(
        {"train/loss": np.repeat(loss, 2)}, {"train/loss": [s for s in steps for _ in range(2)]}
    )
    [twice] = findings(doubled)
    [thin] = findings(make_curves({"train/loss": loss[::3]}, {"train/loss": range(0, 300, 3)}))
    assert twice == plain
    assert thin.severity is plain.severity


@pytest.mark.parametrize("loss", [[], [2.3], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(StuckAtStart().detect(make_curves({"train/loss": loss})), Skipped)


def test_rewards_without_a_trend_are_a_warning() -> None:
    rewards = np.random.default_rng(0).normal(-50.0, 20.0, 400)
    [found] = findings(make_curves({"episode_reward": rewards}))
    assert found.severity is Severity.WARNING
    assert found.tag == "episode_reward"


def test_one_reward_too_scattered_to_prove_it_does_not_hide_the_others() -> None:
    rng = np.random.default_rng(0)
    tags = {"mean_reward": rng.normal(-50.0, 20.0, 1000), "episode_reward": rng.normal(-400.0, 90.0, 60)}
    [found] = findings(make_curves(tags))
    assert found.tag == "mean_reward"


def test_rewards_that_rose_and_fell_again_were_learned_from() -> None:
    rewards = np.random.default_rng(0).normal(-50.0, 20.0, 400)
    rewards[150:250] += 60.0
    assert findings(make_curves({"episode_reward": rewards})) == []


def running_means(gain: float, seed: int) -> FloatArray:
    """The mean reward of the episodes so far, every tenth; the policy gains as many deviations of one."""
    episodes = np.random.default_rng(seed).normal(0.0, 1.0, 3000) + gain * np.linspace(0.0, 1.0, 3000)
    means: FloatArray = np.cumsum(episodes) / np.arange(1, 3001)
    return means[9::10]


def test_a_running_mean_that_is_never_better_than_its_first_values_is_a_warning() -> None:
    stuck = [findings(make_curves({"ep_rew_mean": running_means(0.0, seed)})) for seed in range(20)]
    assert sum(map(len, stuck)) >= 5  # by luck the first values are low as often as high
    assert {one.severity for found in stuck for one in found} == {Severity.WARNING}


@pytest.mark.parametrize("gain", [2.0, 5.0, -5.0])
def test_a_running_mean_of_a_policy_that_learns_or_collapses_is_not_stuck(gain: float) -> None:
    for seed in range(20):
        assert findings(make_curves({"ep_rew_mean": running_means(gain, seed)})) == []


def test_a_running_mean_that_rises_again_steadily_is_not_stuck() -> None:
    stuck = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        single, collapsed = np.array([-9.0, -4.2, -11.8, -14.3, -17.5]), np.full(20, -17.0)
        course = np.concatenate((collapsed, np.linspace(-17.0, -12.0, 25))) + rng.normal(0.0, 0.3, 45)
        stuck += len(findings(make_curves({"avg_reward": np.concatenate((single, course))})))
    assert stuck <= 2


def test_one_reward_that_improves_speaks_for_all() -> None:
    rng = np.random.default_rng(0)
    better = np.linspace(0.0, 100.0, 400) + rng.normal(0.0, 10.0, 400)
    assert findings(make_curves({"episode_reward": rng.normal(0.0, 1.0, 400), "mean_reward": better})) == []


def test_a_train_loss_that_goes_on_falling_through_the_level_of_guessing_is_not_stuck() -> None:
    falling = level = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        tags = {
            "train/loss": 1.88 + 0.17 * np.exp(-np.arange(40) / 10.0) + 0.005 * rng.standard_normal(40),
            "val/loss": 1.908 + 0.005 * rng.standard_normal(40),
            "val/accuracy": 0.16 + 0.01 * rng.standard_normal(40),
        }
        falling += bool(found_by(StuckAtStart(), tags))
        stays = 1.92 + 0.005 * rng.standard_normal(40)
        level += bool(found_by(StuckAtStart(), {**tags, "train/loss": stays}))
    assert falling <= 2
    assert level == 10


def test_a_loss_that_learns_by_heart_at_once_is_no_guess_beside_one_that_stays_at_guessing() -> None:
    rng = np.random.default_rng(0)
    scatter = np.exp(0.5 * rng.standard_normal(140))
    validation = 1.0 + 0.001 * rng.standard_normal(140)
    tags = {"train/rmse": 0.2 * scatter * np.exp(-np.arange(140) / 5.0), "val/rmse": validation}
    assert findings(make_curves(tags)) == []
    beside = {**tags, "train/rmse": 1.0 + 0.1 * rng.standard_normal(140)}
    assert len(findings(make_curves(beside))) == 1
