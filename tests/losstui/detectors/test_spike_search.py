from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from losstui.analysis import analyse_run
from losstui.detectors import DETECTORS
from losstui.detectors.loss_spike import LossSpike
from losstui.findings import Severity
from spike_support import learning
from support import found_by, make_curves, make_run

found = partial(found_by, LossSpike())


@pytest.mark.parametrize("seed", range(4))
def test_a_few_spikes_of_several_heights_in_a_short_run_are_found(seed: int) -> None:
    loss = learning(100, seed)
    loss[[33, 42, 69, 81]] += [0.32, 0.55, 0.45, 0.36]
    [finding] = found({"train/loss": loss})
    assert [span.first_step for span in finding.spans] == [33, 42, 69, 81]


@pytest.mark.parametrize(("at", "kind"), [((200, 400), "recovered"), ((150, 300, 450), "periodic")])
def test_two_spikes_have_one_distance_and_so_no_period(at: tuple[int, ...], kind: str) -> None:
    loss = learning()
    loss[list(at)] += 1.0
    [finding] = found({"train/loss": loss})
    assert finding.kind == kind


def test_the_tallest_of_more_excursions_than_are_looked_at_are_found() -> None:
    rng, at = np.random.default_rng(0), [10_000, 22_000, 30_000]
    loss = learning(40_000)
    loss += np.where(rng.random(40_000) < 0.5, rng.exponential(0.15, 40_000), 0.0)
    assert np.count_nonzero(loss > 1.0) > 2 * LossSpike.search.most_looked_at
    loss[at] += 5.0
    [finding] = found({"train/loss": loss})
    assert [span.last_step for span in finding.spans] == at


def test_a_value_out_of_reach_of_most_noise_that_costs_all_progress_is_worth_knowing() -> None:
    loss = 1.0 + 0.6 * np.exp(-np.arange(80) / 10.0) + 0.1 * np.random.default_rng(1).standard_t(3, 80)
    loss[[20, 35, 60]] += [1.2, 0.9, 2.4]
    [finding] = found({"train/loss": loss})
    assert (finding.kind, finding.onset.step, len(finding.spans)) == ("heavy-tailed", 60, 1)
    loss[60] -= 2.4
    assert found({"train/loss": loss}) == []


@pytest.mark.parametrize("count", [600, 2000])
@pytest.mark.parametrize("examples", [1, 2])
def test_the_loss_of_very_few_examples_has_no_spikes_however_long_it_is_logged(
    count: int, examples: int
) -> None:
    level = 0.3 + np.exp(-np.arange(count) / (0.15 * count))
    told = 0
    for seed in range(20):
        shares = np.random.default_rng(seed).gamma(examples, 1.0 / examples, count)
        told += bool(found({"train/loss": level * shares}))
    assert told <= 1


def test_rare_hard_examples_in_small_batches_are_no_spikes() -> None:
    told = 0
    for seed in range(20):
        margins = (
            np.random.default_rng(seed).normal(0.0, 2.0, (2000, 16)) + np.linspace(2.0, 7.0, 2000)[:, None]
        )
        told += bool(found({"train/loss": np.log1p(np.exp(-margins)).mean(axis=1)}))
    assert told <= 1


@pytest.mark.parametrize("at_floor", [0.3, 0.5])
def test_a_loss_that_reaches_0_has_no_spikes_where_its_noise_leaves_that(at_floor: float) -> None:
    told = 0
    for seed in range(20):
        loss = np.exp(-np.arange(400) / 80.0) + 0.1 * np.random.default_rng(seed).standard_t(5, 400)
        loss = np.maximum(loss - np.quantile(loss, at_floor), 0.0)
        told += bool(found({"train/loss": loss}))
        loss[[200, 300]] += 3.0
        [finding] = found({"train/loss": loss})
        assert len(finding.spans) >= 2
    assert told <= 1


@pytest.mark.parametrize("sigma", [0.0, 1e-9, 1e-4])
def test_next_to_no_noise_hides_no_spike_behind_the_one_where_it_is_least(sigma: float) -> None:
    at = np.array([200, 300, 350])
    loss = 2.0 / (1.0 + np.arange(400) / 20.0) + sigma * np.random.default_rng(0).standard_normal(400)
    loss[at] += 3.0
    [finding] = found({"train/loss": loss})
    assert [span.first_step for span in finding.spans] == at.tolist()


@pytest.mark.parametrize("count", [300, 1200])
def test_where_noise_widens_for_good_its_first_values_are_no_spikes(count: int) -> None:
    wide = np.where(np.arange(count) >= 0.65 * count, 8.0, 1.0)
    told = 0
    for seed in range(20):
        noise = 0.05 * wide * np.random.default_rng(seed).standard_normal(count)
        told += bool(found({"train/loss": learning(count, sigma=0.0) + noise}))
    assert told <= 1


def test_episodes_in_which_a_good_policy_fails_warn_of_nothing() -> None:
    rng = np.random.default_rng(0)
    fails = rng.random(1000) < np.clip(np.exp(-np.arange(1000) / 100.0), 0.02, 1.0)
    reward = np.where(fails, rng.uniform(0.0, 300.0, 1000), 500.0 - np.abs(rng.standard_normal(1000)))
    [finding] = found({"episode/reward": reward})
    assert (finding.severity, finding.kind) == (Severity.INFO, "recovered")
    [same] = found({"train/loss": 500.0 - reward})
    assert same.severity is Severity.WARNING


def test_spikes_that_tower_above_what_stays_stand_beside_a_divergence() -> None:
    loss = learning(300)
    loss[180:] += 0.6
    loss[[200, 230, 260]] += [30.0, 20.0, 40.0]
    report = analyse_run(make_run({"train/loss": loss}), [detector() for detector in DETECTORS])
    assert {"loss-spike", "divergence"} <= {one.name for one in report.findings}


@pytest.mark.parametrize(("height", "are_spikes"), [(8.0, False), (30.0, True)])
def test_peaks_of_a_rise_that_stays_are_no_spikes(height: float, are_spikes: bool) -> None:
    loss = learning(300)
    loss[190:] += np.linspace(0.0, 10.0, 110)
    loss[[200, 223, 260]] += height
    assert bool(found({"train/loss": loss})) is are_spikes


@pytest.mark.parametrize("seed", range(6))
def test_a_burst_of_one_part_of_validation_that_costs_all_progress_is_found(seed: int) -> None:
    burst = learning(120, sigma=0.0) + 0.05 * np.random.default_rng(seed).standard_t(4, 120)
    burst[60:63] += [3.0, 1.8, 1.2]
    tags = {"train/loss": learning(), "val/part_loss": burst, "val/other_loss": learning(120)}
    steps = {tag: range(0, 600, 5) for tag in tags if tag.startswith("val")}
    [finding] = found(make_curves(tags, steps))
    assert (finding.kind, finding.tag, finding.onset.step) == ("in-validation", "val/part_loss", 300)
