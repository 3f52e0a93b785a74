from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.signal import lfilter

from divergence_support import found, learning, noise, turning
from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detectors.divergence import Divergence
from losstui.findings import Severity, Skipped
from losstui.frame import FloatArray
from losstui.plugins import load
from retelling import RETELLINGS, Tags
from support import make_curves


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


def test_last_values_before_nan_that_explode() -> None:
    [finding] = found({"train/loss": np.append([2.0, 150.0, 4e7], [np.nan] * 10)})
    assert finding.kind == "blow-up"
    assert finding.onset.low <= 1
    assert found({"train/loss": np.append(learning(50), [np.nan] * 10)}) == []


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_few_values_before_nan_are_looked_at_without_a_fault(count: int) -> None:
    assert found({"train/loss": np.append(np.linspace(2.0, 1.9, count), [np.nan] * 10)}) == []


def test_most_of_the_run_spent_diverging_is_still_a_run_that_had_learnt() -> None:
    loss = np.concatenate((learning(100), 0.5 * np.exp(np.arange(200) / 20.0) * np.exp(0.1 * noise(200))))
    [finding] = found({"train/loss": loss})
    assert finding.kind == "after-learning"
    assert 85 <= finding.onset.step <= 120


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


def test_short_and_absent_losses_are_skipped() -> None:
    assert isinstance(Divergence().detect(make_curves({"lr": [0.1] * 50})), Skipped)
    assert isinstance(Divergence().detect(make_curves({"train/loss": [1.0, 2.0, 9.0]})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    for loss, expected in ((turning(400, 240, 1.2), ["after-learning"]), (learning(400, sigma=0.3), [])):
        assert [one.kind for one in found(retold({"train/loss": loss}))] == expected


def test_loss_that_swings_where_it_never_was_again_has_diverged() -> None:
    index = np.arange(300)
    noise = 0.02 * np.random.default_rng(1).standard_normal(300)
    swings = np.where(index >= 150, 1.4 - 0.8 * np.cos(index / 12.0) - 0.002 * (index - 150), 0.0)
    loss = 0.3 + 1.2 * np.exp(-index / 15.0) + noise
    [finding] = found(make_curves({"train/loss": loss + swings}))
    assert finding.onset.low <= 150 <= finding.onset.high
    comes_back = np.where(index >= 150, 0.8 - 0.8 * np.cos(index / 12.0), 0.0)
    assert not found(make_curves({"train/loss": loss + comes_back}))


def test_an_explosion_does_not_hide_the_rise_that_it_began_from() -> None:
    loss = learning(300, seed=3) + np.where(np.arange(300) >= 150, 0.7, 0.0)
    loss[270:] *= np.exp(1.5 * np.arange(30))
    [finding] = found({"train/loss": loss})
    assert abs(finding.onset.step - 150) <= 3
    assert finding.onset.low <= 150 <= finding.onset.high < 270


def test_an_end_that_is_higher_in_the_mean_but_not_in_its_logarithm_is_clear() -> None:
    level = [1.0, 40.0, *[1.0] * 94]
    assert found({"train/loss": [*level, 0.2, 0.2, 2.5, 2.5]}) == []


def test_the_flat_top_of_a_divergence_is_no_plateau_of_its_own() -> None:
    index = np.arange(400)
    guessing: FloatArray = np.log(10.0) + 0.005 * noise(400)
    loss = np.where(index < 100, guessing - 1.5 * (1.0 - np.exp(-index / 30.0)), guessing)
    checks = analyse_run(make_curves({"train/loss": loss}).run, load().detectors).checks
    assert (checks["divergence"], checks["plateau"]) == ("found", "skipped: explained by divergence")


def test_a_few_values_of_noise_are_no_rise() -> None:
    alarms = [bool(found({"train/loss": learning(40, seed, sigma=0.4)})) for seed in range(200)]
    assert sum(alarms) <= 2


@pytest.mark.parametrize("decades", [1.0, 4.0])
def test_loss_below_0_that_explodes(decades: float) -> None:
    steps = np.arange(80)
    likelihood = -1.0 + 3.0 * np.exp(-steps / 8.0) + 0.05 * noise(80)
    [finding] = found({"train/nll": likelihood + 10.0 ** (decades * (steps - 50.0)) * (steps >= 50)})
    assert (finding.kind, finding.severity) == ("after-learning", Severity.CRITICAL)
    assert 46 <= finding.onset.step <= 54
    assert finding.onset.low <= 50 <= finding.onset.high


@pytest.mark.parametrize("learnt", [True, False])
def test_an_offset_of_a_loss_below_zero_changes_nothing(learnt: bool) -> None:
    course = turning(400, 240, 4.0) if learnt else 0.5 + 0.05 * noise(400) + np.linspace(0.0, 2.0, 400)
    told = [found({"train/loss": course - offset}) for offset in (10.0, 1000.0)]
    [[near], [far]] = told
    assert near.kind == far.kind == ("after-learning" if learnt else "from-start")
    assert (near.severity, near.onset.low, near.onset.high) == (far.severity, far.onset.low, far.onset.high)
    assert abs(near.onset.step - far.onset.step) <= 1  # which of two steps alike is a matter of rounding


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize(("level", "count"), [(5.6, 1), (4.6, 0)])
def test_a_late_change_that_ends_where_the_run_began_is_a_divergence(
    level: float, count: int, seed: int
) -> None:
    descent = 5.6 - 1.8 * np.linspace(0.0, 1.0, 74) + 0.6 * noise(74, seed)
    loss = np.concatenate([descent, level + 0.05 * noise(26, seed)])
    diverged = [one for one in found({"loss": loss}) if one.kind == "after-learning"]
    assert len(diverged) == count


def test_a_late_change_that_validation_denies_is_no_divergence() -> None:
    loss = np.concatenate([5.6 - 1.8 * np.linspace(0.0, 1.0, 74) + 0.6 * noise(74), np.full(26, 5.6)])
    assert len(found({"loss": loss, "val_loss": loss})) == 1
    assert found({"loss": loss, "val_loss": 5.6 - 1.8 * np.linspace(0.0, 1.0, 100)}) == []
