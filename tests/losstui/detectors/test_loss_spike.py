from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.loss_spike import LossSpike
from losstui.findings import Finding, Severity, Skipped
from retelling import RETELLINGS, Tags
from spike_support import learning
from support import found_by, make_curves

FloatArray = NDArray[np.float64]


def spiking(at: list[int], height: float, width: int = 1, n: int = 600) -> FloatArray:
    loss = learning(n)
    for first in at:
        loss[first : first + width] += height * np.linspace(1.0, 0.5, width)
    return loss


found = partial(found_by, LossSpike())


def measure(finding: Finding, name: str) -> float:
    return next(one.value for one in finding.measures if one.name == name)


def test_one_spike_is_worth_knowing() -> None:
    [finding] = found({"train/loss": spiking([300], 1.0)})
    assert (finding.severity, finding.kind) == (Severity.INFO, "recovered")
    assert (finding.onset.low, finding.onset.step, finding.onset.high) == (299, 300, 300)
    assert (finding.spans[0].first_step, finding.spans[0].last_step) == (300, 300)
    assert measure(finding, "worst spike") == pytest.approx(1.0 / 0.05, rel=0.5)


def test_each_spike_has_its_span_and_its_width() -> None:
    [finding] = found({"train/loss": spiking([200, 350, 500], 1.0, width=4)})
    assert [(span.first_step, span.last_step) for span in finding.spans] == [
        (200, 203),
        (350, 353),
        (500, 503),
    ]
    assert "spikes 3 times" in finding.message


def test_two_spikes_side_by_side_are_one_and_no_noise() -> None:
    loss = spiking([20, 40, 70, 73], 1.0, n=80)
    [finding] = found({"train/loss": loss})
    assert [(span.first_step, span.last_step) for span in finding.spans] == [(20, 20), (40, 40), (70, 73)]


@pytest.mark.parametrize("lasted", [1, 2, 4])
def test_a_rise_that_is_not_back_yet_takes_no_spike_before_it_back(lasted: int) -> None:
    loss = spiking([40, 60, 80], 1.0, n=100)
    loss[-lasted:] += np.linspace(3.0, 1.5, lasted)
    [finding] = found({"train/loss": loss})
    assert [span.first_step for span in finding.spans] == [40, 60, 80]


def test_many_large_spikes_are_a_warning() -> None:
    [finding] = found({"train/loss": spiking([150, 300, 400, 520], 6.0)})
    assert finding.severity is Severity.WARNING
    assert measure(finding, "large spikes") == 4


def test_spike_that_leaves_damage_is_a_warning() -> None:
    loss = spiking([300], 8.0)
    loss[301:] += 0.5
    [finding] = found({"train/loss": loss})
    assert (finding.severity, finding.kind) == (Severity.WARNING, "damaging")
    assert "stays higher" in finding.message


@pytest.mark.parametrize(("left", "sigma"), [(0.5, 0.02), (0.3, 0.02), (0.5, 0.15)])
def test_what_stays_after_a_spike_is_damage_by_the_progress_and_by_the_noise(
    left: float, sigma: float
) -> None:
    loss = learning(sigma=sigma)  # a progress of 2
    loss[300] += 8.0
    loss[301:] += left
    [finding] = found({"train/loss": loss})
    is_damage = left >= 0.2 * 2.0 and left >= 5.0 * sigma
    assert (finding.kind == "damaging") == is_damage
    assert finding.severity is (Severity.WARNING if is_damage else Severity.INFO)


@pytest.mark.parametrize(("left", "is_told"), [(0.4, True), (0.6, False)])
def test_what_begins_a_rise_by_most_of_its_height_is_no_spike(left: float, is_told: bool) -> None:
    loss = learning(sigma=0.02)
    loss[300] += 1.0
    loss[302:] += left * np.minimum(1.0, np.arange(1.0, 299.0) / 10.0)
    assert bool(found({"train/loss": loss})) is is_told


def test_a_low_spike_is_not_seen_in_a_run_that_begins_with_a_rise() -> None:
    for height, count in ((0.15, 0), (0.25, 1)):
        loss = learning(80, sigma=0.01) + height * 2.0 * (np.arange(80) == 50)
        loss[0] -= 0.8
        assert len(found({"train/loss": loss})) == count


def test_gradient_norm_before_the_spike_is_named() -> None:
    norm = np.ones(600)
    norm[299] = 30.0
    [finding] = found({"train/loss": spiking([300], 1.0), "grad_norm": norm})
    assert "gradient norm was 30 times its usual" in finding.message


def test_published_scores_are_given() -> None:
    [finding] = found({"train/loss": spiking([1500], 3.0, n=2000)})
    assert measure(finding, "spike score, 6 sigma over 128") == pytest.approx(1 / (2000 - 128))
    assert measure(finding, "spike score, 7 sigma over 1000") == pytest.approx(1 / (2000 - 1000))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [40, 300, 5000])
def test_noise_however_heavy_its_tail_warns_of_nothing(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    trend = learning(n, seed, sigma=0.0)
    assert found({"train/loss": trend + 0.2 * rng.standard_normal(n)}) == []
    heavy = trend + 0.2 * rng.standard_t(3, n)
    lognormal = trend * np.exp(0.8 * rng.standard_normal(n))
    for loss in (heavy, lognormal):
        assert [one for one in found({"train/loss": loss}) if one.severity is not Severity.INFO] == []


def test_descent_from_a_high_start_is_clear() -> None:
    assert found({"train/loss": 50.0 * np.exp(-np.arange(600) / 3.0) + learning()}) == []


def test_noise_of_a_high_start_that_falls_by_powers_of_ten_hardly_ever_has_spikes() -> None:
    rng = np.random.default_rng(0)
    held = np.maximum(np.arange(100) - 10, 0)  # as under a warm-up
    course = np.maximum(np.exp(-held / 4.0), 1e-3)
    noisy = [course * np.exp(rng.normal(0.0, 0.3, 100)) for _ in range(12)]
    assert sum(bool(found({"train/loss": loss})) for loss in noisy) <= 1
    noisy[0][60] += 1.0
    assert found({"train/loss": noisy[0]})[0].onset.step == 60


def test_hump_of_the_first_steps_belongs_to_the_start() -> None:
    hump = 20.0 * np.exp(-np.clip(np.arange(600) - 4, 0, None) / 3.0) * (np.arange(600) >= 4)
    assert found({"train/loss": learning() + hump}) == []
    loss = learning() + np.roll(hump, 26)
    [finding] = found({"train/loss": loss, "lr": np.full(600, 0.1)})
    assert (finding.onset.step, finding.severity) == (30, Severity.INFO)
    assert found({"train/loss": loss, "lr": np.minimum(0.1, 0.001 * np.arange(1, 601))}) == []


@pytest.mark.parametrize("first", [1, 2])
def test_what_rises_before_a_level_is_known_belongs_to_the_start(first: int) -> None:
    loss = learning(32, sigma=0.02)
    loss[:first] = 0.6
    loss[first] = 30.0
    assert not found({"train/loss": loss})
    [finding] = found(
        {"train/loss": np.concatenate((loss[:first].repeat(3), loss[first:]))[: 32 + 2 * first]}
    )
    assert finding.onset.step == 3 * first


def test_three_spikes_are_seen_where_one_as_high_is_not() -> None:
    height = 0.15 * 2.0
    assert not found({"train/loss": learning(80, sigma=0.01) + height * (np.arange(80) == 50)})
    loss = learning(80, sigma=0.01) + height * np.isin(np.arange(80), [35, 50, 68])
    [finding] = found({"train/loss": loss})
    assert len(finding.spans) == 3


def test_spikes_at_every_fifth_value_of_a_short_run_are_found() -> None:
    loss = learning(30, sigma=0.01)
    loss[10::5] += 0.6
    [finding] = found({"train/loss": loss})
    assert (finding.kind, len(finding.spans)) == ("periodic", 4)


def test_start_is_that_of_the_steps_where_its_values_lie_closer() -> None:
    steps = [*range(200), *range(700, 200_201, 500)]
    outcome = LossSpike().detect(make_curves({"train/loss": spiking([150], 1.0)}, {"train/loss": steps}))
    assert outcome == []


def test_gradient_norm_makes_a_weak_spike_sure() -> None:
    rng = np.random.default_rng(3)
    at = [200, 320, 450]
    loss = learning(sigma=0.1)
    loss[at] += 0.65
    norm = np.exp(0.1 * rng.standard_normal(600))
    assert found({"train/loss": loss, "grad_norm": norm}) == []
    norm[at] *= 4.0
    [finding] = found({"train/loss": loss, "grad_norm": norm})
    assert [span.first_step for span in finding.spans] == at


def test_spikes_that_the_loss_hardly_shows_are_told_by_the_gradient_norm_and_need_no_action() -> None:
    rng = np.random.default_rng(0)
    at = [15, 22, 29, 36, 43, 50]
    loss = 1.0 + 0.5 * np.exp(-np.arange(60) / 4.0) + 0.05 * rng.standard_normal(60)
    loss[at] += [0.3, 0.15, 0.3, 0.15, 0.3, 0.15]
    norm = np.exp(0.1 * rng.standard_normal(60))
    norm[at] *= 8.0
    [finding] = found({"train/loss": loss, "grad_norm": norm})
    assert [span.first_step for span in finding.spans] == at
    assert finding.severity is Severity.INFO


def test_moments_without_reward_are_found_where_no_loss_is_logged() -> None:
    reward = 100.0 - 100.0 * spiking([200, 320, 450], 1.0)
    [finding] = found({"reward/mean": reward})
    assert [span.first_step for span in finding.spans] == [200, 320, 450]
    assert "reward/mean drops 3 times" in finding.message


def test_restart_of_the_learning_rate_explains_a_spike() -> None:
    rate = np.where(np.arange(600) < 300, 0.01, 0.1)
    assert found({"train/loss": spiking([300], 4.0, width=5), "lr": rate}) == []


def test_a_rate_that_rises_little_by_little_explains_no_spike_once_it_has_warmed_up() -> None:
    rate = np.linspace(0.01, 0.02, 600)
    [finding] = found({"train/loss": spiking([300], 1.0), "lr": rate})
    assert finding.onset.step == 300
    assert found({"train/loss": spiking([50], 1.0), "lr": rate}) == []


def test_several_small_spikes_in_a_short_run_are_found() -> None:
    loss = learning(90, sigma=0.02)
    for first in (30, 45, 60, 70, 80):
        loss[first : first + 3] += np.array([0.6, 0.3, 0.12])
    [finding] = found({"train/loss": loss})
    assert [span.first_step for span in finding.spans] == [30, 45, 60, 70, 80]


def bursting(n: int = 600, seed: int = 1, degrees: float = 1.5) -> FloatArray:
    """A loss whose noise has a tail that no gap cuts off."""
    return learning(n, sigma=0.0) + 0.03 * np.abs(np.random.default_rng(seed).standard_t(degrees, n))


def test_tall_values_of_a_heavy_tail_are_worth_knowing() -> None:
    loss = bursting()
    [finding] = found({"train/loss": loss})
    assert (finding.severity, finding.kind) == (Severity.INFO, "heavy-tailed")
    assert "its noise alone reaches nearly as far" in finding.message
    assert 2 <= len(finding.spans) <= 30
    assert all(loss[span.first_step : span.last_step + 1].max() > 0.7 for span in finding.spans)


def test_tall_values_of_a_run_that_learned_nothing_are_its_noise() -> None:
    assert found({"train/loss": 3.0 + bursting() - learning(sigma=0.0)}) == []


def test_spikes_at_equal_distances_are_named() -> None:
    [finding] = found({"train/loss": spiking([100, 225, 350, 475], 6.0)})
    assert (finding.severity, finding.kind) == (Severity.INFO, "periodic")
    assert "every 125 steps" in finding.message


def test_wide_spike_of_a_long_run_is_found() -> None:
    loss = learning(40_000)
    loss[20_000:20_400] += 2.0 * np.linspace(1.0, 0.2, 400)
    [finding] = found({"train/loss": loss})
    assert finding.onset.low <= 20_000 <= finding.onset.high


@pytest.mark.parametrize("period", [50, 100])
def test_teeth_of_averages_that_start_anew_warn_of_nothing(period: int) -> None:
    teeth = 0.3 * (np.arange(600) % period < 2)
    outcome = found({"train/loss": learning() + teeth})
    assert all(one.severity is Severity.INFO for one in outcome)


def test_rise_that_does_not_come_back_is_no_spike() -> None:
    loss = learning()
    loss[400:] += 3.0
    assert found({"train/loss": loss}) == []


def test_small_bump_is_clear_although_significant() -> None:
    assert found({"train/loss": learning(sigma=1e-4) + 0.01 * (np.arange(600) == 300)}) == []


def test_short_and_absent_losses_are_skipped() -> None:
    assert isinstance(LossSpike().detect(make_curves({"lr": [0.1] * 90})), Skipped)
    assert isinstance(LossSpike().detect(make_curves({"train/loss": [1.0] * 20})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    [finding] = found(retold({"train/loss": spiking([300, 400], 1.0, width=2)}))
    assert (finding.severity, len(finding.spans)) == (Severity.INFO, 2)
    assert found(retold({"train/loss": learning(sigma=0.3)})) == []


@pytest.mark.parametrize("n", [24, 30, 40])
def test_short_noise_with_a_heavy_tail_hardly_ever_has_spikes(n: int) -> None:
    told = 0
    for seed in range(200):
        noise = np.random.default_rng(seed).lognormal(size=n)
        told += bool(found({"train/loss": 1.0 + 2.0 * np.exp(-np.arange(n) * 12.0 / n) + 0.1 * noise}))
    assert told <= 10
