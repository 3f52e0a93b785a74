from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detectors.divergence import Divergence
from losstui.findings import Severity, Skipped
from losstui.plugins import load
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

FloatArray = NDArray[np.float64]


def noise(n: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(n)


def learning(n: int, seed: int = 0, sigma: float = 0.05) -> FloatArray:
    return 0.5 + 2.0 * np.exp(-8.0 * np.arange(n) / n) + sigma * noise(n, seed)


def turning(n: int, at: int, height: float, sigma: float = 0.05) -> FloatArray:
    """Learns, and from step `at` on rises in a straight line by `height` until the end."""
    return learning(n, sigma=sigma) + height * np.clip((np.arange(n) - at) / (n - at), 0.0, None)


found = partial(found_by, Divergence())


@pytest.mark.parametrize("n", [40, 400, 20_000])
def test_loss_that_turns_and_rises(n: int) -> None:
    at = n * 6 // 10
    [finding] = found({"train/loss": turning(n, at, 1.2)})
    assert (finding.kind, finding.severity) == ("after-learning", Severity.WARNING)
    assert finding.onset.low <= at + 0.05 * n
    assert abs(finding.onset.step - at) <= 0.1 * n
    assert finding.spans[0].last_step == n - 1
    assert finding.confidence > 0.7


def test_losing_everything_is_critical() -> None:
    [finding] = found({"train/loss": turning(400, 240, 4.0)})
    assert finding.severity is Severity.CRITICAL
    assert "all its progress" in finding.message


def test_becoming_non_finite_is_critical() -> None:
    [finding] = found({"train/loss": np.append(turning(400, 240, 1.0), [np.nan] * 20)})
    assert finding.severity is Severity.CRITICAL
    assert "no longer finite" in finding.message


@pytest.mark.parametrize(
    "loss",
    [
        2.3 + 0.05 * np.arange(100) + 0.1 * noise(100),
        np.geomspace(1.0, 1e18, 40) * np.exp(0.2 * noise(40)),
        np.array([2.3, *(120.0 + 0.5 * noise(60))]),
    ],
    ids=["straight", "exponential", "at once"],
)
def test_loss_that_rises_from_its_start(loss: FloatArray) -> None:
    [finding] = found({"train/loss": loss})
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)
    assert finding.onset.low <= 20


def test_last_values_before_nan_that_explode() -> None:
    [finding] = found({"train/loss": np.append([2.0, 150.0, 4e7], [np.nan] * 10)})
    assert finding.kind == "blow-up"
    assert finding.onset.low <= 1
    assert found({"train/loss": np.append(learning(50), [np.nan] * 10)}) == []


def test_most_of_the_run_spent_diverging_is_still_a_run_that_had_learnt() -> None:
    loss = np.concatenate((learning(100), 0.5 * np.exp(np.arange(200) / 20.0) * np.exp(0.1 * noise(200))))
    [finding] = found({"train/loss": loss})
    assert finding.kind == "after-learning"
    assert 85 <= finding.onset.step <= 120


def test_what_moved_before_is_named() -> None:
    rate = np.concatenate((np.full(220, 1e-3), np.geomspace(1e-3, 1e-1, 180)))
    [finding] = found({"train/loss": turning(400, 240, 4.0), "learning_rate": rate})
    assert "learning rate was rising" in finding.message


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [12, 60, 400, 3000])
def test_noisy_learning_is_clear(n: int, seed: int) -> None:
    assert found({"train/loss": learning(n, seed, sigma=0.3)}) == []
    flat = 2.3 + 0.1 * noise(n, seed)
    assert found({"train/loss": flat}) == []
    heavy = learning(n, seed) + 0.1 * np.random.default_rng(seed).standard_t(3, n)
    assert found({"train/loss": heavy}) == []


@pytest.mark.parametrize("n", [50, 100])
def test_noise_whose_values_follow_each_other_is_clear(n: int) -> None:
    warned = 0
    for seed in range(40):
        wandering = lfilter([0.6], [1.0, -0.8], noise(n, seed))
        warned += bool(found({"train/loss": 1.0 + np.exp(-6.0 * np.arange(n) / n) + 0.3 * wandering}))
    assert warned <= 2


def test_swings_of_the_size_the_run_always_makes_are_clear() -> None:
    swings = 0.4 * np.sin(np.arange(400) / 9.0)
    assert found({"train/loss": learning(400) + swings}) == []


def test_hump_that_comes_back_is_clear() -> None:
    steps = np.arange(400)
    warm_up = 3.0 * np.exp(-(((steps - 30) / 12.0) ** 2))
    assert found({"train/loss": learning(400) + warm_up}) == []
    restart = 1.0 * np.exp(-((steps - 300) / 30.0)) * (steps >= 300)
    assert found({"train/loss": learning(400) + restart}) == []


def test_fluctuation_of_a_converged_loss_is_clear() -> None:
    loss = 2.0 * np.exp(-np.arange(400) / 20.0) + 1e-4 * np.exp(0.5 * noise(400))
    loss[350:] *= 8.0
    assert found({"train/loss": loss}) == []


def test_loss_that_runs_away_downwards_is_clear() -> None:
    falling: FloatArray = np.linspace(0.0, -1000.0, 200) * learning(200)[::-1]
    assert found({"train/loss": falling}) == []


def test_validation_loss_that_rises_is_not_divergence() -> None:
    validation = turning(200, 80, 3.0)
    assert found({"train/loss": learning(200), "val/loss": validation}) == []
    assert found({"val/loss": validation}) == []
    [finding] = found({"val/loss": turning(200, 80, 30.0)})
    assert finding.tag == "val/loss"


def test_reward_that_collapses() -> None:
    reward = 100.0 - 40.0 * turning(400, 240, 3.0)
    [finding] = found({"rollout/ep_rew_mean": reward})
    assert finding.kind == "collapse"
    assert "falls from" in finding.message
    never_gained: FloatArray = -40.0 * np.linspace(2.3, 7.3, 100)
    assert found({"rollout/ep_rew_mean": never_gained}) == []


def episodes(fails: float, seed: int = 0) -> FloatArray:
    """Returns of 400 episodes of a policy that learns, and all the same `fails` in that share of them."""
    rng = np.random.default_rng(seed)
    gained = 200.0 * (1.0 - np.exp(-np.arange(400) / 40.0)) + 10.0 * rng.standard_normal(400)
    return np.where(rng.random(400) < fails, 0.0, gained)


@pytest.mark.parametrize("fails", [0.0, 0.2, 0.6])
def test_policy_that_only_fails_from_one_episode_on_has_collapsed(fails: float) -> None:
    returns = episodes(fails)
    assert found({"charts/episodic_return": returns}) == []
    returns[300:] = 0.0
    [finding] = found({"charts/episodic_return": returns})
    assert (finding.kind, finding.severity) == ("collapse", Severity.CRITICAL)
    assert finding.onset.low <= 300 <= finding.onset.high


def test_policy_that_starts_anew_or_fails_for_a_while_has_not_collapsed() -> None:
    another_task = np.concatenate((episodes(0.0)[:300], episodes(0.0, 1)[:60]))
    assert found({"rollout/ep_rew_mean": another_task}) == []
    for again in (160, 230, 300, 384):  # the last one is still going on, and no longer than those before
        resets = episodes(0.0)
        resets[160:176] = resets[again : again + 16] = 0.0
        assert "collapse" not in [one.kind for one in found({"rollout/ep_rew_mean": resets})]


def test_short_and_absent_losses_are_skipped() -> None:
    assert isinstance(Divergence().detect(make_curves({"lr": [0.1] * 50})), Skipped)
    assert isinstance(Divergence().detect(make_curves({"train/loss": [1.0, 2.0, 9.0]})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    for loss, expected in ((turning(400, 240, 1.2), ["after-learning"]), (learning(400, sigma=0.3), [])):
        assert [one.kind for one in found(retold({"train/loss": loss}))] == expected


def test_raised_learning_rate_names_the_onset() -> None:
    rate = np.where(np.arange(400) < 250, 0.1, 1.0)
    loss = np.concatenate((np.linspace(2.0, 0.5, 252), 0.5 + 0.02 * np.arange(148)))
    [finding] = found({"train/loss": loss + 0.02 * np.random.default_rng(0).standard_normal(400), "lr": rate})
    assert finding.onset.low <= 249
    assert finding.onset.step == 250


def test_rate_raised_little_by_little_names_the_first_raise() -> None:
    index = np.arange(80)
    rate = np.where(index < 50, 1e-3, 1e-3 * 4.0 ** np.clip(index - 49, 0, 3))
    rise = 0.4 * np.clip(index - 49, 0, 3) + np.where(index >= 52, 3.0, 0.0)
    loss = 0.5 + 2.0 * np.exp(-index / 5.0) + rise
    [finding] = found(make_curves({"train/loss": loss, "lr": rate}))
    assert (finding.onset.low, finding.onset.step) == (49, 50)


def test_loss_that_swings_where_it_never_was_again_has_diverged() -> None:
    index = np.arange(300)
    noise = 0.02 * np.random.default_rng(1).standard_normal(300)
    swings = np.where(index >= 150, 1.4 - 0.8 * np.cos(index / 12.0) - 0.002 * (index - 150), 0.0)
    loss = 0.3 + 1.2 * np.exp(-index / 15.0) + noise
    [finding] = found(make_curves({"train/loss": loss + swings}))
    assert finding.onset.low <= 150 <= finding.onset.high
    comes_back = np.where(index >= 150, 0.8 - 0.8 * np.cos(index / 12.0), 0.0)
    assert not found(make_curves({"train/loss": loss + comes_back}))


def test_onset_is_the_raise_that_makes_most_of_the_rise() -> None:
    index = np.arange(300)
    noise = 0.05 * np.random.default_rng(2).standard_normal(300)
    drift = 0.4 * np.clip((index - 120) / 80.0, 0.0, 1.0)
    loss = 1.0 + 1.5 * np.exp(-index / 12.0) + noise + drift + np.where(index >= 200, 0.8, 0.0)
    rate = np.where(index >= 200, 1e-2, 1e-3)
    [without] = found(make_curves({"train/loss": loss}))
    assert without.onset.high < 190
    [finding] = found(make_curves({"train/loss": loss, "lr": rate}))
    assert (finding.onset.low, finding.onset.step, finding.onset.high) == (199, 200, 200)
    gentle = np.where(index >= 250, 1e-2, 1e-3)
    [finding] = found(make_curves({"train/loss": loss, "lr": gentle}))
    assert finding.onset == without.onset


def test_an_explosion_does_not_hide_the_rise_that_it_began_from() -> None:
    loss = learning(300, seed=3) + np.where(np.arange(300) >= 150, 0.7, 0.0)
    loss[270:] *= np.exp(1.5 * np.arange(30))
    [finding] = found({"train/loss": loss})
    assert abs(finding.onset.step - 150) <= 3
    assert finding.onset.low <= 150 <= finding.onset.high < 270


def test_an_end_that_is_higher_in_the_mean_but_not_in_its_logarithm_is_clear() -> None:
    level = [1.0, 40.0, *[1.0] * 94]
    assert found({"train/loss": [*level, 0.2, 0.2, 2.5, 2.5]}) == []


def test_validation_that_stays_denies_a_rise() -> None:
    index = np.arange(200)
    loss = 0.4 + 1.2 * np.exp(-index / 15.0)
    risen = loss + np.clip((index - 120) / 20.0, 0.0, 1.0)
    steps = {"val/loss": range(0, 200, 10)}
    assert found(make_curves({"train/loss": risen}))
    assert found(make_curves({"train/loss": risen, "val/loss": risen[::10]}, steps))
    assert not found(make_curves({"train/loss": risen, "val/loss": loss[::10]}, steps))


def test_validation_bears_witness_where_batches_hide_the_rise() -> None:
    index = np.arange(200)
    flat = 0.4 + 1.2 * np.exp(-index / 10.0)
    loss = flat + 1.4 * np.clip((index - 80) / 120, 0.0, 1.0) ** 2
    steps = {"val/loss": range(0, 200, 4)}
    alone = together = overfitting = 0
    for seed in range(12):
        scatter = np.exp(0.7 * np.random.default_rng(seed).standard_normal(200))
        alone += len(found(make_curves({"train/loss": loss * scatter})))
        together += len(found(make_curves({"train/loss": loss * scatter, "val/loss": loss[::4]}, steps)))
        overfitting += len(found(make_curves({"train/loss": flat * scatter, "val/loss": loss[::4]}, steps)))
    assert alone <= 6
    assert together >= 10
    assert overfitting <= 1


def test_validation_denies_that_a_rise_is_on_its_way_back() -> None:
    index = np.arange(200)
    risen = learning(200) + np.where(index < 160, 0.0, np.where(index < 182, 4.0, 1.5))
    validation = learning(200)[::4] + np.where(index[::4] < 160, 0.0, 4.0)
    steps = {"val/loss": range(0, 200, 4)}
    assert found(make_curves({"train/loss": risen})) == []
    [finding] = found(make_curves({"train/loss": risen, "val/loss": validation}, steps))
    assert finding.kind == "after-learning"


def test_the_flat_top_of_a_divergence_is_no_plateau_of_its_own() -> None:
    index = np.arange(400)
    guessing: FloatArray = np.log(10.0) + 0.005 * noise(400)
    loss = np.where(index < 100, guessing - 1.5 * (1.0 - np.exp(-index / 30.0)), guessing)
    checks = analyse_run(make_curves({"train/loss": loss}).run, load().detectors).checks
    assert (checks["divergence"], checks["plateau"]) == ("found", "skipped: explained by divergence")


def swinging(n: int, size: float, seed: int) -> FloatArray:
    """Leaves its first value, 1.0, for swings of no period up to `size` above it."""
    rng = np.random.default_rng(seed)
    return np.append(1.0, 1.0 + size * rng.random(n - 1))


def test_a_run_that_swings_above_its_start_has_never_learnt() -> None:
    train, validation = swinging(200, 3.0, 0) + 0.5 * np.abs(noise(200)), swinging(40, 3.0, 1)
    steps = {"val/loss": range(0, 200, 5)}
    [finding] = found(make_curves({"train/loss": train, "val/loss": validation}, steps))
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)
    learns = np.append(2.0, 0.2 + 0.3 * np.abs(noise(199)))
    assert found(make_curves({"train/loss": learns, "val/loss": validation}, steps)) == []
    often_below = np.where(np.arange(40) % 3 == 2, 0.8, validation)
    assert found(make_curves({"train/loss": train, "val/loss": often_below}, steps)) == []
    level = 1.0 + 0.02 * np.abs(noise(200))
    level[0] = 1.0
    assert found(make_curves({"train/loss": level, "val/loss": validation}, steps)) == []
    back = np.where(np.arange(40) >= 36, 0.9, validation)
    assert found(make_curves({"train/loss": train, "val/loss": back}, steps)) == []


def test_a_few_values_of_noise_are_no_rise() -> None:
    alarms = [bool(found({"train/loss": learning(40, seed, sigma=0.4)})) for seed in range(200)]
    assert sum(alarms) <= 2


def test_batches_that_are_learned_to_the_last_digit_do_not_hide_that_validation_never_learns() -> None:
    train = np.where(np.arange(200) % 10 < 4, 20.0, 0.0)
    train[0] = 1.0
    tags = {"train/loss": train, "val/loss": swinging(40, 8.0, 1)}
    [finding] = found(make_curves(tags, {"val/loss": range(0, 200, 5)}))
    assert finding.kind == "from-start"


def fallen_metric(end: float, n: int = 200) -> FloatArray:
    """An accuracy that is at 0.9 soon and at `end` from 60 % of the run on."""
    done = np.arange(n) / n
    return np.where(done < 0.6, 0.9 - 0.7 * np.exp(-done / 0.05), end) + noise(n) * 0.02


def test_without_any_loss_a_metric_that_falls_back_has_diverged() -> None:
    [finding] = found({"train/accuracy": fallen_metric(0.12)})
    assert (finding.kind, finding.severity) == ("after-learning", Severity.CRITICAL)
    assert finding.onset.step == pytest.approx(120, abs=4)
    assert "train/accuracy falls from 0.9" in finding.message


def test_a_metric_first_measured_when_it_had_learned_falls_as_well() -> None:
    [finding] = found({"val_accuracy": fallen_metric(0.12)[20:]})
    assert finding.kind == "after-learning"
    assert "does not learn" not in finding.message


def test_a_held_out_metric_that_loses_a_part_may_overfit() -> None:
    assert found({"val_accuracy": fallen_metric(0.5)}) == []
    assert len(found({"train_accuracy": fallen_metric(0.5)})) == 1


def test_a_metric_at_guessing_does_not_diverge() -> None:
    guesses = 0.1 + 0.012 * (np.arange(100) < 60) + noise(100) * 0.01
    assert found({"train_accuracy": guesses}) == []


def heavy_tailed(n: int, seed: int) -> FloatArray:
    return 2.0 + 0.3 * np.random.default_rng(seed).standard_t(2, n)


def lognormal(n: int, seed: int) -> FloatArray:
    return np.random.default_rng(seed).lognormal(0.0, 2.0, n)


def autocorrelated(n: int, seed: int) -> FloatArray:
    values = noise(n, seed)
    for at in range(1, n):
        values[at] += 0.5 * values[at - 1]
    return 4.0 + 0.3 * values


@pytest.mark.parametrize("stationary", [heavy_tailed, lognormal, autocorrelated])
@pytest.mark.parametrize("n", [10, 30, 100])
def test_a_first_value_that_is_low_by_luck_is_no_rise(
    stationary: Callable[[int, int], FloatArray], n: int
) -> None:
    rises = [one for seed in range(200) for one in found({"train/loss": stationary(n, seed)})]
    assert sum(one.kind == "from-start" for one in rises) <= 2


@pytest.mark.parametrize("n", [10, 30, 400])
def test_a_first_value_far_below_all_others_is_where_the_run_began(n: int) -> None:
    [finding] = found({"train/loss": np.array([2.3, *(120.0 + 5.0 * noise(n))])})
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)


def test_a_train_loss_far_above_its_start_is_told_though_validation_is_level() -> None:
    index = np.arange(200)
    loss = 0.35 + 0.4 * np.exp(-index / 15.0)
    risen = loss + 52.0 * np.clip((index - 120) / 40.0, 0.0, 1.0)
    steps = {"val/loss": range(0, 200, 10)}
    [finding] = found(make_curves({"train/loss": risen, "val/loss": loss[::10]}, steps))
    assert finding.severity is Severity.WARNING
    assert "validation has not followed" in finding.message


@pytest.mark.parametrize("scatter", [0.2, 0.4])
@pytest.mark.parametrize("n", [16, 100])
def test_two_losses_around_a_level_began_low_by_luck(scatter: float, n: int) -> None:
    rises = [
        one
        for seed in range(200)
        for one in found(
            {
                "train/loss": np.exp(scatter * noise(n, seed)),
                "val/loss": np.exp(scatter * noise(n, seed + 1000)),
            }
        )
    ]
    assert sum(one.kind == "from-start" for one in rises) <= 3


def test_losses_that_swing_far_above_their_start_diverge_from_there() -> None:
    swings = np.exp(0.5 * noise(50, 1) + 2.0 * np.abs(np.sin(np.arange(50))))
    both = {"train/loss": np.array([0.5, *swings]), "val/loss": np.array([0.5, *(1.1 * swings)])}
    assert [one.kind for one in found(both)] == ["from-start"]


def test_what_a_restart_of_the_learning_rate_undoes_is_no_divergence_while_the_rate_is_up() -> None:
    """The same rise is one where the rate is not logged, came down again, or is higher than ever."""
    rate = np.full(300, 0.1)
    rate[:200] *= 0.5 * (1.0 + np.cos(np.pi * np.arange(200) / 199.0))
    loss = 0.5 + 1.5 * np.exp(-np.arange(300) / 30.0) + 0.02 * np.random.default_rng(0).standard_normal(300)
    loss[200:] += 0.8
    assert len(found(make_curves({"train/loss": loss}))) == 1
    assert found(make_curves({"train/loss": loss, "lr": rate})) == []
    assert (
        len(found(make_curves({"train/loss": loss, "lr": np.where(np.arange(300) < 280, rate, 1e-3)}))) == 1
    )
    assert len(found(make_curves({"train/loss": loss, "lr": np.where(np.arange(300) < 200, rate, 0.3)}))) == 1


@pytest.mark.parametrize("decades", [1.0, 4.0])
def test_loss_below_0_that_explodes(decades: float) -> None:
    steps = np.arange(80)
    likelihood = -1.0 + 3.0 * np.exp(-steps / 8.0) + 0.05 * noise(80)
    [finding] = found({"train/nll": likelihood + 10.0 ** (decades * (steps - 50.0)) * (steps >= 50)})
    assert (finding.kind, finding.severity) == ("after-learning", Severity.CRITICAL)
    assert 46 <= finding.onset.step <= 54
    assert finding.onset.low <= 50 <= finding.onset.high


@pytest.mark.parametrize(("gained", "count"), [(1.0, 0), (-1.0, 1)])
def test_a_regulariser_that_is_weighed_in_is_no_divergence_while_the_rest_comes_down(
    gained: float, count: int
) -> None:
    rng, index = np.random.default_rng(0), np.arange(400)
    rest = 3.0 + 7.0 * np.exp(-index / 20.0) - gained * np.clip((index - 100) / 300.0, 0.0, 1.0)
    rest += 0.05 * rng.standard_normal(400)
    weighed = 4.0 * np.clip((index - 120) / 120.0, 0.0, 1.0) + 0.02 * rng.random(400)
    assert len(found(make_curves({"train/loss": rest + weighed}))) == 1
    parts = {"train/recon_loss": rest, "train/kl_loss": weighed}
    assert len(found(make_curves({"train/loss": rest + weighed, **parts}))) == count


@pytest.mark.parametrize("learns", [False, True])
def test_train_rises_from_its_start_while_a_few_evaluations_fall(learns: bool) -> None:
    rising = 0.1 + 0.08 * np.minimum(np.arange(48) / 16.0, 1.0) + 0.003 * noise(48)
    evaluations = np.array([0.32, 0.33, 0.31, 0.30, 0.29, 0.28]) if learns else np.full(6, 0.32)
    curves = make_curves({"loss": rising, "val_loss": evaluations}, {"val_loss": range(0, 48, 8)})
    assert [one.kind for one in found(curves)] == ([] if learns else ["from-start"])
    late = make_curves({"loss": rising, "val_loss": evaluations}, {"val_loss": range(4, 48, 8)})
    assert [one.kind for one in found(late)] == ["from-start"]


@pytest.mark.parametrize("learnt", [True, False])
def test_an_offset_of_a_loss_below_zero_changes_nothing(learnt: bool) -> None:
    course = turning(400, 240, 4.0) if learnt else 0.5 + 0.05 * noise(400) + np.linspace(0.0, 2.0, 400)
    told = [found({"train/loss": course - offset}) for offset in (10.0, 1000.0)]
    kinds = [[(one.kind, one.severity, one.onset) for one in findings] for findings in told]
    assert kinds[0] == kinds[1]
    assert [kind for kind, _, _ in kinds[0]] == ["after-learning" if learnt else "from-start"]
