from __future__ import annotations

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.detectors._rises.within_epoch import is_within_epoch
from losstui.detectors.divergence import Divergence
from losstui.detectors.late_instability import LateInstability
from losstui.detectors.overfitting import Overfitting
from losstui.findings import Skipped
from losstui.frame import FloatArray
from support import found_by, make_curves

EPOCH, EPOCHS, EVERY = 80, 4, 16
STEPS = np.arange(EPOCH * EPOCHS)


def forgetting(within: float = 0.7, between: float = 0.15, seed: int = 0, epochs: int = EPOCHS) -> FloatArray:
    """Batches before the step on them: known when they come again, forgotten until the end of the epoch."""
    epoch, place = np.divmod(np.arange(EPOCH * epochs), EPOCH)
    noise = np.random.default_rng(seed).normal(0.0, 0.08, len(epoch))
    return np.asarray(1.2 + within * place / EPOCH - between * epoch + noise)


def curves(train: FloatArray) -> RunCurves:
    validation = np.where(STEPS % EVERY == 0, 1.2 + 0.8 * STEPS / len(STEPS), np.nan)
    return make_curves({"train/loss": train, "val/loss": validation})


def said(train: FloatArray) -> list[str]:
    seen = curves(train)
    found = [one.detect(seen) for one in (Divergence(), LateInstability(), Overfitting())]
    return [one.name for findings in found if not isinstance(findings, Skipped) for one in findings]


@pytest.mark.parametrize("seed", range(5))
def test_a_rise_within_each_epoch_is_no_divergence_and_what_falls_between_them_is_progress(seed: int) -> None:
    assert said(forgetting(seed=seed)) == ["overfitting"]


@pytest.mark.parametrize("seed", range(5))
def test_a_rise_from_one_epoch_to_the_next_and_a_higher_one_are_told(seed: int) -> None:
    assert "divergence" in said(forgetting(between=-0.3, seed=seed))
    broken = forgetting(seed=seed) + 3.0 * np.maximum(0.0, STEPS / len(STEPS) - 0.85) / 0.15
    assert "divergence" in said(broken)


def test_a_rise_above_those_of_the_epochs_and_epochs_that_rise_are_none_within_an_epoch() -> None:
    def is_one(between: float, height: float) -> bool:
        loss = make_curves({"train/loss": forgetting(1.0, between, epochs=9)}).train_loss
        assert loss is not None
        assert loss.sawtooth is not None
        return is_within_epoch(loss, height, 0.5)

    assert is_one(0.0, 1.0)
    assert not is_one(0.0, 2.0)
    assert is_one(0.0, 0.5)
    assert not is_one(-0.15, 0.5)


@pytest.mark.parametrize(("level", "rise"), [(10.0, 10.0), (1e3, 6e3)])
def test_a_loss_that_blew_up_at_once_and_comes_down_in_waves_has_not_come_back(
    level: float, rise: float
) -> None:
    wave = (level + rise * (STEPS % EPOCH / EPOCH)) * np.exp(-STEPS / len(STEPS))
    blown_up = np.where(STEPS < 5, 1.0, wave) + np.random.default_rng(0).normal(0.0, 0.08, len(STEPS))
    loss = make_curves({"train/loss": blown_up}).train_loss
    assert loss is not None
    assert loss.sawtooth is not None
    assert not is_within_epoch(loss, abs(loss.sawtooth.height), 0.5)
    assert "divergence" in said(blown_up)


def test_the_fall_of_train_is_that_of_whole_epochs() -> None:
    [found] = found_by(Overfitting(), curves(forgetting()))
    fall = next(one for one in found.measures if one.name == "train fall since")
    assert fall.value == pytest.approx(0.45 / 1.55, abs=0.08)
