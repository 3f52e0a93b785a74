"""What validation, the learning rate and the parts of the loss say of a rise of the train loss."""

from __future__ import annotations

import numpy as np
import pytest

from divergence_support import found, learning, turning
from losstui.detectors._rises.witness import validation_denies
from losstui.findings import Onset, Severity
from support import make_curves


def test_what_moved_before_is_named() -> None:
    rate = np.concatenate((np.full(220, 1e-3), np.geomspace(1e-3, 1e-1, 180)))
    [finding] = found({"train/loss": turning(400, 240, 4.0), "learning_rate": rate})
    assert "learning rate was rising" in finding.message


def test_validation_loss_that_rises_is_not_divergence() -> None:
    validation = turning(200, 80, 3.0)
    assert found({"train/loss": learning(200), "val/loss": validation}) == []
    assert found({"val/loss": validation}) == []
    [finding] = found({"val/loss": turning(200, 80, 30.0)})
    assert finding.tag == "val/loss"


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
    loss = flat + 1.1 * np.clip((index - 80) / 120, 0.0, 1.0) ** 2
    steps = {"val/loss": range(0, 200, 4)}
    alone = together = overfitting = 0
    for seed in range(12):
        scatter = np.exp(0.7 * np.random.default_rng(seed).standard_normal(200))
        alone += len(found(make_curves({"train/loss": loss * scatter})))
        together += len(found(make_curves({"train/loss": loss * scatter, "val/loss": loss[::4]}, steps)))
        overfitting += len(found(make_curves({"train/loss": flat * scatter, "val/loss": loss[::4]}, steps)))
    assert alone <= 8
    assert together >= 11
    assert overfitting <= 1


def test_validation_denies_that_a_rise_is_on_its_way_back() -> None:
    index = np.arange(200)
    risen = learning(200) + np.where(index < 160, 0.0, np.where(index < 182, 4.0, 1.5))
    validation = learning(200)[::4] + np.where(index[::4] < 160, 0.0, 4.0)
    steps = {"val/loss": range(0, 200, 4)}
    assert found(make_curves({"train/loss": risen})) == []
    [finding] = found(make_curves({"train/loss": risen, "val/loss": validation}, steps))
    assert finding.kind == "after-learning"


def test_a_train_loss_far_above_its_start_is_told_though_validation_is_level() -> None:
    index = np.arange(200)
    loss = 0.35 + 0.4 * np.exp(-index / 15.0)
    risen = loss + 52.0 * np.clip((index - 120) / 40.0, 0.0, 1.0)
    steps = {"val/loss": range(0, 200, 10)}
    [finding] = found(make_curves({"train/loss": risen, "val/loss": loss[::10]}, steps))
    assert finding.severity is Severity.WARNING
    assert "validation has not followed" in finding.message


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


def test_validation_denies_wherever_in_its_interval_the_rise_began() -> None:
    validation = np.concatenate([np.linspace(1.5, 0.6, 18), [0.56, 0.55, 0.54], np.full(9, 0.59)])
    curves = make_curves({"train/loss": validation, "val/loss": validation})
    assert not validation_denies(curves, Onset(20, 20, 20), 0.12)
    assert validation_denies(curves, Onset(20, 17, 20), 0.12)


def test_validation_that_is_logged_as_0_denies_nothing() -> None:
    train = np.concatenate([np.linspace(1.5, 0.6, 18), np.full(12, 0.8)])
    curves = make_curves({"train/loss": train, "val/loss": np.zeros(30)})
    assert not validation_denies(curves, Onset(18, 18, 18), 0.2)


def test_validation_that_rises_within_the_interval_denies_nothing() -> None:
    validation = np.concatenate([np.linspace(1.5, 0.6, 18), np.full(12, 0.8)])
    curves = make_curves({"train/loss": validation, "val/loss": validation})
    assert validation_denies(curves, Onset(22, 22, 22), 0.2)
    assert not validation_denies(curves, Onset(20, 16, 22), 0.2)


def test_an_end_of_the_interval_before_validation_is_known_denies_nothing() -> None:
    validation = np.concatenate([[5.0, 2.2, 2.0, 2.0], np.full(6, 2.6)])
    curves = make_curves({"train/loss": validation, "val/loss": validation})
    assert validation_denies(curves, Onset(0, 0, 0), 0.5)
    assert not validation_denies(curves, Onset(3, 0, 3), 0.5)
