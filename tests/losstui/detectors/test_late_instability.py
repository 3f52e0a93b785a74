from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.late_instability import LateInstability
from losstui.findings import Severity, Skipped
from retelling import OFFSET, RETELLINGS, Tags, later
from support import found_by, make_curves, remembering

FloatArray = NDArray[np.float64]
POINTS = 600
BROKE = 400
STEPS = np.arange(POINTS)


findings = partial(found_by, LateInstability())


def learned(noise: float = 0.02, seed: int = 0) -> FloatArray:
    loss: FloatArray = 0.3 + 2.0 * np.exp(-STEPS / 60.0)
    return loss + np.random.default_rng(seed).normal(0.0, noise, POINTS)


def risen() -> FloatArray:
    return learned() + np.where(STEPS >= BROKE, 0.5, 0.0)


def scattering() -> FloatArray:
    return learned() + np.where(STEPS >= BROKE, np.random.default_rng(1).normal(0.0, 0.2, POINTS), 0.0)


@pytest.mark.parametrize(("loss", "kind"), [(risen(), "rise"), (scattering(), "scatter")])
def test_a_loss_that_had_settled_and_does_not_stay(loss: FloatArray, kind: str) -> None:
    [found] = findings(make_curves({"train/loss": loss}))
    assert found.kind == kind
    assert found.severity is Severity.WARNING
    assert found.onset.step == pytest.approx(BROKE, abs=0.03 * POINTS)
    assert found.spans[0].last_step == POINTS - 1


def test_it_is_not_taken_back_because_the_run_goes_on() -> None:
    rise = POINTS // 4
    loss: FloatArray = 0.3 + 2.0 * np.exp(-STEPS / 10.0) + 0.5 * (rise <= STEPS)
    loss += np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    for logged in (POINTS // 3, POINTS // 2, POINTS):
        [found] = findings(make_curves({"train/loss": loss[:logged]}))
        assert found.onset.step == pytest.approx(rise, abs=0.03 * POINTS)


def test_validation_that_stays_says_that_only_batches_scatter() -> None:
    steps = {"val/loss": range(0, POINTS, 12)}
    calm = learned(noise=0.0)[::12]
    assert findings(make_curves({"train/loss": scattering(), "val/loss": calm}, steps)) == []
    moved = calm + np.where(STEPS[::12] >= BROKE, 0.2, 0.0)
    assert findings(make_curves({"train/loss": scattering(), "val/loss": moved}, steps))


def test_validation_that_comes_down_further_says_that_the_data_became_harder() -> None:
    easy = 0.2 + 2.0 * np.exp(-STEPS / 30.0)
    hard = np.where(STEPS >= 150, 0.8 + 0.6 * np.exp(-(STEPS - 150) / 60.0), easy)
    train = hard + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    validation = np.where(STEPS >= 150, hard, 2.0 + 1.0 * np.exp(-STEPS / 30.0))
    unmoved = np.full(POINTS, 2.0)
    for seen, every, count in ((validation, 12, 0), (validation, 100, 1), (unmoved, 12, 1)):
        steps = {"val/loss": range(0, POINTS, every)}
        assert len(findings(make_curves({"train/loss": train, "val/loss": seen[::every]}, steps))) == count


@pytest.mark.parametrize("harm", [0.0, 0.3])
def test_a_rise_of_train_alone_is_a_harder_task_and_no_instability(harm: float) -> None:
    validation = (learned(seed=2) + np.where(STEPS >= BROKE, harm, 0.0))[::60]
    steps = {"val/loss": range(0, POINTS, 60)}
    assert bool(findings(make_curves({"train/loss": risen(), "val/loss": validation}, steps))) == bool(harm)


def test_a_slow_rise_is_seen_in_train_and_a_few_evaluations_together() -> None:
    slow = np.clip(STEPS - BROKE, 0, None) * 0.3 / (POINTS - BROKE)
    train, validation = learned(noise=0.1) + slow, (learned(seed=2) + slow)[::30]
    assert findings(make_curves({"train/loss": train})) == []
    steps = {"val/loss": range(0, POINTS, 30)}
    [found] = findings(make_curves({"train/loss": train, "val/loss": validation}, steps))
    assert found.tag == "val/loss"
    assert found.onset.low <= BROKE <= found.onset.high


def test_levels_of_train_that_follow_each_other_are_no_rise_beside_one_of_overfitting() -> None:
    told = 0
    for seed in range(30):
        noise = np.random.default_rng(seed).normal(0.0, 0.3, POINTS)
        for step in range(1, POINTS):
            noise[step] = 0.8 * noise[step - 1] + 0.6 * noise[step]
        overfitted = (learned(seed=2) + np.clip(STEPS - 250, 0, None) * 1e-3)[::15]
        curves = {"train/loss": learned(0.0) + noise, "val/loss": overfitted}
        told += len(findings(make_curves(curves, {"val/loss": range(0, POINTS, 15)})))
    assert told <= 1


def test_validation_bears_witness_of_a_rise_that_batches_hide() -> None:
    rise = np.where(STEPS >= BROKE, 0.3, 0.0)
    hidden = learned(noise=0.7) + rise
    assert findings(make_curves({"train/loss": hidden})) == []
    validation, steps = (learned(seed=2) + rise)[::12], {"val/loss": range(0, POINTS, 12)}
    [found] = findings(make_curves({"train/loss": hidden, "val/loss": validation}, steps))
    assert (found.kind, found.tag) == ("rise", "val/loss")
    assert found.onset.low <= BROKE <= found.onset.high
    overfits = learned(noise=0.7)
    assert findings(make_curves({"train/loss": overfits, "val/loss": validation}, steps)) == []


def test_a_loss_that_falls_on_may_scatter() -> None:
    falls = np.where(STEPS >= BROKE, -0.5 * (1.0 - np.exp(-(STEPS - BROKE) / 20.0)), 0.0)
    assert findings(make_curves({"train/loss": scattering() + 1.0 + falls})) == []


def test_it_names_what_moved_before() -> None:
    gradient = np.where(STEPS >= BROKE - 2, 20.0, 1.0)
    [found] = findings(make_curves({"train/loss": risen(), "grad_norm": gradient}))
    assert "gradient norm" in found.message


@pytest.mark.parametrize(("gain", "least", "most"), [(0.3, 15, 20), (0.0, 0, 4)])
def test_lows_of_the_noise_after_the_break_are_not_what_was_learned(
    gain: float, least: int, most: int
) -> None:
    shape = 1.5 + gain * np.exp(-STEPS / 75.0)
    scatter = np.where(STEPS >= BROKE, 0.65, 0.05)
    told = 0
    for seed in range(20):
        noise = scatter * np.random.default_rng(seed).normal(0.0, 1.0, POINTS)
        told += len(findings(make_curves({"train/loss": shape + noise})))
    assert least <= told <= most


def test_a_loss_that_stays_down_is_stable() -> None:
    assert findings(make_curves({"train/loss": learned()})) == []


def test_a_rise_that_is_over_by_the_end_is_none() -> None:
    hump = np.where((STEPS >= 300) & (STEPS < 450), 0.5, 0.0)
    assert findings(make_curves({"train/loss": learned() + hump})) == []


def test_noise_in_proportion_to_a_falling_level_is_stable() -> None:
    loss = learned(0.0) * np.exp(np.random.default_rng(0).normal(0.0, 0.3, POINTS))
    assert findings(make_curves({"train/loss": loss})) == []


def test_heavy_tailed_noise_of_small_batches_is_stable() -> None:
    for seed in range(20):
        noise = 0.02 * np.abs(np.random.default_rng(seed).standard_t(2.0, POINTS))
        assert findings(make_curves({"train/loss": learned() + noise})) == []


def test_swings_that_were_there_before_are_not_late() -> None:
    swings = 0.4 * np.abs(np.sin(STEPS / 45.0))
    assert findings(make_curves({"train/loss": learned() + swings})) == []


def test_few_values_that_follow_each_other_seldom_rise() -> None:
    draws, told = 100, 0
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        loss = 1.0 + np.exp(-np.arange(40.0)) + 0.1 * remembering(rng, 40, 0.8)
        told += bool(findings(make_curves({"train/loss": loss})))
    assert told <= 0.02 * draws


def test_running_means_of_few_batches_seldom_rise() -> None:
    draws, told = 150, 0
    for seed in range(draws):
        batches = np.random.default_rng(seed).normal(size=64)
        means = np.convolve(batches, np.full(5, 1.0 / np.sqrt(5.0)), "valid")
        told += bool(
            findings(make_curves({"train/loss": 1.0 + np.exp(-np.arange(60.0) / 2.0) + 0.12 * means}))
        )
    assert told <= 0.02 * draws


def test_two_spikes_among_the_last_few_values_are_no_scatter() -> None:
    loss = 0.3 + 4.0 * np.exp(-np.arange(36) / 2.0) + np.random.default_rng(0).normal(0.0, 0.02, 36)
    loss[[31, 34]] += (3.0, 2.0)
    assert findings(make_curves({"train/loss": loss})) == []


def test_the_top_of_a_restart_is_meant() -> None:
    rate = 0.5 * (1.0 + np.cos(np.pi * (STEPS % BROKE) / BROKE))
    assert findings(make_curves({"train/loss": risen(), "lr": rate})) == []
    [found] = findings(make_curves({"train/loss": risen(), "lr": rate + np.where(STEPS < BROKE, 0.0, 0.5)}))
    assert found.kind == "rise"


def test_a_run_that_never_learned_has_nothing_to_lose() -> None:
    loss = np.random.default_rng(0).normal(2.3, 0.02, POINTS) + np.where(STEPS >= BROKE, 0.03, 0.0)
    assert findings(make_curves({"train/loss": loss})) == []


@pytest.mark.parametrize("loss", [risen(), scattering()], ids=["rise", "scatter"])
@pytest.mark.parametrize("retelling", RETELLINGS)
def test_told_in_another_way_it_is_the_same(loss: FloatArray, retelling: Callable[[Tags], RunCurves]) -> None:
    tags: Tags = {"train/loss": loss}
    [plain], [told] = findings(make_curves(tags)), findings(retelling(tags))
    assert told.kind == plain.kind
    shift = OFFSET if retelling is later else 0
    assert told.onset.step - shift == pytest.approx(plain.onset.step, abs=0.03 * POINTS)


def falling_metric(height: float) -> FloatArray:
    """An accuracy that has come to 0.9 by half of the run and falls by `height` at three quarters."""
    rng, done = np.random.default_rng(4), np.arange(200) / 200.0
    return 0.9 - 0.6 * np.exp(-done / 0.1) - height * (done >= 0.75) + rng.normal(0.0, 0.01, 200)


def test_without_any_loss_the_metric_is_looked_at() -> None:
    [finding] = findings(make_curves({"train/accuracy": falling_metric(0.15)}))
    assert (finding.kind, finding.tag) == ("fall", "train/accuracy")
    assert finding.onset.step == pytest.approx(150, abs=4)
    assert "train/accuracy had come to 0.9" in finding.message
    assert "at 0.7" in finding.message


def test_a_metric_that_moves_by_little_of_its_level_is_level() -> None:
    late = 0.9 - 0.1 * np.exp(-np.arange(200) / 20.0)  # first measured when most was gained
    late = late + np.random.default_rng(5).normal(0.0, 0.001, 200)
    assert findings(make_curves({"val/accuracy": late - 0.02 * (np.arange(200) >= 150)})) == []
    assert len(findings(make_curves({"val/accuracy": late - 0.04 * (np.arange(200) >= 150)}))) == 1


def test_a_metric_that_leaves_its_bound_scatters_by_itself() -> None:
    right = np.where(np.arange(200) < 100, 0.0, 0.5)
    share = np.random.default_rng(6).binomial(8, right) / 8.0
    assert findings(make_curves({"val/f1": share})) == []


def test_beside_a_loss_or_a_reward_no_metric_decides() -> None:
    calm = falling_metric(0.0)
    assert findings(make_curves({"train/loss": 1.0 - calm, "train/accuracy": falling_metric(0.15)})) == []
    beside = make_curves({"rollout/ep_rew_mean": calm, "train/accuracy": falling_metric(0.15)})
    assert isinstance(LateInstability().detect(beside), Skipped)


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(LateInstability().detect(make_curves({"train/loss": loss})), Skipped)
    assert isinstance(LateInstability().detect(make_curves({"accuracy": loss})), Skipped)


@pytest.mark.parametrize(("gained", "count"), [(0.3, 0), (-0.3, 1)])
def test_a_regulariser_that_is_weighed_in_is_no_instability_while_the_rest_comes_down(
    gained: float, count: int
) -> None:
    rest = learned() - gained * np.clip((STEPS - 200) / 300.0, 0.0, 1.0)
    weighed = 1.2 * (STEPS >= BROKE) * (1.0 + 0.02 * np.random.default_rng(1).standard_normal(POINTS))
    assert len(findings(make_curves({"train/loss": rest + weighed}))) == 1
    parts = {"train/recon_loss": rest, "train/kl_loss": weighed}
    assert len(findings(make_curves({"train/loss": rest + weighed, **parts}))) == count


def of_epochs(values: FloatArray, period: int) -> FloatArray:
    parts = values.reshape(-1, period)
    means: FloatArray = (np.cumsum(parts, axis=1) / np.arange(1.0, period + 1.0)).ravel()
    return means


def test_means_that_begin_anew_each_epoch_are_judged_by_what_they_are_over() -> None:
    flat, risen = 0, 0
    for seed in range(40):
        values = 1.0 + 0.2 * np.random.default_rng(seed).standard_normal(400)
        flat += bool(findings(make_curves({"train/loss": of_epochs(values, 100)[:350]})))
        values[:20] += 2.0 * np.exp(-np.arange(20) / 4.0)
        values[240:] += 1.0
        risen += bool(findings(make_curves({"train/loss": of_epochs(values, 100)})))
    assert flat <= 1
    assert risen >= 38


@pytest.mark.parametrize(("n", "seed"), [(40, 696), (40, 916), (60, 305), (60, 916)])
def test_a_few_values_that_lie_on_a_line_by_luck_were_not_calm(n: int, seed: int) -> None:
    loss = 0.4 + 1.3 * np.exp(-10.0 * np.arange(n) / n)
    noise = 0.06 * np.random.default_rng(seed).standard_normal(n)
    assert found_by(LateInstability(), {"train/loss": loss + noise}) == []
