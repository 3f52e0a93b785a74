"""Rewards, accuracies and other metrics that fall back."""

from __future__ import annotations

import numpy as np
import pytest

from divergence_support import found, noise, turning
from losstui.findings import Severity
from losstui.frame import FloatArray


def test_reward_that_collapses() -> None:
    reward = 100.0 - 40.0 * turning(400, 240, 3.0)
    [finding] = found({"rollout/ep_rew_mean": reward})
    assert finding.kind == "collapse"
    assert "falls from" in finding.message
    never_gained: FloatArray = -40.0 * np.linspace(2.3, 7.3, 100)
    assert found({"rollout/ep_rew_mean": never_gained}) == []


def test_reward_that_falls_by_powers_of_ten_from_its_first_level() -> None:
    lost: FloatArray = -40.0 * np.geomspace(1.0, 1e4, 100) * np.exp(0.1 * noise(100))
    [finding] = found({"rollout/ep_rew_mean": lost})
    assert (finding.kind, finding.severity) == ("from-start", Severity.CRITICAL)
    assert found({"rollout/ep_rew_mean": np.maximum(lost, -4000.0)}) == []


@pytest.mark.parametrize(("held", "times", "told"), [(48, 20.0, True), (8, 20.0, False), (48, 1.0, False)])
def test_a_policy_that_was_good_from_the_start_falls_far(held: int, times: float, told: bool) -> None:
    good = 85.0 + 10.0 * (1.0 - np.exp(-np.arange(held) / 10.0)) + noise(held)
    lost = -85.0 * times * (1.0 + 0.3 * noise(100 - held, 1))
    assert [one.kind for one in found({"reward": np.append(good, lost)})] == told * ["from-start"]


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
